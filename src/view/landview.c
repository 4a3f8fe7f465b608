#include "config.h"

#include "landview.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "pagetide/landing.h"
#include "pagetide/sample.h"
#include "pagetide/units.h"
#include "pagetide/viewport.h"

#define MINOR_MARK	'o'
#define MAJOR_MARK	'*'
/* A mark is bold for that part of its time, and then is not. */
#define FRESH_PARTS	3
#define HOTTEST_SHOWN	8
#define HOTTEST_OVER	32	/* on the whole screen, at most */
/* With names. */
#define HOTTEST_NAMED	4
#define SITES_SHOWN	6
/* Width from which the code stands beside all else, where there is the whole
 * screen. */
#define TWO_COLUMNS	76
#define COUNT_COLS	8
#define TIME_COLS	8
#define FEW_COLS	6
#define PAGE_COLS	9
/* Of minor ones, and of major ones. */
#define MINOR_WAYS	4
#define MAJOR_WAYS	2

#define LEVEL_CELL(level, glyph) \
	{ U' ', glyph, (level) < 3 ? ROLE_ON_CELL : ROLE_ON_FULL, \
	    ROLE_LEVEL_0 + (level), 0 }

enum { LANDED_NONE, LANDED_ONE, LANDED_MOST = 5, LANDED_MAJOR,
	LANDED_UNKNOWN };

static const struct swatch legend[] = {
	[LANDED_NONE] = { LEVEL_CELL(0, ' '), "none", NULL },
	[LANDED_ONE] = { LEVEL_CELL(1, '.'), "1", NULL },
	{ LEVEL_CELL(2, ':'), "2..9", NULL },
	{ LEVEL_CELL(3, '+'), "10..99", NULL },
	{ LEVEL_CELL(4, 'O'), "100..999", NULL },
	[LANDED_MOST] = { LEVEL_CELL(5, '#'), "1000 and more", NULL },
	[LANDED_MAJOR] = { { MAJOR_MARK, MAJOR_MARK, ROLE_ON_FULL,
	    ROLE_COST_MAJOR, 0 }, "some major", NULL },
	[LANDED_UNKNOWN] = { { U'?', '?', ROLE_ON_CELL, ROLE_UNKNOWN, 0 },
	    "unknown", NULL },
};

const struct swatch *
landview_legend(size_t *n)
{
	*n = sizeof legend / sizeof legend[0];
	return legend;
}

/* What landed in cell i; false: not known. */
static bool
landed(const struct scene *s, size_t i, struct landing_slot *out)
{
	const struct cells *c = s->shown;

	return s->side.landing != NULL && i < c->n &&
	    landing_range(s->side.landing, c->first_page +
	    ((uint64_t)i << c->shift), cells_pages(c, i), out);
}

struct fcell
landview_cell(const struct scene *s, size_t i)
{
	struct landing_slot at;
	int level = LANDED_NONE;

	if (!landed(s, i, &at))
		return legend[LANDED_UNKNOWN].cell;
	if (at.major > 0)
		return legend[LANDED_MAJOR].cell;
	for (uint64_t n = at.minor; n > 0 && level < LANDED_MOST; n /= 10)
		level++;
	/* 1 apart from what is below 10. */
	return legend[at.minor == 1 || level == 0 || level == LANDED_MOST ?
	    level : level + 1].cell;
}

char
landview_mark(const struct scene *s, size_t i, unsigned column,
    uint8_t *attr)
{
	struct landing_slot at;
	uint64_t age_ns;

	if (column != (s->vp->cell_cols - 1) / 2 || !landed(s, i, &at) ||
	    at.last_ns == 0)
		return 0;
	age_ns = s->now_ns > at.last_ns ? s->now_ns - at.last_ns : 0;
	if (age_ns >= s->times.fade_ns)
		return 0;
	*attr = age_ns < s->times.fade_ns / FRESH_PARTS ? ATTR_BOLD : 0;
	return at.major > 0 ? MAJOR_MARK : MINOR_MARK;
}

/* How much of all faults is told. */
static void
add_loss(struct line *l, const struct landing *n)
{
	char count[UNITS_MAX];

	if (n->one_of > 1)
		line_add(l, ROLE_WARN, "1 of %" PRIu64, n->one_of);
	if (n->lost > 0)
		line_add(l, ROLE_WARN, "%s lost", units_count(count, n->lost,
		    "record"));
}

void
landview_line(struct panel *p, const struct scene *s)
{
	const struct landing *n = s->side.landing;
	struct line l;

	if (n == NULL || n->by == LANDING_OFF)
		return;
	panel_start(p, &l, ", ");
	if (n->by == LANDING_BY_FAULTS)
		line_add(&l, ROLE_TEXT, "faults: %c minor, %c major",
		    MINOR_MARK, MAJOR_MARK);
	else
		line_add(&l, ROLE_TEXT, "%c new PTEs (no faults to be had)",
		    MINOR_MARK);
	add_loss(&l, n);
}

/* "FAULTS 120 minor, 3 major" and what is not in that. */
static void
put_heading(struct panel *p, const struct landing *n)
{
	char count[UNITS_MAX];
	const char *about = n->about ? "about " : "";
	struct line l;

	panel_section(p, &l, n->by == LANDING_BY_TABLES ? "NEW PTEs" :
	    "FAULTS");
	l.between = " ";
	if (n->by == LANDING_BY_TABLES) {
		line_add(&l, ROLE_TEXT, "%s, between two scans",
		    units_count(count, n->minor, "page"));
		return;
	}
	line_add(&l, ROLE_TEXT, "%s%" PRIu64 " minor, %" PRIu64 " major", about,
	    n->minor, n->major);
	panel_start(p, &l, ", ");
	line_add(&l, ROLE_DIM, n->one_of > 1 ? " recorded" : " each recorded");
	add_loss(&l, n);
	if (n->restarts > 0)
		line_add(&l, ROLE_WARN, "%" PRIu64 " gaps", n->restarts);
	if (n->one_of > 1 || n->lost > 0 || n->restarts > 0)
		panel_start(p, &l, ", ");
	line_add(&l, ROLE_DIM, "%s%" PRIu64 " elsewhere", l.any ? "" : " ",
	    n->elsewhere);
	panel_start(p, &l, "");
	line_add(&l, ROLE_DIM, n->user_only ? " not those in system calls" :
	    n->naming ? " costs it up to x2.1 a fault, named" :
	    " costs it up to x1.35 a fault");
}

static void
put_way(struct panel *p, const struct landing_way *w, bool major,
    enum fault_path path)
{
	/* The longest name takes what a small count leaves. */
	int few = w->faults < 1000 ? FEW_COLS - 2 : FEW_COLS;
	int name = p->r.w - few - TIME_COLS - 2;
	char time[UNITS_MAX];
	struct line l;

	panel_start(p, &l, "");
	line_add(&l, major ? ROLE_WARN : ROLE_TEXT, "%c %-*.*s",
	    major ? MAJOR_MARK : MINOR_MARK, name, name,
	    path_table[path].name);
	line_add(&l, ROLE_TEXT, "%*" PRIu64 "%*s", few, w->faults,
	    TIME_COLS, units_duration(time, w->max_ns));
}

static void
put_ways_of(struct panel *p, const struct landing *n, bool major)
{
	enum fault_path at[PATH_COUNT];
	size_t rows = landing_ways(n, major, at);

	for (size_t i = 0; i < rows && i < (major ? MAJOR_WAYS : MINOR_WAYS);
	    i++)
		put_way(p, &(major ? n->major_way : n->minor_way)[at[i]],
		    major, at[i]);
}

/* How they went, how long they took, or why that is not known. */
static void
put_ways(struct panel *p, const struct landing *n)
{
	uint64_t all = n->minor + n->major;
	char why[sizeof n->why_names + 32], time[UNITS_MAX];
	struct line l;

	if (n->why_names[0] != '\0') {
		snprintf(why, sizeof why, "no names, no durations: %s",
		    n->why_names);
		panel_wrapped(p, ROLE_WARN, 1, why);
	}
	if (n->named == 0)
		return;
	panel_start(p, &l, ", ");
	if (n->minor > 0)
		line_add(&l, ROLE_STRONG, " minor up to %s",
		    units_duration(time, landing_longest_ns(n, false)));
	if (n->major > 0)
		line_add(&l, ROLE_STRONG, "%smajor up to %s", n->minor > 0 ?
		    "" : " ", units_duration(time,
		    landing_longest_ns(n, true)));
	put_ways_of(p, n, false);
	put_ways_of(p, n, true);
	if (n->named >= all)
		return;
	panel_start(p, &l, "");
	line_add(&l, ROLE_WARN, " %" PRIu64 " of %" PRIu64 " have no name",
	    all - n->named, all);
}

/* "cursor's cell: 3 minor, 1 major, the longest 12.5 ms, by ...": what landed in
 * the cursor's cell. */
static void
put_cursor(struct panel *p, const struct scene *s)
{
	struct landing_slot at;
	char text[160], time[UNITS_MAX];
	int n;

	if (!landed(s, viewport_cursor_cell(s->vp), &at) || at.last_ns == 0)
		return;
	n = snprintf(text, sizeof text, "cursor's cell: %" PRIu32 " minor, %"
	    PRIu32 " major", at.minor, at.major);
	if (at.max_ns > 0 && n > 0)
		snprintf(text + n, sizeof text - (size_t)n,
		    "; longest %s: %s", units_duration(time, at.max_ns),
		    path_table[at.max_path].name);
	panel_wrapped(p, ROLE_TEXT, 1, text);
}

/* The page, who made the newest fault there, how many, how long. */
static void
put_hot(struct panel *p, const struct landing *n, uint64_t at)
{
	const struct landing_slot *s = &n->slot[at];
	bool by_faults = n->by == LANDING_BY_FAULTS;
	int code = p->r.w - 1 - PAGE_COLS - FEW_COLS * (by_faults ? 2 : 1) -
	    (n->named > 0 ? TIME_COLS : 0);
	char time[UNITS_MAX];
	struct line l;

	panel_start(p, &l, "");
	line_add(&l, ROLE_TEXT, " %-*" PRIu64, PAGE_COLS, at << n->shift);
	line_add(&l, ROLE_TEXT, "%-*.*s", code, code - 1, by_faults ?
	    landing_site_text(landing_site(n, s->ip)) : "");
	line_add(&l, ROLE_TEXT, "%*" PRIu32, FEW_COLS, s->minor);
	if (by_faults)
		line_add(&l, s->major > 0 ? ROLE_WARN : ROLE_TEXT, "%*" PRIu32,
		    FEW_COLS, s->major);
	if (n->named > 0)
		line_add(&l, ROLE_TEXT, "%*s", TIME_COLS, s->max_ns == 0 ?
		    "?" : units_duration(time, s->max_ns));
}

static void
put_hottest(struct panel *p, const struct landing *n, size_t most)
{
	uint64_t at[HOTTEST_OVER];
	size_t rows = landing_hottest(n, at, most < HOTTEST_OVER ? most :
	    HOTTEST_OVER);
	bool by_faults = n->by == LANDING_BY_FAULTS;
	int name = p->r.w - 1 - FEW_COLS * (by_faults ? 2 : 1) -
	    (n->named > 0 ? TIME_COLS : 0);
	struct line l;

	panel_start(p, &l, "");
	line_add(&l, ROLE_DIM, " %-*.*s%*s", name, name - 1, n->shift > 0 ?
	    "hottest, from page" : by_faults ? "hottest page, code" :
	    "hottest page", FEW_COLS, by_faults ? "minor" : "pages");
	if (by_faults)
		line_add(&l, ROLE_DIM, "%*s", FEW_COLS, "major");
	if (n->named > 0)
		line_add(&l, ROLE_DIM, "%*s", TIME_COLS, "longest");
	for (size_t i = 0; i < rows; i++)
		put_hot(p, n, at[i]);
}

static void
put_site(struct panel *p, const struct landing_site *s)
{
	int name = p->r.w - COUNT_COLS - 1;
	char text[2 * LANDING_PLACE + 2];
	struct rect r = panel_line(p);

	if (r.h == 0)
		return;
	/* The file of a function, without the offset in that. */
	snprintf(text, sizeof text, "%s  %.*s", landing_site_text(s),
	    s->symbol[0] != '\0' ? (int)strcspn(s->place, "+") : 0, s->place);
	line_cut(p->frame, (struct rect){ r.x + 1, r.y, name - 1, 1 },
	    ROLE_TEXT, text);
	frame_printf(p->frame, r.x + 1 + name, r.y, COUNT_COLS, ROLE_TEXT,
	    "%*" PRIu64, COUNT_COLS, s->faults);
}

/* Places in the code that made most, so many of them, and how many more there
 * are. */
static void
put_sites(struct panel *p, const struct landing *n, size_t most)
{
	const struct landing_site *at[LANDING_SITES];
	size_t rows = landing_sites(n, at, LANDING_SITES);
	int name = p->r.w - COUNT_COLS - 1;
	struct line l;

	if (rows == 0)
		return;
	panel_start(p, &l, "");
	line_add(&l, ROLE_DIM, " %-*s%*s", name, "by the code at", COUNT_COLS,
	    "faults");
	for (size_t i = 0; i < rows && i < most; i++)
		put_site(p, at[i]);
	if (rows <= most && n->sites_lost == 0)
		return;
	panel_start(p, &l, ", ");
	if (rows > most)
		line_add(&l, ROLE_DIM, " and %zu more places", rows - most);
	if (n->sites_lost > 0)
		line_add(&l, ROLE_WARN, "%s%" PRIu64 " by others", rows > most ?
		    "" : " ", n->sites_lost);
}

void
landview_panel(struct panel *p, const struct scene *s)
{
	const struct landing *n = s->side.landing;
	struct line l;

	if (n == NULL || n->by == LANDING_OFF) {
		panel_section(p, &l, "FAULTS");
		line_add(&l, ROLE_DIM, n == NULL ? " not kept of the past" :
		    " not recorded: F");
		return;
	}
	put_heading(p, n);
	panel_wrapped(p, ROLE_WARN, 1, n->why);
	put_ways(p, n);
	put_cursor(p, s);
	put_hottest(p, n, n->named > 0 ? HOTTEST_NAMED : HOTTEST_SHOWN);
	put_sites(p, n, SITES_SHOWN);
}

/* As many as have room below a line of their own. */
static size_t
rows_left(const struct panel *p)
{
	int left = p->r.y + p->r.h - p->y - 1;

	return left > 0 ? (size_t)left : 0;
}

/* In little room the code stands before what is on the map, too. */
static void
put_one_column(struct panel *p, const struct scene *s)
{
	const struct landing *n = s->side.landing;

	put_heading(p, n);
	panel_wrapped(p, ROLE_WARN, 1, n->why);
	put_sites(p, n, SITES_SHOWN);
	put_ways(p, n);
	put_cursor(p, s);
	put_hottest(p, n, rows_left(p));
}

void
landview_over(struct panel *p, const struct scene *s)
{
	const struct landing *n = s->side.landing;
	struct panel code = *p;

	if (n == NULL || n->by != LANDING_BY_FAULTS) {
		landview_panel(p, s);
		return;
	}
	if (p->r.w < TWO_COLUMNS) {
		put_one_column(p, s);
		return;
	}
	p->r.w = p->r.w / 2 - 1;
	code.r.x += p->r.w + 2;
	code.r.w -= p->r.w + 2;
	put_heading(p, n);
	put_ways(p, n);
	put_cursor(p, s);
	put_hottest(p, n, rows_left(p));
	/* With one for those that have none. */
	put_sites(&code, n, rows_left(&code) - (rows_left(&code) > 1));
}
