#include "config.h"

#include "waterview.h"

#include <stdlib.h>
#include <string.h>

#include "pagetide/sample.h"
#include "pagetide/units.h"
#include "pagetide/viewport.h"
#include "pagetide/waterfall.h"

#include "graph.h"
#include "heatmap.h"

/* Columns from one "?" to the next where nothing was kept at all, and from one
 * offset on the ruler to the next. */
#define STEP_COLS 8
/* Of "12:00:31.4": what comes behind is cut off. */
#define WALL_COLS 10

unsigned
waterview_seen(const struct scene *s)
{
	const struct waterfall *w = s->times.fall;
	unsigned rows = waterfall_shown(w)->rows, seen = 0;
	struct fall_row row;

	for (unsigned y = 0; y < rows; y++) {
		row = waterfall_row(w, y);
		if (row.kind == FALL_EMPTY || row.kind == FALL_NOT_KEPT)
			seen |= 1u << LEVEL_UNKNOWN;
		for (size_t i = 0; row.kind == FALL_KNOWN &&
		    i < waterfall_cells(w); i++)
			seen |= 1u << row.level[i];
	}
	return seen;
}

/* A cell in all of its columns. */
static void
put_cell(struct frame *f, struct rect r, size_t i, unsigned cols,
    const struct fcell *c)
{
	for (unsigned k = 0; k < cols; k++)
		frame_put(f, r.x + (int)(i * cols + k), r.y, c->ch, c->alt,
		    (enum role)c->fg, (enum role)c->bg, c->attr);
}

static void
draw_levels(struct frame *f, struct rect r, const struct waterfall *w,
    const struct fall_row *row)
{
	unsigned cols = waterfall_shown(w)->grid.cell_cols;
	struct fcell c;

	for (size_t i = 0; i < waterfall_cells(w); i++) {
		c = heatmap_level_cell(row->kind == FALL_KNOWN ?
		    (enum level)row->level[i] : LEVEL_UNKNOWN);
		put_cell(f, r, i, cols, &c);
	}
}

static void
put_mark(struct frame *f, struct rect r, size_t i, unsigned cols, char glyph)
{
	const struct fcell c = { (char32_t)glyph, glyph, ROLE_TEXT, ROLE_TEXT,
		ATTR_REVERSE };

	put_cell(f, r, i, cols, &c);
}

/* Where the range, the worker and the cursor are now. */
static void
draw_head(struct frame *f, struct rect r, const struct scene *s)
{
	const struct fall_shape *shape = waterfall_shown(s->times.fall);
	const struct worker_facts *w = &s->sample->worker;
	size_t n = waterfall_cells(s->times.fall), i;
	unsigned cols = shape->grid.cell_cols, shift = shape->grid.shift;
	uint64_t first, pages, page;

	for (i = 0; i < n * cols; i += 2)
		frame_put(f, r.x + (int)i, r.y, U'-', '-', ROLE_DIM, ROLE_TEXT,
		    0);
	viewport_range(s->vp, &first, &pages);
	for (i = 0; s->vp->selecting && i < n; i++) {
		page = shape->first_page + ((uint64_t)i << shift);
		if (page < first + pages && page + (UINT64_C(1) << shift) >
		    first)
			put_mark(f, r, i, cols, '=');
	}
	if (w->alive && w->cursor_known &&
	    w->cursor_page >= shape->first_page &&
	    (w->cursor_page - shape->first_page) >> shift < n)
		put_mark(f, r, (w->cursor_page - shape->first_page) >> shift,
		    cols, '@');
	put_mark(f, r, (s->vp->cursor_page - shape->first_page) >> shift,
	    cols, 'X');
}

/* The time of a row, or why it has none; and the mark of its slot. */
static void
draw_label(struct frame *f, struct rect r, const struct fall_row *row,
    char mark)
{
	static const char *const word[][2] = {
		[FALL_HEAD] = { "now", "now" },
		[FALL_EMPTY] = { "no sample", "none" },
		[FALL_NOT_KEPT] = { "not kept", "-" },
	};
	bool slim = r.w <= WALL_COLS;
	char wall[UNITS_MAX];
	const char *text;

	if (r.w <= 0)
		return;
	if (row->kind == FALL_KNOWN) {
		units_wall(wall, row->wall_ns);
		wall[WALL_COLS] = '\0';
		text = slim ? wall + sizeof "12:" - 1 : wall;
	} else {
		text = word[row->kind][slim];
	}
	frame_printf(f, r.x, r.y, r.w - 1, row->kind == FALL_HEAD ?
	    ROLE_STRONG : ROLE_DIM, "%*s", r.w - 1, text);
	frame_put(f, r.x + r.w - 1, r.y, mark != 0 ? (char32_t)mark : U'|',
	    mark != 0 ? mark : '|', mark != 0 ? ROLE_MARK : ROLE_DIM,
	    ROLE_TEXT, 0);
}

static void
draw_row(struct frame *f, struct rect r, const struct scene *s,
    const struct fall_row *row)
{
	const struct waterfall *w = s->times.fall;
	unsigned cols = waterfall_shown(w)->grid.cell_cols;

	if (row->kind == FALL_HEAD)
		draw_head(f, r, s);
	else if (row->kind != FALL_NOT_KEPT)
		draw_levels(f, r, w, row);
	else
		for (size_t i = 0; i < waterfall_cells(w) * cols;
		    i += STEP_COLS)
			frame_put(f, r.x + (int)i, r.y, U'?', '?', ROLE_DIM,
			    ROLE_TEXT, 0);
}

/* Offsets, each over the cell that begins there. */
static void
draw_ruler(struct frame *f, const struct layout *l, const struct scene *s)
{
	const struct fall_shape *shape = waterfall_shown(s->times.fall);
	unsigned cols = shape->grid.cell_cols;
	size_t step = cols == 1 ? STEP_COLS : STEP_COLS / 2;
	char buf[UNITS_MAX];
	uint64_t page;

	if (l->ruler.h == 0)
		return;
	frame_printf(f, l->ruler.x, l->ruler.y, l->labels.w - 1, ROLE_DIM,
	    "%*s", l->labels.w - 1, "time");
	for (size_t i = 0; i < waterfall_cells(s->times.fall); i += step) {
		page = shape->first_page + ((uint64_t)i << shape->grid.shift);
		units_offset(buf, page * s->sample->target.page_bytes);
		if (strlen(buf) < step * cols)
			frame_printf(f, l->map.x + (int)(i * cols), l->ruler.y,
			    (int)(step * cols), ROLE_DIM, "%s", buf);
	}
}

void
waterview_draw(struct frame *f, const struct layout *l, const struct scene *s)
{
	const struct fall_shape *shape = waterfall_shown(s->times.fall);
	uint64_t now_ns = s->sample->t_ns, slot_ns = shape->slot_ns;
	int64_t first = graph_first_column(now_ns, slot_ns, (int)shape->rows);
	char *mark = graph_marks(s, now_ns, (int)shape->rows, slot_ns);
	struct rect at = l->map, label = l->labels;
	struct fall_row row;
	bool timed;

	draw_ruler(f, l, s);
	at.h = label.h = 1;
	for (unsigned y = 0; y < shape->rows && (int)y < l->map.h; y++) {
		row = waterfall_row(s->times.fall, y);
		timed = row.kind == FALL_KNOWN || row.kind == FALL_EMPTY;
		at.y = l->map.y + (int)y;
		label.y = at.y;
		draw_row(f, at, s, &row);
		draw_label(f, label, &row, timed ?
		    mark[(int64_t)row.slot - first] : 0);
	}
	free(mark);
}
