#include "config.h"

#include "pagetide/event.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pagetide/clock.h"
#include "pagetide/strbuf.h"
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
		"not made" };
	size_t i;

	for (i = 0; i < sizeof heads / sizeof heads[0]; i++)
		if (strncmp(ev->result, heads[i], strlen(heads[i])) == 0)
			return true;
	return false;
}

struct events {
	size_t		 cap, len;
	uint64_t	 last_seq;	/* of the newest; 0: none yet */
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

/* Copies as many whole characters of s as fit into size bytes with the NUL. */
static void
copy_cut(char *dst, size_t size, const char *s)
{
	size_t len = 0, next;
	char32_t ch;

	while ((next = text_next(s + len, &ch)) != 0 && len + next < size)
		len += next;
	memcpy(dst, s, len);
	dst[len] = '\0';
}

/* Makes raw safe to print and puts what fits into the event. */
static void
set_text(struct event *ev, const char *raw)
{
	struct strbuf safe = STRBUF_INIT;

	text_safe(&safe, raw);
	copy_cut(ev->text, sizeof ev->text, safe.s);
	strbuf_done(&safe);
}

struct event *
events_add(struct events *e, enum event_kind kind, char mark, const char *fmt,
    ...)
{
	struct event *ev = &e->ring[e->last_seq % e->cap];
	va_list ap;
	char *raw;
	int len;

	va_start(ap, fmt);
	len = vasprintf(&raw, fmt, ap);
	va_end(ap);
	if (len < 0)
		fatal("out of memory");
	memset(ev, 0, sizeof *ev);
	ev->seq = ++e->last_seq;
	ev->t_ns = clock_now_ns();
	ev->wall_ns = clock_wall_ns();
	ev->kind = kind;
	ev->mark = mark;
	set_text(ev, raw);
	free(raw);
	if (e->len < e->cap)
		e->len++;
	return ev;
}

struct event *
events_get(struct events *e, uint64_t seq)
{
	/* A seq that has not come yet wraps round to a large distance. */
	if (e->last_seq - seq >= e->len)
		return NULL;
	return &e->ring[(seq - 1) % e->cap];
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

void
events_copy(struct events *dst, const struct events *src)
{
	dst->len = src->len;
	dst->last_seq = src->last_seq;
	/* Slots are used from the first one on. */
	memcpy(dst->ring, src->ring, src->len * sizeof *src->ring);
}

const struct event *
events_at(const struct events *e, size_t i)
{
	if (i >= e->len)
		return NULL;
	return &e->ring[(e->last_seq - 1 - i) % e->cap];
}
