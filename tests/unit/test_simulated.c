#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "pagetide/actor.h"
#include "pagetide/clock.h"
#include "pagetide/fake.h"
#include "pagetide/order.h"
#include "pagetide/simulated.h"
#include "pagetide/subject.h"

static struct source source;
static struct actor actor;
static struct report last;
static int reports;

static void
on_report(void *arg, const struct report *r)
{
	assert_ptr_equal(arg, &last);
	last = *r;
	reports++;
}

static const struct actor_listener listener = { on_report, NULL };

static int
setup(void **state)
{
	(void)state;
	simulated_open(&actor, fake_open(&source, 1), &listener, &last);
	reports = 0;
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	actor.ops->close(actor.self);
	source.ops->close(source.self);
	return 0;
}

static void
is_always_on(void **state)
{
	(void)state;
	assert_true(actor_is_on(&actor));
	assert_int_equal(actor_pid(&actor), 0);
	assert_int_equal(actor.ops->start(actor.self, -1, NULL), 0);
	assert_true(actor_is_on(&actor));
	assert_null(actor.ops->stop);
	assert_true(actor.ops->mapped);
	actor.ops->reap(actor.self);
	assert_int_equal(reports, 0);
}

static void
answers_at_once(void **state)
{
	const struct order o = { .seq = 3, .op = ORDER_STOP };

	(void)state;
	assert_int_equal(actor.ops->send(actor.self, &o), 0);
	assert_int_equal(reports, 1);
	assert_int_equal(last.seq, 3);
	assert_int_equal(last.op, ORDER_STOP);
	assert_int_equal(last.err[0], 0);
	actor.ops->ready(actor.self);
	assert_int_equal(reports, 1);
}

static void
end_of_a_walk_comes_with_time(void **state)
{
	const struct order o = { .seq = 4, .op = ORDER_WORK, .work = {
		.kind = PATTERN_SEQUENTIAL, .passes = 1, .n_pages = 10 },
		.pace_per_s = 10 };

	(void)state;
	assert_null(actor.ops->fds);
	assert_true(source.ops->steps_clock);
	assert_int_equal(actor.ops->send(actor.self, &o), 0);
	assert_int_equal(reports, 1);
	source.ops->begin(source.self);
	actor.ops->ready(actor.self);
	assert_int_equal(reports, 1);
	clock_advance(2 * NS_PER_S);
	source.ops->begin(source.self);
	actor.ops->ready(actor.self);
	assert_int_equal(reports, 2);
	assert_int_equal(last.seq, 4);
	assert_int_equal(last.done, 1);
	assert_int_equal(last.touches, 10);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(is_always_on),
		TEST(answers_at_once),
		TEST(end_of_a_walk_comes_with_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
