#include "config.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

#include "pagetide/clock.h"

#include "worker_rig.h"

#define PAGES		RIG_PAGES_MAX
#define SMALL_PAGES	200

static void
stop_is_answered_at_once(void **state)
{
	struct order work = { .op = ORDER_WORK };
	uint64_t began, touches, took_ns, best_ns = UINT64_MAX;
	int i;

	(void)state;
	rig_begin(PAGES);
	work.work = rig_all_pages(0);
	for (i = 0; i < 5; i++) {
		assert_int_equal(rig_order(work).err[0], 0);
		assert_int_equal(rig.shared->running, 1);
		touches = rig.shared->touches;
		while (rig.shared->touches < touches + 5 * PAGES)
			rig_pause_ms(1);
		began = clock_now_ns();
		assert_int_equal(rig_order((struct order){
		    .op = ORDER_STOP }).err[0], 0);
		took_ns = clock_now_ns() - began;
		best_ns = took_ns < best_ns ? took_ns : best_ns;
		assert_int_equal(rig.shared->running, 0);
		touches = rig.shared->touches;
		rig_pause_ms(5);
		assert_int_equal(rig.shared->touches, touches);
	}
	/* A busy machine may keep any one of them waiting. */
	assert_true(best_ns < 100 * NS_PER_MS);
}

static uint64_t
worker_cpu_ns(void)
{
	struct timespec ts;
	clockid_t clock;

	assert_int_equal(clock_getcpuclockid(rig.pid, &clock), 0);
	assert_int_equal(clock_gettime(clock, &ts), 0);
	return ts.tv_sec * NS_PER_S + ts.tv_nsec;
}

/* Touch n (from 0) is due n periods after the start, and never before. */
static void
check_pace(uint64_t pace_per_s, uint64_t touches)
{
	struct pattern_spec spec = rig_all_pages(0);
	uint64_t began, took, least = (touches - 1) * NS_PER_S / pace_per_s;

	spec.max_touches = touches;
	began = clock_now_ns();
	assert_int_equal(rig_walk(spec, pace_per_s), touches);
	took = clock_now_ns() - began;
	assert_int_equal(rig.shared->pace_per_s, pace_per_s);
	assert_true(took >= least);
	assert_true(took < least + least / 2 + 500 * NS_PER_MS);
}

static void
pace_is_kept(void **state)
{
	(void)state;
	rig_begin(SMALL_PAGES);
	rig_hint_ok("populate", 0, SMALL_PAGES);
	check_pace(20, 5);
	check_pace(1000, 300);
	check_pace(7000, 2100);
	check_pace(100000, 30000);
}

static void
slow_walk_sleeps(void **state)
{
	uint64_t cpu_ns;

	(void)state;
	rig_begin(SMALL_PAGES);
	rig_hint_ok("populate", 0, SMALL_PAGES);
	cpu_ns = worker_cpu_ns();
	check_pace(100, 50);
	assert_true(worker_cpu_ns() - cpu_ns < 50 * NS_PER_MS);
}

static void
first_touch_comes_at_once(void **state)
{
	uint64_t began = clock_now_ns();
	struct pattern_spec spec = { .kind = PATTERN_SINGLE, .passes = 1,
	    .first_page = 9, .n_pages = 1 };

	(void)state;
	rig_begin(SMALL_PAGES);
	assert_int_equal(rig_walk(spec, 1), 1);
	/* Also when a walk at that pace has just ended. */
	assert_int_equal(rig_walk(spec, 1), 1);
	assert_true(clock_now_ns() - began < 900 * NS_PER_MS);
}

static void
new_pace_takes_effect_at_once(void **state)
{
	struct order work = { .op = ORDER_WORK, .pace_per_s = 1 };
	struct order pace = { .op = ORDER_PACE, .pace_per_s = 0 };
	uint64_t began = clock_now_ns();

	(void)state;
	rig_begin(SMALL_PAGES);
	work.work = rig_all_pages(10);
	rig_order(work);
	assert_int_equal(rig.shared->pace_per_s, 1);
	rig_order(pace);
	assert_int_equal(rig_next_report().touches, 10 * SMALL_PAGES);
	assert_int_equal(rig.shared->pace_per_s, 0);
	assert_true(clock_now_ns() - began < 5 * NS_PER_S);
}

/* Nor does it hurry after it was held up. */
static void
late_walk_makes_up_for_nothing(void **state)
{
	struct order work = { .op = ORDER_WORK, .pace_per_s = 50 };
	uint64_t touches;

	(void)state;
	rig_begin(SMALL_PAGES);
	work.work = rig_all_pages(0);
	rig_order(work);
	while (rig.shared->touches == 0)
		rig_pause_ms(1);
	kill(rig.pid, SIGSTOP);
	rig_pause_ms(600);
	touches = rig.shared->touches;
	kill(rig.pid, SIGCONT);
	while (rig.shared->touches == touches)
		rig_pause_ms(1);
	/* Held up for 30 periods; one touch is due. */
	assert_true(rig.shared->touches - touches < 15);
}

static void
new_walk_replaces_the_old(void **state)
{
	struct order work = { .op = ORDER_WORK };
	struct pattern_spec one = { .kind = PATTERN_SINGLE, .passes = 1,
	    .first_page = 150, .n_pages = 1 };

	(void)state;
	rig_begin(SMALL_PAGES);
	work.work = rig_all_pages(0);
	rig_order(work);
	/* rig_walk() takes the next report for the end of its own. */
	assert_int_equal(rig_walk(one, 0), 1);
	assert_int_equal(rig.shared->cursor_page, 150);
}

#define TEST(f) cmocka_unit_test_teardown(f, rig_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(stop_is_answered_at_once),
		TEST(pace_is_kept),
		TEST(slow_walk_sleeps),
		TEST(first_touch_comes_at_once),
		TEST(new_pace_takes_effect_at_once),
		TEST(late_walk_makes_up_for_nothing),
		TEST(new_walk_replaces_the_old),
	};

	return cmocka_run_group_tests(tests, rig_group_setup,
	    rig_group_teardown);
}
