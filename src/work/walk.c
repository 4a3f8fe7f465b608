#include "config.h"

#include "walk.h"

#include <errno.h>

#include "mapping.h"

#include "pagetide/clock.h"
#include "pagetide/order.h"

#define PACE_MAX	NS_PER_S
/* An order waits no longer than this for a batch to end. */
#define BATCH_NS	NS_PER_MS
#define BATCH_TOUCHES	4096
/* Fast paces share a wake-up among several touches. */
#define WAIT_MIN_NS	(500 * NS_PER_US)
/* A walk that fell further behind (stopped, slow storage) does not hurry to
 * make up for it: that would be a burst at no pace at all. */
#define LATE_MAX_NS	(100 * NS_PER_MS)

int
walk_start(struct walk *w, const struct pattern_spec *spec, uint32_t seq,
    const struct mapping *m)
{
	struct pattern_spec cut = *spec;
	struct pattern pattern;
	uint64_t page;

	if (cut.op != TOUCH_READ ||
	    !mapping_clamp(m, cut.first_page, &cut.n_pages) ||
	    pattern_start(&pattern, &cut) != 0 ||
	    !pattern_next(&pattern, &page))
		return EINVAL;
	w->pattern = pattern;
	w->page = page;
	w->on = true;
	w->seq = seq;
	w->touches = 0;
	w->second_ns = clock_now_ns();
	w->in_second = 0;
	return 0;
}

void
walk_stop(struct walk *w)
{
	w->on = false;
}

void
walk_pace(struct walk *w, uint64_t pace_per_s)
{
	w->pace_per_s = pace_per_s < PACE_MAX ? pace_per_s : PACE_MAX;
	if (w->on && w->touches > 0) {
		w->second_ns = w->last_ns;
		w->in_second = 1;
	}
}

/* When the next touch is to be made. */
static uint64_t
due_ns(const struct walk *w)
{
	if (w->pace_per_s == 0)
		return 0;
	return w->second_ns + w->in_second * NS_PER_S / w->pace_per_s;
}

const struct timespec *
walk_wait(const struct walk *w, struct timespec *ts)
{
	uint64_t now, due, wait_ns = 0;

	if (!w->on)
		return NULL;
	now = clock_now_ns();
	due = due_ns(w);
	if (due > now)
		wait_ns = due - now > WAIT_MIN_NS ? due - now : WAIT_MIN_NS;
	ts->tv_sec = wait_ns / NS_PER_S;
	ts->tv_nsec = wait_ns % NS_PER_S;
	return ts;
}

/*
 * Reads one byte of the page. Not instrumented: the shadow memory of a
 * sanitizer has page faults of its own, and they would be counted.
 */
__attribute__((no_sanitize_address)) static void
touch(const struct mapping *m, uint64_t page)
{
	(void)m->addr[page * m->page_bytes];
}

/* Counts a touch against the pace. */
static void
passed(struct walk *w, uint64_t now)
{
	w->last_ns = now;
	w->touches++;
	w->in_second++;
	if (w->pace_per_s != 0 && w->in_second >= w->pace_per_s) {
		w->second_ns += NS_PER_S;
		w->in_second -= w->pace_per_s;
	}
}

/* Touches a page; who dies in it has left its number. */
static void
visit(const struct mapping *m, struct work_shared *shared, uint64_t page)
{
	uint64_t n;

	atomic_store_explicit(&shared->cursor_page, page,
	    memory_order_relaxed);
	atomic_signal_fence(memory_order_seq_cst);
	touch(m, page);
	atomic_signal_fence(memory_order_seq_cst);
	n = atomic_load_explicit(&shared->touches, memory_order_relaxed);
	atomic_store_explicit(&shared->touches, n + 1, memory_order_relaxed);
}

bool
walk_batch(struct walk *w, const struct mapping *m, struct work_shared *shared)
{
	uint64_t now = clock_now_ns(), until = now + BATCH_NS;
	unsigned n;

	if (now > due_ns(w) + LATE_MAX_NS) {
		w->second_ns = now;
		w->in_second = 0;
	}
	for (n = 0; n < BATCH_TOUCHES && now < until; n++) {
		if (due_ns(w) > now)
			return false;
		visit(m, shared, w->page);
		now = clock_now_ns();
		passed(w, now);
		w->on = pattern_next(&w->pattern, &w->page);
		if (!w->on)
			return true;
	}
	return false;
}
