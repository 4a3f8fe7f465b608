#include "config.h"

#include "scan_rig.h"

static struct scan_reader by_count = {
	.name = "count",
	.layers = LAYER_BIT(LAYER_CACHED) | LAYER_BIT(LAYER_DIRTY),
	.count = world_count,
	.count_max = 1 << 12,
};

/* Every cell exact, whatever the sizes, the zoom, and where it was cut. */
static void
test_exact_by_runs(void **state)
{
	uint64_t seed = 1, pages;
	struct scan s;
	unsigned shift;
	int round;

	(void)state;
	for (round = 0; round < 300; round++) {
		shift = draw(&seed) % 14;
		pages = 1 + draw(&seed) % MAX_PAGES;
		world_make(draw(&seed) % 100 << shift, pages, seed);
		begin(&s, shift, &by_runs);
		run_sliced(&s);
		assert_layer(&s.grid, LAYER_CACHED, C);
		assert_layer(&s.grid, LAYER_MAPPED, M);
		assert_true(s.covered);
		scan_done(&s);
	}
}

static void
test_exact_by_count(void **state)
{
	uint64_t seed = 2, pages;
	struct scan s;
	unsigned shift, max;
	int round, pass;

	(void)state;
	for (round = 0; round < 300; round++) {
		shift = draw(&seed) % 14;
		max = 1u << draw(&seed) % 13;
		pages = 1 + draw(&seed) % MAX_PAGES;
		by_count.count_max = max;
		world_make(draw(&seed) % 100 << shift, pages, seed);
		begin(&s, shift, &by_count);
		for (pass = 0; pass < 3; pass++) {
			run_sliced(&s);
			assert_layer(&s.grid, LAYER_CACHED, C);
			assert_layer(&s.grid, LAYER_DIRTY, D);
			assert_layer(&s.grid, LAYER_MAPPED, M);
			world_make(world.first, pages, draw(&seed));
			scan_restart(&s);
		}
		scan_done(&s);
	}
	by_count.count_max = 1 << 12;
}

static void
test_unknown_stays_in_its_cells(void **state)
{
	static const struct scan_reader *const readers[] = {
		&by_runs, &by_count };
	uint64_t seed = 3;
	struct scan s;
	int round, i;

	(void)state;
	by_count.count_max = 16;
	for (round = 0; round < 100; round++) {
		world_make(0, 1 + draw(&seed) % MAX_PAGES, draw(&seed));
		for (i = 0; i < 10; i++)
			world.state[draw(&seed) % world.pages] = U;
		/* Nodes of one cell: a failing call spoils only that. */
		begin(&s, 4 + draw(&seed) % 6, readers[round % 2]);
		run_sliced(&s);
		assert_layer(&s.grid, LAYER_CACHED, C);
		assert_layer(&s.grid, LAYER_MAPPED, M);
		scan_done(&s);
	}
	by_count.count_max = 1 << 12;
}

static void
test_unknown_whole_cells(void **state)
{
	struct scan s;
	size_t i;

	(void)state;
	world_make(0, 64, 4);
	memset(world.state, C, 64);
	begin(&s, 0, &by_runs);
	run_sliced(&s);
	world.state[5] = world.state[6] = world.state[63] = U;
	scan_restart(&s);
	run_sliced(&s);
	assert_layer(&s.grid, LAYER_CACHED, C);
	scan_done(&s);
	/* Of cells that were asked for at once none is known. */
	by_count.count_max = 8;
	begin(&s, 0, &by_count);
	run_sliced(&s);
	by_count.count_max = 1 << 12;
	for (i = 0; i < 64; i++)
		assert_int_equal(cells_known(&s.grid, i, LAYER_CACHED),
		    i >= 8 && i < 56);
	scan_done(&s);
}

/* A cell is stored when all of it was read, not before. */
static void
test_cells_are_whole(void **state)
{
	struct scan s;
	unsigned i;

	(void)state;
	world_make(0, 4096, 5);
	memset(world.state, C, sizeof world.state);
	world.chunk = 100;
	begin(&s, 10, &by_runs);
	for (i = 1; i <= 10; i++) {
		assert_false(scan_step(&s, clock_now_ns() + 1));
		assert_false(cells_known(&s.grid, 0, LAYER_CACHED));
	}
	assert_false(scan_step(&s, clock_now_ns() + 1));
	assert_true(cells_known(&s.grid, 0, LAYER_CACHED));
	assert_int_equal(s.grid.count[LAYER_CACHED][0], 1024);
	assert_false(cells_known(&s.grid, 1, LAYER_CACHED));
	scan_done(&s);
}

static void
test_step_keeps_the_deadline(void **state)
{
	uint64_t deadline;
	struct scan s;

	(void)state;
	world_make(0, 4000, 6);
	world.chunk = 10;
	begin(&s, 3, &by_runs);
	do {
		deadline = clock_now_ns() + 4 * CALL_NS;
		if (scan_step(&s, deadline))
			break;
		assert_int_equal(clock_now_ns(), deadline);
	} while (1);
	assert_int_equal(world.calls, 800);
	assert_int_equal(s.cost_ns, 800 * CALL_NS);
	scan_done(&s);
}

/* All the same: few calls, each for as much as may be asked for. */
static void
test_count_uniform(void **state)
{
	struct scan s;

	(void)state;
	world_make(0, 4096, 7);
	memset(world.state, C, sizeof world.state);
	scan_init(&s);
	scan_shape(&s, 0, 4096, 0);
	scan_set_reader(&s, SCAN_CACHE, &by_count, &world);
	run_sliced(&s);
	assert_int_equal(world.calls, 1);
	by_count.count_max = 512;
	scan_restart(&s);
	run_sliced(&s);
	assert_int_equal(world.calls, 1 + 8);
	by_count.count_max = 1 << 12;
	assert_layer(&s.grid, LAYER_CACHED, C);
	assert_layer(&s.grid, LAYER_DIRTY, D);
	scan_done(&s);
}

/* Scattered: from the second pass on one call a cell and no more. */
static void
test_count_scattered(void **state)
{
	struct scan s;
	unsigned first;
	size_t i;

	(void)state;
	world_make(0, 4096, 8);
	for (i = 0; i < 4096; i++)
		world.state[i] = i & 1 ? C : 0;
	scan_init(&s);
	scan_shape(&s, 0, 4096, 0);
	scan_set_reader(&s, SCAN_CACHE, &by_count, &world);
	run_sliced(&s);
	first = world.calls;
	assert_int_equal(first, 4096 + 512 + 64 + 8 + 1);
	scan_restart(&s);
	run_sliced(&s);
	assert_int_equal(world.calls - first, 4096);
	/* And back to few when it is all the same again. */
	memset(world.state, 0, sizeof world.state);
	scan_restart(&s);
	run_sliced(&s);
	world.calls = 0;
	scan_restart(&s);
	run_sliced(&s);
	assert_int_equal(world.calls, 1);
	assert_layer(&s.grid, LAYER_CACHED, C);
	scan_done(&s);
}

/* One page among many: its node on each level, and the nodes beside it. */
static void
test_count_lone_page(void **state)
{
	struct scan s;

	(void)state;
	world_make(0, 4096, 9);
	memset(world.state, 0, sizeof world.state);
	world.state[1234] = C;
	scan_init(&s);
	scan_shape(&s, 0, 4096, 0);
	scan_set_reader(&s, SCAN_CACHE, &by_count, &world);
	run_sliced(&s);
	assert_int_equal(world.calls, 1 + 4 * 8);
	world.calls = 0;
	scan_restart(&s);
	run_sliced(&s);
	assert_int_equal(world.calls, 4 * 7 + 1);
	assert_layer(&s.grid, LAYER_CACHED, C);
	scan_done(&s);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, scan_setup, scan_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_exact_by_runs),
		TEST(test_exact_by_count),
		TEST(test_unknown_stays_in_its_cells),
		TEST(test_unknown_whole_cells),
		TEST(test_cells_are_whole),
		TEST(test_step_keeps_the_deadline),
		TEST(test_count_uniform),
		TEST(test_count_scattered),
		TEST(test_count_lone_page),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
