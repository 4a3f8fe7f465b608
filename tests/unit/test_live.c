#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

#include "pagetide/clock.h"

#include "../../src/probe/cachestat.h"

#include "file_rig.h"
#include "live_rig.h"

static const enum source_method methods[] = {
	METHOD_MINCORE, METHOD_CACHESTAT, METHOD_AUTO };

/* ---- the page cache ---- */

/* Each cell of overview and zoom is exact, however the pages lie. */
static void
assert_exact_by(enum source_method method)
{
	static const unsigned percent[] = { 0, 1, 30, 100 };
	uint64_t seed = 1 + method;
	unsigned i, shift;

	open_source(method);
	for (i = 0; i < sizeof percent / sizeof percent[0]; i++) {
		file_evict();
		file_bring_random(percent[i], seed + i);
		for (shift = 0; shift < 5; shift++) {
			src.ops->look(src.self, file_random(&seed) % 20000,
			    1 + file_random(&seed) % 9000, shift);
			measure();
			assert_truth();
		}
	}
	close_source();
}

static void
test_exact(void **state)
{
	unsigned m;

	(void)state;
	/* Two pages a cell of the overview, and a last cell with one. */
	file_make(20001);
	for (m = 0; m < 3; m++)
		if (methods[m] != METHOD_CACHESTAT || have_cachestat())
			assert_exact_by(methods[m]);
}

static void
test_exact_one_page(void **state)
{
	int i;

	(void)state;
	file_make(1);
	open_source(METHOD_AUTO);
	measure();
	assert_truth();
	assert_int_equal(s.overview->n, 1);
	for (i = 0; i < 5; i++) {
		file_bring(0, 1);
		measure();
		assert_truth();
		if (s.total[LAYER_CACHED] == 1)
			return;
	}
	fail_msg("the page is never seen");
}

static void
test_looking_brings_nothing_in(void **state)
{
	unsigned m, i;

	(void)state;
	file_make(3000);
	for (m = 0; m < 3; m++) {
		if (methods[m] == METHOD_CACHESTAT && !have_cachestat())
			continue;
		open_source(methods[m]);
		for (i = 0; i < 20; i++)
			measure();
		close_source();
		assert_int_equal(file_look(), 0);
	}
}

static void
test_methods(void **state)
{
	(void)state;
	file_make(100);
	open_source(METHOD_MINCORE);
	measure();
	assert_string_equal(s.scan.cached_by, "mincore");
	assert_null(s.scan.why);
	assert_null(s.scan.mapped_by);
	assert_int_equal(s.total_known, LAYER_BIT(LAYER_CACHED) |
	    LAYER_BIT(LAYER_HOLE));
	close_source();
	if (!have_cachestat())
		return;
	open_source(METHOD_CACHESTAT);
	measure();
	assert_string_equal(s.scan.cached_by, "cachestat");
	assert_int_equal(s.total_known, LAYER_BIT(LAYER_CACHED) |
	    LAYER_BIT(LAYER_DIRTY) | LAYER_BIT(LAYER_WRITEBACK) |
	    LAYER_BIT(LAYER_EVICTED) | LAYER_BIT(LAYER_RECENT) |
	    LAYER_BIT(LAYER_HOLE));
	close_source();
	open_source(METHOD_AUTO);
	measure();
	assert_string_equal(s.scan.cached_by, "cachestat");
	assert_null(s.scan.why);
}

static void
test_probe(void **state)
{
	char buf[CACHESTAT_WHY_MAX];

	(void)state;
	file_make(1);
	assert_string_equal(cachestat_probe(file_rig.fd, 0x794c7630, buf),
	    "cachestat counts nothing on overlayfs");
	if (!have_cachestat())
		return;
	assert_null(cachestat_probe(file_rig.fd, 0xef53, buf));
	assert_string_equal(cachestat_probe(-1, 0xef53, buf),
	    "cachestat fails on this file: Bad file descriptor");
}

static void
test_dirty(void **state)
{
	char page[65536] = "dirty";

	(void)state;
	file_make(1000);
	if (!have_cachestat())
		skip();
	file_bring(0, 1000);
	assert_int_equal(pwrite(file_rig.fd, page, file_rig.page_bytes,
	    500 * file_rig.page_bytes), file_rig.page_bytes);
	open_source(METHOD_AUTO);
	measure();
	/* Whole folios; these are of one page. Writeback may have begun. */
	assert_in_range(s.total[LAYER_DIRTY] + s.total[LAYER_WRITEBACK], 0,
	    1);
	fsync(file_rig.fd);
	measure();
	assert_int_equal(s.total[LAYER_DIRTY], 0);
	assert_int_equal(s.total[LAYER_WRITEBACK], 0);
}

/* Samples are numbered, timed, and the first comes after a gap. */
static void
test_sample_facts(void **state)
{
	uint64_t before = clock_now_ns(), t;

	(void)state;
	file_make(100);
	open_source(METHOD_AUTO);
	src.ops->read(src.self, &s, NULL);
	assert_int_equal(s.seq, 0);
	assert_true(s.gap);
	assert_false(s.scan.complete);
	assert_int_equal(s.total_known, 0);
	assert_int_equal(s.scan.oldest_ns, 0);
	assert_false(s.worker.alive);
	assert_false(s.vmas_known);
	assert_int_equal(s.counters.known, 0);
	t = s.t_ns;
	assert_in_range(t, before, clock_now_ns());
	measure();
	assert_int_equal(s.counters.known, COUNTER_BIT(COUNTER_SYS_FAULTS) |
	    COUNTER_BIT(COUNTER_SYS_MAJOR) | COUNTER_BIT(COUNTER_CACHED) |
	    COUNTER_BIT(COUNTER_SYS_REFAULTS));
	assert_int_equal(s.seq, 1);
	assert_false(s.gap);
	assert_true(s.t_ns > t);
	assert_true(s.scan.oldest_ns >= t);
	assert_true(s.scan.duration_ns > 0);
	assert_int_equal(s.target.pages, 100);
	assert_string_equal(s.target.path, file_rig.path);
	assert_null(s.zoom);
}

/* What nobody asks for is not read, and unknown; a worker's counts are. */
static void
test_pages_only(void **state)
{
	struct subject me = { .pid = getpid() };

	(void)state;
	file_make(64);
	open_source(METHOD_AUTO);
	src.ops->pages_only(src.self);
	measure();
	assert_truth();
	assert_int_equal(s.counters.known, COUNTER_BIT(COUNTER_CACHED));
	assert_int_equal(s.total_known & LAYER_BIT(LAYER_HOLE), 0);
	assert_false(s.memory.dirty_known);
	src.ops->set_subject(src.self, &me);
	measure();
	assert_true((s.counters.known & COUNTER_BIT(COUNTER_MINOR)) != 0);
	assert_false(s.memory.dirty_known);
	close_source();
}

/* The zoom is there only when it is finer, and covers what was asked for. */
static void
test_zoom(void **state)
{
	(void)state;
	file_make(20000);
	open_source(METHOD_MINCORE);
	src.ops->look(src.self, 0, 20000, 1);
	measure();
	assert_int_equal(s.overview->shift, 1);
	assert_null(s.zoom);
	src.ops->look(src.self, 5000, 700, 0);
	measure();
	assert_non_null(s.zoom);
	assert_int_equal(s.zoom->first_page, 5000);
	assert_int_equal(s.zoom->pages, 700);
	assert_int_equal(s.zoom->shift, 0);
	src.ops->look(src.self, 19990, 700, 0);
	measure();
	assert_int_equal(s.zoom->pages, 10);
	assert_truth();
	src.ops->look(src.self, 20000, 1, 0);
	measure();
	assert_null(s.zoom);
	src.ops->look(src.self, 0, 0, 0);
	measure();
	assert_null(s.zoom);
	src.ops->look(src.self, 0, UINT64_MAX, 0);
	measure();
	assert_int_equal(s.zoom->pages, 20000);
	assert_truth();
}

/* Cells begin where the zoom has them begin, and none is left out. */
static void
test_zoom_is_aligned(void **state)
{
	(void)state;
	file_make_sparse(40000 * file_rig.page_bytes);
	open_source(METHOD_MINCORE);
	src.ops->look(src.self, 5001, 700, 1);
	measure();
	assert_int_equal(s.overview->shift, 2);
	assert_int_equal(s.zoom->first_page, 5000);
	assert_int_equal(s.zoom->pages, 701);
	assert_int_equal(s.zoom->shift, 1);
}

/* ---- a target that changes ---- */

/* The size is followed at once, and the new end is measured in that read. */
static void
test_grow_and_shrink(void **state)
{
	static const uint64_t sizes[] = { 1500, 1501, 3000, 2000, 17, 16000,
		40000, 1 };
	size_t page = file_rig.page_bytes, i;

	(void)state;
	file_make(40000);
	file_bring_random(20, 3);
	assert_int_equal(ftruncate(file_rig.fd, 1000 * page), 0);
	file_rig.pages = 1000;
	open_source(METHOD_MINCORE);
	measure();
	assert_truth();
	for (i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		unsigned expected = sizes[i] > file_rig.pages ? SOURCE_GREW
		    : SOURCE_SHRANK;

		assert_int_equal(ftruncate(file_rig.fd, sizes[i] * page), 0);
		file_rig.pages = sizes[i];
		if (sizes[i] > 3 && i % 2 == 0)
			file_bring(sizes[i] - 3, 2);
		src.ops->read(src.self, &s, &notices);
		assert_int_equal(notices, expected);
		assert_int_equal(s.target.pages, sizes[i]);
		assert_int_equal(s.overview->pages, sizes[i]);
		measure();
		assert_int_equal(notices, 0);
		assert_truth();
	}
}

static void
test_growing_total_is_known(void **state)
{
	size_t page = file_rig.page_bytes;
	uint64_t pages;

	(void)state;
	file_make(2000);
	file_bring(0, 1000);
	assert_int_equal(ftruncate(file_rig.fd, 1000 * page), 0);
	open_source(METHOD_AUTO);
	measure();
	for (pages = 1001; pages < 1100; pages += 7) {
		assert_int_equal(ftruncate(file_rig.fd, pages * page), 0);
		file_bring(pages - 1, 1);
		src.ops->read(src.self, &s, &notices);
		assert_int_equal(notices, SOURCE_GREW);
		file_rig.pages = pages;
		assert_truth();
	}
}

/* Its size changes in the middle of a pass, again and again. */
static void
test_changes_while_scanning(void **state)
{
	size_t page = file_rig.page_bytes;
	uint64_t seed = 9, pages, i;

	(void)state;
	file_make(30000);
	file_bring_random(10, 4);
	open_source(METHOD_MINCORE);
	src.ops->look(src.self, 100, 3000, 0);
	for (i = 0; i < 200; i++) {
		pages = file_random(&seed) % 30000;
		assert_int_equal(ftruncate(file_rig.fd, pages * page), 0);
		src.ops->begin(src.self);
		src.ops->step(src.self, clock_now_ns() + 50 * NS_PER_US);
		assert_int_equal(src.ops->read(src.self, &s, &notices), 0);
		assert_int_equal(s.overview->pages, pages);
		assert_true(s.zoom == NULL ||
		    s.zoom->first_page + s.zoom->pages <= pages);
	}
	file_rig.pages = 25000;
	assert_int_equal(ftruncate(file_rig.fd, 25000 * page), 0);
	file_evict();
	file_bring_random(10, 5);
	src.ops->read(src.self, &s, &notices);
	measure();
	assert_truth();
}

static void
test_empty_and_back(void **state)
{
	(void)state;
	file_make(100);
	open_source(METHOD_AUTO);
	assert_int_equal(ftruncate(file_rig.fd, 0), 0);
	src.ops->read(src.self, &s, &notices);
	assert_int_equal(notices, SOURCE_SHRANK);
	src.ops->begin(src.self);
	assert_int_equal(src.ops->step(src.self, UINT64_MAX), 1);
	src.ops->read(src.self, &s, &notices);
	assert_int_equal(s.target.pages, 0);
	assert_true(s.total_known & LAYER_BIT(LAYER_CACHED));
	assert_int_equal(s.total[LAYER_CACHED], 0);
	assert_true(s.scan.complete);
	assert_int_equal(ftruncate(file_rig.fd,
	    100 * file_rig.page_bytes), 0);
	src.ops->read(src.self, &s, &notices);
	file_bring(0, 50);
	measure();
	assert_truth();
}

static void
test_name_notices(void **state)
{
	(void)state;
	file_make(10);
	open_source(METHOD_AUTO);
	measure();
	unlink(file_rig.path);
	src.ops->read(src.self, &s, &notices);
	assert_int_equal(notices, SOURCE_DELETED);
	src.ops->read(src.self, &s, &notices);
	assert_int_equal(notices, 0);
	measure();
	assert_truth();
}

#define TEST(f) cmocka_unit_test_teardown(f, live_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_exact),
		TEST(test_exact_one_page),
		TEST(test_looking_brings_nothing_in),
		TEST(test_methods),
		TEST(test_probe),
		TEST(test_dirty),
		TEST(test_sample_facts),
		TEST(test_pages_only),
		TEST(test_zoom),
		TEST(test_zoom_is_aligned),
		TEST(test_grow_and_shrink),
		TEST(test_growing_total_is_known),
		TEST(test_changes_while_scanning),
		TEST(test_empty_and_back),
		TEST(test_name_notices),
	};

	return cmocka_run_group_tests(tests, file_group_setup,
	    file_group_teardown);
}
