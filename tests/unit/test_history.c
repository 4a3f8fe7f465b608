#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdbool.h>

#include <cmocka.h>

#include "pagetide/history.h"
#include "pagetide/xalloc.h"

#include "madeup.h"

#define KIB UINT64_C(1024)

/* What was kept, to compare with what comes back. */
struct kept {
	struct snapshot	*all;
	size_t		 n;
};

static void
kept_init(struct kept *k, size_t max)
{
	k->all = xcalloc(max, sizeof *k->all);
	k->n = 0;
}

static void
kept_done(struct kept *k)
{
	for (size_t i = 0; i < k->n; i++)
		snapshot_done(&k->all[i]);
	free(k->all);
}

static void
keep(struct history *h, struct kept *k, const struct madeup *m)
{
	history_keep(h, &m->now);
	snapshot_copy(&k->all[k->n++], &m->now);
}

/* Snapshot i of the history is the one that was kept then. */
static void
is_as_kept(const struct history *h, size_t i, const struct kept *k)
{
	const struct snapshot *is = &k->all[k->n - history_len(h) + i];
	struct snapshot out = { 0 };
	size_t found;

	assert_true(history_at(h, i, &out));
	assert_true(snapshot_equal(&out, is));
	assert_true(history_find(h, is->sample.t_ns, &found));
	assert_int_equal(found, i);
	assert_true(history_find(h, is->sample.t_ns + 1, &found));
	assert_int_equal(found, i);
	snapshot_done(&out);
}

static void
all_are_as_kept(const struct history *h, const struct kept *k)
{
	for (size_t i = 0; i < history_len(h); i++)
		is_as_kept(h, i, k);
}

struct counted {
	const struct kept *k;
	size_t		 at;
};

static void
is_next(void *arg, const struct snapshot *s)
{
	struct counted *c = arg;

	assert_true(snapshot_equal(s, &c->k->all[c->at++]));
}

struct picked {
	const struct kept *k;
	const size_t	*next;
};

static void
is_picked(void *arg, const struct snapshot *s)
{
	struct picked *p = arg;

	assert_true(snapshot_equal(s, &p->k->all[*p->next++]));
}

/* A few here and there, some of them twice, and one that is not there. */
static void
some_come_in_turn(const struct history *h, const struct kept *k)
{
	struct picked p = { k, NULL };
	size_t i[30], n = 0, at = 0;

	while (n < 29 && (at += madeup_below(30)) < 300)
		i[n++] = at;
	i[n] = 300;
	p.next = i;
	history_some(h, i, n + 1, is_picked, &p);
	assert_ptr_equal(p.next, i + n);
}

/* Any stretch of it, across all groups. */
static void
stretches_come_in_turn(void **state)
{
	struct history *h = history_new(16 * KIB * KIB);
	struct counted c;
	struct madeup m;
	struct kept k;
	size_t from, to;

	(void)state;
	kept_init(&k, 300);
	madeup_init(&m, 41);
	m.lands = true;
	for (unsigned i = 0; i < 300; i++) {
		madeup_step(&m);
		keep(h, &k, &m);
	}
	assert_int_equal(history_len(h), 300);
	for (unsigned i = 0; i < 40; i++) {
		from = madeup_below(300);
		to = from + madeup_below(340);
		c = (struct counted){ &k, from };
		history_each(h, from, to, is_next, &c);
		assert_int_equal(c.at, to < 300 ? to : 300);
	}
	for (unsigned i = 0; i < 40; i++)
		some_come_in_turn(h, &k);
	c = (struct counted){ &k, 7 };
	history_each(h, 7, 7, is_next, &c);
	history_each(h, 400, 500, is_next, &c);
	assert_int_equal(c.at, 7);
	madeup_done(&m);
	history_free(h);
	kept_done(&k);
}

/* Whatever changes comes back, however much of it there is room for. */
static void
comes_back_as_kept(unsigned seed, uint64_t budget_bytes, size_t n)
{
	struct history *h = history_new(budget_bytes);
	struct madeup m;
	struct kept k;

	kept_init(&k, n);
	madeup_init(&m, seed);
	m.lands = seed % 2 == 1;
	while (k.n < n) {
		madeup_step(&m);
		keep(h, &k, &m);
		assert_true(history_bytes(h) <= budget_bytes);
		if (history_len(h) == 0)
			continue;
		assert_int_equal(history_oldest_ns(h),
		    k.all[k.n - history_len(h)].sample.t_ns);
		is_as_kept(h, history_len(h) - 1, &k);
		if (madeup_one_in(10))
			is_as_kept(h, madeup_below(history_len(h)), &k);
	}
	madeup_done(&m);
	all_are_as_kept(h, &k);
	history_free(h);
	kept_done(&k);
}

static void
all_comes_back(void **state)
{
	(void)state;
	for (unsigned seed = 1; seed <= 6; seed++)
		comes_back_as_kept(seed, 64 * KIB * KIB, 400);
}

static void
what_has_room_comes_back(void **state)
{
	static const uint64_t budget[] = { 40 * KIB, 100 * KIB, 256 * KIB,
		KIB * KIB };

	(void)state;
	for (unsigned i = 0; i < sizeof budget / sizeof budget[0]; i++)
		comes_back_as_kept(11 + i, budget[i], 400);
}

static void
the_oldest_go_first(void **state)
{
	struct history *h = history_new(512 * KIB);
	struct madeup m;
	struct kept k;
	size_t most = 0;

	(void)state;
	kept_init(&k, 2000);
	madeup_init(&m, 21);
	for (unsigned i = 0; i < 2000; i++) {
		madeup_step(&m);
		keep(h, &k, &m);
		/* No more go than the newest, kept whole, needs. */
		if (history_len(h) < most)
			assert_true(history_bytes(h) >= 512 * KIB * 7 / 8);
		most = history_len(h);
	}
	assert_in_range(most, 20, 1999);
	all_are_as_kept(h, &k);
	madeup_done(&m);
	history_free(h);
	kept_done(&k);
}

/* Where much changes few go at once, too. */
static void
few_go_at_once(void **state)
{
	struct history *h = history_new(KIB * KIB);
	struct snapshot s = { 0 };
	size_t most = 0;

	(void)state;
	srandom(31);
	cells_reshape(&s.overview, 0, 4096 << 6, 6);
	s.sample.overview = &s.overview;
	for (unsigned n = 0; n < 400; n++) {
		s.sample.t_ns += 100 * NS_PER_MS;
		for (size_t i = 0; i < s.overview.n; i++)
			cells_set(&s.overview, i, LAYER_CACHED,
			    madeup_below(65), s.sample.t_ns);
		history_keep(h, &s);
		assert_true(history_bytes(h) <= KIB * KIB);
		if (history_len(h) <= most)
			assert_true(history_len(h) >= most * 3 / 4);
		most = history_len(h);
	}
	assert_in_range(most, 100, 250);
	snapshot_done(&s);
	history_free(h);
}

static void
a_budget_of_nothing_keeps_nothing(void **state)
{
	struct history *h = history_new(0);
	struct snapshot out = { .events.last = 5 };
	struct madeup m;
	size_t i = 3;

	(void)state;
	madeup_init(&m, 3);
	history_keep(h, &m.now);
	assert_int_equal(history_len(h), 0);
	assert_int_equal(history_oldest_ns(h), 0);
	assert_false(history_at(h, 0, &out));
	assert_int_equal(out.events.last, 5);
	assert_false(history_find(h, UINT64_MAX, &i));
	assert_int_equal(i, 3);
	madeup_done(&m);
	history_free(h);
	history_free(NULL);
}

/* Before the oldest there is none; what is not there leaves out alone. */
static void
times_and_numbers_outside(void **state)
{
	struct history *h = history_new(KIB * KIB);
	struct snapshot out = { .events.last = 5 };
	struct madeup m;
	uint64_t first_ns;
	size_t i = 9;

	(void)state;
	madeup_init(&m, 4);
	first_ns = m.now.sample.t_ns;
	for (unsigned n = 0; n < 300; n++) {
		history_keep(h, &m.now);
		madeup_step(&m);
	}
	assert_int_equal(history_len(h), 300);
	assert_int_equal(history_oldest_ns(h), first_ns);
	assert_false(history_find(h, first_ns - 1, &i));
	assert_int_equal(i, 9);
	assert_true(history_find(h, first_ns, &i));
	assert_int_equal(i, 0);
	assert_true(history_find(h, UINT64_MAX, &i));
	assert_int_equal(i, 299);
	assert_false(history_at(h, 300, &out));
	assert_int_equal(out.events.last, 5);
	history_clear(h);
	assert_int_equal(history_len(h), 0);
	assert_true(history_bytes(h) < 32 * KIB);
	history_keep(h, &m.now);
	assert_true(history_at(h, 0, &out));
	assert_true(snapshot_equal(&out, &m.now));
	snapshot_done(&out);
	madeup_done(&m);
	history_free(h);
}

/* What is the same takes next to nothing. */
static void
a_second_look_is_cheap(void **state)
{
	struct history *h = history_new(KIB * KIB);
	struct madeup m;

	(void)state;
	madeup_init(&m, 6);
	for (unsigned n = 0; n < 6000; n++) {
		m.now.sample.seq++;
		m.now.sample.t_ns += 100 * NS_PER_MS;
		m.now.sample.wall_ns += 100 * NS_PER_MS;
		history_keep(h, &m.now);
	}
	assert_int_equal(history_len(h), 6000);
	assert_true(history_bytes(h) < 512 * KIB);
	madeup_done(&m);
	history_free(h);
}

/* One that is too large goes alone with all before it: the next one stays. */
static void
what_does_not_fit_is_not_kept(void **state)
{
	struct history *h = history_new(64 * KIB);
	struct snapshot large = { 0 }, small = { 0 };

	(void)state;
	history_keep(h, &small);
	assert_int_equal(history_len(h), 1);
	cells_reshape(&large.overview, 0, 1 << 20, 0);
	large.sample.overview = &large.overview;
	history_keep(h, &large);
	assert_int_equal(history_len(h), 0);
	assert_true(history_bytes(h) <= 64 * KIB);
	history_keep(h, &small);
	assert_int_equal(history_len(h), 1);
	snapshot_done(&large);
	history_free(h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stretches_come_in_turn),
		cmocka_unit_test(all_comes_back),
		cmocka_unit_test(what_has_room_comes_back),
		cmocka_unit_test(the_oldest_go_first),
		cmocka_unit_test(few_go_at_once),
		cmocka_unit_test(a_budget_of_nothing_keeps_nothing),
		cmocka_unit_test(times_and_numbers_outside),
		cmocka_unit_test(a_second_look_is_cheap),
		cmocka_unit_test(what_does_not_fit_is_not_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
