/* Two moments beside each other, as lines and as JSON. */
#include "config.h"

#include "difflines.h"

#include <inttypes.h>

#include <jansson.h>

#include "pagetide/difference.h"
#include "pagetide/field.h"
#include "pagetide/strbuf.h"
#include "pagetide/text.h"
#include "pagetide/units.h"

#include "jval.h"

#define COUNTERS "counters."

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

	if (!difference_is_told(d, (enum layer)l))
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
	return i < d->at[0].n && difference_layers(d, i) == layers;
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
difflines_text(const struct difference *d, struct strbuf *out)
{
	size_t i, to;
	unsigned layers;

	put_moment(out, "A", &d->a);
	put_moment(out, "B", &d->b);
	put_size(out, d);
	for (int l = 0; l < LAYER_COUNT; l++)
		put_layer(out, d, l);
	for (i = 0; i < d->at[0].n; i = to) {
		layers = difference_layers(d, i);
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
difflines_json(const struct difference *d)
{
	json_t *o = json_object(), *cells = json_array();
	unsigned layers;

	jval_put(o, "schema", json_string(DIFFLINES_SCHEMA));
	jval_put(o, "same", json_boolean(d->same));
	jval_put(o, "a", moment_value(&d->a));
	jval_put(o, "b", moment_value(&d->b));
	jval_put(o, "layers", layers_value(d));
	for (size_t i = 0; i < d->at[0].n; i++)
		if ((layers = difference_layers(d, i)) != 0)
			jval_append(cells, cell_value(d, i, layers));
	jval_put(o, "cells", cells);
	return jval_line(o);
}
