/* The simulation, and orders to its worker. For cmocka: each test has a new
 * one, which is there as `rig`. */
#ifndef PAGETIDE_FAKE_RIG_H
#define PAGETIDE_FAKE_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "pagetide/advice.h"
#include "pagetide/clock.h"
#include "pagetide/fake.h"

#define PAGES	16384

struct rig {
	struct source	src;
	struct fake	*fake;
	struct sample	s;
	struct report	r;
};

static struct rig rig;

static inline int
fake_setup(void **state)
{
	(void)state;
	memset(&rig, 0, sizeof rig);
	rig.fake = fake_open(&rig.src, 1);
	return 0;
}

static inline int
fake_teardown(void **state)
{
	(void)state;
	rig.src.ops->close(rig.src.self);
	assert_false(clock_is_fixed());
	return 0;
}

static inline void
sample(void)
{
	unsigned notices = 99;

	rig.src.ops->begin(rig.src.self);
	assert_int_equal(rig.src.ops->step(rig.src.self, clock_now_ns()), 1);
	assert_int_equal(rig.src.ops->read(rig.src.self, &rig.s, &notices), 0);
	assert_int_equal(notices, 0);
}

static inline void
order(struct order o)
{
	o.seq = 7;
	fake_order(rig.fake, &o, &rig.r);
	assert_int_equal(rig.r.seq, 7);
	assert_int_equal(rig.r.op, o.op);
	assert_int_equal(rig.r.done, 0);
}

/* Returns the first call's errno. */
static inline int
hint(const char *name, uint64_t first, uint64_t n)
{
	order((struct order){ .op = ORDER_ADVISE,
	    .advice = advice_find(name), .first_page = first, .n_pages = n });
	return rig.r.err[0];
}

static inline void
work(enum pattern_kind kind, uint64_t first, uint64_t n, uint64_t pace)
{
	order((struct order){ .op = ORDER_WORK, .pace_per_s = pace,
	    .work = { .kind = kind, .passes = 1, .first_page = first,
	    .n_pages = n } });
	assert_int_equal(rig.r.err[0], 0);
}

/* One touch, made and sampled. */
static inline void
touch(uint64_t page)
{
	work(PATTERN_SINGLE, page, 1, 0);
	sample();
	assert_true(fake_poll(rig.fake, &rig.r));
	assert_int_equal(rig.r.touches, 1);
}

static inline uint64_t
in(enum layer l, uint64_t first, uint64_t n)
{
	uint64_t i, sum = 0;

	sample();
	for (i = first; i < first + n; i++) {
		assert_true(cells_known(rig.s.overview, i, l));
		sum += rig.s.overview->count[l][i];
	}
	return sum;
}

static inline uint64_t
counter(enum counter c)
{
	assert_true(rig.s.counters.known & COUNTER_BIT(c));
	return rig.s.counters.v[c];
}

static inline void
make_cold(void)
{
	assert_int_equal(hint("evict", 0, PAGES), 0);
	assert_int_equal(rig.r.err[1], 0);
	assert_int_equal(in(LAYER_CACHED, 0, PAGES), 0);
}

#endif
