#include "config.h"

#include "tracing.h"

#include <poll.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/sysmacros.h>

#include "pagetide/act.h"
#include "pagetide/clock.h"
#include "pagetide/event.h"
#include "pagetide/faulttrace.h"
#include "pagetide/landwatch.h"
#include "pagetide/rawindow.h"
#include "pagetide/said.h"
#include "pagetide/strbuf.h"
#include "pagetide/subject.h"
#include "pagetide/trace.h"
#include "pagetide/windows.h"
#include "pagetide/xalloc.h"

#define NAMES	(TRACE_FAULTS | TRACE_BIT(TRACE_ADD) | \
    TRACE_BIT(TRACE_ASYNC_RA))

/* Faults that are kept: that of one touch is among them. */
#define KEPT	64

struct tracing {
	struct trace_formats formats;
	struct trace	*trace;		/* NULL: none */
	struct faulttrace faults;
	struct rawindows windows;
	uint64_t	 lost;		/* records ... */
	uint64_t	 lost_ns;	/* ... of before then */
	/* The last of them, in turn. */
	struct traced_fault fault[KEPT];
	size_t		 n_faults;
	struct readahead readahead;
	uint64_t	 file_pages;
	/* Faults of the walk that runs, or ran last. */
	const struct work_shared *shared;
	uint64_t	 page_bytes;
	uint64_t	 opened_ns, walk_ns, walk_lost;
	struct path_counts paths;
	struct report	 report;
};

/* What of the file could not be told apart by its device: btrfs and overlayfs
 * show one and record another. */
static bool
is_by_device(const struct sample *s)
{
	return !s->target.anon && major(s->target.dev) != 0;
}

static void
tell(struct act *act, const char *what, const char *who)
{
	struct event *ev = events_add(act->watch->events, EVENT_NOTE, 0,
	    "%s%s", what, who);

	events_finish(act->watch->events, ev);
	act->said->dirty = true;
}

static void
tell_none(struct act *act, const char *why)
{
	struct strbuf text = STRBUF_INIT;

	strbuf_addf(&text, "no tracepoints: %s", why);
	tell(act, text.s, "; looks tell the ways of touches");
	strbuf_done(&text);
}

/* "this kernel has no ..." one of these; false: it has them all. */
static bool
lacks(const struct trace *t, unsigned points, struct strbuf *out)
{
	strbuf_reset(out);
	strbuf_adds(out, "this kernel has no ");
	return trace_missing(t, points, out);
}

/* What tracepoints tell here, and what this kernel has none for. */
static void
tell_points(struct act *act)
{
	const struct trace *t = act->helpers.tracing->trace;
	struct strbuf none = STRBUF_INIT;

	if (lacks(t, TRACE_BIT(TRACE_FAULT_USER), &none))
		tell(act, none.s, ": looks tell the ways of touches");
	else if (lacks(t, NAMES, &none))
		tell(act, "tracepoints tell the ways of touches, looks those "
		    "that take another: ", none.s);
	else
		tell(act, "tracepoints tell the ways of touches", "");
	if (lacks(t, TRACE_WINDOWS, &none))
		tell(act, none.s, ": looks tell the windows of readahead");
	strbuf_done(&none);
}

/* Their formats are known now, or why not. */
static void
open_trace(struct act *act)
{
	const struct sample *s = &act->watch->live;
	struct tracing *t = act->helpers.tracing;
	struct trace_what what = { .points = TRACE_FAULTS | TRACE_WINDOWS |
	    TRACE_BIT(TRACE_ADD), .pid = actor_pid(&act->actor),
	    .ino = s->target.ino, .dev_major = major(s->target.dev),
	    .dev_minor = minor(s->target.dev), .addr_bytes = UINT64_MAX };
	enum trace_step step = t->formats.step;

	if (!t->formats.known)
		return;
	if (!is_by_device(s)) {
		tell_none(act, s->target.anon ? "anonymous memory has none "
		    "of a file" : "they name this file by another device");
		return;
	}
	if (step == TRACE_OK)
		t->trace = trace_open(&t->formats, &what, &step);
	if (t->trace == NULL) {
		tell_none(act, trace_why(step));
		return;
	}
	t->opened_ns = clock_now_ns();
	faulttrace_init(&t->faults, trace_has(t->trace), true, false);
	tell_points(act);
}

void
tracing_begin(struct act *act)
{
	if (act->helpers.tracing != NULL || act->opts.trace != TRACING_ON ||
	    actor_pid(&act->actor) == 0)
		return;
	act->watch->windows.wanted = true;
	act->helpers.tracing = xcalloc(1, sizeof *act->helpers.tracing);
	if (trace_formats_begin(&act->helpers.tracing->formats) != 0)
		tell_none(act, "no process to read their formats");
}

void
tracing_want(struct act *act)
{
	act->watch->windows.wanted = true;
	if (act->opts.trace == TRACING_AUTO)
		act->opts.trace = TRACING_ON;
	tracing_begin(act);
}

void
tracing_end(struct act *act)
{
	windows_close(act->watch);
	if (act->helpers.tracing == NULL)
		return;
	trace_close(act->helpers.tracing->trace);
	trace_formats_done(&act->helpers.tracing->formats);
	free(act->helpers.tracing);
	act->helpers.tracing = NULL;
}

enum trace_state
tracing_state(const struct act *act)
{
	const struct tracing *t = act->helpers.tracing;

	if (t == NULL)
		return landwatch_names(act->helpers.landwatch);
	if (t->trace != NULL)
		return TRACE_STATE_ON;
	return t->formats.known ? TRACE_STATE_REFUSED : TRACE_STATE_OPENING;
}

int
tracing_fds(const struct act *act, struct pollfd *fds)
{
	const struct tracing *t = act->helpers.tracing;
	int n = 0;

	if (t != NULL && t->formats.aside.fd >= 0)
		fds[n++] = (struct pollfd){ t->formats.aside.fd, POLLIN, 0 };
	if (t != NULL && t->trace != NULL)
		fds[n++] = (struct pollfd){ trace_fd(t->trace), POLLIN, 0 };
	return n;
}

static uint64_t
load(const _Atomic uint64_t *v)
{
	return atomic_load_explicit(v, memory_order_acquire);
}

/* Another walk has begun before this record was made: it is that one's. */
static void
begin_walk(struct tracing *t, uint64_t walk_ns)
{
	t->walk_ns = walk_ns;
	t->walk_lost = t->lost;
	t->paths = (struct path_counts){ .by = WHY_BY_TRACE };
}

/* A fault of a touch: it is at a page that is mapped for them. */
static void
count_fault(struct tracing *t, const struct traced_fault *f)
{
	uint64_t addr = load(&t->shared->map_addr);

	if (f->begin_ns < t->walk_ns || f->address < addr ||
	    f->address - addr >= load(&t->shared->map_pages) * t->page_bytes)
		return;
	t->paths.touches[f->path]++;
	t->paths.ns[f->path] += f->end_ns - f->begin_ns;
	t->paths.looked++;
}

static void
count_record(struct tracing *t)
{
	uint64_t walk_ns = load(&t->shared->walk_ns);

	if (walk_ns != t->walk_ns)
		begin_walk(t, walk_ns);
	t->paths.records++;
}

static void
take(const struct trace_record *r, void *arg)
{
	struct tracing *t = arg;
	struct rawindow window;

	if (t->shared != NULL)
		count_record(t);

	if (rawindows_feed(&t->windows, r, &window) &&
	    rawindow_clip(&window, t->file_pages))
		readahead_add(&t->readahead, &window);
	if (!faulttrace_feed(&t->faults, r, &t->fault[t->n_faults % KEPT]))
		return;
	if (t->shared != NULL)
		count_fault(t, &t->fault[t->n_faults % KEPT]);
	t->n_faults++;
}

static const struct subject *
subject_of(const struct act *act)
{
	return act->actor.ops->subject == NULL ? NULL :
	    act->actor.ops->subject(act->actor.self);
}

/* All that was recorded. */
static void
drain(struct act *act)
{
	struct tracing *t = act->helpers.tracing;
	uint64_t lost = t->lost, begin_ns = clock_now_ns();
	const struct subject *subject = subject_of(act);

	t->shared = subject != NULL ? subject->shared : NULL;
	t->page_bytes = act->watch->live.target.page_bytes;
	t->file_pages = act->watch->live.target.pages;
	t->faults.is_private =
	    (act->mapping.asked.map_flags & MAP_SPEC_PRIVATE) != 0;
	trace_read(t->trace, take, t, &t->lost);
	if (t->lost != lost)
		t->lost_ns = clock_now_ns();
	t->paths.records_ns += clock_now_ns() - begin_ns;
}

bool
tracing_ready(struct act *act, int fd)
{
	struct tracing *t = act->helpers.tracing;

	if (t == NULL)
		return false;
	if (fd == t->formats.aside.fd) {
		trace_formats_ready(&t->formats);
		open_trace(act);
		return true;
	}
	if (t->trace == NULL || fd != trace_fd(t->trace))
		return false;
	drain(act);
	return true;
}

/* The fault of a touch; NULL: it made none. */
static const struct traced_fault *
fault_of(const struct tracing *t, const struct one_touch *touch)
{
	const struct traced_fault *f;

	for (size_t i = 0; i < KEPT && i < t->n_faults; i++) {
		f = &t->fault[(t->n_faults - 1 - i) % KEPT];
		if (f->address == touch->addr &&
		    f->begin_ns >= touch->begin_ns &&
		    f->begin_ns <= touch->begin_ns + touch->ns)
			return f;
	}
	return NULL;
}

/* The window that was decided in a fault; NULL: none was. */
static const struct rawindow *
window_of(const struct tracing *t, const struct traced_fault *f)
{
	const struct rawindow *w;

	for (size_t i = 0; (w = readahead_at(&t->readahead, i)) != NULL;
	    i++) {
		if (w->t_ns >= f->begin_ns && w->t_ns <= f->end_ns)
			return w;
	}
	return NULL;
}

static void
set_window(struct touch_why *why, const struct rawindow *w)
{
	if (w == NULL || !fault_path_reads(why->path))
		return;
	why->asked_known = true;
	why->asked_pages = w->pages;
	why->first_page = w->first_page;
	why->marker_page = rawindow_marker(w);
}

/* What the looks say stays where the tracepoints know no finer name. */
static void
set_why(const struct tracing *t, struct one_touch *touch)
{
	const struct traced_fault *f = fault_of(t, touch);
	struct touch_why *why = &touch->why;
	enum fault_path path = why->path;

	if (traced_name(&t->faults, f, path, &path))
		why->by = WHY_BY_TRACE;
	why->path = path;
	why->traced_known = f != NULL;
	if (f == NULL)
		return;
	why->traced_ns = f->end_ns - f->begin_ns;
	set_window(why, window_of(t, f));
}

const struct report *
tracing_touch(struct act *act, const struct report *r)
{
	struct tracing *t = act->helpers.tracing;

	if (t == NULL || t->trace == NULL)
		return r;
	drain(act);
	/* What was lost may have been of it. */
	if (r->touched.why.by != WHY_BY_LOOKS || r->touched.signal != 0 ||
	    t->lost_ns >= r->touched.begin_ns)
		return r;
	t->report = *r;
	set_why(t, &t->report.touched);
	return &t->report;
}

/* What looks have seen to come, as the worker wrote it down; it may write over
 * the oldest meanwhile. */
static void
take_seen(const struct work_shared *shared, struct readahead *out)
{
	uint64_t n = atomic_load_explicit(&shared->seen, memory_order_acquire);
	uint64_t i = n > WORK_SEEN ? n - WORK_SEEN : 0, now;
	uint64_t pages = n > 0 ? load(&shared->seen_sum[(n - 1) %
	    WORK_SEEN]) : 0;
	struct rawindow w[WORK_SEEN];

	for (uint64_t k = i; k < n; k++)
		w[k % WORK_SEEN] = (struct rawindow){ .kind = RAWINDOW_SEEN,
			.t_ns = load(&shared->seen_ns[k % WORK_SEEN]),
			.first_page = load(&shared->seen_first_page[k %
			    WORK_SEEN]),
			.pages = load(&shared->seen_pages[k % WORK_SEEN]),
			.trigger_page = load(&shared->seen_trigger_page[k %
			    WORK_SEEN]) };
	atomic_thread_fence(memory_order_acquire);
	now = load(&shared->seen);
	if (now >= WORK_SEEN && i <= now - WORK_SEEN && now > n)
		i = now - WORK_SEEN + 1;
	for (out->windows = i; i < n; i++)
		readahead_add(out, &w[i % WORK_SEEN]);
	out->known = true;
	out->pages = pages;
	out->in_part = load(&shared->seen_in_part);
}

static bool
tells_windows(const struct trace *t)
{
	return (trace_has(t) & TRACE_WINDOWS) == TRACE_WINDOWS;
}

static void
take_windows(struct act *act, const struct subject *subject,
    struct readahead *out)
{
	struct tracing *t = act->helpers.tracing;

	*out = (struct readahead){ 0 };
	if (act->followed)
		return;		/* the worker is on the file before */
	if (t != NULL && t->trace != NULL && tells_windows(t->trace)) {
		*out = t->readahead;
		out->known = out->exact = true;
		out->lost = t->lost;
	} else if (subject != NULL && subject->shared != NULL) {
		take_seen(subject->shared, out);
	}
}

/* The walk's touches by name, all of them, where they were recorded from its
 * start; whoever made no fault had a PTE. */
static void
name_walk(const struct tracing *t, struct worker_facts *w)
{
	struct path_counts *c = &w->paths;
	uint64_t free_touches = latency_touches(&w->latency,
	    LATENCY_NO_FAULT);

	/* A walk of calls is not looked at, and makes no fault. */
	if (!w->paths_known || c->looked == 0 || t->shared == NULL ||
	    load(&t->shared->walk_ns) != t->walk_ns ||
	    t->opened_ns > t->walk_ns ||
	    (trace_has(t->trace) & NAMES) != NAMES)
		return;
	*c = t->paths;
	c->touches[PATH_MAPPED] += free_touches;
	c->looked += free_touches;
	c->one_of = 1;
	c->looks_ns = load(&t->shared->path_looks_ns);
	c->lost = t->lost - t->walk_lost;
}

void
tracing_sample(struct act *act)
{
	struct tracing *t = act->helpers.tracing;
	struct readahead now;
	const struct subject *subject = subject_of(act);

	if (t != NULL && t->trace != NULL) {
		drain(act);
		name_walk(t, &act->watch->live.worker);
	}
	take_windows(act, subject, &now);
	windows_use(&now, &act->watch->acted.readahead, subject);
	act->watch->acted.readahead = now;
	windows_tell(act->watch);
}
