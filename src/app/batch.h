/* Samples to stdout. */
#ifndef PAGETIDE_BATCH_H
#define PAGETIDE_BATCH_H

#include <stdint.h>

struct app;
struct strbuf;

/* One sample of a whole pass, and the end: no worker, and nothing to wait for,
 * so that no loop has to start. The exit status, with why. */
int	batch_one(struct app *, struct strbuf *why);
/* What all that was measured says about the target: the exit status of a run
 * without a terminal, with why. */
int	batch_verdict(const struct app *, struct strbuf *why);
/* A session without a terminal has come to its end: sets the exit status, with
 * why, if all went well so far: by what the samples say about the target. */
void	batch_end(struct app *, struct strbuf *why);
/* The newest sample as the mode has it, with what has happened since event
 * *told_event, which goes on. The caller frees. */
char	*batch_text(struct app *, uint64_t *told_event);

#endif
