/* Walks that pause, and go step by step. */
#include "config.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "worker_rig.h"

#define PAGES	200

static struct report
pause_walk(enum pause pause)
{
	return rig_order((struct order){ .op = ORDER_PAUSE, .pause = pause });
}

static struct report
step(void)
{
	return rig_order((struct order){ .op = ORDER_STEP,
	    .count = ORDER_COUNT });
}

static void
begin_walk(struct pattern_spec spec, uint64_t pace_per_s)
{
	assert_int_equal(rig_order((struct order){ .op = ORDER_WORK,
	    .work = spec, .pace_per_s = pace_per_s }).err[0], 0);
}

static void
a_walk_that_pauses_touches_nothing(void **state)
{
	uint64_t touches;

	(void)state;
	rig_begin(PAGES);
	begin_walk(rig_all_pages(0), 10000);
	while (rig.shared->touches < 20)
		rig_pause_ms(1);
	assert_int_equal(pause_walk(PAUSE_ON).paused, 1);
	assert_int_equal(rig.shared->paused, 1);
	assert_int_equal(rig.shared->running, 1);
	touches = rig.shared->touches;
	rig_pause_ms(20);
	/* Another pace does not set it going. */
	assert_int_equal(rig_order((struct order){ .op = ORDER_PACE,
	    .pace_per_s = 0 }).paused, 1);
	assert_int_equal(pause_walk(PAUSE_ON).paused, 1);
	rig_pause_ms(20);
	assert_int_equal(rig.shared->touches, touches);
	assert_int_equal(pause_walk(PAUSE_TOGGLE).paused, 0);
	assert_int_equal(rig.shared->paused, 0);
	while (rig.shared->touches == touches)
		rig_pause_ms(1);
	assert_int_equal(pause_walk(PAUSE_TOGGLE).paused, 1);
	assert_int_equal(rig_order((struct order){
	    .op = ORDER_STOP }).paused, 0);
	assert_int_equal(rig.shared->paused, 0);
	assert_int_equal(rig.shared->running, 0);
}

/* The pages of a pattern, one a step, and not a fault more. */
static bool
steps_touch_a_page_each(void)
{
	struct pattern_spec spec;
	struct faults faults;
	struct report r;
	int64_t mapped;
	uint64_t i;

	rig_begin(PAGES);
	rig_evict();
	rig_hint_ok("random", 0, PAGES);
	spec = rig_all_pages(1);
	spec.paused = 1;
	spec.first_page = 40;
	spec.n_pages = 5;
	begin_walk(spec, 1);
	assert_int_equal(rig.shared->paused, 1);
	faults = rig_faults();
	for (i = 0; i < spec.n_pages; i++) {
		assert_int_equal(rig.shared->touches, i);
		r = step();
		assert_int_equal(r.err[0], 0);
		assert_int_equal(r.touched.page, 40 + i);
		assert_int_equal(r.touched.kind, LATENCY_MAJOR);
		assert_int_equal(r.touched.read_bytes, rig.page_bytes);
		assert_int_equal(r.touched.signal, 0);
		assert_true(r.touched.ns > 300);
		assert_int_equal(r.paused, i < 4);
		/* Counted around it, as around any act. */
		assert_true(own_change(&r.own, LAYER_MAPPED, &mapped));
		assert_int_equal(mapped, 1);
		assert_int_equal(r.own.major, 1);
		assert_int_equal(r.own.read_bytes, rig.page_bytes);
	}
	assert_int_equal(rig_faults_since(faults).major, 5);
	/* The last of them is the walk's end. */
	r = rig_next_report();
	assert_int_equal(r.done, 1);
	assert_int_equal(r.err[0], 0);
	assert_int_equal(r.touches, 5);
	assert_int_equal(rig.shared->running, 0);
	assert_int_equal(step().err[0], ESRCH);
	return rig_mapped(0, PAGES) == 5 && rig_mapped(40, 5) == 5;
}

static void
what_is_mapped_costs_a_step_no_fault(void **state)
{
	struct pattern_spec spec;
	struct report r;

	(void)state;
	rig_begin(PAGES);
	rig_fill();
	rig_hint_ok("dontneed", 0, PAGES);
	spec = rig_all_pages(1);
	spec.paused = 1;
	begin_walk(spec, 0);
	/* Fault-around takes its neighbours along. */
	r = step();
	assert_int_equal(r.touched.kind, LATENCY_MINOR);
	assert_int_equal(r.touched.read_bytes, 0);
	r = step();
	assert_int_equal(r.touched.kind, LATENCY_NO_FAULT);
	assert_int_equal(r.touched.page, 1);
	/* It goes on where it is. */
	assert_int_equal(pause_walk(PAUSE_OFF).paused, 0);
	assert_int_equal(rig_next_report().touches, PAGES);
}

static void
a_step_pauses(void **state)
{
	uint64_t touches;

	(void)state;
	rig_begin(PAGES);
	begin_walk(rig_all_pages(0), 1000);
	assert_int_equal(step().paused, 1);
	touches = rig.shared->touches;
	rig_pause_ms(20);
	assert_int_equal(rig.shared->touches, touches);
}

static void
without_a_walk_there_is_nothing_to_pause(void **state)
{
	(void)state;
	rig_begin(PAGES);
	assert_int_equal(pause_walk(PAUSE_TOGGLE).err[0], ESRCH);
	assert_int_equal(step().err[0], ESRCH);
	assert_int_equal(rig.shared->paused, 0);
}

/* A call that fails has no signal. */
static void
a_step_that_failed_says_so(void **state)
{
	struct pattern_spec spec;
	struct report r;

	(void)state;
	rig_begin(PAGES);
	spec = rig_all_pages(1);
	assert_int_equal(truncate(rig.path, 100 * rig.page_bytes), 0);
	spec.first_page = 100;
	spec.n_pages = 3;
	spec.paused = 1;
	spec.op = TOUCH_PREAD;
	begin_walk(spec, 0);
	r = step();
	assert_int_equal(r.touched.signal, 0);
	assert_int_equal(r.err[0], ENODATA);
	assert_int_equal(rig_next_report().err[0], ENODATA);
}

/* A file cut off: each touch that was asked for survives it. */
static void
a_step_survives_sigbus(void **state)
{
	struct pattern_spec one = { .kind = PATTERN_SINGLE, .passes = 1,
	    .first_page = 150, .n_pages = 1 };
	struct pattern_spec spec;
	struct report r;

	(void)state;
	rig_begin(PAGES);
	spec = rig_all_pages(1);
	assert_int_equal(truncate(rig.path, 100 * rig.page_bytes), 0);
	spec.first_page = 99;
	spec.n_pages = 3;
	spec.paused = 1;
	begin_walk(spec, 0);
	assert_int_equal(step().err[0], 0);
	r = step();
	assert_int_equal(r.err[0], EFAULT);
	assert_int_equal(r.touched.page, 100);
	assert_int_equal(r.touched.signal, SIGBUS);
	assert_int_equal(r.touched.code, BUS_ADRERR);
	assert_int_equal(r.touched.kind, LATENCY_NO_FAULT);
	assert_int_equal(r.touched.addr, rig.shared->map_addr +
	    100 * rig.page_bytes);
	assert_int_equal(rig.shared->touches, 1);
	assert_int_equal(r.paused, 1);
	begin_walk(one, 0);
	r = rig_next_report();
	assert_int_equal(r.done, 1);
	assert_int_equal(r.err[0], EFAULT);
	assert_int_equal(r.touches, 0);
	assert_int_equal(r.touched.signal, SIGBUS);
	/* In a walk it is the end, as ever. */
	spec.paused = 0;
	begin_walk(spec, 0);
	assert_int_equal(WTERMSIG(rig_ended()), SIGBUS);
}

/* Gives the order; it must have got that signal, and cost no fault. */
static struct one_touch
trespass_gets(struct order o, int signal, int code)
{
	struct faults faults = rig_faults();
	struct report r;

	o.op = ORDER_TRESPASS;
	r = rig_order(o);
	assert_int_equal(r.err[0], EFAULT);
	assert_int_equal(r.touched.trespass, o.trespass);
	assert_int_equal(r.touched.signal, signal);
	assert_int_equal(r.touched.code, code);
	assert_int_equal(r.touched.kind, LATENCY_NO_FAULT);
	assert_true(r.touched.ns > 0);
	faults = rig_faults_since(faults);
	assert_int_equal(faults.minor + faults.major, 0);
	assert_int_equal(rig.shared->touches, 0);
	return r.touched;
}

static void
check_beyond(off_t bytes, uint64_t page)
{
	struct one_touch t;

	assert_int_equal(truncate(rig.path, bytes), 0);
	t = trespass_gets((struct order){ .trespass = TRESPASS_BEYOND },
	    SIGBUS, BUS_ADRERR);
	assert_int_equal(t.page, page);
	assert_true(t.addr != 0);
}

static void
touches_that_are_refused(void **state)
{
	struct order write = { .trespass = TRESPASS_WRITE, .first_page = 7 };
	off_t page;

	(void)state;
	rig_begin(PAGES);
	page = (off_t)rig.page_bytes;
	check_beyond(PAGES * page, PAGES);
	check_beyond(10 * page + 1, 11);
	check_beyond(0, 0);
	check_beyond(PAGES * page, PAGES);
	trespass_gets((struct order){ .trespass = TRESPASS_UNMAPPED },
	    SIGSEGV, SEGV_MAPERR);
	assert_int_equal(trespass_gets(write, SIGSEGV, SEGV_ACCERR).addr,
	    rig.shared->map_addr + 7 * rig.page_bytes);
	/* A signal that nobody asked for is the end. */
	kill(rig.pid, SIGBUS);
	assert_int_equal(WTERMSIG(rig_ended()), SIGBUS);
}

/* What makes no sense is not tried. */
static void
no_trespass(void **state)
{
	struct order o = { .op = ORDER_TRESPASS, .trespass = TRESPASS_WRITE,
	    .first_page = PAGES };

	(void)state;
	rig_begin(PAGES);
	assert_int_equal(rig_order(o).err[0], EINVAL);
	o.trespass = TRESPASS_COUNT;
	assert_int_equal(rig_order(o).err[0], EINVAL);
	assert_int_equal(rig_order((struct order){ .op = ORDER_MAP,
	    .map_flags = MAP_SPEC_PRIVATE | MAP_SPEC_WRITE | MAP_SPEC_ANON,
	    .n_pages = PAGES }).err[0], 0);
	o.first_page = 0;
	for (o.trespass = 0; o.trespass < TRESPASS_COUNT; o.trespass++)
		assert_int_equal(rig_order(o).err[0],
		    o.trespass == TRESPASS_UNMAPPED ? EFAULT : EINVAL);
}

#define TEST(f) cmocka_unit_test_teardown(f, rig_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_walk_that_pauses_touches_nothing),
		RIG_CHECK(steps_touch_a_page_each),
		TEST(what_is_mapped_costs_a_step_no_fault),
		TEST(a_step_pauses),
		TEST(without_a_walk_there_is_nothing_to_pause),
		TEST(a_step_that_failed_says_so),
		TEST(a_step_survives_sigbus),
		TEST(touches_that_are_refused),
		TEST(no_trespass),
	};

	return cmocka_run_group_tests(tests, rig_group_setup,
	    rig_group_teardown);
}
