#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdbool.h>

#include <cmocka.h>

#include "pagetide/changes.h"
#include "pagetide/clock.h"
#include "pagetide/history.h"
#include "pagetide/notice.h"
#include "pagetide/pastchanges.h"
#include "pagetide/snapshot.h"
#include "pagetide/viewport.h"

#include "cells_rig.h"

#define FADE_NS (5 * NS_PER_S)
#define PAGES 64

static struct history *h;
static struct cells cells;
static struct viewport vp;

static int
setup(void **state)
{
	(void)state;
	h = history_new((uint64_t)1 << 20);
	cells_init(&cells);
	viewport_init(&vp, PAGES);
	viewport_resize(&vp, PAGES, 1);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	cells_done(&cells);
	history_free(h);
	return 0;
}

/* A moment at which all of a file is cached, or nothing of it. */
static void
keep(uint64_t s, uint64_t pages, bool cached, unsigned notices)
{
	struct snapshot now = { .notices = notices };

	now.sample.seq = s;
	now.sample.t_ns = s * NS_PER_S;
	now.sample.target.pages = pages;
	now.sample.overview = &cells;
	cells_reshape(&cells, 0, pages, 0);
	fill_cells(&cells, 0, cells.n, LAYER_CACHED, cached, now.sample.t_ns);
	history_keep(h, &now);
}

static enum change
change_at(uint64_t s)
{
	struct changes *c = pastchanges(h, &vp, s * NS_PER_S, FADE_NS);
	enum change is;
	int step;

	assert_non_null(c);
	is = changes_at(c, 3, s * NS_PER_S, FADE_NS, 4, &step);
	changes_free(c);
	return is;
}

static void
what_came_is_seen_until_it_fades(void **state)
{
	(void)state;
	keep(1, PAGES, false, 0);
	keep(2, PAGES, true, 0);
	for (uint64_t s = 3; s < 10; s++)
		keep(s, PAGES, true, 0);
	assert_null(pastchanges(h, &vp, 0, FADE_NS));
	assert_int_equal(change_at(1), CHANGE_NONE);
	assert_int_equal(change_at(2), CHANGE_CAME_OUTSIDE);
	assert_int_equal(change_at(6), CHANGE_CAME_OUTSIDE);
	assert_int_equal(change_at(9), CHANGE_NONE);
}

/* Another file of that name: nothing of it came or went. */
static void
another_file_begins_anew(void **state)
{
	(void)state;
	keep(1, PAGES, false, 0);
	keep(2, PAGES, true, SOURCE_FOLLOWED);
	assert_int_equal(change_at(2), CHANGE_NONE);
	keep(3, PAGES, false, 0);
	assert_int_equal(change_at(3), CHANGE_WENT_OUTSIDE);
}

/* While the file had another size, its cells were others. */
static void
another_size_begins_anew(void **state)
{
	(void)state;
	keep(1, PAGES, false, 0);
	keep(2, PAGES / 2, false, 0);
	keep(3, PAGES, true, 0);
	assert_int_equal(change_at(3), CHANGE_NONE);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(what_came_is_seen_until_it_fades),
		TEST(another_file_begins_anew),
		TEST(another_size_begins_anew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
