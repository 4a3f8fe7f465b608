#include "config.h"

#include "pagetide/difference.h"

#include <stdlib.h>

#include "pagetide/sample.h"
#include "pagetide/xalloc.h"

/* What is in memory: what came and went is of these. */
static const enum layer memory_layers[] = { LAYER_CACHED, LAYER_MAPPED };

struct difference *
difference_new(void)
{
	struct difference *d = xcalloc(1, sizeof *d);

	snapshot_init(&d->a.s);
	snapshot_init(&d->b.s);
	cells_init(&d->at[0]);
	cells_init(&d->at[1]);
	return d;
}

void
difference_free(struct difference *d)
{
	if (d == NULL)
		return;
	snapshot_done(&d->a.s);
	snapshot_done(&d->b.s);
	cells_done(&d->at[0]);
	cells_done(&d->at[1]);
	free(d);
}

static void
copy_moment(struct moment *to, const struct moment *from)
{
	to->path = from->path;
	to->since_ns = from->since_ns;
	snapshot_copy(&to->s, &from->s);
}

struct difference *
difference_copy(const struct difference *from)
{
	struct difference *d = difference_new();

	copy_moment(&d->a, &from->a);
	copy_moment(&d->b, &from->b);
	difference_make(d);
	return d;
}

/* The pages that both have, in the cells of the coarser one. */
static void
make_grids(struct difference *d)
{
	const struct cells *a = d->a.s.sample.overview;
	const struct cells *b = d->b.s.sample.overview;
	uint64_t pages;
	unsigned shift;

	if (a == NULL || b == NULL)
		return;
	pages = a->pages < b->pages ? a->pages : b->pages;
	shift = a->shift > b->shift ? a->shift : b->shift;
	cells_reshape(&d->at[0], 0, pages, shift);
	cells_reshape(&d->at[1], 0, pages, shift);
	cells_fill_in(&d->at[0], a);
	cells_fill_in(&d->at[1], b);
}

bool
difference_is_at(const struct difference *d, size_t i, enum layer l)
{
	const struct cells *a = &d->at[0], *b = &d->at[1];

	return cells_known(a, i, l) && cells_known(b, i, l) &&
	    a->count[l][i] != b->count[l][i];
}

static void
compare_layer(struct difference *d, enum layer l)
{
	const struct cells *a = &d->at[0], *b = &d->at[1];
	struct difference_layer *to = &d->layer[l];

	for (size_t i = 0; i < a->n; i++) {
		if (!cells_known(a, i, l) || !cells_known(b, i, l)) {
			to->unknown_cells++;
			continue;
		}
		to->known = true;
		to->cells += difference_is_at(d, i, l);
		if (b->count[l][i] > a->count[l][i])
			to->came_pages += b->count[l][i] - a->count[l][i];
		else
			to->went_pages += a->count[l][i] - b->count[l][i];
	}
	d->same = d->same && to->cells == 0;
}

unsigned
difference_layers(const struct difference *d, size_t i)
{
	unsigned layers = 0;

	for (int l = 0; l < LAYER_COUNT; l++)
		if (difference_is_at(d, i, (enum layer)l))
			layers |= LAYER_BIT(l);
	return layers;
}

/* Is a total known in both, and another one? Cells need not show it. */
static bool
total_differs(const struct difference *d, enum layer l)
{
	const struct sample *a = &d->a.s.sample, *b = &d->b.s.sample;

	return (a->total_known & b->total_known & LAYER_BIT(l)) != 0 &&
	    a->total[l] != b->total[l];
}

void
difference_make(struct difference *d)
{
	const struct sample *a = &d->a.s.sample, *b = &d->b.s.sample;

	make_grids(d);
	d->same = a->target.size_bytes == b->target.size_bytes;
	for (int l = 0; l < LAYER_COUNT; l++) {
		compare_layer(d, (enum layer)l);
		d->same = d->same && !total_differs(d, (enum layer)l);
	}
}

bool
difference_is_told(const struct difference *d, enum layer l)
{
	const struct sample *a = &d->a.s.sample, *b = &d->b.s.sample;

	return d->layer[l].cells > 0 || total_differs(d, l) ||
	    ((a->total_known ^ b->total_known) & LAYER_BIT(l)) != 0;
}

void
difference_look(struct difference *d, const struct cells *shown)
{
	for (int i = 0; i < 2; i++) {
		cells_reshape(&d->at[i], shown->first_page, shown->pages,
		    shown->shift);
		sample_project(i == 0 ? &d->a.s.sample : &d->b.s.sample,
		    &d->at[i]);
	}
}

/* Is anything known of it in both? */
static bool
is_known(const struct difference *d, size_t i)
{
	return i < d->at[0].n && (d->at[0].known[i] & d->at[1].known[i]) != 0;
}

enum difference_kind
difference_kind(const struct difference *d, size_t i)
{
	const struct cells *a = &d->at[0], *b = &d->at[1];
	bool came = false, went = false;

	if (!is_known(d, i))
		return DIFFERENCE_UNKNOWN;
	for (size_t k = 0; k < sizeof memory_layers / sizeof *memory_layers;
	    k++) {
		enum layer l = memory_layers[k];

		if (!difference_is_at(d, i, l))
			continue;
		came |= b->count[l][i] > a->count[l][i];
		went |= b->count[l][i] < a->count[l][i];
	}
	if (came != went)
		return came ? DIFFERENCE_CAME : DIFFERENCE_WENT;
	return came || difference_layers(d, i) != 0 ? DIFFERENCE_OTHER :
	    DIFFERENCE_NONE;
}
