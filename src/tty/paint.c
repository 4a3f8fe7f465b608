#include "config.h"

#include "paint.h"

#include <stdlib.h>
#include <string.h>

#include "pagetide/xalloc.h"

#include "colour.h"

void
paint_init(struct paint *p)
{
	frame_init(&p->last, 0, 0);
	p->row = NULL;
	p->all = true;
}

void
paint_done(struct paint *p)
{
	frame_done(&p->last);
	free(p->row);
	p->row = NULL;
}

/* One row of a frame. */
static const struct fcell *
row_of(const struct frame *f, int y)
{
	return f->cell + (size_t)y * (size_t)f->cols;
}

/* Puts the cells from..to of a row. */
static void
put_cells(struct paint *p, struct colour *c, const struct fcell *cell, int y,
    int from, int to)
{
	int n = 0, x = from;

	while (x <= to) {
		const struct fcell *next = x < to ? cell + x + 1 : NULL;

		x += colour_cell(c, cell + x, next, &p->row[n++]);
	}
	mvwadd_wchnstr(stdscr, y, from, p->row, n);
}

/* Puts the part of a row that differs from what is on the screen. */
static void
put_row(struct paint *p, struct colour *c, const struct frame *f, int y,
    int cols)
{
	const struct fcell *now = row_of(f, y), *old = row_of(&p->last, y);
	int from = 0, to = cols - 1;

	if (!p->all) {
		while (from <= to && memcmp(now + from, old + from,
		    sizeof *now) == 0)
			from++;
		while (to > from && memcmp(now + to, old + to,
		    sizeof *now) == 0)
			to--;
		/* A wide character is put as a whole; its second half is the
		 * same as that of any other. */
		if (to < cols - 1 && now[to + 1].ch == 0)
			to++;
	}
	if (from <= to)
		put_cells(p, c, now, y, from, to);
}

bool
paint_frame(struct paint *p, struct colour *c, const struct frame *f)
{
	int cols = f->cols < COLS ? f->cols : COLS;
	int rows = f->rows < LINES ? f->rows : LINES;
	int y;

	if (p->last.cols != f->cols || p->last.rows != f->rows)
		p->all = true;
	if (!p->all && frame_equal(&p->last, f))
		return false;
	if (p->all) {
		p->row = xreallocarray(p->row, (size_t)f->cols + 1,
		    sizeof *p->row);
		werase(stdscr);
		clearok(curscr, TRUE);
	}
	for (y = 0; y < rows; y++)
		put_row(p, c, f, y, cols);
	frame_copy(&p->last, f);
	p->all = false;
	return true;
}
