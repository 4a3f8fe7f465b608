/*
 * A race: the same walk from an empty cache, once for each of some hints, one
 * after the other, since they would disturb each other; each is kept in a
 * column of the comparison.
 */
#ifndef PAGETIDE_RACE_H
#define PAGETIDE_RACE_H

#include <stdbool.h>

#include "pagetide/compare.h"
#include "pagetide/pattern.h"

struct act;
struct strbuf;
struct viewport;

struct race_plan {
	unsigned	n;		/* hints */
	int		advice[COMPARE_COLUMNS];	/* index into
							   advice_table */
	struct pattern_spec walk;	/* its range is filled in */
};

/* The hint of that key or name that may race, an index into advice_table; -1:
 * there is none. */
int	race_hint(const char *word);
/*
 * Begins on what is selected, or all. What was compared before is forgotten. 0
 * or -errno with why.
 */
int	race_begin(struct act *, const struct viewport *,
	    const struct race_plan *, struct strbuf *why);
/* Goes on after a sample of the regular rhythm. */
void	race_step(struct act *);
/* Ends it; advice becomes what it was, which takes a few samples more. */
void	race_stop(struct act *);
/* Also while advice is given back. */
bool	race_is_on(const struct act *);

#endif
