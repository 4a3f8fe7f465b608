/* What comes of acts, by what the worker reports of them. */
#include "config.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "pagetide/act.h"
#include "pagetide/advice.h"
#include "pagetide/event.h"
#include "pagetide/field.h"
#include "pagetide/order.h"
#include "pagetide/outcome.h"
#include "pagetide/pattern.h"
#include "pagetide/said.h"

#include "../../src/act/step.h"

#define PAGES	16384
#define HINT	1
#define STEP	2
#define TOUCH	3

struct rig {
	struct watch	watch;
	struct said	said;
	struct act	act;
	struct event	*event;		/* of the hint, or the touch */
};

static int
setup(void **state)
{
	struct rig *r = calloc(1, sizeof *r);

	assert_non_null(r);
	r->watch.events = events_new(20);
	r->watch.live.target.page_bytes = 4096;
	r->watch.live.target.pages = PAGES;
	r->act.watch = &r->watch;
	r->act.said = &r->said;
	r->event = events_add(r->watch.events, EVENT_HINT, 'W', "an act");
	*state = r;
	return 0;
}

static int
teardown(void **state)
{
	struct rig *r = *state;

	events_free(r->watch.events);
	free(r);
	return 0;
}

static struct report
counted(uint32_t seq, enum order_op op, uint64_t before, uint64_t after)
{
	struct report r = { .seq = seq, .op = op, .err = { 0, -1 } };

	r.own.asked = 1;
	r.own.faults_known = 1;
	r.own.before.known = r.own.after.known = LAYER_BIT(LAYER_CACHED) |
	    LAYER_BIT(LAYER_DIRTY);
	r.own.before.count[LAYER_CACHED] = before;
	r.own.after.count[LAYER_CACHED] = after;
	return r;
}

/* A hint whose call has returned, with pages that are on their way. */
static void
hint(struct rig *r)
{
	const struct order o = { .seq = HINT, .op = ORDER_ADVISE,
		.advice = (uint32_t)advice_find("willneed"),
		.n_pages = PAGES };
	struct report report = counted(HINT, ORDER_ADVISE, 0, 100);

	report.own.arrival = OWN_ARRIVAL_UNDER_WAY;
	report.own.in_flight = 7;
	outcome_new(&r->act, r->event->seq, &o, false);
	outcome_report(&r->act, &report);
	assert_non_null(strstr(r->event->own, "7 on their way"));
}

/* The last of them has come. */
static void
arrive(struct rig *r)
{
	struct report report = { .seq = HINT, .op = ORDER_ADVISE, .done = 1 };

	report.own.asked = 1;
	report.own.arrival = OWN_ARRIVAL_LAST;
	report.own.arrived_ns = 5000000;
	outcome_report(&r->act, &report);
	assert_non_null(strstr(r->event->own, "arrived after 5.0 ms"));
}

/* Pages of the act that samples tell of, after it. */
static uint64_t
told_after(struct rig *r)
{
	struct walk_facts walk;
	struct field_of of = outcome_fields(&r->act, &walk);

	assert_non_null(of.own);
	return of.own->after.count[LAYER_CACHED];
}

static void
pages_that_come_are_of_their_hint(void **state)
{
	struct rig *r = *state;
	struct report step = counted(STEP, ORDER_STEP, 100, 101);

	hint(r);
	assert_int_equal(told_after(r), 100);
	step_report(&r->act, &step);
	assert_int_equal(told_after(r), 101);
	arrive(r);
	assert_int_equal(told_after(r), 101);
}

static void
pages_that_come_are_told_of_the_last_act(void **state)
{
	struct rig *r = *state;
	struct walk_facts walk;

	hint(r);
	arrive(r);
	assert_int_equal(outcome_fields(&r->act, &walk).own->arrival,
	    OWN_ARRIVAL_LAST);
}

static void
nobody_cuts_what_ends_with_the_worker(void **state)
{
	struct rig *r = *state;

	hint(r);
	outcome_give_up(&r->act, "unknown: the worker ended");
	assert_null(strstr(r->event->own, "the next act"));
	assert_null(strstr(r->event->own, "on their way"));
}

static void
the_next_act_cuts(void **state)
{
	const struct order next = { .seq = STEP, .op = ORDER_ADVISE };
	struct rig *r = *state;
	struct outcome *p;

	hint(r);
	p = outcome_new(&r->act, events_add(r->watch.events, EVENT_HINT, 'W',
	    "next")->seq, &next, false);
	outcome_overlap(&r->act, p);
	assert_non_null(strstr(r->event->own, "the next act"));
}

static void
a_touch_that_failed_is_no_success(void **state)
{
	const struct order o = { .seq = TOUCH, .op = ORDER_WORK,
		.work = { .kind = PATTERN_SINGLE, .op = TOUCH_PREAD } };
	struct report report = { .seq = TOUCH, .op = ORDER_WORK, .done = 1,
		.err = { ENODATA, -1 }, .touched = { .ns = 900 } };
	struct rig *r = *state;

	outcome_new(&r->act, r->event->seq, &o, true);
	outcome_report(&r->act, &report);
	assert_string_equal(r->event->result, "failed: ENODATA, 0 touched");
}

static void
a_signal_is_what_became_of_it(void **state)
{
	const struct order o = { .seq = TOUCH, .op = ORDER_WORK,
		.work = { .kind = PATTERN_SINGLE } };
	struct report report = { .seq = TOUCH, .op = ORDER_WORK, .done = 1,
		.err = { EFAULT, -1 }, .touched = { .ns = 900,
		.signal = SIGBUS, .code = BUS_ADRERR } };
	struct rig *r = *state;

	outcome_new(&r->act, r->event->seq, &o, true);
	outcome_report(&r->act, &report);
	assert_non_null(strstr(r->event->result, "SIGBUS BUS_ADRERR in"));
}

/* Of a step with that end. */
static const char *
step_result(struct rig *r, int err, int signal)
{
	struct report report = { .seq = STEP, .op = ORDER_STEP,
		.err = { err, -1 }, .touched = { .page = 3, .ns = 900,
		.signal = signal, .code = BUS_ADRERR } };

	step_report(&r->act, &report);
	return events_at(r->watch.events, 0)->result;
}

static void
so_it_is_with_a_step(void **state)
{
	struct rig *r = *state;

	assert_string_equal(step_result(r, EIO, 0), "failed: EIO");
	assert_non_null(strstr(step_result(r, EFAULT, SIGBUS), "SIGBUS"));
	assert_non_null(strstr(step_result(r, 0, 0), "in 0.9 us"));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(pages_that_come_are_of_their_hint),
		TEST(pages_that_come_are_told_of_the_last_act),
		TEST(nobody_cuts_what_ends_with_the_worker),
		TEST(the_next_act_cuts),
		TEST(a_touch_that_failed_is_no_success),
		TEST(a_signal_is_what_became_of_it),
		TEST(so_it_is_with_a_step),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
