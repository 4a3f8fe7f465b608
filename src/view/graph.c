#include "config.h"

#include "graph.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pagetide/event.h"
#include "pagetide/ring.h"
#include "pagetide/units.h"
#include "pagetide/xalloc.h"

#include "graphsets.h"
#include "pagetide/line.h"
#include "pagetide/waterfall.h"

#define LOWER_HALF U'\u2584'
/* Columns of " | " between two graphs. */
#define GAP_COLS 3

static const struct graph {
	enum counter	 counter;
	enum role	 role;
	const char	*title, *brief;
	const char	*counted, *brief_counted;
	bool		 bytes;
} graph_table[] = {
	{ COUNTER_MINOR, ROLE_GRAPH_MINOR, "minor faults/s", "minor/s",
	    "minor faults", "minor", false },
	{ COUNTER_MAJOR, ROLE_GRAPH_MAJOR, "major faults/s", "major/s",
	    "major faults", "major", false },
	{ COUNTER_READ_BYTES, ROLE_GRAPH_READ, "bytes read/s", "read/s",
	    NULL, NULL, true },
};
#define N_GRAPHS ((int)(sizeof graph_table / sizeof graph_table[0]))

/* What the height of a bar is. */
struct measure {
	bool	 counts;	/* what was counted in a column, not a rate:
				   there is too little for one */
	bool	 known;		/* in any column */
	double	 peak, top;
};

static double
value_of(const struct graph_column *col, bool counts)
{
	return counts ? col->counted : col->per_s;
}

static struct measure
measure(const struct graph *g, const struct graph_column *col, int n)
{
	struct measure m = { .counts = !g->bytes };
	double v;

	for (int x = 0; x < n; x++)
		if (col[x].shared || col[x].counted >= GRAPH_FEW)
			m.counts = false;
	for (int x = 0; x < n; x++) {
		m.known |= col[x].known;
		v = value_of(&col[x], m.counts);
		if (v > m.peak)
			m.peak = v;
	}
	m.top = m.counts ? GRAPH_FEW : graph_scale(m.peak, g->bytes);
	return m;
}

/* The title has the "/s". */
static char *
peak_text(char buf[UNITS_MAX], const struct graph *g, const struct measure *m)
{
	char *unit;

	if (m->counts)
		snprintf(buf, UNITS_MAX, "%.0f", m->peak);
	else if (!g->bytes)
		units_rate(buf, m->peak);
	else if ((unit = strstr(units_byte_rate(buf, m->peak), "/s")) != NULL)
		*unit = '\0';
	return buf;
}

/* Name and scale, in the longest form that fits. */
static void
draw_title(struct frame *f, struct rect r, const struct graph *g,
    const struct measure *m, uint64_t column_ns)
{
	char high[UNITS_MAX], top[UNITS_MAX], in[UNITS_MAX + 8] = "";
	char scale[4 * UNITS_MAX], span[UNITS_MAX];
	const char *title = m->counts ? g->counted : g->title;
	struct line l;

	r.h = 1;
	line_init(&l, f, r, " ", ROLE_DIM);
	peak_text(high, g, m);
	if (g->bytes)
		units_offset(top, (uint64_t)m->top);
	else
		snprintf(top, sizeof top, "%.0f", m->top);
	if (m->counts)
		snprintf(in, sizeof in, " in %s", units_span(span, column_ns));
	snprintf(scale, sizeof scale, "peak %s%s, top %s", high, in, top);
	if (strlen(title) + 2 + strlen(scale) > (size_t)r.w)
		title = m->counts ? g->brief_counted : g->brief;
	if (strlen(title) + 2 + strlen(scale) > (size_t)r.w)
		snprintf(scale, sizeof scale, "%s%s of %s", high, in, top);
	if (strlen(title) + 1 + strlen(scale) > (size_t)r.w)
		snprintf(scale, sizeof scale, "peak %s", high);
	line_add(&l, ROLE_STRONG, "%s", title);
	if (m->known)
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
    const struct graph_column *col, const struct measure *m)
{
	double v;

	for (int x = 0; x < r.w; x++) {
		v = value_of(&col[x], m->counts);
		if (!col[x].known)
			frame_put(f, r.x + x, r.y + r.h - 1, U'.', '.',
			    ROLE_DIM, ROLE_TEXT, 0);
		else if (v > 0)
			draw_bar(f, r.x + x, r, role, v / m->top);
	}
}

char *
graph_marks(const struct scene *s, uint64_t now_ns, int n, uint64_t column_ns)
{
	int64_t first = graph_first_column(now_ns, column_ns, n), x;
	char *mark = xcalloc((size_t)n + 1, 1);
	size_t i = scene_events_since(s);
	const struct event *e;

	for (; (e = events_at(s->events, i)) != NULL; i++) {
		x = (int64_t)waterfall_slot(e->t_ns, column_ns) - first;
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

/* The axis: how far back it goes where no mark stands, the marks, and where
 * time stands still. */
static void
draw_axis(struct frame *f, struct rect r, const char *mark, uint64_t column_ns,
    bool frozen)
{
	char all[UNITS_MAX], one[UNITS_MAX], label[2 * UNITS_MAX + 16];
	struct line l;
	int n;

	units_span(all, column_ns * (uint64_t)r.w);
	n = snprintf(label, sizeof label, "-%s, %s a column", all,
	    units_span(one, column_ns));
	if (n >= r.w || !free_of_marks(mark, n + 1))
		n = snprintf(label, sizeof label, "-%s", all);
	line_init(&l, f, r, "", ROLE_DIM);
	if (n < r.w && free_of_marks(mark, n + 1))
		line_add(&l, ROLE_DIM, "%s", label);
	for (int x = 0; x < r.w; x++)
		if (mark[x] != 0)
			frame_put(f, r.x + x, r.y, (char32_t)mark[x], mark[x],
			    ROLE_MARK, ROLE_TEXT, 0);
	if (frozen && r.w > 0 && mark[r.w - 1] == 0)
		frame_put(f, r.x + r.w - 1, r.y, U'^', '^', ROLE_MARK,
		    ROLE_TEXT, 0);
}

static void
draw_graph(struct frame *f, struct rect r, const struct graph *g,
    const struct scene *s, const char *mark)
{
	struct rect bars = { r.x, r.y + 1, r.w, r.h - 2 };
	struct rect axis = { r.x, r.y + r.h - 1, r.w, 1 };
	struct graph_column *col = xcalloc((size_t)r.w + 1, sizeof *col);
	struct measure m;

	graph_columns(s->ring, g->counter, s->column_ns, s->now_ns, col, r.w);
	m = measure(g, col, r.w);
	draw_title(f, r, g, &m, s->column_ns);
	draw_bars(f, bars, g->role, col, &m);
	draw_axis(f, axis, mark, s->column_ns, s->frozen);
	free(col);
}

/* All sets in one graph over the whole width. */
static void
draw_sets(struct frame *f, struct rect r, const struct scene *s)
{
	struct rect axis = { r.x, r.y + r.h - 1, r.w, 1 };
	uint64_t column_ns = graphsets_column_ns(s);
	char *mark = graph_marks(s, s->now_ns, r.w, column_ns);

	r.h--;
	graphsets_draw(f, r, s);
	draw_axis(f, axis, mark, column_ns, s->frozen);
	free(mark);
}

/* Side by side, each so wide. */
static void
draw_faults(struct frame *f, struct rect r, const struct scene *s, int w)
{
	char *mark = graph_marks(s, s->now_ns, w, s->column_ns);

	for (int i = 0; i < N_GRAPHS; i++) {
		struct rect one = { r.x + i * (w + GAP_COLS), r.y, w, r.h };

		draw_graph(f, one, &graph_table[i], s, mark);
		for (int y = 0; y < r.h && i > 0; y++)
			frame_text(f, one.x - 2, r.y + y, 1, ROLE_DIM, "|");
	}
	free(mark);
}

void
graph_draw(struct frame *f, struct rect r, const struct scene *s)
{
	int w = (r.w + GAP_COLS) / N_GRAPHS - GAP_COLS;

	if (r.h < 3 || w < 1 || s->column_ns == 0)
		return;
	if (s->graphs == GRAPHS_SETS)
		draw_sets(f, r, s);
	else
		draw_faults(f, r, s, w);
}
