#include "config.h"

#include "hot.h"

#include <stdbool.h>
#include <string.h>

#include "pagetide/clock.h"

/* The place of a cell; n if it is not followed. */
static unsigned
find(const struct hot *h, size_t cell)
{
	unsigned i;

	for (i = 0; i < h->n; i++)
		if (h->cells[i].cell == cell)
			break;
	return i;
}

/* Follows a cell, if there is room for it. */
static void
follow(struct hot *h, size_t cell, uint64_t until_ns)
{
	unsigned i = find(h, cell);

	if (i == HOT_MAX)
		return;
	if (i == h->n)
		h->cells[h->n++] = (struct hot_cell){ cell, until_ns };
	else if (h->cells[i].until_ns < until_ns)
		h->cells[i].until_ns = until_ns;
}

void
hot_changed(struct hot *h, size_t cell, uint64_t now_ns)
{
	uint64_t until_ns = now_ns + HOT_NS;

	/* Several layers of a cell, stored one after the other. */
	if (h->changed == 0 || h->last != cell)
		h->changed++;
	h->last = cell;
	if (h->changed > HOT_MAX)
		return;
	follow(h, cell, until_ns);
	/* Where a walk or readahead gets to next. */
	follow(h, cell + 1, until_ns);
	if (cell > 0)
		follow(h, cell - 1, until_ns);
}

void
hot_drop(struct hot *h, unsigned i)
{
	h->cells[i] = h->cells[--h->n];
}

void
hot_cool(struct hot *h, size_t n_cells, uint64_t now_ns)
{
	unsigned i = 0;

	while (i < h->n) {
		if (h->cells[i].until_ns <= now_ns ||
		    h->cells[i].cell >= n_cells)
			hot_drop(h, i);
		else
			i++;
	}
}

void
hot_clear(struct hot *h)
{
	memset(h, 0, sizeof *h);
}
