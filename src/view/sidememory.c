#include "config.h"

#include "sidememory.h"

#include <stdint.h>
#include <stdio.h>

#include "pagetide/membox.h"
#include "pagetide/sample.h"
#include "pagetide/strbuf.h"
#include "pagetide/text.h"
#include "pagetide/units.h"

/* Lines of rates below, and that of the title. */
#define OTHER_LINES 5
#define BOX_ROWS_MIN 2
#define SWATCH_COLS 2

static const struct part {
	enum membox_part which;
	enum role	 role;
	char		 glyph;
	const char	*name;
} part_table[] = {
	{ MEMBOX_FREE, ROLE_LEVEL_0, '.', "free" },
	{ MEMBOX_CLEAN, ROLE_SET_CACHED, ':', "file cache, clean" },
	{ MEMBOX_DIRTY, ROLE_GRAPH_MAJOR, '!', "file cache, dirty" },
	{ MEMBOX_OTHER, ROLE_SET_TOUCHED, '#', "kernel's own" },
	{ MEMBOX_ANON, ROLE_SET_MAPPED, '+', "anonymous" },
};
#define N_PARTS ((int)(sizeof part_table / sizeof part_table[0]))

/* What the whole box stands for: so much that it does not change its size as
 * the limit does, and the line of the limit moves. */
static uint64_t
scale_of(const struct membox *box, const struct target_facts *t)
{
	uint64_t most = box->total_bytes, scale = 1;

	if (!box->limited)
		return most;
	if (t->size_bytes > most && t->size_bytes / most < 64)
		most = t->size_bytes;
	while (scale < most && scale <= UINT64_MAX / 2)
		scale *= 2;
	return scale;
}

/* The cells that so many bytes from the bottom reach up to. */
static int
cells_of(uint64_t bytes, uint64_t scale, int cells)
{
	return (int)((double)bytes / (double)scale * cells + 0.5);
}

/* Cell i from the bottom shows this part; NULL: it is beyond the limit. Any
 * part but none has a cell. */
static const struct part *
part_at(const struct membox *box, uint64_t scale, int i, int cells)
{
	uint64_t sum = 0;
	int end, least = 0;

	if (i >= cells_of(box->total_bytes, scale, cells))
		return NULL;
	for (int k = N_PARTS - 1; k >= 0; k--) {
		uint64_t bytes = box->bytes[part_table[k].which];

		sum += bytes;
		end = cells_of(sum, scale, cells);
		if (bytes > 0 && end <= least)
			end = least + 1;
		if (i < end)
			return &part_table[k];
		least = end > least ? end : least;
	}
	return NULL;
}

static void
draw_row(struct frame *f, struct rect r, const struct membox *box,
    uint64_t scale, int row, int rows)
{
	for (int x = 0; x < r.w; x++) {
		const struct part *p = part_at(box, scale, row * r.w + x,
		    rows * r.w);

		if (p != NULL)
			frame_put(f, r.x + x, r.y, U' ', p->glyph, p->role,
			    p->role, 0);
	}
}

/* "-- limit 16M ---", across the box. */
static void
draw_limit(struct frame *f, struct rect r, uint64_t bytes)
{
	char text[UNITS_MAX];

	for (int x = 0; x < r.w; x++)
		frame_put(f, r.x + x, r.y, U'-', '-', ROLE_WARN, ROLE_TEXT, 0);
	frame_printf(f, r.x + 2, r.y, r.w - 2, ROLE_WARN, " limit %s ",
	    units_offset(text, bytes));
}

/* Rows from the top; the line of the limit is one more between them. */
static void
draw_box(struct panel *p, const struct membox *box, uint64_t scale, int rows)
{
	int in_it = cells_of(box->total_bytes, scale, rows * p->r.w);
	int below = box->limited ? (in_it + p->r.w - 1) / p->r.w : rows + 1;

	for (int row = rows - 1; row >= -1; row--) {
		if (row + 1 == below)
			draw_limit(p->frame, panel_line(p), box->total_bytes);
		if (row >= 0)
			draw_row(p->frame, panel_line(p), box, scale, row,
			    rows);
	}
}

static void
draw_part(struct panel *p, const struct part *part, const struct membox *box)
{
	bool files = part->which == MEMBOX_CLEAN;
	char bytes[UNITS_MAX] = "?";
	const char *name = part->name;
	struct rect r = panel_line(p);
	struct line l;

	if (box->dirty_known || part->which != MEMBOX_DIRTY)
		units_bytes(bytes, box->bytes[part->which]);
	if (files && !box->dirty_known)
		name = "file cache";
	line_init(&l, p->frame, r, "", ROLE_DIM);
	line_add(&l, ROLE_TEXT, "%*s %-18s%10s", SWATCH_COLS, "", name, bytes);
	for (int x = 0; x < SWATCH_COLS && r.h > 0; x++)
		frame_put(p->frame, r.x + x, r.y, U' ', part->glyph,
		    part->role, part->role, 0);
}

/* Whose memory it is. */
static void
draw_title(struct panel *p, const struct membox *box,
    const struct memory_facts *m)
{
	char all[UNITS_MAX];
	struct line l;

	panel_section(p, &l, "MEMORY");
	if (!box->limited)
		line_add(&l, ROLE_TEXT, "of the machine, %s",
		    units_bytes(all, box->total_bytes));
	else
		line_add(&l, ROLE_TEXT, "%s", m->limit_of == LIMIT_INHERITED ?
		    "of the cgroup above the worker" :
		    "of the worker's cgroup");
}

void
sidememory_draw(struct panel *p, const struct scene *s)
{
	const struct memory_facts *m = &s->sample->memory;
	int rows = p->r.h - SIDEMEMORY_LINES - OTHER_LINES;
	struct membox box;
	struct line l;

	if (!membox_of(m, &box)) {
		panel_section(p, &l, "MEMORY");
		line_add(&l, ROLE_WARN, "?");
		return;
	}
	draw_title(p, &box, m);
	if (rows >= BOX_ROWS_MIN)
		draw_box(p, &box, scale_of(&box, &s->sample->target), rows);
	for (int i = 0; i < N_PARTS; i++)
		draw_part(p, &part_table[i], &box);
	if (!box.limited && !s->read_only && s->sample->worker.process == 0) {
		panel_start(p, &l, "");
		line_add(&l, ROLE_DIM, "no limit:  ( squeezes the worker");
	}
}

/* "limit hits 865" */
static void
add_hits(struct line *l, const struct memory_facts *m)
{
	char hits[UNITS_MAX] = "?";

	if (m->hits_known)
		units_rate(hits, (double)m->limit_hits);
	line_add(l, ROLE_TEXT, "limit hits %s", hits);
}

/* PSI, some and full: the cgroup's own, or that of the whole system. */
static void
add_pressure(struct line *l, const struct memory_facts *m)
{
	if (!m->pressure_known)
		line_add(l, ROLE_TEXT, "PSI ?");
	else
		line_add(l, ROLE_TEXT, "%sPSI %.1f/%.1f %%",
		    m->pressure_own ? "" : "system ",
		    m->some_avg10_bp / 100.0, m->full_avg10_bp / 100.0);
}

/* Of a cgroup that is not ours: whose limit it is. */
static void
draw_whose(struct panel *p, const struct memory_facts *m)
{
	struct strbuf path = STRBUF_INIT;
	char limit[UNITS_MAX];
	struct line l;

	panel_start(p, &l, " ");
	line_add(&l, ROLE_TEXT, "limit %s of", units_bytes(limit,
	    m->limit_bytes));
	if (m->limit_cgroup != NULL)
		text_safe(&path, m->limit_cgroup);
	else
		strbuf_adds(&path, "a cgroup out of sight");
	line_cut(p->frame, (struct rect){ l.x + 1, l.y, l.end - l.x - 1, 1 },
	    ROLE_TEXT, path.s);
	strbuf_done(&path);
}

/* What there is of it: all that is charged, and of that files. */
static void
draw_usage(struct panel *p, const struct memory_facts *m)
{
	char used[UNITS_MAX] = "?", file[UNITS_MAX] = "?";
	struct line l;

	panel_start(p, &l, ", ");
	if (m->usage_known)
		units_bytes(used, m->usage_bytes);
	if (m->parts_known)
		units_bytes(file, m->file_bytes);
	line_add(&l, ROLE_TEXT, "used %s", used);
	line_add(&l, ROLE_TEXT, "files %s", file);
}

static bool
is_inherited(const struct scene *s)
{
	return s->sample->memory.limit_of == LIMIT_INHERITED;
}

int
sidelimit_lines(const struct scene *s)
{
	return (sample_has_limit(&s->sample->memory) ? 1 : 0) +
	    (is_inherited(s) ? 2 : 0);
}

void
sidelimit_draw(struct panel *p, const struct scene *s)
{
	const struct memory_facts *m = &s->sample->memory;
	struct line l;

	if (is_inherited(s)) {
		draw_whose(p, m);
		draw_usage(p, m);
	}
	if (!sample_has_limit(m))
		return;
	panel_start(p, &l, ", ");
	add_hits(&l, m);
	add_pressure(&l, m);
}
