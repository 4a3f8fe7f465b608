#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "pagetide/clock.h"
#include "pagetide/diagnosis.h"
#include "pagetide/sample.h"
#include "pagetide/recent.h"

#define STEP_NS		(100 * NS_PER_MS)
#define LATE_NS		NS_PER_S

static struct recent *recent;
static struct sample now;
static struct diagnosis_facts facts;
static uint64_t own_ns;

static int
setup(void **state)
{
	(void)state;
	recent = recent_new();
	own_ns = 0;
	memset(&now, 0, sizeof now);
	now.t_ns = 5 * NS_PER_S;
	now.target.page_bytes = 4096;
	now.target.pages = 16384;
	now.counters.known = (1u << COUNTER_COUNT) - 1;
	now.total_known = LAYER_BIT(LAYER_EVICTED);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	recent_free(recent);
	return 0;
}

/* The present state as a sample, then time goes on. */
static void
feed(unsigned samples)
{
	while (samples-- > 0) {
		recent_feed(recent, &now, LATE_NS, own_ns);
		now.t_ns += STEP_NS;
	}
	recent_facts(recent, &now, &facts);
}

/* The walk touches n more pages, each with a fault of that kind and length. */
static void
touch(uint32_t walk_seq, enum latency_kind kind, unsigned bucket, uint64_t n)
{
	struct worker_facts *w = &now.worker;

	if (w->walk_seq != walk_seq)
		memset(&w->latency, 0, sizeof w->latency);
	w->walk_seq = walk_seq;
	w->latency_known = true;
	w->latency.count[kind][bucket] += n;
	now.counters.v[COUNTER_TOUCHES] += n;
}

static void
is(enum diagnosis_fact fact, int64_t want)
{
	if ((facts.known & FACT_BIT(fact)) == 0)
		fail_msg("fact %d is not known", (int)fact);
	assert_int_equal(facts.v[fact], want);
}

static void
is_unknown(enum diagnosis_fact fact)
{
	assert_false(facts.known & FACT_BIT(fact));
}

static void
test_span(void **state)
{
	(void)state;
	feed(1);
	is_unknown(FACT_SPAN_NS);
	is_unknown(FACT_TOUCHES);
	assert_int_equal(recent_begin_ns(recent), 0);
	feed(9);
	is_unknown(FACT_SPAN_NS);
	feed(1);
	is(FACT_SPAN_NS, NS_PER_S);
	assert_int_equal(recent_begin_ns(recent), 5 * NS_PER_S);
	feed(10);
	is(FACT_SPAN_NS, 2 * NS_PER_S);
	feed(100);
	is(FACT_SPAN_NS, 2 * NS_PER_S);
	assert_int_equal(recent_begin_ns(recent), now.t_ns - STEP_NS -
	    2 * NS_PER_S);
	/* More samples than there is room for: a shorter span. */
	for (int i = 0; i < 1000; i++) {
		recent_feed(recent, &now, LATE_NS, own_ns);
		now.t_ns += 5 * NS_PER_MS;
	}
	recent_facts(recent, &now, &facts);
	is(FACT_SPAN_NS, 255 * 5 * NS_PER_MS);
}

/* Samples further apart than two seconds: from one to the next. */
static void
test_slow_samples(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++) {
		recent_feed(recent, &now, 20 * NS_PER_S, 0);
		now.t_ns += 7 * NS_PER_S;
		now.counters.v[COUNTER_READ_BYTES] += 4096;
	}
	recent_facts(recent, &now, &facts);
	is(FACT_SPAN_NS, 7 * NS_PER_S);
	is(FACT_READ_PAGES, 1);
}

static void
test_gap(void **state)
{
	(void)state;
	feed(30);
	now.gap = true;
	feed(1);
	is_unknown(FACT_SPAN_NS);
	now.gap = false;
	feed(9);
	is_unknown(FACT_SPAN_NS);
	feed(1);
	is(FACT_SPAN_NS, NS_PER_S);
	/* A sample that comes late is one, too. */
	now.t_ns += 5 * NS_PER_S;
	feed(1);
	is_unknown(FACT_SPAN_NS);
}

/* Pages that a shorter file has no more were dropped by nobody. */
static void
test_shrunk(void **state)
{
	(void)state;
	now.total[LAYER_EVICTED] = 9000;
	feed(21);
	now.target.pages = 20000;
	feed(1);
	is(FACT_EVICTED, 0);
	is(FACT_PAGES, 20000);
	now.target.pages = 100;
	now.total[LAYER_EVICTED] = 0;
	feed(1);
	is_unknown(FACT_SPAN_NS);
	is_unknown(FACT_EVICTED);
	feed(10);
	is(FACT_SPAN_NS, NS_PER_S);
	is(FACT_EVICTED, 0);
}

static void
test_changes(void **state)
{
	(void)state;
	now.total[LAYER_EVICTED] = 5000;
	now.counters.v[COUNTER_PRIVATE] = 100;
	now.counters.v[COUNTER_REFAULTS] = 7;
	feed(21);
	is(FACT_EVICTED, 0);
	is(FACT_PRIVATE, 0);
	is(FACT_READ_PAGES, 0);
	now.total[LAYER_EVICTED] = 4000;
	now.counters.v[COUNTER_PRIVATE] = 80;
	now.counters.v[COUNTER_REFAULTS] = 10;
	now.counters.v[COUNTER_STEALS] = 11;
	now.counters.v[COUNTER_SYS_REFAULTS] = 12;
	now.memory.limit_hits = 13;
	now.counters.v[COUNTER_READ_BYTES] = 3 * 4096 + 100;
	feed(1);
	is(FACT_EVICTED, -1000);
	is(FACT_PRIVATE, -20);
	is(FACT_REFAULTS, 3);
	is(FACT_STEALS, 11);
	is(FACT_SYS_REFAULTS, 12);
	is_unknown(FACT_LIMIT_HITS);
	is(FACT_READ_PAGES, 3);
	feed(20);
	is(FACT_EVICTED, 0);
	is(FACT_REFAULTS, 0);
	now.memory.hits_known = true;
	feed(1);
	is_unknown(FACT_LIMIT_HITS);
	feed(20);
	is(FACT_LIMIT_HITS, 0);
	now.memory.limit_hits = 15;
	feed(1);
	is(FACT_LIMIT_HITS, 2);
}

/* A state with so many shadow entries, whose pass began with the sample. */
static void
feed_shadows(uint64_t n)
{
	now.total[LAYER_EVICTED] = n;
	now.scan.pass_ns = now.t_ns;
	feed(1);
}

/* Those that were there at first, and those of a hint of ours: until they are
 * gone they may be the ones that come back. */
static void
test_old_shadows(void **state)
{
	(void)state;
	feed_shadows(300);
	feed(30);
	is(FACT_EVICTED_OLD, 300);
	/* Reclaim takes some, while we look. */
	feed_shadows(1000);
	feed(30);
	is(FACT_EVICTED_OLD, 300);
	/* Ours takes some, seen by two passes, and reclaim after that. */
	own_ns = UINT64_MAX;
	feed_shadows(1100);
	own_ns = now.t_ns;
	feed_shadows(1250);
	feed_shadows(1300);
	feed_shadows(1400);
	feed(30);
	is(FACT_EVICTED_OLD, 300 + 100 + 150 + 50);
	/* Not more than there are. */
	feed_shadows(200);
	feed(30);
	is(FACT_EVICTED_OLD, 200);
	now.total_known = 0;
	feed(30);
	is_unknown(FACT_EVICTED_OLD);
	now.total_known = LAYER_BIT(LAYER_EVICTED);
	feed_shadows(500);
	feed(30);
	is(FACT_EVICTED_OLD, 200);
}

static void
test_unknown(void **state)
{
	(void)state;
	now.counters.known = 0;
	now.total_known = 0;
	feed(21);
	is(FACT_SPAN_NS, 2 * NS_PER_S);
	for (int b = FACT_TOUCHES; b <= FACT_HINTS; b++)
		is_unknown((enum diagnosis_fact)b);
	/* Known at one end of the span only. */
	now.counters.known = (1u << COUNTER_COUNT) - 1;
	now.total_known = LAYER_BIT(LAYER_EVICTED);
	feed(1);
	for (int b = FACT_TOUCHES; b <= FACT_HINTS; b++)
		is_unknown((enum diagnosis_fact)b);
	feed(20);
	is(FACT_TOUCHES, 0);
	/* A counter that runs backwards is not known, a gauge may fall. */
	now.counters.v[COUNTER_STEALS] = 5;
	feed(21);
	now.counters.v[COUNTER_STEALS] = 4;
	feed(1);
	is_unknown(FACT_STEALS);
}

static void
test_no_walk(void **state)
{
	(void)state;
	feed(21);
	is(FACT_TOUCHES, 0);
	is(FACT_MINOR, 0);
	is(FACT_MAJOR, 0);
	is(FACT_WAITS, 0);
	is(FACT_ALL_TOUCHES, 0);
	is(FACT_ALONE, 1);
	is_unknown(FACT_HINTS);
	is_unknown(FACT_OP);
	is_unknown(FACT_PATTERN);
	is_unknown(FACT_VMFLAGS);
	is_unknown(FACT_VERDICT);
}

static void
test_walk(void **state)
{
	(void)state;
	feed(21);
	touch(1, LATENCY_NO_FAULT, 5, 100);
	touch(1, LATENCY_MINOR, 12, 10);
	touch(1, LATENCY_MINOR, 16, 20);
	touch(1, LATENCY_MINOR, 17, 3);
	touch(1, LATENCY_MINOR, 39, 2);
	touch(1, LATENCY_MAJOR, 20, 4);
	feed(1);
	is(FACT_TOUCHES, 139);
	is(FACT_MINOR, 35);
	is(FACT_WAITS, 5);
	is(FACT_MAJOR, 4);
	is(FACT_ALL_TOUCHES, 139);
	is(FACT_ALONE, 1);
	/* The middle of 5 to 10 us is 7.5. */
	is(FACT_FAULT_NS, 10 * 7500 + 20 * 150000 + 3 * 350000 +
	    2 * INT64_C(7500000000000) + 4 * 3500000);
	/* It goes on: what was before the span counts no more. */
	feed(20);
	is(FACT_TOUCHES, 0);
	touch(1, LATENCY_MAJOR, 20, 6);
	feed(1);
	is(FACT_TOUCHES, 6);
	is(FACT_MAJOR, 6);
	is(FACT_MINOR, 0);
	is(FACT_ALL_TOUCHES, 6);
	is(FACT_ALONE, 1);
}

static void
test_other_walk(void **state)
{
	(void)state;
	feed(21);
	touch(1, LATENCY_NO_FAULT, 5, 100);
	feed(5);
	touch(2, LATENCY_MAJOR, 20, 7);
	feed(1);
	is(FACT_TOUCHES, 7);
	is(FACT_MAJOR, 7);
	is(FACT_ALL_TOUCHES, 107);
	is(FACT_ALONE, 0);
	/* The first one is out of the span. */
	feed(15);
	is(FACT_ALL_TOUCHES, 7);
	is(FACT_ALONE, 1);
	is(FACT_TOUCHES, 7);
	/* One that still ran may have touched more than was seen. */
	now.worker.running = true;
	feed(1);
	now.worker.running = false;
	touch(3, LATENCY_MAJOR, 20, 1);
	feed(1);
	is(FACT_ALONE, 0);
}

static void
test_state(void **state)
{
	(void)state;
	now.counters.v[COUNTER_WORKING_SET] = 77;
	feed(1);
	is(FACT_PAGES, 16384);
	is(FACT_ANON, 0);
	is(FACT_SET_PAGES, 77);
	is_unknown(FACT_READAHEAD_PAGES);
	is_unknown(FACT_STEALS_SYSTEM);
	is_unknown(FACT_LIMIT_PAGES);
	is_unknown(FACT_ABSENT);
	is(FACT_LIMITED, 0);
	now.total_known |= LAYER_BIT(LAYER_CACHED);
	now.total[LAYER_CACHED] = 16000;
	now.target.anon = true;
	/* Not that of the device, which the mapping may not have yet. */
	now.target.readahead_known = true;
	now.target.readahead_bytes = 1 << 20;
	now.worker.map_pages = 100;
	now.worker.readahead_known = true;
	now.worker.readahead_bytes = 128 << 10;
	now.memory.limit_known = true;
	now.memory.limit_bytes = 16 << 20;
	feed(1);
	is(FACT_ANON, 1);
	is(FACT_READAHEAD_PAGES, 32);
	is(FACT_ABSENT, 384);
	/* Of others, but in force. */
	is(FACT_LIMIT_PAGES, 4096);
	is(FACT_LIMITED, 0);
	now.counters.known = 0;
	now.memory.limited = true;
	now.memory.steals_by = "system";
	feed(1);
	is(FACT_LIMIT_PAGES, 4096);
	is(FACT_LIMITED, 1);
	now.memory.limit_bytes = UINT64_MAX;
	feed(1);
	is(FACT_LIMITED, 0);
	is(FACT_STEALS_SYSTEM, 1);
	now.memory.steals_by = "cgroup";
	feed(1);
	is(FACT_STEALS_SYSTEM, 0);
	is_unknown(FACT_SET_PAGES);
	now.target.page_bytes = 0;
	feed(1);
	assert_int_equal(facts.known, 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_span),
		TEST(test_slow_samples),
		TEST(test_gap),
		TEST(test_shrunk),
		TEST(test_changes),
		TEST(test_old_shadows),
		TEST(test_unknown),
		TEST(test_no_walk),
		TEST(test_walk),
		TEST(test_other_walk),
		TEST(test_state),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
