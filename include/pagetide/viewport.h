/*
 * Which pages are on the screen, at which zoom, where the cursor is and what
 * is selected. Pure arithmetic.
 */
#ifndef PAGETIDE_VIEWPORT_H
#define PAGETIDE_VIEWPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Invariants after every call (pages > 0): cursor_page < pages;
 * the cursor's cell is on the screen; first_page is a multiple of 2^shift;
 * cols * cell_cols <= width; first_page < pages. A target of 0 pages has an
 * empty viewport and every call is harmless.
 */
struct viewport {
	uint64_t	pages;		/* of the target */
	unsigned	width;		/* columns of the screen, >= 1 */
	unsigned	cell_cols;	/* of these a cell has: 1 .. 3 */
	unsigned	least_cols;	/* and is to have; set it before
					   viewport_resize(). 0: any */
	unsigned	cols, rows;	/* cells on the screen, each >= 1 */
	unsigned	shift;		/* log2 of the pages of a cell */
	uint64_t	first_page;	/* of the first cell */
	uint64_t	cursor_page;
	bool		fit;		/* zoom follows the size: all of the
					   target is visible */
	bool		selecting;	/* anchor_page is set */
	uint64_t	anchor_page;
	uint64_t	end_page;	/* of the range, which begins at
					   anchor_page; 0: at the cursor */
};

/* Fits the whole target; cursor on page 0; 1x1 cells until resized. */
void	viewport_init(struct viewport *, uint64_t pages);
/* width is any number of columns: cellgrid_fit() says how many cells there
 * are in it. Keeps the cursor visible; refits when fit is set. */
void	viewport_resize(struct viewport *, unsigned width, unsigned rows);
/* The target has another size now, and its cells may be wider or narrower. */
void	viewport_set_pages(struct viewport *, uint64_t pages);

/* Steps of a factor two; in > 0 is nearer. The cursor's cell stays where it
 * is on the screen as far as the ends of the target let it. Never below one
 * page a cell, never beyond the whole target in one screen: out to there
 * sets fit. */
void	viewport_zoom(struct viewport *, int in);
/* The whole target on the screen. */
void	viewport_fit(struct viewport *);
/* One page a cell. */
void	viewport_zoom_pages(struct viewport *);

/* Moves the cursor by rows of the screen, in its column as far as there are
 * rows, then by cells; scrolls by rows if needed. The cursor goes to the
 * first page of another cell. */
void	viewport_move(struct viewport *, int64_t cells, int64_t rows);
/* Puts the cursor on a page (clamped to the last). */
void	viewport_goto(struct viewport *, uint64_t page);

/* Starts a selection at the cursor's cell, or ends it. */
void	viewport_select(struct viewport *, bool on);
/* Selects just these pages, clipped to the target, wherever the cursor goes;
 * n > 0, first below pages. */
void	viewport_select_pages(struct viewport *, uint64_t first, uint64_t n);
/*
 * The range that acts work on: from the anchor's cell to the cursor's cell,
 * both whole, or the pages selected by number, clipped to the target; without
 * selection all of the target.
 */
void	viewport_range(const struct viewport *, uint64_t *first_page,
	    uint64_t *n_pages);
/* Is any page of the cell at first_page (2^shift pages) selected? */
bool	viewport_is_selected(const struct viewport *, uint64_t first_page);

/* Cells that show pages: at most cols * rows. */
size_t	viewport_cells(const struct viewport *);
/* Pages shown. */
uint64_t viewport_shown_pages(const struct viewport *);
/* Index of the cursor's cell on the screen, row-major. */
size_t	viewport_cursor_cell(const struct viewport *);
/* Page to cell on the screen; false if it is not there. */
bool	viewport_cell_of(const struct viewport *, uint64_t page, size_t *cell);

#endif
