#include "config.h"

#include "pagetide/scene.h"

#include <string.h>

const struct view_info view_table[VIEW_COUNT] = {
	[VIEW_CACHE] = { "cache", "PAGE CACHE (all processes)",
	    "share of the cell's pages cached", LAYER_CACHED },
	[VIEW_MAPPED] = { "mapped", "MAPPED (PTEs of the worker)",
	    "share of the cell's pages mapped",
	    LAYER_MAPPED },
	[VIEW_BOTH] = { "both", "BOTH (upper mapped)",
	    "upper half mapped, lower cached", -1 },
	[VIEW_COST] = { "cost", "COST of the next touch",
	    "dearest next touch in the cell", -1 },
	[VIEW_CHANGED] = { "changed", "CHANGED (net, fading)",
	    "what came and went, fading", -1 },
};

int
view_find(const char *name)
{
	for (int i = 0; i < VIEW_COUNT; i++)
		if (strcmp(view_table[i].name, name) == 0)
			return i;
	return -1;
}
