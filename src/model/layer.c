#include "config.h"

#include "pagetide/layer.h"

#include <string.h>

const struct layer_info layer_table[LAYER_COUNT] = {
	[LAYER_CACHED] = { "cached", "in the page cache, whoever brought it" },
	[LAYER_MAPPED] = { "mapped", "has a PTE in the worker's mapping" },
	[LAYER_DIRTY] = { "dirty",
	    "in a folio that is to be written back (whole folios count)" },
	[LAYER_WRITEBACK] = { "writeback", "being written to storage" },
	[LAYER_EVICTED] = { "evicted", "taken out of the cache by reclaim" },
	[LAYER_RECENT] = { "recently_evicted",
	    "taken by reclaim, yet would fit the working set" },
	[LAYER_INFLIGHT] = { "in_flight", "being read from storage" },
	[LAYER_HOLE] = { "hole", "no data stored, reads as zeros" },
	[LAYER_LOCKED] = { "locked", "in a locked range of the mapping" },
	[LAYER_PRIVATE] = { "private",
	    "the worker's own page: copied on write, or anonymous" },
	[LAYER_TOUCHED] = { "touched",
	    "touched by the worker within the window" },
};

/* A linear search is enough for a dozen names. */
int
layer_find(const char *name)
{
	int l;

	for (l = 0; l < LAYER_COUNT; l++) {
		if (strcmp(layer_table[l].name, name) == 0)
			return l;
	}
	return -1;
}
