#include "config.h"

#include "pagetide/viewport.h"

#include <string.h>

#include "pagetide/cellgrid.h"
#include "pagetide/cells.h"

/* Cells that the screen has room for. */
static uint64_t
room(const struct viewport *vp)
{
	return (uint64_t)vp->cols * vp->rows;
}

/* Cells of n pages at this zoom. */
static uint64_t
cells_of(const struct viewport *vp, uint64_t pages)
{
	uint64_t rest = pages & ((UINT64_C(1) << vp->shift) - 1);

	return (pages >> vp->shift) + (rest != 0);
}

/* Cell of a page, counted from the start of the target. */
static uint64_t
cell_at(const struct viewport *vp, uint64_t page)
{
	return page >> vp->shift;
}

/* The zoom that shows all of the target. */
static unsigned
fit_shift(const struct viewport *vp)
{
	return cells_fit_shift(vp->pages, room(vp));
}

/* base + delta, kept within 0..max. */
static uint64_t
add_within(uint64_t base, int64_t delta, uint64_t max)
{
	uint64_t back = -(uint64_t)delta;

	if (delta < 0)
		return back > base ? 0 : base - back;
	return (uint64_t)delta > max - base ? max : base + delta;
}

/* Scrolls by rows until the cursor's cell is on the screen. */
static void
reveal_cursor(struct viewport *vp)
{
	uint64_t first = cell_at(vp, vp->first_page);
	uint64_t cell = cell_at(vp, vp->cursor_page);
	uint64_t total = cells_of(vp, vp->pages), n = room(vp), rows, limit;

	if (cell < first) {
		rows = (first - cell + vp->cols - 1) / vp->cols;
		first = rows * vp->cols < first ? first - rows * vp->cols : 0;
	} else if (cell - first >= n) {
		rows = (cell - first - n) / vp->cols + 1;
		first += rows * vp->cols;
	}
	/* At the end no more than the last row may be short. */
	limit = total > n ? total - n + vp->cols - 1 : 0;
	vp->first_page = (first < limit ? first : limit) << vp->shift;
}

/* The viewport of a target without pages. */
static void
clear(struct viewport *vp)
{
	vp->shift = 0;
	vp->first_page = vp->cursor_page = vp->anchor_page = vp->end_page = 0;
	vp->selecting = false;
	vp->fit = true;
}

/* The cells that fill the room with the target. */
static void
lay_out(struct viewport *vp)
{
	struct cellgrid g = cellgrid_fit_wide(vp->pages, vp->width, vp->rows,
	    vp->least_cols);

	vp->cols = g.cols;
	vp->cell_cols = g.cell_cols;
}

/* Brings every field back within what viewport.h promises. */
static void
keep_inside(struct viewport *vp)
{
	uint64_t last = vp->pages - 1;
	unsigned most = fit_shift(vp);

	if (vp->pages == 0) {
		clear(vp);
		return;
	}
	if (vp->cursor_page > last)
		vp->cursor_page = last;
	if (vp->anchor_page > last)
		vp->anchor_page = last;
	if (vp->end_page > vp->pages)
		vp->end_page = vp->pages;
	if (vp->fit || vp->shift > most)
		vp->shift = most;
	reveal_cursor(vp);
}

void
viewport_init(struct viewport *vp, uint64_t pages)
{
	memset(vp, 0, sizeof *vp);
	vp->pages = pages;
	vp->width = vp->rows = 1;
	vp->fit = true;
	lay_out(vp);
	keep_inside(vp);
}

void
viewport_resize(struct viewport *vp, unsigned width, unsigned rows)
{
	vp->width = width == 0 ? 1 : width;
	vp->rows = rows == 0 ? 1 : rows;
	lay_out(vp);
	keep_inside(vp);
}

void
viewport_set_pages(struct viewport *vp, uint64_t pages)
{
	vp->pages = pages;
	lay_out(vp);
	keep_inside(vp);
}

/* Another zoom with the cursor's cell in its place, if the ends allow it. */
static void
rezoom(struct viewport *vp, unsigned shift)
{
	uint64_t at = viewport_cursor_cell(vp), cell, total, first, most;

	vp->shift = shift;
	cell = cell_at(vp, vp->cursor_page);
	total = cells_of(vp, vp->pages);
	first = cell > at ? cell - at : 0;
	most = total > room(vp) ? total - room(vp) : 0;
	vp->first_page = (first < most ? first : most) << shift;
	keep_inside(vp);
}

void
viewport_zoom(struct viewport *vp, int in)
{
	unsigned most = fit_shift(vp);
	unsigned shift = add_within(vp->shift, -(int64_t)in, most);

	if (shift == vp->shift)
		return;
	vp->fit = shift == most;
	rezoom(vp, shift);
}

void
viewport_fit(struct viewport *vp)
{
	vp->fit = true;
	keep_inside(vp);
}

void
viewport_zoom_pages(struct viewport *vp)
{
	vp->fit = false;
	rezoom(vp, 0);
}

/*
 * The cell so many rows below (above, if negative): the same column as far as
 * there are rows, and the nearest cell where that row is short.
 */
static uint64_t
cell_by_rows(const struct viewport *vp, uint64_t cell, int64_t rows)
{
	uint64_t cols = vp->cols, last = cell_at(vp, vp->pages - 1);
	/* Cells missing in the row of cell 0: rows are cut as on screen. */
	uint64_t pad = -cell_at(vp, vp->first_page) % cols;
	uint64_t row = (cell + pad) / cols, column = (cell + pad) % cols;

	row = add_within(row, rows, (last + pad) / cols);
	cell = row * cols + column;
	cell = cell > pad ? cell - pad : 0;
	return cell < last ? cell : last;
}

void
viewport_move(struct viewport *vp, int64_t cells, int64_t rows)
{
	uint64_t from, to, last;

	if (vp->pages == 0)
		return;
	from = cell_at(vp, vp->cursor_page);
	last = cell_at(vp, vp->pages - 1);
	to = add_within(cell_by_rows(vp, from, rows), cells, last);
	if (to != from)
		vp->cursor_page = to << vp->shift;
	keep_inside(vp);
}

void
viewport_goto(struct viewport *vp, uint64_t page)
{
	vp->cursor_page = page;
	keep_inside(vp);
}

void
viewport_select(struct viewport *vp, bool on)
{
	vp->selecting = on;
	vp->anchor_page = vp->cursor_page;
	vp->end_page = 0;
	keep_inside(vp);
}

void
viewport_select_pages(struct viewport *vp, uint64_t first, uint64_t n)
{
	vp->selecting = true;
	vp->anchor_page = first;
	vp->end_page = n < vp->pages - first ? first + n : vp->pages;
	keep_inside(vp);
}

void
viewport_range(const struct viewport *vp, uint64_t *first_page,
    uint64_t *n_pages)
{
	uint64_t anchor = cell_at(vp, vp->anchor_page);
	uint64_t cursor = cell_at(vp, vp->cursor_page);
	uint64_t low = anchor < cursor ? anchor : cursor;
	uint64_t high = anchor < cursor ? cursor : anchor;
	uint64_t end = (high + 1) << vp->shift;

	if (!vp->selecting) {
		*first_page = 0;
		*n_pages = vp->pages;
		return;
	}
	if (vp->end_page != 0) {
		*first_page = vp->anchor_page;
		*n_pages = vp->end_page - vp->anchor_page;
		return;
	}
	*first_page = low << vp->shift;
	*n_pages = (end < vp->pages ? end : vp->pages) - *first_page;
}

bool
viewport_is_selected(const struct viewport *vp, uint64_t first_page)
{
	uint64_t first, n;

	if (!vp->selecting)
		return false;
	viewport_range(vp, &first, &n);
	return first_page < first + n &&
	    first_page + (UINT64_C(1) << vp->shift) > first;
}

size_t
viewport_cells(const struct viewport *vp)
{
	uint64_t left = cells_of(vp, vp->pages - vp->first_page);

	return left < room(vp) ? left : room(vp);
}

uint64_t
viewport_shown_pages(const struct viewport *vp)
{
	uint64_t left = vp->pages - vp->first_page;
	uint64_t covered = (uint64_t)viewport_cells(vp) << vp->shift;

	return covered < left ? covered : left;
}

size_t
viewport_cursor_cell(const struct viewport *vp)
{
	return cell_at(vp, vp->cursor_page - vp->first_page);
}

bool
viewport_cell_of(const struct viewport *vp, uint64_t page, size_t *cell)
{
	if (page < vp->first_page ||
	    page - vp->first_page >= viewport_shown_pages(vp))
		return false;
	*cell = cell_at(vp, page - vp->first_page);
	return true;
}
