/* Makes a region ready for a row of the truth table. */
#ifndef PAGETIDE_TRUTHREADY_H
#define PAGETIDE_TRUTHREADY_H

#include <stddef.h>
#include <stdint.h>

#include "pagetide/clock.h"
#include "pagetide/truth.h"

#include "truthlab.h"

/* Storage may still be at it: so long for a state to come about. */
#define TRUTH_SETTLE_NS	(400 * NS_PER_MS)
#define TRUTH_STEP_MS	4

/* A row under way. */
struct truth_run {
	struct truthlab	*lab;
	const struct truth_facts *facts;
	const struct truth_row *row;
	uint64_t	 map_pages;		/* from page 0 on */
	uint64_t	 first_page, n_pages;	/* the region */
	struct truth_look look;		/* the last one */
	struct truth_seen *seen;
	char		*why_not;	/* one line, where known */
	size_t		 why_size;
};

/* The pages of a row are in the middle of what is mapped. */
void	truthready_init(struct truth_run *, struct truthlab *,
	    const struct truth_facts *, struct truth_result *);

/*
 * All below return 0 or -errno as of truthlab.h; *err is what the call
 * itself made of it.
 */

/* Starts a new worker and brings the region into the state of the row, then
 * looks: reclaim may have taken something. -errno with why_not set where a
 * call is refused that has to work. */
int	truthready_make(struct truth_run *);
/* Maps anew as the row says, with MAP_SPEC_ flags more. */
int	truthready_map(struct truth_run *, uint32_t flags, int *err);
int	truthready_hint(struct truth_run *, const char *hint,
	    uint64_t first_page, uint64_t n_pages, int *err);
/* Touches each page of the region. */
int	truthready_touch(struct truth_run *, uint32_t touch_op);
int	truthready_look(struct truth_run *);
/* Looks until a number of pages is in the range, or it has been long enough. */
int	truthready_await(struct truth_run *, enum truth_col,
	    struct truth_range);

#endif
