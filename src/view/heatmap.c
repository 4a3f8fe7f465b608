#include "config.h"

#include "heatmap.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "pagetide/changes.h"
#include "pagetide/sample.h"
#include "pagetide/units.h"
#include "pagetide/viewport.h"

#define HALF_BLOCK U'\u2580'
#define FADE_STEPS 4
/* Columns from one offset on the ruler to the next. */
#define RULER_STEP 8

#define LEVEL_CELL(level, glyph) \
	{ U' ', glyph, ROLE_ON_CELL, ROLE_LEVEL_0 + (level), 0 }
#define UNKNOWN_CELL { U'?', '?', ROLE_ON_CELL, ROLE_UNKNOWN, 0 }
#define GLYPH_CELL(ch, alt, fg, bg) { U##ch, alt, fg, bg, 0 }

static const struct fcell level_cells[LEVEL_COUNT] = {
	[LEVEL_NONE] = LEVEL_CELL(0, ' '),
	[LEVEL_Q1] = LEVEL_CELL(1, '.'),
	[LEVEL_Q2] = LEVEL_CELL(2, ':'),
	[LEVEL_Q3] = LEVEL_CELL(3, '+'),
	[LEVEL_Q4] = LEVEL_CELL(4, 'O'),
	[LEVEL_ALL] = LEVEL_CELL(5, '#'),
	[LEVEL_UNKNOWN] = UNKNOWN_CELL,
};

static const struct swatch level_legend[] = {
	{ LEVEL_CELL(0, ' '), "none" },
	{ LEVEL_CELL(1, '.'), "<=25 %" },
	{ LEVEL_CELL(2, ':'), "<=50 %" },
	{ LEVEL_CELL(3, '+'), "<=75 %" },
	{ LEVEL_CELL(4, 'O'), "<100 %" },
	{ LEVEL_CELL(5, '#'), "all" },
	{ UNKNOWN_CELL, "unknown" },
};

static const struct swatch both_legend[] = {
	{ LEVEL_CELL(0, ' '), "neither" },
	{ { HALF_BLOCK, ':', ROLE_LEVEL_0, ROLE_LEVEL_5, 0 }, "all cached" },
	{ { HALF_BLOCK, '#', ROLE_LEVEL_5, ROLE_LEVEL_5, 0 }, "all mapped" },
	{ { HALF_BLOCK, '.', ROLE_LEVEL_0, ROLE_LEVEL_2, 0 }, "some cached" },
	{ { HALF_BLOCK, '+', ROLE_LEVEL_2, ROLE_LEVEL_5, 0 }, "some mapped" },
	{ UNKNOWN_CELL, "unknown" },
};

/* Rows of cost_legend. */
enum { COST_MAJOR, COST_MINOR, COST_NONE, COST_SOME_MAJOR, COST_SOME_MINOR };

static const struct swatch cost_legend[] = {
	{ GLYPH_CELL(' ', '#', ROLE_ON_FULL, ROLE_COST_MAJOR), "major: I/O" },
	{ GLYPH_CELL(' ', '+', ROLE_ON_FULL, ROLE_COST_MINOR), "minor" },
	{ GLYPH_CELL(' ', '.', ROLE_ON_CELL, ROLE_COST_NONE), "no fault" },
	{ GLYPH_CELL('.', '%', ROLE_ON_FULL, ROLE_COST_MAJOR), "some major" },
	{ GLYPH_CELL('.', '-', ROLE_ON_FULL, ROLE_COST_MINOR), "some minor" },
	{ UNKNOWN_CELL, "unknown" },
};

static const struct swatch changed_legend[] = {
	{ GLYPH_CELL('+', '+', ROLE_ON_FULL, ROLE_CAME_0), "came" },
	{ GLYPH_CELL('-', '-', ROLE_ON_FULL, ROLE_WENT_0), "went" },
	{ LEVEL_CELL(0, ' '), "no change" },
	{ GLYPH_CELL('>', '>', ROLE_ON_FULL, ROLE_OUTSIDE_0),
	    "outsider: came" },
	{ GLYPH_CELL('<', '<', ROLE_ON_FULL, ROLE_OUTSIDE_0),
	    "outsider: went" },
	{ UNKNOWN_CELL, "unknown" },
};

#define LEGEND(table) { table, sizeof table / sizeof table[0] }
static const struct {
	const struct swatch	*swatch;
	size_t			 n;
} legend_table[VIEW_COUNT] = {
	[VIEW_CACHE] = LEGEND(level_legend),
	[VIEW_MAPPED] = LEGEND(level_legend),
	[VIEW_BOTH] = LEGEND(both_legend),
	[VIEW_COST] = LEGEND(cost_legend),
	[VIEW_CHANGED] = LEGEND(changed_legend),
	[VIEW_DIRTY] = LEGEND(level_legend),
	[VIEW_WRITEBACK] = LEGEND(level_legend),
	[VIEW_EVICTED] = LEGEND(level_legend),
	[VIEW_RECENT] = LEGEND(level_legend),
	[VIEW_INFLIGHT] = LEGEND(level_legend),
	[VIEW_HOLES] = LEGEND(level_legend),
	[VIEW_LOCKED] = LEGEND(level_legend),
	[VIEW_PRIVATE] = LEGEND(level_legend),
	[VIEW_TOUCHED] = LEGEND(level_legend),
};

/* How a change looks while fresh; fading adds to the background role. */
static const struct {
	char		glyph;
	enum role	bg;
} change_table[] = {
	[CHANGE_CAME] = { '+', ROLE_CAME_0 },
	[CHANGE_CAME_OUTSIDE] = { '>', ROLE_OUTSIDE_0 },
	[CHANGE_WENT] = { '-', ROLE_WENT_0 },
	[CHANGE_WENT_OUTSIDE] = { '<', ROLE_OUTSIDE_0 },
};

/* Backgrounds that are bright where ROLE_ON_CELL's are dark. */
static const bool is_full[ROLE_COUNT] = {
	[ROLE_LEVEL_3] = true,
	[ROLE_LEVEL_4] = true,
	[ROLE_LEVEL_5] = true,
	[ROLE_COST_MAJOR] = true,
	[ROLE_COST_MINOR] = true,
	[ROLE_CAME_0] = true,
	[ROLE_CAME_1] = true,
	[ROLE_WENT_0] = true,
	[ROLE_WENT_1] = true,
	[ROLE_OUTSIDE_0] = true,
	[ROLE_OUTSIDE_1] = true,
};

enum role
heatmap_mark_role(enum role bg)
{
	return is_full[bg] ? ROLE_ON_FULL : ROLE_ON_CELL;
}

struct fcell
heatmap_level_cell(enum level level)
{
	return level_cells[level];
}

const struct swatch *
heatmap_legend(enum view_kind view, size_t *n)
{
	*n = legend_table[view].n;
	return legend_table[view].swatch;
}

static enum role
level_role(enum level level)
{
	return level_cells[level].bg;
}

/* Without colours: the cache first, then what is mapped of it. */
static char
both_glyph(enum level mapped, enum level cached)
{
	if (mapped == LEVEL_UNKNOWN || cached == LEVEL_UNKNOWN)
		return '?';
	if (mapped == LEVEL_ALL)
		return '#';
	if (mapped != LEVEL_NONE)
		return '+';
	if (cached == LEVEL_ALL)
		return ':';
	return cached == LEVEL_NONE ? ' ' : '.';
}

/* Two layers in one character. */
static struct fcell
both_cell(const struct cells *c, size_t i)
{
	enum level mapped = cells_level(c, i, LAYER_MAPPED);
	enum level cached = cells_level(c, i, LAYER_CACHED);
	struct fcell cell = heatmap_level_cell(cached);

	cell.alt = both_glyph(mapped, cached);
	/* One colour needs no half block: a blank is cheap on the wire. */
	if (mapped == cached)
		return cell;
	cell.ch = HALF_BLOCK;
	cell.fg = (uint8_t)level_role(mapped);
	return cell;
}

/*
 * What the dearest next touch costs; '.' where others are cheaper. A private
 * copy needs no page in the cache: where only copies can make up for what is
 * not cached, nobody knows whether they do.
 */
static struct fcell
cost_cell(const struct cells *c, size_t i)
{
	uint64_t pages = cells_pages(c, i), own = 0;
	uint32_t cached = c->count[LAYER_CACHED][i];
	uint32_t mapped = c->count[LAYER_MAPPED][i];

	if (cells_known(c, i, LAYER_PRIVATE))
		own = c->count[LAYER_PRIVATE][i];
	if (!cells_known(c, i, LAYER_CACHED) ||
	    !cells_known(c, i, LAYER_MAPPED) ||
	    (cached < pages && mapped < pages && cached + own >= pages))
		return heatmap_level_cell(LEVEL_UNKNOWN);
	if (mapped >= pages)
		return cost_legend[COST_NONE].cell;
	if (cached < pages)
		return cost_legend[cached > 0 || mapped > 0 ? COST_SOME_MAJOR
		    : COST_MAJOR].cell;
	return cost_legend[mapped > 0 ? COST_SOME_MINOR : COST_MINOR].cell;
}

/* What came or went last, and how long ago. */
static struct fcell
changed_cell(const struct scene *s, size_t i)
{
	int step;
	enum change change = changes_at(s->changes, i, s->now_ns, s->fade_ns,
	    FADE_STEPS, &step);
	enum role bg;
	char glyph;

	if (!changes_are_of(s->changes, s->shown) || change == CHANGE_UNKNOWN)
		return heatmap_level_cell(LEVEL_UNKNOWN);
	if (change == CHANGE_NONE)
		return heatmap_level_cell(LEVEL_NONE);
	glyph = change_table[change].glyph;
	bg = change_table[change].bg + (enum role)step;
	return (struct fcell){ (char32_t)glyph, glyph,
	    (uint8_t)heatmap_mark_role(bg), (uint8_t)bg, 0 };
}

/* The cell without marks. */
static struct fcell
plain_cell(const struct scene *s, size_t i)
{
	if (i >= s->shown->n)
		return heatmap_level_cell(LEVEL_UNKNOWN);
	if (s->view == VIEW_BOTH)
		return both_cell(s->shown, i);
	if (s->view == VIEW_COST)
		return cost_cell(s->shown, i);
	if (s->view == VIEW_CHANGED)
		return changed_cell(s, i);
	return heatmap_level_cell(cells_level(s->shown, i,
	    (enum layer)view_table[s->view].layer));
}

/* Puts a mark on a cell; its level stays in the background. */
static void
mark_cell(struct fcell *cell, char glyph, char alt, int attr)
{
	cell->ch = (char32_t)glyph;
	cell->alt = alt;
	cell->fg = (uint8_t)heatmap_mark_role((enum role)cell->bg);
	cell->attr |= (uint8_t)attr;
}

/* Selected: "=", but a glyph that says something stays. */
static void
select_cell(struct fcell *cell)
{
	if (cell->ch == U' ')
		mark_cell(cell, '=', cell->alt, ATTR_UNDERLINE);
	else
		cell->attr |= ATTR_UNDERLINE;
}

static bool
is_worker_at(const struct scene *s, size_t i)
{
	const struct worker_facts *w = &s->sample->worker;
	size_t at;

	return w->alive && w->cursor_known &&
	    viewport_cell_of(s->vp, w->cursor_page, &at) && at == i;
}

struct fcell
heatmap_cell(const struct scene *s, size_t i)
{
	const struct viewport *vp = s->vp;
	uint64_t page = vp->first_page + ((uint64_t)i << vp->shift);
	struct fcell cell = plain_cell(s, i);

	if (viewport_is_selected(vp, page))
		select_cell(&cell);
	if (is_worker_at(s, i))
		mark_cell(&cell, '@', '@', 0);
	if (viewport_cursor_cell(vp) == i)
		mark_cell(&cell, 'X', 'X', ATTR_BOLD);
	return cell;
}

/* Rows of the map that show cells. */
static size_t
rows_used(const struct viewport *vp)
{
	return (viewport_cells(vp) + vp->cols - 1) / vp->cols;
}

static void
draw_cells(struct frame *f, struct rect r, const struct scene *s)
{
	size_t n = viewport_cells(s->vp);

	for (size_t i = 0; i < n; i++) {
		int x = (int)(i % s->vp->cols), y = (int)(i / s->vp->cols);
		struct fcell c;

		if (x >= r.w || y >= r.h)
			continue;
		c = heatmap_cell(s, i);
		frame_put(f, r.x + x, r.y + y, c.ch, c.alt, (enum role)c.fg,
		    (enum role)c.bg, c.attr);
	}
}

/*
 * The offset of a row within w columns: exact where that fits, else marked
 * "~" and cut down to a coarser unit.
 */
static void
row_label(char buf[UNITS_MAX], uint64_t bytes, int w)
{
	static const char letters[] = "KMGTPE";

	units_offset(buf, bytes);
	for (int i = 0; letters[i] != '\0' && (int)strlen(buf) > w; i++)
		snprintf(buf, UNITS_MAX, "~%" PRIu64 "%c",
		    bytes >> (10 * (i + 1)), letters[i]);
}

static void
draw_labels(struct frame *f, struct rect r, const struct scene *s)
{
	const struct viewport *vp = s->vp;
	uint64_t page_bytes = s->sample->target.page_bytes;
	size_t cursor = viewport_cursor_cell(vp) / vp->cols;
	char buf[UNITS_MAX];

	for (int y = 0; y < r.h && r.w > 0; y++) {
		uint64_t first = (uint64_t)y * vp->cols << vp->shift;

		frame_text(f, r.x + r.w - 1, r.y + y, 1, ROLE_DIM, "|");
		if ((size_t)y >= rows_used(vp))
			continue;
		row_label(buf, (vp->first_page + first) * page_bytes,
		    r.w - 2);
		frame_printf(f, r.x, r.y + y, r.w - 2,
		    (size_t)y == cursor ? ROLE_STRONG : ROLE_DIM, "%*s",
		    r.w - 2, buf);
		if ((size_t)y == cursor)
			frame_text(f, r.x + r.w - 2, r.y + y, 1, ROLE_STRONG,
			    ">");
	}
}

/* Offsets within a row, each over the column that it names. */
static void
draw_ruler(struct frame *f, const struct layout *l, const struct scene *s)
{
	const struct viewport *vp = s->vp;
	uint64_t page_bytes = s->sample->target.page_bytes;
	size_t cols = viewport_cells(vp);
	char buf[UNITS_MAX];

	if (l->ruler.h == 0)
		return;
	frame_printf(f, l->ruler.x, l->ruler.y, l->labels.w - 2, ROLE_DIM,
	    "%*s", l->labels.w - 2, "offset");
	if (cols > vp->cols)
		cols = vp->cols;
	for (size_t x = 0; x < cols && (int)x < l->map.w; x += RULER_STEP) {
		units_offset(buf, ((uint64_t)x << vp->shift) * page_bytes);
		frame_printf(f, l->map.x + (int)x, l->ruler.y, RULER_STEP,
		    ROLE_DIM, "%s%s", x > 0 ? "+" : "", buf);
	}
}

void
heatmap_draw(struct frame *f, const struct layout *l, const struct scene *s)
{
	if (s->vp->pages == 0)
		return;
	draw_ruler(f, l, s);
	draw_labels(f, l->labels, s);
	draw_cells(f, l->map, s);
}
