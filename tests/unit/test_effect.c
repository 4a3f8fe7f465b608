#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdbool.h>
#include <string.h>

#include <cmocka.h>

#include "pagetide/effect.h"
#include "pagetide/own.h"
#include "pagetide/strbuf.h"

#define S UINT64_C(1000000000)

/* Everything known and nothing happened yet. */
static struct sample
sample_at(uint64_t t_ns)
{
	struct sample	s;

	memset(&s, 0, sizeof s);
	s.t_ns = t_ns;
	s.counters.known = COUNTER_BIT(COUNTER_COUNT) - 1;
	s.counters.v[COUNTER_CACHED] = 1000;
	s.counters.v[COUNTER_MAPPED] = 500;
	s.counters.v[COUNTER_MINOR] = 40;
	s.counters.v[COUNTER_MAJOR] = 2;
	s.counters.v[COUNTER_READ_BYTES] = 4096;
	return s;
}

static void
assert_text(const struct effect *e, const char *text)
{
	struct strbuf	out = STRBUF_INIT;

	strbuf_adds(&out, "> ");
	effect_text(e, &out);
	assert_string_equal(out.s + 2, text);
	strbuf_done(&out);
}

static void
done_when_the_window_is_over(void **state)
{
	struct sample	s = sample_at(10 * S);
	struct effect	e;

	(void)state;
	effect_begin(&e, &s);
	assert_false(e.done);
	assert_false(effect_feed(&e, &s, S));
	s.t_ns = 11 * S - 1;
	assert_false(effect_feed(&e, &s, S));
	assert_false(e.done);
	s.t_ns = 11 * S;
	assert_true(effect_feed(&e, &s, S));
	assert_true(e.done);
	assert_int_equal(e.t_before_ns, 10 * S);
	assert_int_equal(e.t_after_ns, 11 * S);
	s.t_ns = 12 * S;
	s.counters.v[COUNTER_MINOR] += 5;
	assert_false(effect_feed(&e, &s, S));
	assert_int_equal(e.t_after_ns, 11 * S);
	assert_text(&e, "cached +0  mapped +0  minor +0  major +0  "
	    "read +0 B");
}

static void
text_tells_what_was_measured(void **state)
{
	struct sample	s = sample_at(10 * S);
	struct effect	e;
	int64_t		delta;

	(void)state;
	effect_begin(&e, &s);
	s.t_ns = 11 * S;
	s.counters.v[COUNTER_CACHED] += 320;
	s.counters.v[COUNTER_MAPPED] -= 256;
	s.counters.v[COUNTER_MINOR] += 16;
	s.counters.v[COUNTER_MAJOR] += 1;
	s.counters.v[COUNTER_READ_BYTES] += 320 * 4096;
	assert_true(effect_feed(&e, &s, S));
	assert_true(effect_delta(&e, COUNTER_MAPPED, &delta));
	assert_int_equal(delta, -256);
	assert_text(&e, "cached +320  mapped -256  minor +16  major +1  "
	    "read +1.2 MiB");
}

static void
unknown_is_a_question_mark(void **state)
{
	struct sample	s = sample_at(10 * S);
	struct effect	e;
	int64_t		delta = 3;

	(void)state;
	s.counters.known &= ~COUNTER_BIT(COUNTER_CACHED);
	effect_begin(&e, &s);
	s.t_ns = 11 * S;
	s.counters.known |= COUNTER_BIT(COUNTER_CACHED);
	s.counters.known &= ~COUNTER_BIT(COUNTER_READ_BYTES);
	assert_true(effect_feed(&e, &s, S));
	assert_false(effect_delta(&e, COUNTER_CACHED, &delta));
	assert_false(effect_delta(&e, COUNTER_READ_BYTES, &delta));
	assert_int_equal(delta, 3);
	assert_text(&e, "cached ?  mapped +0  minor +0  major +0  read ?");
	e.why = "too early";
	assert_text(&e, "cached ?  mapped +0  minor +0  major +0  read ? "
	    "(?: too early)");
	/* There is nothing to explain where all is known. */
	e.before.known = e.after.known = COUNTER_BIT(COUNTER_COUNT) - 1;
	assert_text(&e, "cached +0  mapped +0  minor +0  major +0  "
	    "read +0 B");
}

static void
memory_without_a_file_has_no_cache(void **state)
{
	struct sample	s = sample_at(10 * S);
	struct effect	e;

	(void)state;
	s.target.anon = true;
	s.counters.known &= ~COUNTER_BIT(COUNTER_CACHED);
	effect_begin(&e, &s);
	s.t_ns = 11 * S;
	s.counters.v[COUNTER_MAPPED] += 7;
	assert_true(effect_feed(&e, &s, S));
	assert_text(&e, "mapped +7  minor +0  major +0  read +0 B");
}

static void
nothing_is_known_before_the_first_sample(void **state)
{
	struct sample	s = sample_at(10 * S);
	struct effect	e;

	(void)state;
	effect_begin(&e, &s);
	assert_text(&e, "cached ?  mapped ?  minor ?  major ?  read ?");
}

static void
a_count_that_fell_is_unknown(void **state)
{
	struct sample	s = sample_at(10 * S);
	struct effect	e;

	(void)state;
	effect_begin(&e, &s);
	s.t_ns = 11 * S;
	s.counters.v[COUNTER_MINOR] = 39;
	s.counters.v[COUNTER_READ_BYTES] = 0;
	s.counters.v[COUNTER_CACHED] = 0;
	assert_true(effect_feed(&e, &s, S));
	assert_text(&e, "cached -1000  mapped +0  minor ?  major +0  read ?");
}

static void
a_gap_breaks_it(void **state)
{
	struct sample	s = sample_at(10 * S);
	struct effect	e;

	(void)state;
	/* A gap before the hint is none of it. */
	s.gap = true;
	effect_begin(&e, &s);
	assert_false(effect_feed(&e, &s, S));
	assert_false(e.broken);
	s.t_ns += S / 2;
	assert_false(effect_feed(&e, &s, S));
	assert_true(e.broken);
	s.gap = false;
	s.t_ns += S;
	assert_true(effect_feed(&e, &s, S));
	assert_true(e.broken);
	assert_text(&e, "cached ?  mapped ?  minor ?  major ?  read ? "
	    "(?: a gap came between)");
}

static void
a_walk_is_named(void **state)
{
	struct sample	s = sample_at(10 * S);
	struct effect	e;

	(void)state;
	/* Before it. */
	s.worker.running = true;
	effect_begin(&e, &s);
	s.worker.running = false;
	s.t_ns = 11 * S;
	assert_true(effect_feed(&e, &s, S));
	assert_text(&e, "cached +0  mapped +0  minor +0  major +0  "
	    "read +0 B (walk running)");
	/* Seen in the middle. */
	effect_begin(&e, &s);
	assert_false(e.walking);
	s.worker.running = true;
	s.t_ns += S / 2;
	assert_false(effect_feed(&e, &s, S));
	s.worker.running = false;
	s.t_ns += S / 2;
	assert_true(effect_feed(&e, &s, S));
	assert_true(e.walking);
	/* Too short for any sample to see. */
	effect_begin(&e, &s);
	s.counters.v[COUNTER_TOUCHES]++;
	s.t_ns += S;
	assert_true(effect_feed(&e, &s, S));
	assert_true(e.walking);
	effect_begin(&e, &s);
	s.t_ns += S;
	assert_true(effect_feed(&e, &s, S));
	assert_false(e.walking);
}

/* Two acts within a second: whose doing it was can't be told. */
static void
text_says_what_other_acts_spoil(void **state)
{
	struct sample	s = sample_at(10 * S);
	struct effect	e;

	(void)state;
	effect_begin(&e, &s);
	s.t_ns += S / 4;
	s.counters.v[COUNTER_CACHED] += 32;
	assert_false(effect_feed(&e, &s, S));
	e.mixed = true;
	assert_text(&e, "cached +32  mapped +0  minor +0  major +0  "
	    "read +0 B (other acts too)");
	e.mixed = false;
	e.cut = true;
	assert_text(&e, "cached +32  mapped +0  minor +0  major +0  "
	    "read +0 B (in 250 ms, then the next act)");
}

/* The act itself dropped 256 PTEs of 500, all counted. */
static struct own
dropped(void)
{
	const uint32_t known = LAYER_BIT(LAYER_CACHED) |
	    LAYER_BIT(LAYER_MAPPED) | LAYER_BIT(LAYER_PRIVATE);
	struct own o = { .asked = 1, .faults_known = 1 };

	o.before.known = o.after.known = known;
	o.rest_before.known = o.rest_after.known = known;
	o.before.count[LAYER_MAPPED] = 256;
	o.before.count[LAYER_CACHED] = o.after.count[LAYER_CACHED] = 256;
	return o;
}

static void
assert_then(const struct effect *e, const struct own *o, const char *text)
{
	struct strbuf	out = STRBUF_INIT;

	effect_then_text(e, o, &out);
	assert_string_equal(out.s, text);
	strbuf_done(&out);
}

static void
what_followed_is_apart_from_the_acts_own(void **state)
{
	struct sample	s = sample_at(10 * S);
	struct own	o = dropped();
	struct effect	e;

	(void)state;
	effect_begin(&e, &s);
	s.t_ns = 11 * S;
	s.counters.v[COUNTER_MAPPED] -= 256;
	effect_feed(&e, &s, S);
	assert_then(&e, &o, "");
	e.after.v[COUNTER_MAPPED] += 100;
	e.after.v[COUNTER_MINOR] += 7;
	assert_then(&e, &o, "then, 1 s: mapped +100  minor +7");
	e.walking = true;
	assert_then(&e, &o, "then, 1 s, with the walk: mapped +100  minor +7");
	e.mixed = true;
	assert_then(&e, &o, "then, 1 s, with the walk, with other acts: "
	    "mapped +100  minor +7");
	e.walking = e.mixed = false;
	/* Faults of the call are its own. */
	o.minor = 7;
	assert_then(&e, &o, "then, 1 s: mapped +100");
	e.after.known &= ~COUNTER_BIT(COUNTER_CACHED);
	e.why = "the reason";
	assert_then(&e, &o, "then, 1 s: cached ?  mapped +100 "
	    "(?: the reason)");
}

static void
what_was_not_counted_is_not_told_apart(void **state)
{
	struct sample	s = sample_at(10 * S);
	struct own	o = dropped();
	struct effect	e;

	(void)state;
	effect_begin(&e, &s);
	s.t_ns = 11 * S;
	s.counters.v[COUNTER_MAPPED] -= 200;
	s.counters.v[COUNTER_MAJOR] += 1;
	effect_feed(&e, &s, S);
	o.rest_after.known = 0;
	assert_then(&e, &o, "not told apart, 1 s: mapped +56  "
	    "then, 1 s: major +1");
	o.after.known &= ~LAYER_BIT(LAYER_MAPPED);
	assert_then(&e, &o, "not told apart, 1 s: mapped -200  "
	    "then, 1 s: major +1");
}

/* Of two acts in one sample the first did it all, before the second was
 * counted: nothing of that is what came after the second. */
static void
it_begins_where_the_act_began(void **state)
{
	struct sample	s = sample_at(10 * S);
	struct own	o = dropped();
	struct effect	e;

	(void)state;
	s.counters.known &= ~COUNTER_BIT(COUNTER_MAPPED);
	effect_begin(&e, &s);
	s = sample_at(11 * S);
	s.counters.v[COUNTER_MAJOR] += 1;
	s.counters.v[COUNTER_READ_BYTES] += 8192;
	s.counters.v[COUNTER_CACHED] = 256 + 64 + 3;
	s.counters.v[COUNTER_MAPPED] = 16;
	o.rest_before.count[LAYER_CACHED] = 64;
	o.rest_after.count[LAYER_CACHED] = 64;
	o.rest_before.count[LAYER_MAPPED] = 16;
	o.rest_after.count[LAYER_MAPPED] = 16;
	o.minor_before = 39;
	o.minor = 1;
	o.major_before = 3;
	o.read_before = 4096 + 8192;
	effect_rebase(&e, &o, 10 * S + S / 4);
	effect_feed(&e, &s, 0);
	assert_then(&e, &o, "then, 0.7 s: cached +3");
	/* What was not counted whole stands as it was. */
	effect_begin(&e, &s);
	o.rest_after.known = 0;
	o.faults_known = 0;
	o.minor = 0;
	effect_rebase(&e, &o, 11 * S);
	s.t_ns += S;
	s.counters.v[COUNTER_MAJOR] += 1;
	effect_feed(&e, &s, 0);
	assert_then(&e, &o, "not told apart, 1 s: mapped +256  major +1");
}

/* mincore sees pages as they arrive, after the act was counted. */
static void
pages_that_arrive_late_are_not_what_came_then(void **state)
{
	struct sample	s = sample_at(10 * S);
	struct own	o = dropped();
	struct effect	e;

	(void)state;
	o.before.count[LAYER_MAPPED] = 0;
	o.read_bytes = 4096 * 500;
	o.after.count[LAYER_CACHED] += 100;
	effect_begin(&e, &s);
	effect_rebase(&e, &o, 10 * S);
	s.t_ns = 11 * S;
	s.counters.v[COUNTER_CACHED] += 500;
	s.counters.v[COUNTER_MAPPED] = 0;
	s.counters.v[COUNTER_MINOR] = s.counters.v[COUNTER_MAJOR] = 0;
	s.counters.v[COUNTER_READ_BYTES] = 4096 * 500;
	effect_feed(&e, &s, 0);
	assert_then(&e, &o, "not told apart, 1 s: cached +400");
	o.before.known |= LAYER_BIT(LAYER_DIRTY);
	o.after.known |= LAYER_BIT(LAYER_DIRTY);
	effect_begin(&e, &s);
	effect_rebase(&e, &o, 11 * S);
	s.t_ns = 12 * S;
	s.counters.v[COUNTER_CACHED] = 356;
	effect_feed(&e, &s, 0);
	assert_then(&e, &o, "");
}

static void
what_the_act_did_alone(void **state)
{
	struct own	o = dropped();
	struct effect	e;
	int64_t		delta;

	(void)state;
	o.major = 1;
	o.rest_after.known &= ~LAYER_BIT(LAYER_CACHED);
	effect_of_own(&e, &o);
	assert_true(effect_delta(&e, COUNTER_MAJOR, &delta));
	assert_int_equal(delta, 1);
	assert_true(effect_delta(&e, COUNTER_MAPPED, &delta));
	assert_int_equal(delta, -256);
	assert_false(effect_delta(&e, COUNTER_CACHED, &delta));
	assert_false(effect_delta(&e, COUNTER_REFAULTS, &delta));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_begins_where_the_act_began),
		cmocka_unit_test(pages_that_arrive_late_are_not_what_came_then),
		cmocka_unit_test(what_the_act_did_alone),
		cmocka_unit_test(done_when_the_window_is_over),
		cmocka_unit_test(text_tells_what_was_measured),
		cmocka_unit_test(unknown_is_a_question_mark),
		cmocka_unit_test(memory_without_a_file_has_no_cache),
		cmocka_unit_test(nothing_is_known_before_the_first_sample),
		cmocka_unit_test(a_count_that_fell_is_unknown),
		cmocka_unit_test(a_gap_breaks_it),
		cmocka_unit_test(a_walk_is_named),
		cmocka_unit_test(text_says_what_other_acts_spoil),
		cmocka_unit_test(what_followed_is_apart_from_the_acts_own),
		cmocka_unit_test(what_was_not_counted_is_not_told_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
