/*
 * Measures a grid of cells in slices, layer by layer, whatever interface the
 * pages are read through. Private to src/source.
 */
#ifndef PAGETIDE_SCAN_H
#define PAGETIDE_SCAN_H

#include <stdbool.h>
#include <stdint.h>

#include "pagetide/cells.h"

#include "hot.h"

/* In the layers of a run: nothing is known about these pages. */
#define SCAN_UNKNOWN (1u << 31)

/* Where a reader puts the runs it finds. */
struct scan_sink {
	void	(*put)(struct scan_sink *, uint64_t first_page,
		    uint64_t n_pages, unsigned layers);
};

/*
 * One kernel interface that tells pages apart: runs or count, the other is
 * NULL. A call takes about a millisecond at most, however large the target.
 */
struct scan_reader {
	const char	*name;
	unsigned	 layers;	/* LAYER_BITs it tells */
	/*
	 * Looks at pages from page on, at most up to end, and returns the
	 * page it came to (> page). Puts runs in order, without overlap;
	 * pages between them are in none of the layers.
	 */
	uint64_t	(*runs)(void *self, uint64_t page, uint64_t end,
			    struct scan_sink *);
	/* Counts the pages of each layer; 0 or -errno (then unknown). */
	int		(*count)(void *self, uint64_t page, uint64_t n_pages,
			    uint64_t pages[LAYER_COUNT]);
	uint64_t	 count_max;	/* pages that may be asked for at once
					   whatever they are: 2^n */
};

#define SCAN_REST_MIN	3
#define SCAN_REST_MAX	96
#define SCAN_REST_NS	(10 * NS_PER_S)

/* Readers in the order they are asked: page cache, page tables. */
enum scan_stage { SCAN_CACHE, SCAN_TABLES, SCAN_STAGES };

struct scan {
	struct cells	 grid;
	const struct scan_reader *reader[SCAN_STAGES];	/* NULL: nobody can
							   tell */
	void		*self[SCAN_STAGES];	/* of the reader */
	unsigned	 todo;		/* bit per stage still to be done */
	unsigned	 stage;		/* the one under way */
	bool		 under_way;
	bool		 whole;		/* it began with all stages */
	uint64_t	 page, end;	/* where it stands, and ends */
	uint64_t	 ask_max;	/* pages to ask for at once: what takes
					   some tenths of a millisecond */
	unsigned	 level;		/* count: ask for no more than
					   8^level cells */
	uint64_t	 part[LAYER_COUNT];	/* of the cell it is in */
	unsigned	 part_unknown;
	uint64_t	 spent_ns;	/* on this pass so far */
	uint64_t	 spent_cpu_ns;
	uint64_t	 begin_ns;	/* when it began */
	uint64_t	 cost_ns;	/* of the last whole pass */
	uint64_t	 cpu_ns;	/* the same without waiting */
	uint64_t	 pass_ns;	/* when that began; 0: none yet */
	uint64_t	 end_ns;	/* when that was over */
	unsigned	 rest;		/* until the next one, in times of
					   what it cost */
	bool		 hurry;		/* no rest this time */
	struct hot	 hot;
	bool		 hot_due;	/* they are to be measured */
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
/* Who is asked in a stage from now on. Forgets what the stage told, and does
 * it anew as soon as the pass under way allows, or at once. */
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
 * quarter of the time), up to SCAN_REST_MAX times where nothing does, though
 * never more than SCAN_REST_NS or three times. Meanwhile the cells that
 * changed of late are measured at each call.
 */
void	scan_begin(struct scan *);
/* True when nothing is left to do; false when deadline_ns has come. */
bool	scan_step(struct scan *, uint64_t deadline_ns);

#endif
