/* Layers: one fact per page each. Measured apart, never merged. */
#ifndef PAGETIDE_LAYER_H
#define PAGETIDE_LAYER_H

#include <stdint.h>

enum layer {
	LAYER_CACHED,		/* in the page cache (whoever brought it) */
	LAYER_MAPPED,		/* present PTE in the worker's mapping */
	LAYER_DIRTY,		/* cachestat nr_dirty; whole folios */
	LAYER_WRITEBACK,	/* being written to storage */
	LAYER_EVICTED,		/* shadow entry: reclaim took it */
	LAYER_RECENT,		/* evicted, and would fit the working set */
	LAYER_INFLIGHT,		/* cached and not up to date: being read,
				   or written in part; cachestat minus
				   mincore */
	LAYER_HOLE,		/* no data stored (SEEK_HOLE) */
	LAYER_LOCKED,		/* in a VMA of the worker with VmFlags "lo" */
	LAYER_PRIVATE,		/* mapped, and the page is the worker's own:
				   a copy made by writing, or anonymous */
	LAYER_TOUCHED,		/* touched by the worker within the window of
				   the working set */
	/* Kinds of memory in the mapping: of another process, or without a
	 * file. */
	LAYER_ZERO,		/* mapped, and it is the page of zeros that
				   all share */
	LAYER_HUGE,		/* mapped by a whole huge page */
	LAYER_SWAPPED,		/* in swap, by its PTE */
	LAYER_GUARD,		/* a guard page: each touch is SIGSEGV */
	LAYER_COUNT
};

#define LAYER_BIT(layer) (1u << (layer))
#define LAYER_KINDS (LAYER_BIT(LAYER_ZERO) | LAYER_BIT(LAYER_HUGE) | \
	LAYER_BIT(LAYER_SWAPPED) | LAYER_BIT(LAYER_GUARD))
#define LAYER_ALL (LAYER_BIT(LAYER_COUNT) - 1)
_Static_assert(LAYER_COUNT < 31, "a bit for each, and two above them");

/* Pages of a range in each layer, at one moment. */
struct layer_pages {
	uint64_t	count[LAYER_COUNT];	/* 0 where not known */
	uint32_t	known;			/* LAYER_BITs */
};

struct layer_info {
	const char	*name;	/* "cached"; JSON adds "_pages" */
	const char	*help;	/* one line, no full stop */
};

/* Indexed by enum layer. */
extern const struct layer_info layer_table[LAYER_COUNT];

#endif
