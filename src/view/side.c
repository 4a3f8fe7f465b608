#include "config.h"

#include "side.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "pagetide/cells.h"
#include "pagetide/clock.h"
#include "pagetide/mapspec.h"
#include "pagetide/ring.h"
#include "pagetide/sample.h"
#include "pagetide/units.h"
#include "pagetide/viewport.h"

#include "diffview.h"
#include "graph.h"
#include "inspect.h"
#include "landview.h"
#include "legend.h"
#include "pagetide/panel.h"
#include "sidelatency.h"
#include "sidememory.h"
#include "sidemonitors.h"
#include "sidewhy.h"
#include "whoview.h"

/* Lines of the last section. */
#define COST_LINES 2

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

/* The rate over the last second before to_ns, "?" if there is none. Few are
 * counted: one fault is one, not 0.9 a second. */
static void
rate_text(char buf[UNITS_MAX], const struct scene *s,
    const struct now_row *row, uint64_t to_ns)
{
	uint64_t from_ns = to_ns > NS_PER_S ? to_ns - NS_PER_S : 0;
	char rate[UNITS_MAX];
	int64_t delta;
	double per_s;

	if (to_ns == 0 || !ring_delta_over(s->ring, row->counter, from_ns,
	    to_ns, &delta) || !ring_rate_over(s->ring, row->counter, from_ns,
	    to_ns, &per_s))
		snprintf(buf, UNITS_MAX, "?");
	else if (row->bytes)
		units_byte_rate(buf, per_s);
	else if (delta < GRAPH_FEW)
		snprintf(buf, UNITS_MAX, "%" PRId64, delta);
	else
		snprintf(buf, UNITS_MAX, "%.28s/s", units_rate(rate, per_s));
}

static void
total_text(char buf[UNITS_MAX], const struct sample *s,
    const struct now_row *row)
{
	uint64_t n;

	if (!sample_since(s, &s->counters, row->counter, &n))
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

/* Net change of a gauge over the last second, and what it is in the sample
 * that all else on the screen is of: changes stand for a while, so that they
 * can be read, but a quantity is never shown as of two moments. */
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
	if ((s->sample->counters.known & COUNTER_BIT(gauge)) != 0)
		snprintf(level, sizeof level, "= %" PRIu64,
		    s->sample->counters.v[gauge]);
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
	const struct worker_facts *w = &s->sample->worker;
	bool wide = p->r.w >= PANEL_WIDE;
	char dirty[UNITS_MAX] = "?";

	if (!mapspec_makes_copies(w->map_flags))
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
	if (s->sample->worker.process != 0)
		return;
	if (wide)
		snprintf(name, sizeof name, "working set %s",
		    units_span(span, s->sample->worker.window_ns));
	gauge_line(p, s, COUNTER_WORKING_SET, name, newest);
}

/* Pages that came, or went, from sample to sample within the last second;
 * false: not known. */
static bool
moved_pages(const struct scene *s, uint64_t to_ns, int sign, uint64_t *pages)
{
	uint64_t from_ns = to_ns > NS_PER_S ? to_ns - NS_PER_S : 0;
	const struct tick *newer, *older;
	bool known = false;
	int64_t delta;

	*pages = 0;
	for (size_t i = 0; (older = ring_at(s->ring, i + 1)) != NULL; i++) {
		newer = ring_at(s->ring, i);
		if (newer->t_ns <= from_ns)
			break;
		if (newer->t_ns > to_ns || !ring_delta_over(s->ring,
		    COUNTER_CACHED, older->t_ns, newer->t_ns, &delta))
			continue;
		known = true;
		if (delta * sign > 0)
			*pages += (uint64_t)(delta * sign);
	}
	return known;
}

/* What others do to the cache, which its net change would hide. */
static void
draw_moves(struct panel *p, const struct scene *s, const struct tick *newest)
{
	bool wide = p->r.w >= PANEL_WIDE;
	char text[UNITS_MAX];
	uint64_t pages;

	for (int sign = 1; sign >= -1; sign -= 2) {
		bool known = newest != NULL &&
		    moved_pages(s, newest->t_ns, sign, &pages);

		snprintf(text, sizeof text, "?");
		if (known)
			snprintf(text, sizeof text, "%s%" PRIu64, pages == 0 ?
			    "" : sign > 0 ? "+" : "-", pages);
		now_line(p, sign > 0 ? (wide ? "pages that came" : "came") :
		    (wide ? "pages that went" : "went"), text, "");
	}
}

static void
draw_rate(struct panel *p, const struct scene *s, const struct now_row *row,
    const struct tick *newest)
{
	char rate[UNITS_MAX], total[UNITS_MAX];

	rate_text(rate, s, row, newest != NULL ? newest->t_ns : 0);
	total_text(total, s->sample, row);
	now_line(p, now_name(row, s->sample, p->r.w >= PANEL_WIDE), rate,
	    total);
}

static void
draw_now(struct panel *p, const struct scene *s)
{
	uint64_t took_ns;
	const struct tick *newest = last_second(s, &took_ns);
	const struct now_row *row;

	now_heading(p, s, took_ns);
	for (size_t i = 0; !s->read_only && i < N_NOW; i++) {
		row = &now_table[i];
		if (!sample_has_limit(&s->sample->memory) &&
		    (COUNTER_BIT(row->counter) & LIMIT_COUNTERS) != 0)
			continue;
		draw_rate(p, s, row, newest);
	}
	if (s->read_only)
		draw_moves(p, s, newest);
	else if (s->sample->worker.process != 0)
		inspect_moves(p, &s->sample->worker.moves);
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

/* How old the oldest part of what is shown is, and which interfaces answered,
 * as far as there is room for their names. */
static void
draw_source(struct panel *p, const struct sample *s)
{
	struct line l;

	panel_start(p, &l, ", ");
	if (!s->scan.complete)
		line_add(&l, ROLE_WARN, "not all has been looked at yet");
	else if (s->scan.oldest_ns > 0 && s->t_ns >= s->scan.oldest_ns)
		line_add(&l, ROLE_DIM, "at most %" PRIu64 " s old",
		    age_bound_s(s->t_ns - s->scan.oldest_ns));
	if (s->scan.cached_by != NULL)
		line_add(&l, ROLE_DIM, "by %s", s->scan.cached_by);
	if (s->scan.mapped_by != NULL)
		line_add(&l, ROLE_DIM, "%s", s->scan.mapped_by);
}

/* What looking costs: bounds, so that the line does not twitch. */
static void
draw_cost(struct panel *p, const struct scene *s)
{
	char scan[UNITS_MAX];
	struct line l;

	panel_section(p, &l, "own cost:");
	l.between = " ";
	if (s->cost.cpu_pct == 0 && s->cost.scan_ns == 0)
		line_add(&l, ROLE_DIM, "not measured yet");
	if (s->cost.cpu_pct > 0)
		line_add(&l, ROLE_TEXT, "CPU <= %u %%", s->cost.cpu_pct);
	if (s->cost.cpu_pct > 0)
		l.between = ", ";
	if (s->cost.scan_ns > 0)
		line_add(&l, ROLE_TEXT, "scan <= %s", units_duration(scan,
		    s->cost.scan_ns));
	draw_source(p, s->sample);
}

/* All but what stands at the end. */
static void
draw_sections(struct panel *p, const struct scene *s)
{
	/* Windows take the room of the cursor's page, and of rates. */
	if (s->view == VIEW_READAHEAD) {
		legend_draw(p, s);
		sidewhy_windows(p, s);
		return;
	}
	if (s->view == VIEW_FAULTS || s->view == VIEW_WHO) {
		legend_draw(p, s);
		(s->view == VIEW_WHO ? whoview_panel : landview_panel)(p, s);
		return;
	}
	if (s->view == VIEW_DIFF) {
		legend_draw(p, s);
		diffview_panel(p, s);
		return;
	}
	inspect_draw(p, s);
	legend_draw(p, s);
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
	p->seen = legend_seen(s);
	fit(p, s);
	frame_fill(p->frame, r, ROLE_TEXT, ROLE_TEXT);
	draw_sections(p, s);
	if (p->y > r.y + r.h - end)
		p->y = r.y + r.h - end;
	p->r = r;
	sidelimit_draw(p, s);
	draw_cost(p, s);
}

static void
draw_monitors(struct panel *p, const struct scene *s)
{
	uint64_t took_ns;
	const struct tick *newest = last_second(s, &took_ns);

	sidemonitors_draw(p, s, newest != NULL ? newest->t_ns : 0);
}

/* The box, and how fast it turns over. */
static void
draw_memory(struct panel *p, const struct scene *s)
{
	uint64_t took_ns;
	const struct tick *newest = last_second(s, &took_ns);

	sidememory_draw(p, s);
	if (!sample_has_limit(&s->sample->memory))
		return;
	now_heading(p, s, took_ns);
	for (size_t i = 0; i < N_NOW; i++)
		if ((COUNTER_BIT(now_table[i].counter) & LIMIT_COUNTERS) != 0)
			draw_rate(p, s, &now_table[i], newest);
	sidelimit_draw(p, s);
}

/* The view of it has a legend, others the cursor's page. */
static void
draw_who(struct panel *p, const struct scene *s)
{
	p->seen = legend_seen(s);
	if (s->view == VIEW_WHO)
		legend_draw(p, s);
	else
		inspect_draw(p, s);
	whoview_panel(p, s);
}

static void
draw_panel(struct panel *p, const struct scene *s)
{
	if (s->side.panel == SIDE_LATENCY)
		sidelatency_draw(p->frame, p->r, s);
	else if (s->side.panel == SIDE_WHO)
		draw_who(p, s);
	else if (s->side.panel == SIDE_WHY)
		sidewhy_draw(p, s);
	else if (s->side.panel == SIDE_MEMORY)
		draw_memory(p, s);
	else if (s->side.panel == SIDE_MONITORS)
		draw_monitors(p, s);
	else
		draw_cursor_panel(p, s);
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
	draw_panel(&p, s);
}

void
side_over(struct frame *f, struct rect r, const struct scene *s)
{
	struct panel p = { .frame = f, .r = { r.x + 1, r.y, r.w - 2, r.h },
		.y = r.y };

	frame_fill(f, r, ROLE_TEXT, ROLE_TEXT);
	if (s->side.panel == SIDE_CURSOR && s->view == VIEW_FAULTS)
		landview_over(&p, s);
	else
		draw_panel(&p, s);
}
