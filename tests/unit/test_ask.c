#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "pagetide/clock.h"

#include "../../src/probe/scan.h"

#define T0_NS		(10 * NS_PER_S)
#define PAGES		(1 << 20)
#define CELL_SHIFT	8
#define CELLS		(PAGES >> CELL_SHIFT)

/* A page cache in which each page costs time to count, as in the kernel. */
struct world {
	uint8_t		cached[PAGES];
	uint64_t	page_ns, call_ns;
	unsigned	calls;
	uint64_t	longest_ns;
	uint64_t	asked;		/* pages of the last call */
};

static struct world world;

static int
count_pages(void *self, uint64_t page, uint64_t n,
    uint64_t pages[LAYER_COUNT])
{
	struct world *w = self;
	uint64_t i, took_ns;

	assert_true(page + n <= PAGES);
	for (i = page; i < page + n; i++)
		pages[LAYER_CACHED] += w->cached[i];
	took_ns = w->call_ns + pages[LAYER_CACHED] * w->page_ns;
	clock_advance(took_ns);
	w->calls++;
	w->asked = n;
	if (took_ns > w->longest_ns)
		w->longest_ns = took_ns;
	return 0;
}

static uint64_t
mapped_runs(void *self, uint64_t page, uint64_t end, struct scan_sink *sink)
{
	(void)self;
	(void)page;
	(void)sink;
	clock_advance(NS_PER_US);
	return end;
}

static const struct scan_reader counter = {
	.name = "counter",
	.layers = LAYER_BIT(LAYER_CACHED),
	.count = count_pages,
	.count_max = 1 << 12,
};
static const struct scan_reader tables = {
	.name = "tables",
	.layers = LAYER_BIT(LAYER_MAPPED),
	.runs = mapped_runs,
};

static struct scan scan;

static int
setup(void **state)
{
	(void)state;
	clock_fix(T0_NS, 0);
	memset(&world, 0, sizeof world);
	world.page_ns = 50;
	world.call_ns = 500;
	scan_init(&scan);
	scan_shape(&scan, 0, PAGES, CELL_SHIFT);
	scan_set_reader(&scan, SCAN_CACHE, &counter, &world);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	scan_done(&scan);
	clock_release();
	return 0;
}

/* A tick: what is due, then all of it. */
static void
tick(void)
{
	scan_begin(&scan);
	while (!scan_step(&scan, clock_now_ns() + 4 * NS_PER_MS))
		;
	/* The world's time is all there is. */
	scan.cpu_ns = scan.cost_ns;
}

static void
assert_truth(void)
{
	uint64_t i, n;
	size_t cell;

	for (cell = 0; cell < CELLS; cell++) {
		for (i = n = 0; i < 1 << CELL_SHIFT; i++)
			n += world.cached[(cell << CELL_SHIFT) + i];
		assert_true(cells_known(&scan.grid, cell, LAYER_CACHED));
		assert_int_equal(scan.grid.count[LAYER_CACHED][cell], n);
	}
}

/* Nothing there: more and more at once, in the end all by one call. */
static void
test_empty(void **state)
{
	(void)state;
	tick();
	assert_true(world.calls < PAGES / counter.count_max);
	assert_truth();
	world.calls = 0;
	scan_hurry(&scan);
	tick();
	assert_int_equal(world.calls, 1);
	assert_int_equal(world.asked, PAGES);
	assert_truth();
}

/* Measured long ago: it may be full by now, so not all at once. */
static void
test_empty_long_ago(void **state)
{
	(void)state;
	tick();
	clock_advance(5 * NS_PER_S);
	memset(world.cached, 1, PAGES);
	world.longest_ns = 0;
	scan_hurry(&scan);
	tick();
	assert_true(world.longest_ns <= 8 * NS_PER_MS);
	assert_truth();
}

/* Full pages cost time: calls end up at a length that keeps to slices. */
static void
test_full(void **state)
{
	(void)state;
	memset(world.cached, 1, PAGES);
	tick();
	assert_truth();
	world.longest_ns = 0;
	scan_hurry(&scan);
	tick();
	assert_true(world.longest_ns <= NS_PER_MS);
	assert_truth();
}

/* Random patterns that change from pass to pass. */
static void
test_exact(void **state)
{
	unsigned round, i, from, n;

	(void)state;
	srand(1);
	for (round = 0; round < 40; round++) {
		for (i = 0; i < 30; i++) {
			from = (unsigned)rand() % PAGES;
			n = (unsigned)rand() % (PAGES >> rand() % 20);
			if (n > PAGES - from)
				n = PAGES - from;
			memset(world.cached + from, rand() % 2, n);
		}
		if (round % 8 == 0)
			memset(world.cached, round % 16 == 0, PAGES);
		clock_advance((uint64_t)(rand() % 2000) * NS_PER_MS);
		scan_hurry(&scan);
		tick();
		assert_truth();
	}
}

/* Nothing changes: passes take an ever smaller share of the time. */
static void
test_rest_grows(void **state)
{
	uint64_t spent_ns = 0, begun_ns;
	unsigned i;

	(void)state;
	memset(world.cached, 1, PAGES / 8);
	tick();
	for (i = 0; i < 1000; i++) {
		clock_advance(100 * NS_PER_MS);
		begun_ns = clock_now_ns();
		tick();
		spent_ns += clock_now_ns() - begun_ns;
	}
	/* 100 s; the last passes take a hundredth of the time. */
	assert_in_range(spent_ns, 1, 2 * NS_PER_S);
	assert_int_equal(scan.rest, SCAN_REST_MAX);
	/* Much changes: back to a quarter. */
	memset(world.cached, 0, PAGES / 8);
	scan_hurry(&scan);
	tick();
	assert_int_equal(scan.rest, SCAN_REST_MIN);
	assert_truth();
	scan.rest = SCAN_REST_MAX;
	scan_stir(&scan);
	assert_int_equal(scan.rest, SCAN_REST_MIN);
}

/* However costly a pass is, the next one comes. */
static void
test_rest_has_an_end(void **state)
{
	uint64_t end_ns;

	(void)state;
	memset(world.cached, 1, PAGES);
	world.page_ns = 500;
	tick();
	assert_true(scan.cost_ns > NS_PER_S / 2);
	scan.rest = SCAN_REST_MAX;
	end_ns = scan.end_ns;
	clock_advance(SCAN_REST_NS - 1);
	world.calls = 0;
	tick();
	assert_int_equal(world.calls, 0);
	clock_advance(1);
	tick();
	assert_true(world.calls > 0);
	assert_true(scan.end_ns > end_ns);
}

/* What changed a moment ago is measured while the rest of it rests. */
static void
test_active_cells_are_measured(void **state)
{
	size_t cell = 1000;
	uint64_t page = cell << CELL_SHIFT, stamp_ns;
	unsigned i;

	(void)state;
	scan_set_reader(&scan, SCAN_TABLES, &tables, NULL);
	memset(world.cached, 1, PAGES / 2);
	memset(world.cached + page, 0, 10);
	tick();
	world.cached[page] = 1;
	scan_hurry(&scan);
	tick();
	scan.rest = SCAN_REST_MAX;
	stamp_ns = scan.grid.stamp_ns[cell + 100];
	for (i = 1; i < 10; i++) {
		world.cached[page + i] = 1;
		clock_advance(100 * NS_PER_MS);
		world.calls = 0;
		tick();
		assert_int_equal(world.calls, 3);
		assert_truth();
		/* Every layer of it is new, and nothing else. */
		assert_int_equal(scan.grid.stamp_ns[cell + 100], stamp_ns);
		assert_true(scan.grid.stamp_ns[cell] + 100 * NS_PER_US >
		    clock_now_ns());
		assert_true(cells_known(&scan.grid, cell, LAYER_MAPPED));
	}
}

/* It is not stored half-way. */
static void
test_a_costly_cell_is_dropped(void **state)
{
	struct pass pass = { .grid = &scan.grid, .by = &scan.by };
	size_t cell = 1000;
	uint64_t page = cell << CELL_SHIFT, stamp_ns;

	(void)state;
	tick();
	world.cached[page] = 1;
	scan_hurry(&scan);
	tick();
	assert_int_equal(scan.active.n, 3);
	stamp_ns = scan.grid.stamp_ns[cell];
	scan.rest = SCAN_REST_MAX;
	scan.cpu_ns = NS_PER_S;
	world.call_ns = 50 * NS_PER_MS;
	clock_advance(100 * NS_PER_MS);
	pass_start(&pass, pass_stages(&scan.by), page, page + (1 << CELL_SHIFT));
	assert_false(pass_step(&pass, clock_now_ns()));
	assert_int_equal(scan.grid.stamp_ns[cell], stamp_ns);
	assert_int_equal(scan.grid.count[LAYER_CACHED][cell], 1);
	/* And the pass goes on where it was. */
	scan_hurry(&scan);
	tick();
	assert_truth();
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_empty),
		TEST(test_empty_long_ago),
		TEST(test_full),
		TEST(test_exact),
		TEST(test_rest_grows),
		TEST(test_rest_has_an_end),
		TEST(test_active_cells_are_measured),
		TEST(test_a_costly_cell_is_dropped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
