#include "config.h"

#include "side.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "pagetide/cells.h"
#include "pagetide/clock.h"
#include "pagetide/order.h"
#include "pagetide/ring.h"
#include "pagetide/sample.h"
#include "pagetide/units.h"
#include "pagetide/viewport.h"

#include "heatmap.h"
#include "inspect.h"
#include "panel.h"
#include "sidelatency.h"
#include "sidelimit.h"

/* Columns of a colour in the legend. */
#define SWATCH_COLS 2
/* Lines of the last section. */
#define COST_LINES 2

static void
draw_swatch(struct frame *f, struct rect r, const struct swatch *sw)
{
	for (int x = 0; x < SWATCH_COLS && r.h > 0; x++)
		frame_put(f, r.x + x, r.y, sw->cell.ch, sw->cell.alt,
		    (enum role)sw->cell.fg, (enum role)sw->cell.bg, 0);
	frame_text(f, r.x + SWATCH_COLS + 1, r.y, r.w - SWATCH_COLS - 1,
	    ROLE_TEXT, sw->label);
}

/* The swatches in as many columns as fit. */
static void
draw_swatches(struct panel *p, enum view_kind view)
{
	size_t n, per_line, widest = 0;
	const struct swatch *sw = heatmap_legend(view, &n);
	struct rect line = { 0 };
	int cols;

	for (size_t i = 0; i < n; i++)
		if (strlen(sw[i].label) > widest)
			widest = strlen(sw[i].label);
	cols = (int)widest + SWATCH_COLS + 2;
	per_line = p->r.w > cols ? (size_t)((p->r.w + 1) / cols) : 1;
	for (size_t i = 0; i < n; i++) {
		if (i % per_line == 0)
			line = panel_line(p);
		if (line.h > 0)
			draw_swatch(p->frame, (struct rect){ line.x +
			    (int)(i % per_line) * cols, line.y, cols, 1 },
			    &sw[i]);
	}
}

/* Who tells the layer of the view, and what else to know of it. */
static void
legend_notes(struct panel *p, const struct scene *s)
{
	const char *by = scene_by(s), *note = view_table[s->view].note;
	struct line l;

	if (view_table[s->view].layer < 0)
		return;
	if (by == NULL) {
		panel_start(p, &l, "");
		line_add(&l, ROLE_WARN, "nothing tells it here");
	} else if (p->shed < SHED_BY) {
		panel_start(p, &l, "");
		line_add(&l, ROLE_DIM, "by %s", by);
	}
	if (note == NULL || p->shed >= SHED_NOTE)
		return;
	panel_start(p, &l, "");
	line_add(&l, ROLE_DIM, "%s", note);
}

static void
draw_legend(struct panel *p, const struct scene *s)
{
	uint64_t page_bytes = s->sample->target.page_bytes;
	uint64_t cell = UINT64_C(1) << s->vp->shift;
	char bytes[UNITS_MAX], pages[UNITS_MAX];
	struct line l;

	panel_section(p, &l, "LEGEND");
	line_add(&l, ROLE_DIM, "%s", view_table[s->view].help);
	legend_notes(p, s);
	draw_swatches(p, s->view);
	if (p->shed < SHED_MARKS) {
		panel_start(p, &l, "  ");
		line_add(&l, ROLE_TEXT, "X cursor");
		line_add(&l, ROLE_TEXT, "@ worker");
		line_add(&l, ROLE_TEXT, "= range");
	}
	if (s->vp->pages == 0 || p->shed >= SHED_CELL)
		return;
	panel_start(p, &l, ", ");
	line_add(&l, ROLE_TEXT, "cell %s = %s",
	    units_offset(bytes, cell * page_bytes),
	    units_count(pages, cell, "page"));
	line_add(&l, ROLE_TEXT, "row %s", units_offset(bytes,
	    cell * page_bytes * s->vp->cols));
}

/*
 * The newest tick of the picture (NULL: none), and how far the last second
 * before it really reaches back.
 */
static const struct tick *
last_second(const struct scene *s, uint64_t *took_ns)
{
	const struct tick *newest = NULL, *t;

	*took_ns = 0;
	for (size_t i = 0; (t = ring_at(s->ring, i)) != NULL; i++) {
		if (t->t_ns > s->now_ns)
			continue;
		if (newest == NULL)
			newest = t;
		*took_ns = newest->t_ns - t->t_ns;
		if (*took_ns >= NS_PER_S)
			break;
	}
	return newest;
}

static const struct now_row {
	enum counter	 counter;
	const char	*name, *brief;
	bool		 bytes;
} now_table[] = {
	{ COUNTER_MINOR, "minor faults", "minor", false },
	{ COUNTER_MAJOR, "major faults", "major", false },
	{ COUNTER_READ_BYTES, "bytes read", "read", true },
	{ COUNTER_REFAULTS, "refaults", "refaults", false },
	{ COUNTER_STEALS, "steals", "steals", false },
};
#define LIMIT_COUNTERS (COUNTER_BIT(COUNTER_REFAULTS) | \
    COUNTER_BIT(COUNTER_STEALS))
#define N_NOW (sizeof now_table / sizeof now_table[0])

/* Steals are those of the whole system where the cgroup does not count. */
static const char *
now_name(const struct now_row *row, const struct sample *s, bool wide)
{
	if (row->counter == COUNTER_STEALS && s->memory.steals_by != NULL &&
	    strcmp(s->memory.steals_by, "system") == 0)
		return wide ? "steals (system)" : "sys stls";
	return wide ? row->name : row->brief;
}

/* The rate over the last second before to_ns, "?" if there is none. */
static void
rate_text(char buf[UNITS_MAX], const struct scene *s,
    const struct now_row *row, uint64_t to_ns)
{
	uint64_t from_ns = to_ns > NS_PER_S ? to_ns - NS_PER_S : 0;
	char rate[UNITS_MAX];
	double per_s;

	if (to_ns == 0 || !ring_rate_over(s->ring, row->counter, from_ns,
	    to_ns, &per_s))
		snprintf(buf, UNITS_MAX, "?");
	else if (row->bytes)
		units_byte_rate(buf, per_s);
	else
		snprintf(buf, UNITS_MAX, "%.28s/s", units_rate(rate, per_s));
}

static void
total_text(char buf[UNITS_MAX], const struct sample *s,
    const struct counters *now, const struct now_row *row)
{
	uint64_t n;

	if (!sample_since(s, now, row->counter, &n))
		snprintf(buf, UNITS_MAX, "?");
	else if (row->bytes)
		units_bytes(buf, n);
	else
		snprintf(buf, UNITS_MAX, "%" PRIu64, n);
}

static void
now_line(struct panel *p, const char *name, const char *rate,
    const char *total)
{
	struct line l;

	panel_start(p, &l, "");
	line_add(&l, ROLE_DIM, " %-*.*s", panel_name_cols(p),
	    panel_name_cols(p), name);
	line_add(&l, ROLE_TEXT, " %8s", rate);
	line_add(&l, ROLE_TEXT, " %*s", p->r.w >= PANEL_WIDE ? 12 : 9, total);
}

/* Net change of a gauge over the last second, and what it is now. */
static void
gauge_line(struct panel *p, const struct scene *s, enum counter gauge,
    const char *name, const struct tick *newest)
{
	uint64_t to_ns = newest != NULL ? newest->t_ns : 0;
	uint64_t from_ns = to_ns > NS_PER_S ? to_ns - NS_PER_S : 0;
	char change[UNITS_MAX] = "?", level[UNITS_MAX] = "= ?";
	int64_t delta;

	if (to_ns > 0 &&
	    ring_delta_over(s->ring, gauge, from_ns, to_ns, &delta))
		snprintf(change, sizeof change, "%+" PRId64, delta);
	if (newest != NULL && (newest->counters.known & COUNTER_BIT(gauge)))
		snprintf(level, sizeof level, "= %" PRIu64,
		    newest->counters.v[gauge]);
	now_line(p, name, change, level);
}

/* "NOW  last 1 s  since start"; samples may be further apart than that. */
static void
now_heading(struct panel *p, const struct scene *s, uint64_t took_ns)
{
	uint64_t seconds = took_ns > NS_PER_S * 3 / 2 ?
	    (took_ns + NS_PER_S / 2) / NS_PER_S : 1;
	bool wide = p->r.w >= PANEL_WIDE;
	char head[UNITS_MAX];
	struct line l;

	snprintf(head, sizeof head, "last %" PRIu64 " s", seconds);
	panel_section(p, &l, "NOW");
	l.between = "";
	line_add(&l, ROLE_DIM, "%*s", panel_name_cols(p) + 7, head);
	if (!s->read_only)
		line_add(&l, ROLE_DIM, "%*s", wide ? 13 : 10,
		    wide ? "since start" : "in all");
}

/* What the worker has copied, by its PTEs and by smaps: each measured. */
static void
draw_copies(struct panel *p, const struct scene *s, const struct tick *newest)
{
	const uint32_t written = MAP_SPEC_PRIVATE | MAP_SPEC_WRITE;
	const struct worker_facts *w = &s->sample->worker;
	bool wide = p->r.w >= PANEL_WIDE;
	char dirty[UNITS_MAX] = "?";

	if ((w->map_flags & written) != written)
		return;
	gauge_line(p, s, COUNTER_PRIVATE, wide ? "private pages" : "private",
	    newest);
	if (w->private_dirty_known)
		units_bytes(dirty, w->private_dirty_bytes);
	now_line(p, wide ? "Private_Dirty" : "P_Dirty", "", dirty);
}

/* Page cache, resident set and working set. */
static void
draw_sets(struct panel *p, const struct scene *s, const struct tick *newest)
{
	bool wide = p->r.w >= PANEL_WIDE;
	char span[UNITS_MAX], name[2 * UNITS_MAX] = "touched";

	if (!s->sample->target.anon && p->shed < SHED_CACHED)
		gauge_line(p, s, COUNTER_CACHED,
		    wide ? "pages cached" : "cached", newest);
	if (s->read_only)
		return;
	if (p->shed < SHED_MAPPED)
		gauge_line(p, s, COUNTER_MAPPED,
		    wide ? "pages mapped" : "mapped", newest);
	if (wide)
		snprintf(name, sizeof name, "working set %s",
		    units_span(span, s->sample->worker.window_ns));
	gauge_line(p, s, COUNTER_WORKING_SET, name, newest);
}

static void
draw_now(struct panel *p, const struct scene *s)
{
	char rate[UNITS_MAX], total[UNITS_MAX];
	uint64_t to_ns, took_ns;
	const struct tick *newest = last_second(s, &took_ns);
	bool wide = p->r.w >= PANEL_WIDE;
	const struct now_row *row;

	to_ns = newest != NULL ? newest->t_ns : 0;
	now_heading(p, s, took_ns);
	for (size_t i = 0; !s->read_only && i < N_NOW; i++) {
		row = &now_table[i];
		if (!s->sample->memory.limited &&
		    (COUNTER_BIT(row->counter) & LIMIT_COUNTERS) != 0)
			continue;
		rate_text(rate, s, row, to_ns);
		total_text(total, s->sample, newest != NULL ?
		    &newest->counters : &s->sample->counters, row);
		now_line(p, now_name(row, s->sample, wide), rate, total);
	}
	draw_copies(p, s, newest);
	draw_sets(p, s, newest);
}

/* Rounds an age up to 1, 2, 5, 10 ... seconds, so that it stands still. */
static uint64_t
age_bound_s(uint64_t age_ns)
{
	static const unsigned step[] = { 1, 2, 5 };

	for (uint64_t ten = 1;; ten *= 10)
		for (int i = 0; i < 3; i++)
			if (age_ns <= step[i] * ten * NS_PER_S)
				return step[i] * ten;
}

/* Which interface answered, and how old the oldest part of it is. */
static void
draw_source(struct panel *p, const struct sample *s)
{
	struct line l;

	panel_start(p, &l, ", ");
	if (s->scan.cached_by != NULL)
		line_add(&l, ROLE_DIM, "by %s", s->scan.cached_by);
	if (s->scan.mapped_by != NULL)
		line_add(&l, ROLE_DIM, "%s", s->scan.mapped_by);
	if (!s->scan.complete)
		line_add(&l, ROLE_WARN, "first pass runs");
	else if (s->scan.oldest_ns > 0 && s->t_ns >= s->scan.oldest_ns)
		line_add(&l, ROLE_DIM, "age <= %" PRIu64 " s",
		    age_bound_s(s->t_ns - s->scan.oldest_ns));
}

/* What looking costs: bounds, so that the line does not twitch. */
static void
draw_cost(struct panel *p, const struct scene *s)
{
	char scan[UNITS_MAX];
	struct line l;

	panel_section(p, &l, "own cost:");
	l.between = " ";
	if (s->cpu_bound_pct > 0)
		line_add(&l, ROLE_TEXT, "CPU <= %u %%", s->cpu_bound_pct);
	else
		line_add(&l, ROLE_TEXT, "CPU ?");
	l.between = ", ";
	if (s->scan_bound_ns > 0)
		line_add(&l, ROLE_TEXT, "scan <= %s", units_duration(scan,
		    s->scan_bound_ns));
	else
		line_add(&l, ROLE_TEXT, "scan ?");
	draw_source(p, s->sample);
}

/* All but what stands at the end. */
static void
draw_sections(struct panel *p, const struct scene *s)
{
	inspect_draw(p, s);
	draw_legend(p, s);
	draw_now(p, s);
}

/* Sheds until the sections fit, and finds the lines that are left over. */
static void
fit(struct panel *p, const struct scene *s)
{
	int lines;

	do {
		p->y = p->r.y;
		draw_sections(p, s);
		lines = p->y - p->r.y;
	} while (lines > p->r.h && p->shed++ < SHED_LAST);
	p->y = p->r.y;
	p->spare = p->r.h > lines ? p->r.h - lines : 0;
}

/* What a memory limit does, what looking costs, and how old what is shown is,
 * have their place at the end whatever stands before them. */
static void
draw_cursor_panel(struct panel *p, const struct scene *s)
{
	struct rect r = p->r;
	int end = COST_LINES + sidelimit_lines(s);

	if (r.h <= end)
		end = 0;
	p->r.h -= end;
	fit(p, s);
	frame_fill(p->frame, r, ROLE_TEXT, ROLE_TEXT);
	draw_sections(p, s);
	if (p->y > r.y + r.h - end)
		p->y = r.y + r.h - end;
	p->r = r;
	sidelimit_draw(p, s);
	draw_cost(p, s);
}

void
side_draw(struct frame *f, struct rect r, const struct scene *s)
{
	struct panel p = { .frame = f, .r = { r.x + 2, r.y, r.w - 2, r.h },
		.y = r.y };

	if (r.h == 0)
		return;
	frame_fill(f, r, ROLE_TEXT, ROLE_TEXT);
	for (int y = 0; y < r.h; y++)
		frame_text(f, r.x, r.y + y, 1, ROLE_DIM, "|");
	if (s->latency)
		sidelatency_draw(f, p.r, s);
	else
		draw_cursor_panel(&p, s);
}
