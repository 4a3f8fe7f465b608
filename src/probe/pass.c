#include "config.h"

#include "pass.h"

#include <string.h>

#include "pagetide/clock.h"

#include "ask.h"

/* Runs of one call on their way into the cells. */
struct run_sink {
	struct scan_sink sink;
	struct pass	*pass;
	uint64_t	 now_ns;
};

void
pass_start(struct pass *p, unsigned stages, uint64_t first_page, uint64_t end)
{
	p->todo = stages;
	p->under_way = false;
	p->first_page = first_page;
	p->end = end;
}

/* Adds n pages, all in these layers, to the cell under way. */
static void
part_add(struct pass *p, uint64_t n, unsigned layers)
{
	int l;

	if (layers & SCAN_UNKNOWN)
		p->part_unknown = LAYER_ALL;
	if (layers & SCAN_SWAP_UNKNOWN)
		p->part_unknown |= LAYER_BIT(LAYER_SWAPPED);
	for (l = 0; l < LAYER_COUNT; l++)
		if (layers & LAYER_BIT(l))
			p->part[l] += n;
}

/* Moves on to page to; all pages on the way are in these layers. */
static void
advance(struct pass *p, uint64_t to, unsigned layers, uint64_t now_ns)
{
	size_t cell, last;
	uint64_t end;

	while (p->page < to) {
		cell = cells_index(p->grid, p->page);
		last = to == cells_end(p->grid) ? p->grid->n
		    : cells_index(p->grid, to);
		if (p->page == cells_page(p->grid, cell) && last > cell) {
			pass_store_same(p, cell, last, layers, now_ns);
			p->page = cells_cell_end(p->grid, last - 1);
			continue;
		}
		end = cells_cell_end(p->grid, cell);
		part_add(p, (to < end ? to : end) - p->page, layers);
		p->page = to < end ? to : end;
		if (p->page == end)
			pass_store(p, cell, now_ns);
	}
}

static void
run_put(struct scan_sink *sink, uint64_t first_page, uint64_t n_pages,
    unsigned layers)
{
	struct run_sink *r = (struct run_sink *)sink;

	advance(r->pass, first_page, 0, r->now_ns);
	advance(r->pass, first_page + n_pages, layers, r->now_ns);
}

/* One call of a reader of runs. */
static void
step_runs(struct pass *p, uint64_t now_ns)
{
	struct run_sink r = { { run_put }, p, now_ns };
	uint64_t to;

	to = p->by->reader[p->stage]->runs(p->by->self[p->stage], p->page,
	    p->end, &r.sink);
	advance(p, to, 0, now_ns);
}

/* One call of the reader; returns the time after it. */
static uint64_t
call(struct pass *p, uint64_t now_ns)
{
	if (p->by->reader[p->stage]->runs == NULL)
		return ask_counts(p, now_ns);
	step_runs(p, now_ns);
	return clock_now_ns();
}

/* Chooses the next stage; false when the pass is over. */
static bool
next_stage(struct pass *p)
{
	if (p->under_way && p->page < p->end)
		return true;
	if (p->under_way)
		p->todo &= ~(1u << p->stage);
	p->under_way = p->todo != 0;
	if (!p->under_way)
		return false;
	p->stage = __builtin_ctz(p->todo);
	p->page = p->first_page;
	p->level = ASK_LEVEL_TOP;
	pass_part_clear(p);
	return p->page < p->end || next_stage(p);
}

bool
pass_step(struct pass *p, uint64_t deadline_ns)
{
	uint64_t now_ns = clock_now_ns();
	bool more;

	while ((more = next_stage(p)) && now_ns < deadline_ns)
		now_ns = call(p, now_ns);
	return !more;
}
