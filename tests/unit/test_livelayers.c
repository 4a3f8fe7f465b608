/* What the live source reports beside what is cached and mapped. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "pagetide/clock.h"

#include "file_rig.h"
#include "live_rig.h"

#define INFLIGHT LAYER_BIT(LAYER_INFLIGHT)
#define HOLE LAYER_BIT(LAYER_HOLE)

static bool
told(enum layer l)
{
	return (s.total_known & LAYER_BIT(l)) != 0;
}

/* No layer without a row: who measures it, or why nobody does. */
static void
assert_each_layer_has_a_probe(void)
{
	int l;

	for (l = 0; l < LAYER_COUNT; l++)
		if (s.scan.by[l] == NULL && s.scan.why_not[l] == NULL)
			fail_msg("layer %d: neither who nor why not", l);
}

static void
test_by(void **state)
{
	(void)state;
	file_make(100);
	open_source(METHOD_MINCORE);
	measure();
	assert_each_layer_has_a_probe();
	assert_string_equal(s.scan.by[LAYER_CACHED], "mincore");
	assert_string_equal(s.scan.by[LAYER_HOLE], "SEEK_HOLE");
	assert_null(s.scan.by[LAYER_DIRTY]);
	assert_string_equal(s.scan.why_not[LAYER_DIRTY],
	    "only cachestat reports it, not --source mincore");
	assert_null(s.scan.by[LAYER_MAPPED]);
	assert_non_null(s.scan.why_not[LAYER_MAPPED]);
	assert_null(s.scan.by[LAYER_LOCKED]);
	assert_non_null(s.scan.why_not[LAYER_LOCKED]);
	start_child();
	tell(DO_MAP, 0, 100);
	measure();
	assert_each_layer_has_a_probe();
	assert_non_null(s.scan.by[LAYER_MAPPED]);
	assert_string_equal(s.scan.by[LAYER_LOCKED], "VmFlags");
	assert_true(s.worker.map_addr != 0);
	assert_int_equal(s.worker.map_pages, 100);
	close_source();
	if (!have_cachestat())
		return;
	open_source(METHOD_AUTO);
	measure();
	for (int l = LAYER_DIRTY; l <= LAYER_RECENT; l++)
		assert_string_equal(s.scan.by[l], "cachestat");
}

/* Measured while it is wanted, where it is looked at, and not a page else. */
static void
test_inflight_is_wanted(void **state)
{
	size_t i;

	(void)state;
	file_make(20001);
	if (!have_cachestat())
		skip();
	file_bring_random(30, 1);
	open_source(METHOD_AUTO);
	measure();
	assert_false(told(LAYER_INFLIGHT));
	assert_null(s.scan.by[LAYER_INFLIGHT]);
	assert_string_equal(s.scan.why_not[LAYER_INFLIGHT],
	    "not measured then: only while its view is on");
	src.ops->want(src.self, INFLIGHT);
	src.ops->look(src.self, 0, 20001, 5);
	measure();
	assert_true(told(LAYER_INFLIGHT));
	assert_int_equal(s.total[LAYER_INFLIGHT], 0);
	assert_string_equal(s.scan.by[LAYER_INFLIGHT],
	    "cachestat minus mincore");
	/* Zoomed in: the zoom is told, the overview is not. */
	src.ops->look(src.self, 1000, 500, 0);
	measure();
	assert_false(told(LAYER_INFLIGHT));
	assert_int_equal(s.zoom->n, 500);
	for (i = 0; i < s.zoom->n; i++) {
		assert_true(cells_known(s.zoom, i, LAYER_INFLIGHT));
		assert_int_equal(s.zoom->count[LAYER_INFLIGHT][i], 0);
	}
	for (i = 0; i < s.overview->n; i++)
		assert_false(cells_known(s.overview, i, LAYER_INFLIGHT));
	src.ops->look(src.self, 0, 20001, 5);
	measure();
	assert_true(told(LAYER_INFLIGHT));
	src.ops->want(src.self, 0);
	measure();
	assert_false(told(LAYER_INFLIGHT));
	/* Looking has brought nothing in. */
	assert_true(file_look() <= s.total[LAYER_CACHED]);
}

static void
test_inflight_refused(void **state)
{
	(void)state;
	file_make(100);
	open_source(METHOD_MINCORE);
	src.ops->want(src.self, INFLIGHT);
	src.ops->look(src.self, 0, 100, 0);
	measure();
	assert_false(told(LAYER_INFLIGHT));
	assert_null(s.scan.by[LAYER_INFLIGHT]);
	assert_string_equal(s.scan.why_not[LAYER_INFLIGHT],
	    "in flight needs cachestat too, not --source mincore");
}

/* Another size while pages in flight are measured. */
static void
test_inflight_follows_size(void **state)
{
	uint64_t pages;

	(void)state;
	file_make(20000);
	if (!have_cachestat())
		skip();
	file_bring(0, 20000);
	open_source(METHOD_AUTO);
	src.ops->want(src.self, INFLIGHT);
	src.ops->look(src.self, 0, 20000, 5);
	for (pages = 20000; pages > 0; pages /= 3) {
		src.ops->begin(src.self);
		src.ops->step(src.self, clock_now_ns() + 20 * NS_PER_US);
		assert_int_equal(ftruncate(file_rig.fd, pages *
		    file_rig.page_bytes), 0);
		file_rig.pages = pages;
		measure();
		assert_int_equal(s.target.pages, pages);
		src.ops->look(src.self, 0, pages, 5);
		measure();
		assert_true(told(LAYER_INFLIGHT));
		assert_int_equal(s.total[LAYER_INFLIGHT], 0);
	}
}

static void
test_holes(void **state)
{
	uint64_t pb = file_rig.page_bytes, i;
	static char page[65536];

	(void)state;
	file_make_sparse(50000 * pb);
	for (i = 0; i < 10; i++)
		assert_int_equal(pwrite(file_rig.fd, page, pb,
		    (7 + i * 5000) * pb), pb);
	open_source(METHOD_AUTO);
	src.ops->look(src.self, 0, 100, 0);
	measure();
	assert_true(told(LAYER_HOLE));
	assert_int_equal(s.total[LAYER_HOLE], 50000 - 10);
	assert_int_equal(s.zoom->count[LAYER_HOLE][6], 1);
	assert_int_equal(s.zoom->count[LAYER_HOLE][7], 0);
	/* Follows what is written, and the size. */
	assert_int_equal(pwrite(file_rig.fd, page, pb, 20 * pb), pb);
	assert_int_equal(ftruncate(file_rig.fd, 60000 * pb), 0);
	file_rig.pages = 60000;
	measure();
	measure();
	assert_int_equal(s.total[LAYER_HOLE], 60000 - 11);
	assert_int_equal(s.zoom->count[LAYER_HOLE][20], 0);
}

static void
test_holes_in_many_pieces(void **state)
{
	uint64_t pb = file_rig.page_bytes, i;
	static char page[65536];

	(void)state;
	file_make_sparse(4000 * pb);
	for (i = 0; i < 4000; i += 2)
		assert_int_equal(pwrite(file_rig.fd, page, pb, i * pb), pb);
	open_source(METHOD_AUTO);
	measure();
	assert_false(told(LAYER_HOLE));
	src.ops->want(src.self, HOLE);
	measure();
	assert_true(told(LAYER_HOLE));
	assert_int_equal(s.total[LAYER_HOLE], 2000);
}

#define TEST(f) cmocka_unit_test_teardown(f, live_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_by),
		TEST(test_inflight_is_wanted),
		TEST(test_inflight_refused),
		TEST(test_inflight_follows_size),
		TEST(test_holes),
		TEST(test_holes_in_many_pieces),
	};

	return cmocka_run_group_tests(tests, file_group_setup,
	    file_group_teardown);
}
