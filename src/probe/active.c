#include "config.h"

#include "active.h"

#include <stdbool.h>
#include <string.h>

#include "pagetide/clock.h"

/* The place of a cell; n if it is not active. */
static unsigned
find(const struct active *a, size_t cell)
{
	unsigned i;

	for (i = 0; i < a->n; i++)
		if (a->cells[i].cell == cell)
			break;
	return i;
}

/* Adds a cell, if there is room for it. */
static void
add(struct active *a, size_t cell, uint64_t until_ns)
{
	unsigned i = find(a, cell);

	if (i == ACTIVE_MAX)
		return;
	if (i == a->n)
		a->cells[a->n++] = (struct active_cell){ cell, until_ns };
	else if (a->cells[i].until_ns < until_ns)
		a->cells[i].until_ns = until_ns;
}

void
active_changed(struct active *a, size_t cell, uint64_t now_ns)
{
	uint64_t until_ns = now_ns + ACTIVE_NS;

	/* Several layers of a cell, stored one after the other. */
	if (a->changed == 0 || a->last != cell)
		a->changed++;
	a->last = cell;
	if (a->changed > ACTIVE_MAX)
		return;
	add(a, cell, until_ns);
	/* Where a walk or readahead gets to next. */
	add(a, cell + 1, until_ns);
	if (cell > 0)
		add(a, cell - 1, until_ns);
}

void
active_drop(struct active *a, unsigned i)
{
	a->cells[i] = a->cells[--a->n];
}

void
active_expire(struct active *a, size_t n_cells, uint64_t now_ns)
{
	unsigned i = 0;

	while (i < a->n) {
		if (a->cells[i].until_ns <= now_ns ||
		    a->cells[i].cell >= n_cells)
			active_drop(a, i);
		else
			i++;
	}
}

void
active_clear(struct active *a)
{
	memset(a, 0, sizeof *a);
}
