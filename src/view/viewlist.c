#include "config.h"

#include "viewlist.h"

#include "pagetide/text.h"

#include "pagetide/line.h"

enum {
	SLIM_COLS = 13,		/* of a key and a name */
	NAME_COLS = 10,		/* of the longest name, and a blank */
	HELP_COLS = 24,		/* of what it shows, from which that is there
				   */
	TWO_COLUMNS = 110,	/* width from which there are two */
};

struct grid {
	int	columns, rows;
	int	top;		/* the first row shown */
};

/* Half of the rect at most, where that is enough for all; the one in use is in
 * sight. */
static struct grid
lay_out(struct rect r, enum view_kind view)
{
	struct grid g = { r.w >= TWO_COLUMNS ? 2 : 1, 0, 0 };
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
draw_heading(struct frame *f, struct rect r, const struct scene *s,
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
viewlist_draw(struct frame *f, struct rect r, const struct scene *s)
{
	struct grid g = lay_out(r, s->view);
	int h = g.rows + 1, w = r.w / g.columns;

	if (r.h < 2)
		return;
	if (h < r.h) {
		r.y += r.h - h;
		r.h = h;
	}
	frame_fill(f, r, ROLE_TEXT, ROLE_TEXT);
	draw_heading(f, r, s, !has_help(w));
	for (int i = 0; i < VIEW_COUNT; i++) {
		int y = i % g.rows - g.top;

		if (y >= 0 && y + 1 < r.h)
			draw_view(f, (struct rect){ r.x + i / g.rows * w,
			    r.y + 1 + y, w, 1 }, s, i);
	}
}
