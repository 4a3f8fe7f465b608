#include "config.h"

#include "heatmap.h"
#include "diffview.h"
#include "landview.h"
#include "whoview.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "pagetide/cellgrid.h"
#include "pagetide/changes.h"
#include "pagetide/rawindow.h"
#include "pagetide/sample.h"
#include "pagetide/units.h"
#include "pagetide/viewport.h"

#define HALF_BLOCK U'\u2580'
#define FADE_STEPS 4
/* Cells from one mark of a range to the next, if they have no room inside. */
#define RANGE_STEP 4

#define LEVEL_CELL(level, glyph) \
	{ U' ', glyph, (level) < 3 ? ROLE_ON_CELL : ROLE_ON_FULL, \
	    ROLE_LEVEL_0 + (level), 0 }
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
	{ LEVEL_CELL(0, ' '), "none", NULL },
	{ LEVEL_CELL(1, '.'), "<=25 %", NULL },
	{ LEVEL_CELL(2, ':'), "<=50 %", NULL },
	{ LEVEL_CELL(3, '+'), "<=75 %", NULL },
	{ LEVEL_CELL(4, 'O'), "<100 %", NULL },
	{ LEVEL_CELL(5, '#'), "all", NULL },
	{ UNKNOWN_CELL, "unknown", NULL },
};

/* Rows as legend.c knows them: what all of a half is, then its parts. */
static const struct swatch both_legend[] = {
	[BOTH_NEITHER] = { LEVEL_CELL(0, ' '), "neither: major", "neither" },
	[BOTH_CACHED] = { { HALF_BLOCK, '_', ROLE_LEVEL_0, ROLE_LEVEL_5, 0 },
	    "cached: minor", "cached" },
	[BOTH_MAPPED] = { LEVEL_CELL(5, '#'), "mapped: no fault", "mapped" },
	[BOTH_PART] = { LEVEL_CELL(1, '-'), "<=25 %", NULL },
	{ LEVEL_CELL(2, '-'), "<=50 %", NULL },
	{ LEVEL_CELL(3, '-'), "<=75 %", NULL },
	{ LEVEL_CELL(4, '-'), "<100 %", NULL },
	[BOTH_UNKNOWN] = { UNKNOWN_CELL, "unknown", NULL },
};

/* Rows of cost_legend. */
enum { COST_MAJOR, COST_MINOR, COST_NONE, COST_SOME_MAJOR, COST_SOME_MINOR };

static const struct swatch cost_legend[] = {
	{ GLYPH_CELL(' ', '#', ROLE_ON_FULL, ROLE_COST_MAJOR),
	    "major: I/O", NULL },
	{ GLYPH_CELL(' ', '+', ROLE_ON_FULL, ROLE_COST_MINOR), "minor", NULL },
	{ GLYPH_CELL(' ', '.', ROLE_ON_CELL, ROLE_COST_NONE),
	    "no fault", NULL },
	{ GLYPH_CELL('.', '%', ROLE_ON_FULL, ROLE_COST_MAJOR),
	    "some major", NULL },
	{ GLYPH_CELL('.', '-', ROLE_ON_FULL, ROLE_COST_MINOR),
	    "some minor", NULL },
	{ UNKNOWN_CELL, "unknown", NULL },
};

static const struct swatch changed_legend[] = {
	{ GLYPH_CELL('+', '+', ROLE_ON_FULL, ROLE_CAME_0), "came", NULL },
	{ GLYPH_CELL('-', '-', ROLE_ON_FULL, ROLE_WENT_0), "went", NULL },
	{ LEVEL_CELL(0, ' '), "no change", NULL },
	{ GLYPH_CELL('>', '>', ROLE_ON_FULL, ROLE_OUTSIDE_0),
	    "outsider: came", NULL },
	{ GLYPH_CELL('<', '<', ROLE_ON_FULL, ROLE_OUTSIDE_0),
	    "outsider: went", NULL },
	{ UNKNOWN_CELL, "unknown", NULL },
};

/* Rows of readahead_legend: those of the kinds in their order first. */
enum { AHEAD_MARKER = RAWINDOW_KINDS, AHEAD_TRIGGER, AHEAD_CACHED,
	AHEAD_NONE };

static const struct swatch readahead_legend[] = {
	[RAWINDOW_SYNC] = { GLYPH_CELL('#', '#', ROLE_ON_FULL,
	    ROLE_COST_MAJOR), "sync: waited", NULL },
	[RAWINDOW_ASYNC] = { GLYPH_CELL('=', '=', ROLE_ON_FULL,
	    ROLE_CAME_0), "async: by marker", NULL },
	[RAWINDOW_AROUND] = { GLYPH_CELL('o', 'o', ROLE_ON_FULL,
	    ROLE_COST_MINOR), "around: waited", NULL },
	[RAWINDOW_FORCED] = { GLYPH_CELL('f', 'f', ROLE_ON_FULL,
	    ROLE_OUTSIDE_0), "forced", NULL },
	[RAWINDOW_SEEN] = { GLYPH_CELL('*', '*', ROLE_ON_FULL,
	    ROLE_LEVEL_5), "seen to come", NULL },
	/* On the colour of the window. */
	[AHEAD_MARKER] = { GLYPH_CELL('M', 'M', ROLE_ON_CELL,
	    ROLE_LEVEL_0), "marker", NULL },
	[AHEAD_TRIGGER] = { GLYPH_CELL('^', '^', ROLE_ON_CELL,
	    ROLE_LEVEL_0), "trigger", NULL },
	[AHEAD_CACHED] = { GLYPH_CELL('.', '.', ROLE_ON_CELL,
	    ROLE_LEVEL_1), "else cached", NULL },
	[AHEAD_NONE] = { LEVEL_CELL(0, ' '), "not cached", NULL },
	{ UNKNOWN_CELL, "unknown", NULL },
};

/* Rows of kinds_legend. Of two kinds with as many pages the later is shown. */
enum { KIND_NONE, KIND_FILE, KIND_PRIVATE, KIND_ZERO, KIND_HUGE,
	KIND_SWAPPED, KIND_GUARD };

static const struct swatch kinds_legend[] = {
	[KIND_NONE] = { LEVEL_CELL(0, ' '), "none", NULL },
	[KIND_FILE] = { GLYPH_CELL('f', 'f', ROLE_ON_FULL, ROLE_COST_MINOR),
	    "file's", NULL },
	[KIND_PRIVATE] = { GLYPH_CELL('p', 'p', ROLE_ON_FULL, ROLE_CAME_0),
	    "private", NULL },
	[KIND_ZERO] = { GLYPH_CELL('0', '0', ROLE_ON_CELL, ROLE_COST_NONE),
	    "page of zeros", "zeros" },
	[KIND_HUGE] = { GLYPH_CELL('H', 'H', ROLE_ON_FULL, ROLE_LEVEL_5),
	    "huge", NULL },
	[KIND_SWAPPED] = { GLYPH_CELL('s', 's', ROLE_ON_FULL,
	    ROLE_COST_MAJOR), "swapped", NULL },
	[KIND_GUARD] = { GLYPH_CELL('!', '!', ROLE_ON_FULL, ROLE_OUTSIDE_0),
	    "guard", NULL },
	{ UNKNOWN_CELL, "unknown", NULL },
};

/* Those of the views that do not show levels. */
#define LEGEND(table) { table, sizeof table / sizeof table[0] }
static const struct {
	const struct swatch	*swatch;
	size_t			 n;
} legend_table[VIEW_COUNT] = {
	[VIEW_BOTH] = LEGEND(both_legend),
	[VIEW_COST] = LEGEND(cost_legend),
	[VIEW_CHANGED] = LEGEND(changed_legend),
	[VIEW_READAHEAD] = LEGEND(readahead_legend),
	[VIEW_KINDS] = LEGEND(kinds_legend),
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
	if (view == VIEW_FAULTS)
		return landview_legend(n);
	if (view == VIEW_WHO)
		return whoview_legend(n);
	if (view == VIEW_DIFF)
		return diffview_legend(n);
	if (legend_table[view].swatch == NULL) {
		*n = sizeof level_legend / sizeof *level_legend;
		return level_legend;
	}
	*n = legend_table[view].n;
	return legend_table[view].swatch;
}

static enum role
level_role(enum level level)
{
	return level_cells[level].bg;
}

/* Without colours: mapped, else cached, else neither, else a part of it. */
static char
both_glyph(enum level mapped, enum level cached)
{
	if (mapped == LEVEL_UNKNOWN || cached == LEVEL_UNKNOWN)
		return '?';
	if (mapped == LEVEL_ALL)
		return '#';
	if (mapped != LEVEL_NONE)
		return '-';
	if (cached == LEVEL_ALL)
		return '_';
	return cached == LEVEL_NONE ? ' ' : '-';
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

/* Pages of which the cache says nothing, being private copies, in swap or
 * guard pages; as far as known. */
static uint64_t
own_pages(const struct cells *c, size_t i, uint64_t *absent)
{
	static const enum layer kinds[] = { LAYER_SWAPPED, LAYER_GUARD };

	*absent = 0;
	for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++)
		if (cells_known(c, i, kinds[k]))
			*absent += c->count[kinds[k]][i];
	return *absent + (cells_known(c, i, LAYER_PRIVATE) ?
	    c->count[LAYER_PRIVATE][i] : 0);
}

/*
 * What the costliest next touch costs; '.' where others are cheaper. A private
 * copy needs no page in the cache: where only such can make up for what is not
 * cached, nobody knows whether they do. One in swap, or a guard page, is not
 * minor for a page in the cache.
 */
static struct fcell
cost_cell(const struct scene *s, size_t i)
{
	const struct cells *c = s->shown;
	uint64_t pages = cells_pages(c, i), absent;
	uint64_t own = own_pages(c, i, &absent);
	uint32_t cached = c->count[LAYER_CACHED][i];
	uint32_t mapped = c->count[LAYER_MAPPED][i];

	/* What has a PTE costs nothing, whatever is known of the cache. */
	if (cells_known(c, i, LAYER_MAPPED) && mapped >= pages)
		return cost_legend[COST_NONE].cell;
	if (!cells_known(c, i, LAYER_CACHED) ||
	    !cells_known(c, i, LAYER_MAPPED) || scene_kinds_hidden(s, i) ||
	    ((cached < pages || absent > 0) && cached + own >= pages))
		return heatmap_level_cell(LEVEL_UNKNOWN);
	if (cached < pages)
		return cost_legend[cached > 0 || mapped > 0 ? COST_SOME_MAJOR
		    : COST_MAJOR].cell;
	return cost_legend[mapped > 0 ? COST_SOME_MINOR : COST_MINOR].cell;
}

/* Of memory without a file PTEs are all that may change. */
static bool
is_unchanged(const struct scene *s, size_t i, enum change change)
{
	return change == CHANGE_NONE || (change == CHANGE_UNKNOWN &&
	    s->sample->target.anon && cells_known(s->shown, i,
	    LAYER_MAPPED));
}

/* What came or went last, and how long ago. */
static struct fcell
changed_cell(const struct scene *s, size_t i)
{
	int step;
	enum change change = changes_at(s->changes, i, s->now_ns, s->times.fade_ns,
	    FADE_STEPS, &step);
	enum role bg;
	char glyph;

	if (!changes_are_of(s->changes, s->shown))
		return heatmap_level_cell(LEVEL_UNKNOWN);
	if (is_unchanged(s, i, change))
		return heatmap_level_cell(LEVEL_NONE);
	if (change == CHANGE_UNKNOWN)
		return heatmap_level_cell(LEVEL_UNKNOWN);
	glyph = change_table[change].glyph;
	bg = change_table[change].bg + (enum role)step;
	return (struct fcell){ (char32_t)glyph, glyph,
	    (uint8_t)heatmap_mark_role(bg), (uint8_t)bg, 0 };
}

static bool
is_in(uint64_t page, uint64_t first, uint64_t n)
{
	return page >= first && page - first < n;
}

/* The newest window there, with its marker and what had it read; none where
 * its pages are gone. */
static struct fcell
readahead_cell(const struct scene *s, size_t i)
{
	const struct cells *c = s->shown;
	uint64_t first = c->first_page + ((uint64_t)i << c->shift);
	uint64_t n = cells_pages(c, i);
	const struct rawindow *w = s->side.readahead == NULL ? NULL :
	    readahead_find(s->side.readahead, first, n);
	struct fcell cell;
	int mark;

	if (cells_known(c, i, LAYER_CACHED)) {
		if (c->count[LAYER_CACHED][i] == 0)
			return readahead_legend[AHEAD_NONE].cell;
		if (w == NULL)
			return readahead_legend[AHEAD_CACHED].cell;
	}
	if (w == NULL)
		return heatmap_level_cell(LEVEL_UNKNOWN);
	cell = readahead_legend[w->kind].cell;
	mark = is_in(w->trigger_page, first, n) ? AHEAD_TRIGGER :
	    is_in(rawindow_marker(w), first, n) ? AHEAD_MARKER : -1;
	if (mark >= 0) {
		cell.ch = readahead_legend[mark].cell.ch;
		cell.alt = readahead_legend[mark].cell.alt;
	}
	return cell;
}

/* The kind that most of the cell's pages are, of those that are anything: a
 * cell without is exactly that. */
static struct fcell
kinds_cell(const struct cells *c, size_t i)
{
	const unsigned needed = LAYER_KINDS | LAYER_BIT(LAYER_MAPPED) |
	    LAYER_BIT(LAYER_PRIVATE);
	uint32_t own = c->count[LAYER_PRIVATE][i] + c->count[LAYER_ZERO][i];
	uint32_t mapped = c->count[LAYER_MAPPED][i];
	const uint32_t pages[] = {
		[KIND_FILE] = mapped > own ? mapped - own : 0,
		[KIND_PRIVATE] = c->count[LAYER_PRIVATE][i],
		[KIND_ZERO] = c->count[LAYER_ZERO][i],
		[KIND_HUGE] = c->count[LAYER_HUGE][i],
		[KIND_SWAPPED] = c->count[LAYER_SWAPPED][i],
		[KIND_GUARD] = c->count[LAYER_GUARD][i],
	};
	unsigned most = KIND_NONE;

	if ((c->known[i] & needed) != needed)
		return heatmap_level_cell(LEVEL_UNKNOWN);
	for (unsigned k = KIND_FILE; k <= KIND_GUARD; k++)
		if (pages[k] > 0 && pages[k] >= pages[most])
			most = k;
	return kinds_legend[most].cell;
}

struct fcell
heatmap_plain_cell(const struct scene *s, size_t i)
{
	if (i >= s->shown->n)
		return heatmap_level_cell(LEVEL_UNKNOWN);
	if (s->view == VIEW_BOTH)
		return both_cell(s->shown, i);
	if (s->view == VIEW_COST)
		return cost_cell(s, i);
	if (s->view == VIEW_CHANGED)
		return changed_cell(s, i);
	if (s->view == VIEW_READAHEAD)
		return readahead_cell(s, i);
	if (s->view == VIEW_FAULTS)
		return landview_cell(s, i);
	if (s->view == VIEW_WHO)
		return whoview_cell(s, i);
	if (s->view == VIEW_DIFF)
		return diffview_cell(s, i);
	if (s->view == VIEW_KINDS)
		return kinds_cell(s->shown, i);
	return heatmap_level_cell(cells_level(s->shown, i,
	    (enum layer)view_table[s->view].layer));
}

/*
 * A mark inverts the cell, so that it is seen from afar whatever is there:
 * its level is the colour of the glyph then.
 */
static void
mark_cell(struct fcell *cell, char glyph)
{
	cell->fg = (uint8_t)heatmap_mark_role((enum role)cell->bg);
	cell->attr = ATTR_REVERSE;
	cell->ch = (char32_t)glyph;
	cell->alt = glyph;
}

/*
 * A selected cell says what the others say, so only part of a range is
 * inverted: the first column of each cell, or every fourth cell from the
 * anchor on. Without colours its glyph stays.
 */
static void
select_cell(struct fcell *cell)
{
	char alt = cell->alt;

	mark_cell(cell, '=');
	cell->alt = alt;
}

static bool
is_range_mark(const struct viewport *vp, uint64_t page, unsigned column)
{
	uint64_t from_anchor = (page >> vp->shift) -
	    (vp->anchor_page >> vp->shift);

	return viewport_is_selected(vp, page) && column == 0 &&
	    (vp->cell_cols > 1 || from_anchor % RANGE_STEP == 0);
}

static bool
is_worker_at(const struct scene *s, size_t i)
{
	const struct worker_facts *w = &s->sample->worker;
	size_t at;

	return w->alive && w->cursor_known &&
	    viewport_cell_of(s->vp, w->cursor_page, &at) && at == i;
}

/* What the columns of a marked cell say, for each width. */
static const struct {
	const char	*cursor, *worker, *both;
} mark_table[CELLGRID_WIDEST + 1] = {
	[1] = { "X", "@", "X" },
	[2] = { "X ", "@ ", "X@" },
	[3] = { "[X]", " @ ", "[@]" },
};

/* Not inverted, so that the cursor stands out. */
static void
mark_landing(const struct scene *s, size_t i, unsigned column,
    struct fcell *cell)
{
	uint8_t attr = 0;
	char mark = landview_mark(s, i, column, &attr);

	if (mark == 0)
		return;
	cell->fg = (uint8_t)heatmap_mark_role((enum role)cell->bg);
	cell->ch = (char32_t)mark;
	cell->alt = mark;
	cell->attr = attr;
}

struct fcell
heatmap_cell(const struct scene *s, size_t i, unsigned column)
{
	const struct viewport *vp = s->vp;
	uint64_t page = vp->first_page + ((uint64_t)i << vp->shift);
	struct fcell cell = heatmap_plain_cell(s, i);
	bool cursor = viewport_cursor_cell(vp) == i;
	bool worker = is_worker_at(s, i);

	if (s->view != VIEW_FAULTS && s->view != VIEW_DIFF)
		mark_landing(s, i, column, &cell);
	if (cursor)
		mark_cell(&cell, (worker ? mark_table[vp->cell_cols].both :
		    mark_table[vp->cell_cols].cursor)[column]);
	else if (worker)
		mark_cell(&cell, mark_table[vp->cell_cols].worker[column]);
	else if (is_range_mark(vp, page, column))
		select_cell(&cell);
	return cell;
}
