#include "config.h"

#include "graph.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pagetide/clock.h"
#include "pagetide/event.h"
#include "pagetide/ring.h"
#include "pagetide/units.h"
#include "pagetide/xalloc.h"

#include "graphsets.h"
#include "line.h"

#define LOWER_HALF U'\u2584'
/* Columns of " | " between two graphs. */
#define GAP_COLS 3

static const struct graph {
	enum counter	 counter;
	enum role	 role;
	const char	*title, *brief;
	bool		 bytes;
} graph_table[] = {
	{ COUNTER_MINOR, ROLE_GRAPH_MINOR, "minor faults/s", "minor/s",
	    false },
	{ COUNTER_MAJOR, ROLE_GRAPH_MAJOR, "major faults/s", "major/s",
	    false },
	{ COUNTER_READ_BYTES, ROLE_GRAPH_READ, "bytes read/s", "read/s",
	    true },
};
#define N_GRAPHS ((int)(sizeof graph_table / sizeof graph_table[0]))

uint64_t
graph_column_of(uint64_t t_ns, uint64_t column_ns)
{
	return t_ns == 0 ? 0 : (t_ns - 1) / column_ns;
}

/* What was counted in a column, and the time it took. */
struct sum {
	double	counted, seconds;
};

/* The column left of n - 1 others that end with the one of now. */
static int64_t
first_column(uint64_t now_ns, uint64_t column_ns, int n)
{
	return (int64_t)graph_column_of(now_ns, column_ns) - n + 1;
}

/* Gives the rate of one interval to the columns that lie within it. */
static void
span(struct sum *sum, int64_t before, int64_t at, double per_s)
{
	for (int64_t i = before + 1 > 0 ? before + 1 : 0; i < at; i++)
		sum[i] = (struct sum){ per_s, 1.0 };
}

/* Adds what was counted between two neighbours to the columns from first. */
static void
add_interval(struct sum *sum, const struct tick *older,
    const struct tick *newer, enum counter counter, uint64_t column_ns,
    int64_t first)
{
	int64_t at = (int64_t)graph_column_of(newer->t_ns, column_ns) - first;
	int64_t before = (int64_t)graph_column_of(older->t_ns, column_ns) -
	    first;
	double per_s;

	if (!ring_rate(older, newer, counter, &per_s))
		return;
	span(sum, before, at, per_s);
	sum[at].counted += (double)(newer->counters.v[counter] -
	    older->counters.v[counter]);
	sum[at].seconds += (double)(newer->t_ns - older->t_ns) / 1e9;
}

void
graph_columns(const struct ring *ring, enum counter counter,
    uint64_t column_ns, uint64_t now_ns, struct graph_column *col, int n)
{
	struct sum *sum = xcalloc((size_t)n + 1, sizeof *sum);
	int64_t first = first_column(now_ns, column_ns, n);
	const struct tick *newer, *older;

	for (size_t i = 0; (newer = ring_at(ring, i)) != NULL; i++) {
		older = ring_at(ring, i + 1);
		if (older == NULL || first >
		    (int64_t)graph_column_of(newer->t_ns, column_ns))
			break;
		if (newer->t_ns <= now_ns)
			add_interval(sum, older, newer, counter, column_ns,
			    first);
	}
	for (int i = 0; i < n; i++) {
		col[i].known = sum[i].seconds > 0;
		col[i].per_s = col[i].known ?
		    sum[i].counted / sum[i].seconds : 0;
	}
	free(sum);
}

double
graph_scale(double peak, bool bytes)
{
	static const double step[] = { 1, 2, 5 };
	double unit = bytes ? 1024 : 1, ten = 1;

	while (bytes && peak > unit * 500)
		unit *= 1024;
	for (;; ten *= 10)
		for (int i = 0; i < 3; i++)
			if (step[i] * ten * unit >= peak)
				return step[i] * ten * unit;
}

static char *
rate_text(char buf[UNITS_MAX], const struct graph *g, double per_s)
{
	return g->bytes ? units_byte_rate(buf, per_s) : units_rate(buf, per_s);
}

/* Name and scale, in the longest form that fits. */
static void
draw_title(struct frame *f, struct rect r, const struct graph *g, double peak,
    bool known)
{
	char high[UNITS_MAX], top[UNITS_MAX], scale[3 * UNITS_MAX];
	const char *title = g->title;
	struct line l;

	r.h = 1;
	line_init(&l, f, r, " ", ROLE_DIM);
	rate_text(high, g, peak);
	rate_text(top, g, graph_scale(peak, g->bytes));
	snprintf(scale, sizeof scale, "peak %s, top %s", high, top);
	if (strlen(title) + 2 + strlen(scale) > (size_t)r.w)
		title = g->brief;
	if (strlen(title) + 2 + strlen(scale) > (size_t)r.w)
		snprintf(scale, sizeof scale, "%s of %s", high, top);
	if (strlen(title) + 1 + strlen(scale) > (size_t)r.w)
		snprintf(scale, sizeof scale, "peak %s", high);
	line_add(&l, ROLE_STRONG, "%s", title);
	if (known)
		line_right(&l, ROLE_TEXT, "%s", scale);
}

/* One bar, of half rows; any rate but zero is at least half a row high. */
static void
draw_bar(struct frame *f, int x, struct rect r, enum role role, double share)
{
	int halves = (int)ceil(share * 2 * r.h);

	for (int y = 0; y < halves / 2; y++)
		frame_put(f, x, r.y + r.h - 1 - y, U' ', '#', role, role, 0);
	if (halves % 2 != 0)
		frame_put(f, x, r.y + r.h - 1 - halves / 2, LOWER_HALF, ':',
		    role, ROLE_TEXT, 0);
}

/* The bars of one graph; a column without data has a dot on the line. */
static void
draw_bars(struct frame *f, struct rect r, enum role role,
    const struct graph_column *col, double top)
{
	for (int x = 0; x < r.w; x++) {
		if (!col[x].known)
			frame_put(f, r.x + x, r.y + r.h - 1, U'.', '.',
			    ROLE_DIM, ROLE_TEXT, 0);
		else if (col[x].per_s > 0)
			draw_bar(f, r.x + x, r, role, col[x].per_s / top);
	}
}

/* Letters of the events in n columns; "*" stands for several. */
static char *
find_marks(const struct scene *s, int n)
{
	int64_t first = first_column(s->now_ns, s->column_ns, n), x;
	char *mark = xcalloc((size_t)n + 1, 1);
	const struct event *e;

	for (size_t i = 0; (e = events_at(s->events, i)) != NULL; i++) {
		x = (int64_t)graph_column_of(e->t_ns, s->column_ns) - first;
		if (e->mark == 0 || x < 0 || x >= n)
			continue;
		mark[x] = mark[x] == 0 || mark[x] == e->mark ? e->mark : '*';
	}
	return mark;
}

/* Is no mark within the first n columns? */
static bool
free_of_marks(const char *mark, int n)
{
	for (int x = 0; x < n; x++)
		if (mark[x] != 0)
			return false;
	return true;
}

/* The axis: how far back it goes where no mark stands, and the marks. */
static void
draw_axis(struct frame *f, struct rect r, const struct scene *s)
{
	char all[UNITS_MAX], one[UNITS_MAX], label[2 * UNITS_MAX + 16];
	char *mark = find_marks(s, r.w);
	struct line l;
	int n;

	units_span(all, s->column_ns * (uint64_t)r.w);
	n = snprintf(label, sizeof label, "-%s, %s a column", all,
	    units_span(one, s->column_ns));
	if (n >= r.w || !free_of_marks(mark, n + 1))
		n = snprintf(label, sizeof label, "-%s", all);
	line_init(&l, f, r, "", ROLE_DIM);
	if (n < r.w && free_of_marks(mark, n + 1))
		line_add(&l, ROLE_DIM, "%s", label);
	for (int x = 0; x < r.w; x++)
		if (mark[x] != 0)
			frame_put(f, r.x + x, r.y, (char32_t)mark[x], mark[x],
			    ROLE_MARK, ROLE_TEXT, 0);
	free(mark);
}

static void
draw_graph(struct frame *f, struct rect r, const struct graph *g,
    const struct scene *s)
{
	struct rect bars = { r.x, r.y + 1, r.w, r.h - 2 };
	struct rect axis = { r.x, r.y + r.h - 1, r.w, 1 };
	struct graph_column *col = xcalloc((size_t)r.w + 1, sizeof *col);
	bool known = false;
	double peak = 0;

	graph_columns(s->ring, g->counter, s->column_ns, s->now_ns, col, r.w);
	for (int x = 0; x < r.w; x++) {
		known |= col[x].known;
		if (col[x].per_s > peak)
			peak = col[x].per_s;
	}
	draw_title(f, r, g, peak, known);
	draw_bars(f, bars, g->role, col, graph_scale(peak, g->bytes));
	draw_axis(f, axis, s);
	free(col);
}

/* All sets in one graph over the whole width. */
static void
draw_sets(struct frame *f, struct rect r, const struct scene *s)
{
	struct rect axis = { r.x, r.y + r.h - 1, r.w, 1 };

	r.h--;
	graphsets_draw(f, r, s);
	draw_axis(f, axis, s);
}

void
graph_draw(struct frame *f, struct rect r, const struct scene *s)
{
	int w = (r.w + GAP_COLS) / N_GRAPHS - GAP_COLS;

	if (r.h < 3 || w < 1 || s->column_ns == 0)
		return;
	if (s->graphs == GRAPHS_SETS) {
		draw_sets(f, r, s);
		return;
	}
	for (int i = 0; i < N_GRAPHS; i++) {
		struct rect one = { r.x + i * (w + GAP_COLS), r.y, w, r.h };

		draw_graph(f, one, &graph_table[i], s);
		for (int y = 0; y < r.h && i > 0; y++)
			frame_text(f, one.x - 2, r.y + y, 1, ROLE_DIM, "|");
	}
}
