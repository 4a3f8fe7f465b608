/*
 * Measures a grid of cells in slices, layer by layer, whatever interface the
 * pages are read through. Private to src/probe.
 */
#ifndef PAGETIDE_SCAN_H
#define PAGETIDE_SCAN_H

#include <stdbool.h>
#include <stdint.h>

#include "pagetide/cells.h"

#include "active.h"
#include "pass.h"
#include "reader.h"

#define SCAN_REST_MIN	3
#define SCAN_REST_MORE	4
#define SCAN_REST_MAX	192
#define SCAN_REST_NS	(10 * NS_PER_S)

/* Stays where scan_init() found it. */
struct scan {
	struct cells	 grid;
	struct readers	 by;
	struct pass	 pass;		/* over all of the grid, or none */
	bool		 whole;		/* it began with all stages */
	uint64_t	 spent_ns;	/* on it so far */
	uint64_t	 spent_cpu_ns;
	uint64_t	 begin_ns;	/* when it began */
	uint64_t	 cost_ns;	/* of the last whole pass */
	uint64_t	 cpu_ns;	/* the same without waiting */
	uint64_t	 pass_ns;	/* when that began; 0: none yet */
	uint64_t	 end_ns;	/* when that was over */
	unsigned	 rest;		/* until the next one, in times of
					   what it cost */
	bool		 hurry;		/* no rest this time */
	struct active	 active;
	bool		 active_due;	/* they are to be measured */
	bool		 covered;	/* one pass has covered everything */
};

void	scan_init(struct scan *);
void	scan_done(struct scan *);
/*
 * Another geometry. What is known of the same pages stays known. A pass under
 * way goes on when only the end of the grid moved, behind its position;
 * otherwise it is dropped, and scan_begin() starts the next.
 */
void	scan_shape(struct scan *, uint64_t first_page, uint64_t pages,
	    unsigned shift);
/* Who is asked in a stage from now on. Forgets what the stage found, and
 * measures it again as soon as the pass under way allows, or at once. */
void	scan_set_reader(struct scan *, enum scan_stage,
	    const struct scan_reader *, void *self);
/*
 * Measures what is behind old_pages pages at once, for at most within_ns: the
 * total of a file that grows all the time would never be known otherwise.
 */
void	scan_tail(struct scan *, uint64_t old_pages, uint64_t within_ns);
/* A new pass, now. */
void	scan_restart(struct scan *);
/* The next pass is expected to find much: the rest until then is short. */
void	scan_stir(struct scan *);
/* The same, and the next scan_begin() does not rest at all. */
void	scan_hurry(struct scan *);
/*
 * A new pass if none is under way and the last one is over for long enough:
 * three times what it cost where much changes (so that measuring takes a
 * quarter of the time), SCAN_REST_MORE times longer after each pass in which
 * nothing does, up to SCAN_REST_MAX times, though
 * never more than SCAN_REST_NS or three times. Meanwhile the active cells are
 * measured at each call.
 */
void	scan_begin(struct scan *);
/* True when nothing is left to do; false when deadline_ns has come. */
bool	scan_step(struct scan *, uint64_t deadline_ns);

#endif
