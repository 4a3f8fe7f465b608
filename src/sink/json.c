#include "config.h"

#include "pagetide/json.h"

#include <jansson.h>

#include "pagetide/landing.h"
#include "pagetide/rawindow.h"
#include "pagetide/sharers.h"
#include "pagetide/snapshot.h"

#include "jsonacted.h"
#include "jsonrecord.h"
#include "jval.h"
#include "landjson.h"

/* Windows of readahead that a sample tells. */
#define WINDOWS_TOLD 32

/* The pages of one layer in cells [from, to), null if any is unknown. */
static json_t *
run_value(const struct cells *c, size_t from, size_t to, enum layer l)
{
	uint64_t	sum = 0;
	bool		known = true;

	for (size_t i = from; i < to && known; i++) {
		known = cells_known(c, i, l);
		if (known)
			sum += c->count[l][i];
	}
	return jval_number(known, sum);
}

/* One layer, step cells of the grid in each value. */
static json_t *
grid_value(const struct cells *c, size_t step, enum layer l)
{
	json_t	*a = json_array();

	for (size_t i = 0; i < c->n; i += step) {
		jval_append(a, run_value(c, i,
		    c->n - i > step ? i + step : c->n, l));
	}
	return a;
}

/* What kinds of memory are in it, where somebody tells. */
static void
put_kinds(json_t *o, const struct sample *s, size_t step)
{
	static const enum layer kinds[] = { LAYER_PRIVATE, LAYER_ZERO,
		LAYER_HUGE, LAYER_SWAPPED, LAYER_GUARD };

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		jval_put(o, layer_table[kinds[i]].name,
		    grid_value(s->overview, step, kinds[i]));
}

/* The overview in at most max cells. */
static json_t *
cells_value(const struct sample *s, const struct landing *l, unsigned max)
{
	const struct cells *c = s->overview;
	json_t		*o;
	unsigned	 shift;

	if (c == NULL)
		return json_null();
	shift = cells_fit_shift(c->n, max);
	o = json_object();
	jval_put(o, "pages_per_cell", jval_number(true,
	    UINT64_C(1) << (c->shift + shift)));
	jval_put(o, "cached", grid_value(c, (size_t)1 << shift, LAYER_CACHED));
	jval_put(o, "mapped", grid_value(c, (size_t)1 << shift, LAYER_MAPPED));
	if (s->worker.process != 0)
		put_kinds(o, s, (size_t)1 << shift);
	if (l == NULL || l->by == LANDING_OFF)
		return o;
	jval_put(o, "landed_minor", landjson_cells(l, c, (size_t)1 << shift,
	    false));
	jval_put(o, "landed_major", landjson_cells(l, c, (size_t)1 << shift,
	    true));
	return o;
}

static json_t *
window_value(const struct rawindow *w)
{
	json_t *o = json_object();
	uint64_t marker = rawindow_marker(w);

	jval_put(o, "first_page", jval_number(true, w->first_page));
	jval_put(o, "pages", jval_number(true, w->pages));
	jval_put(o, "marker_page", jval_number(marker != UINT64_MAX, marker));
	jval_put(o, "trigger_page", jval_number(
	    w->trigger_page != UINT64_MAX, w->trigger_page));
	jval_put(o, "kind", json_string(rawindow_kind_name[w->kind]));
	jval_put(o, "order", jval_number(w->kind != RAWINDOW_SEEN, w->order));
	return o;
}

/* Windows of readahead, the last of them from the newest on. */
static json_t *
readahead_value(const struct readahead *r)
{
	json_t *o, *last;
	const struct rawindow *w;

	if (r == NULL || !r->known)
		return json_null();
	o = json_object();
	jval_put(o, "by", json_string(r->exact ? "tracepoints" : "looks"));
	jval_put(o, "windows", jval_number(true, r->windows));
	jval_put(o, "pages", jval_number(true, r->pages));
	jval_put(o, "lost", jval_number(true, r->lost));
	jval_put(o, "in_part", jval_number(true, r->in_part));
	jval_put(o, "kept_pages", jval_number(r->use_known, r->kept_pages));
	jval_put(o, "touched_pages", jval_number(r->use_known,
	    r->touched_pages));
	last = json_array();
	for (size_t i = 0; i < WINDOWS_TOLD &&
	    (w = readahead_at(r, i)) != NULL; i++)
		jval_append(last, window_value(w));
	jval_put(o, "last", last);
	return o;
}

/* Who maps it, those with most pages first. */
static json_t *
sharers_value(const struct sharers *s)
{
	json_t *a = json_array(), *o;

	for (size_t i = 0; i < s->n; i++) {
		const struct sharer *r = &s->row[i];

		o = json_object();
		jval_put(o, "pid", jval_number(true, (uint64_t)r->pid));
		jval_put(o, "name", jval_text(r->name));
		jval_put(o, "mapped_pages", jval_number(r->counted, r->pages));
		jval_put(o, "cell_pages", jval_number(r->counted &&
		    s->cell_n > 0, r->cell_pages));
		jval_put(o, "covers_cell", s->cell_n == 0 ? json_null() :
		    json_boolean(r->covers));
		jval_put(o, "pss_bytes", jval_number(r->pss == PSS_KNOWN,
		    r->pss_bytes));
		jval_append(a, o);
	}
	return a;
}

/* How many have a PTE in each cell of the picture, and have it mapped with
 * nobody knowing more. */
static json_t *
who_cells_value(const struct sharers_grid *g)
{
	json_t *o, *mapped, *maybe;

	if (g->cells == 0)
		return json_null();
	o = json_object();
	mapped = json_array();
	maybe = json_array();
	for (uint32_t i = 0; i < g->cells; i++) {
		jval_append(mapped, jval_number(true, g->mapped[i]));
		jval_append(maybe, jval_number(true, g->maybe[i]));
	}
	jval_put(o, "first_page", jval_number(true, g->first));
	jval_put(o, "pages_per_cell", jval_number(true, UINT64_C(1) <<
	    g->shift));
	jval_put(o, "mapped_by", mapped);
	jval_put(o, "maybe_by", maybe);
	return o;
}

/* null: nobody is known yet. */
static json_t *
who_value(const struct sharers *s)
{
	json_t *o;

	if (s->rounds == 0 || s->err != 0)
		return json_null();
	o = json_object();
	jval_put(o, "processes", jval_number(true, s->processes));
	jval_put(o, "looked_at", jval_number(true, s->looked));
	jval_put(o, "hidden", jval_number(true, s->hidden));
	jval_put(o, "uncounted", jval_number(true, s->uncounted));
	jval_put(o, "complete", json_boolean(!s->cut));
	jval_put(o, "took_ns", jval_number(true, s->took_ns));
	jval_put(o, "seen_ns", jval_number(true, s->seen_ns));
	jval_put(o, "cell_first_page", jval_number(s->cell_n > 0,
	    s->cell_first));
	jval_put(o, "cell_pages", jval_number(s->cell_n > 0, s->cell_n));
	jval_put(o, "cell_covered_by", jval_number(s->cell_n > 0,
	    s->cell_covers));
	jval_put(o, "cell_mapped_by", jval_number(s->cell_n > 0,
	    s->cell_mapped));
	jval_put(o, "who", sharers_value(s));
	jval_put(o, "cells", who_cells_value(&s->grid));
	return o;
}

char *
json_sample(const struct field_of *of, unsigned cells)
{
	json_t *o = json_object();

	jval_put(o, "schema", json_string(JSON_SCHEMA));
	jval_fields(o, of, "", FIELD_FOR_ALL);
	jval_put(o, "readahead", readahead_value(of->readahead));
	jval_put(o, "landing", landjson_value(of->landing));
	if (of->sharers != NULL && of->sharers->on)
		jval_put(o, "who", who_value(of->sharers));
	if (cells > 0)
		jval_put(o, "cells", cells_value(of->sample, of->landing,
		    cells));
	return jval_line(o);
}

uint64_t
jsonrecord_cell(const struct cells *c, size_t i, int layer)
{
	if (layer == LAYER_COUNT)
		return c->stamp_ns[i];
	return cells_known(c, i, layer) ? c->count[layer][i] : UINT64_MAX;
}

/* [cells, value, cells, value ...] */
static json_t *
runs_value(const struct cells *c, int layer)
{
	json_t *a = json_array();
	uint64_t value;

	for (size_t from = 0, i = 0; from < c->n; from = i) {
		value = jsonrecord_cell(c, from, layer);
		while (i < c->n && jsonrecord_cell(c, i, layer) == value)
			i++;
		jval_append(a, jval_number(true, i - from));
		jval_append(a, jval_number(true, value));
	}
	return a;
}

json_t *
jsonrecord_grid(const struct cells *c)
{
	json_t *o;

	if (c == NULL)
		return json_null();
	o = json_object();
	jval_put(o, "first_page", jval_number(true, c->first_page));
	jval_put(o, "pages", jval_number(true, c->pages));
	jval_put(o, "shift", jval_number(true, c->shift));
	for (int l = 0; l < LAYER_COUNT; l++)
		jval_put(o, layer_table[l].name, runs_value(c, l));
	jval_put(o, "stamps_ns", runs_value(c, LAYER_COUNT));
	return o;
}

static json_t *
vmas_value(const struct sample *s)
{
	json_t *a = json_array(), *vma;

	for (unsigned i = 0; i < s->n_vmas; i++) {
		vma = json_array();
		jval_append(vma, jval_number(true, s->vma[i].first_page));
		jval_append(vma, jval_number(true, s->vma[i].n_pages));
		jval_append(vma, jval_number(true, s->vma[i].vmflags));
		jval_append(a, vma);
	}
	return a;
}

json_t *
jsonrecord_value(const struct snapshot *s, const struct walk_facts *walk,
    bool grids)
{
	struct field_of of = { .sample = &s->sample, .walk = walk,
		.diagnosis = &s->findings.now, .snapshot = s };
	json_t *o = json_object();

	jval_put(o, "schema", json_string(JSON_SCHEMA));
	jval_fields(o, &of, "", FIELD_FOR_RECORD);
	jval_put(o, "last_touch", jsonacted_touched(&s->acted));
	jval_put(o, "windows", jsonacted_readahead(&s->acted));
	jval_put(o, "vmas", vmas_value(&s->sample));
	if (!grids)
		return o;
	jval_put(o, "overview", jsonrecord_grid(s->sample.overview));
	jval_put(o, "zoom", jsonrecord_grid(s->sample.zoom));
	return o;
}

char *
json_record(const struct snapshot *s, const struct walk_facts *walk)
{
	return jval_line(jsonrecord_value(s, walk, true));
}
