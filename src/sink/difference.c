#include "config.h"

#include "pagetide/difference.h"

#include <inttypes.h>
#include <string.h>

#include <jansson.h>

#include "pagetide/field.h"
#include "pagetide/strbuf.h"
#include "pagetide/text.h"
#include "pagetide/units.h"

#include "jval.h"

#define COUNTERS "counters."

void
difference_done(struct difference *d)
{
	snapshot_done(&d->a.s);
	snapshot_done(&d->b.s);
	cells_done(&d->at[0]);
	cells_done(&d->at[1]);
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

/* Do the two say something else of a cell? What is unknown says nothing. */
static bool
differs(const struct difference *d, size_t i, enum layer l)
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
		to->cells += differs(d, i, l);
		if (b->count[l][i] > a->count[l][i])
			to->came_pages += b->count[l][i] - a->count[l][i];
		else
			to->went_pages += a->count[l][i] - b->count[l][i];
	}
	d->same = d->same && to->cells == 0;
}

/* The layers that differ in a cell. */
static unsigned
layers_at(const struct difference *d, size_t i)
{
	unsigned layers = 0;

	for (int l = 0; l < LAYER_COUNT; l++)
		if (differs(d, i, l))
			layers |= LAYER_BIT(l);
	return layers;
}

/* Is a total known in both, and another one? Cells need not show it. */
static bool
total_differs(const struct sample *a, const struct sample *b, int l)
{
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
		compare_layer(d, l);
		d->same = d->same && !total_differs(a, b, l);
	}
}

static void
put_moment(struct strbuf *out, const char *name, const struct moment *m)
{
	const struct sample *s = &m->s.sample;
	char wall[UNITS_MAX], since[UNITS_MAX];

	strbuf_addf(out, "%s  ", name);
	text_safe(out, m->path);
	strbuf_addf(out, ": sample %" PRIu64 " at %s, %s after the first\n",
	    s->seq, units_wall(wall, s->wall_ns),
	    units_duration(since, m->since_ns));
}

static void
put_total(struct strbuf *out, const struct sample *s, int l)
{
	if ((s->total_known & LAYER_BIT(l)) != 0)
		strbuf_addf(out, "%" PRIu64, s->total[l]);
	else
		strbuf_addc(out, '?');
}

static void
put_layer(struct strbuf *out, const struct difference *d, int l)
{
	const struct difference_layer *is = &d->layer[l];
	const struct sample *a = &d->a.s.sample, *b = &d->b.s.sample;

	if (is->cells == 0 && !total_differs(a, b, l) &&
	    ((a->total_known ^ b->total_known) & LAYER_BIT(l)) == 0)
		return;
	strbuf_addf(out, "%s  ", layer_table[l].name);
	put_total(out, a, l);
	strbuf_adds(out, " -> ");
	put_total(out, b, l);
	strbuf_adds(out, " pages");
	if (is->known)
		strbuf_addf(out, ": +%" PRIu64 " -%" PRIu64 " in %" PRIu64
		    " of %zu cells", is->came_pages, is->went_pages, is->cells,
		    d->at[0].n);
	if (is->unknown_cells > 0)
		strbuf_addf(out, ", %" PRIu64 " not known in both",
		    is->unknown_cells);
	strbuf_addc(out, '\n');
}

/* Are all known the same of a cell as of the one before? */
static bool
goes_on(const struct difference *d, size_t i, unsigned layers)
{
	return i < d->at[0].n && layers_at(d, i) == layers;
}

static uint64_t
sum(const struct cells *c, size_t from, size_t to, int l)
{
	uint64_t pages = 0;

	for (size_t i = from; i < to; i++)
		pages += c->count[l][i];
	return pages;
}

/* Cells in a row that differ in the same layers. */
static void
put_run(struct strbuf *out, const struct difference *d, size_t from, size_t to,
    unsigned layers)
{
	uint64_t page = d->a.s.sample.target.page_bytes;
	const struct cells *c = &d->at[0];
	char begin[UNITS_MAX], end[UNITS_MAX];

	strbuf_addf(out, "%s..%s", units_offset(begin, cells_page(c, from) *
	    page), units_offset(end, cells_cell_end(c, to - 1) * page));
	for (int l = 0; l < LAYER_COUNT; l++)
		if ((layers & LAYER_BIT(l)) != 0)
			strbuf_addf(out, "  %s %" PRIu64 " -> %" PRIu64,
			    layer_table[l].name, sum(c, from, to, l),
			    sum(&d->at[1], from, to, l));
	strbuf_addc(out, '\n');
}

static void
put_size(struct strbuf *out, const struct difference *d)
{
	uint64_t a = d->a.s.sample.target.size_bytes;
	uint64_t b = d->b.s.sample.target.size_bytes;
	char from[UNITS_MAX], to[UNITS_MAX];

	if (a != b)
		strbuf_addf(out, "size  %s -> %s\n", units_size(from, a),
		    units_size(to, b));
}

void
difference_text(const struct difference *d, struct strbuf *out)
{
	size_t i, to;
	unsigned layers;

	put_moment(out, "A", &d->a);
	put_moment(out, "B", &d->b);
	put_size(out, d);
	for (int l = 0; l < LAYER_COUNT; l++)
		put_layer(out, d, l);
	for (i = 0; i < d->at[0].n; i = to) {
		layers = layers_at(d, i);
		for (to = i + 1; goes_on(d, to, layers); to++)
			;
		if (layers != 0)
			put_run(out, d, i, to, layers);
	}
	if (d->same)
		strbuf_adds(out, "the same, in all that is known of both\n");
}

static json_t *
moment_value(const struct moment *m)
{
	const struct field_of of = { .sample = &m->s.sample };
	json_t *o = json_object();

	jval_put(o, "recording", jval_text(m->path));
	jval_put(o, "since_ns", jval_number(true, m->since_ns));
	jval_fields(o, &of, "time", FIELD_FOR_ALL);
	jval_fields(o, &of, "seq", FIELD_FOR_ALL);
	jval_fields(o, &of, "target", FIELD_FOR_ALL);
	jval_fields(o, &of, COUNTERS, FIELD_FOR_ALL);
	return o;
}

static json_t *
layers_value(const struct difference *d)
{
	const struct sample *a = &d->a.s.sample, *b = &d->b.s.sample;
	json_t *all = json_object(), *o;

	for (int l = 0; l < LAYER_COUNT; l++) {
		const struct difference_layer *is = &d->layer[l];

		o = json_object();
		jval_put(o, "a_pages", jval_number((a->total_known &
		    LAYER_BIT(l)) != 0, a->total[l]));
		jval_put(o, "b_pages", jval_number((b->total_known &
		    LAYER_BIT(l)) != 0, b->total[l]));
		jval_put(o, "came_pages", jval_number(is->known,
		    is->came_pages));
		jval_put(o, "went_pages", jval_number(is->known,
		    is->went_pages));
		jval_put(o, "cells", jval_number(is->known, is->cells));
		jval_put(o, "unknown_cells", jval_number(true,
		    is->unknown_cells));
		jval_put(all, layer_table[l].name, o);
	}
	return all;
}

static json_t *
cell_value(const struct difference *d, size_t i, unsigned layers)
{
	const struct cells *c = &d->at[0];
	json_t *o = json_object(), *both;

	jval_put(o, "first_page", jval_number(true, cells_page(c, i)));
	jval_put(o, "pages", jval_number(true, cells_pages(c, i)));
	for (int l = 0; l < LAYER_COUNT; l++) {
		if ((layers & LAYER_BIT(l)) == 0)
			continue;
		both = json_array();
		jval_append(both, jval_number(true, c->count[l][i]));
		jval_append(both, jval_number(true, d->at[1].count[l][i]));
		jval_put(o, layer_table[l].name, both);
	}
	return o;
}

char *
difference_json(const struct difference *d)
{
	json_t *o = json_object(), *cells = json_array();
	unsigned layers;

	jval_put(o, "schema", json_string(DIFFERENCE_SCHEMA));
	jval_put(o, "same", json_boolean(d->same));
	jval_put(o, "a", moment_value(&d->a));
	jval_put(o, "b", moment_value(&d->b));
	jval_put(o, "layers", layers_value(d));
	for (size_t i = 0; i < d->at[0].n; i++)
		if ((layers = layers_at(d, i)) != 0)
			jval_append(cells, cell_value(d, i, layers));
	jval_put(o, "cells", cells);
	return jval_line(o);
}
