#include "config.h"

#include "sidelatency.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "pagetide/clock.h"
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

/* A bound must not lose what is behind the last digit shown: rounded up. */
static const char *
bound_text(char buf[UNITS_MAX], uint64_t ns)
{
	static const struct { uint64_t below_ns, step_ns; } digit[] = {
		{ 500, 1 }, { 100 * NS_PER_US, 100 },
		{ 500 * NS_PER_US, NS_PER_US },
		{ 100 * NS_PER_MS, NS_PER_MS / 10 },
		{ 500 * NS_PER_MS, NS_PER_MS },
		{ 100 * NS_PER_S, NS_PER_S / 10 },
		{ UINT64_MAX, NS_PER_S },
	};
	unsigned i = 0;

	while (ns >= digit[i].below_ns)
		i++;
	return units_duration(buf, (ns + digit[i].step_ns - 1) /
	    digit[i].step_ns * digit[i].step_ns);
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
			bound_text(text[k], ns);
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

static void
put_bucket(struct table *t, unsigned b)
{
	char text[LATENCY_KINDS][UNITS_MAX], bound[UNITS_MAX], label[64];
	int k;

	for (k = 0; k < LATENCY_KINDS; k++)
		count_text(text[k], t, t->l->count[k][b]);
	snprintf(label, sizeof label, "<= %s", bound_text(bound,
	    UINT64_C(1) << b));
	if (b + 1 == LATENCY_BUCKETS)
		snprintf(label, sizeof label, "longer");
	put_row(t, ROLE_TEXT, label, text);
}

/* In place of the last row. */
static void
put_more(struct table *t)
{
	struct rect last = { t->r.x, t->r.y + t->r.h - 1, t->r.w, 1 };

	frame_fill(t->frame, last, ROLE_TEXT, ROLE_TEXT);
	frame_text(t->frame, last.x, last.y, last.w, ROLE_WARN,
	    "... more rows than room");
	t->y = last.y + 1;
}

/* All from the first to the last with touches; the empty ones only where
 * there is room for them. */
static void
put_buckets(struct table *t)
{
	unsigned b, from = 0, to = LATENCY_BUCKETS, shown = 0;
	int room = t->r.y + t->r.h - t->y;
	bool gaps;

	while (from < to && is_empty(t->l, from))
		from++;
	while (to > from && is_empty(t->l, to - 1))
		to--;
	gaps = (int)(to - from) <= room;
	for (b = from; b < to; b++) {
		if (!gaps && is_empty(t->l, b))
			continue;
		if (++shown > (unsigned)room && room > 0) {
			put_more(t);
			return;
		}
		put_bucket(t, b);
	}
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
