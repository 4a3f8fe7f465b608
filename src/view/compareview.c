#include "config.h"

#include "compareview.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "pagetide/advice.h"
#include "pagetide/cellgrid.h"
#include "pagetide/compare.h"
#include "pagetide/sample.h"
#include "pagetide/strbuf.h"
#include "pagetide/text.h"
#include "pagetide/units.h"

#include "header.h"
#include "heatmap.h"
#include "pagetide/line.h"

enum {
	MAP_MIN = 3,		/* rows from which maps are worth it */
	RULES_MIN = 8,		/* ... and lines around them */
	NAME_WIDE = 24,		/* of a measure */
	NAME_NARROW = 12,
	WIDE = 60,		/* from which names are wide */
	VALUE_COLS = 9,
	COLUMN_MIN = VALUE_COLS,
	BEST_COLS = 5,		/* " best" */
	BAR_MIN = 4,
};

const char *const compare_order_name[COMPARE_ORDERS] = {
	[COMPARE_AS_KEPT] = "order: as kept",
	[COMPARE_BY_READ] = "order: what read the least first",
	[COMPARE_BY_TIME] = "order: the quickest first",
	[COMPARE_BY_MAJOR] = "order: the fewest major faults first",
};

/* What the order is by; COMPARE_AS_KEPT has none. */
static const enum compare_measure order_by[COMPARE_ORDERS] = {
	[COMPARE_BY_READ] = COMPARE_READ_BYTES,
	[COMPARE_BY_TIME] = COMPARE_WALK_NS,
	[COMPARE_BY_MAJOR] = COMPARE_MAJOR,
};

static const enum role bar_role[COMPARE_COUNT] = {
	[COMPARE_MAJOR] = ROLE_GRAPH_MAJOR,
	[COMPARE_MINOR] = ROLE_GRAPH_MINOR,
	[COMPARE_READ_BYTES] = ROLE_GRAPH_READ,
	[COMPARE_WALK_NS] = ROLE_SET_TOUCHED,
};

/* The columns as they stand on the screen. */
struct shown {
	unsigned	n;
	unsigned	at[COMPARE_COLUMNS];
};

static bool
is_shown(const struct compare *c, unsigned i)
{
	return c->column[i].there || c->running == (int)i;
}

/* Does column a stand before b? What is not known stands last. */
static bool
stands_before(const struct scene *s, unsigned a, unsigned b)
{
	enum compare_order order = s->comparing.order;
	uint64_t va, vb;

	if (order == COMPARE_AS_KEPT)
		return a < b;
	if (!compare_value(&s->comparing.of->column[a], order_by[order], &va))
		return false;
	if (!compare_value(&s->comparing.of->column[b], order_by[order], &vb))
		return true;
	return va < vb;
}

static struct shown
in_order(const struct scene *s)
{
	struct shown shown = { .n = 0 };
	unsigned i, at;

	for (i = 0; i < COMPARE_COLUMNS; i++) {
		if (!is_shown(s->comparing.of, i))
			continue;
		for (at = shown.n; at > 0 &&
		    stands_before(s, i, shown.at[at - 1]); at--)
			shown.at[at] = shown.at[at - 1];
		shown.at[at] = i;
		shown.n++;
	}
	return shown;
}

/* The same, where one has all the room. */
static struct shown
large_alone(const struct scene *s, struct shown all)
{
	int large = s->comparing.large;

	if (large > 0 && is_shown(s->comparing.of, (unsigned)large - 1))
		return (struct shown){ 1, { (unsigned)large - 1 } };
	return all;
}

static void
draw_title(struct frame *f, struct rect r, const struct scene *s)
{
	const struct compare *c = s->comparing.of;
	struct strbuf name = STRBUF_INIT;
	char size[UNITS_MAX];
	struct line l;

	frame_fill(f, r, ROLE_TITLE, ROLE_TEXT);
	line_init(&l, f, r, "   ", ROLE_TITLE);
	line_add(&l, ROLE_TITLE, " COMPARE");
	header_file_name(&name, s);
	line_right(&l, ROLE_TITLE, "  %s %s ", name.s,
	    units_size(size, s->sample->target.size_bytes));
	strbuf_done(&name);
	if (c->what[0] != '\0')
		line_add(&l, ROLE_TITLE, "%s", c->what);
	line_add(&l, ROLE_TITLE, c->what[0] != '\0' ? "evicted before each" :
	    "counted from the last eviction before each");
	if (s->comparing.order != COMPARE_AS_KEPT)
		line_add(&l, ROLE_TITLE, "%s",
		    compare_order_name[s->comparing.order]);
}

/* "A  N  MADV_NORMAL", "B  kept 12:00:31". */
static void
name_of(char *buf, size_t size, const struct compare *c, unsigned i)
{
	const struct compare_column *col = &c->column[i];
	const struct advice *a = col->hint != NULL ?
	    &advice_table[advice_find(col->hint)] : NULL;
	char wall[UNITS_MAX];

	if (c->running == (int)i)
		snprintf(buf, size, "%c  %s", 'A' + (int)i,
		    c->doing != NULL ? c->doing : "");
	else if (a != NULL && a->key != 0)
		snprintf(buf, size, "%c  %c  %s", 'A' + (int)i, a->key,
		    a->constant);
	else if (a != NULL)
		snprintf(buf, size, "%c  %s", 'A' + (int)i, a->name);
	else
		snprintf(buf, size, "%c  kept %s", 'A' + (int)i,
		    units_wall(wall, col->picture.sample.wall_ns));
}

/* The same, shorter: "A  normal". */
static void
head_of(char *buf, size_t size, const struct compare *c, unsigned i)
{
	snprintf(buf, size, "%c  %s", 'A' + (int)i,
	    c->column[i].hint != NULL ? c->column[i].hint : "");
}

/* The cells of a picture in a rect, as the view of the map has them. */
static void
draw_cells(struct frame *f, struct rect r, const struct scene *s,
    const struct sample *sample)
{
	uint64_t pages = sample->target.pages;
	struct cellgrid g = cellgrid_fit(pages, (unsigned)r.w, (unsigned)r.h);
	struct scene sub = *s;
	struct cells cells;

	cells_init(&cells);
	cells_reshape(&cells, 0, pages, g.shift);
	sample_project(sample, &cells);
	sub.sample = sample;
	sub.shown = &cells;
	/* Of these there is no more than what is now. */
	if (sub.view == VIEW_CHANGED || sub.view == VIEW_FAULTS ||
	    sub.view == VIEW_WHO || sub.view == VIEW_DIFF)
		sub.view = VIEW_BOTH;
	for (size_t i = 0; i < cells.n; i++) {
		int x = (int)(i % g.cols * g.cell_cols);
		int y = (int)(i / g.cols);
		struct fcell c = heatmap_plain_cell(&sub, i);

		for (int k = 0; k < (int)g.cell_cols && y < r.h; k++)
			frame_put(f, r.x + x + k, r.y + y, c.ch, c.alt,
			    (enum role)c.fg, (enum role)c.bg, c.attr);
	}
	cells_done(&cells);
}

static void
draw_rule(struct frame *f, int x, int y, int w)
{
	for (int i = 0; i < w; i++)
		frame_put(f, x + i, y, U'-', '-', ROLE_DIM, ROLE_TEXT, 0);
}

/* Has one of them no room for its name? Then all are told in brief. */
static bool
any_is_long(const struct compare *c, const struct shown *shown, int w)
{
	char name[96];

	for (unsigned k = 0; k < shown->n; k++) {
		name_of(name, sizeof name, c, shown->at[k]);
		if (text_columns(name) > w && c->running != (int)shown->at[k])
			return true;
	}
	return false;
}

/* A picture with its name above. The one that is being made is live. */
static void
draw_pane(struct frame *f, struct rect r, const struct scene *s, unsigned i,
    bool brief)
{
	const struct compare *c = s->comparing.of;
	const struct sample *sample = c->running == (int)i ? s->sample :
	    &c->column[i].picture.sample;
	char name[96];
	int w;

	if (brief && c->running != (int)i)
		head_of(name, sizeof name, c, i);
	else
		name_of(name, sizeof name, c, i);
	w = text_columns(name);
	line_cut(f, (struct rect){ r.x + (w < r.w ? (r.w - w) / 2 : 0), r.y,
	    r.w, 1 }, c->running == (int)i ? ROLE_WARN : ROLE_STRONG, name);
	r.y++;
	r.h--;
	if (r.h >= RULES_MIN) {
		draw_rule(f, r.x, r.y, r.w);
		draw_rule(f, r.x, r.y + r.h - 1, r.w);
		r.y++;
		r.h -= 2;
	}
	draw_cells(f, r, s, sample);
}

static void
draw_panes(struct frame *f, struct rect r, const struct scene *s,
    const struct shown *all)
{
	struct shown shown = large_alone(s, *all);
	int n = (int)shown.n, w;
	bool brief;

	if (n == 0 || r.h < MAP_MIN + 1)
		return;
	w = (r.w - 2 - 3 * (n - 1)) / n;
	brief = any_is_long(s->comparing.of, &shown, w);
	for (int k = 0; k < n && w > 0; k++) {
		int x = r.x + 1 + k * (w + 3);

		draw_pane(f, (struct rect){ x, r.y, w, r.h }, s, shown.at[k],
		    brief);
		for (int y = 0; y < r.h && k + 1 < n; y++)
			frame_text(f, x + w + 1, r.y + y, 1, ROLE_DIM, "|");
	}
}

/* "####", as long against the largest of its row. */
static void
draw_bar(struct frame *f, struct rect r, const struct scene *s, unsigned i,
    enum compare_measure m)
{
	uint64_t v, most = compare_most(s->comparing.of, m);
	int n;

	if (!compare_table[m].bar || r.w < BAR_MIN || most == 0 ||
	    !compare_value(&s->comparing.of->column[i], m, &v))
		return;
	n = (int)((double)v / (double)most * r.w + 0.5);
	for (int x = 0; x < n; x++)
		frame_put(f, r.x + x, r.y, U' ', '#', ROLE_TEXT, bar_role[m],
		    0);
}

/* Its value, a bar where there is room, and whether it is the best. */
static void
draw_value(struct frame *f, struct rect r, const struct scene *s, unsigned i,
    enum compare_measure m)
{
	const struct compare_column *col = &s->comparing.of->column[i];
	bool best = compare_is_best(s->comparing.of, i, m);
	int bar = r.w - VALUE_COLS - 1 - BEST_COLS - 1;
	char text[UNITS_MAX];
	int used;

	if (!col->there)
		return;
	used = line_cut(f, r, best ? ROLE_GOOD : ROLE_TEXT,
	    compare_text(text, col, m));
	draw_bar(f, (struct rect){ r.x + VALUE_COLS + 1, r.y, bar, 1 }, s, i,
	    m);
	if (!best)
		return;
	if (bar >= BAR_MIN)
		used = r.w - BEST_COLS - 1;
	frame_text(f, r.x + used, r.y, r.w - used, ROLE_GOOD,
	    r.w - used >= BEST_COLS ? " best" : "*");
}

/* Has one of the heads no room in w columns? Then all that can have the key
 * of the hint in place of its name. */
static bool
any_is_wide(const struct compare *c, const struct shown *shown, int w)
{
	char text[48];

	for (unsigned k = 0; k < shown->n; k++) {
		head_of(text, sizeof text, c, shown->at[k]);
		if (text_columns(text) > w)
			return true;
	}
	return false;
}

/* The head of a column of the table. */
static void
draw_head(struct frame *f, struct rect r, const struct scene *s, unsigned i,
    bool by_key)
{
	char text[48], key = s->comparing.of->column[i].key;

	head_of(text, sizeof text, s->comparing.of, i);
	if (by_key && key != 0)
		snprintf(text, sizeof text, "%c  %c", 'A' + (int)i, key);
	line_cut(f, r, ROLE_STRONG, text);
}

static void
draw_table(struct frame *f, struct rect r, const struct scene *s,
    const struct shown *all)
{
	int names = r.w >= WIDE ? NAME_WIDE : NAME_NARROW;
	struct shown shown = *all;
	bool by_key;
	int w;

	if (shown.n == 0)
		return;
	w = (r.w - 1 - names) / (int)shown.n;
	if (w < COLUMN_MIN) {
		shown = large_alone(s, shown);
		shown.n = 1;
		w = r.w - 1 - names;
	}
	for (int m = 0; m < COMPARE_COUNT && m + 1 < r.h; m++)
		line_cut(f, (struct rect){ r.x + 1, r.y + 1 + m, names - 1, 1 },
		    ROLE_DIM, names == NAME_WIDE ? compare_table[m].name :
		    compare_table[m].narrow);
	by_key = any_is_wide(s->comparing.of, &shown, w - 1);
	for (unsigned k = 0; k < shown.n; k++) {
		struct rect at = { r.x + 1 + names + (int)k * w, r.y, w - 1,
			1 };

		draw_head(f, at, s, shown.at[k], by_key);
		for (int m = 0; m < COMPARE_COUNT && m + 1 < r.h; m++) {
			at.y = r.y + 1 + m;
			draw_value(f, at, s, shown.at[k], m);
		}
	}
}

/* What the numbers do not begin with; "" where all is as it should be. */
static void
remark(const struct compare *c, char *buf, size_t size)
{
	char count[UNITS_MAX];

	buf[0] = '\0';
	for (unsigned i = 0; i < COMPARE_COLUMNS && buf[0] == '\0'; i++) {
		const struct compare_column *col = &c->column[i];

		if (!col->there)
			continue;
		if (!col->evicted)
			snprintf(buf, size, "%c: nothing was evicted before: "
			    "counted since the worker began", 'A' + (int)i);
		else if (col->stayed_known && col->stayed_pages > 0)
			snprintf(buf, size, "%c: %s stayed in the cache when "
			    "it was evicted", 'A' + (int)i, units_count(count,
			    col->stayed_pages, "page"));
	}
}

void
compareview_draw(struct frame *f, struct rect r, const struct scene *s)
{
	struct shown all = in_order(s);
	int table = 1 + COMPARE_COUNT, words = r.w >= 100 ? 1 : 2;
	int map = r.h - 1 - table - words - 1;
	char text[240];
	int y = r.y + 1;

	frame_fill(f, r, ROLE_TEXT, ROLE_TEXT);
	draw_title(f, (struct rect){ r.x, r.y, r.w, 1 }, s);
	if (map >= MAP_MIN + 1) {
		draw_panes(f, (struct rect){ r.x, y, r.w, map }, s, &all);
		y += map;
	}
	draw_table(f, (struct rect){ r.x, y, r.w, r.y + r.h - y }, s, &all);
	y += table;
	compare_verdict(s->comparing.of, text, sizeof text);
	line_wrapped(f, (struct rect){ r.x + 1, y, r.w - 2,
	    y + words <= r.y + r.h ? words : 0 }, ROLE_STRONG, text);
	y += words;
	remark(s->comparing.of, text, sizeof text);
	if (y < r.y + r.h)
		line_cut(f, (struct rect){ r.x + 1, y, r.w - 2, 1 }, ROLE_WARN,
		    text);
}
