#include "config.h"

#include "pagetide/json.h"

#include <stdlib.h>

#include <jansson.h>

#include "jval.h"

#include "pagetide/clock.h"
#include "pagetide/diagnosis.h"
#include "pagetide/effect.h"
#include "pagetide/forecast.h"
#include "pagetide/xalloc.h"

/* What a worker has counted; without a worker nobody knows these. */
#define WORKER_COUNTERS (COUNTER_BIT(COUNTER_MINOR) | \
    COUNTER_BIT(COUNTER_MAJOR) | COUNTER_BIT(COUNTER_READ_BYTES) | \
    COUNTER_BIT(COUNTER_RSS_PAGES) | COUNTER_BIT(COUNTER_TOUCHES) | \
    COUNTER_BIT(COUNTER_REFAULTS) | COUNTER_BIT(COUNTER_STEALS) | \
    COUNTER_BIT(COUNTER_WORKING_SET))

/* Totals of layers, which "layers" tells already. */
#define LAYER_COUNTERS (COUNTER_BIT(COUNTER_CACHED) | \
    COUNTER_BIT(COUNTER_MAPPED) | COUNTER_BIT(COUNTER_PRIVATE))

static json_t *
target_value(const struct target_facts *t)
{
	json_t	*o = json_object();

	jval_put(o, "path", jval_text(t->path));
	jval_put(o, "size_bytes", jval_number(true, t->size_bytes));
	jval_put(o, "page_size_bytes", jval_number(true, t->page_bytes));
	jval_put(o, "pages", jval_number(true, t->pages));
	jval_put(o, "filesystem", jval_text(t->filesystem));
	jval_put(o, "readahead_bytes", jval_number(t->readahead_known,
	    t->readahead_bytes));
	return o;
}

static json_t *
layers_value(const struct sample *s)
{
	json_t	*o = json_object();
	char	*key;

	for (int l = 0; l < LAYER_COUNT; l++) {
		key = xasprintf("%s_pages", layer_table[l].name);
		jval_put(o, key, jval_number(s->total_known & LAYER_BIT(l),
		    s->total[l]));
		free(key);
	}
	return o;
}

static json_t *
counters_value(const struct sample *s)
{
	unsigned	 known = s->counters.known;
	json_t		*o = json_object();

	if (!s->worker.alive)
		known &= ~WORKER_COUNTERS;
	for (int c = 0; c < COUNTER_COUNT; c++) {
		if (LAYER_COUNTERS & COUNTER_BIT(c))
			continue;
		jval_put(o, counter_table[c].name, jval_number(
		    known & COUNTER_BIT(c), s->counters.v[c]));
	}
	return o;
}

static json_t *
worker_value(const struct worker_facts *w)
{
	json_t	*o;

	if (!w->alive)
		return json_null();
	o = json_object();
	jval_put(o, "pid", json_integer(w->pid));
	jval_put(o, "running", json_boolean(w->running));
	jval_put(o, "pattern", jval_text(w->running ?
	    pattern_table[w->kind].name : NULL));
	jval_put(o, "cursor_page", jval_number(w->cursor_known,
	    w->cursor_page));
	jval_put(o, "pace_per_s", jval_number(true, w->pace_per_s));
	jval_put(o, "working_set_window_ns", jval_number(w->window_ns != 0,
	    w->window_ns));
	return o;
}

/* A share of time as percent; null when it is unknown. */
static json_t *
percent_value(bool known, uint32_t bp)
{
	return known ? json_real(bp / 100.0) : json_null();
}

static json_t *
memory_value(const struct memory_facts *m)
{
	json_t	*o = json_object();

	jval_put(o, "limited", json_boolean(m->limited));
	jval_put(o, "limit_bytes", jval_number(m->limit_known, m->limit_bytes));
	jval_put(o, "usage_bytes", jval_number(m->usage_known, m->usage_bytes));
	jval_put(o, "file_bytes", jval_number(m->parts_known, m->file_bytes));
	jval_put(o, "anon_bytes", jval_number(m->parts_known, m->anon_bytes));
	jval_put(o, "limit_hits", jval_number(m->hits_known, m->limit_hits));
	jval_put(o, "oom_kills", jval_number(m->kills_known, m->oom_kills));
	jval_put(o, "steals_of", jval_text(m->steals_by));
	jval_put(o, "pressure_of", jval_text(!m->pressure_known ? NULL :
	    m->pressure_own ? "cgroup" : "system"));
	jval_put(o, "some_avg10_percent", percent_value(m->pressure_known,
	    m->some_avg10_bp));
	jval_put(o, "full_avg10_percent", percent_value(m->pressure_known,
	    m->full_avg10_bp));
	return o;
}

static json_t *
forecast_value(const struct forecast *f)
{
	json_t	*o;

	if (!f->known)
		return json_null();
	o = json_object();
	jval_put(o, "minor_faults", jval_number(true, f->minor));
	jval_put(o, "major_faults", jval_number(true, f->major));
	return o;
}

/* What the walk was measured to change. */
static json_t *
outcome_value(const struct effect *e)
{
	static const enum counter told[] = {
		COUNTER_TOUCHES, COUNTER_MINOR, COUNTER_MAJOR,
		COUNTER_READ_BYTES, COUNTER_CACHED, COUNTER_MAPPED,
		COUNTER_PRIVATE,
	};
	int64_t	 delta;
	json_t	*o;

	if (e == NULL)
		return json_null();
	o = json_object();
	for (size_t i = 0; i < sizeof(told) / sizeof(told[0]); i++)
		jval_put(o, counter_table[told[i]].name,
		    effect_delta(e, told[i], &delta) ?
		    json_integer(delta) : json_null());
	jval_put(o, "alone", json_boolean(!e->mixed));
	return o;
}

static json_t *
bound_value(const struct latency *l, enum latency_kind kind, unsigned permille)
{
	uint64_t	ns = 0;
	bool		known = latency_bound(l, kind, permille, &ns);

	return jval_number(known, ns);
}

/* The touches of one kind. */
static json_t *
touches_value(const struct latency *l, enum latency_kind kind)
{
	json_t	*o = json_object(), *a = json_array();

	jval_put(o, "touches", jval_number(true, latency_touches(l, kind)));
	jval_put(o, "p50_bound_ns", bound_value(l, kind, 500));
	jval_put(o, "p99_bound_ns", bound_value(l, kind, 990));
	for (unsigned b = 0; b < LATENCY_BUCKETS; b++) {
		jval_append(a, jval_number(true,
		    l->count[kind][b]));
	}
	jval_put(o, "buckets", a);
	return o;
}

static json_t *
latency_value(const struct latency *l)
{
	json_t	*o = json_object();

	jval_put(o, "no_fault", touches_value(l, LATENCY_NO_FAULT));
	jval_put(o, "minor", touches_value(l, LATENCY_MINOR));
	jval_put(o, "major", touches_value(l, LATENCY_MAJOR));
	jval_put(o, "stray_minor_faults", jval_number(true, l->stray_minor));
	jval_put(o, "stray_major_faults", jval_number(true, l->stray_major));
	return o;
}

static json_t *
walk_value(const struct worker_facts *w, const struct json_walk *walk)
{
	json_t	*o;

	if (!w->alive || !w->latency_known)
		return json_null();
	o = json_object();
	jval_put(o, "pattern", jval_text(walk != NULL ?
	    pattern_table[walk->kind].name : NULL));
	jval_put(o, "forecast", walk != NULL ? forecast_value(walk->forecast) :
	    json_null());
	jval_put(o, "outcome", walk != NULL ? outcome_value(walk->effect) :
	    json_null());
	jval_put(o, "latency", latency_value(&w->latency));
	return o;
}

static json_t *
scan_value(const struct sample *s)
{
	const struct scan_facts	*scan = &s->scan;
	json_t			*o = json_object();

	jval_put(o, "source", jval_text(scan->cached_by));
	jval_put(o, "mapped_source", jval_text(scan->mapped_by));
	/* Of the last full pass: there is none before the first. */
	jval_put(o, "duration_ns", jval_number(scan->complete,
	    scan->duration_ns));
	jval_put(o, "oldest_age_ns", jval_number(scan->oldest_ns != 0,
	    s->t_ns > scan->oldest_ns ? s->t_ns - scan->oldest_ns : 0));
	jval_put(o, "complete", json_boolean(scan->complete));
	jval_put(o, "remark", jval_text(scan->why));
	return o;
}

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

/* The overview in at most max cells. */
static json_t *
cells_value(const struct cells *c, unsigned max)
{
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
	return o;
}

/* What happens now; nothing is an empty array. */
static json_t *
diagnosis_value(const struct diagnosis *d)
{
	json_t	*a, *o;

	if (d == NULL || (!d->known && d->n == 0))
		return json_null();
	a = json_array();
	for (unsigned i = 0; i < d->n; i++) {
		o = json_object();
		jval_put(o, "rule", jval_text(d->item[i].rule));
		jval_put(o, "text", jval_text(d->item[i].text));
		jval_put(o, "cause", jval_text(d->item[i].cause));
		jval_put(o, "command", jval_text(d->item[i].command));
		jval_append(a, o);
	}
	return a;
}

char *
json_sample(const struct sample *s, const struct json_walk *walk,
    const struct diagnosis *diagnosis, unsigned cells)
{
	json_t	*o = json_object();

	jval_put(o, "schema", json_string(JSON_SCHEMA));
	jval_put(o, "time", json_real((double)(s->wall_ns / NS_PER_US) / 1e6));
	jval_put(o, "seq", jval_number(true, s->seq));
	jval_put(o, "target", target_value(&s->target));
	jval_put(o, "layers", layers_value(s));
	jval_put(o, "counters", counters_value(s));
	jval_put(o, "worker", worker_value(&s->worker));
	jval_put(o, "memory", memory_value(&s->memory));
	jval_put(o, "walk", walk_value(&s->worker, walk));
	jval_put(o, "diagnosis", diagnosis_value(diagnosis));
	jval_put(o, "scan", scan_value(s));
	if (cells > 0)
		jval_put(o, "cells", cells_value(s->overview, cells));
	return jval_line(o);
}
