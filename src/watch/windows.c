/* Windows of readahead over time: as events, and how much of them was of use. */
#include "config.h"

#include "pagetide/windows.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#include "pagetide/event.h"
#include "pagetide/order.h"
#include "pagetide/rawindow.h"
#include "pagetide/said.h"
#include "pagetide/strbuf.h"
#include "pagetide/subject.h"
#include "pagetide/units.h"
#include "pagetide/watch.h"

/* What comes later than that after another is a line of its own. */
#define QUIET_NS	NS_PER_S
/* Stamps read at once. */
#define CHUNK		1024

/* "984+32 marker 1008, around by page 1000" */
static void
window_text(struct strbuf *sb, const struct rawindow *w)
{
	strbuf_addf(sb, "%" PRIu64 "+%" PRIu64, w->first_page, w->pages);
	if (rawindow_marker(w) != UINT64_MAX)
		strbuf_addf(sb, " marker %" PRIu64, rawindow_marker(w));
	strbuf_addf(sb, ", %s", rawindow_kind_name[w->kind]);
	if (w->trigger_page != UINT64_MAX)
		strbuf_addf(sb, " %s page %" PRIu64,
		    w->kind == RAWINDOW_SEEN ? "with" : "by",
		    w->trigger_page);
}

void
windows_close(struct watch *w)
{
	struct event *ev = events_get(w->events, w->windows.event_seq);

	if (ev != NULL && w->windows.event_seq != 0)
		events_finish(w->events, ev);
	w->windows.event_seq = 0;
}

/* The first one that came since, in an event of its own. */
static struct event *
open_event(struct watch *w, const struct rawindow *first)
{
	struct strbuf text = STRBUF_INIT;
	struct event *ev;

	window_text(&text, first);
	ev = events_add(w->events, EVENT_NOTE, 0, "readahead %s", text.s);
	strbuf_done(&text);
	w->windows.event_seq = ev->seq;
	w->windows.before = w->windows.told + 1;
	w->windows.pages_before = w->windows.pages_told + first->pages;
	return ev;
}

/* Those that followed it closely, in one line. */
static void
write_more(struct watch *w, struct event *ev)
{
	const struct readahead *r = &w->acted.readahead;
	uint64_t more = r->windows - w->windows.before;
	struct strbuf text = STRBUF_INIT;
	char count[UNITS_MAX];

	if (more == 0)
		return;
	window_text(&text, readahead_at(r, 0));
	snprintf(ev->effect, sizeof ev->effect, "and %" PRIu64 " more of %s, "
	    "the last %s", more, units_count(count,
	    r->pages - w->windows.pages_before, "page"), text.s);
	strbuf_done(&text);
}

/* Nothing else was said since, and not long ago. */
static bool
goes_on(const struct watch *w)
{
	return w->windows.event_seq != 0 &&
	    w->windows.event_seq == events_last(w->events) &&
	    w->live.t_ns - w->windows.last_ns < QUIET_NS;
}

static void
tell_new(struct watch *w)
{
	const struct readahead *r = &w->acted.readahead;
	uint64_t more = r->windows - w->windows.told;
	const struct rawindow *first = readahead_at(r,
	    more <= READAHEAD_KEPT ? more - 1 : READAHEAD_KEPT - 1);
	struct event *ev = goes_on(w) ? events_get(w->events,
	    w->windows.event_seq) : NULL;

	if (ev == NULL) {
		windows_close(w);
		ev = open_event(w, first);
	}
	write_more(w, ev);
	w->windows.last_ns = w->live.t_ns;
	w->said->dirty = true;
}

void
windows_tell(struct watch *w)
{
	const struct readahead *r = &w->acted.readahead;
	bool anew = !r->known || r->windows < w->windows.told;

	if (anew || !goes_on(w))
		windows_close(w);
	if (!anew && w->windows.wanted && r->windows > w->windows.told)
		tell_new(w);
	w->windows.told = r->known ? r->windows : 0;
	w->windows.pages_told = r->known ? r->pages : 0;
}

/* Stamps of the worker's touches, and what was counted of them. */
struct use {
	const struct work_shared *shared;
	int		fd;
	uint64_t	first_page, end_page, base;	/* that have stamps */
	uint64_t	pages, touched;
};

/* Of these at most a chunk; false: not to be had. */
static bool
count_chunk(struct use *u, uint64_t first, uint64_t n, uint64_t from)
{
	uint16_t stamp[CHUNK];
	ssize_t bytes = (ssize_t)(n * sizeof *stamp);

	if (pread(u->fd, stamp, (size_t)bytes, (off_t)(WORK_STAMPS_OFFSET +
	    (first - u->first_page) * sizeof *stamp)) != bytes)
		return false;
	for (uint64_t i = 0; i < n; i++)
		u->touched += stamp[i] >= from;
	return true;
}

/* How many were touched since then, to the slot; nobody touches what is not
 * mapped. */
static bool
count_run(void *arg, uint64_t first, uint64_t n, uint64_t since_ns)
{
	struct use *u = arg;
	uint64_t slot = workset_slot(since_ns), end = first + n, part;
	uint64_t from = slot > u->base ? slot - u->base : 1;

	u->pages += n;
	if (first < u->first_page)
		first = u->first_page;
	if (end > u->end_page)
		end = u->end_page;
	for (; first < end; first += part) {
		part = end - first < CHUNK ? end - first : CHUNK;
		if (!count_chunk(u, first, part, from))
			return false;
	}
	return true;
}

static bool
begin_use(struct use *u, const struct subject *subject)
{
	const struct work_shared *shared = subject->shared;

	if (subject->foreign != NULL || shared == NULL ||
	    subject->shared_fd <= 0 || atomic_load(&shared->stamps_err) != 0)
		return false;
	*u = (struct use){ .shared = shared, .fd = subject->shared_fd,
		.base = atomic_load(&shared->stamps_base),
		.first_page = atomic_load(&shared->stamps_first_page) };
	u->end_page = u->first_page + atomic_load(&shared->stamps_pages);
	return true;
}

void
windows_use(struct readahead *r, const struct readahead *before,
    const struct subject *subject)
{
	struct use u;
	uint64_t writes;
	uint32_t version;

	if (subject == NULL || !r->known || !begin_use(&u, subject))
		return;
	version = atomic_load(&u.shared->stamps_version);
	writes = atomic_load(&u.shared->stamps_writes);
	if (before->use_known && before->use_writes == writes &&
	    before->windows == r->windows && before->exact == r->exact) {
		r->use_known = true;
		r->use_writes = writes;
		r->kept_pages = before->kept_pages;
		r->touched_pages = before->touched_pages;
		return;
	}
	r->use_known = version != 0 && version % 2 == 0 &&
	    readahead_each(r, count_run, &u) &&
	    atomic_load(&u.shared->stamps_version) == version;
	r->use_writes = writes;
	r->kept_pages = u.pages;
	r->touched_pages = u.touched;
}
