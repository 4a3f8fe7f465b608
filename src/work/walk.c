#include "config.h"

#include "walk.h"

#include <errno.h>

#include "guard.h"
#include "looking.h"
#include "mapping.h"
#include "stamps.h"

#include "pagetide/clock.h"

#define PACE_MAX	NS_PER_S
/* An order waits no longer than this for a batch to end. */
#define BATCH_NS	NS_PER_MS
#define BATCH_TOUCHES	4096
/* Fast paces share a wake-up among several touches. */
#define WAIT_MIN_NS	(500 * NS_PER_US)
/* A walk that fell further behind (stopped, slow storage) does not hurry to
 * make up for it: that would be a burst at no pace at all. */
#define LATE_MAX_NS	(100 * NS_PER_MS)
/* The app sees a touch in the stamps within that. */
#define STAMPS_NS	(10 * NS_PER_MS)

/* What a chunked walk hints before its next touch, or after the last. */
static void
hint(const struct walk *w, const struct mapping *m)
{
	struct chunk chunk;

	if (pattern_chunk(&w->pattern, &chunk))
		touch_chunk(m, &w->pattern.spec, &chunk);
}

int
walk_start(struct walk *w, const struct order *o, const struct mapping *m,
    struct work_shared *shared)
{
	struct pattern_spec cut = o->work;
	struct pattern pattern;
	uint64_t page;
	int err;

	if (!mapping_clamp(m, cut.first_page, &cut.n_pages) ||
	    pattern_start(&pattern, &cut) != 0 ||
	    !pattern_next(&pattern, &page))
		return EINVAL;
	err = touch_init(&w->toucher, cut.op, m);
	if (err != 0)
		return err;
	w->pattern = pattern;
	w->page = page;
	w->on = true;
	w->seq = o->seq;
	w->touches = 0;
	w->err = 0;
	w->read_begin = timing_read_bytes();
	w->capped = w->over = false;
	w->paused = cut.paused != 0;
	w->looking->on = false;
	timing_start(shared);
	looking_start(w->looking, o, shared);
	hint(w, m);
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

bool
walk_pause(struct walk *w, enum pause pause)
{
	if (!w->on)
		return false;
	w->paused = pause == PAUSE_TOGGLE ? !w->paused : pause == PAUSE_ON;
	looking_pause(w->looking, w->paused);
	w->second_ns = clock_now_ns();
	w->in_second = 0;
	return true;
}

/* When the next touch is to be made. */
static uint64_t
due_ns(const struct walk *w)
{
	if (w->pace_per_s == 0 || w->over)
		return 0;
	return w->second_ns + w->in_second * NS_PER_S / w->pace_per_s;
}

const struct timespec *
walk_wait(const struct walk *w, struct timespec *ts)
{
	uint64_t now, due, wait_ns = 0;

	if (!w->on || w->paused)
		return NULL;
	now = clock_now_ns();
	due = due_ns(w);
	if (due > now)
		wait_ns = due - now > WAIT_MIN_NS ? due - now : WAIT_MIN_NS;
	ts->tv_sec = wait_ns / NS_PER_S;
	ts->tv_nsec = wait_ns % NS_PER_S;
	return ts;
}

/* Counts a touch against the pace. */
static void
passed(struct walk *w)
{
	w->touches++;
	w->in_second++;
	if (w->pace_per_s != 0 && w->in_second >= w->pace_per_s) {
		w->second_ns += NS_PER_S;
		w->in_second -= w->pace_per_s;
	}
}

/* Looks before it, if this touch is to be looked at: a load or a store. */
static void
look_before(struct walk *w, const struct mapping *m)
{
	uint32_t op = w->pattern.spec.op;

	if ((op == TOUCH_READ || op == TOUCH_WRITE) && looking_due(w->looking))
		looking_before(w->looking, m, w->page, op == TOUCH_WRITE);
}

/* Looks after it, or after the signal that it got. */
static void
look_after(struct walk *w, struct work_shared *shared, int signal, int code)
{
	uint64_t ns = w->last_ns - w->begin_ns;

	if (!w->looking->on)
		return;
	looking_after(w->looking, signal, code);
	looking_count(w->looking, ns, shared);
}

/* Touches the next page; who dies in it has left its number. */
static void
visit(struct walk *w, const struct mapping *m, struct work_shared *shared,
    struct stamps *stamps)
{
	uint64_t n;

	atomic_store_explicit(&shared->cursor_page, w->page,
	    memory_order_relaxed);
	look_before(w, m);
	atomic_signal_fence(memory_order_seq_cst);
	w->begin_ns = clock_now_ns();
	w->err = touch_page(&w->toucher, m, w->page);
	w->last_ns = clock_now_ns();
	atomic_signal_fence(memory_order_seq_cst);
	if (w->err != 0)
		return;
	w->touched.kind = timing_touch(&w->timing, shared,
	    w->last_ns - w->begin_ns);
	stamps_touch(stamps, w->page, w->last_ns);
	n = atomic_load_explicit(&shared->touches, memory_order_relaxed);
	atomic_store_explicit(&shared->touches, n + 1, memory_order_relaxed);
	look_after(w, shared, 0, 0);
}

/* What visit() takes, for one that is guarded. */
struct visit {
	struct walk	*w;
	const struct mapping *m;
	struct work_shared *shared;
	struct stamps	*stamps;
};

static void
visit_guarded(void *arg)
{
	const struct visit *v = arg;

	visit(v->w, v->m, v->shared, v->stamps);
}

/* A touch of its own, not one of many: a signal is what became of it. */
static void
visit_ordered(struct walk *w, const struct mapping *m,
    struct work_shared *shared, struct stamps *stamps)
{
	struct visit v = { w, m, shared, stamps };
	uint64_t read_bytes = timing_read_bytes();

	w->touched = (struct one_touch){ .page = w->page };
	w->looking->wait = 0;
	w->looking->why = (struct touch_why){ 0 };
	if (!guard_run(visit_guarded, &v, &w->touched)) {
		w->last_ns = clock_now_ns();
		w->touched.kind = timing_since(&w->timing);
		w->err = EFAULT;
		look_after(w, shared, w->touched.signal, w->touched.code);
	}
	w->touched.why = w->looking->why;
	w->touched.begin_ns = w->begin_ns;
	if (w->touched.signal == 0) {
		w->touched.addr = (uintptr_t)m->addr +
		    w->touched.page * m->page_bytes;
		w->touched.byte_known = touch_tells(&w->toucher, m);
	}
	if (w->touched.byte_known)
		w->touched.byte = w->toucher.byte;
	w->touched.ns = w->last_ns - w->begin_ns;
	w->touched.read_bytes = timing_read_bytes() - read_bytes;
}

/* To the next page; false: that was the last. */
static bool
advance(struct walk *w, const struct mapping *m)
{
	bool more = pattern_next(&w->pattern, &w->page);

	hint(w, m);
	return more;
}

/* Touches until the batch is full, the next touch is not due yet, or the
 * walk is over. */
static void
run(struct walk *w, const struct mapping *m, struct work_shared *shared,
    struct stamps *stamps, uint64_t now)
{
	uint64_t until = now + BATCH_NS;
	unsigned n;

	for (n = 0; n < BATCH_TOUCHES && now < until && w->on; n++) {
		if (due_ns(w) > now)
			return;
		if (w->pattern.spec.kind == PATTERN_SINGLE)
			visit_ordered(w, m, shared, stamps);
		else
			visit(w, m, shared, stamps);
		now = w->last_ns;
		if (w->err == 0)
			passed(w);
		w->on = w->err == 0 && advance(w, m);
	}
}

/* Has it had more read than it may? */
static bool
is_capped(const struct walk *w)
{
	uint64_t max = w->pattern.spec.max_read_bytes;

	return max != 0 && timing_read_bytes() - w->read_begin >= max;
}

void
walk_step(struct walk *w, const struct mapping *m, struct work_shared *shared,
    struct stamps *stamps)
{
	walk_pause(w, PAUSE_ON);
	timing_begin(&w->timing);
	visit_ordered(w, m, shared, stamps);
	timing_end(&w->timing, shared);
	stamps_write(stamps, w->last_ns);
	if (w->err == 0)
		passed(w);
	/* What got a signal is passed over. */
	if (w->err == EFAULT && w->touched.signal != 0)
		w->err = 0;
	w->over = w->err != 0 || !advance(w, m);
	w->capped = !w->over && is_capped(w);
	w->over |= w->capped;
	w->paused = !w->over;
}

/* Has the app to be shown now what was touched? Not while a batch soon
 * follows that can do it. */
static bool
stamps_due(const struct walk *w, const struct stamps *stamps)
{
	return !w->on || due_ns(w) > w->last_ns + STAMPS_NS ||
	    w->last_ns >= stamps->written_ns + STAMPS_NS;
}

bool
walk_batch(struct walk *w, const struct mapping *m, struct work_shared *shared,
    struct stamps *stamps)
{
	uint64_t now = clock_now_ns();

	if (w->over)
		w->on = false;
	if (!w->on || w->paused)
		return !w->on;
	if (now > due_ns(w) + LATE_MAX_NS) {
		w->second_ns = now;
		w->in_second = 0;
	}
	timing_begin(&w->timing);
	run(w, m, shared, stamps, now);
	timing_end(&w->timing, shared);
	w->capped = w->on && is_capped(w);
	w->on &= !w->capped;
	if (stamps_due(w, stamps))
		stamps_write(stamps, w->last_ns);
	return !w->on;
}
