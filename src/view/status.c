#include "config.h"

#include "status.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "pagetide/advice.h"
#include "pagetide/order.h"
#include "pagetide/sample.h"
#include "pagetide/strbuf.h"
#include "pagetide/units.h"
#include "pagetide/viewport.h"

#include "header.h"
#include "heatmap.h"
#include "line.h"

/* View line width from which the title is there in full. */
#define WIDE_COLS 100
/* Width from which there is room for bytes beside pages with all of the
 * numbers of a private mapping. */
#define BYTES_COLS 150

static bool
total_known(const struct sample *s, enum layer layer)
{
	return (s->total_known & LAYER_BIT(layer)) != 0;
}

/* Was the target mapped for writing private copies? */
static bool
makes_copies(const struct sample *s)
{
	const uint32_t written = MAP_SPEC_PRIVATE | MAP_SPEC_WRITE;

	return (s->worker.map_flags & written) == written;
}

/* The cache: share, pages, bytes; where room is short the share alone. */
static void
status_cached(struct line *l, const struct sample *s, bool brief)
{
	const struct target_facts *t = &s->target;
	uint64_t pages = s->total[LAYER_CACHED];
	char share[UNITS_MAX] = "?", bytes[UNITS_MAX], of[3 * UNITS_MAX];
	enum role role = ROLE_WARN;

	if (t->anon) {
		line_add(l, ROLE_TEXT, "no page cache");
		return;
	}
	snprintf(of, sizeof of, "?/%" PRIu64 " = ", t->pages);
	if (total_known(s, LAYER_CACHED)) {
		units_percent(share, pages, t->pages);
		snprintf(of, sizeof of, "%" PRIu64 "/%" PRIu64 " = ", pages,
		    t->pages);
		role = ROLE_STRONG;
	}
	line_add(l, ROLE_TEXT, "page cache ");
	if (l->x + (int)(strlen(of) + strlen(share)) <= l->end)
		line_join(l, ROLE_TEXT, "%s", of);
	line_join(l, role, "%s", share);
	if (total_known(s, LAYER_CACHED) && !brief)
		line_join(l, ROLE_TEXT, " = %s",
		    units_bytes(bytes, pages * t->page_bytes));
}

static void
status_mapped(struct line *l, const struct sample *s, bool brief)
{
	uint64_t pages = s->total[LAYER_MAPPED];
	char bytes[UNITS_MAX];

	if (!total_known(s, LAYER_MAPPED))
		line_add(l, ROLE_TEXT, "mapped ?");
	else if (brief)
		line_add(l, ROLE_TEXT, "mapped %" PRIu64, pages);
	else
		line_add(l, ROLE_TEXT, "mapped %" PRIu64 " = %s", pages,
		    units_bytes(bytes, pages * s->target.page_bytes));
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
		{ LAYER_INFLIGHT, "in flight" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (total_known(s, rows[i].layer) &&
		    s->total[rows[i].layer] > 0)
			line_add(l, ROLE_TEXT, "%s %" PRIu64, rows[i].name,
			    s->total[rows[i].layer]);
}

static void
status_read(struct line *l, const struct sample *s)
{
	char bytes[UNITS_MAX] = "?";
	uint64_t n;

	if (sample_since(s, &s->counters, COUNTER_READ_BYTES, &n))
		units_bytes(bytes, n);
	line_add(l, ROLE_TEXT, "read %s", bytes);
}

/* The advice in force over the range that hints would go to. */
static void
status_advice(struct line *l, const struct scene *s)
{
	char text[64] = "?";
	uint64_t first, n;
	unsigned vmf, differ;

	viewport_range(s->vp, &first, &n);
	if (sample_vmflags(s->sample, first, n, &vmf, &differ))
		advice_vmflags_text(text, sizeof text, vmf, differ);
	line_add(l, ROLE_TEXT, "advice %s", text);
}

/* Pages of the worker's own, by its PTEs and by smaps: each measured. */
static void
status_private(struct line *l, const struct sample *s)
{
	const struct worker_facts *w = &s->worker;
	char bytes[UNITS_MAX];

	if (!makes_copies(s))
		return;
	if (total_known(s, LAYER_PRIVATE))
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

	if (!m->limited)
		return;
	if (m->limit_known && m->limit_bytes == UINT64_MAX)
		snprintf(limit, sizeof limit, "off");
	else if (m->limit_known)
		units_bytes(limit, m->limit_bytes);
	if (m->usage_known)
		units_bytes(used, m->usage_bytes);
	line_add(l, ROLE_TEXT, "limit %s, used %s", limit, used);
}

static void
draw_numbers(struct frame *f, struct rect r, const struct scene *s)
{
	bool brief = (makes_copies(s->sample) || s->sample->memory.limited) &&
	    r.w < BYTES_COLS;
	struct line l;

	line_init(&l, f, r, " | ", ROLE_DIM);
	line_join(&l, ROLE_TEXT, " ");
	l.any = false;
	if (s->sample->seq == 0) {
		line_add(&l, ROLE_WARN, "nothing measured yet");
		return;
	}
	status_cached(&l, s->sample, brief);
	if (!s->read_only) {
		status_mapped(&l, s->sample, brief);
		status_private(&l, s->sample);
	}
	status_limit(&l, &s->sample->memory);
	status_moving(&l, s->sample);
	if (s->read_only)
		return;
	status_read(&l, s->sample);
	status_advice(&l, s);
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

/* Column x of w shows whole cells of the overview, one at least. */
static void
bar_column(struct frame *f, int at, int y, int x, int w, const struct scene *s)
{
	const struct cells *c = s->sample->overview;
	size_t from = c->n * (size_t)x / (size_t)w;
	size_t to = c->n * (size_t)(x + 1) / (size_t)w;
	int layer = view_table[s->view].layer;
	struct fcell cell;

	if (to <= from)
		to = from + 1;
	cell = heatmap_level_cell(level_of_cells(c, from, to,
	    layer >= 0 ? (enum layer)layer : LAYER_CACHED));
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
	int label = l->labels.w, w = l->map.w;

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
	header_draw(f, l->header, s);
	draw_numbers(f, l->status, s);
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
	if (w->pace_per_s == 0)
		line_join(l, ROLE_GOOD, " full speed");
	else
		line_join(l, ROLE_GOOD, " %s/s",
		    units_rate(rate, (double)w->pace_per_s));
}

/* The legend in short, where no side panel has it in full. */
static void
add_swatches(struct line *l, enum view_kind view)
{
	size_t n;
	const struct swatch *sw = heatmap_legend(view, &n);

	for (size_t i = 0; i < n; i++) {
		int x = l->x + (int)strlen(l->between);

		if (!line_add(l, ROLE_TEXT, "  %s", sw[i].label))
			continue;
		frame_put(l->frame, x, l->y, sw[i].cell.ch, sw[i].cell.alt,
		    (enum role)sw[i].cell.fg, (enum role)sw[i].cell.bg, 0);
		l->between = " ";
	}
	l->between = " | ";
}

/* The six levels without their names but for the ends. */
static void
add_ramp(struct line *l)
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

static void
add_legend(struct line *l, enum view_kind view)
{
	if (view_table[view].layer >= 0)
		add_ramp(l);
	else
		add_swatches(l, view);
}

/* The title, without what is in brackets if brief; else the name. */
static void
add_title(struct line *l, enum view_kind view, bool brief)
{
	const char *title = view_table[view].title;
	size_t n = brief ? strcspn(title, "(") : strlen(title);

	while (n > 0 && title[n - 1] == ' ')
		n--;
	if (!line_add(l, ROLE_STRONG, "%.*s", (int)n, title))
		line_add(l, ROLE_STRONG, "%s", view_table[view].name);
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

void
status_viewline(struct frame *f, const struct layout *l,
    const struct scene *s)
{
	char cell[UNITS_MAX], since[UNITS_MAX];
	struct line line;
	bool brief = l->side.w == 0 && l->viewline.w < WIDE_COLS;

	line_init(&line, f, l->viewline, " | ", ROLE_DIM);
	if (s->paused && line_add(&line, ROLE_TEXT, "%s", header_paused))
		header_badge(f, l->viewline.x, l->viewline.y, line.x,
		    header_paused);
	else
		line_join(&line, ROLE_TEXT, " ");
	line.any = s->paused;
	if (s->events_since > 0)
		line_add(&line, ROLE_WARN, "+%s", units_count(since,
		    s->events_since, "event"));
	add_title(&line, s->view, brief);
	if (scene_by(s) != NULL)
		line_join(&line, ROLE_DIM, ", by %s", scene_by(s));
	if (s->view == VIEW_TOUCHED)
		add_set(&line, s->sample, brief);
	if (s->vp->pages == 0 || s->sample->target.page_bytes == 0)
		return;
	add_selection(&line, s);
	if (l->side.w == 0)
		add_legend(&line, s->view);
	add_walk(&line, &s->sample->worker);
	add_window(&line, s);
	if (l->side.w == 0)
		line_add(&line, ROLE_TEXT, "%s a cell", units_offset(cell,
		    (uint64_t)s->sample->target.page_bytes << s->vp->shift));
}

/* The whole target as one cell, for a screen without room for words. */
static void
tiny_cell(struct frame *f, const struct sample *s)
{
	enum level level = total_known(s, LAYER_CACHED) ?
	    level_of(s->total[LAYER_CACHED], s->target.pages) : LEVEL_UNKNOWN;
	struct fcell c = heatmap_level_cell(level);

	frame_put(f, 0, 0, c.ch, c.alt, (enum role)c.fg, (enum role)c.bg,
	    c.attr);
}

void
status_tiny(struct frame *f, const struct scene *s)
{
	const char *paused = s->paused ? " PAUSED" : "";
	char share[UNITS_MAX] = "?";
	struct line l;

	if (total_known(s->sample, LAYER_CACHED))
		units_percent(share, s->sample->total[LAYER_CACHED],
		    s->sample->target.pages);
	line_init(&l, f, (struct rect){ 0, 0, f->cols, 1 }, "", ROLE_TEXT);
	if (!line_add(&l, ROLE_STRONG, "resident %s%s", share, paused) &&
	    !line_add(&l, ROLE_STRONG, "%s%s", share, paused) &&
	    !line_add(&l, ROLE_STRONG, "%s", share))
		tiny_cell(f, s->sample);
}
