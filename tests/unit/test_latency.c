#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "pagetide/latency.h"

#define LAST (LATENCY_BUCKETS - 1)

/* Each bucket ends where its bound says, and the next begins there. */
static void
buckets_are_powers_of_two(void **state)
{
	unsigned b;

	(void)state;
	assert_int_equal(latency_bucket(0), 0);
	assert_int_equal(latency_bucket(1), 0);
	assert_int_equal(latency_bucket(2), 1);
	assert_int_equal(latency_bucket(3), 2);
	assert_int_equal(latency_bucket(4096), 12);
	assert_int_equal(latency_bucket(4097), 13);
	for (b = 0; b < LAST; b++) {
		assert_int_equal(latency_bucket(UINT64_C(1) << b), b);
		assert_int_equal(latency_bucket((UINT64_C(1) << b) + 1),
		    b + 1);
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
	l.count[LATENCY_MINOR][12] = 99;
	l.count[LATENCY_MINOR][20] = 1;
	l.count[LATENCY_MAJOR][3] = 7;
	assert_int_equal(latency_touches(&l, LATENCY_MINOR), 100);
	assert_int_equal(latency_touches(&l, LATENCY_NO_FAULT), 0);
	assert_true(latency_bound(&l, LATENCY_MINOR, 500, &ns));
	assert_int_equal(ns, 4096);
	assert_true(latency_bound(&l, LATENCY_MINOR, 990, &ns));
	assert_int_equal(ns, 4096);
	assert_true(latency_bound(&l, LATENCY_MINOR, 991, &ns));
	assert_int_equal(ns, 1 << 20);
	assert_true(latency_bound(&l, LATENCY_MAJOR, 1000, &ns));
	assert_int_equal(ns, 8);
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
	assert_int_equal(ns, 32);
	assert_false(latency_bound(&l, LATENCY_MAJOR, 501, &ns));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(buckets_are_powers_of_two),
		cmocka_unit_test(bounds_come_from_the_buckets),
		cmocka_unit_test(the_last_bucket_has_no_bound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
