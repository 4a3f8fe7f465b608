/* Grids for tests. */
#ifndef PAGETIDE_CELLS_RIG_H
#define PAGETIDE_CELLS_RIG_H

#include "pagetide/cells.h"

/* Every cell of [from, to): all of its pages (full) or none of them. */
static inline void
fill_cells(struct cells *c, size_t from, size_t to, enum layer l, bool full,
    uint64_t now_ns)
{
	size_t i;

	for (i = from; i < to; i++)
		cells_set(c, i, l, full ? cells_pages(c, i) : 0, now_ns);
}

#endif
