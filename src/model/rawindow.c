#include "config.h"

#include "pagetide/rawindow.h"

#include <stdlib.h>

const char *const rawindow_kind_name[RAWINDOW_KINDS] = {
	[RAWINDOW_SYNC] = "sync",
	[RAWINDOW_ASYNC] = "async",
	[RAWINDOW_AROUND] = "around",
	[RAWINDOW_FORCED] = "forced",
	[RAWINDOW_SEEN] = "seen",
};

uint64_t
rawindow_marker(const struct rawindow *w)
{
	return w->async_pages == 0 ? UINT64_MAX :
	    w->first_page + w->pages - w->async_pages;
}

bool
rawindow_clip(struct rawindow *w, uint64_t file_pages)
{
	uint64_t marker = rawindow_marker(w);

	if (w->first_page >= file_pages)
		return false;
	if (w->pages <= file_pages - w->first_page)
		return true;
	w->pages = file_pages - w->first_page;
	w->async_pages = marker < file_pages ? file_pages - marker : 0;
	return true;
}

static struct rawindow_thread *
thread_of(struct rawindows *r, uint32_t tid)
{
	struct rawindow_thread *t;
	size_t i;

	for (i = 0; i < RAWINDOW_THREADS; i++)
		if (r->thread[i].tid == tid)
			return &r->thread[i];
	t = &r->thread[r->next++ % RAWINDOW_THREADS];
	*t = (struct rawindow_thread){ .tid = tid };
	return t;
}

static void
trigger(struct rawindow_thread *t, const struct trace_record *r,
    enum rawindow_kind kind)
{
	t->triggered = true;
	t->kind = kind;
	t->trigger_page = r->arg[0];
}

/* Single pages at the end of the last window by order, which are cut off at
 * the end of the file: that window's rest. WILLNEED has no marker. */
static bool
is_rest(const struct rawindow_thread *t, const struct trace_record *r)
{
	uint64_t end_page = r->arg[0] + r->arg[1];

	return t->first_page <= r->arg[0] && r->arg[0] < t->end_page &&
	    end_page <= t->end_page && r->arg[2] == t->async_pages;
}

/* The window that follows a trigger is its own, whoever decides the size. */
static void
decide(struct rawindow_thread *t, const struct trace_record *r,
    enum rawindow_kind otherwise, struct rawindow *out)
{
	*out = (struct rawindow){
		.t_ns = r->t_ns,
		.first_page = r->arg[0],
		.pages = r->arg[1],
		.async_pages = r->arg[2],
		.trigger_page = t->triggered ? t->trigger_page :
		    otherwise == RAWINDOW_AROUND && t->faulted ?
		    t->fault_page : UINT64_MAX,
		.kind = t->triggered ? t->kind : otherwise,
		.order = (unsigned)r->arg[3],
		.tid = r->tid,
	};
	t->triggered = t->faulted = false;
}

/* A window by order: its rest may follow. */
static void
by_order(struct rawindow_thread *t, const struct trace_record *r,
    struct rawindow *out)
{
	decide(t, r, RAWINDOW_AROUND, out);
	t->first_page = out->first_page;
	t->end_page = out->first_page + out->pages;
	t->async_pages = out->async_pages;
}

/* The marker has windows read by order alone: what was met without one had
 * nothing read. */
static bool
in_pages(struct rawindow_thread *t, const struct trace_record *r,
    struct rawindow *out)
{
	bool rest = is_rest(t, r);

	t->end_page = 0;
	if (rest)
		return false;
	t->triggered &= t->kind != RAWINDOW_ASYNC;
	decide(t, r, RAWINDOW_FORCED, out);
	out->order = 0;
	return true;
}

/* A fault, or all that is known of the thread, is over. */
static void
over(struct rawindow_thread *t)
{
	t->triggered = t->faulted = false;
	t->end_page = 0;
}

bool
rawindows_feed(struct rawindows *all, const struct trace_record *r,
    struct rawindow *out)
{
	struct rawindow_thread *t;

	if (r->point == TRACE_LOST) {
		*all = (struct rawindows){ 0 };
		return false;
	}
	t = thread_of(all, r->tid);
	switch (r->point) {
	case TRACE_FILEMAP_FAULT:
		t->faulted = true;
		t->fault_page = r->arg[0];
		return false;
	case TRACE_SYNC_RA:
	case TRACE_ASYNC_RA:
		trigger(t, r, r->point == TRACE_SYNC_RA ? RAWINDOW_SYNC :
		    RAWINDOW_ASYNC);
		return false;
	case TRACE_RA_ORDER:
		by_order(t, r, out);
		return true;
	case TRACE_RA_UNBOUNDED:
		return in_pages(t, r, out);
	case TRACE_MINOR:
	case TRACE_MAJOR:
		over(t);
		return false;
	default:
		return false;
	}
}

void
readahead_add(struct readahead *r, const struct rawindow *w)
{
	r->window[r->windows++ % READAHEAD_KEPT] = *w;
	r->pages += w->pages;
}

const struct rawindow *
readahead_at(const struct readahead *r, size_t i)
{
	return i < r->windows && i < READAHEAD_KEPT ?
	    &r->window[(r->windows - 1 - i) % READAHEAD_KEPT] : NULL;
}

const struct rawindow *
readahead_find(const struct readahead *r, uint64_t first_page,
    uint64_t n_pages)
{
	const struct rawindow *w;

	for (size_t i = 0; (w = readahead_at(r, i)) != NULL; i++)
		if (w->first_page < first_page + n_pages &&
		    first_page < w->first_page + w->pages)
			return w;
	return NULL;
}

static int
by_page(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* When the oldest window with that page was decided; UINT64_MAX: none has. */
static uint64_t
oldest(const struct readahead *r, uint64_t page)
{
	const struct rawindow *w;
	uint64_t t_ns = UINT64_MAX;

	for (size_t i = 0; (w = readahead_at(r, i)) != NULL; i++)
		if (page >= w->first_page && page - w->first_page < w->pages &&
		    w->t_ns < t_ns)
			t_ns = w->t_ns;
	return t_ns;
}

bool
readahead_each(const struct readahead *r, bool (*run)(void *arg,
    uint64_t first_page, uint64_t n_pages, uint64_t since_ns), void *arg)
{
	uint64_t edge[2 * READAHEAD_KEPT], since_ns;
	const struct rawindow *w;
	size_t n = 0, i;

	for (i = 0; (w = readahead_at(r, i)) != NULL; i++) {
		edge[n++] = w->first_page;
		edge[n++] = w->first_page + w->pages;
	}
	qsort(edge, n, sizeof *edge, by_page);
	for (i = 1; i < n; i++) {
		since_ns = edge[i] == edge[i - 1] ? UINT64_MAX :
		    oldest(r, edge[i - 1]);
		if (since_ns != UINT64_MAX && !run(arg, edge[i - 1],
		    edge[i] - edge[i - 1], since_ns))
			return false;
	}
	return true;
}
