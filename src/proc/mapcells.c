#include "config.h"

#include "mapcells.h"

#include <string.h>

void
mapcells_begin(struct mapcells *c, const struct sharers_look *look)
{
	c->look = look;
	memset(c->covers, 0, look->grid_cells * sizeof *c->covers);
	memset(c->mapped, 0, look->grid_cells * sizeof *c->mapped);
}

/* The cell of a page behind the first one of all. */
static uint64_t
cell_of(const struct mapcells *c, uint64_t page)
{
	return (page - c->look->grid_first) >> c->look->grid_shift;
}

void
mapcells_cover(struct mapcells *c, uint64_t page, uint64_t n)
{
	uint64_t end = page + n, i;

	if (n == 0 || end <= c->look->grid_first)
		return;
	if (page < c->look->grid_first)
		page = c->look->grid_first;
	for (i = cell_of(c, page); i < c->look->grid_cells &&
	    i <= cell_of(c, end - 1); i++)
		c->covers[i] = true;
}

void
mapcells_page(struct mapcells *c, uint64_t page)
{
	if (page >= c->look->grid_first &&
	    cell_of(c, page) < c->look->grid_cells)
		c->mapped[cell_of(c, page)] = true;
}

/* As many as there is room for. */
static void
count_up(uint16_t *n)
{
	*n += *n < UINT16_MAX;
}

void
mapcells_add(const struct mapcells *c, bool known, struct sharers_grid *g)
{
	for (uint32_t i = 0; i < c->look->grid_cells; i++) {
		if (c->mapped[i])
			count_up(&g->mapped[i]);
		else if (c->covers[i] && !known)
			count_up(&g->maybe[i]);
	}
}
