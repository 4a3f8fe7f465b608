#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "pagetide/cellgrid.h"
#include "pagetide/cells.h"

static const uint64_t files[] = { 0, 1, 7, 100, 4096, 5000, 16384, 16640,
	999983, UINT64_C(1) << 40 };
#define N_FILES (sizeof files / sizeof files[0])

/* Columns that a page has, times 2^40. */
static uint64_t
density(unsigned cell_cols, unsigned shift)
{
	return (uint64_t)cell_cols << (40 - shift);
}

/* No grid that is allowed has more columns a page. */
static void
check_best(const struct cellgrid *g, uint64_t pages, unsigned width,
    unsigned rows)
{
	for (unsigned w = 1; w <= 3; w++) {
		unsigned step = w == 1 ? 8 : 4;

		for (unsigned c = step; c * w <= width; c += step)
			assert_true(density(w, cells_fit_shift(pages,
			    (uint64_t)c * rows)) <=
			    density(g->cell_cols, g->shift));
	}
}

static void
check(uint64_t pages, unsigned width, unsigned rows)
{
	struct cellgrid g = cellgrid_fit(pages, width, rows);

	assert_in_range(g.cell_cols, 1, CELLGRID_WIDEST);
	assert_true(g.cols >= 1 && g.cols * g.cell_cols <= width);
	assert_int_equal(g.shift, cells_fit_shift(pages,
	    (uint64_t)g.cols * rows));
	if (width < 8) {
		assert_int_equal(g.cols & (g.cols - 1), 0);
		return;
	}
	assert_int_equal(g.cols % (g.cell_cols == 1 ? 8 : 4), 0);
	/* The right eighth, and what is no whole step, may stay free. */
	assert_true(g.cols * g.cell_cols + width / 8 + 12 >= width);
	check_best(&g, pages, width, rows);
}

static void
no_grid_fills_more(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_FILES; i++)
		for (unsigned width = 1; width <= 210; width++)
			for (unsigned rows = 1; rows <= 60; rows += 1 +
			    width % 5)
				check(files[i], width, rows);
}

static void
by_hand(void **state)
{
	static const struct {
		uint64_t		pages;
		unsigned		width, rows;
		struct cellgrid		g;
	} t[] = {
		{ 16384, 65, 16, { 1, 64, 4 } },	/* 120x40 */
		{ 16640, 65, 16, { 3, 20, 6 } },	/* 65 MiB there */
		{ 16384, 69, 9, { 1, 64, 5 } },		/* 80x24 */
		{ 16384, 72, 16, { 1, 64, 4 } },	/* not 72: rounder */
		{ 16384, 109, 34, { 3, 32, 4 } },
		{ 100, 69, 16, { 3, 20, 0 } },
		{ 16384, 12, 3, { 3, 4, 11 } },
		{ 16384, 5, 3, { 1, 4, 11 } },
		{ 0, 0, 0, { 1, 1, 0 } },
	};
	struct cellgrid g;

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof t[0]; i++) {
		g = cellgrid_fit(t[i].pages, t[i].width, t[i].rows);
		assert_int_equal(g.cell_cols, t[i].g.cell_cols);
		assert_int_equal(g.cols, t[i].g.cols);
		assert_int_equal(g.shift, t[i].g.shift);
	}
}

/* Seen from afar: as wide as asked for, wherever a row of four has room. */
static void
wide_cells_are_wide(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_FILES; i++)
		for (unsigned width = 1; width <= 210; width++)
			for (unsigned least = 2; least <= CELLGRID_WIDEST;
			    least++) {
				struct cellgrid g = cellgrid_fit_wide(files[i],
				    width, 10, least);

				assert_true(g.cell_cols >= least ||
				    width < 4 * least);
				assert_true(g.cell_cols * g.cols <= width);
				assert_true((uint64_t)g.cols * 10 << g.shift >=
				    files[i]);
			}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_grid_fills_more),
		cmocka_unit_test(by_hand),
		cmocka_unit_test(wide_cells_are_wide),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
