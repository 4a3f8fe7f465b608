/* `pagetide --ranges`: which bytes are in the page cache. */
#ifndef PAGETIDE_RANGESCMD_H
#define PAGETIDE_RANGESCMD_H

struct app;
struct strbuf;

/* Prints all runs, as they are found. The exit status, with why. */
int	rangescmd_run(struct app *, struct strbuf *why);

#endif
