#include "config.h"

#include "pagetide/waterfall.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "pagetide/cells.h"
#include "pagetide/history.h"
#include "pagetide/sample.h"
#include "pagetide/viewport.h"
#include "pagetide/xalloc.h"

/* A slot at the place where it is shown. */
struct row {
	uint64_t	slot;
	uint64_t	t_ns, wall_ns;	/* of its sample; 0: it has none */
	bool		looked;		/* nothing else will be found for it */
};

struct waterfall {
	struct fall_shape shape;	/* rows 0: nothing is shown */
	struct cells	 cells;		/* of one row */
	struct row	*row;
	uint8_t		*level;		/* of all cells of all rows */
	size_t		*want;		/* snapshots that are looked for */
	uint64_t	 slot;		/* of now */
	uint64_t	 oldest_ns;	/* that is kept; 0: nothing is */
};

struct waterfall *
waterfall_new(void)
{
	struct waterfall *w = xcalloc(1, sizeof *w);

	cells_init(&w->cells);
	return w;
}

void
waterfall_forget(struct waterfall *w)
{
	free(w->row);
	free(w->level);
	free(w->want);
	w->row = NULL;
	w->level = NULL;
	w->want = NULL;
	w->shape = (struct fall_shape){ 0 };
}

void
waterfall_free(struct waterfall *w)
{
	if (w == NULL)
		return;
	waterfall_forget(w);
	cells_done(&w->cells);
	free(w);
}

uint64_t
waterfall_slot(uint64_t t_ns, uint64_t slot_ns)
{
	return t_ns == 0 ? 0 : (t_ns - 1) / slot_ns;
}

struct fall_shape
waterfall_shape(const struct viewport *vp, uint64_t slot_ns)
{
	uint64_t pages = viewport_shown_pages(vp);

	return (struct fall_shape){ vp->first_page, pages,
		cellgrid_fit_wide(pages, vp->width, 1, vp->least_cols),
		vp->rows, slot_ns };
}

static bool
is_shape(const struct waterfall *w, const struct fall_shape *s)
{
	const struct fall_shape *is = &w->shape;

	return is->first_page == s->first_page && is->pages == s->pages &&
	    is->grid.shift == s->grid.shift &&
	    is->grid.cols == s->grid.cols &&
	    is->grid.cell_cols == s->grid.cell_cols &&
	    is->rows == s->rows && is->slot_ns == s->slot_ns;
}

static void
reshape(struct waterfall *w, const struct fall_shape *shape)
{
	if (is_shape(w, shape))
		return;
	waterfall_forget(w);
	w->shape = *shape;
	cells_reshape(&w->cells, shape->first_page, shape->pages,
	    shape->grid.shift);
	w->row = xcalloc(shape->rows, sizeof *w->row);
	w->want = xcalloc(shape->rows, sizeof *w->want);
	w->level = xcalloc(shape->rows * w->cells.n + 1, sizeof *w->level);
}

static struct row *
row_of(const struct waterfall *w, uint64_t slot)
{
	return &w->row[slot % w->shape.rows];
}

/* The row of its slot is what the sample has. */
static void
take(struct waterfall *w, const struct sample *s)
{
	struct row *row = row_of(w, waterfall_slot(s->t_ns,
	    w->shape.slot_ns));
	enum layer layer = sample_main_layer(s);
	uint8_t *level = w->level + (size_t)(row - w->row) * w->cells.n;

	cells_forget(&w->cells, ~0u);
	sample_project(s, &w->cells);
	for (size_t i = 0; i < w->cells.n; i++)
		level[i] = (uint8_t)cells_level(&w->cells, i, layer);
	row->t_ns = s->t_ns;
	row->wall_ns = s->wall_ns;
}

/* One that was looked for, unless it is from before the slot. */
static void
take_past(void *arg, const struct snapshot *s)
{
	struct waterfall *w = arg;
	uint64_t slot = waterfall_slot(s->sample.t_ns, w->shape.slot_ns);

	if (row_of(w, slot)->slot == slot)
		take(w, &s->sample);
}

/* Has the slot to be looked for? Then *i is the last one in it, or before. */
static bool
is_wanted(struct waterfall *w, const struct history *h, uint64_t slot,
    size_t *i)
{
	struct row *row = row_of(w, slot);

	if (row->looked && row->slot == slot)
		return false;
	*row = (struct row){ .slot = slot, .looked = true };
	return history_find(h, (slot + 1) * w->shape.slot_ns, i);
}

void
waterfall_fill(struct waterfall *w, const struct fall_shape *shape,
    const struct history *h, const struct sample *now)
{
	uint64_t slot, behind;
	size_t n = 0;

	reshape(w, shape);
	w->slot = waterfall_slot(now->t_ns, shape->slot_ns);
	w->oldest_ns = history_oldest_ns(h);
	behind = shape->rows > 2 ? shape->rows - 2 : 0;
	for (slot = w->slot > behind ? w->slot - behind : 0; slot < w->slot;
	    slot++)
		n += is_wanted(w, h, slot, &w->want[n]);
	history_some(h, w->want, n, take_past, w);
	*row_of(w, w->slot) = (struct row){ .slot = w->slot };
	take(w, now);
}

const struct fall_shape *
waterfall_shown(const struct waterfall *w)
{
	return &w->shape;
}

size_t
waterfall_cells(const struct waterfall *w)
{
	return w->cells.n;
}

/* Is all that could be in the slot from before what is kept? */
static bool
is_gone(const struct waterfall *w, const struct row *row)
{
	uint64_t last_ns = row->t_ns != 0 ? row->t_ns :
	    (row->slot + 1) * w->shape.slot_ns;

	return row->slot != w->slot && (w->oldest_ns == 0 ||
	    last_ns < w->oldest_ns);
}

struct fall_row
waterfall_row(const struct waterfall *w, unsigned y)
{
	uint64_t back = (w->slot % w->shape.rows + w->shape.rows - y) %
	    w->shape.rows;
	struct fall_row out = { .kind = FALL_NOT_KEPT };
	const struct row *row = &w->row[y];

	if (w->shape.rows > 1 && back + 1 == w->shape.rows) {
		out.kind = FALL_HEAD;
		return out;
	}
	if (back > w->slot)
		return out;
	out.slot = w->slot - back;
	if (is_gone(w, row))
		return out;
	out.kind = row->t_ns != 0 ? FALL_KNOWN : FALL_EMPTY;
	out.wall_ns = row->wall_ns;
	out.level = w->level + y * w->cells.n;
	return out;
}
