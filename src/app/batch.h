/* Samples to stdout: no terminal, no worker. */
#ifndef PAGETIDE_BATCH_H
#define PAGETIDE_BATCH_H

struct app;
struct strbuf;

/* Runs until opts->count samples are out. The exit status, with why. */
int	batch_run(struct app *, struct strbuf *why);

#endif
