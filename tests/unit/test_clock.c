#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

#include "pagetide/clock.h"

/* The system's own answer, to compare with. */
static uint64_t
system_ns(clockid_t id)
{
	struct timespec	ts;

	assert_int_equal(clock_gettime(id, &ts), 0);
	return (uint64_t)ts.tv_sec * NS_PER_S + (uint64_t)ts.tv_nsec;
}

static void
real_time_is_the_systems(void **state)
{
	uint64_t	before, t, after;

	(void)state;
	assert_false(clock_is_fixed());
	before = system_ns(CLOCK_MONOTONIC);
	t = clock_now_ns();
	after = system_ns(CLOCK_MONOTONIC);
	assert_in_range(t, before, after);
	t = clock_wall_ns();
	assert_true(t / NS_PER_S >= system_ns(CLOCK_REALTIME) / NS_PER_S - 1);
	assert_true(t <= system_ns(CLOCK_REALTIME));
}

static void
cpu_time_runs_on_and_is_never_fixed(void **state)
{
	uint64_t	start = clock_cpu_ns();

	(void)state;
	assert_true(start > 0);
	clock_fix(1, 2);
	while (clock_cpu_ns() == start)
		;
	assert_true(clock_cpu_ns() > start);
	assert_true(clock_cpu_ns() <= system_ns(CLOCK_PROCESS_CPUTIME_ID));
	clock_release();
}

static void
fixed_time_stands_still(void **state)
{
	(void)state;
	clock_fix(5 * NS_PER_S, UINT64_C(1700000000) * NS_PER_S + 42);
	assert_true(clock_is_fixed());
	for (int i = 0; i < 3; i++) {
		assert_int_equal(clock_now_ns(), 5 * NS_PER_S);
		assert_int_equal(clock_wall_ns(), 1700000000000000042);
	}
	clock_release();
}

static void
advance_moves_both(void **state)
{
	(void)state;
	clock_fix(100, 2000);
	clock_advance(7);
	clock_advance(NS_PER_MS);
	assert_int_equal(clock_now_ns(), 1000107);
	assert_int_equal(clock_wall_ns(), 1002007);
	clock_fix(1, 1);
	assert_int_equal(clock_now_ns(), 1);
	clock_release();
}

static void
release_gives_real_time_back(void **state)
{
	uint64_t	before;

	(void)state;
	before = system_ns(CLOCK_MONOTONIC);
	clock_fix(1, 2);
	clock_release();
	assert_false(clock_is_fixed());
	clock_advance(1000 * NS_PER_S);
	assert_in_range(clock_now_ns(), before, before + 900 * NS_PER_S);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(real_time_is_the_systems),
		cmocka_unit_test(cpu_time_runs_on_and_is_never_fixed),
		cmocka_unit_test(fixed_time_stands_still),
		cmocka_unit_test(advance_moves_both),
		cmocka_unit_test(release_gives_real_time_back),
	};

	return cmocka_run_group_tests_name("clock", tests, NULL, NULL);
}
