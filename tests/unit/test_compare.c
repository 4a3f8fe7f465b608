#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "pagetide/compare.h"

#define KNOWN (COUNTER_BIT(COUNTER_TOUCHES) | COUNTER_BIT(COUNTER_MAJOR) | \
	COUNTER_BIT(COUNTER_MINOR) | COUNTER_BIT(COUNTER_READ_BYTES))

static struct compare *compare;
static struct snapshot picture;
static struct compare_since since;

/* 64 touches of 64 different pages from an empty cache, all known. */
static int
setup(void **state)
{
	struct sample *s = &picture.sample;

	(void)state;
	compare = compare_new();
	memset(&picture, 0, sizeof picture);
	s->target.page_bytes = 4096;
	s->target.pages = 16384;
	s->counters = (struct counters){ .known = KNOWN };
	s->counters.v[COUNTER_TOUCHES] = 164;
	s->counters.v[COUNTER_MAJOR] = 20;
	s->counters.v[COUNTER_MINOR] = 60;
	s->counters.v[COUNTER_READ_BYTES] = 4096 + 640 * 4096;
	s->worker.alive = s->worker.latency_known = true;
	s->worker.latency.count[LATENCY_MAJOR][18] = 10;
	s->worker.latency.count[LATENCY_MINOR][10] = 54;
	since = (struct compare_since){ .evicted = true,
		.base = { .known = KNOWN }, .stayed_known = true, .walks = 1,
		.walk_over = true, .walk_touches = 64, .walk_ns = 5000000,
		.walk = { .kind = PATTERN_SEQUENTIAL, .passes = 1,
		    .n_pages = 16384 } };
	since.base.v[COUNTER_TOUCHES] = 100;
	since.base.v[COUNTER_MAJOR] = 10;
	since.base.v[COUNTER_MINOR] = 6;
	since.base.v[COUNTER_READ_BYTES] = 4096;
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	compare_free(compare);
	return 0;
}

static void
keep(unsigned i)
{
	compare_keep(compare, i, &picture, &since);
}

static void
assert_is(unsigned i, enum compare_measure m, const char *text)
{
	char buf[UNITS_MAX];

	assert_string_equal(compare_text(buf, &compare->column[i], m), text);
}

static void
counts_from_the_eviction(void **state)
{
	(void)state;
	assert_int_equal(compare_kept(compare), 0);
	keep(1);
	assert_int_equal(compare_kept(compare), 1);
	assert_is(1, COMPARE_TOUCHES, "64");
	assert_is(1, COMPARE_MAJOR, "10");
	assert_is(1, COMPARE_MINOR, "54");
	assert_is(1, COMPARE_READ_BYTES, "2.5 MiB");
	assert_is(1, COMPARE_PER_TOUCH, "10");
	assert_is(1, COMPARE_WALK_NS, "5.0 ms");
	assert_is(1, COMPARE_USED, "10.0 %");
	assert_is(1, COMPARE_P99_NS, "<= 1.0 ms");
}

static void
p99_is_of_all_touches(void **state)
{
	struct latency *l = &picture.sample.worker.latency;

	(void)state;
	l->count[LATENCY_MAJOR][18] = 1;
	l->count[LATENCY_NO_FAULT][9] = 99;
	l->count[LATENCY_MINOR][10] = 100;
	keep(0);
	assert_is(0, COMPARE_P99_NS, "<= 2.0 us");
}

/* What was not measured is not shown, whichever it is. */
static void
unknown_is_a_value(void **state)
{
	(void)state;
	for (int m = 0; m < COMPARE_COUNT; m++)
		assert_is(0, m, "?");
	since.base.known = 0;
	keep(0);
	assert_is(0, COMPARE_TOUCHES, "?");
	assert_is(0, COMPARE_READ_BYTES, "?");
	assert_is(0, COMPARE_PER_TOUCH, "?");
	assert_is(0, COMPARE_USED, "?");
	assert_is(0, COMPARE_WALK_NS, "5.0 ms");
	since.base = picture.sample.counters;
	since.base.v[COUNTER_MAJOR]++;
	keep(0);
	assert_is(0, COMPARE_MAJOR, "?");
	assert_is(0, COMPARE_MINOR, "0");
	assert_is(0, COMPARE_PER_TOUCH, "?");
}

static void
of_two_walks_time_is_not_known(void **state)
{
	(void)state;
	since.walks = 2;
	keep(0);
	assert_is(0, COMPARE_TOUCHES, "64");
	assert_is(0, COMPARE_WALK_NS, "?");
	assert_is(0, COMPARE_USED, "?");
	assert_is(0, COMPARE_P99_NS, "?");
	since.walks = 1;
	since.walk_over = false;
	keep(0);
	assert_is(0, COMPARE_WALK_NS, "?");
}

/* Then what was touched need not have been read. */
static void
used_is_from_an_empty_cache(void **state)
{
	(void)state;
	since.stayed_pages = 1;
	keep(0);
	assert_is(0, COMPARE_USED, "?");
	since.stayed_pages = 0;
	since.stayed_known = false;
	keep(0);
	assert_is(0, COMPARE_USED, "?");
	since.stayed_known = true;
	since.evicted = false;
	keep(0);
	assert_is(0, COMPARE_USED, "?");
	since.evicted = true;
	picture.sample.counters.v[COUNTER_READ_BYTES] = 4096 + 63 * 4096;
	keep(0);
	assert_is(0, COMPARE_USED, "?");
	picture.sample.counters.v[COUNTER_READ_BYTES] = 4096 + 64 * 4096;
	keep(0);
	assert_is(0, COMPARE_USED, "100 %");
}

static void
owns_its_picture(void **state)
{
	struct cells grid;
	char path[] = "/data/file";

	(void)state;
	cells_init(&grid);
	cells_reshape(&grid, 0, 16, 0);
	cells_set(&grid, 3, LAYER_CACHED, 1, 1);
	picture.sample.overview = &grid;
	picture.sample.target.path = path;
	keep(2);
	cells_forget(&grid, LAYER_ALL);
	cells_done(&grid);
	memset(path, 'x', sizeof path - 1);
	assert_string_equal(compare->column[2].picture.sample.target.path,
	    "/data/file");
	assert_int_equal(compare->column[2].picture.sample.overview->
	    count[LAYER_CACHED][3], 1);
	picture.sample.overview = NULL;
	picture.sample.target.path = NULL;
	keep(2);
	compare_clear(compare, 2);
	assert_false(compare->column[2].there);
	assert_is(2, COMPARE_TOUCHES, "?");
}

/* A column that read so much, in so long. */
static void
keep_read(unsigned i, uint64_t pages, uint64_t walk_ns)
{
	picture.sample.counters.v[COUNTER_READ_BYTES] = 4096 + pages * 4096;
	since.walk_ns = walk_ns;
	keep(i);
}

static void
marks_the_best(void **state)
{
	(void)state;
	keep_read(0, 16000, 18200000);
	assert_false(compare_is_best(compare, 0, COMPARE_READ_BYTES));
	keep_read(1, 64, 7100000);
	keep_read(2, 64, 7200000);
	assert_false(compare_is_best(compare, 0, COMPARE_READ_BYTES));
	assert_true(compare_is_best(compare, 1, COMPARE_READ_BYTES));
	assert_true(compare_is_best(compare, 2, COMPARE_READ_BYTES));
	assert_true(compare_is_best(compare, 1, COMPARE_WALK_NS));
	assert_false(compare_is_best(compare, 2, COMPARE_WALK_NS));
	assert_true(compare_is_best(compare, 1, COMPARE_USED));
	assert_false(compare_is_best(compare, 0, COMPARE_USED));
	/* All the same, or nothing to be best at. */
	for (unsigned i = 0; i < 3; i++) {
		assert_false(compare_is_best(compare, i, COMPARE_MAJOR));
		assert_false(compare_is_best(compare, i, COMPARE_TOUCHES));
	}
	assert_int_equal(compare_most(compare, COMPARE_READ_BYTES),
	    16000 * 4096);
	since.base.known &= ~COUNTER_BIT(COUNTER_READ_BYTES);
	keep_read(2, 64, 7200000);
	assert_false(compare_is_best(compare, 1, COMPARE_READ_BYTES));
	assert_true(compare_is_best(compare, 1, COMPARE_WALK_NS));
}

static void
assert_verdict(const char *text)
{
	char buf[240];

	compare_verdict(compare, buf, sizeof buf);
	assert_string_equal(buf, text);
}

static void
says_what_was_measured(void **state)
{
	(void)state;
	assert_verdict("");
	keep_read(0, 16000, 18200000);
	assert_verdict("");
	keep_read(2, 64, 7100000);
	assert_verdict("A read 250 times as much as C for the same 64 "
	    "touches, and took 18.2 ms where C took 7.1 ms.");
	keep_read(2, 12800, 18200000);
	assert_verdict("A read 1.25 times as much as C for the same 64 "
	    "touches.");
	keep_read(2, 0, 18200000);
	assert_verdict("C read nothing where A read 62.5 MiB for the same 64 "
	    "touches.");
	keep_read(2, 16000, 1);
	assert_verdict("All read the same, 62.5 MiB, for the same 64 "
	    "touches.");
	picture.sample.counters.v[COUNTER_TOUCHES]--;
	keep_read(2, 64, 1);
	assert_verdict("");
}

/* By touching the pages one by one. */
static uint64_t
count_distinct(const struct pattern_spec *spec, uint64_t touches)
{
	bool *seen = calloc(spec->n_pages, sizeof *seen);
	struct pattern p;
	uint64_t page, n = 0;

	assert_int_equal(pattern_start(&p, spec), 0);
	while (touches-- > 0 && pattern_next(&p, &page)) {
		n += !seen[page - spec->first_page];
		seen[page - spec->first_page] = true;
	}
	free(seen);
	return n;
}

static void
different_pages_of_each_pattern(void **state)
{
	struct pattern_spec spec = { .passes = 0, .first_page = 7,
		.n_pages = 100, .stride_pages = 7, .seed = 3, .set_pages = 30,
		.window_pages = 8, .hot_pages_permille = 100,
		.hot_touches_permille = 900 };
	uint64_t pages;

	(void)state;
	for (spec.kind = 0; spec.kind < PATTERN_COUNT; spec.kind++) {
		if (spec.kind == PATTERN_SINGLE)
			continue;
		for (uint64_t n = 1; n < 300; n += 13) {
			assert_true(compare_distinct(&spec, n, &pages));
			assert_int_equal(pages, count_distinct(&spec, n));
		}
	}
	spec.kind = PATTERN_RANDOM;
	assert_false(compare_distinct(&spec, UINT64_MAX, &pages));
	spec.n_pages = UINT64_MAX;
	assert_false(compare_distinct(&spec, 1, &pages));
	spec.kind = PATTERN_SEQUENTIAL;
	assert_true(compare_distinct(&spec, 5, &pages));
	assert_int_equal(pages, 5);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(counts_from_the_eviction),
		TEST(p99_is_of_all_touches),
		TEST(unknown_is_a_value),
		TEST(of_two_walks_time_is_not_known),
		TEST(used_is_from_an_empty_cache),
		TEST(owns_its_picture),
		TEST(marks_the_best),
		TEST(says_what_was_measured),
		TEST(different_pages_of_each_pattern),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
