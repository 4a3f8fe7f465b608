/*
 * How pages are laid out as cells in a room of characters. Pure arithmetic:
 * whoever draws a map of any size asks here.
 */
#ifndef PAGETIDE_CELLGRID_H
#define PAGETIDE_CELLGRID_H

#include <stdint.h>

#define CELLGRID_WIDEST 3	/* columns of the screen a cell has at most */

struct cellgrid {
	unsigned	cell_cols;	/* columns of a cell: 1 .. 3 */
	unsigned	cols;		/* cells a row: a multiple of 8, of 4
					   where they are wider than a column;
					   a power of two in less than 8
					   columns */
	unsigned	shift;		/* log2 of the pages of a cell */
};

/*
 * The grid that shows all the pages and fills most of the room; of two that
 * fill as much the one with more cells, then the one with longer rows, but for
 * an eighth that may go for a row of a rounder number.
 * cols * cell_cols <= width; a room of 0 columns or rows counts as 1.
 */
struct cellgrid cellgrid_fit(uint64_t pages, unsigned width, unsigned rows);
/* The same of cells that have so many columns at least, if there is room for
 * any. */
struct cellgrid cellgrid_fit_wide(uint64_t pages, unsigned width,
	    unsigned rows, unsigned least_cols);

#endif
