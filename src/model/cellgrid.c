#include "config.h"

#include "pagetide/cellgrid.h"

#include <stdbool.h>

#include "pagetide/cells.h"

/* Cells a row are a multiple of this. */
static unsigned
step_of(unsigned cell_cols)
{
	return cell_cols == 1 ? 8 : 4;
}

/* Where not even 8 cells fit. */
static unsigned
power_of_two_within(unsigned n)
{
	unsigned p = 1;

	while (p <= n / 2)
		p *= 2;
	return p;
}

static unsigned
lowest_bit(unsigned n)
{
	return n & -n;
}

/* The longest row of cells so wide; its zoom is the finest that they have. */
static struct cellgrid
longest(uint64_t pages, unsigned width, unsigned rows, unsigned cell_cols)
{
	unsigned step = step_of(cell_cols);
	struct cellgrid g = { cell_cols, width / cell_cols / step * step, 0 };

	if (g.cols == 0 && cell_cols == 1)
		g.cols = power_of_two_within(width);
	g.shift = cells_fit_shift(pages, (uint64_t)g.cols * rows);
	return g;
}

/* Columns of the screen that a page has: more fill more. */
static bool
fills_more(const struct cellgrid *a, const struct cellgrid *b)
{
	unsigned least = a->shift < b->shift ? a->shift : b->shift;

	return (uint64_t)a->cell_cols << (b->shift - least) >
	    (uint64_t)b->cell_cols << (a->shift - least);
}

/* A rounder row is easier to read off: 32 cells rather than 36, at the cost of
 * an eighth of the width at most, and of no page. */
static void
round_row(struct cellgrid *g, uint64_t pages, unsigned rows)
{
	unsigned step = step_of(g->cell_cols), longest = g->cols, cols;

	for (cols = longest; cols >= step && cols >= longest - longest / 8;
	    cols -= step)
		if (lowest_bit(cols) > lowest_bit(g->cols) &&
		    cells_fit_shift(pages, (uint64_t)cols * rows) == g->shift)
			g->cols = cols;
}

struct cellgrid
cellgrid_fit_wide(uint64_t pages, unsigned width, unsigned rows,
    unsigned least_cols)
{
	struct cellgrid best, g;

	width = width == 0 ? 1 : width;
	rows = rows == 0 ? 1 : rows;
	if (least_cols < 1 || width / least_cols < step_of(least_cols))
		least_cols = 1;
	best = longest(pages, width, rows, least_cols);
	for (unsigned w = least_cols + 1; w <= CELLGRID_WIDEST; w++) {
		g = longest(pages, width, rows, w);
		if (g.cols > 0 && fills_more(&g, &best))
			best = g;
	}
	round_row(&best, pages, rows);
	return best;
}

struct cellgrid
cellgrid_fit(uint64_t pages, unsigned width, unsigned rows)
{
	return cellgrid_fit_wide(pages, width, rows, 1);
}
