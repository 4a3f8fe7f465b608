#include "config.h"

#include "pagetide/event.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pagetide/clock.h"
#include "pagetide/text.h"
#include "pagetide/xalloc.h"

const char *const event_kind_name[EVENT_KIND_COUNT] = {
	[EVENT_HINT] = "hint",
	[EVENT_WORK] = "work",
	[EVENT_OUTSIDE] = "outside",
	[EVENT_TARGET] = "target",
	[EVENT_WORKER] = "worker",
	[EVENT_NOTE] = "note",
	[EVENT_ERROR] = "error",
};

bool
event_failed(const struct event *ev)
{
	static const char *const heads[] = { "= -", "refused", "failed",
		"SIG", "not made" };
	size_t i;

	for (i = 0; i < sizeof heads / sizeof heads[0]; i++)
		if (strncmp(ev->result, heads[i], strlen(heads[i])) == 0)
			return true;
	return false;
}

bool
event_is_mark(const struct event *e)
{
	return e->mark != 0 && e->kind != EVENT_OUTSIDE;
}

struct events {
	size_t		 cap, len;
	size_t		 n_finished;	/* not taken yet */
	uint64_t	 last_seq;	/* of the newest; 0: none yet */
	uint64_t	 last_finish;
	struct event	*ring;		/* seq lives at (seq - 1) % cap */
};

struct events *
events_new(size_t cap)
{
	struct events *e = xcalloc(1, sizeof *e);

	e->cap = cap;
	e->ring = xcalloc(cap, sizeof *e->ring);
	return e;
}

void
events_free(struct events *e)
{
	if (e == NULL)
		return;
	free(e->ring);
	free(e);
}

struct event *
events_add(struct events *e, enum event_kind kind, char mark, const char *fmt,
    ...)
{
	struct event *ev = &e->ring[e->last_seq % e->cap];
	va_list ap;

	e->n_finished -= ev->finished;
	memset(ev, 0, sizeof *ev);
	ev->seq = ++e->last_seq;
	ev->t_ns = clock_now_ns();
	ev->wall_ns = clock_wall_ns();
	ev->kind = kind;
	ev->mark = mark;
	va_start(ap, fmt);
	text_fit(ev->text, sizeof ev->text, fmt, ap);
	va_end(ap);
	if (e->len < e->cap)
		e->len++;
	return ev;
}

void
events_put(struct events *e, const struct event *ev)
{
	struct event *there = ev->seq <= e->last_seq ?
	    events_get(e, ev->seq) : NULL;
	uint64_t finish = ev->finish > ev->answer ? ev->finish : ev->answer;

	if (there == NULL && ev->seq <= e->last_seq)
		return;
	if (there == NULL) {
		if (ev->seq != e->last_seq + 1)
			e->len = 0;
		e->last_seq = ev->seq;
		e->len += e->len < e->cap;
		there = events_get(e, ev->seq);
	}
	*there = *ev;
	there->finished = false;
	if (finish > e->last_finish)
		e->last_finish = finish;
}

struct event *
events_get(struct events *e, uint64_t seq)
{
	/* A seq that has not come yet wraps round to a large distance. */
	if (e->last_seq - seq >= e->len)
		return NULL;
	return &e->ring[(seq - 1) % e->cap];
}

void
events_answer(struct events *e, struct event *ev)
{
	ev->answer = ++e->last_finish;
}

void
events_finish(struct events *e, struct event *ev)
{
	e->n_finished += !ev->finished;
	ev->finished = true;
	ev->finish = ++e->last_finish;
}

const struct event *
events_finished(struct events *e)
{
	struct event *ev;
	uint64_t seq;

	if (e->n_finished == 0)
		return NULL;
	for (seq = e->last_seq - e->len + 1; ; seq++) {
		ev = events_get(e, seq);
		if (ev->finished)
			break;
	}
	ev->finished = false;
	e->n_finished--;
	return ev;
}

size_t
events_len(const struct events *e)
{
	return e->len;
}

uint64_t
events_last(const struct events *e)
{
	return e->last_seq;
}

uint64_t
events_oldest(const struct events *e)
{
	return e->last_seq - e->len + 1;
}

uint64_t
events_last_then(const struct events *e, const struct events_moment *moment)
{
	return moment->last < e->last_seq ? moment->last : e->last_seq;
}

const struct event *
events_at(const struct events *e, size_t i)
{
	if (i >= e->len)
		return NULL;
	return &e->ring[(e->last_seq - 1 - i) % e->cap];
}

const struct event *
events_mark(const struct events *e, uint64_t t_ns, bool later)
{
	const struct event *ev, *found = NULL;

	for (size_t i = 0; (ev = events_at(e, i)) != NULL; i++) {
		if (ev->t_ns < t_ns && later)
			break;
		if (!event_is_mark(ev) || (ev->t_ns < t_ns) == later)
			continue;
		found = ev;
		if (!later)
			break;
	}
	return found;
}

struct events_moment
events_now(const struct events *e)
{
	return (struct events_moment){ e->last_seq, e->last_finish };
}

/* Is there an effect only when it is finished? Others collect one. */
static bool
is_measured(enum event_kind kind)
{
	return kind == EVENT_HINT || kind == EVENT_WORK ||
	    kind == EVENT_WORKER;
}

bool
events_then(const struct events *e, const struct events_moment *moment,
    size_t i, struct event *out)
{
	const struct event *ev = events_at(e, e->last_seq -
	    events_last_then(e, moment) + i);

	if (ev == NULL)
		return false;
	*out = *ev;
	if (ev->answer > moment->finish)
		out->result[0] = out->own[0] = '\0';
	if (ev->finish > moment->finish && is_measured(ev->kind)) {
		out->effect[0] = '\0';
		out->finish = 0;
	}
	return true;
}
