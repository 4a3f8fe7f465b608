/* What is counted from the last eviction, by what the worker reports. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "pagetide/act.h"
#include "pagetide/advice.h"
#include "pagetide/clock.h"
#include "pagetide/order.h"

#include "../../src/act/since.h"

#define PAGES	16384
#define WORKER	77

struct rig {
	struct watch	watch;
	struct act	act;
	struct since	*since;
};

static int
setup(void **state)
{
	struct rig *r = calloc(1, sizeof *r);

	assert_non_null(r);
	r->act.watch = &r->watch;
	r->act.since = r->since = since_new();
	r->watch.live.worker.pid = WORKER;
	*state = r;
	return 0;
}

static int
teardown(void **state)
{
	struct rig *r = *state;

	free(r->since);
	free(r);
	return 0;
}

/* The next sample, with so many touches so far; which pages are cached no
 * sample can tell. */
static void
sample(struct rig *r, uint64_t touches)
{
	struct counters *c = &r->watch.live.counters;

	r->watch.live.t_ns = clock_now_ns();
	c->known = COUNTER_BIT(COUNTER_TOUCHES);
	c->v[COUNTER_TOUCHES] = touches;
	r->watch.live.base.known = c->known;
	since_sample(&r->act);
}

/* It leaves so many pages of all, as the worker counts them. */
static void
evict(struct rig *r, uint32_t seq, bool counted, uint64_t left)
{
	const struct order o = { .seq = seq, .op = ORDER_ADVISE,
		.advice = (uint32_t)advice_find("evict"), .n_pages = PAGES };
	struct report report = { .seq = seq, .op = ORDER_ADVISE };

	report.own.asked = 1;
	report.own.before.known = LAYER_BIT(LAYER_CACHED);
	report.own.before.count[LAYER_CACHED] = PAGES;
	report.own.after.known = counted ? LAYER_BIT(LAYER_CACHED) : 0;
	report.own.after.count[LAYER_CACHED] = left;
	since_order(&r->act, &o);
	since_report(&r->act, &report);
}

static void
walk_begins(struct rig *r, uint32_t seq)
{
	const struct order o = { .seq = seq, .op = ORDER_WORK };
	struct report report = { .seq = seq, .op = ORDER_WORK,
		.begin_ns = clock_now_ns() };

	since_order(&r->act, &o);
	since_report(&r->act, &report);
	r->watch.live.worker.running = true;
}

static void
walk_ends(struct rig *r, uint32_t seq)
{
	struct report report = { .seq = seq, .op = ORDER_WORK, .done = 1,
		.touches = 64, .end_ns = clock_now_ns() };

	since_report(&r->act, &report);
	r->watch.live.worker.running = false;
}

static void
what_stayed_the_worker_tells(void **state)
{
	struct rig *r = *state;
	const struct compare_since *facts = &r->since->facts;

	sample(r, 0);
	evict(r, 1, true, 12);
	sample(r, 0);
	assert_true(facts->evicted);
	assert_true(facts->stayed_known);
	assert_int_equal(facts->stayed_pages, 12);
	evict(r, 2, true, 0);
	sample(r, 0);
	assert_true(facts->stayed_known);
	assert_int_equal(facts->stayed_pages, 0);
	evict(r, 3, false, 0);
	sample(r, 0);
	assert_true(facts->evicted);
	assert_false(facts->stayed_known);
}

static void
one_walk_is_timed(void **state)
{
	struct rig *r = *state;
	const struct compare_since *facts = &r->since->facts;

	sample(r, 0);
	evict(r, 1, true, 0);
	sample(r, 0);
	walk_begins(r, 2);
	walk_ends(r, 2);
	assert_int_equal(facts->walks, 1);
	assert_true(facts->walk_over);
	assert_int_equal(facts->walk_touches, 64);
}

/* It began before the eviction: its time and its touches are not of a walk
 * from an empty cache, nor is the next one alone. */
static void
a_walk_across_the_eviction_counts(void **state)
{
	struct rig *r = *state;
	const struct compare_since *facts = &r->since->facts;

	sample(r, 0);
	walk_begins(r, 1);
	evict(r, 2, true, 0);
	sample(r, 30);
	walk_ends(r, 1);
	assert_false(facts->walk_over);
	walk_begins(r, 3);
	walk_ends(r, 3);
	assert_int_equal(facts->walks, 2);
}

static void
another_file_begins_anew(void **state)
{
	struct rig *r = *state;
	const struct since *s = r->since;

	sample(r, 0);
	evict(r, 1, true, 0);
	sample(r, 10);
	walk_begins(r, 2);
	walk_ends(r, 2);
	since_another(&r->act);
	sample(r, 74);
	assert_false(s->facts.evicted);
	assert_int_equal(s->facts.walks, 0);
	assert_int_equal(s->facts.base.v[COUNTER_TOUCHES], 74);
	r->watch.live.worker.pid = WORKER + 1;
	sample(r, 5);
	assert_int_equal(s->facts.base.v[COUNTER_TOUCHES], 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_stayed_the_worker_tells),
		TEST(one_walk_is_timed),
		TEST(a_walk_across_the_eviction_counts),
		TEST(another_file_begins_anew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
