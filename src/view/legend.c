#include "config.h"

#include "legend.h"

#include <string.h>

#include "pagetide/rawindow.h"
#include "pagetide/sample.h"
#include "pagetide/units.h"
#include "pagetide/viewport.h"

#include "pagetide/waterfall.h"

#include "heatmap.h"
#include "landview.h"
#include "waterview.h"

/* Columns of a colour. */
#define SWATCH_COLS 2

/* Rows of the view both that explain a half of that level. */
static unsigned
level_rows(enum level level)
{
	if (level == LEVEL_UNKNOWN)
		return 1u << BOTH_UNKNOWN;
	if (level == LEVEL_NONE)
		return 1u << BOTH_NEITHER;
	if (level == LEVEL_ALL)
		return 0;
	return 1u << (BOTH_PART + level - LEVEL_Q1);
}

static unsigned
both_rows(const struct cells *c, size_t i)
{
	enum level mapped = cells_level(c, i, LAYER_MAPPED);
	enum level cached = cells_level(c, i, LAYER_CACHED);
	unsigned rows = level_rows(mapped) | level_rows(cached);

	if (mapped == LEVEL_ALL)
		rows |= 1u << BOTH_MAPPED;
	else if (cached == LEVEL_ALL)
		rows |= 1u << BOTH_CACHED;
	return rows;
}

/* The row with the cell's glyph: no two of a view have the same. A mark on a
 * window has that one's colour, too. */
static unsigned
glyph_rows(const struct scene *s, size_t i)
{
	struct fcell cell = heatmap_plain_cell(s, i);
	unsigned rows = 0;
	size_t n;
	const struct swatch *sw = heatmap_legend(s->view, &n);

	for (size_t k = 0; k < n; k++)
		if (sw[k].cell.alt == cell.alt || (s->view == VIEW_READAHEAD &&
		    k < RAWINDOW_KINDS && sw[k].cell.bg == cell.bg))
			rows |= 1u << k;
	return rows;
}

unsigned
legend_seen(const struct scene *s)
{
	size_t n = viewport_cells(s->vp);
	unsigned seen = 0;

	if (s->view == VIEW_WATERFALL)
		return waterview_seen(s);
	for (size_t i = 0; i < n; i++)
		seen |= s->view == VIEW_BOTH && i < s->shown->n ?
		    both_rows(s->shown, i) : glyph_rows(s, i);
	return seen;
}

static void
draw_swatch(struct frame *f, int x, int y, int w, const struct swatch *sw)
{
	for (int i = 0; i < SWATCH_COLS; i++)
		frame_put(f, x + i, y, sw->cell.ch, sw->cell.alt,
		    (enum role)sw->cell.fg, (enum role)sw->cell.bg, 0);
	frame_text(f, x + SWATCH_COLS + 1, y, w - SWATCH_COLS - 1, ROLE_TEXT,
	    sw->label);
}

/* One after the other, in as many lines as it takes. */
static void
draw_swatches(struct panel *p, const struct scene *s)
{
	size_t n;
	const struct swatch *sw = heatmap_legend(s->view, &n);
	struct rect line = { 0 };
	int at = p->r.w;

	for (size_t i = 0; i < n; i++) {
		int w = SWATCH_COLS + 1 + (int)strlen(sw[i].label);

		if (at + w > p->r.w) {
			line = panel_line(p);
			at = 0;
		}
		if (line.h > 0 && (p->seen & 1u << i) != 0)
			draw_swatch(p->frame, line.x + at, line.y, w, &sw[i]);
		at += w + 1;
	}
}

/* What else to know of the view's layer; what is not up to date may be known
 * to be read, or not to be. */
static void
add_note(struct line *l, const struct scene *s)
{
	const struct scan_facts *scan = &s->sample->scan;
	bool moving = view_table[s->view].layer == LAYER_INFLIGHT &&
	    scan->device_reads_known;
	char count[UNITS_MAX];

	if (moving && scan->nothing_read)
		line_add(l, ROLE_DIM, "nothing is being read: written in part");
	else if (moving && scan->device_reads > 0)
		line_add(l, ROLE_DIM, "%s under way on its device",
		    units_count(count, scan->device_reads, "read"));
	else
		line_add(l, ROLE_DIM, "%s", view_table[s->view].note);
}

/* Who reports the layer of the view, and what else to know of it. */
static void
legend_notes(struct panel *p, const struct scene *s)
{
	const char *by = scene_by(s), *note = view_table[s->view].note;
	struct line l;

	if (view_table[s->view].layer < 0)
		return;
	if (by == NULL) {
		panel_start(p, &l, "");
		line_add(&l, ROLE_WARN, "nothing reports it here");
	} else if (p->shed < SHED_BY) {
		panel_start(p, &l, "");
		line_add(&l, ROLE_DIM, "by %s", by);
	}
	if (note == NULL || p->shed >= SHED_NOTE)
		return;
	panel_start(p, &l, "");
	add_note(&l, s);
}

/* The marks that are in the map, as they are there. */
static void
draw_marks(struct panel *p, const struct scene *s)
{
	const struct worker_facts *w = &s->sample->worker;
	struct rect r = panel_line(p);
	size_t cell;
	const struct {
		bool		 there;
		char		 glyph;
		const char	*label;
	} mark[] = {
		{ s->vp->pages > 0, 'X', "cursor" },
		{ w->alive && w->cursor_known &&
		    viewport_cell_of(s->vp, w->cursor_page, &cell), '@',
		    "worker" },
		{ s->vp->selecting, '=', "range" },
	};

	for (size_t i = 0; i < sizeof mark / sizeof mark[0] && r.h > 0; i++) {
		if (mark[i].there) {
			frame_put(p->frame, r.x, r.y, (char32_t)mark[i].glyph,
			    mark[i].glyph, ROLE_TEXT, ROLE_TEXT,
			    ATTR_REVERSE);
			frame_text(p->frame, r.x + 2, r.y, r.w - 2, ROLE_TEXT,
			    mark[i].label);
		}
		r.x += (int)strlen(mark[i].label) + 4;
		r.w -= (int)strlen(mark[i].label) + 4;
	}
}

void
legend_draw(struct panel *p, const struct scene *s)
{
	uint64_t page_bytes = s->sample->target.page_bytes;
	bool falls = s->view == VIEW_WATERFALL;
	uint64_t cell = UINT64_C(1) << (falls ?
	    waterfall_shown(s->times.fall)->grid.shift : s->vp->shift);
	char bytes[UNITS_MAX], pages[UNITS_MAX];
	struct line l;

	panel_section(p, &l, "LEGEND");
	line_add(&l, ROLE_DIM, "%s", view_info_of(s->view, s->sample)->help);
	legend_notes(p, s);
	draw_swatches(p, s);
	if (p->shed < SHED_MARKS)
		draw_marks(p, s);
	if (s->view != VIEW_FAULTS && s->view != VIEW_DIFF)
		landview_line(p, s);
	if (s->vp->pages == 0 || p->shed >= SHED_CELL)
		return;
	panel_start(p, &l, ", ");
	line_add(&l, ROLE_TEXT, "cell %s = %s",
	    units_offset(bytes, cell * page_bytes),
	    units_count(pages, cell, "page"));
	line_add(&l, ROLE_TEXT, "row %s", falls ? units_span(bytes,
	    s->column_ns) : units_offset(bytes,
	    cell * page_bytes * s->vp->cols));
}

static void
put_swatch(const struct line *l, int x, const struct swatch *sw)
{
	frame_put(l->frame, x, l->y, sw->cell.ch, sw->cell.alt,
	    (enum role)sw->cell.fg, (enum role)sw->cell.bg, 0);
}

/* The parts of the view both, all with one name. */
static void
line_parts(struct line *l, const struct swatch *sw, unsigned seen)
{
	int x = l->x + (int)strlen(l->between), n = 0;

	for (size_t i = BOTH_PART; i < BOTH_UNKNOWN; i++)
		n += (seen & 1u << i) != 0;
	if (n == 0 || !line_add(l, ROLE_TEXT, "%*s part", n, ""))
		return;
	for (size_t i = BOTH_PART; i < BOTH_UNKNOWN; i++)
		if (seen & 1u << i)
			put_swatch(l, x++, &sw[i]);
}

/* Each colour that is there. */
static void
line_swatches(struct line *l, const struct scene *s)
{
	size_t n;
	const struct swatch *sw = heatmap_legend(s->view, &n);
	unsigned seen = legend_seen(s);

	for (size_t i = 0; i < n; i++) {
		const char *label = sw[i].brief ? sw[i].brief : sw[i].label;
		int x = l->x + (int)strlen(l->between);

		if (s->view == VIEW_BOTH && i == BOTH_PART)
			line_parts(l, sw, seen);
		if ((s->view == VIEW_BOTH && i >= BOTH_PART &&
		    i < BOTH_UNKNOWN) || (seen & 1u << i) == 0 ||
		    !line_add(l, ROLE_TEXT, "  %s", label))
			continue;
		put_swatch(l, x, &sw[i]);
		l->between = " ";
	}
	l->between = " | ";
}

/* The six levels without their names but for the ends. */
static void
line_ramp(struct line *l)
{
	int x = l->x + (int)strlen(l->between) + (int)strlen("none ");

	if (!line_add(l, ROLE_TEXT, "none        all"))
		return;
	for (int i = LEVEL_NONE; i <= LEVEL_ALL; i++) {
		struct fcell c = heatmap_level_cell((enum level)i);

		frame_put(l->frame, x + i, l->y, c.ch, c.alt,
		    (enum role)c.fg, (enum role)c.bg, 0);
	}
}

void
legend_line(struct line *l, const struct scene *s)
{
	if (view_table[s->view].layer >= 0)
		line_ramp(l);
	else
		line_swatches(l, s);
}
