/* Layers: one fact per page each. Measured apart, never merged. */
#ifndef PAGETIDE_LAYER_H
#define PAGETIDE_LAYER_H

enum layer {
	LAYER_CACHED,		/* in the page cache (whoever brought it) */
	LAYER_MAPPED,		/* present PTE in the worker's mapping */
	LAYER_DIRTY,		/* cachestat nr_dirty; whole folios */
	LAYER_WRITEBACK,	/* being written to storage */
	LAYER_EVICTED,		/* shadow entry: reclaim took it */
	LAYER_RECENT,		/* evicted, and would fit the working set */
	LAYER_INFLIGHT,		/* being read: cachestat minus mincore */
	LAYER_HOLE,		/* no data stored (SEEK_HOLE) */
	LAYER_LOCKED,		/* in a VMA of the worker with VmFlags "lo" */
	LAYER_PRIVATE,		/* mapped, and the page is the worker's own:
				   a copy made by writing, or anonymous */
	LAYER_TOUCHED,		/* touched by the worker within the window of
				   the working set */
	LAYER_COUNT
};

#define LAYER_BIT(layer) (1u << (layer))
#define LAYER_ALL (LAYER_BIT(LAYER_COUNT) - 1)

struct layer_info {
	const char	*name;	/* "cached"; JSON adds "_pages" */
	const char	*help;	/* one line, no full stop */
};

/* Indexed by enum layer. */
extern const struct layer_info layer_table[LAYER_COUNT];

/* The layer with that name, or -1. */
int	layer_find(const char *name);

#endif
