/* Gathers the facts of the diagnosis, once a sample. */
#ifndef PAGETIDE_DIAGNOSE_H
#define PAGETIDE_DIAGNOSE_H

#include <stdint.h>

struct act;
struct order;
struct report;
struct recent;
struct verdict;

/* An order goes to the worker. */
void	diagnose_order(struct act *, const struct order *);
/* ... and was answered. */
void	diagnose_report(struct act *, const struct report *);
/* What came of a hint: told until the next act, ten seconds at most. */
void	diagnose_verdict(struct act *, unsigned advice, const struct verdict *);
/* Another file is watched now. */
void	diagnose_forget(struct act *);
/*
 * Takes the newest sample in. What is shown changes with it; on a terminal
 * once a second, as the rates do.
 */
void	diagnose_sample(struct act *);

#endif
