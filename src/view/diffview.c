#include "config.h"

#include "diffview.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "pagetide/difference.h"
#include "pagetide/strbuf.h"
#include "pagetide/text.h"
#include "pagetide/units.h"
#include "pagetide/viewport.h"

#define NAME_COLS	10
#define PAGES_COLS	9

static const struct swatch legend[DIFFERENCE_KINDS] = {
	[DIFFERENCE_NONE] = { { U' ', ' ', ROLE_ON_CELL, ROLE_LEVEL_0, 0 },
	    "the same", NULL },
	[DIFFERENCE_CAME] = { { U'+', '+', ROLE_ON_FULL, ROLE_CAME_0, 0 },
	    "came", NULL },
	[DIFFERENCE_WENT] = { { U'-', '-', ROLE_ON_FULL, ROLE_WENT_0, 0 },
	    "went", NULL },
	[DIFFERENCE_OTHER] = { { U'~', '~', ROLE_ON_FULL, ROLE_OUTSIDE_0, 0 },
	    "in another state", "other" },
	[DIFFERENCE_UNKNOWN] = { { U'?', '?', ROLE_ON_CELL, ROLE_UNKNOWN, 0 },
	    "unknown", NULL },
};

const struct swatch *
diffview_legend(size_t *n)
{
	*n = DIFFERENCE_KINDS;
	return legend;
}

struct fcell
diffview_cell(const struct scene *s, size_t i)
{
	return legend[s->comparing.diff == NULL ? DIFFERENCE_UNKNOWN :
	    difference_kind(s->comparing.diff, i)].cell;
}

void
diffview_line(struct line *l, const struct scene *s)
{
	const struct difference *d = s->comparing.diff;
	char a[UNITS_MAX], b[UNITS_MAX];

	if (d == NULL)
		return;
	line_add(l, ROLE_TEXT, "%s -> %s", units_wall(a,
	    d->a.s.sample.wall_ns), units_wall(b, d->b.s.sample.wall_ns));
}

/* "A 12:00:01.000  lecture.pt" */
static void
put_moment(struct panel *p, char name, const struct moment *m)
{
	struct strbuf path = STRBUF_INIT;
	const char *slash;
	char wall[UNITS_MAX];
	struct line l;

	panel_start(p, &l, "  ");
	line_add(&l, ROLE_STRONG, " %c %s", name, units_wall(wall,
	    m->s.sample.wall_ns));
	if (m->path != NULL) {
		slash = strrchr(m->path, '/');
		text_safe(&path, slash != NULL ? slash + 1 : m->path);
		line_add(&l, ROLE_DIM, "%s", path.s);
	}
	strbuf_done(&path);
}

static char *
total_text(char buf[UNITS_MAX], const struct sample *s, enum layer l)
{
	snprintf(buf, UNITS_MAX, "?");
	if ((s->total_known & LAYER_BIT(l)) != 0)
		snprintf(buf, UNITS_MAX, "%" PRIu64, s->total[l]);
	return buf;
}

/* "cached      5931     16384  +10453 -0" */
static void
put_layer(struct panel *p, const struct difference *d, enum layer l)
{
	const struct difference_layer *is = &d->layer[l];
	char a[UNITS_MAX], b[UNITS_MAX];
	struct line line;

	panel_start(p, &line, "");
	line_add(&line, ROLE_DIM, " %-*.*s", NAME_COLS, NAME_COLS,
	    layer_table[l].name);
	line_add(&line, ROLE_TEXT, "%*s%*s", PAGES_COLS,
	    total_text(a, &d->a.s.sample, l), PAGES_COLS,
	    total_text(b, &d->b.s.sample, l));
	if (is->known)
		line_add(&line, ROLE_STRONG, " +%" PRIu64 " -%" PRIu64,
		    is->came_pages, is->went_pages);
}

static void
put_size(struct panel *p, const struct difference *d)
{
	uint64_t a = d->a.s.sample.target.size_bytes;
	uint64_t b = d->b.s.sample.target.size_bytes;
	char from[UNITS_MAX], to[UNITS_MAX];
	struct line l;

	if (a == b)
		return;
	panel_start(p, &l, " ");
	line_add(&l, ROLE_WARN, " size %s -> %s", units_size(from, a),
	    units_size(to, b));
}

static void
put_totals(struct panel *p, const struct difference *d)
{
	struct line l;

	if (d->same) {
		panel_wrapped(p, ROLE_STRONG, 1, "the same, in all that is "
		    "known of both");
		return;
	}
	put_size(p, d);
	panel_start(p, &l, "");
	line_add(&l, ROLE_DIM, " %-*s%*s%*s", NAME_COLS, "pages", PAGES_COLS,
	    "A", PAGES_COLS, "B");
	line_add(&l, ROLE_DIM, " came, went");
	for (int i = 0; i < LAYER_COUNT; i++)
		if (difference_is_told(d, (enum layer)i))
			put_layer(p, d, (enum layer)i);
}

/* "cursor's cell: cached 3 -> 16, mapped 16 -> 0" */
static void
put_cursor(struct panel *p, const struct scene *s)
{
	const struct difference *d = s->comparing.diff;
	size_t i = viewport_cursor_cell(s->vp);
	struct strbuf text = STRBUF_INIT;
	unsigned layers = i < d->at[0].n ? difference_layers(d, i) : 0;

	strbuf_adds(&text, "cursor's cell:");
	if (layers == 0)
		strbuf_addf(&text, " %s", legend[difference_kind(d, i)].label);
	for (int l = 0; l < LAYER_COUNT; l++)
		if ((layers & LAYER_BIT(l)) != 0)
			strbuf_addf(&text, " %s %" PRIu32 " -> %" PRIu32 "%s",
			    layer_table[l].name, d->at[0].count[l][i],
			    d->at[1].count[l][i], layers >> (l + 1) != 0 ?
			    "," : "");
	panel_wrapped(p, ROLE_TEXT, 1, text.s);
	strbuf_done(&text);
}

void
diffview_panel(struct panel *p, const struct scene *s)
{
	const struct difference *d = s->comparing.diff;
	struct line l;

	panel_section(p, &l, "DIFF");
	if (d == NULL) {
		line_add(&l, ROLE_DIM, " of no moments yet:");
		panel_wrapped(p, ROLE_DIM, 1, ":diff TIME TIME, as 12:00:31.4, "
		    "or -30 for seconds ago");
		return;
	}
	line_add(&l, ROLE_DIM, "what B has, and A had not");
	put_moment(p, 'A', &d->a);
	put_moment(p, 'B', &d->b);
	put_totals(p, d);
	put_cursor(p, s);
}
