#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdbool.h>
#include <stdlib.h>

#include <cmocka.h>

#include "pagetide/ring.h"

#define S UINT64_C(1000000000)

/* A tick that knows one counter. */
static struct tick
tick_of(uint64_t t_ns, enum counter c, uint64_t v)
{
	struct tick	t = { .t_ns = t_ns };

	t.counters.v[c] = v;
	t.counters.known = COUNTER_BIT(c);
	return t;
}

static void
push(struct ring *r, uint64_t t_ns, uint64_t v)
{
	struct tick	t = tick_of(t_ns, COUNTER_MINOR, v);

	ring_push(r, &t);
}

static void
the_oldest_goes(void **state)
{
	struct ring	*r = ring_new(3);
	uint64_t	 i;

	(void)state;
	assert_null(ring_at(r, 0));
	for (i = 1; i <= 10; i++) {
		push(r, i * S, i);
		assert_int_equal(ring_at(r, 0)->t_ns, i * S);
		assert_null(ring_at(r, i < 3 ? i : 3));
	}
	assert_int_equal(ring_at(r, 1)->t_ns, 9 * S);
	assert_int_equal(ring_at(r, 2)->t_ns, 8 * S);
	ring_free(r);
	ring_free(NULL);
}

static void
a_sample_becomes_a_tick(void **state)
{
	struct ring		*r = ring_new(2);
	struct sample		 s = { .t_ns = 5, .gap = true };
	const struct tick	*t;

	(void)state;
	s.counters.v[COUNTER_MAJOR] = 7;
	s.counters.known = COUNTER_BIT(COUNTER_MAJOR);
	ring_push_sample(r, &s, 100);
	t = ring_at(r, 0);
	assert_int_equal(t->t_ns, 5);
	assert_true(t->gap);
	assert_int_equal(t->counters.v[COUNTER_MAJOR], 7);
	assert_int_equal(t->counters.known, COUNTER_BIT(COUNTER_MAJOR));
	ring_free(r);
}

/* Nobody measured in between: stopped, or the machine stood still. */
static void
a_late_sample_follows_a_gap(void **state)
{
	struct ring	*r = ring_new(4);
	struct sample	 s = { .t_ns = 5000 };

	(void)state;
	ring_push_sample(r, &s, 100);
	assert_false(ring_at(r, 0)->gap);
	s.t_ns += 100;
	ring_push_sample(r, &s, 100);
	assert_false(ring_at(r, 0)->gap);
	s.t_ns += 101;
	ring_push_sample(r, &s, 100);
	assert_true(ring_at(r, 0)->gap);
	ring_free(r);
}

static void
a_rate_uses_real_time(void **state)
{
	struct tick	a = tick_of(2 * S, COUNTER_MINOR, 100);
	struct tick	b = tick_of(2 * S + S / 4, COUNTER_MINOR, 110);
	double		per_s = -1;

	(void)state;
	assert_true(ring_rate(&a, &b, COUNTER_MINOR, &per_s));
	assert_true(per_s == 40);
	b.t_ns = 12 * S;
	assert_true(ring_rate(&a, &b, COUNTER_MINOR, &per_s));
	assert_true(per_s == 1);
	b.counters.v[COUNTER_MINOR] = 100;
	assert_true(ring_rate(&a, &b, COUNTER_MINOR, &per_s));
	assert_true(per_s == 0);
}

static void
no_rate_without_knowledge(void **state)
{
	struct tick	a = tick_of(2 * S, COUNTER_MINOR, 100);
	struct tick	b = tick_of(3 * S, COUNTER_MINOR, 110), c;
	double		per_s = -1;

	(void)state;
	assert_false(ring_rate(&a, &b, COUNTER_MAJOR, &per_s));
	c = b;
	c.gap = true;
	assert_false(ring_rate(&a, &c, COUNTER_MINOR, &per_s));
	c = b;
	c.t_ns = a.t_ns;
	assert_false(ring_rate(&a, &c, COUNTER_MINOR, &per_s));
	c.t_ns = S;
	assert_false(ring_rate(&a, &c, COUNTER_MINOR, &per_s));
	c = b;
	c.counters.v[COUNTER_MINOR] = 99;
	assert_false(ring_rate(&a, &c, COUNTER_MINOR, &per_s));
	c = b;
	c.counters.known = 0;
	assert_false(ring_rate(&a, &c, COUNTER_MINOR, &per_s));
	assert_false(ring_rate(&c, &b, COUNTER_MINOR, &per_s));
	assert_true(per_s == -1);
	/* The gap of the older one is between it and the one before. */
	a.gap = true;
	assert_true(ring_rate(&a, &b, COUNTER_MINOR, &per_s));
	assert_true(per_s == 10);
}

static void
a_gauge_may_fall(void **state)
{
	struct ring	*r = ring_new(4);
	struct tick	 t = tick_of(S, COUNTER_CACHED, 100);
	int64_t		 delta;

	(void)state;
	ring_push(r, &t);
	t = tick_of(2 * S, COUNTER_CACHED, 40);
	ring_push(r, &t);
	t = tick_of(3 * S, COUNTER_CACHED, 45);
	ring_push(r, &t);
	assert_true(ring_delta_over(r, COUNTER_CACHED, 0, 3 * S, &delta));
	assert_int_equal(delta, -55);
	assert_true(ring_delta_over(r, COUNTER_CACHED, 2 * S, 3 * S, &delta));
	assert_int_equal(delta, 5);
	ring_free(r);
}

static void
a_window_takes_the_newer_end(void **state)
{
	struct ring	*r = ring_new(10);
	int64_t		 delta = -9;
	double		 per_s = -9;

	(void)state;
	push(r, 1 * S, 10);
	assert_false(ring_rate_over(r, COUNTER_MINOR, 0, 9 * S, &per_s));
	push(r, 2 * S, 14);
	push(r, 4 * S, 20);
	push(r, 5 * S, 29);
	assert_true(ring_rate_over(r, COUNTER_MINOR, 0, 9 * S, &per_s));
	assert_true(per_s == 19.0 / 4);
	assert_true(ring_rate_over(r, COUNTER_MINOR, 1 * S, 4 * S, &per_s));
	assert_true(per_s == 10.0 / 3);
	assert_true(ring_rate_over(r, COUNTER_MINOR, 2 * S, 4 * S, &per_s));
	assert_true(per_s == 3);
	assert_true(ring_delta_over(r, COUNTER_MINOR, 4 * S, 5 * S, &delta));
	assert_int_equal(delta, 9);
	per_s = delta = -9;
	assert_false(ring_rate_over(r, COUNTER_MINOR, 4 * S, 5 * S - 1,
	    &per_s));
	assert_false(ring_delta_over(r, COUNTER_MINOR, 5 * S, 9 * S, &delta));
	assert_false(ring_delta_over(r, COUNTER_MAJOR, 0, 9 * S, &delta));
	assert_true(per_s == -9 && delta == -9);
	ring_free(r);
}

static void
a_gap_and_a_reset_are_left_out(void **state)
{
	struct ring	*r = ring_new(10);
	struct tick	 t;
	int64_t		 delta;
	double		 per_s;

	(void)state;
	push(r, 1 * S, 100);
	push(r, 2 * S, 110);
	t = tick_of(60 * S, COUNTER_MINOR, 500);
	t.gap = true;
	ring_push(r, &t);
	push(r, 61 * S, 530);
	push(r, 62 * S, 4);
	push(r, 63 * S, 24);
	assert_true(ring_rate_over(r, COUNTER_MINOR, 0, 99 * S, &per_s));
	assert_true(per_s == 20);
	assert_true(ring_delta_over(r, COUNTER_MINOR, 0, 99 * S, &delta));
	assert_int_equal(delta, 60);
	assert_false(ring_rate_over(r, COUNTER_MINOR, 2 * S, 60 * S, &per_s));
	assert_false(ring_rate_over(r, COUNTER_MINOR, 61 * S, 62 * S, &per_s));
	ring_free(r);
}

#define N_TICKS 200
#define CAP 150

/* Ticks at uneven times with gaps, unknown values and resets among them. */
static void
make_ticks(struct tick *ticks, struct ring *r)
{
	uint64_t	t_ns = 0, v = 1000;
	size_t		i;

	for (i = 0; i < N_TICKS; i++) {
		t_ns += random() % 5 * (S / 10);
		v = random() % 15 == 0 ? 0 : v + random() % 9;
		ticks[i] = tick_of(t_ns, COUNTER_MINOR, v);
		ticks[i].gap = random() % 12 == 0;
		if (random() % 12 == 0)
			ticks[i].counters.known = 0;
		ring_push(r, &ticks[i]);
	}
}

/* Deltas and times of the neighbours in (from, to], one by one. */
static bool
sum_by_hand(const struct tick *t, uint64_t from, uint64_t to, uint64_t *delta,
    uint64_t *elapsed)
{
	bool	any = false;
	size_t	i;

	*delta = *elapsed = 0;
	for (i = N_TICKS - CAP + 1; i < N_TICKS; i++) {
		if (t[i].t_ns <= from || t[i].t_ns > to || t[i].gap ||
		    !t[i].counters.known || !t[i - 1].counters.known ||
		    t[i].t_ns == t[i - 1].t_ns || t[i].counters.v[0] <
		    t[i - 1].counters.v[0])
			continue;
		*delta += t[i].counters.v[0] - t[i - 1].counters.v[0];
		*elapsed += t[i].t_ns - t[i - 1].t_ns;
		any = true;
	}
	return any;
}

static void
windows_agree_with_a_sum_by_hand(void **state)
{
	struct tick	ticks[N_TICKS];
	struct ring	*r;
	uint64_t	from, to, sum, elapsed;
	int64_t		delta;
	unsigned	seed, n;
	double		per_s;
	bool		any;

	(void)state;
	assert_int_equal(COUNTER_MINOR, 0);
	for (seed = 0; seed < 50; seed++) {
		srandom(seed);
		r = ring_new(CAP);
		make_ticks(ticks, r);
		for (n = 0; n < 200; n++) {
			from = random() % 450 * (S / 10);
			to = from + random() % 40 * (S / 10);
			any = sum_by_hand(ticks, from, to, &sum, &elapsed);
			assert_int_equal(ring_rate_over(r, COUNTER_MINOR, from,
			    to, &per_s), any);
			assert_int_equal(ring_delta_over(r, COUNTER_MINOR,
			    from, to, &delta), any);
			if (!any)
				continue;
			assert_int_equal(delta, sum);
			assert_true(per_s == sum * 1e9 / elapsed);
		}
		ring_free(r);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_oldest_goes),
		cmocka_unit_test(a_sample_becomes_a_tick),
		cmocka_unit_test(a_late_sample_follows_a_gap),
		cmocka_unit_test(a_rate_uses_real_time),
		cmocka_unit_test(no_rate_without_knowledge),
		cmocka_unit_test(a_gauge_may_fall),
		cmocka_unit_test(a_window_takes_the_newer_end),
		cmocka_unit_test(a_gap_and_a_reset_are_left_out),
		cmocka_unit_test(windows_agree_with_a_sum_by_hand),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
