#include "config.h"

#include "tally.h"

#include "pagetide/clock.h"

void
tally_start(struct tally *t, struct cells *grid, enum layer layer,
    uint64_t page)
{
	*t = (struct tally){ .grid = grid, .layer = layer, .page = page };
}

uint64_t
tally_end(const struct tally *t)
{
	return t->grid->first_page + t->grid->pages;
}

uint64_t
tally_cell_end(const struct tally *t)
{
	size_t i = cells_index(t->grid, t->page);

	return cells_page(t->grid, i) + cells_pages(t->grid, i);
}

/* Stores the cell that has been counted to its end. */
static void
commit(struct tally *t)
{
	struct cells *c = t->grid;
	size_t i = cells_index(c, t->page - 1);
	unsigned bit = LAYER_BIT(t->layer);

	if (t->part_unknown || t->part > UINT32_MAX) {
		c->known[i] &= ~bit;
	} else {
		if (c->stamp_ns[i] == 0)
			c->stamp_ns[i] = clock_now_ns();
		c->count[t->layer][i] = t->part;
		c->known[i] |= bit;
	}
	t->part = 0;
	t->part_unknown = false;
}

void
tally_add(struct tally *t, uint64_t n, uint64_t count)
{
	uint64_t step, end;
	bool all = count == n;

	while (n > 0 && t->page < tally_end(t)) {
		end = tally_cell_end(t);
		step = n < end - t->page ? n : end - t->page;
		t->part += all ? step : count;
		t->page += step;
		n -= step;
		if (t->page == end)
			commit(t);
	}
}

void
tally_unknown(struct tally *t, uint64_t n)
{
	uint64_t step, end;

	while (n > 0 && t->page < tally_end(t)) {
		end = tally_cell_end(t);
		step = n < end - t->page ? n : end - t->page;
		t->part_unknown = true;
		t->page += step;
		n -= step;
		if (t->page == end)
			commit(t);
	}
}
