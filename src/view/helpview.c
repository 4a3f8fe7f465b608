#include "config.h"

#include "helpview.h"

#include <stdio.h>
#include <string.h>

#include "pagetide/text.h"

#include "heatmap.h"
#include "pagetide/line.h"

enum {
	TWO_COLUMNS = 100,	/* width from which there are two */
	SPLIT_LINES = 4,	/* of a column, from which a group that has to
				   be broken may begin in its rest */
};

/* Where the next line goes: lines fill a column, columns fill pages. */
struct flow {
	int	h;		/* lines of a column */
	int	columns;	/* of a page */
	size_t	column;		/* of all pages */
	int	y;
};

/* An entry of the legend or of the rows, legend first. */
struct entry {
	const char		*group;
	const struct swatch	*swatch;	/* or ... */
	const struct key_help	*row;
};

static struct flow
flow_of(struct rect r)
{
	return (struct flow){ r.h > 1 ? r.h - 1 : 1,
		r.w >= TWO_COLUMNS ? 2 : 1, 0, 0 };
}

static const struct swatch *
legend(const struct scene *s, size_t *n)
{
	const struct swatch *sw = heatmap_legend(s->view, n);

	if (s->help.one)
		*n = 0;
	return sw;
}

static size_t
n_entries(const struct scene *s)
{
	size_t n;

	legend(s, &n);
	return n + s->help.n;
}

static struct entry
entry_at(const struct scene *s, size_t i)
{
	size_t n;
	const struct swatch *sw = legend(s, &n);

	if (i < n)
		return (struct entry){ scene_title(s), &sw[i], NULL };
	return (struct entry){ s->help.row[i - n].group, NULL,
		&s->help.row[i - n] };
}

static bool
starts_group(const struct scene *s, size_t i)
{
	return i == 0 || strcmp(entry_at(s, i).group,
	    entry_at(s, i - 1).group) != 0;
}

static int
group_lines(const struct scene *s, size_t i)
{
	int n = 1;

	while (++i < n_entries(s) && !starts_group(s, i))
		n++;
	return n;
}

static void
next_column(struct flow *fl)
{
	fl->column++;
	fl->y = 0;
}

/* Room for entry i; true: its heading stands above it, at y - 1. */
static bool
flow_entry(struct flow *fl, const struct scene *s, size_t i)
{
	bool starts = starts_group(s, i);
	int lines = starts ? group_lines(s, i) + 1 : 1;

	if (starts && fl->y > 0)
		fl->y++;
	if (fl->y + lines > fl->h &&
	    (lines <= fl->h || fl->h - fl->y < SPLIT_LINES))
		next_column(fl);
	if (fl->y == 0 || starts) {
		fl->y += fl->h > 1;
		return true;
	}
	return false;
}

size_t
helpview_pages(struct rect r, const struct scene *s)
{
	return helpview_page_of(r, s, s->help.n - 1) + 1;
}

size_t
helpview_page_of(struct rect r, const struct scene *s, size_t row)
{
	struct flow fl = flow_of(r);
	size_t legend = n_entries(s) - s->help.n;

	for (size_t i = 0; i < n_entries(s); i++) {
		flow_entry(&fl, s, i);
		if (i == row + legend)
			break;
		fl.y++;
	}
	return fl.column / (size_t)fl.columns;
}

/* Columns of the keys in the group that entry i starts. */
static int
widest_keys(const struct scene *s, size_t i)
{
	int widest = 0, n;

	do {
		const struct key_help *k = entry_at(s, i).row;

		n = k != NULL ? text_columns(k->keys) : 0;
		if (n > widest)
			widest = n;
	} while (++i < n_entries(s) && !starts_group(s, i));
	return widest;
}

static bool
is_looked_for(const struct scene *s, const struct key_help *k)
{
	return s->help.find != NULL && s->help.find[0] != '\0' &&
	    (strcasestr(k->label, s->help.find) != NULL ||
	    strcasestr(k->keys, s->help.find) != NULL);
}

static void
draw_entry(struct frame *f, struct rect r, const struct scene *s,
    const struct entry *e, int keys_cols)
{
	const struct key_help *k = e->row;
	int indent = k != NULL && k->keys[0] == '\0' ? 2 : keys_cols + 4;

	if (e->swatch != NULL) {
		const struct fcell *c = &e->swatch->cell;

		for (int x = 2; x < 4 && x < r.w; x++)
			frame_put(f, r.x + x, r.y, c->ch, c->alt,
			    (enum role)c->fg, (enum role)c->bg, 0);
		frame_text(f, r.x + 5, r.y, r.w - 5, ROLE_TEXT,
		    e->swatch->label);
		return;
	}
	frame_text(f, r.x + 2, r.y, r.w - 2, k->off ? ROLE_DIM : ROLE_KEY,
	    k->keys);
	if (r.w > indent)
		line_cut(f, (struct rect){ r.x + indent, r.y, r.w - indent,
		    1 }, k->off ? ROLE_DIM : ROLE_TEXT, k->label);
	for (int x = 1; x < r.w && is_looked_for(s, k); x++)
		frame_attr(f, r.x + x, r.y, ATTR_REVERSE);
}

/* "HELP", and which page it is if there are more. */
static void
draw_heading(struct frame *f, struct rect r, size_t page, size_t pages)
{
	struct line l;

	line_init(&l, f, (struct rect){ r.x + 1, r.y, r.w - 1, 1 }, "  ",
	    ROLE_DIM);
	line_add(&l, ROLE_STRONG, "HELP");
	if (pages > 1)
		line_add(&l, ROLE_DIM, "page %zu of %zu", page + 1, pages);
}

/* The entries of one page, and the heading above each group. */
static void
draw_page(struct frame *f, struct rect body, const struct scene *s,
    size_t page, struct flow fl)
{
	int w = body.w / fl.columns, keys_cols = 0;

	for (size_t i = 0; i < n_entries(s); i++) {
		bool heading = flow_entry(&fl, s, i);
		size_t column = fl.column % (size_t)fl.columns;
		struct rect at = { body.x + 1 + w * (int)column,
			body.y + fl.y, w - 2, 1 };
		struct entry e = entry_at(s, i);

		if (starts_group(s, i))
			keys_cols = widest_keys(s, i);
		fl.y++;
		if (fl.column / (size_t)fl.columns != page)
			continue;
		draw_entry(f, at, s, &e, keys_cols);
		at.y--;
		if (heading && at.y >= body.y)
			line_cut(f, at, ROLE_STRONG, e.group);
	}
}

void
helpview_draw(struct frame *f, struct rect r, const struct scene *s)
{
	struct rect body = { r.x, r.y + 1, r.w, r.h - 1 };
	size_t pages, page = s->help.page;

	if (r.h < 2 || s->help.n == 0)
		return;
	frame_fill(f, r, ROLE_TEXT, ROLE_TEXT);
	pages = helpview_pages(r, s);
	if (page >= pages)
		page = pages - 1;
	draw_heading(f, r, page, pages);
	draw_page(f, body, s, page, flow_of(r));
}

/* The list of views. */
enum {
	SLIM_COLS = 13,		/* of a key and a name */
	NAME_COLS = 10,		/* of the longest name, and a blank */
	HELP_COLS = 24,		/* of what it shows, from which that is there
				   */
	VIEWS_TWO_COLUMNS = 110,	/* width from which there are two */
};

struct grid {
	int	columns, rows;
	int	top;		/* the first row shown */
};

/* Half of the rect at most, where that is enough for all; the one in use is in
 * sight. */
static struct grid
lay_out_views(struct rect r, enum view_kind view)
{
	struct grid g = { r.w >= VIEWS_TWO_COLUMNS ? 2 : 1, 0, 0 };
	int room = r.h - 1, row;

	if ((VIEW_COUNT + 2) * 2 > r.h && r.w / 2 >= SLIM_COLS)
		g.columns = 2;
	while (r.w / (g.columns + 1) >= SLIM_COLS &&
	    (VIEW_COUNT + g.columns - 1) / g.columns > room)
		g.columns++;
	g.rows = (VIEW_COUNT + g.columns - 1) / g.columns;
	row = (int)view % g.rows;
	if (row >= room)
		g.top = row - room + 1;
	return g;
}

/* Does what it shows stand beside its name, in a column so wide? */
static bool
has_help(int w)
{
	return 3 + NAME_COLS + HELP_COLS < w;
}

static void
draw_view(struct frame *f, struct rect r, const struct scene *s, int view)
{
	int at;

	frame_text(f, r.x + 1, r.y, 2, ROLE_KEY, s->list.key[view]);
	at = 3 + frame_text(f, r.x + 3, r.y, r.w - 4, ROLE_STRONG,
	    view_table[view].name);
	if (at < 3 + NAME_COLS)
		at = 3 + NAME_COLS;
	if (has_help(r.w))
		line_cut(f, (struct rect){ r.x + at, r.y, r.w - at - 1, 1 },
		    ROLE_TEXT, view_table[view].help);
	for (int x = 0; x < r.w - 1 && view == (int)s->view; x++)
		frame_attr(f, r.x + x, r.y, ATTR_REVERSE);
}

/* The line that says which view is on may be covered. */
static void
draw_views_heading(struct frame *f, struct rect r, const struct scene *s,
    bool with_help)
{
	struct line l;

	line_init(&l, f, (struct rect){ r.x + 1, r.y, r.w - 1, 1 }, "  ",
	    ROLE_DIM);
	line_add(&l, ROLE_STRONG, "VIEWS");
	line_add(&l, ROLE_TEXT, "%s", scene_title(s));
	if (with_help)
		line_add(&l, ROLE_DIM, "%s", view_table[s->view].help);
}

void
helpview_views(struct frame *f, struct rect r, const struct scene *s)
{
	struct grid g = lay_out_views(r, s->view);
	int h = g.rows + 1, w = r.w / g.columns;

	if (r.h < 2)
		return;
	if (h < r.h) {
		r.y += r.h - h;
		r.h = h;
	}
	frame_fill(f, r, ROLE_TEXT, ROLE_TEXT);
	draw_views_heading(f, r, s, !has_help(w));
	for (int i = 0; i < VIEW_COUNT; i++) {
		int y = i % g.rows - g.top;

		if (y >= 0 && y + 1 < r.h)
			draw_view(f, (struct rect){ r.x + i / g.rows * w,
			    r.y + 1 + y, w, 1 }, s, i);
	}
}
