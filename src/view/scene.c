#include "config.h"

#include "pagetide/scene.h"

#include <string.h>

#include "pagetide/cells.h"
#include "pagetide/sample.h"
#include "pagetide/sharers.h"

#define BY_FOLIOS "one byte written may count as 512 pages"

const struct view_info view_table[VIEW_COUNT] = {
	[VIEW_CACHE] = { "cache", "PAGE CACHE (all processes)",
	    "share of the cell's pages cached", LAYER_CACHED, NULL },
	[VIEW_MAPPED] = { "mapped", "MAPPED (PTEs of the worker)",
	    "share of the cell's pages mapped",
	    LAYER_MAPPED, NULL },
	[VIEW_BOTH] = { "both", "BOTH (upper mapped)",
	    "upper half mapped, lower cached", -1, NULL },
	[VIEW_COST] = { "cost", "COST (of the next touch)",
	    "costliest next touch in the cell", -1, NULL },
	[VIEW_CHANGED] = { "changed", "CHANGED (net, fading)",
	    "what came and went, fading", -1, NULL },
	[VIEW_DIRTY] = { "dirty", "DIRTY in whole folios",
	    "share of the cell's pages dirty", LAYER_DIRTY, BY_FOLIOS },
	[VIEW_WRITEBACK] = { "writeback", "WRITEBACK in whole folios",
	    "share of its pages being written", LAYER_WRITEBACK,
	    BY_FOLIOS },
	[VIEW_EVICTED] = { "evicted", "EVICTED (by reclaim)",
	    "share that reclaim took out", LAYER_EVICTED,
	    "the kernel forgets: there may be more" },
	[VIEW_RECENT] = { "recent", "EVICTED RECENTLY (by reclaim)",
	    "share taken of the working set", LAYER_RECENT,
	    "as the kernel judges; it forgets" },
	[VIEW_INFLIGHT] = { "inflight", "INCOMPLETE (not up to date)",
	    "share of its pages not up to date", LAYER_INFLIGHT,
	    "being read, or written in part" },
	[VIEW_HOLES] = { "holes", "HOLES (no data stored)",
	    "share of its pages without data", LAYER_HOLE,
	    "reserved space counts too, if not cached" },
	[VIEW_LOCKED] = { "locked", "LOCKED (mapping of the worker)",
	    "share of the cell's pages locked", LAYER_LOCKED, NULL },
	[VIEW_PRIVATE] = { "private", "PRIVATE (copies of the worker)",
	    "share of its pages copied", LAYER_PRIVATE,
	    "written in a private mapping" },
	[VIEW_TOUCHED] = { "touched", "TOUCHED (working set)",
	    "share of its pages touched lately", LAYER_TOUCHED,
	    "by loads, stores and reads of the walks" },
	[VIEW_READAHEAD] = { "readahead", "READAHEAD (windows)",
	    "the newest window in the cell", -1, NULL },
	[VIEW_FAULTS] = { "faults", "FAULTS (where they land)",
	    "faults that landed in the cell", -1, NULL },
	[VIEW_KINDS] = { "kinds", "KINDS (of memory)",
	    "what most of what is there is", -1, NULL },
	[VIEW_WHO] = { "who", "WHO (has PTEs there)",
	    "processes with a PTE in the cell", -1, NULL },
	[VIEW_WATERFALL] = { "waterfall", "WATERFALL (page cache over time)",
	    "what was cached, over time", LAYER_CACHED,
	    "time goes down; { } less, more a row" },
	[VIEW_DIFF] = { "diff", "DIFF (of two moments)",
	    "what came and went from A to B", -1, NULL },
};

const char *const graphs_name[GRAPHS_COUNT] = {
	[GRAPHS_FAULTS] = "faults",
	[GRAPHS_SETS] = "sets",
};

/* Of memory without a file. */
static const struct view_info waterfall_of_memory = { "waterfall",
	"WATERFALL (mapped pages over time)", "what was mapped, over time",
	LAYER_MAPPED, "time goes down; { } less, more a row" };

const struct view_info *
view_info_of(enum view_kind view, const struct sample *s)
{
	return view == VIEW_WATERFALL && s->target.anon ?
	    &waterfall_of_memory : &view_table[view];
}

int
view_find(const char *name)
{
	for (int i = 0; i < VIEW_COUNT; i++)
		if (strcmp(view_table[i].name, name) == 0)
			return i;
	return -1;
}

const char *
scene_title(const struct scene *s)
{
	const struct view_info *v = view_info_of(s->view, s->sample);

	return s->sample->worker.process != 0 ? v->name : v->title;
}

const char *
scene_by(const struct scene *s)
{
	int layer = view_info_of(s->view, s->sample)->layer;

	return layer >= 0 ? s->sample->scan.by[layer] : NULL;
}

uint64_t
scene_events_since(const struct scene *s)
{
	return events_last(s->events) - events_last_then(s->events,
	    &s->events_then);
}

bool
scene_kinds_hidden(const struct scene *s, size_t cell)
{
	return (s->sample->target.anon || s->sample->worker.process != 0) &&
	    (!cells_known(s->shown, cell, LAYER_SWAPPED) ||
	    !cells_known(s->shown, cell, LAYER_GUARD));
}

/* A layer that the view needs and that nobody tells; else any of its. */
static int
layer_in_need(const struct scene *s)
{
	if (s->view != VIEW_KINDS)
		return view_info_of(s->view, s->sample)->layer;
	for (int l = 0; l < LAYER_COUNT; l++)
		if ((LAYER_BIT(l) & LAYER_KINDS) != 0 &&
		    s->sample->scan.by[l] == NULL)
			return l;
	return LAYER_HUGE;
}

const char *
scene_why(const struct scene *s)
{
	const struct scan_facts *scan = &s->sample->scan;
	int layer = layer_in_need(s);

	if (s->view == VIEW_WHO && s->side.sharers != NULL &&
	    !s->side.sharers->on)
		return "nobody looks who maps it: u, :who on";
	if (s->sample->seq > 0 && layer >= 0 && scan->by[layer] == NULL &&
	    scan->why_not[layer] != NULL)
		return scan->why_not[layer];
	return scan->why;
}
