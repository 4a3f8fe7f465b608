#include "config.h"

#include "sidelatency.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "pagetide/latency.h"
#include "pagetide/sample.h"
#include "pagetide/units.h"

/* Columns of a bound, and the least and most of a number. */
#define LABEL_COLS	10
#define COL_MIN		6
#define COL_MAX		10

struct table {
	struct frame	*frame;
	struct rect	 r;
	int		 y, col;	/* next line, columns of a number */
	const struct latency *l;
};

static void
put_row(struct table *t, enum role role, const char *label,
    const char text[LATENCY_KINDS][UNITS_MAX])
{
	char row[160];

	if (t->y >= t->r.y + t->r.h)
		return;
	snprintf(row, sizeof row, "%-*s%*s%*s%*s", LABEL_COLS, label,
	    t->col, text[LATENCY_NO_FAULT], t->col, text[LATENCY_MINOR],
	    t->col, text[LATENCY_MAJOR]);
	frame_text(t->frame, t->r.x, t->y++, t->r.w, role, row);
}

/* A count that fits its column; "." for none. */
static void
count_text(char buf[UNITS_MAX], const struct table *t, uint64_t n)
{
	if (snprintf(buf, UNITS_MAX, "%" PRIu64, n) >= t->col)
		units_rate(buf, (double)n);
	if (n == 0)
		snprintf(buf, UNITS_MAX, ".");
}

static void
put_touches(struct table *t)
{
	char text[LATENCY_KINDS][UNITS_MAX];
	int k;

	for (k = 0; k < LATENCY_KINDS; k++)
		count_text(text[k], t, latency_touches(t->l, k));
	put_row(t, ROLE_STRONG, "touches", text);
}

/* "?" stands for a bound above all buckets, "-" for no touches. */
static void
put_bounds(struct table *t, const char *label, unsigned permille)
{
	char text[LATENCY_KINDS][UNITS_MAX];
	uint64_t ns;
	int k;

	for (k = 0; k < LATENCY_KINDS; k++)
		if (latency_bound(t->l, k, permille, &ns))
			units_duration(text[k], ns);
		else
			snprintf(text[k], UNITS_MAX, "%s",
			    latency_touches(t->l, k) > 0 ? "?" : "-");
	put_row(t, ROLE_TEXT, label, text);
}

static bool
is_empty(const struct latency *l, unsigned b)
{
	int k;

	for (k = 0; k < LATENCY_KINDS; k++)
		if (l->count[k][b] > 0)
			return false;
	return true;
}

/* One row of buckets from..b together: up to the bound of the last. */
static void
put_bucket(struct table *t, unsigned from, unsigned b)
{
	char text[LATENCY_KINDS][UNITS_MAX], bound[UNITS_MAX], label[64];
	uint64_t n;

	for (int k = 0; k < LATENCY_KINDS; k++) {
		n = 0;
		for (unsigned i = from; i <= b; i++)
			n += t->l->count[k][i];
		count_text(text[k], t, n);
	}
	snprintf(label, sizeof label, "<= %s", units_duration(bound,
	    latency_bound_ns(b)));
	if (b + 1 == LATENCY_BUCKETS)
		snprintf(label, sizeof label, "%s", from < b ? "any time" :
		    "longer");
	put_row(t, ROLE_TEXT, label, text);
}

/* The least bucket from which on all that are to be shown fit. */
static unsigned
first_row(const struct latency *l, unsigned from, unsigned to, int room,
    bool gaps)
{
	unsigned first = to;
	int rows = 0;

	for (unsigned b = to; b-- > from;) {
		if (!gaps && is_empty(l, b))
			continue;
		if (++rows > room)
			break;
		first = b;
	}
	return first < to ? first : to - 1;
}

/*
 * All from the first to the last with touches; the empty ones only where
 * there is room for them. The slow ones are what one looks for: where even
 * the others do not fit, the fastest share the first row.
 */
static void
put_buckets(struct table *t)
{
	unsigned b, first, from = 0, to = LATENCY_BUCKETS;
	int room = t->r.y + t->r.h - t->y;
	bool gaps;

	while (from < to && is_empty(t->l, from))
		from++;
	while (to > from && is_empty(t->l, to - 1))
		to--;
	if (from == to)
		return;
	gaps = (int)(to - from) <= room;
	first = first_row(t->l, from, to, room, gaps);
	for (b = first; b < to; b++)
		if (gaps || b == first || !is_empty(t->l, b))
			put_bucket(t, b == first ? from : b, b);
}

static void
put_line(struct table *t, enum role role, const char *text)
{
	if (t->y < t->r.y + t->r.h)
		frame_text(t->frame, t->r.x, t->y++, t->r.w, role, text);
}

static void
put_strays(struct table *t)
{
	char text[80];

	if (t->l->stray_minor == 0 && t->l->stray_major == 0)
		return;
	snprintf(text, sizeof text, "beside them +%" PRIu64 " minor +%" PRIu64
	    " major", t->l->stray_minor, t->l->stray_major);
	put_line(t, ROLE_DIM, text);
}

void
sidelatency_draw(struct frame *f, struct rect r, const struct scene *s)
{
	const struct worker_facts *w = &s->sample->worker;
	struct table t = { f, r, r.y, (r.w - LABEL_COLS) / LATENCY_KINDS,
		&w->latency };
	char head[LATENCY_KINDS][UNITS_MAX];
	int k;

	put_line(&t, ROLE_STRONG, "LATENCY of the walk's touches");
	if (!w->latency_known || t.col < COL_MIN) {
		put_line(&t, ROLE_WARN, w->latency_known ? "no room" : "?");
		return;
	}
	if (t.col > COL_MAX)
		t.col = COL_MAX;
	for (k = 0; k < LATENCY_KINDS; k++)
		snprintf(head[k], UNITS_MAX, "%s", t.col > 8 ? latency_name[k]
		    : k == LATENCY_NO_FAULT ? "none" : latency_name[k]);
	put_row(&t, ROLE_DIM, "", head);
	put_touches(&t);
	put_bounds(&t, "p50 <=", 500);
	put_bounds(&t, "p99 <=", 990);
	put_strays(&t);
	put_buckets(&t);
}
