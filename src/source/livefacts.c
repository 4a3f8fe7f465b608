#include "config.h"

#include "live.h"

#include <stdatomic.h>

#include "pagetide/order.h"
#include "pagetide/target.h"

static void
read_latency(const struct work_shared *shared, struct worker_facts *w)
{
	struct latency *l = &w->latency;
	unsigned k, b;

	w->walk_seq = atomic_load(&shared->walk_seq);
	w->latency_known = w->walk_seq != 0;
	for (k = 0; k < LATENCY_KINDS; k++)
		for (b = 0; b < LATENCY_BUCKETS; b++)
			l->count[k][b] = atomic_load_explicit(
			    &shared->latency[k][b], memory_order_relaxed);
	l->stray_minor = atomic_load(&shared->stray_minor);
	l->stray_major = atomic_load(&shared->stray_major);
}

static void
read_worker(const struct live *l, struct sample *out)
{
	const struct work_shared *shared = l->worker.shared;
	struct worker_facts *w = &out->worker;
	uint64_t touches;

	w->alive = l->worker.pid != 0;
	w->pid = l->worker.pid;
	w->map_addr = l->map_addr;
	w->map_first_page = l->map_first_page;
	w->map_pages = l->map_pages;
	w->map_flags = l->map_flags;
	w->window_ns = l->window_ns;
	w->private_dirty_known = (l->map_flags & MAP_SPEC_PRIVATE) != 0 &&
	    (l->map_flags & MAP_SPEC_WRITE) != 0 &&
	    smaps_private_dirty(&l->smaps, &w->private_dirty_bytes);
	if (shared == NULL)
		return;
	touches = atomic_load(&shared->touches);
	w->running = atomic_load(&shared->running) != 0;
	w->kind = atomic_load(&shared->walk_kind);
	w->cursor_known = touches > 0;
	w->cursor_page = atomic_load(&shared->cursor_page);
	w->pace_per_s = atomic_load(&shared->pace_per_s);
	read_latency(shared, w);
	out->counters.v[COUNTER_TOUCHES] = touches;
	out->counters.known |= COUNTER_BIT(COUNTER_TOUCHES);
	if (touched_pages(&l->worker, out->t_ns, l->window_ns,
	    &out->counters.v[COUNTER_WORKING_SET]))
		out->counters.known |= COUNTER_BIT(COUNTER_WORKING_SET);
}

static void
read_totals(const struct live *l, struct sample *out)
{
	struct counters *c = &out->counters;
	int i;

	for (i = 0; i < LAYER_COUNT; i++)
		if (cells_total(&l->overview.grid, i, &out->total[i]))
			out->total_known |= LAYER_BIT(i);
	c->v[COUNTER_CACHED] = out->total[LAYER_CACHED];
	if (out->total_known & LAYER_BIT(LAYER_CACHED))
		c->known |= COUNTER_BIT(COUNTER_CACHED);
	c->v[COUNTER_MAPPED] = out->total[LAYER_MAPPED];
	if (out->total_known & LAYER_BIT(LAYER_MAPPED))
		c->known |= COUNTER_BIT(COUNTER_MAPPED);
	c->v[COUNTER_PRIVATE] = out->total[LAYER_PRIVATE];
	if (out->total_known & LAYER_BIT(LAYER_PRIVATE))
		c->known |= COUNTER_BIT(COUNTER_PRIVATE);
}

/* The name of the reader that tells a layer, or NULL. */
static const char *
reader_of(const struct live *l, enum layer layer)
{
	const struct scan_reader *r;
	int i;

	for (i = 0; i < SCAN_STAGES; i++) {
		r = l->overview.reader[i];
		if (r != NULL && (r->layers & LAYER_BIT(layer)))
			return r->name;
	}
	return NULL;
}

/* Why a layer that only cachestat tells is not known. */
static const char *
cachestat_why(const struct live *l)
{
	if (l->residency_known && l->method == METHOD_MINCORE)
		return "only cachestat tells it, not --source mincore";
	return l->cached_why;
}

/* Why PTEs can't be told, or NULL. */
static const char *
mapped_why(const struct live *l)
{
	return l->mapped_why[0] != '\0' ? l->mapped_why : NULL;
}

static void
read_by(const struct live *l, struct scan_facts *s)
{
	bool worker = l->worker.pid != 0;
	int i;

	for (i = 0; i < LAYER_COUNT; i++) {
		s->by[i] = reader_of(l, i);
		s->why_not[i] = cachestat_why(l);
	}
	s->why_not[LAYER_CACHED] = l->cached_why;
	s->why_not[LAYER_MAPPED] = s->why_not[LAYER_PRIVATE] = worker ?
	    mapped_why(l) :
	    "no worker: this is about the PTEs of its mapping";
	s->why_not[LAYER_TOUCHED] = touched_why(&l->worker);
	if (s->why_not[LAYER_TOUCHED] == NULL)
		s->by[LAYER_TOUCHED] = "the worker";
	if (l->smaps.n > 0 && smaps_complete(&l->smaps))
		s->by[LAYER_LOCKED] = "VmFlags";
	s->why_not[LAYER_LOCKED] = worker ? "smaps can't be read" :
	    "no worker: this is about locks of its mapping";
	if (l->holes.why == NULL)
		s->by[LAYER_HOLE] = "SEEK_HOLE";
	s->why_not[LAYER_HOLE] = l->holes.why;
	s->why_not[LAYER_INFLIGHT] = l->inflight_why;
	if (l->inflight_why == NULL &&
	    (l->wanted & LAYER_BIT(LAYER_INFLIGHT)))
		s->by[LAYER_INFLIGHT] = "cachestat minus mincore";
	else if (l->inflight_why == NULL)
		s->why_not[LAYER_INFLIGHT] =
		    "not measured then: only while its view is on";
}

/* Time of the oldest part shown. */
static uint64_t
oldest_ns(const struct live *l)
{
	uint64_t oldest, of_inflight = l->inflight.oldest_ns;

	oldest = cells_oldest_ns(l->zoomed ? &l->zoom.grid
	    : &l->overview.grid);
	return of_inflight != 0 && of_inflight < oldest ? of_inflight : oldest;
}

/* The one thing to be said; that another interface had to do comes last. */
static const char *
remark(const struct live *l, bool told)
{
	const char *why = told ? mapped_why(l) : l->cached_why;

	if (why == NULL)
		why = l->target->facts.refused;
	if (why == NULL)
		why = target_remark(l->target);
	return why != NULL ? why : l->cached_why;
}

static void
read_scan(const struct live *l, struct sample *out)
{
	const struct scan_reader *cache = l->overview.reader[SCAN_CACHE];
	const struct scan_reader *tables = l->overview.reader[SCAN_TABLES];
	struct scan_facts *s = &out->scan;
	unsigned told = 0;

	if (cache != NULL)
		told |= cache->layers;
	if (tables != NULL)
		told |= tables->layers;
	s->cached_by = cache != NULL ? cache->name : NULL;
	s->mapped_by = tables != NULL ? tables->name : NULL;
	s->why = remark(l, cache != NULL);
	s->duration_ns = l->overview.cost_ns +
	    (l->zoomed ? l->zoom.cost_ns : 0) + l->inflight.cost_ns;
	s->pass_ns = l->overview.pass_ns;
	s->oldest_ns = oldest_ns(l);
	s->complete = l->overview.covered &&
	    (told & ~out->total_known) == 0;
	read_by(l, s);
}

static void
read_flags_into(const struct live *l, struct sample *out)
{
	unsigned i;

	out->vmas_known = l->smaps.n > 0;
	out->n_vmas = l->smaps.n;
	for (i = 0; i < l->smaps.n; i++)
		out->vma[i] = l->smaps.vma[i];
}

void
livefacts_open(struct live *l)
{
	counters_open(&l->fds, l->worker.pid);
	memcg_open(&l->memcg, l->worker.memcg);
}

void
livefacts_close(struct live *l)
{
	counters_close(&l->fds);
	memcg_close(&l->memcg);
}

void
livefacts_read(const struct live *l, struct sample *out)
{
	read_worker(l, out);
	if (l->begun)
		memcg_read(&l->memcg, &out->counters, &out->memory);
	read_totals(l, out);
	read_scan(l, out);
	read_flags_into(l, out);
	out->overview = &l->overview.grid;
	out->zoom = l->zoomed ? &l->zoom.grid : NULL;
}
