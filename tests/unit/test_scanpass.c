#include "config.h"

#include "scan_rig.h"

static void
test_begin_rests_three_times_the_cost(void **state)
{
	struct scan s;

	(void)state;
	world_make(0, 1000, 10);
	world.chunk = 100;
	begin(&s, 0, &by_runs);
	run_sliced(&s);
	assert_int_equal(s.cost_ns, 20 * CALL_NS);
	assert_int_equal(s.end_ns, T0_NS + 20 * CALL_NS);
	assert_int_equal(s.pass_ns, T0_NS);
	s.cpu_ns = 20 * CALL_NS;
	clock_advance(60 * CALL_NS - 1);
	scan_begin(&s);
	assert_true(scan_step(&s, UINT64_MAX));
	assert_int_equal(world.calls, 20);
	clock_advance(1);
	scan_begin(&s);
	assert_false(scan_step(&s, clock_now_ns() + 1));
	assert_int_equal(world.calls, 21);
	/* Harmless while one is under way. */
	scan_begin(&s);
	run_sliced(&s);
	assert_int_equal(world.calls, 40);
	scan_done(&s);
}

/* As when we were stopped in the middle of a pass. */
static void
test_begin_does_not_rest_for_time_lost(void **state)
{
	struct scan s;

	(void)state;
	world_make(0, 1000, 10);
	begin(&s, 0, &by_runs);
	assert_false(scan_step(&s, clock_now_ns() + 1));
	clock_advance(60 * NS_PER_S);
	run_sliced(&s);
	assert_true(s.cost_ns < 60 * NS_PER_S);
	assert_true(s.cpu_ns < NS_PER_S / 4);
	clock_advance(NS_PER_S);
	world.calls = 0;
	scan_begin(&s);
	run_sliced(&s);
	assert_true(world.calls > 0);
	scan_done(&s);
}

/* A cell's stamp is when its oldest layer was read. */
static void
test_stamp_is_of_the_first_stage(void **state)
{
	struct scan s;

	(void)state;
	world_make(0, 200, 11);
	world.chunk = 100;
	begin(&s, 2, &by_runs);
	run_sliced(&s);
	assert_int_equal(s.grid.stamp_ns[0], T0_NS);
	assert_int_equal(s.grid.stamp_ns[49], T0_NS + CALL_NS);
	assert_int_equal(cells_oldest_ns(&s.grid), T0_NS);
	scan_set_reader(&s, SCAN_TABLES, &by_tables, &world);
	run_sliced(&s);
	assert_int_equal(s.grid.stamp_ns[0], T0_NS);
	/* Nobody tells the cache: the tables are the first stage. */
	scan_set_reader(&s, SCAN_CACHE, NULL, NULL);
	scan_restart(&s);
	run_sliced(&s);
	assert_int_equal(s.grid.stamp_ns[0], T0_NS + 6 * CALL_NS);
	scan_done(&s);
}

static void
test_reader_taken_away(void **state)
{
	struct scan s;

	(void)state;
	world_make(0, 100, 12);
	begin(&s, 2, &by_runs);
	run_sliced(&s);
	scan_set_reader(&s, SCAN_TABLES, NULL, NULL);
	assert_false(cells_known(&s.grid, 0, LAYER_MAPPED));
	assert_layer(&s.grid, LAYER_CACHED, C);
	world.calls = 0;
	assert_true(scan_step(&s, UINT64_MAX));
	assert_int_equal(world.calls, 0);
	/* Back: only its stage is done, and that is no whole pass. */
	s.cost_ns = 77;
	scan_set_reader(&s, SCAN_TABLES, &by_tables, &world);
	run_sliced(&s);
	assert_layer(&s.grid, LAYER_MAPPED, M);
	assert_int_equal(world.calls, (100 + world.chunk - 1) / world.chunk);
	assert_int_equal(s.cost_ns, 77);
	scan_done(&s);
}

static void
test_nobody_can_tell(void **state)
{
	struct scan s;

	(void)state;
	scan_init(&s);
	scan_shape(&s, 0, 100, 0);
	scan_begin(&s);
	assert_true(scan_step(&s, UINT64_MAX));
	assert_false(s.covered);
	assert_int_equal(cells_oldest_ns(&s.grid), 0);
	scan_done(&s);
}

/* What is known of the same pages stays known when the size changes. */
static void
test_shape_keeps(void **state)
{
	struct scan s;
	size_t i;

	(void)state;
	world_make(0, 4000, 13);
	begin(&s, 4, &by_runs);
	run_sliced(&s);
	scan_shape(&s, 0, 4500, 4);
	for (i = 0; i < 250; i++) {
		assert_true(cells_known(&s.grid, i, LAYER_CACHED));
		assert_int_equal(s.grid.count[LAYER_CACHED][i],
		    truth(i * 16, 16, C));
	}
	assert_false(cells_known(&s.grid, 250, LAYER_CACHED));
	assert_true(s.covered);
	world.pages = 4500;
	scan_restart(&s);
	run_sliced(&s);
	assert_layer(&s.grid, LAYER_CACHED, C);
	/* Coarser cells are sums. */
	scan_shape(&s, 0, 4500, 6);
	assert_layer(&s.grid, LAYER_CACHED, C);
	assert_false(s.covered);
	scan_done(&s);
}

/* A file that grows all the time is measured to its end all the same. */
static void
test_pass_survives_growth(void **state)
{
	struct scan s;
	int i;

	(void)state;
	world_make(0, 1000, 14);
	world.chunk = 100;
	begin(&s, 4, &by_runs);
	for (i = 0; i < 30 && !s.covered; i++) {
		scan_step(&s, clock_now_ns() + 1);
		world.pages += 10;
		scan_shape(&s, 0, world.pages, 4);
	}
	assert_true(s.covered);
	assert_in_range(world.calls, 24, 27);
	scan_done(&s);
}

static void
test_pass_under_way_and_shrinking(void **state)
{
	struct scan s;

	(void)state;
	world_make(0, 1000, 15);
	world.chunk = 300;
	begin(&s, 4, &by_runs);
	scan_step(&s, clock_now_ns() + 1);
	scan_step(&s, clock_now_ns() + 1);
	world.pages = 500;
	scan_shape(&s, 0, 500, 4);
	assert_true(scan_step(&s, UINT64_MAX));
	scan_begin(&s);
	run_sliced(&s);
	assert_layer(&s.grid, LAYER_CACHED, C);
	assert_layer(&s.grid, LAYER_MAPPED, M);
	world.pages = 0;
	scan_shape(&s, 0, 0, 0);
	scan_begin(&s);
	assert_true(scan_step(&s, UINT64_MAX));
	assert_true(s.covered);
	scan_done(&s);
}

/* The end that a file has got since is known at once: where it grew all of
 * what is new, where it shrank the cell that was cut. */
static void
test_tail(void **state)
{
	static const struct { unsigned shift; uint64_t old, new; } cases[] = {
		{ 4, 100, 150 }, { 4, 96, 150 }, { 4, 150, 100 },
		{ 4, 150, 97 }, { 4, 150, 1 }, { 0, 10, 20 }, { 0, 10, 1 },
		{ 0, 10, 3 }, { 6, 4000, 4001 },
	};
	struct scan s;
	unsigned i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		world_make(0, cases[i].old, 16 + i);
		begin(&s, cases[i].shift, &by_runs);
		run_sliced(&s);
		world_make(0, cases[i].new, 16 + i);
		scan_shape(&s, 0, cases[i].new, cases[i].shift);
		scan_tail(&s, cases[i].old, NS_PER_S * 9);
		assert_layer(&s.grid, LAYER_CACHED, C);
		assert_layer(&s.grid, LAYER_MAPPED, M);
		scan_done(&s);
	}
}

static uint64_t
all_at_once(void *self, uint64_t page, uint64_t end, struct scan_sink *sink)
{
	(void)self;
	sink->put(sink, page, end - page, LAYER_BIT(LAYER_CACHED));
	return end;
}

/* Counts without room in a cell are unknown, not cut off. */
static void
test_cell_of_too_many_pages(void **state)
{
	static const struct scan_reader all = {
		.name = "all",
		.layers = LAYER_BIT(LAYER_CACHED),
		.runs = all_at_once,
	};
	struct scan s;

	(void)state;
	scan_init(&s);
	scan_shape(&s, 0, (UINT64_C(1) << 33) + 5, 33);
	scan_set_reader(&s, SCAN_CACHE, &all, NULL);
	assert_true(scan_step(&s, UINT64_MAX));
	assert_false(cells_known(&s.grid, 0, LAYER_CACHED));
	assert_true(cells_known(&s.grid, 1, LAYER_CACHED));
	assert_int_equal(s.grid.count[LAYER_CACHED][1], 5);
	scan_done(&s);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, scan_setup, scan_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_begin_rests_three_times_the_cost),
		TEST(test_begin_does_not_rest_for_time_lost),
		TEST(test_stamp_is_of_the_first_stage),
		TEST(test_reader_taken_away),
		TEST(test_nobody_can_tell),
		TEST(test_shape_keeps),
		TEST(test_pass_survives_growth),
		TEST(test_pass_under_way_and_shrinking),
		TEST(test_tail),
		TEST(test_cell_of_too_many_pages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
