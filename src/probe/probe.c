#include "config.h"

#include "probe.h"

#include <stdio.h>

#include "pagetide/clock.h"
#include "pagetide/target.h"

void
probe_look_at_mapping(struct probes *p)
{
	if (mapped_look(&p->mapped))
		readers_set(p, SCAN_TABLES, mapped_reader(&p->mapped),
		    &p->mapped.pagemap);
}

static bool
is_wanted(const struct probes *p, enum layer layer)
{
	return (p->wanted & LAYER_BIT(layer)) != 0;
}

/* ---- pages in flight: costly, so only of what is shown, while wanted ---- */

static void
begin_inflight(struct probes *p, struct area *a)
{
	if (a == probes_shown(p) && p->inflight_why == NULL &&
	    is_wanted(p, LAYER_INFLIGHT))
		inflight_begin(&p->inflight, &a->scan.grid, p->look_first,
		    p->look_pages);
}

static bool
step_inflight(struct probes *p, struct area *a, uint64_t deadline_ns)
{
	return a != probes_shown(p) || inflight_step(&p->inflight, deadline_ns);
}

static void
reshape_inflight(struct probes *p, struct area *a)
{
	(void)a;
	probe_forget_inflight(p);
}

static const char *
inflight_why(const struct probes *p, enum layer layer)
{
	if (p->inflight_why != NULL || is_wanted(p, layer))
		return p->inflight_why;
	return "not measured then: only while its view is on";
}

/* ---- the scan of page cache and page tables ---- */

static void
begin_scan(struct probes *p, struct area *a)
{
	(void)p;
	scan_begin(&a->scan);
}

static bool
step_scan(struct probes *p, struct area *a, uint64_t deadline_ns)
{
	(void)p;
	return scan_step(&a->scan, deadline_ns);
}

static const char *
scanned_by(const struct probes *p, enum layer layer)
{
	const struct readers *by = &p->area[AREA_OVERVIEW].scan.by;
	int i;

	for (i = 0; i < SCAN_STAGES; i++)
		if (by->reader[i] != NULL &&
		    (by->reader[i]->layers & LAYER_BIT(layer)))
			return by->reader[i]->name;
	return NULL;
}

/* Why page tables can't be read, or NULL. */
static const char *
tables_why(const struct probes *p)
{
	return mapped_why(&p->mapped);
}

/* Why the kinds of what is mapped are not known. */
static const char *
kinds_why(const struct probes *p, enum layer layer)
{
	if (tables_why(p) != NULL || scanned_by(p, layer) != NULL)
		return tables_why(p);
	if (!p->mapped.pagemap.kinds)
		return "told of another process, or of memory without a file";
	return layer == LAYER_SWAPPED || layer == LAYER_GUARD ?
	    "guard pages look as if swapped on this kernel" :
	    "only PAGEMAP_SCAN tells, from Linux 6.7 on";
}

static const char *
scanned_why(const struct probes *p, enum layer layer)
{
	if (LAYER_BIT(layer) & (LAYER_KINDS | LAYER_BIT(LAYER_MAPPED) |
	    LAYER_BIT(LAYER_PRIVATE)))
		return p->subject.pid == 0 ?
		    "no worker: this is about the PTEs of its mapping" :
		    LAYER_BIT(layer) & LAYER_KINDS ? kinds_why(p, layer) :
		    tables_why(p);
	if (layer != LAYER_CACHED && p->residency_known &&
	    p->method == METHOD_MINCORE)
		return "only cachestat reports it, not --source mincore";
	return p->cached_why;
}

/* ---- pages of the working set ---- */

static void
begin_touched(struct probes *p, struct area *a)
{
	touched_begin(&a->touched, p->window_ns, is_wanted(p, LAYER_TOUCHED));
}

static bool
step_touched(struct probes *p, struct area *a, uint64_t deadline_ns)
{
	(void)p;
	return touched_step(&a->touched, deadline_ns);
}

static void
reshape_touched(struct probes *p, struct area *a)
{
	(void)p;
	touched_reshaped(&a->touched);
}

static const char *
touches_why(const struct probes *p, enum layer layer)
{
	(void)layer;
	return touched_why(&p->subject);
}

/* ---- holes ---- */

static void
begin_holes(struct probes *p, struct area *a)
{
	if (!p->pages_only)
		holes_begin(&a->holes, is_wanted(p, LAYER_HOLE));
}

static bool
step_holes(struct probes *p, struct area *a, uint64_t deadline_ns)
{
	(void)p;
	return holes_step(&a->holes, deadline_ns);
}

static void
reshape_holes(struct probes *p, struct area *a)
{
	(void)p;
	holes_reshaped(&a->holes);
}

static const char *
holes_why(const struct probes *p, enum layer layer)
{
	(void)layer;
	return p->area[AREA_OVERVIEW].holes.why;
}

/* ---- locks: read with a sample, by probes_refresh() ---- */

static void
reshape_locked(struct probes *p, struct area *a)
{
	mapped_put_locked(&p->mapped, &a->scan.grid);
}

static const char *
locked_why(const struct probes *p, enum layer layer)
{
	(void)layer;
	if (mapped_flags_known(&p->mapped))
		return NULL;
	return p->subject.pid != 0 ? "smaps can't be read" :
	    "no worker: this is about locks of its mapping";
}

/* In the order they are measured in. */
static const struct probe probe_table[] = {
	{ LAYER_BIT(LAYER_INFLIGHT), "cachestat minus mincore", inflight_why,
	    begin_inflight, step_inflight, reshape_inflight },
	{ LAYER_BIT(LAYER_CACHED) | LAYER_BIT(LAYER_DIRTY) |
	    LAYER_BIT(LAYER_WRITEBACK) | LAYER_BIT(LAYER_EVICTED) |
	    LAYER_BIT(LAYER_RECENT) | LAYER_BIT(LAYER_MAPPED) |
	    LAYER_BIT(LAYER_PRIVATE) | LAYER_KINDS, NULL, scanned_why,
	    begin_scan, step_scan, NULL },
	{ LAYER_BIT(LAYER_TOUCHED), "the worker", touches_why,
	    begin_touched, step_touched, reshape_touched },
	{ LAYER_BIT(LAYER_HOLE), "SEEK_HOLE", holes_why,
	    begin_holes, step_holes, reshape_holes },
	{ LAYER_BIT(LAYER_LOCKED), "VmFlags", locked_why,
	    NULL, NULL, reshape_locked },
};

#define PROBES_END (probe_table + sizeof probe_table / sizeof probe_table[0])

void
probe_reshaped(struct probes *p, struct area *a)
{
	const struct probe *row;

	for (row = probe_table; row < PROBES_END; row++)
		if (row->reshaped != NULL)
			row->reshaped(p, a);
}

void
probes_begin(struct probes *p)
{
	const struct probe *row;
	struct area *a;

	for (row = probe_table; row < PROBES_END; row++)
		for (a = probes_shown(p); a < p->area + AREAS; a++)
			if (row->begin != NULL)
				row->begin(p, a);
}

/* Goes on with one row, in all areas. */
static bool
step_row(const struct probe *row, struct probes *p, uint64_t deadline_ns)
{
	struct area *a;

	for (a = probes_shown(p); a < p->area + AREAS; a++)
		if (row->step != NULL && !row->step(p, a, deadline_ns))
			return false;
	return true;
}

bool
probes_step(struct probes *p, uint64_t deadline_ns)
{
	const struct probe *row = probe_table;

	probe_look_at_mapping(p);
	while (row < PROBES_END && step_row(row, p, deadline_ns))
		row++;
	readers_check(p);
	return row == PROBES_END;
}

/* ---- what a sample says of it ---- */

static void
read_totals(const struct probes *p, struct sample *out)
{
	static const struct {
		enum layer layer;
		enum counter counter;
	} gauge[] = {
		{ LAYER_CACHED, COUNTER_CACHED },
		{ LAYER_MAPPED, COUNTER_MAPPED },
		{ LAYER_PRIVATE, COUNTER_PRIVATE },
	};
	struct counters *c = &out->counters;
	size_t i;

	for (i = 0; i < LAYER_COUNT; i++)
		if (cells_total(out->overview, i, &out->total[i]))
			out->total_known |= LAYER_BIT(i);
	for (i = 0; i < sizeof gauge / sizeof gauge[0]; i++) {
		c->v[gauge[i].counter] = out->total[gauge[i].layer];
		if (out->total_known & LAYER_BIT(gauge[i].layer))
			c->known |= COUNTER_BIT(gauge[i].counter);
	}
	if (touched_pages(&p->subject, out->t_ns, p->window_ns,
	    &c->v[COUNTER_WORKING_SET]))
		c->known |= COUNTER_BIT(COUNTER_WORKING_SET);
}

/* Who measures the layers of a row, or why nobody does. */
static void
read_row(const struct probe *row, const struct probes *p,
    struct scan_facts *s)
{
	int i;

	for (i = 0; i < LAYER_COUNT; i++) {
		if (!(row->layers & LAYER_BIT(i)))
			continue;
		s->why_not[i] = row->why_not(p, i);
		if (row->by == NULL)
			s->by[i] = scanned_by(p, i);
		else if (s->why_not[i] == NULL)
			s->by[i] = row->by;
	}
}

/* The one thing to be said; that another interface had to do comes last. */
static const char *
remark(const struct probes *p, bool cached)
{
	const char *why = cached ? tables_why(p) : p->cached_why;

	if (p->target->facts.waits_ns > 0)
		return p->waits_why;
	if (why == NULL)
		why = p->target->facts.refused;
	if (why == NULL)
		why = target_remark(p->target);
	return why != NULL ? why : p->cached_why;
}

/* Time of the oldest part shown. */
static uint64_t
oldest_ns(const struct probes *p, const struct cells *shown)
{
	uint64_t oldest = cells_oldest_ns(shown);
	uint64_t of_inflight = p->inflight.oldest_ns;

	return of_inflight != 0 && of_inflight < oldest ? of_inflight : oldest;
}

static void
read_scan(const struct probes *p, struct sample *out)
{
	const struct scan *overview = &p->area[AREA_OVERVIEW].scan;
	const struct scan_reader *cache = overview->by.reader[SCAN_CACHE];
	const struct scan_reader *tables = overview->by.reader[SCAN_TABLES];
	struct scan_facts *s = &out->scan;
	unsigned layers = (cache != NULL ? cache->layers : 0) |
	    (tables != NULL ? tables->layers : 0);

	s->cached_by = cache != NULL ? cache->name : NULL;
	s->mapped_by = tables != NULL ? tables->name : NULL;
	s->why = remark(p, cache != NULL);
	s->duration_ns = overview->cost_ns + p->inflight.cost_ns +
	    (p->zoomed ? p->area[AREA_ZOOM].scan.cost_ns : 0);
	s->pass_ns = overview->pass_ns;
	s->oldest_ns = oldest_ns(p, out->zoom != NULL ? out->zoom :
	    out->overview);
	s->complete = overview->covered && (layers & ~out->total_known) == 0;
	s->device_reads_known = p->inflight.reads_known;
	s->device_reads = p->inflight.reads;
	s->nothing_read = inflight_lasts(&p->inflight);
}

/* How long storage has not answered, as far as that is worth a word. */
static void
read_waits(struct probes *p)
{
	struct target_facts *t = &p->target->facts;
	uint64_t waits_ns = storage_waits_ns(p->target->storage);

	t->waits_known = p->target->storage != NULL;
	t->waits_ns = waits_ns >= STORAGE_STALL_NS ? waits_ns : 0;
	snprintf(p->waits_why, sizeof p->waits_why, "storage does not answer "
	    "since %u s: size, name and holes are of before",
	    (unsigned)(t->waits_ns / NS_PER_S));
}

void
probes_read(struct probes *p, struct sample *out)
{
	const struct probe *row;

	read_waits(p);
	out->target = p->target->facts;
	out->worker.window_ns = p->window_ns;
	mapped_read(&p->mapped, out);
	out->overview = &p->area[AREA_OVERVIEW].scan.grid;
	out->zoom = p->zoomed ? &p->area[AREA_ZOOM].scan.grid : NULL;
	read_totals(p, out);
	read_scan(p, out);
	for (row = probe_table; row < PROBES_END; row++)
		read_row(row, p, &out->scan);
}
