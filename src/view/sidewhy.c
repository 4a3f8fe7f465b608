#include "config.h"

#include "sidewhy.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "pagetide/order.h"
#include "pagetide/rawindow.h"
#include "pagetide/sample.h"
#include "pagetide/touchwhy.h"
#include "pagetide/units.h"

/* Columns of a question, of a count and of a time. */
#define QUESTION_COLS	12
#define COUNT_COLS	8
#define TIME_COLS	8
/* Windows that are listed. */
#define WINDOWS_SHOWN	12

static void
put_stage(struct panel *p, const struct why_stage *s)
{
	struct line l;

	if (s->question[0] == '\0') {
		panel_wrapped(p, ROLE_STRONG, 1, s->answer);
		return;
	}
	if (strlen(s->answer) > (size_t)(p->r.w - QUESTION_COLS - 2)) {
		panel_wrapped(p, ROLE_DIM, 1, s->question);
		panel_wrapped(p, ROLE_TEXT, 3, s->answer);
		return;
	}
	panel_start(p, &l, "");
	line_add(&l, ROLE_DIM, " %-*s", QUESTION_COLS, s->question);
	line_add(&l, ROLE_TEXT, "%s", s->answer);
}

/* "WHY page 24 cost 2.1 us, minor" */
static void
put_heading(struct panel *p, const struct one_touch *t)
{
	char took[UNITS_MAX];
	struct line l;

	panel_section(p, &l, "WHY");
	l.between = " ";
	if (t == NULL || t->why.by == WHY_BY_NOBODY) {
		line_add(&l, ROLE_DIM, "no touch was looked at yet");
		return;
	}
	if (t->why.map_bytes > 0)
		line_add(&l, ROLE_STRONG, "page %" PRIu64, t->page);
	line_add(&l, ROLE_TEXT, "%s in %s", t->signal != 0 ? "signal" :
	    latency_name[t->kind], units_duration(took, t->ns));
}

static void
put_touch(struct panel *p, const struct one_touch *t)
{
	struct why_stage stage[WHY_STAGES];
	char took[UNITS_MAX];
	struct line l;
	unsigned n;

	put_heading(p, t);
	if (t == NULL)
		return;
	n = touchwhy_stages(&t->why, true, stage);
	for (unsigned i = 0; i < n; i++)
		put_stage(p, &stage[i]);
	if (n == 0)
		return;
	panel_start(p, &l, " ");
	line_add(&l, ROLE_DIM, " by %s", why_by_name[t->why.by]);
	if (t->why.traced_known)
		line_add(&l, ROLE_TEXT, "the fault alone: %s",
		    units_duration(took, t->why.traced_ns));
	else if (t->why.looks_ns > 0)
		line_add(&l, ROLE_DIM, "of %s", units_duration(took,
		    t->why.looks_ns));
}

static void
put_path(struct panel *p, const struct path_counts *c, enum fault_path path)
{
	bool wide = p->r.w >= PANEL_WIDE;
	int name = p->r.w - COUNT_COLS - (wide ? TIME_COLS : 0) - 1;
	char count[UNITS_MAX], time[UNITS_MAX];
	struct line l;

	snprintf(count, sizeof count, "%" PRIu64, c->touches[path]);
	panel_start(p, &l, "");
	line_add(&l, ROLE_TEXT, " %-*.*s%*s", name, name,
	    path_table[path].name, COUNT_COLS, count);
	if (wide)
		line_add(&l, ROLE_TEXT, "%*s", TIME_COLS, units_duration(time,
		    c->ns[path]));
}

/* All of a walk, by tracepoints, and what that cost. */
static void
put_traced(struct panel *p, const struct path_counts *c, uint64_t touches)
{
	char took[UNITS_MAX], looks[UNITS_MAX];
	struct line l;

	panel_start(p, &l, ", ");
	if (c->looked < touches)
		line_add(&l, ROLE_WARN, " %" PRIu64 " of %" PRIu64
		    " have a name", c->looked, touches);
	line_add(&l, ROLE_DIM, "%sby tracepoints", c->looked < touches ? "" :
	    " ");
	line_add(&l, ROLE_DIM, "times: faults alone");
	panel_start(p, &l, ", ");
	if (c->lost > 0)
		line_add(&l, ROLE_WARN, " %" PRIu64 " records lost", c->lost);
	line_add(&l, ROLE_DIM, "%s%" PRIu64 " records read in %s",
	    c->lost > 0 ? "" : " ", c->records, units_duration(took,
	    c->records_ns));
	panel_start(p, &l, "");
	line_add(&l, ROLE_DIM, " looking took %s", units_duration(looks,
	    c->looks_ns));
}

/* How much of the walk the names are of, and what looking cost it. */
static void
put_looks(struct panel *p, const struct path_counts *c, uint64_t touches)
{
	char took[UNITS_MAX];
	struct line l;

	if (c->by == WHY_BY_TRACE) {
		put_traced(p, c, touches);
		return;
	}
	panel_start(p, &l, ", ");
	if (c->looked < touches)
		line_add(&l, ROLE_WARN, " looked at %" PRIu64 " of %" PRIu64,
		    c->looked, touches);
	else
		line_add(&l, ROLE_DIM, " looked at each");
	if (c->one_of > 1)
		line_add(&l, ROLE_WARN, "now 1 of %" PRIu64, c->one_of);
	panel_start(p, &l, "");
	line_add(&l, ROLE_DIM, " looking took %s", units_duration(took,
	    c->looks_ns));
}

static void
put_walk(struct panel *p, const struct worker_facts *w)
{
	enum fault_path order[PATH_COUNT];
	unsigned n = path_counts_order(&w->paths, order);
	uint64_t touches = 0;
	struct line l;

	for (int k = 0; k < LATENCY_KINDS; k++)
		touches += latency_touches(&w->latency, k);
	panel_section(p, &l, p->r.w >= PANEL_WIDE ?
	    "WAYS of the walk's touches" : "WAYS of the walk");
	if (!w->latency_known || !w->paths_known || n == 0) {
		panel_start(p, &l, "");
		line_add(&l, ROLE_DIM, " none was looked at");
		return;
	}
	panel_start(p, &l, "");
	line_add(&l, ROLE_DIM, "%*s", p->r.w -
	    (p->r.w >= PANEL_WIDE ? TIME_COLS : 0), "touches");
	if (p->r.w >= PANEL_WIDE)
		line_add(&l, ROLE_DIM, "%*s", TIME_COLS, "time");
	for (unsigned i = 0; i < n; i++)
		put_path(p, &w->paths, order[i]);
	put_looks(p, &w->paths, touches);
}

void
sidewhy_draw(struct panel *p, const struct scene *s)
{
	put_touch(p, s->side.touched);
	put_walk(p, &s->sample->worker);
}

/* "984+32 marker 1008 around by 1000" */
static void
put_window(struct panel *p, const struct rawindow *w)
{
	bool wide = p->r.w >= PANEL_WIDE;
	char extent[48], marker[24] = "-", trigger[24] = "?";
	struct line l;

	snprintf(extent, sizeof extent, "%" PRIu64 "+%" PRIu64,
	    w->first_page, w->pages);
	if (rawindow_marker(w) != UINT64_MAX)
		snprintf(marker, sizeof marker, "%" PRIu64,
		    rawindow_marker(w));
	else if (w->kind == RAWINDOW_SEEN)
		snprintf(marker, sizeof marker, "?");
	if (w->trigger_page != UINT64_MAX)
		snprintf(trigger, sizeof trigger, "%" PRIu64,
		    w->trigger_page);
	panel_start(p, &l, "");
	line_add(&l, ROLE_TEXT, " %-13s%-7s", extent,
	    rawindow_kind_name[w->kind]);
	if (!wide)
		return;
	line_add(&l, ROLE_TEXT, "%7s", marker);
	line_add(&l, ROLE_TEXT, "%8s", trigger);
	if (w->kind != RAWINDOW_SEEN)
		line_add(&l, ROLE_TEXT, "%6u", w->order);
}

/* How much of what was read was touched then. */
static void
put_use(struct panel *p, const struct readahead *r)
{
	char share[UNITS_MAX];
	struct line l;

	if (r->windows == 0)
		return;
	panel_start(p, &l, "");
	if (!r->use_known) {
		line_add(&l, ROLE_DIM, " touched since: ?");
		return;
	}
	line_add(&l, ROLE_TEXT, " touched since: %" PRIu64 " of %" PRIu64
	    ", %s", r->touched_pages, r->kept_pages, units_percent(share,
	    r->touched_pages, r->kept_pages));
	if (r->windows > READAHEAD_KEPT)
		line_add(&l, ROLE_DIM, " (last %d)", (int)READAHEAD_KEPT);
}

static void
put_windows_heading(struct panel *p, const struct readahead *r)
{
	char count[UNITS_MAX];
	struct line l;

	panel_section(p, &l, "WINDOWS");
	line_add(&l, ROLE_TEXT, "%" PRIu64 " of %s", r->windows,
	    units_count(count, r->pages, "page"));
	panel_start(p, &l, "");
	line_add(&l, ROLE_DIM, r->exact ? " by tracepoints" :
	    " seen with touches: markers unknown");
	if (r->lost > 0)
		line_add(&l, ROLE_WARN, ", %" PRIu64 " records lost", r->lost);
	if (r->in_part > 0) {
		panel_start(p, &l, "");
		line_add(&l, ROLE_WARN, " %" PRIu64 " more: seen in part",
		    r->in_part);
	}
	put_use(p, r);
	panel_start(p, &l, "");
	line_add(&l, ROLE_DIM, " %-13s%-7s", "first+pages", "kind");
	if (p->r.w >= PANEL_WIDE)
		line_add(&l, ROLE_DIM, "%7s%8s%6s", "marker", "trigger",
		    "order");
}

void
sidewhy_windows(struct panel *p, const struct scene *s)
{
	const struct readahead *r = s->side.readahead;
	const struct rawindow *w;
	struct line l;

	if (r == NULL || !r->known) {
		panel_section(p, &l, "WINDOWS");
		line_add(&l, ROLE_DIM, " not known");
		return;
	}
	put_windows_heading(p, r);
	for (size_t i = 0; i < WINDOWS_SHOWN &&
	    (w = readahead_at(r, i)) != NULL; i++)
		put_window(p, w);
}
