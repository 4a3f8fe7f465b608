#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "pagetide/latency.h"

#define LAST (LATENCY_BUCKETS - 1)

/* Each bucket ends where its bound says, and the next begins there. */
static void
bounds_are_round_numbers(void **state)
{
	uint64_t bound;
	unsigned b;

	(void)state;
	assert_int_equal(latency_bucket(0), 0);
	assert_int_equal(latency_bucket(1), 0);
	assert_int_equal(latency_bound_ns(0), 1);
	assert_int_equal(latency_bound_ns(8), 500);
	assert_int_equal(latency_bound_ns(15), 100000);
	for (b = 0; b < LAST; b++) {
		bound = latency_bound_ns(b);
		while (bound % 10 == 0)
			bound /= 10;
		assert_true(bound == 1 || bound == 2 || bound == 5);
		bound = latency_bound_ns(b);
		assert_true(bound < latency_bound_ns(b + 1));
		assert_int_equal(latency_bucket(bound), b);
		assert_int_equal(latency_bucket(bound + 1), b + 1);
	}
	assert_int_equal(latency_bucket(UINT64_MAX), LAST);
}

static void
bounds_come_from_the_buckets(void **state)
{
	struct latency l = { 0 };
	uint64_t ns = 77;

	(void)state;
	assert_false(latency_bound(&l, LATENCY_MINOR, 500, &ns));
	l.count[LATENCY_MINOR][11] = 99;
	l.count[LATENCY_MINOR][20] = 1;
	l.count[LATENCY_MAJOR][3] = 7;
	assert_int_equal(latency_touches(&l, LATENCY_MINOR), 100);
	assert_int_equal(latency_touches(&l, LATENCY_NO_FAULT), 0);
	assert_true(latency_bound(&l, LATENCY_MINOR, 500, &ns));
	assert_int_equal(ns, 5000);
	assert_true(latency_bound(&l, LATENCY_MINOR, 990, &ns));
	assert_int_equal(ns, 5000);
	assert_true(latency_bound(&l, LATENCY_MINOR, 991, &ns));
	assert_int_equal(ns, 5000000);
	assert_true(latency_bound(&l, LATENCY_MAJOR, 1000, &ns));
	assert_int_equal(ns, 10);
}

/* What is above all buckets has no bound; neither overflows. */
static void
the_last_bucket_has_no_bound(void **state)
{
	struct latency l = { 0 };
	uint64_t ns = 77;

	(void)state;
	l.count[LATENCY_MAJOR][LAST] = UINT64_MAX / 2;
	assert_false(latency_bound(&l, LATENCY_MAJOR, 500, &ns));
	assert_int_equal(ns, 77);
	l.count[LATENCY_MAJOR][5] = UINT64_MAX / 2;
	assert_true(latency_bound(&l, LATENCY_MAJOR, 500, &ns));
	assert_int_equal(ns, 50);
	assert_false(latency_bound(&l, LATENCY_MAJOR, 501, &ns));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bounds_are_round_numbers),
		cmocka_unit_test(bounds_come_from_the_buckets),
		cmocka_unit_test(the_last_bucket_has_no_bound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
