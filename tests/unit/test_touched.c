#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "pagetide/clock.h"
#include "pagetide/order.h"
#include "pagetide/source.h"

#include "../../src/probe/touched.h"

#include "stamps_rig.h"

#define S	NS_PER_S
#define SLOT	WORKSET_SLOT_NS
#define T0	(5000 * S)
#define PAGES	60000

static struct subject worker;
static struct cells grid;
static struct touched *touched;
static uint64_t slot[PAGES];	/* what is to be, of each page */

static int
setup(void **state)
{
	clock_fix(T0, T0);
	memset(slot, 0, sizeof slot);
	if (stamps_rig_setup(state) != 0)
		return -1;
	worker = (struct subject){ .pid = 1,
		.shared = stamps_rig.shared, .shared_fd = stamps_rig.fd };
	touched = malloc(sizeof *touched);
	cells_init(&grid);
	cells_reshape(&grid, 0, PAGES, 5);
	touched_init(touched, &worker, &grid);
	return 0;
}

static int
teardown(void **state)
{
	cells_done(&grid);
	free(touched);
	clock_release();
	return stamps_rig_teardown(state);
}

static void
map(uint64_t first_page, uint64_t pages)
{
	stamps_start(stamps_rig.stamps, stamps_rig.fd, stamps_rig.shared,
	    first_page, pages, clock_now_ns());
	stamps_limit(stamps_rig.stamps, 0);
	memset(slot, 0, sizeof slot);
}

static void
touch(uint64_t page)
{
	stamps_touch(stamps_rig.stamps, page, clock_now_ns());
	if (page < PAGES)
		slot[page] = workset_slot(clock_now_ns());
}

/* A pass to its end; false: none was begun. */
static bool
pass(uint64_t window_ns)
{
	stamps_write(stamps_rig.stamps, clock_now_ns());
	touched_begin(touched, window_ns, false);
	if (!touched->under_way)
		return false;
	assert_true(touched_step(touched, UINT64_MAX));
	return true;
}

/* Every cell has what it is to have. */
static void
assert_cells(uint64_t window_ns)
{
	uint64_t first = workset_first(clock_now_ns(), window_ns), n, page;
	uint64_t total = 0, all = 0, in_set = UINT64_MAX;
	size_t i;

	for (i = 0; i < grid.n; i++) {
		n = 0;
		for (page = cells_page(&grid, i); page < cells_page(&grid, i) +
		    cells_pages(&grid, i); page++)
			n += slot[page] >= first;
		assert_true(cells_known(&grid, i, LAYER_TOUCHED));
		assert_int_equal(grid.count[LAYER_TOUCHED][i], n);
		total += n;
	}
	for (page = 0; page < PAGES; page++)
		all += slot[page] >= first;
	assert_true(touched_pages(&worker, clock_now_ns(), window_ns,
	    &in_set));
	assert_int_equal(in_set, all);
	if (grid.pages == PAGES)
		assert_int_equal(total, all);
}

static void
unknown_without_a_mapping(void **state)
{
	uint64_t n;

	(void)state;
	assert_non_null(touched_why(&worker));
	assert_false(pass(S));
	assert_false(touched_pages(&worker, T0, S, &n));
	map(0, PAGES);
	assert_null(touched_why(&worker));
	assert_false(touched_pages(&worker, T0, 0, &n));
	assert_true(pass(S));
	assert_cells(S);
	worker.pid = 0;
	assert_non_null(touched_why(&worker));
	assert_false(pass(S));
	assert_false(cells_known(&grid, 0, LAYER_TOUCHED));
}

static void
unknown_where_no_stamps_are_kept(void **state)
{
	uint64_t n;

	(void)state;
	map(0, PAGES);
	stamps_rig.shared->stamps_err = EFBIG;
	assert_string_equal(touched_why(&worker),
	    "the worker can't note which pages it touched");
	assert_false(touched_pages(&worker, T0, S, &n));
	stamps_rig.shared->stamps_err = ENOSPC;
	assert_string_equal(touched_why(&worker),
	    "too many pages far apart were touched to note them all");
	stamps_rig.shared->stamps_err = 0;
	worker.shared_fd = 0;
	assert_non_null(touched_why(&worker));
}

static void
pages_come_and_go(void **state)
{
	(void)state;
	map(0, PAGES);
	touch(0);
	touch(31);
	touch(32);
	touch(PAGES - 1);
	assert_true(pass(S));
	assert_cells(S);
	assert_int_equal(grid.count[LAYER_TOUCHED][0], 2);
	assert_int_equal(grid.count[LAYER_TOUCHED][1], 1);
	assert_int_equal(grid.count[LAYER_TOUCHED][grid.n - 1], 1);
	clock_advance(S / 2);
	touch(100);
	assert_true(pass(S));
	assert_cells(S);
	clock_advance(S / 2);
	assert_true(pass(S));
	assert_cells(S);
	assert_int_equal(grid.count[LAYER_TOUCHED][0], 0);
	assert_int_equal(grid.count[LAYER_TOUCHED][3], 1);
	/* Another window shows what was touched before. */
	assert_true(pass(2 * S));
	assert_cells(2 * S);
	assert_int_equal(grid.count[LAYER_TOUCHED][0], 2);
}

/* Where nothing changes nothing is measured. */
static void
a_pass_needs_a_reason(void **state)
{
	(void)state;
	map(0, PAGES);
	assert_true(pass(S));
	assert_false(pass(S));
	touch(5);
	assert_true(pass(S));
	clock_advance(SLOT);
	assert_false(pass(S));
	clock_advance(S);
	assert_true(pass(S));
	assert_false(pass(S));
	touched_reshaped(touched);
	assert_false(cells_known(&grid, 0, LAYER_TOUCHED));
	assert_true(pass(S));
	assert_cells(S);
}

static void
a_new_mapping_has_no_touched_pages(void **state)
{
	(void)state;
	map(0, PAGES);
	touch(5);
	assert_true(pass(S));
	map(0, PAGES);
	touched_begin(touched, S, false);
	assert_false(cells_known(&grid, 0, LAYER_TOUCHED));
	assert_true(touched_step(touched, UINT64_MAX));
	assert_cells(S);
}

/* What is not mapped is not touched. */
static void
a_part_that_is_mapped(void **state)
{
	(void)state;
	map(1000, 2000);
	touch(1000);
	touch(2999);
	assert_true(pass(S));
	assert_cells(S);
	map(PAGES - 10, 10);
	touch(PAGES - 10);
	assert_true(pass(S));
	assert_cells(S);
}

/* Stamps that change as a whole meanwhile are none. */
static void
a_pass_across_a_mapping_is_void(void **state)
{
	(void)state;
	map(0, PAGES);
	touch(5);
	stamps_write(stamps_rig.stamps, T0);
	touched_begin(touched, S, false);
	assert_true(touched->under_way);
	map(0, PAGES);
	assert_true(touched_step(touched, UINT64_MAX));
	assert_false(cells_known(&grid, 0, LAYER_TOUCHED));
	assert_true(pass(S));
	assert_cells(S);
	stamps_rig.shared->stamps_version++;
	assert_false(pass(S));
	stamps_rig.shared->stamps_version++;
}

/* A worker that ends meanwhile takes its stamps along. */
static void
a_pass_without_its_worker_is_void(void **state)
{
	(void)state;
	map(0, PAGES);
	touch(5);
	stamps_write(stamps_rig.stamps, T0);
	touched_begin(touched, S, false);
	assert_true(touched->under_way);
	worker = (struct subject){ 0 };
	assert_true(touched_step(touched, UINT64_MAX));
	assert_false(cells_known(&grid, 0, LAYER_TOUCHED));
	assert_false(pass(S));
}

/* A file of four pebibytes takes no time while it is not touched. */
static void
holes_cost_nothing(void **state)
{
	const uint64_t huge = UINT64_C(1) << 40;

	(void)state;
	cells_reshape(&grid, 0, huge, 30);
	touched_reshaped(touched);
	map(0, huge);
	touch(0);
	touch(huge / 2 + 7);
	touch(huge - 1);
	assert_true(pass(S));
	assert_int_equal(grid.count[LAYER_TOUCHED][0], 1);
	assert_int_equal(grid.count[LAYER_TOUCHED][1], 0);
	assert_int_equal(grid.count[LAYER_TOUCHED][512], 1);
	assert_int_equal(grid.count[LAYER_TOUCHED][1023], 1);
}

/* Any touches, any grid, any window, through several mappings. */
static void
any_life_is_shown_exactly(void **state)
{
	uint64_t window, first, n;
	unsigned seed, i;

	(void)state;
	for (seed = 1; seed <= 60; seed++) {
		srand(seed);
		first = seed % 3 == 0 ? (uint64_t)rand() % PAGES : 0;
		n = seed % 2 == 0 ? PAGES - first :
		    1 + (uint64_t)rand() % (PAGES - first);
		cells_reshape(&grid, (uint64_t)rand() % 50000, 1 +
		    (uint64_t)rand() % 10000, (unsigned)rand() % 14);
		touched_reshaped(touched);
		map(first, n);
		for (i = 0; i < 2000; i++) {
			touch(first + (uint64_t)rand() % n);
			if (rand() % 8 == 0)
				clock_advance((uint64_t)rand() % (2 * SLOT));
			if (rand() % 900 == 0)
				clock_advance((uint64_t)rand() * 10000);
		}
		window = SLOT * (1 + (uint64_t)rand() % 200);
		assert_true(pass(window));
		assert_cells(window);
	}
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(unknown_without_a_mapping),
		TEST(unknown_where_no_stamps_are_kept),
		TEST(pages_come_and_go),
		TEST(a_pass_needs_a_reason),
		TEST(a_new_mapping_has_no_touched_pages),
		TEST(a_part_that_is_mapped),
		TEST(a_pass_across_a_mapping_is_void),
		TEST(a_pass_without_its_worker_is_void),
		TEST(holes_cost_nothing),
		TEST(any_life_is_shown_exactly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
