/* The live source: samples of the kernel. */
#include "config.h"

#include "pagetide/source.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "pagetide/clock.h"
#include "pagetide/counters.h"
#include "pagetide/foreign.h"
#include "pagetide/memcg.h"
#include "pagetide/order.h"
#include "pagetide/target.h"
#include "pagetide/xalloc.h"

#include "follow.h"
#include "moves.h"

struct live {
	struct target	*target;
	struct follow	 follow;
	struct probes	*probes;
	struct subject	 subject;	/* pid 0: none */
	uint64_t	 touches;	/* of the worker when begun last */
	struct counters_fds fds;
	struct memcg_fds memcg;
	struct memcg_limit limit;	/* of others */
	unsigned	 noticed;	/* SOURCE_ bits of begin() */
	bool		 begun;		/* before, only facts are known */
	bool		 pages_only;	/* nothing of the system, no cgroup */
	bool		 counts;	/* fds, and memcg, are open */
	uint64_t	 seq;
	bool		 gap;
	struct moves	 moves;
};

static int
live_step(void *self, uint64_t deadline_ns)
{
	return probes_step(((struct live *)self)->probes, deadline_ns);
}

static void
read_latency(const struct work_shared *shared, struct worker_facts *w)
{
	struct latency *l = &w->latency;
	unsigned k, b;

	w->walk_seq = atomic_load(&shared->walk_seq);
	w->latency_known = w->walk_seq != 0;
	for (k = 0; k < LATENCY_KINDS; k++)
		for (b = 0; b < LATENCY_BUCKETS; b++)
			l->count[k][b] = atomic_load_explicit(
			    &shared->latency[k][b], memory_order_relaxed);
	for (k = 0; k < PATH_COUNT; k++) {
		w->paths.touches[k] = atomic_load(&shared->path_touches[k]);
		w->paths.ns[k] = atomic_load(&shared->path_ns[k]);
	}
	w->paths.by = WHY_BY_LOOKS;
	w->paths.looked = atomic_load(&shared->path_looked);
	w->paths.one_of = atomic_load(&shared->path_one_of);
	w->paths_known = w->paths.one_of != 0;
	w->paths.looks_ns = atomic_load(&shared->path_looks_ns);
	l->stray_minor = atomic_load(&shared->stray_minor);
	l->stray_major = atomic_load(&shared->stray_major);
}

static void
read_worker(const struct live *l, struct sample *out)
{
	const struct work_shared *shared = l->subject.shared;
	struct worker_facts *w = &out->worker;
	uint64_t touches;

	if (l->subject.foreign != NULL) {
		w->process = l->subject.pid;
		return;
	}
	w->alive = l->subject.pid != 0;
	w->pid = l->subject.pid;
	if (shared == NULL)
		return;
	touches = atomic_load(&shared->touches);
	w->running = atomic_load(&shared->running) != 0;
	w->paused = w->running && atomic_load(&shared->paused) != 0;
	w->kind = atomic_load(&shared->walk_kind);
	w->cursor_known = touches > 0;
	w->cursor_page = atomic_load(&shared->cursor_page);
	w->pace_per_s = atomic_load(&shared->pace_per_s);
	read_latency(shared, w);
	out->counters.v[COUNTER_TOUCHES] = touches;
	out->counters.known |= COUNTER_BIT(COUNTER_TOUCHES);
}

static int
live_read(void *self, struct sample *out, unsigned *notices)
{
	struct live *l = self;
	unsigned noticed = 0;
	int err;

	err = probes_refresh(l->probes, &noticed);
	l->noticed |= noticed;
	if (notices != NULL) {
		*notices = l->noticed;
		l->noticed = 0;
	}
	l->seq += l->begun;
	*out = (struct sample){ .seq = l->seq, .gap = l->gap };
	l->gap = false;
	if (l->counts)
		counters_read(&l->fds, &out->counters);
	if (l->counts && !l->pages_only)
		memcg_limit_read(&l->limit, "", l->subject.memcg,
		    clock_now_ns());
	out->t_ns = clock_now_ns();
	out->wall_ns = clock_wall_ns();
	read_worker(l, out);
	if (l->counts && !l->pages_only) {
		memcg_read(&l->memcg, &out->counters, &out->memory);
		memcg_limit_put(&l->limit, &out->memory);
	}
	probes_read(l->probes, out);
	moves_feed(&l->moves, out);
	return err;
}

static void
live_look(void *self, uint64_t first_page, uint64_t pages, unsigned shift)
{
	probes_look(((struct live *)self)->probes, first_page, pages, shift);
}

static void
live_want(void *self, unsigned layers)
{
	probes_want(((struct live *)self)->probes, layers);
}

static void
live_window(void *self, uint64_t window_ns)
{
	probes_window(((struct live *)self)->probes, window_ns);
}

static bool
live_pages(void *self, uint64_t first_page, uint64_t n_pages,
    uint64_t within_ns, struct cells *out)
{
	return probes_pages(((struct live *)self)->probes, first_page, n_pages,
	    within_ns, out);
}

static int
live_ranges(void *self, const char **by, source_put *put, void *arg)
{
	return probes_ranges(((struct live *)self)->probes, by, put, arg);
}

/* The files in which the kernel counts for the worker, or without one; if
 * nobody asks for more than pages, those of a process alone. */
static void
open_counters(struct live *l)
{
	if (l->pages_only && l->subject.pid == 0)
		return;
	l->counts = true;
	if (l->subject.foreign != NULL)
		counters_open_in(&l->fds, l->subject.foreign->dir);
	else
		counters_open(&l->fds, l->subject.pid);
	if (!l->pages_only)
		memcg_open(&l->memcg, l->subject.memcg);
}

static void
close_counters(struct live *l)
{
	if (!l->counts)
		return;
	l->counts = false;
	counters_close(&l->fds);
	if (!l->pages_only)
		memcg_close(&l->memcg);
}

static void
live_pages_only(void *self)
{
	struct live *l = self;

	close_counters(l);
	l->pages_only = true;
	probes_pages_only(l->probes);
}

/* The same subject, which has gone into a cgroup. */
static void
reopen_memcg(struct live *l)
{
	if (!l->counts || l->pages_only)
		return;
	memcg_close(&l->memcg);
	memcg_open(&l->memcg, l->subject.memcg);
	l->limit.next_ns = 0;
}

static void
live_set_subject(void *self, const struct subject *subject)
{
	struct live *l = self;
	pid_t before = l->subject.pid;

	l->subject = subject != NULL ? *subject : (struct subject){ 0 };
	if (before != 0 && before == l->subject.pid) {
		reopen_memcg(l);
		return;
	}
	if (l->begun) {
		close_counters(l);
		open_counters(l);
	}
	l->gap = true;
	probes_set_subject(l->probes, &l->subject);
}

/* Much is going on while the worker walks, or has touched something. */
static void
look_at_worker(struct live *l)
{
	const struct work_shared *shared = l->subject.shared;
	uint64_t touches;

	if (shared == NULL)
		return;
	touches = atomic_load(&shared->touches);
	if (touches != l->touches || (atomic_load(&shared->running) != 0 &&
	    atomic_load(&shared->paused) == 0))
		probes_stir(l->probes);
	l->touches = touches;
}

static void
live_begin(void *self)
{
	struct live *l = self;
	unsigned followed = follow_path(&l->follow, l->target);

	if (!l->begun)
		open_counters(l);
	l->begun = true;
	look_at_worker(l);
	l->noticed |= followed;
	if ((followed & SOURCE_FOLLOWED) != 0) {
		live_set_subject(l, NULL);
		probes_restart(l->probes);
	}
	probes_begin(l->probes);
}

static int
live_file(void *self)
{
	return ((const struct live *)self)->target->fd;
}

static void
live_hurry(void *self)
{
	probes_hurry(((struct live *)self)->probes);
}

/* Somebody has acted. */
static void
live_touch_flags(void *self)
{
	struct live *l = self;

	probes_touch_flags(l->probes);
	probes_hurry(l->probes);
}

static void
live_close(void *self)
{
	struct live *l = self;

	probes_close(l->probes);
	close_counters(l);
	moves_forget(&l->moves);
	memcg_limit_done(&l->limit);
	follow_done(&l->follow, l->target);
	target_close(l->target);
	free(l);
}

static const struct source_ops live_ops = {
	.name = "live",
	.step = live_step,
	.begin = live_begin,
	.read = live_read,
	.look = live_look,
	.want = live_want,
	.pages = live_pages,
	.ranges = live_ranges,
	.set_subject = live_set_subject,
	.file = live_file,
	.window = live_window,
	.touch_flags = live_touch_flags,
	.hurry = live_hurry,
	.pages_only = live_pages_only,
	.close = live_close,
};

int
live_open(struct source *out, struct target *target,
    enum source_method method, size_t max_cells, struct strbuf *why)
{
	struct probes *probes = probes_open(target, method, max_cells, why);
	struct live *l;

	if (probes == NULL)
		return -EOPNOTSUPP;
	l = xcalloc(1, sizeof *l);
	l->target = target;
	l->probes = probes;
	l->gap = true;
	out->ops = &live_ops;
	out->self = l;
	return 0;
}
