#include "config.h"

#include "whoview.h"

#include <inttypes.h>
#include <stdio.h>

#include "pagetide/cells.h"
#include "pagetide/clock.h"
#include "pagetide/sample.h"
#include "pagetide/sharers.h"
#include "pagetide/strbuf.h"
#include "pagetide/text.h"
#include "pagetide/units.h"
#include "pagetide/viewport.h"

#define LEVEL_CELL(level, glyph) \
	{ U' ', glyph, (level) < 3 ? ROLE_ON_CELL : ROLE_ON_FULL, \
	    ROLE_LEVEL_0 + (level), 0 }

/* Of a panel that is wide: the cursor's cell and Pss have room there; the
 * longest of these is "1023.9 KiB". */
enum { PID_COLS = 8, MAPPED_COLS = 8, CELL_COLS = 7, PSS_COLS = 11,
	PID_SLIM = 7, MAPPED_SLIM = 7, NAME_LEAST = 7,
	WIDE_LEAST = 1 + PID_COLS + NAME_LEAST + MAPPED_COLS + CELL_COLS +
	    PSS_COLS };

enum { WHO_NONE, WHO_ONE, WHO_TWO, WHO_THREE, WHO_SOME, WHO_MANY, WHO_MAYBE,
	WHO_UNKNOWN };
/* From which a cell has some, or many. */
enum { SOME = 4, MANY = 8 };

static const struct swatch legend[] = {
	[WHO_NONE] = { LEVEL_CELL(0, ' '), "none seen", NULL },
	[WHO_ONE] = { LEVEL_CELL(1, '.'), "1", NULL },
	[WHO_TWO] = { LEVEL_CELL(2, ':'), "2", NULL },
	[WHO_THREE] = { LEVEL_CELL(3, '+'), "3", NULL },
	[WHO_SOME] = { LEVEL_CELL(4, 'O'), "4..7", NULL },
	[WHO_MANY] = { LEVEL_CELL(5, '#'), "8 and more", NULL },
	[WHO_MAYBE] = { { U'~', '~', ROLE_ON_FULL, ROLE_COST_MINOR, 0 },
	    "mapped, PTEs unknown", "PTEs unknown" },
	[WHO_UNKNOWN] = { { U'?', '?', ROLE_ON_CELL, ROLE_UNKNOWN, 0 },
	    "unknown", NULL },
};

const struct swatch *
whoview_legend(size_t *n)
{
	*n = sizeof legend / sizeof legend[0];
	return legend;
}

struct fcell
whoview_cell(const struct scene *s, size_t i)
{
	const struct sharers *w = s->side.sharers;
	const struct cells *c = s->shown;
	size_t at;
	unsigned n;

	if (w == NULL || !w->on || w->cut || !sharers_cell(w, c->first_page +
	    ((uint64_t)i << c->shift), c->shift, &at))
		return legend[WHO_UNKNOWN].cell;
	n = w->grid.mapped[at];
	if (n == 0 && w->grid.maybe[at] > 0)
		return legend[WHO_MAYBE].cell;
	return legend[n >= MANY ? WHO_MANY : n >= SOME ? WHO_SOME : n].cell;
}

/* Columns of the table. */
struct table {
	int	pid, name, mapped;
	bool	wide;
	bool	asked;		/* what is known is of the cursor's cell */
};

static struct table
table_for(const struct panel *p, const struct scene *s)
{
	const struct sharers *w = s->side.sharers;
	uint64_t page = s->vp->cursor_page >> s->vp->shift << s->vp->shift;
	uint64_t pages = UINT64_C(1) << s->vp->shift;
	bool wide = p->r.w >= WIDE_LEAST;
	struct table t = { .pid = wide ? PID_COLS : PID_SLIM,
		.mapped = wide ? MAPPED_COLS : MAPPED_SLIM, .wide = wide };

	t.name = p->r.w - 1 - t.pid - t.mapped -
	    (wide ? CELL_COLS + PSS_COLS : 0);
	if (pages > s->vp->pages - page)
		pages = s->vp->pages - page;
	t.asked = w->cell_n == pages && w->cell_first == page;
	return t;
}

/* Pages with a PTE in the cursor's cell: "-" where its mapping has none of it,
 * "maps" where that is all that is known. */
static void
put_cell(struct line *l, const struct table *t, const struct sharer *r)
{
	if (!t->asked)
		line_add(l, ROLE_WARN, "%*s", CELL_COLS, "?");
	else if (!r->covers)
		line_add(l, ROLE_DIM, "%*s", CELL_COLS, r->part ? "?" : "-");
	else if (!r->counted)
		line_add(l, ROLE_WARN, "%*s", CELL_COLS, "maps");
	else
		line_add(l, r->cell_pages > 0 ? ROLE_STRONG : ROLE_DIM, "%*"
		    PRIu64, CELL_COLS, r->cell_pages);
}

static void
put_pss(struct line *l, const struct sharer *r)
{
	char bytes[UNITS_MAX];

	if (r->pss == PSS_KNOWN)
		line_add(l, ROLE_TEXT, "%*s", PSS_COLS, units_bytes(bytes,
		    r->pss_bytes));
	else
		line_add(l, r->pss == PSS_UNREAD ? ROLE_DIM : ROLE_WARN, "%*s",
		    PSS_COLS, r->pss == PSS_UNREAD ? ".." : "?");
}

/* "1234 sqlite3     7732     16   30.2 MiB" */
static void
put_row(struct panel *p, const struct table *t, const struct sharer *r)
{
	struct strbuf safe = STRBUF_INIT;
	struct line l;

	text_safe(&safe, r->name);
	panel_start(p, &l, "");
	line_add(&l, ROLE_TEXT, "%*d %-*.*s", t->pid, (int)r->pid,
	    t->name, t->name, safe.s);
	strbuf_done(&safe);
	if (r->counted)
		line_add(&l, ROLE_TEXT, "%*" PRIu64, t->mapped, r->pages);
	else
		line_add(&l, ROLE_WARN, "%*s", t->mapped, "?");
	if (!t->wide)
		return;
	put_cell(&l, t, r);
	put_pss(&l, r);
}

/* Is that known of the Pss of any? */
static bool
is_any(const struct sharers *w, enum sharer_pss pss)
{
	for (size_t i = 0; i < w->n; i++)
		if (w->row[i].pss == pss)
			return true;
	return false;
}

/* What could not be seen, and what that takes. */
static void
put_hidden(struct panel *p, const struct sharers *w)
{
	char text[160], count[UNITS_MAX];

	if (w->hidden > 0) {
		snprintf(text, sizeof text, "%s may not be looked at: takes %s",
		    units_count(count, w->hidden, "process"),
		    SHARERS_HIDDEN_TAKES);
		panel_wrapped(p, ROLE_WARN, 1, text);
	}
	if (w->uncounted > 0) {
		snprintf(text, sizeof text, "?: its page tables may not be "
		    "read: takes %s", SHARERS_COUNT_TAKES);
		panel_wrapped(p, ROLE_WARN, 1, text);
	}
	if (w->cut)
		panel_wrapped(p, ROLE_WARN, 1, "it took too long: there may "
		    "be more");
}

/* Of the cursor's cell: how many have it, and how many have PTEs there. */
static void
put_of_cell(struct panel *p, const struct sharers *w, const struct table *t)
{
	struct line l;

	panel_start(p, &l, "");
	if (!t->asked)
		line_add(&l, ROLE_DIM, " cursor's cell: looking ..");
	else if (!line_add(&l, ROLE_TEXT, " cursor's cell: %" PRIu64 " map it, "
	    "%" PRIu64 "%s with PTEs", w->cell_covers, w->cell_mapped,
	    w->uncounted > 0 || w->cut ? " or more" : ""))
		line_add(&l, ROLE_TEXT, " X: %" PRIu64 " map it, %" PRIu64
		    "%s PTEs", w->cell_covers, w->cell_mapped,
		    w->uncounted > 0 || w->cut ? "+" : "");
}

/* How old it is, to a second, so that the line does not twitch. */
static uint64_t
age_s(const struct scene *s, uint64_t seen_ns)
{
	uint64_t now_ns = s->sample->t_ns;

	return now_ns > seen_ns ? (now_ns - seen_ns) / NS_PER_S + 1 : 1;
}

static void
put_titles(struct panel *p, const struct table *t)
{
	struct line l;

	panel_start(p, &l, "");
	line_add(&l, ROLE_DIM, "%*s %-*s%*s", t->pid, "pid", t->name,
	    "process", t->mapped, "mapped");
	if (t->wide)
		line_add(&l, ROLE_DIM, "%*s%*s", CELL_COLS, "cell", PSS_COLS,
		    "PSS");
}

static void
put_heading(struct panel *p, const struct scene *s, const struct table *t)
{
	const struct sharers *w = s->side.sharers;
	char took[UNITS_MAX];
	struct line l;

	panel_section(p, &l, "WHO MAPS IT");
	line_add(&l, ROLE_TEXT, "%" PRIu64 " of %" PRIu64, w->processes,
	    w->looked);
	units_duration(took, w->took_ns);
	panel_start(p, &l, "");
	if (!line_add(&l, ROLE_DIM, " at most %" PRIu64 " s old, looked at in "
	    "%s", age_s(s, w->seen_ns), took))
		line_add(&l, ROLE_DIM, " %" PRIu64 " s old, in %s", age_s(s,
		    w->seen_ns), took);
	put_of_cell(p, w, t);
	put_hidden(p, w);
	put_titles(p, t);
}

/* Of the one that was read longest ago; 0: none was read. */
static uint64_t
oldest_pss_ns(const struct sharers *w)
{
	uint64_t oldest_ns = 0;

	for (size_t i = 0; i < w->n; i++)
		if (w->row[i].pss == PSS_KNOWN && (oldest_ns == 0 ||
		    w->row[i].pss_ns < oldest_ns))
			oldest_ns = w->row[i].pss_ns;
	return oldest_ns;
}

/* What PSS is, how old, and why it is not known. */
static void
put_note(struct panel *p, const struct scene *s, const struct table *t)
{
	const struct sharers *w = s->side.sharers;
	uint64_t oldest_ns = oldest_pss_ns(w);
	char text[96], age[32] = "";

	if (!t->wide || w->n == 0)
		return;
	if (oldest_ns != 0)
		snprintf(age, sizeof age, " %" PRIu64 " s old",
		    age_s(s, oldest_ns));
	snprintf(text, sizeof text, "PSS: of these mappings, by smaps%s%s",
	    age, is_any(w, PSS_UNREAD) ? "; ..: not read yet" : "");
	panel_wrapped(p, ROLE_DIM, 1, text);
	if (is_any(w, PSS_REFUSED))
		panel_wrapped(p, ROLE_WARN, 1, "PSS ?: its smaps may not be "
		    "read, or it has ended");
}

/* Why there is nothing to see. */
static const char *
why_not(const struct sharers *w)
{
	return w == NULL ? "not kept of the past" : !w->on ?
	    "nobody looks: :who on" : w->err != 0 ? "can't be looked for" :
	    "looking ..";
}

void
whoview_panel(struct panel *p, const struct scene *s)
{
	const struct sharers *w = s->side.sharers;
	struct table t;
	struct line l;

	if (w == NULL || !w->on || w->rounds == 0 || w->err != 0) {
		panel_section(p, &l, "WHO MAPS IT");
		panel_wrapped(p, w != NULL && w->err != 0 ? ROLE_WARN :
		    ROLE_DIM, 1, why_not(w));
		return;
	}
	t = table_for(p, s);
	put_heading(p, s, &t);
	for (size_t i = 0; i < w->n; i++)
		put_row(p, &t, &w->row[i]);
	if (w->processes > w->n) {
		panel_start(p, &l, "");
		line_add(&l, ROLE_DIM, " and %" PRIu64 " more", w->processes -
		    w->n);
	}
	put_note(p, s, &t);
}
