/* Gathers the facts of the diagnosis, once a sample. */
#ifndef PAGETIDE_DIAGNOSE_H
#define PAGETIDE_DIAGNOSE_H

#include <stdint.h>

struct app;
struct order;
struct report;
struct trail;
struct verdict;

/* An order goes to the worker. */
void	diagnose_order(struct app *, const struct order *);
/* ... and was answered. */
void	diagnose_report(struct app *, const struct report *);
/* What came of a hint: told until the next act, ten seconds at most. */
void	diagnose_verdict(struct app *, unsigned advice, const struct verdict *);
/* Another file is watched now. */
void	diagnose_forget(struct app *);
/*
 * Takes the newest sample in. What is told changes with it; on a terminal
 * once a second, as the rates do.
 */
void	diagnose_sample(struct app *);

#endif
