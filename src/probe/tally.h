/* Counts one layer into the cells of a grid, page after page. Private to
 * src/probe. */
#ifndef PAGETIDE_TALLY_H
#define PAGETIDE_TALLY_H

#include <stdbool.h>
#include <stdint.h>

#include "pagetide/cells.h"

struct tally {
	struct cells	*grid;
	enum layer	 layer;
	uint64_t	 page;		/* the next one */
	uint64_t	 part;		/* counted of the cell it is in */
	bool		 part_unknown;
};

/* Begins at the first page of a cell. */
void	tally_start(struct tally *, struct cells *, enum layer, uint64_t page);
/*
 * The next n pages, count of them in the layer: all, none, or any number as
 * long as they are in one cell. Pages past the grid are ignored. A cell is
 * stored when its last page has come; its stamp stays, since that is of
 * the scan.
 */
void	tally_add(struct tally *, uint64_t n, uint64_t count);
/* Nothing is known about the next n pages. */
void	tally_unknown(struct tally *, uint64_t n);

/* First page behind the grid. */
uint64_t tally_end(const struct tally *);
/* First page behind the cell that the next page is in. */
uint64_t tally_cell_end(const struct tally *);

#endif
