#include "config.h"

#include "graphsets.h"

#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pagetide/units.h"
#include "pagetide/xalloc.h"

#include "graph.h"
#include "pagetide/line.h"
#include "pagetide/waterfall.h"

/* Columns to one of the other graphs. */
#define FINER 5
/* Neighbours that are looked at for how far samples are apart. */
#define TICKS_LOOKED_AT 10
#define SWATCH_COLS 2
/* So many times the top, and more, the limit has no line. */
#define FAR_OFF 4
#define LOWER_HALF U'\u2584'
#define LEGEND_MAX (5 * UNITS_MAX)
/* What stands behind the sets in the legend, at most. */
#define REST_COLS ((int)sizeof "-- limit 5157M+4K  = several  ")

/* How much the legend says. */
enum form { FORM_PAGES, FORM_BYTES, FORM_BRIEF };

static const char between[] = "  ";

/* From the largest to the smallest, as they mostly are. */
static const struct set {
	enum counter	 counter;
	enum role	 role;
	char		 glyph;
	const char	*name, *brief;
} set_table[] = {
	{ COUNTER_CACHED, ROLE_SET_CACHED, ':', "page cache", "cache" },
	{ COUNTER_MAPPED, ROLE_SET_MAPPED, '+', "resident set",
	    "mapped" },
	{ COUNTER_WORKING_SET, ROLE_SET_TOUCHED, '#', "working set",
	    "touched" },
};
#define N_SETS ((int)(sizeof set_table / sizeof set_table[0]))

void
graphsets_ticks(const struct ring *ring, uint64_t column_ns, uint64_t now_ns,
    const struct tick **col, int n)
{
	int64_t first = graph_first_column(now_ns, column_ns, n), at;
	const struct tick *t;

	for (int i = 0; i < n; i++)
		col[i] = NULL;
	for (size_t i = 0; (t = ring_at(ring, i)) != NULL; i++) {
		at = (int64_t)waterfall_slot(t->t_ns, column_ns) - first;
		if (at < 0)
			break;
		if (t->t_ns <= now_ns && col[at] == NULL)
			col[at] = t;
	}
}

/* The least time between two of the last samples up to now_ns; UINT64_MAX:
 * unknown. Of two at one time one is an act's. */
static uint64_t
interval_ns(const struct ring *ring, uint64_t now_ns)
{
	const struct tick *newer, *older;
	uint64_t least = UINT64_MAX, ns;
	size_t i = 0, end;

	while ((newer = ring_at(ring, i)) != NULL && newer->t_ns > now_ns)
		i++;
	for (end = i + TICKS_LOOKED_AT; i < end; i++) {
		newer = ring_at(ring, i);
		older = ring_at(ring, i + 1);
		if (older == NULL)
			break;
		ns = newer->t_ns - older->t_ns;
		if (ns > 0 && ns < least)
			least = ns;
	}
	return least;
}

uint64_t
graphsets_column_ns(const struct scene *s)
{
	uint64_t finer_ns = s->column_ns / FINER;

	return interval_ns(s->ring, s->now_ns) <= finer_ns / 2 ? finer_ns :
	    s->column_ns;
}

static bool
is_known(const struct tick *t, const struct set *set)
{
	return t != NULL && (t->counters.known & COUNTER_BIT(set->counter));
}

/* The most that is drawn, a page at least. */
static uint64_t
find_peak(const struct tick *const *col, int n)
{
	uint64_t peak = 1;

	for (int x = 0; x < n; x++)
		for (int i = 0; i < N_SETS; i++)
			if (is_known(col[x], &set_table[i]) &&
			    col[x]->counters.v[set_table[i].counter] > peak)
				peak = col[x]->counters.v[set_table[i].counter];
	return peak;
}

/* "1.0 MiB", or "1.0M". */
static char *
bytes_text(char buf[UNITS_MAX], uint64_t bytes, enum form form)
{
	char *blank;

	units_bytes(buf, bytes);
	blank = strchr(buf, ' ');
	if (form == FORM_BRIEF && blank != NULL) {
		blank[0] = blank[1];
		blank[1] = '\0';
	}
	return buf;
}

/* "working set (10 s) 256 = 1.0 MiB", or less of it. */
static void
legend_text(char buf[LEGEND_MAX], const struct scene *s,
    const struct set *set, const struct tick *now, enum form form)
{
	char bytes[UNITS_MAX] = "?", pages[UNITS_MAX] = "";
	char window[UNITS_MAX], of[UNITS_MAX + 4] = "";
	uint64_t v;

	if (is_known(now, set)) {
		v = now->counters.v[set->counter];
		bytes_text(bytes, v * s->sample->target.page_bytes, form);
		if (form == FORM_PAGES)
			snprintf(pages, sizeof pages, "%" PRIu64 " = ", v);
	}
	if (set->counter == COUNTER_WORKING_SET)
		snprintf(of, sizeof of, " (%s)", units_span(window,
		    s->sample->worker.window_ns));
	snprintf(buf, LEGEND_MAX, "%*s %s%s %s%s", SWATCH_COLS, "",
	    form == FORM_BRIEF ? set->brief : set->name, of, pages, bytes);
}

/* Memory without a file has no page cache, without a worker nobody maps or
 * touches, and what another process touches nobody knows. */
static bool
is_there(const struct scene *s, const struct set *set)
{
	if (set->counter == COUNTER_CACHED)
		return !s->sample->target.anon;
	if (set->counter == COUNTER_WORKING_SET)
		return !s->read_only && s->sample->worker.process == 0;
	return !s->read_only;
}

/* Columns of the legend. */
static int
legend_cols(const struct scene *s, const struct tick *now, enum form form)
{
	char text[LEGEND_MAX];
	int cols = 0;

	for (int i = 0; i < N_SETS; i++) {
		if (!is_there(s, &set_table[i]))
			continue;
		legend_text(text, s, &set_table[i], now, form);
		cols += (int)strlen(text) + (int)strlen(between);
	}
	return cols;
}

/* The limit of memory in bytes; 0: none, or not known. */
static uint64_t
limit_of(const struct scene *s)
{
	const struct memory_facts *m = &s->sample->memory;

	return m->limit_known && m->limit_bytes != UINT64_MAX ?
	    m->limit_bytes : 0;
}

/* What is which, and how large it is at the right edge. */
static void
draw_legend(struct line *l, const struct scene *s, const struct tick *now,
    enum form form)
{
	uint64_t limit = limit_of(s);
	char text[LEGEND_MAX];
	int x;

	for (int i = N_SETS - 1; i >= 0; i--) {
		const struct set *set = &set_table[i];

		if (!is_there(s, set))
			continue;
		legend_text(text, s, set, now, form);
		x = l->x + (l->any ? (int)strlen(between) : 0);
		if (!line_add(l, ROLE_TEXT, "%s", text))
			return;
		for (int k = 0; k < SWATCH_COLS; k++)
			frame_put(l->frame, x + k, l->y, U' ', set->glyph,
			    set->role, set->role, 0);
	}
	if (limit > 0)
		line_add(l, ROLE_WARN, "-- limit %s",
		    units_offset(text, limit));
	if (!s->read_only)
		line_add(l, ROLE_DIM, "= several");
}

/* The legend in the longest form that fits beside the scale. */
static void
draw_title(struct frame *f, struct rect r, const struct scene *s,
    const struct tick *now, uint64_t peak, uint64_t top)
{
	char high[UNITS_MAX], full[UNITS_MAX], scale[4 * UNITS_MAX];
	char span[UNITS_MAX], column[UNITS_MAX + 16];
	enum form form = FORM_PAGES;
	struct line l;

	r.h = 1;
	line_init(&l, f, r, between, ROLE_DIM);
	snprintf(scale, sizeof scale, "  peak %s, top %s", units_bytes(high,
	    peak), units_bytes(full, top));
	snprintf(column, sizeof column, ", %s a column", units_span(span,
	    graphsets_column_ns(s)));
	if (legend_cols(s, now, form) + (int)(strlen(scale) + strlen(column)) +
	    REST_COLS <= r.w)
		strcat(scale, column);
	while (form < FORM_BRIEF && legend_cols(s, now, form) +
	    (int)strlen(scale) > r.w)
		form++;
	if (form == FORM_BRIEF)
		snprintf(scale, sizeof scale, "  %s of %s", bytes_text(high,
		    peak, form), bytes_text(full, top, form));
	line_right(&l, ROLE_TEXT, "%s", scale);
	draw_legend(&l, s, now, form);
}

/* Half rows that a value takes; any but none takes one at least. */
static int
halves_of(const struct tick *t, const struct set *set, double top, int rows)
{
	if (!is_known(t, set))
		return 0;
	return (int)ceil((double)t->counters.v[set->counter] / top * 2 * rows);
}

/* The smallest set that reaches up to a half row, the later of equal ones;
 * NULL: none does. *ends: more than one ends there. */
static const struct set *
set_at(const int halves[N_SETS], int half, bool *ends)
{
	const struct set *seen = NULL;
	int least = INT_MAX, n = 0;

	for (int i = 0; i < N_SETS; i++) {
		n += halves[i] == half + 1;
		if (halves[i] <= half || halves[i] > least)
			continue;
		seen = &set_table[i];
		least = halves[i];
	}
	*ends = n > 1;
	return seen;
}

/* One row of a column; where several sets end a "=" says that there is more
 * than is seen. */
static void
draw_cell(struct frame *f, int x, int y, const int halves[N_SETS], int row)
{
	bool low_ends, high_ends;
	const struct set *low = set_at(halves, 2 * row, &low_ends);
	const struct set *high = set_at(halves, 2 * row + 1, &high_ends);

	if (low == NULL)
		return;
	if (high_ends || (low_ends && high != NULL))
		frame_put(f, x, y, U'=', '=', ROLE_ON_SET, high->role, 0);
	else if (low_ends)
		frame_put(f, x, y, U'=', '=', low->role, ROLE_TEXT, 0);
	else if (low == high)
		frame_put(f, x, y, U' ', low->glyph, low->role, low->role, 0);
	else
		frame_put(f, x, y, LOWER_HALF, low->glyph, low->role,
		    high != NULL ? high->role : ROLE_TEXT, 0);
}

static void
draw_column(struct frame *f, int x, struct rect r, const struct tick *t,
    double top)
{
	int halves[N_SETS];

	for (int i = 0; i < N_SETS; i++)
		halves[i] = halves_of(t, &set_table[i], top, r.h);
	for (int row = 0; row < r.h; row++)
		draw_cell(f, x, r.y + r.h - 1 - row, halves, row);
}

/* A column in which nothing is known has a dot on the line. */
static void
draw_columns(struct frame *f, struct rect r, const struct tick *const *col,
    double top)
{
	bool known;

	for (int x = 0; x < r.w; x++) {
		known = false;
		for (int i = 0; i < N_SETS; i++)
			known |= is_known(col[x], &set_table[i]);
		if (known)
			draw_column(f, r.x + x, r, col[x], top);
		else
			frame_put(f, r.x + x, r.y + r.h - 1, U'.', '.',
			    ROLE_DIM, ROLE_TEXT, 0);
	}
}

/* The least power of two that is not below, so that a file that is one
 * fills the graph. */
static uint64_t
scale_of(uint64_t peak)
{
	uint64_t top = 1;

	while (top < peak && top <= UINT64_MAX / 2)
		top *= 2;
	return top;
}

/* What may grow up to the limit is drawn below it, unless that is far off. */
static uint64_t
top_of(uint64_t peak, uint64_t limit)
{
	uint64_t top = scale_of(peak);

	return limit > top && limit / top < FAR_OFF ? scale_of(limit) : top;
}

/* A line at the limit, in front of the bars. */
static void
draw_limit(struct frame *f, struct rect r, uint64_t limit, uint64_t top)
{
	int row;

	if (limit == 0 || limit > top || r.h <= 0)
		return;
	row = (int)ceil((double)limit / (double)top * r.h) - 1;
	for (int x = 0; x < r.w; x++) {
		int y = r.y + r.h - 1 - row;
		struct fcell *c = &f->cell[y * f->cols + r.x + x];

		if (c->ch == U' ')
			frame_put(f, r.x + x, y, U'-', '-', c->bg == ROLE_TEXT ?
			    ROLE_WARN : ROLE_ON_SET, (enum role)c->bg, 0);
	}
}

void
graphsets_draw(struct frame *f, struct rect r, const struct scene *s)
{
	const struct tick **col = xcalloc((size_t)r.w + 1, sizeof *col);
	uint64_t page_bytes = s->sample->target.page_bytes, peak, top;
	struct rect bars = { r.x, r.y + 1, r.w, r.h - 1 };

	graphsets_ticks(s->ring, graphsets_column_ns(s), s->now_ns, col, r.w);
	peak = find_peak(col, r.w) * page_bytes;
	top = top_of(peak, limit_of(s));
	draw_title(f, r, s, col[r.w - 1], peak, top);
	draw_columns(f, bars, col, (double)top / (double)page_bytes);
	draw_limit(f, bars, limit_of(s), top);
	free(col);
}
