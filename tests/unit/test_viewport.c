#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdbool.h>
#include <stdlib.h>

#include <cmocka.h>

#include "pagetide/viewport.h"

#define HUGE_PAGES (UINT64_C(1) << 40)

static uint64_t
below(uint64_t n)
{
	return (((uint64_t)random() << 31) ^ (uint64_t)random()) % n;
}

/* Cells of n pages, by the book. */
static uint64_t
cells_of(uint64_t pages, unsigned shift)
{
	uint64_t	size = UINT64_C(1) << shift;

	return pages / size + (pages % size != 0);
}

static void
check_empty(const struct viewport *vp)
{
	uint64_t	first = 9, n = 9;
	size_t		cell;

	assert_int_equal(viewport_cells(vp), 0);
	assert_int_equal(viewport_shown_pages(vp), 0);
	assert_int_equal(viewport_cursor_cell(vp), 0);
	assert_false(viewport_cell_of(vp, 0, &cell));
	assert_false(viewport_is_selected(vp, 0));
	viewport_range(vp, &first, &n);
	assert_int_equal(first, 0);
	assert_int_equal(n, 0);
}

/* What viewport.h promises after every call. */
static void
check(const struct viewport *vp)
{
	uint64_t	total, room, first, n, left;
	size_t		cell = SIZE_MAX;

	assert_true(vp->cols >= 1 && vp->cell_cols >= 1);
	assert_true(vp->cols * vp->cell_cols <= vp->width);
	assert_true(vp->rows >= 1);
	if (vp->pages == 0) {
		check_empty(vp);
		return;
	}
	room = (uint64_t)vp->cols * vp->rows;
	total = cells_of(vp->pages, vp->shift);
	assert_true(vp->cursor_page < vp->pages);
	assert_true(vp->first_page < vp->pages);
	assert_int_equal(vp->first_page % (UINT64_C(1) << vp->shift), 0);
	assert_true(vp->cursor_page >= vp->first_page);
	assert_true(viewport_cursor_cell(vp) < room);
	assert_true(viewport_cursor_cell(vp) < viewport_cells(vp));
	assert_true(viewport_cell_of(vp, vp->cursor_page, &cell));
	assert_int_equal(cell, viewport_cursor_cell(vp));
	left = vp->pages - vp->first_page;
	n = cells_of(left, vp->shift);
	assert_int_equal(viewport_cells(vp), n < room ? n : room);
	n = room << vp->shift;
	assert_int_equal(viewport_shown_pages(vp), n < left ? n : left);
	if (vp->shift > 0)
		assert_true(cells_of(vp->pages, vp->shift - 1) > room);
	if (vp->fit || total <= room) {
		assert_int_equal(vp->first_page, 0);
		assert_int_equal(viewport_cells(vp), total);
	}
	/* At most the last row is short. */
	if (total > room)
		assert_true(viewport_cells(vp) > room - vp->cols);
	viewport_range(vp, &first, &n);
	assert_true(n > 0 && first < vp->pages && n <= vp->pages - first);
	assert_true(!vp->selecting || vp->anchor_page < vp->pages);
}

static const uint64_t sizes[] = { 0, 1, 2, 3, 100, 16384, 262144, 999983,
	HUGE_PAGES - 1, HUGE_PAGES };
#define N_SIZES (sizeof sizes / sizeof sizes[0])

static int64_t
random_step(void)
{
	static const int64_t steps[] = { 0, 1, -1, 5, -7, 64, -1000, INT64_MAX,
		INT64_MIN };

	return steps[below(sizeof steps / sizeof steps[0])];
}

/* One call chosen at random. */
static void
random_call(struct viewport *vp)
{
	switch (below(12)) {
	case 0:
		viewport_resize(vp, below(401), below(121));
		break;
	case 1:
		viewport_set_pages(vp, below(3) == 0 ? sizes[below(N_SIZES)] :
		    vp->pages / 2 + below(vp->pages + 1));
		break;
	case 2:
	case 3:
		viewport_zoom(vp, (int)below(7) - 3);
		break;
	case 4:
		viewport_zoom(vp, below(2) ? INT32_MAX : INT32_MIN);
		break;
	case 5:
		viewport_fit(vp);
		break;
	case 6:
		viewport_zoom_pages(vp);
		break;
	case 7:
	case 8:
		viewport_move(vp, random_step(), random_step());
		break;
	case 9:
		viewport_goto(vp, below(2) ? below(vp->pages + 9) : UINT64_MAX);
		break;
	default:
		viewport_select(vp, below(3) != 0);
		break;
	}
}

static void
invariants_hold_after_every_call(void **state)
{
	struct viewport	vp;
	unsigned	seed;
	int		n;

	(void)state;
	for (seed = 0; seed < 400; seed++) {
		srandom(seed);
		viewport_init(&vp, sizes[seed % N_SIZES]);
		check(&vp);
		for (n = 0; n < 300; n++) {
			random_call(&vp);
			check(&vp);
		}
	}
}

static void
invariants_hold_at_every_width(void **state)
{
	struct viewport	vp;
	unsigned	width, rows;
	size_t		s;

	(void)state;
	for (s = 0; s < N_SIZES; s++) {
		viewport_init(&vp, sizes[s]);
		for (width = 0; width <= 400; width++) {
			rows = width % 120;
			viewport_resize(&vp, width, rows);
			check(&vp);
			assert_int_equal(vp.width, width ? width : 1);
			assert_true(vp.cols * vp.cell_cols * 2 > width);
			assert_int_equal(vp.rows, rows ? rows : 1);
			viewport_goto(&vp, vp.pages);
			viewport_zoom_pages(&vp);
			check(&vp);
			viewport_resize(&vp, 401 - width, 1 + rows / 2);
			check(&vp);
			viewport_fit(&vp);
			check(&vp);
		}
	}
}

/* A viewport in some state that calls can bring about. */
static void
random_state(struct viewport *vp, unsigned seed)
{
	int	n;

	srandom(seed);
	viewport_init(vp, 1 + below(seed % 2 ? 200000 : HUGE_PAGES));
	viewport_resize(vp, 1 + below(400), 1 + below(120));
	viewport_goto(vp, below(vp->pages));
	viewport_zoom(vp, below(20));
	for (n = 0; n < 5; n++)
		viewport_move(vp, (int64_t)below(400) - 200,
		    (int64_t)below(50) - 25);
}

static void
zoom_keeps_the_cursor_in_place(void **state)
{
	struct viewport	vp;
	unsigned	seed, held = 0, shift;
	uint64_t	page, cell, total, room;
	size_t		at;

	(void)state;
	for (seed = 0; seed < 4000; seed++) {
		random_state(&vp, seed);
		shift = vp.shift;
		page = vp.cursor_page;
		at = viewport_cursor_cell(&vp);
		viewport_zoom(&vp, (int)below(9) - 4);
		check(&vp);
		assert_int_equal(vp.cursor_page, page);
		cell = page >> vp.shift;
		total = cells_of(vp.pages, vp.shift);
		room = (uint64_t)vp.cols * vp.rows;
		if (vp.shift != shift)
			assert_int_equal(viewport_cells(&vp),
			    total < room ? total : room);
		if (cell < at || cell - at + room > total)
			continue;
		assert_int_equal(viewport_cursor_cell(&vp), at);
		held++;
	}
	assert_true(held > 400);
}

static void
zoom_in_then_out_comes_back(void **state)
{
	struct viewport	vp;
	unsigned	seed, shift;
	uint64_t	page;
	int		steps;

	(void)state;
	for (seed = 0; seed < 2000; seed++) {
		random_state(&vp, seed);
		page = vp.cursor_page;
		shift = vp.shift;
		steps = 1 + below(6);
		viewport_zoom(&vp, steps);
		assert_int_equal(vp.shift, shift < (unsigned)steps ? 0 :
		    shift - steps);
		viewport_zoom(&vp, (int)vp.shift - (int)shift);
		assert_int_equal(vp.shift, shift);
		assert_int_equal(vp.cursor_page, page);
	}
}

static void
zoom_by_hand(void **state)
{
	struct viewport	vp;

	(void)state;
	viewport_init(&vp, 16384);
	assert_int_equal(vp.shift, 14);
	viewport_resize(&vp, 67, 16);
	assert_int_equal(vp.cols, 64);
	assert_int_equal(vp.shift, 4);
	assert_true(vp.fit);
	assert_int_equal(viewport_cells(&vp), 1024);
	assert_int_equal(viewport_shown_pages(&vp), 16384);
	viewport_zoom(&vp, -1);
	assert_int_equal(vp.shift, 4);
	viewport_goto(&vp, 8200);
	assert_int_equal(viewport_cursor_cell(&vp), 512);
	viewport_zoom(&vp, 1);
	assert_false(vp.fit);
	assert_int_equal(vp.shift, 3);
	/* Cell 1025 of 2048, still the 512th on the screen. */
	assert_int_equal(viewport_cursor_cell(&vp), 512);
	assert_int_equal(vp.first_page, (1025 - 512) * 8);
	viewport_zoom(&vp, -1);
	assert_true(vp.fit);
	assert_int_equal(vp.first_page, 0);
	viewport_zoom_pages(&vp);
	assert_int_equal(vp.shift, 0);
	assert_int_equal(vp.cursor_page, 8200);
	assert_int_equal(vp.first_page, 8200 - 512);
	viewport_fit(&vp);
	assert_int_equal(vp.shift, 4);
}

static void
fit_follows_the_size(void **state)
{
	struct viewport	vp;

	(void)state;
	viewport_init(&vp, 16384);
	viewport_resize(&vp, 64, 16);
	assert_int_equal(vp.shift, 4);
	viewport_resize(&vp, 32, 8);
	assert_int_equal(vp.shift, 6);
	viewport_set_pages(&vp, 200);
	assert_int_equal(vp.shift, 0);
	viewport_set_pages(&vp, 16384);
	assert_int_equal(vp.shift, 6);
	viewport_zoom(&vp, 2);
	viewport_resize(&vp, 16, 8);
	assert_int_equal(vp.shift, 4);
	viewport_resize(&vp, 400, 100);
	assert_int_equal(vp.shift, 0);
	viewport_resize(&vp, 16, 8);
	assert_int_equal(vp.shift, 0);
}

static void
rows_keep_the_column(void **state)
{
	struct viewport	vp;

	(void)state;
	viewport_init(&vp, 100);
	viewport_resize(&vp, 16, 4);
	viewport_zoom_pages(&vp);
	viewport_move(&vp, 5, 0);
	viewport_move(&vp, 0, 3);
	assert_int_equal(vp.cursor_page, 53);
	assert_int_equal(vp.first_page, 0);
	viewport_move(&vp, 0, 1);
	assert_int_equal(vp.cursor_page, 69);
	assert_int_equal(vp.first_page, 16);
	viewport_move(&vp, 0, -4);
	assert_int_equal(vp.cursor_page, 5);
	assert_int_equal(vp.first_page, 0);
	viewport_move(&vp, 0, -1);
	assert_int_equal(vp.cursor_page, 5);
	/* The last row has four cells. */
	viewport_move(&vp, 0, INT64_MAX);
	assert_int_equal(vp.cursor_page, 99);
	assert_int_equal(vp.first_page, 48);
	viewport_move(&vp, 0, 1);
	assert_int_equal(vp.cursor_page, 99);
	viewport_move(&vp, INT64_MIN, 0);
	assert_int_equal(vp.cursor_page, 0);
	viewport_move(&vp, INT64_MAX, 0);
	assert_int_equal(vp.cursor_page, 99);
	viewport_move(&vp, 1, 0);
	assert_int_equal(vp.cursor_page, 99);
	viewport_move(&vp, 0, INT64_MIN);
	assert_int_equal(vp.cursor_page, 3);
}

/* Rows are those of the screen, which need not begin at cell 0 of a row. */
static void
rows_are_those_on_the_screen(void **state)
{
	struct viewport	vp;

	(void)state;
	viewport_init(&vp, 1000);
	viewport_resize(&vp, 8, 4);
	viewport_goto(&vp, 14);
	viewport_zoom_pages(&vp);
	vp.first_page = 5;
	check(&vp);
	/* The second column, where the row of cell 0 has no cell. */
	viewport_move(&vp, 0, INT64_MIN);
	assert_int_equal(vp.cursor_page, 0);
	vp.first_page = 5;
	vp.cursor_page = 18;
	viewport_move(&vp, 0, INT64_MIN);
	assert_int_equal(vp.cursor_page, 2);
	assert_int_equal(vp.first_page, 0);
}

static void
the_last_cell_is_the_end(void **state)
{
	struct viewport	vp;

	(void)state;
	viewport_init(&vp, 16 * 11 + 5);
	viewport_resize(&vp, 4, 3);
	assert_int_equal(vp.shift, 4);
	viewport_move(&vp, 9, 0);
	viewport_move(&vp, 5, 0);
	assert_int_equal(vp.cursor_page, 176);
	/* A last row of two: below its third column is its last cell. */
	viewport_set_pages(&vp, 16 * 9 + 5);
	viewport_goto(&vp, 16 * 6);
	viewport_move(&vp, 0, 1);
	assert_int_equal(vp.cursor_page, 16 * 9);
}

/* Scrolling goes by rows, and there and back is where one was. */
static void
moves_scroll_by_rows(void **state)
{
	struct viewport	vp;
	uint64_t	first, cell, last, shifted;
	unsigned	seed;

	(void)state;
	for (seed = 0; seed < 3000; seed++) {
		random_state(&vp, seed);
		first = vp.first_page >> vp.shift;
		cell = vp.cursor_page >> vp.shift;
		last = (vp.pages - 1) >> vp.shift;
		viewport_move(&vp, 0, 1);
		check(&vp);
		if (cell + vp.cols <= last)
			assert_int_equal(vp.cursor_page >> vp.shift,
			    cell + vp.cols);
		shifted = (vp.first_page >> vp.shift) - first;
		assert_true(shifted == 0 || shifted == vp.cols);
		if (cell + vp.cols > last)
			continue;
		viewport_move(&vp, 0, -1);
		assert_int_equal(vp.cursor_page >> vp.shift, cell);
	}
}

static void
a_move_within_the_cell_keeps_the_page(void **state)
{
	struct viewport	vp;

	(void)state;
	viewport_init(&vp, 1000);
	viewport_resize(&vp, 8, 4);
	viewport_goto(&vp, 37);
	viewport_move(&vp, 0, 0);
	assert_int_equal(vp.cursor_page, 37);
	viewport_move(&vp, 1, 0);
	assert_int_equal(vp.cursor_page, 64);
	viewport_goto(&vp, 5000);
	assert_int_equal(vp.cursor_page, 999);
	viewport_move(&vp, 3, 0);
	assert_int_equal(vp.cursor_page, 999);
}

/* Pages of the cells from the anchor's to the cursor's, one by one. */
static bool
in_selection(const struct viewport *vp, uint64_t page)
{
	uint64_t	cell = page >> vp->shift;
	uint64_t	a = vp->anchor_page >> vp->shift;
	uint64_t	b = vp->cursor_page >> vp->shift;

	return page < vp->pages && cell >= (a < b ? a : b) &&
	    cell <= (a < b ? b : a);
}

static void
range_is_whole_cells_within_the_target(void **state)
{
	struct viewport	vp;
	unsigned	seed;
	uint64_t	first, n, page;

	(void)state;
	for (seed = 0; seed < 1000; seed++) {
		srandom(seed);
		viewport_init(&vp, 1 + below(900));
		viewport_resize(&vp, 1 + below(40), 1 + below(10));
		viewport_goto(&vp, below(vp.pages));
		viewport_select(&vp, true);
		viewport_goto(&vp, below(vp.pages));
		viewport_zoom(&vp, (int)below(7) - 3);
		viewport_range(&vp, &first, &n);
		for (page = 0; page < vp.pages + 40; page++)
			assert_int_equal(page >= first && page < first + n,
			    in_selection(&vp, page));
		if (vp.shift > 0 && first > 0)
			assert_true(viewport_is_selected(&vp, first - 1));
		for (page = 0; page < vp.pages; page += 1u << vp.shift)
			assert_int_equal(viewport_is_selected(&vp, page),
			    in_selection(&vp, page));
		viewport_select(&vp, false);
		viewport_range(&vp, &first, &n);
		assert_int_equal(first, 0);
		assert_int_equal(n, vp.pages);
		assert_false(viewport_is_selected(&vp, 0));
	}
}

static void
range_is_clipped_at_the_end(void **state)
{
	struct viewport	vp;
	uint64_t	first, n;

	(void)state;
	viewport_init(&vp, 1000);
	viewport_resize(&vp, 8, 4);
	assert_int_equal(vp.shift, 5);
	viewport_goto(&vp, 999);
	viewport_select(&vp, true);
	viewport_range(&vp, &first, &n);
	assert_int_equal(first, 992);
	assert_int_equal(n, 8);
	viewport_move(&vp, -1, 0);
	viewport_range(&vp, &first, &n);
	assert_int_equal(first, 960);
	assert_int_equal(n, 40);
	viewport_set_pages(&vp, 970);
	viewport_range(&vp, &first, &n);
	assert_int_equal(first, 960);
	assert_int_equal(n, 10);
	viewport_set_pages(&vp, 0);
	assert_false(vp.selecting);
}

static void
cells_of_pages_on_the_screen(void **state)
{
	struct viewport	vp;
	uint64_t	page;
	unsigned	seed;
	size_t		cell;
	bool		there;

	(void)state;
	for (seed = 0; seed < 300; seed++) {
		srandom(seed);
		viewport_init(&vp, 1 + below(3000));
		viewport_resize(&vp, 1 + below(40), 1 + below(10));
		viewport_goto(&vp, below(vp.pages));
		viewport_zoom(&vp, below(5));
		for (page = 0; page < vp.pages + 50; page++) {
			there = page >= vp.first_page && page < vp.first_page +
			    viewport_shown_pages(&vp);
			assert_int_equal(viewport_cell_of(&vp, page, &cell),
			    there);
			if (there)
				assert_int_equal(cell, (page - vp.first_page) /
				    (UINT64_C(1) << vp.shift));
		}
	}
}

/* A range that was named is what it is, whatever the cells and the cursor. */
static void
range_by_number(void **state)
{
	struct viewport	vp;
	uint64_t	first, n;

	(void)state;
	viewport_init(&vp, 1000);
	viewport_resize(&vp, 8, 4);
	viewport_select_pages(&vp, 33, 5);
	viewport_goto(&vp, 999);
	viewport_zoom(&vp, 3);
	viewport_range(&vp, &first, &n);
	assert_int_equal(first, 33);
	assert_int_equal(n, 5);
	assert_false(viewport_is_selected(&vp, 32 - 4));
	assert_true(viewport_is_selected(&vp, 32));
	assert_true(viewport_is_selected(&vp, 36));
	assert_false(viewport_is_selected(&vp, 40));
	viewport_select_pages(&vp, 900, UINT64_MAX);
	viewport_range(&vp, &first, &n);
	assert_int_equal(n, 100);
	viewport_set_pages(&vp, 950);
	viewport_range(&vp, &first, &n);
	assert_int_equal(n, 50);
	viewport_set_pages(&vp, 10);
	viewport_range(&vp, &first, &n);
	assert_int_equal(first, 9);
	assert_int_equal(n, 1);
	viewport_set_pages(&vp, 1000);
	viewport_select(&vp, true);
	viewport_move(&vp, 0, 1);
	viewport_range(&vp, &first, &n);
	assert_true(n > 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(invariants_hold_after_every_call),
		cmocka_unit_test(invariants_hold_at_every_width),
		cmocka_unit_test(zoom_keeps_the_cursor_in_place),
		cmocka_unit_test(zoom_in_then_out_comes_back),
		cmocka_unit_test(zoom_by_hand),
		cmocka_unit_test(fit_follows_the_size),
		cmocka_unit_test(rows_keep_the_column),
		cmocka_unit_test(rows_are_those_on_the_screen),
		cmocka_unit_test(the_last_cell_is_the_end),
		cmocka_unit_test(moves_scroll_by_rows),
		cmocka_unit_test(a_move_within_the_cell_keeps_the_page),
		cmocka_unit_test(range_is_whole_cells_within_the_target),
		cmocka_unit_test(range_is_clipped_at_the_end),
		cmocka_unit_test(range_by_number),
		cmocka_unit_test(cells_of_pages_on_the_screen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
