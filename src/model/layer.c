#include "config.h"

#include "pagetide/layer.h"


const struct layer_info layer_table[LAYER_COUNT] = {
	[LAYER_CACHED] = { "cached", "in the page cache, whoever brought it" },
	[LAYER_MAPPED] = { "mapped", "has a PTE in the worker's mapping" },
	[LAYER_DIRTY] = { "dirty",
	    "in a folio that is to be written back (whole folios count)" },
	[LAYER_WRITEBACK] = { "writeback", "being written to storage" },
	[LAYER_EVICTED] = { "evicted", "taken out of the cache by reclaim" },
	[LAYER_RECENT] = { "recently_evicted",
	    "taken by reclaim, yet would fit the working set" },
	[LAYER_INFLIGHT] = { "in_flight",
	    "cached, not up to date: being read, or written in part" },
	[LAYER_HOLE] = { "hole", "no data stored, reads as zeros" },
	[LAYER_LOCKED] = { "locked", "in a locked range of the mapping" },
	[LAYER_PRIVATE] = { "private",
	    "the worker's own page: copied on write, or anonymous" },
	[LAYER_TOUCHED] = { "touched",
	    "touched by the worker within the window" },
	[LAYER_ZERO] = { "zero", "the page of zeros that all share" },
	[LAYER_HUGE] = { "huge", "mapped by a whole huge page" },
	[LAYER_SWAPPED] = { "swapped", "in swap, by its PTE" },
	[LAYER_GUARD] = { "guard", "a guard page: each touch is SIGSEGV" },
};
