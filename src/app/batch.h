/* Samples to stdout. */
#ifndef PAGETIDE_BATCH_H
#define PAGETIDE_BATCH_H

struct app;
struct strbuf;

/* No terminal, no worker: runs until opts->count samples are out. The exit
 * status, with why. */
int	batch_run(struct app *, struct strbuf *why);
/* The newest sample as a line of JSON. 0 or -errno with why. */
int	batch_json(struct app *, struct strbuf *why);

#endif
