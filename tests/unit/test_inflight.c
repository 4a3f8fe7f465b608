#include "config.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../src/probe/cachestat.h"
#include "../../src/probe/inflight.h"

#include "pagetide/clock.h"
#include "pagetide/target.h"

#define PAGES 9001
#define FOREVER (clock_now_ns() + 60 * NS_PER_S)

/* Pages that are allocated on tmpfs but never written have a place in the
 * page cache and no content, as a page that is being read. */
static struct target target;
static unsigned char wanted[PAGES];	/* 1: such a page */
static struct inflight f;
static struct cells grid;

static int
setup(void **state)
{
	(void)state;
	memset(wanted, 0, sizeof wanted);
	target = (struct target){ .fd = -1 };
	target.facts.page_bytes = sysconf(_SC_PAGESIZE);
	target.facts.pages = PAGES;
	target.fd = memfd_create("inflight", MFD_CLOEXEC);
	if (target.fd < 0 ||
	    ftruncate(target.fd, PAGES * target.facts.page_bytes) != 0)
		return -1;
	inflight_init(&f, &target);
	cells_init(&grid);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	if (target.window.addr != NULL)
		munmap(target.window.addr,
		    target.window.pages * target.facts.page_bytes);
	close(target.fd);
	cells_done(&grid);
	return 0;
}

static void
need_cachestat(void)
{
	uint64_t pages[LAYER_COUNT];

	if (cachestat_count(target.fd, 1, 0, 0, pages) == 0)
		return;
	print_message("skipped: no cachestat here\n");
	skip();
}

static void
put_arrived(uint64_t page)
{
	assert_int_equal(pwrite(target.fd, "x", 1,
	    page * target.facts.page_bytes), 1);
}

static void
put_inflight(uint64_t first, uint64_t n)
{
	uint64_t bytes = target.facts.page_bytes;

	assert_int_equal(fallocate(target.fd, 0, first * bytes, n * bytes),
	    0);
	memset(wanted + first, 1, n);
}

static uint64_t
count(uint64_t first, uint64_t n)
{
	uint64_t sum = 0;

	while (n-- > 0)
		sum += wanted[first++];
	return sum;
}

static void
measure(uint64_t first, uint64_t n)
{
	inflight_reset(&f);
	inflight_begin(&f, &grid, first, n);
	assert_true(inflight_step(&f, FOREVER));
}

/* splitmix64 */
static uint64_t
rng(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

/* Runs of all three states, some pages long and some thousand. */
static void
fill_random(uint64_t seed)
{
	uint64_t page = 0, n, end;
	unsigned kind;

	while (page < PAGES) {
		n = 1 + rng(&seed) % (rng(&seed) % 4 == 0 ? 3000 : 20);
		end = page + n < PAGES ? page + n : PAGES;
		kind = rng(&seed) % 3;
		if (kind == 0)
			put_inflight(page, end - page);
		for (; page < end; page++)
			if (kind == 1)
				put_arrived(page);
	}
}

static void
assert_exact(void)
{
	size_t i;

	for (i = 0; i < grid.n; i++) {
		assert_true(cells_known(&grid, i, LAYER_INFLIGHT));
		assert_int_equal(grid.count[LAYER_INFLIGHT][i],
		    count(cells_page(&grid, i), cells_pages(&grid, i)));
	}
}

static void
test_count(void **state)
{
	(void)state;
	assert_int_equal(inflight_count(64, 0, 64), 64);
	assert_int_equal(inflight_count(64, 10, 42), 32);
	assert_int_equal(inflight_count(64, 64, 64), 0);
	/* Pages went between the two calls: none, never less. */
	assert_int_equal(inflight_count(64, 42, 10), 0);
	/* A folio counted twice. */
	assert_int_equal(inflight_count(64, 60, 68), 4);
}

/* Every cell is exact at every zoom, wherever the grid begins. */
static void
test_exact(void **state)
{
	static const uint64_t first[] = { 0, 2048, 8192 };
	unsigned shift, i;

	(void)state;
	need_cachestat();
	fill_random(1);
	assert_in_range(count(0, PAGES), 500, PAGES - 500);
	for (shift = 0; shift <= 14; shift++) {
		for (i = 0; i < 3; i++) {
			if (first[i] & ((UINT64_C(1) << shift) - 1))
				continue;
			cells_reshape(&grid, first[i], PAGES - first[i],
			    shift);
			measure(0, PAGES);
			assert_exact();
		}
	}
	assert_true(f.oldest_ns > 0);
	assert_true(f.oldest_ns <= clock_now_ns());
}

static void
test_empty_and_full(void **state)
{
	uint64_t page;

	(void)state;
	need_cachestat();
	cells_reshape(&grid, 0, PAGES, 3);
	measure(0, PAGES);
	assert_exact();
	for (page = 0; page < PAGES; page++)
		put_arrived(page);
	measure(0, PAGES);
	assert_exact();
}

/* Only the cells that show what is looked at are told. */
static void
test_range(void **state)
{
	size_t i;

	(void)state;
	need_cachestat();
	fill_random(2);
	cells_reshape(&grid, 0, PAGES, 4);
	measure(100, 200);
	for (i = 0; i < grid.n; i++) {
		assert_int_equal(cells_known(&grid, i, LAYER_INFLIGHT),
		    i >= 100 / 16 && i <= 299 / 16);
		if (cells_known(&grid, i, LAYER_INFLIGHT))
			assert_int_equal(grid.count[LAYER_INFLIGHT][i],
			    count(i * 16, 16));
	}
	cells_reshape(&grid, 0, PAGES, 4);
	measure(PAGES, 5);
	measure(7, 0);
	for (i = 0; i < grid.n; i++)
		assert_int_equal(grid.known[i], 0);
	measure(PAGES - 1, UINT64_MAX);
	assert_true(cells_known(&grid, grid.n - 1, LAYER_INFLIGHT));
	assert_false(cells_known(&grid, grid.n - 2, LAYER_INFLIGHT));
}

/* In slices it comes to the same, and the last result stays meanwhile. */
static void
test_slices(void **state)
{
	uint64_t at = 0;

	(void)state;
	need_cachestat();
	fill_random(3);
	cells_reshape(&grid, 0, PAGES, 2);
	inflight_begin(&f, &grid, 0, PAGES);
	assert_false(inflight_step(&f, 0));
	assert_int_equal(f.tally.page, 0);
	while (!inflight_step(&f, clock_now_ns() + 10 * NS_PER_US)) {
		assert_true(f.tally.page >= at);
		at = f.tally.page;
	}
	assert_exact();
	inflight_reset(&f);
	inflight_begin(&f, &grid, 0, PAGES);
	while (f.tally.page == 0)
		inflight_step(&f, clock_now_ns() + 10 * NS_PER_US);
	assert_exact();
}

/* The time that passes belongs to others as well. */
static void
test_rests(void **state)
{
	(void)state;
	need_cachestat();
	cells_reshape(&grid, 0, PAGES, 2);
	measure(0, PAGES);
	f.cost_ns = 3600 * NS_PER_S;
	inflight_begin(&f, &grid, 0, PAGES);
	assert_false(f.under_way);
	f.cost_ns = 0;
	inflight_begin(&f, &grid, 0, PAGES);
	assert_true(f.under_way);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_count),
		TEST(test_exact),
		TEST(test_empty_and_full),
		TEST(test_range),
		TEST(test_slices),
		TEST(test_rests),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
