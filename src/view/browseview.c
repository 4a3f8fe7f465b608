#include "config.h"

#include "browseview.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "pagetide/browsecols.h"
#include "pagetide/clock.h"
#include "pagetide/cells.h"
#include "pagetide/line.h"
#include "pagetide/ring.h"
#include "pagetide/sample.h"
#include "pagetide/strbuf.h"
#include "pagetide/text.h"
#include "pagetide/units.h"

#include "heatmap.h"

enum {
	HEAD_ROWS = 3,		/* title, rates, names of the columns */
	NAME_MIN = 14,		/* columns left for names at least */
	BAR_COLS = BROWSE_BAR_COLS,
};

struct table {
	const struct browse_column *column;
	size_t		 n;
	unsigned	 rank;		/* up to which they have room */
};

/* The next column that has room, from *i on; NULL at the end. */
static const struct browse_column *
next_column(const struct table *t, size_t *i)
{
	while (*i < t->n && t->column[*i].rank > t->rank)
		(*i)++;
	return *i < t->n ? &t->column[(*i)++] : NULL;
}

static int
columns_width(const struct table *t, unsigned rank)
{
	int width = 0;
	size_t i;

	for (i = 0; i < t->n; i++)
		if (t->column[i].rank <= rank)
			width += t->column[i].width + 1;
	return width;
}

static struct table
table_for(enum browse_kind kind, int w)
{
	struct table t = { .rank = 8 };

	t.column = browse_columns(kind, &t.n);
	while (t.rank > 0 && columns_width(&t, t.rank) + NAME_MIN > w)
		t.rank--;
	return t;
}

/* Its end, which tells more than where a path begins. */
static void
draw_name(struct frame *f, struct rect r, const char *name)
{
	struct strbuf safe = STRBUF_INIT;
	const char *s;
	char32_t ch;

	text_safe(&safe, name);
	s = safe.s;
	if (text_columns(s) > r.w && r.w > 2) {
		while (text_columns(s) > r.w - 2)
			s += text_next(s, &ch);
		r.x += frame_text(f, r.x, r.y, 2, ROLE_DIM, "..");
		r.w -= 2;
	}
	frame_text(f, r.x, r.y, r.w, ROLE_TEXT, s);
	strbuf_done(&safe);
}

/* How much of it is resident: full cells, and one in part. */
static void
draw_bar(struct frame *f, int x, int y, const struct vmasum *s)
{
	uint64_t cell = (s->size_bytes + BAR_COLS - 1) / BAR_COLS, part;
	uint64_t left = s->resident_bytes;
	struct fcell c;
	int i;

	for (i = 0; i < BAR_COLS; i++) {
		part = left < cell ? left : cell;
		left -= part;
		c = heatmap_level_cell(s->uncounted == 0 ? level_of(part, cell) :
		    LEVEL_UNKNOWN);
		frame_put(f, x + i, y, c.ch, c.alt, c.fg, c.bg, c.attr);
	}
}

static const char *
row_name(const struct browse_look *b, const struct browse_row *r)
{
	if (r->process != NULL)
		return r->process->name;
	if (r->mapping.n == 0)
		return b->process->name;
	return r->mapping.piece->name[0] != '\0' ? r->mapping.piece->name :
	    "anon";
}

/* What stands in a column, cut with a sign. */
static void
draw_cell(struct frame *f, struct rect r, const struct browse_column *c,
    const struct browse_look *b, const struct browse_row *row)
{
	char text[BROWSE_TEXT_MAX];
	int len;

	if (c->text == NULL) {
		draw_bar(f, r.x, r.y, &row->sum);
		return;
	}
	c->text(text, b, row);
	len = (int)strlen(text);
	if (!c->left && len < r.w) {
		r.x += r.w - len;
		r.w = len;
	}
	line_cut(f, r, strcmp(text, "?") == 0 ? ROLE_DIM : ROLE_TEXT, text);
}

static void
draw_row(struct frame *f, struct rect r, const struct table *t,
    const struct browse_look *b, const struct browse_row *row)
{
	const struct browse_column *c;
	int x = r.x;
	size_t i = 0;

	while ((c = next_column(t, &i)) != NULL) {
		draw_cell(f, (struct rect){ x, r.y, c->width, 1 }, c, b, row);
		x += c->width + 1;
	}
	draw_name(f, (struct rect){ x, r.y, r.x + r.w - x, 1 },
	    row_name(b, row));
}

static void
draw_titles(struct frame *f, struct rect r, const struct table *t)
{
	const struct browse_column *c;
	int x = r.x;
	size_t i = 0;

	while ((c = next_column(t, &i)) != NULL) {
		frame_text(f, c->left ? x : x + c->width -
		    (int)strlen(c->title), r.y, c->width, ROLE_DIM, c->title);
		x += c->width + 1;
	}
	frame_text(f, x, r.y, r.x + r.w - x, ROLE_DIM, "NAME");
}

static void
draw_title(struct frame *f, struct rect r, const struct browse_look *b)
{
	struct strbuf name = STRBUF_INIT;
	char age[UNITS_MAX], took[UNITS_MAX];
	struct line l;

	frame_fill(f, r, ROLE_TITLE, ROLE_TEXT);
	line_init(&l, f, r, " | ", ROLE_TITLE);
	line_right(&l, ROLE_TITLE, " LIVE 1/s ");
	if (b->process != NULL) {
		text_safe(&name, b->process->name);
		line_add(&l, ROLE_TITLE, " %s", name.s);
		line_add(&l, ROLE_TITLE, "process %d", (int)b->process->pid);
	} else if (b->name != NULL) {
		text_safe(&name, b->name);
		line_add(&l, ROLE_TITLE, " processes named %s", name.s);
	} else {
		line_add(&l, ROLE_TITLE, b->kind == BROWSE_PROCESSES ?
		    " PROCESSES" : " MAPPINGS");
	}
	strbuf_done(&name);
	if (b->read)
		line_add(&l, ROLE_TITLE, b->n != b->of ? "%zu of %zu" : "%zu",
		    b->n, b->of);
	line_add(&l, ROLE_TITLE, "by %s", b->sort);
	if (b->filter[0] != '\0') {
		text_safe(&name, b->filter);
		line_add(&l, ROLE_TITLE, "only %s", name.s);
		strbuf_done(&name);
	}
	if (b->age_ns != 0)
		line_add(&l, ROLE_TITLE, "counted %s ago", units_duration(age,
		    b->age_ns));
	if (b->read)
		line_add(&l, ROLE_TITLE, "read in %s", units_duration(took,
		    b->took_ns));
}

static void
add_rate(struct line *l, const struct scene *s, enum counter counter,
    const char *what)
{
	uint64_t from_ns = s->now_ns > NS_PER_S ? s->now_ns - NS_PER_S : 0;
	char text[UNITS_MAX];
	double per_s;

	if (s->now_ns > 0 && ring_rate_over(s->ring, counter, from_ns,
	    s->now_ns, &per_s))
		line_add(l, ROLE_STRONG, "%s", counter == COUNTER_READ_BYTES ?
		    units_byte_rate(text, per_s) : units_rate(text, per_s));
	else
		line_add(l, ROLE_DIM, "?");
	line_join(l, ROLE_DIM, " %s", what);
}

static void
add_total(struct line *l, const struct scene *s, enum counter counter,
    const char *what)
{
	uint64_t n;

	if (sample_since(s->sample, &s->sample->counters, counter, &n))
		line_add(l, ROLE_STRONG, "%" PRIu64, n);
	else
		line_add(l, ROLE_DIM, "?");
	line_join(l, ROLE_DIM, " %s", what);
}

/* Of the process, since it is watched, and beside it of the system. */
static void
draw_rates(struct frame *f, struct rect r, const struct scene *s)
{
	struct line l;

	line_init(&l, f, r, "  ", ROLE_DIM);
	if (s->list.browse.kind == BROWSE_MAPPINGS) {
		line_add(&l, ROLE_DIM, "process");
		add_rate(&l, s, COUNTER_MINOR, "minor/s");
		add_rate(&l, s, COUNTER_MAJOR, "major/s");
		add_rate(&l, s, COUNTER_READ_BYTES, "read");
		line_add(&l, ROLE_DIM, "since watched");
		add_total(&l, s, COUNTER_MINOR, "minor");
		add_total(&l, s, COUNTER_MAJOR, "major");
	}
	line_add(&l, ROLE_DIM, "system");
	add_rate(&l, s, COUNTER_SYS_FAULTS, "faults/s");
	add_rate(&l, s, COUNTER_SYS_MAJOR, "major/s");
}

/* The line that stands for the whole process. */
static int
draw_all(struct frame *f, struct rect r, const struct table *t,
    const struct browse_look *b)
{
	const struct browse_row all = { .sum = b->all };

	if (b->kind != BROWSE_MAPPINGS || b->process == NULL || r.h < 2)
		return 0;
	draw_row(f, r, t, b, &all);
	return 1;
}

int
browseview_rows(struct rect r)
{
	int rows = r.h - HEAD_ROWS - 1;

	return rows > 1 ? rows : 1;
}

static void
draw_rows(struct frame *f, struct rect r, const struct table *t,
    const struct browse_look *b, size_t room)
{
	size_t first = b->at / room * room, i;
	int x, y;

	for (i = first; i < b->n && i < first + room; i++) {
		y = r.y + (int)(i - first);
		draw_row(f, (struct rect){ r.x, y, r.w, 1 }, t, b,
		    &b->row[i]);
		for (x = r.x - 1; x < r.x + r.w && i == b->at; x++)
			frame_attr(f, x, y, ATTR_REVERSE);
	}
}

/* What there is in place of rows. */
static const char *
remark(const struct browse_look *b)
{
	if (b->why != NULL)
		return b->why;
	if (!b->read)
		return "reading ..";
	return b->n > 0 ? NULL : b->filter[0] != '\0' ?
	    "nothing has that in its name" : b->name != NULL ?
	    "no process has that name" : "nothing is mapped";
}

void
browseview_draw(struct frame *f, struct rect r, const struct scene *s)
{
	const struct browse_look *b = &s->list.browse;
	struct rect in = { r.x + 1, r.y + HEAD_ROWS, r.w - 1,
		r.h - HEAD_ROWS };
	struct table t = table_for(b->kind, in.w);
	const char *why = remark(b);
	int used;

	frame_fill(f, r, ROLE_TEXT, ROLE_TEXT);
	draw_title(f, (struct rect){ r.x, r.y, r.w, 1 }, b);
	draw_rates(f, (struct rect){ in.x, r.y + 1, in.w, 1 }, s);
	draw_titles(f, (struct rect){ in.x, r.y + 2, in.w, 1 }, &t);
	used = draw_all(f, in, &t, b);
	in.y += used;
	in.h -= used;
	if (in.h > 0)
		draw_rows(f, in, &t, b, (size_t)browseview_rows(r));
	if (why != NULL)
		line_cut(f, (struct rect){ in.x, b->n == 0 ? in.y : r.y +
		    r.h - 1, in.w, 1 }, ROLE_WARN, why);
}
