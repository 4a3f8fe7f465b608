#include "config.h"

#include "mapdraw.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "pagetide/sample.h"
#include "pagetide/units.h"
#include "pagetide/viewport.h"

#include "heatmap.h"
#include "waterview.h"

/* Rows of the map that show cells. */
static size_t
rows_used(const struct viewport *vp)
{
	return (viewport_cells(vp) + vp->cols - 1) / vp->cols;
}

/* A cell in all of its columns. */
static void
draw_cell(struct frame *f, int x, int y, const struct scene *s, size_t i)
{
	for (unsigned column = 0; column < s->vp->cell_cols; column++) {
		struct fcell c = heatmap_cell(s, i, column);

		frame_put(f, x + (int)column, y, c.ch, c.alt, (enum role)c.fg,
		    (enum role)c.bg, c.attr);
	}
}

static void
draw_cells(struct frame *f, struct rect r, const struct scene *s)
{
	size_t n = viewport_cells(s->vp);
	int w = (int)s->vp->cell_cols;

	for (size_t i = 0; i < n; i++) {
		int x = (int)(i % s->vp->cols) * w;
		int y = (int)(i / s->vp->cols);

		if (x + w <= r.w && y < r.h)
			draw_cell(f, r.x + x, r.y + y, s, i);
	}
}

static uint64_t
row_bytes(const struct scene *s, size_t y)
{
	const struct viewport *vp = s->vp;

	return (vp->first_page + ((uint64_t)y * vp->cols << vp->shift)) *
	    s->sample->target.page_bytes;
}

/* Would a row be told in two units, as "1M+96K" beside "1.25M"? Then all are
 * in the smaller one. */
static bool
rows_in_k(const struct scene *s, int rows)
{
	char buf[UNITS_MAX];

	for (int y = 0; y < rows; y++)
		if (strchr(units_offset(buf, row_bytes(s, (size_t)y)), '+') !=
		    NULL)
			return true;
	return false;
}

/*
 * The offset of a row within w columns: exact where that fits, else marked
 * "~" and cut down to a coarser unit.
 */
static void
row_label(char buf[UNITS_MAX], uint64_t bytes, int w, bool in_k)
{
	static const char letters[] = "KMGTPE";

	units_offset(buf, bytes);
	if (in_k)
		snprintf(buf, UNITS_MAX, "%" PRIu64 "K", bytes >> 10);
	for (int i = 0; letters[i] != '\0' && (int)strlen(buf) > w; i++)
		snprintf(buf, UNITS_MAX, "~%" PRIu64 "%c",
		    bytes >> (10 * (i + 1)), letters[i]);
}

/* Where the pages end, so that nobody takes the rest of the room for pages
 * that are not there. */
static void
draw_end(struct frame *f, const struct layout *l, const struct scene *s)
{
	const struct viewport *vp = s->vp;
	uint64_t shown = viewport_shown_pages(vp);
	size_t y = rows_used(vp);
	char buf[UNITS_MAX];

	if ((int)y >= l->map.h || vp->first_page + shown < vp->pages ||
	    l->labels.w == 0)
		return;
	row_label(buf, vp->pages * s->sample->target.page_bytes,
	    l->labels.w - 2, false);
	frame_printf(f, l->labels.x, l->labels.y + (int)y, l->labels.w - 2,
	    ROLE_DIM, "%*s", l->labels.w - 2, buf);
	frame_text(f, l->map.x, l->map.y + (int)y, l->map.w, ROLE_DIM, "end");
}

static void
draw_labels(struct frame *f, struct rect r, const struct scene *s)
{
	const struct viewport *vp = s->vp;
	size_t cursor = viewport_cursor_cell(vp) / vp->cols;
	size_t rows = rows_used(vp);
	bool in_k = rows_in_k(s, rows < (size_t)r.h ? (int)rows : r.h);
	char buf[UNITS_MAX];

	for (int y = 0; y < r.h && r.w > 0; y++) {
		if ((size_t)y >= rows)
			return;
		frame_text(f, r.x + r.w - 1, r.y + y, 1, ROLE_DIM, "|");
		row_label(buf, row_bytes(s, (size_t)y), r.w - 2, in_k);
		frame_printf(f, r.x, r.y + y, r.w - 2,
		    (size_t)y == cursor ? ROLE_STRONG : ROLE_DIM, "%*s",
		    r.w - 2, buf);
		if ((size_t)y == cursor)
			frame_text(f, r.x + r.w - 2, r.y + y, 1, ROLE_STRONG,
			    ">");
	}
}

/* Cells from one offset on the ruler to the next: 8 columns, or 12. */
static size_t
ruler_step(const struct viewport *vp)
{
	return vp->cell_cols == 1 ? 8 : 4;
}

/* Offsets within a row, each over the column that it names. */
static void
draw_ruler(struct frame *f, const struct layout *l, const struct scene *s)
{
	const struct viewport *vp = s->vp;
	uint64_t page_bytes = s->sample->target.page_bytes;
	size_t cols = viewport_cells(vp), step = ruler_step(vp);
	char buf[UNITS_MAX];

	if (l->ruler.h == 0)
		return;
	frame_printf(f, l->ruler.x, l->ruler.y, l->labels.w - 2, ROLE_DIM,
	    "%*s", l->labels.w - 2, "offset");
	if (cols > vp->cols)
		cols = vp->cols;
	for (size_t x = 0; x < cols; x += step) {
		units_offset(buf, ((uint64_t)x << vp->shift) * page_bytes);
		frame_printf(f, l->map.x + (int)(x * vp->cell_cols),
		    l->ruler.y, (int)(step * vp->cell_cols), ROLE_DIM, "%s%s",
		    x > 0 ? "+" : "", buf);
	}
}

void
mapdraw(struct frame *f, const struct layout *l, const struct scene *s)
{
	if (s->vp->pages == 0)
		return;
	if (s->view == VIEW_WATERFALL) {
		waterview_draw(f, l, s);
		return;
	}
	draw_ruler(f, l, s);
	draw_labels(f, l->labels, s);
	draw_end(f, l, s);
	draw_cells(f, l->map, s);
}
