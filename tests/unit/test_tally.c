#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../src/probe/tally.h"
#include "cells_rig.h"

static struct cells grid;

static int
setup(void **state)
{
	(void)state;
	cells_init(&grid);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	cells_done(&grid);
	return 0;
}

/* A cell is stored with its last page, not before. */
static void
test_parts(void **state)
{
	struct tally t;

	(void)state;
	cells_reshape(&grid, 16, 10, 2);
	tally_start(&t, &grid, LAYER_HOLE, 16);
	assert_int_equal(tally_end(&t), 26);
	assert_int_equal(tally_cell_end(&t), 20);
	tally_add(&t, 3, 2);
	assert_false(cells_known(&grid, 0, LAYER_HOLE));
	tally_add(&t, 1, 1);
	assert_true(cells_known(&grid, 0, LAYER_HOLE));
	assert_int_equal(grid.count[LAYER_HOLE][0], 3);
	assert_false(cells_known(&grid, 1, LAYER_HOLE));
	/* The short cell at the end. */
	tally_add(&t, 4, 0);
	tally_add(&t, 2, 1);
	assert_int_equal(grid.count[LAYER_HOLE][1], 0);
	assert_int_equal(grid.count[LAYER_HOLE][2], 1);
	assert_int_equal(t.page, 26);
	assert_int_equal(grid.known[2], LAYER_BIT(LAYER_HOLE));
}

static void
test_runs_over_cells(void **state)
{
	static const uint32_t want[] = { 4, 3, 0, 2, 2 };
	struct tally t;
	size_t i;

	(void)state;
	cells_reshape(&grid, 0, 18, 2);
	tally_start(&t, &grid, LAYER_INFLIGHT, 0);
	tally_add(&t, 7, 7);
	tally_add(&t, 7, 0);
	/* Past the end is no harm. */
	tally_add(&t, UINT64_MAX - 14, UINT64_MAX - 14);
	for (i = 0; i < 5; i++) {
		assert_true(cells_known(&grid, i, LAYER_INFLIGHT));
		assert_int_equal(grid.count[LAYER_INFLIGHT][i], want[i]);
	}
	tally_add(&t, 1, 1);
	assert_int_equal(t.page, 18);
}

static void
test_unknown(void **state)
{
	struct tally t;

	(void)state;
	cells_reshape(&grid, 0, 16, 2);
	fill_cells(&grid, 0, 4, LAYER_HOLE, true, 7);
	fill_cells(&grid, 0, 4, LAYER_CACHED, true, 7);
	tally_start(&t, &grid, LAYER_HOLE, 4);
	tally_add(&t, 2, 0);
	tally_unknown(&t, 3);
	tally_add(&t, 3, 3);
	tally_add(&t, 4, 4);
	assert_true(cells_known(&grid, 0, LAYER_HOLE));
	assert_false(cells_known(&grid, 1, LAYER_HOLE));
	assert_false(cells_known(&grid, 2, LAYER_HOLE));
	assert_true(cells_known(&grid, 3, LAYER_HOLE));
	/* Other layers and the stamp of what was measured stay. */
	assert_true(cells_known(&grid, 1, LAYER_CACHED));
	assert_int_equal(grid.stamp_ns[3], 7);
}

/* 32 bits have no room for such a count: unknown, not cut off. */
static void
test_too_large(void **state)
{
	struct tally t;

	(void)state;
	cells_reshape(&grid, 0, UINT64_C(1) << 34, 33);
	tally_start(&t, &grid, LAYER_HOLE, 0);
	tally_add(&t, UINT64_C(1) << 33, UINT64_C(1) << 33);
	tally_add(&t, UINT64_C(1) << 33, 5);
	assert_false(cells_known(&grid, 0, LAYER_HOLE));
	assert_true(cells_known(&grid, 1, LAYER_HOLE));
	assert_int_equal(grid.count[LAYER_HOLE][1], 5);
	assert_true(grid.stamp_ns[1] > 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_parts),
		TEST(test_runs_over_cells),
		TEST(test_unknown),
		TEST(test_too_large),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
