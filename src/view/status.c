#include "config.h"

#include "status.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "pagetide/mapspec.h"
#include "pagetide/sample.h"
#include "pagetide/units.h"
#include "pagetide/viewport.h"

#include "diffview.h"
#include "header.h"
#include "headline.h"
#include "heatmap.h"
#include "legend.h"
#include "pagetide/line.h"

/* View line width from which the title is there in full. */
#define WIDE_COLS 100
/* Width up to which there is room for little. */
#define SLIM_COLS 60
/* What a memory limit takes, with what is between. */
#define LIMIT_COLS 35
/* Width from which there is room for bytes beside pages with all of the
 * numbers of a private mapping. */
#define BYTES_COLS 150

/* The cache: share, pages, bytes; where room is short the share alone. */
static void
status_cached(struct line *l, const struct scene *s, bool brief)
{
	const struct target_facts *t = &s->sample->target;
	const struct counters *c = &s->sample->counters;
	bool known = (c->known & COUNTER_BIT(COUNTER_CACHED)) != 0;
	uint64_t pages = c->v[COUNTER_CACHED];
	char share[UNITS_MAX] = "?", bytes[UNITS_MAX], of[3 * UNITS_MAX];
	enum role role = ROLE_WARN;

	if (t->anon) {
		line_add(l, ROLE_TEXT, "no page cache");
		return;
	}
	snprintf(of, sizeof of, "?/%" PRIu64 " = ", t->pages);
	if (known) {
		units_percent(share, pages, t->pages);
		snprintf(of, sizeof of, "%" PRIu64 "/%" PRIu64 " = ", pages,
		    t->pages);
		role = ROLE_STRONG;
	}
	line_add(l, ROLE_TEXT, "page cache ");
	if (l->x + (int)(strlen(of) + strlen(share)) <= l->end)
		line_join(l, ROLE_TEXT, "%s", of);
	line_join(l, role, "%s", share);
	if (known && !brief)
		line_join(l, ROLE_TEXT, " = %s",
		    units_bytes(bytes, pages * t->page_bytes));
}

static void
status_mapped(struct line *l, const struct scene *s, bool brief)
{
	const struct counters *c = &s->sample->counters;
	uint64_t pages = c->v[COUNTER_MAPPED];
	char bytes[UNITS_MAX];

	if ((c->known & COUNTER_BIT(COUNTER_MAPPED)) == 0)
		line_add(l, ROLE_TEXT, "mapped ?");
	else if (brief)
		line_add(l, ROLE_TEXT, "mapped %" PRIu64, pages);
	else
		line_add(l, ROLE_TEXT, "mapped %" PRIu64 " = %s", pages,
		    units_bytes(bytes, pages *
		    s->sample->target.page_bytes));
}

/* What is on its way to storage or from it, if anything is. */
static void
status_moving(struct line *l, const struct sample *s)
{
	static const struct {
		enum layer	 layer;
		const char	*name;
	} rows[] = {
		{ LAYER_DIRTY, "dirty" },
		{ LAYER_WRITEBACK, "writeback" },
		{ LAYER_INFLIGHT, "incomplete" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (sample_total_known(s, rows[i].layer) &&
		    s->total[rows[i].layer] > 0)
			line_add(l, ROLE_TEXT, "%s %" PRIu64, rows[i].name,
			    s->total[rows[i].layer]);
}

static void
status_read(struct line *l, const struct scene *s)
{
	char bytes[UNITS_MAX] = "?";
	uint64_t n;

	if (sample_since(s->sample, &s->sample->counters,
	    COUNTER_READ_BYTES, &n))
		units_bytes(bytes, n);
	line_add(l, ROLE_TEXT, "read %s", bytes);
}

/* The faults of the worker's touches, since it was ready to act. */
static void
status_so_far(struct line *l, const struct scene *s)
{
	const struct counters *c = &s->sample->counters;
	uint64_t major, minor;

	if (sample_since(s->sample, c, COUNTER_MAJOR, &major) &&
	    sample_since(s->sample, c, COUNTER_MINOR, &minor))
		line_add(l, ROLE_TEXT, "so far %" PRIu64 " major, %" PRIu64
		    " minor", major, minor);
}

/* Pages of the worker's own, by its PTEs and by smaps: each measured. */
static void
status_private(struct line *l, const struct sample *s)
{
	const struct worker_facts *w = &s->worker;
	char bytes[UNITS_MAX];

	if (!mapspec_makes_copies(s->worker.map_flags))
		return;
	if (sample_total_known(s, LAYER_PRIVATE))
		line_add(l, ROLE_TEXT, "private %" PRIu64,
		    s->total[LAYER_PRIVATE]);
	else
		line_add(l, ROLE_TEXT, "private ?");
	if (w->private_dirty_known)
		line_join(l, ROLE_TEXT, ", Private_Dirty %s",
		    units_bytes(bytes, w->private_dirty_bytes));
}

/* How far the worker's memory limit is used up, where it has one. */
static void
status_limit(struct line *l, const struct memory_facts *m)
{
	char limit[UNITS_MAX] = "?", used[UNITS_MAX] = "?";

	if (!sample_has_limit(m))
		return;
	if (m->limit_known)
		units_bytes(limit, m->limit_bytes);
	if (m->usage_known)
		units_bytes(used, m->usage_bytes);
	line_add(l, ROLE_TEXT, "limit %s, used %s", limit, used);
}

/* What there is of the target, where one cannot say what touching it costs. */
static void
status_layers(struct line *l, const struct scene *s)
{
	bool brief = l->end - l->x < BYTES_COLS &&
	    (sample_has_limit(&s->sample->memory) ||
	    mapspec_makes_copies(s->sample->worker.map_flags));

	status_cached(l, s, brief);
	if (s->read_only)
		return;
	status_mapped(l, s, brief);
	status_private(l, s->sample);
}

static void
draw_numbers(struct frame *f, struct rect r, const struct scene *s,
    bool with_advice)
{
	struct line l;
	bool costs;
	int kept;

	line_init(&l, f, r, " | ", ROLE_DIM);
	line_join(&l, ROLE_TEXT, " ");
	l.any = false;
	if (s->sample->seq == 0) {
		line_add(&l, ROLE_WARN, "nothing measured yet");
		return;
	}
	kept = sample_has_limit(&s->sample->memory) ? LIMIT_COLS : 0;
	l.end -= kept;
	costs = headline_add(&l, s);
	l.end += kept;
	if (!costs)
		status_layers(&l, s);
	status_limit(&l, &s->sample->memory);
	status_moving(&l, s->sample);
	if (s->read_only)
		return;
	if (costs)
		status_so_far(&l, s);
	if (with_advice)
		header_advice(&l, s);
	status_read(&l, s);
}

/* The level of cells [from, to) taken together. */
static enum level
level_of_cells(const struct cells *c, size_t from, size_t to, enum layer layer)
{
	uint64_t count = 0, pages = 0;

	for (size_t i = from; i < to; i++) {
		if (!cells_known(c, i, layer))
			return LEVEL_UNKNOWN;
		count += c->count[layer][i];
		pages += cells_pages(c, i);
	}
	return level_of(count, pages);
}

/* Is a page of the overview cells [from, to) on the map? */
static bool
on_map(const struct viewport *vp, const struct cells *c, size_t from,
    size_t to)
{
	uint64_t first = cells_page(c, from);
	uint64_t end = cells_page(c, to - 1) + cells_pages(c, to - 1);

	return first < vp->first_page + viewport_shown_pages(vp) &&
	    end > vp->first_page;
}

/* Views of more than one layer have the bar of what is in memory. */
static enum layer
bar_layer(const struct scene *s)
{
	int layer = view_info_of(s->view, s->sample)->layer;

	return layer >= 0 ? (enum layer)layer : sample_main_layer(s->sample);
}

/* Column x of w shows whole cells of the overview, one at least. */
static void
bar_column(struct frame *f, int at, int y, int x, int w, const struct scene *s)
{
	const struct cells *c = s->sample->overview;
	size_t from = c->n * (size_t)x / (size_t)w;
	size_t to = c->n * (size_t)(x + 1) / (size_t)w;
	struct fcell cell;

	if (to <= from)
		to = from + 1;
	cell = heatmap_level_cell(level_of_cells(c, from, to, bar_layer(s)));
	if (viewport_shown_pages(s->vp) < s->vp->pages &&
	    on_map(s->vp, c, from, to)) {
		cell.ch = U'=';
		cell.fg = (uint8_t)heatmap_mark_role((enum role)cell.bg);
	}
	frame_put(f, at, y, cell.ch, cell.alt, (enum role)cell.fg,
	    (enum role)cell.bg, cell.attr);
}

/* All of the target in one line; "=" marks the part that the map shows. */
static void
draw_bar(struct frame *f, const struct layout *l, const struct scene *s)
{
	int label = l->labels.w, w = (int)(s->vp->cols * s->vp->cell_cols);

	if (w > l->map.w)
		w = l->map.w;
	if (l->bar.h == 0 || s->sample->overview == NULL ||
	    s->sample->overview->n == 0)
		return;
	if (label > 0) {
		frame_printf(f, l->bar.x, l->bar.y, label - 2, ROLE_DIM, "%*s",
		    label - 2, "whole");
		frame_text(f, l->bar.x + label - 1, l->bar.y, 1, ROLE_DIM,
		    "|");
	}
	for (int x = 0; x < w; x++)
		bar_column(f, l->map.x + x, l->bar.y, x, w, s);
}

void
status_draw(struct frame *f, const struct layout *l, const struct scene *s)
{
	bool told = header_draw(f, l->header, s);

	draw_numbers(f, l->status, s, !told);
	draw_bar(f, l, s);
}

/* "all 64M" or "16M..20M of 64M"; offsets in bytes. */
static void
add_window(struct line *l, const struct scene *s)
{
	uint64_t page_bytes = s->sample->target.page_bytes;
	uint64_t shown = viewport_shown_pages(s->vp);
	char from[UNITS_MAX], to[UNITS_MAX], all[UNITS_MAX];

	units_offset(all, s->vp->pages * page_bytes);
	units_offset(from, s->vp->first_page * page_bytes);
	units_offset(to, (s->vp->first_page + shown) * page_bytes);
	if (shown == s->vp->pages)
		line_add(l, ROLE_TEXT, "all %s", all);
	else
		line_add(l, ROLE_TEXT, "%s..%s of %s", from, to, all);
}

static void
add_selection(struct line *l, const struct scene *s)
{
	uint64_t page_bytes = s->sample->target.page_bytes, first, n;
	char from[UNITS_MAX], to[UNITS_MAX], pages[UNITS_MAX];

	if (!s->vp->selecting)
		return;
	viewport_range(s->vp, &first, &n);
	line_add(l, ROLE_STRONG, "= %s..%s", units_offset(from,
	    first * page_bytes), units_offset(to, (first + n) * page_bytes));
	line_join(l, ROLE_TEXT, ", %s", units_count(pages, n, "page"));
}

/* What the worker does; its place on the map is marked the same. */
static void
add_walk(struct line *l, const struct worker_facts *w)
{
	char rate[UNITS_MAX];

	if (!w->alive || !w->running)
		return;
	line_add(l, ROLE_GOOD, "@ %s", pattern_table[w->kind].name);
	if (w->paused)
		line_join(l, ROLE_GOOD, " paused");
	else if (w->pace_per_s == 0)
		line_join(l, ROLE_GOOD, " full speed");
	else
		line_join(l, ROLE_GOOD, " %s/s",
		    units_rate(rate, (double)w->pace_per_s));
}

/* The title, without what is in brackets (of the worker) if brief; else the
 * name. */
static void
add_title(struct line *l, const struct view_info *view, bool brief)
{
	const char *title = view->title;
	size_t n = brief ? strcspn(title, "(") : strlen(title);

	while (n > 0 && title[n - 1] == ' ')
		n--;
	if (!line_add(l, ROLE_STRONG, "%.*s", (int)n, title))
		line_add(l, ROLE_STRONG, "%s", view->name);
}

/* The working set in numbers, and how far it reaches back. */
static void
add_set(struct line *l, const struct sample *s, bool brief)
{
	const struct counters *c = &s->counters;
	uint64_t pages = c->v[COUNTER_WORKING_SET];
	char bytes[UNITS_MAX], span[UNITS_MAX];

	units_span(span, s->worker.window_ns);
	if (!(c->known & COUNTER_BIT(COUNTER_WORKING_SET)))
		line_add(l, ROLE_WARN, "?");
	else if (brief)
		line_add(l, ROLE_TEXT, "%" PRIu64 " in %s", pages, span);
	else
		line_add(l, ROLE_TEXT, "%" PRIu64 " = %s in %s", pages,
		    units_bytes(bytes, pages * s->target.page_bytes), span);
}

/* What the map is of: where there is no side panel with its legend too, which
 * comes before the walk where there is room for one of them alone. */
static void
add_map(struct line *line, const struct layout *l, const struct scene *s)
{
	bool zoomed = viewport_shown_pages(s->vp) < s->vp->pages;
	bool slim = l->viewline.w < SLIM_COLS;
	char cell[UNITS_MAX];

	if (zoomed)
		add_window(line, s);
	add_selection(line, s);
	if (!slim)
		add_walk(line, &s->sample->worker);
	if (s->view == VIEW_WATERFALL)
		line_add(line, ROLE_TEXT, "%s a row", units_span(cell,
		    s->column_ns));
	if (l->side.w == 0)
		legend_line(line, s);
	if (slim)
		add_walk(line, &s->sample->worker);
	if (!zoomed)
		add_window(line, s);
	if (l->side.w == 0 && s->view != VIEW_WATERFALL)
		line_add(line, ROLE_TEXT, "%s a cell", units_offset(cell,
		    (uint64_t)s->sample->target.page_bytes << s->vp->shift));
}

void
status_viewline(struct frame *f, const struct layout *l,
    const struct scene *s)
{
	char since[UNITS_MAX];
	struct line line;
	bool brief = l->side.w == 0 && l->viewline.w < WIDE_COLS;
	bool zoomed = viewport_shown_pages(s->vp) < s->vp->pages;

	line_init(&line, f, l->viewline, " | ", ROLE_DIM);
	if (s->frozen && line_add(&line, ROLE_TEXT, "%s", header_frozen))
		header_badge(f, l->viewline.x, l->viewline.y, line.x,
		    header_frozen);
	else
		line_join(&line, ROLE_TEXT, " ");
	line.any = s->frozen;
	if (scene_events_since(s) > 0)
		line_add(&line, ROLE_WARN, "+%s", units_count(since,
		    scene_events_since(s), "event"));
	add_title(&line, view_info_of(s->view, s->sample), brief || zoomed ||
	    s->sample->worker.process != 0);
	if (scene_by(s) != NULL)
		line_join(&line, ROLE_DIM, ", by %s", scene_by(s));
	if (s->view == VIEW_TOUCHED)
		add_set(&line, s->sample, brief);
	if (s->view == VIEW_DIFF)
		diffview_line(&line, s);
	if (s->vp->pages == 0 || s->sample->target.page_bytes == 0)
		return;
	add_map(&line, l, s);
}

/* The whole target as one cell, for a screen without room for words. */
static void
tiny_cell(struct frame *f, const struct sample *s)
{
	enum level level = sample_total_known(s, LAYER_CACHED) ?
	    level_of(s->total[LAYER_CACHED], s->target.pages) : LEVEL_UNKNOWN;
	struct fcell c = heatmap_level_cell(level);

	frame_put(f, 0, 0, c.ch, c.alt, (enum role)c.fg, (enum role)c.bg,
	    c.attr);
}

void
status_tiny(struct frame *f, const struct scene *s)
{
	const char *frozen = s->frozen ? " FROZEN" : "";
	char share[UNITS_MAX] = "?";
	struct line l;

	if (sample_total_known(s->sample, LAYER_CACHED))
		units_percent(share, s->sample->total[LAYER_CACHED],
		    s->sample->target.pages);
	line_init(&l, f, (struct rect){ 0, 0, f->cols, 1 }, "", ROLE_TEXT);
	if (!line_add(&l, ROLE_STRONG, "resident %s%s", share, frozen) &&
	    !line_add(&l, ROLE_STRONG, "%s%s", share, frozen) &&
	    !line_add(&l, ROLE_STRONG, "%s", share))
		tiny_cell(f, s->sample);
}
