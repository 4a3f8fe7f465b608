/*
 * Pictures side by side: what was kept under A, B and C, each with what was
 * counted since the last eviction before it.
 */
#ifndef PAGETIDE_COMPARE_H
#define PAGETIDE_COMPARE_H

#include <stdbool.h>
#include <stdint.h>

#include "pagetide/pattern.h"
#include "pagetide/sample.h"
#include "pagetide/snapshot.h"
#include "pagetide/units.h"

#define COMPARE_COLUMNS	3	/* A, B, C */

enum compare_measure {
	COMPARE_TOUCHES,
	COMPARE_MAJOR,
	COMPARE_MINOR,
	COMPARE_READ_BYTES,
	COMPARE_PER_TOUCH,	/* pages read a touch, in hundredths */
	COMPARE_WALK_NS,	/* from its order to its end */
	COMPARE_USED,		/* share of the pages read that the walk
				   touched, in hundredths of a percent */
	COMPARE_P99_NS,		/* bound that 99 % of the touches keep */
	COMPARE_COUNT
};

/* What is best in its row. */
enum compare_best { BEST_NONE, BEST_LEAST, BEST_MOST };

struct compare_measure_info {
	const char	*name;		/* "major faults" */
	const char	*narrow;	/* "major": in 11 columns */
	enum compare_best best;
	bool		 bar;		/* grows from 0: a bar says it, too */
};
/* Indexed by enum compare_measure. */
extern const struct compare_measure_info compare_table[COMPARE_COUNT];

/* What was done from the last eviction on. */
struct compare_since {
	bool		evicted;	/* else since the worker began */
	struct counters	base;		/* counted from; nothing known: not
					   known */
	bool		stayed_known;
	uint64_t	stayed_pages;	/* of the range, that the eviction left
					   in the cache */
	unsigned	walks;
	/* Of the one walk: */
	bool		walk_over;
	struct pattern_spec walk;
	uint64_t	walk_touches, walk_ns;
};

struct compare_column {
	bool		there;
	const char	*hint;		/* "random", static; NULL: no race */
	char		key;		/* of the hint; 0: it has none */
	uint64_t	value[COMPARE_COUNT];
	unsigned	known;		/* a bit for each */
	bool		evicted, stayed_known;	/* as in compare_since */
	uint64_t	stayed_pages;
	struct snapshot	picture;	/* owns itself */
};

struct compare {
	struct compare_column column[COMPARE_COLUMNS];
	char		what[128];	/* the walk of a race, "": none */
	int		running;	/* column that is being made; -1 */
	const char	*doing;		/* ... and how far it is, static */
};

struct compare *compare_new(void);
void	compare_free(struct compare *);
/* Column i is as none was ever kept. */
void	compare_clear(struct compare *, unsigned i);
/* Keeps a copy of the picture in column i, with what was counted from the
 * base to it. */
void	compare_keep(struct compare *, unsigned i, const struct snapshot *,
	    const struct compare_since *);
/* How many there are. */
unsigned compare_kept(const struct compare *);

/* False, and *value untouched, where it is not known. */
bool	compare_value(const struct compare_column *, enum compare_measure,
	    uint64_t *value);
/* Text of it, "?" where it is not known. Fills buf and returns it. */
char	*compare_text(char buf[UNITS_MAX], const struct compare_column *,
	    enum compare_measure);
/* Is column i the best of its row? No column is where one is not known, or
 * all are the same. */
bool	compare_is_best(const struct compare *, unsigned i,
	    enum compare_measure);
/* Largest value of the row; 0: nothing is known. */
uint64_t compare_most(const struct compare *, enum compare_measure);
/* One line of what was measured, "" where there is nothing to compare. */
void	compare_verdict(const struct compare *, char *buf, unsigned size);

/*
 * Different pages among the first touches of a walk. False: too many to go
 * through them.
 */
bool	compare_distinct(const struct pattern_spec *, uint64_t touches,
	    uint64_t *pages);

#endif
