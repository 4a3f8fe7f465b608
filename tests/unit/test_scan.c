#include "config.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "pagetide/clock.h"

#include "../../src/source/scan.h"

/* Each call of a reader takes this long. */
#define CALL_NS		NS_PER_MS
#define T0_NS		(10 * NS_PER_S)
#define MAX_PAGES	5000

/* Pages in layers, as the readers find them. */
struct world {
	uint64_t	first;		/* page of state[0] */
	uint64_t	pages;
	uint8_t		state[MAX_PAGES];	/* 1 cached, 2 mapped, 4 dirty,
						   8 unknown */
	uint64_t	chunk;		/* most pages of a runs call */
	unsigned	calls;
};

enum { C = 1, M = 2, D = 4, U = 8 };

static uint64_t
draw(uint64_t *state)
{
	*state = *state * UINT64_C(6364136223846793005) + 1442695040888963407;
	return *state >> 33;
}

static unsigned
layers_of(unsigned state)
{
	return (state & C ? LAYER_BIT(LAYER_CACHED) : 0) |
	    (state & M ? LAYER_BIT(LAYER_MAPPED) : 0) |
	    (state & D ? LAYER_BIT(LAYER_DIRTY) : 0);
}

static uint64_t
world_runs(struct world *w, uint64_t page, uint64_t end, unsigned layers,
    struct scan_sink *sink)
{
	uint64_t to = end - page < w->chunk ? end : page + w->chunk, i;
	unsigned state;

	w->calls++;
	clock_advance(CALL_NS);
	assert_true(page >= w->first && end <= w->first + w->pages);
	for (i = page; i < to; i++) {
		state = w->state[i - w->first];
		if (state & U)
			sink->put(sink, i, 1, SCAN_UNKNOWN);
		else if (layers_of(state) & layers)
			sink->put(sink, i, 1, layers_of(state) & layers);
	}
	return to;
}

static uint64_t
cached_runs(void *self, uint64_t page, uint64_t end, struct scan_sink *sink)
{
	return world_runs(self, page, end, LAYER_BIT(LAYER_CACHED), sink);
}

static uint64_t
mapped_runs(void *self, uint64_t page, uint64_t end, struct scan_sink *sink)
{
	return world_runs(self, page, end, LAYER_BIT(LAYER_MAPPED), sink);
}

static int
world_count(void *self, uint64_t page, uint64_t n,
    uint64_t pages[LAYER_COUNT])
{
	struct world *w = self;
	uint64_t i;
	unsigned state;

	w->calls++;
	clock_advance(CALL_NS);
	assert_true(page >= w->first && page + n <= w->first + w->pages);
	for (i = page; i < page + n; i++) {
		state = w->state[i - w->first];
		if (state & U)
			return -EIO;
		pages[LAYER_CACHED] += (state & C) != 0;
		pages[LAYER_DIRTY] += (state & D) != 0;
	}
	return 0;
}

static const struct scan_reader by_runs = {
	.name = "runs",
	.layers = LAYER_BIT(LAYER_CACHED),
	.runs = cached_runs,
};

static const struct scan_reader by_tables = {
	.name = "tables",
	.layers = LAYER_BIT(LAYER_MAPPED),
	.runs = mapped_runs,
};

static struct scan_reader by_count = {
	.name = "count",
	.layers = LAYER_BIT(LAYER_CACHED) | LAYER_BIT(LAYER_DIRTY),
	.count = world_count,
	.count_max = 1 << 12,
};

static struct world world;

static void
world_make(uint64_t first, uint64_t pages, uint64_t seed)
{
	uint64_t i, len = 0;
	unsigned state = 0;

	memset(&world, 0, sizeof world);
	world.first = first;
	world.pages = pages;
	world.chunk = 1 + draw(&seed) % 700;
	for (i = 0; i < pages; i++) {
		if (len-- == 0) {
			len = draw(&seed) % (1 + draw(&seed) % 300);
			state = draw(&seed) % 8;
		}
		world.state[i] = state;
	}
}

static uint64_t
truth(uint64_t first, uint64_t n, unsigned bit)
{
	uint64_t i, count = 0;

	for (i = first; i < first + n; i++)
		count += (world.state[i - world.first] & bit) != 0;
	return count;
}

/* Every cell of the layer equals the world, or is unknown if a page is. */
static void
assert_layer(const struct cells *c, enum layer l, unsigned bit)
{
	uint64_t page, n;
	size_t i;

	for (i = 0; i < c->n; i++) {
		page = cells_page(c, i);
		n = cells_pages(c, i);
		if (truth(page, n, U) > 0) {
			assert_false(cells_known(c, i, l));
			continue;
		}
		assert_true(cells_known(c, i, l));
		assert_int_equal(c->count[l][i], truth(page, n, bit));
	}
}

static int
setup(void **state)
{
	(void)state;
	clock_fix(T0_NS, 0);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	clock_release();
	return 0;
}

static void
begin(struct scan *s, unsigned shift, const struct scan_reader *cache)
{
	scan_init(s);
	scan_shape(s, world.first, world.pages, shift);
	scan_set_reader(s, SCAN_CACHE, cache, &world);
	scan_set_reader(s, SCAN_TABLES, &by_tables, &world);
}

/* One call of a reader a step. */
static unsigned
run_sliced(struct scan *s)
{
	unsigned steps = 1;

	while (!scan_step(s, clock_now_ns() + 1)) {
		steps++;
		assert_true(steps < 100000);
	}
	return steps;
}

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

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

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
		TEST(test_begin_rests_three_times_the_cost),
		TEST(test_begin_does_not_rest_for_time_lost),
		TEST(test_stamp_is_of_the_first_stage),
		TEST(test_reader_taken_away),
		TEST(test_nobody_can_tell),
		TEST(test_shape_keeps),
		TEST(test_pass_survives_growth),
		TEST(test_pass_under_way_and_shrinking),
		TEST(test_cell_of_too_many_pages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
