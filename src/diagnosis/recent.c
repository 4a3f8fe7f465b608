#include "config.h"

#include "pagetide/recent.h"

#include <stdlib.h>
#include <string.h>

#include "pagetide/clock.h"
#include "pagetide/diagnosis.h"
#include "pagetide/sample.h"
#include "pagetide/xalloc.h"

#define SPAN_NS		(2 * NS_PER_S)
#define SPAN_MIN_NS	NS_PER_S
/* Two seconds of samples every 10 ms, and those that acts take. */
#define POINTS_MAX	256

/* What is needed of a sample. */
struct point {
	uint64_t	t_ns;
	struct counters	counters;
	bool		evicted_known, hits_known;
	uint64_t	evicted, old, hits;
	bool		running;
	uint32_t	walk_seq;	/* 0: there was no walk */
	uint64_t	pages;		/* of the target */
	/* Of the walk. */
	uint64_t	touches[LATENCY_KINDS], waits, fault_ns;
};

/* Shadow entries as of the newest sample that knew them. */
struct shadows {
	bool		seen;
	uint64_t	n;
	uint64_t	old;		/* of these: there before the first
					   sample, or of our own making */
	uint64_t	pass_ns;	/* when that pass began */
};

struct recent {
	struct shadows	shadows;
	unsigned	n, next;	/* points, where the next goes */
	struct point	point[POINTS_MAX];
};

struct recent *
recent_new(void)
{
	return xcalloc(1, sizeof(struct recent));
}

void
recent_free(struct recent *t)
{
	free(t);
}

/* i = 0 is the newest. */
static const struct point *
point_at(const struct recent *t, unsigned i)
{
	return &t->point[(t->next + 2 * POINTS_MAX - 1 - i) % POINTS_MAX];
}

/* Minor faults that took longer than one without I/O does. */
static uint64_t
count_waits(const struct latency *l)
{
	uint64_t n = 0;
	unsigned b;

	for (b = DIAGNOSIS_WAIT_BUCKET + 1; b < LATENCY_BUCKETS; b++)
		n += l->count[LATENCY_MINOR][b];
	return n;
}

/* How long faults took, by the middle of each bucket. */
static uint64_t
fault_ns(const struct latency *l)
{
	uint64_t ns = 0;
	unsigned b;

	for (b = 1; b < LATENCY_BUCKETS; b++)
		ns += (l->count[LATENCY_MINOR][b] + l->count[LATENCY_MAJOR][b]) *
		    (latency_bound_ns(b - 1) + latency_bound_ns(b)) / 2;
	return ns;
}

/* Does nothing lead from the sample before to this one? Where the target
 * shrank pages are gone that nobody has dropped. */
static bool
is_apart(const struct recent *t, const struct sample *s, uint64_t late_ns)
{
	return t->n > 0 && (s->gap ||
	    s->t_ns - point_at(t, 0)->t_ns > late_ns ||
	    s->target.pages < point_at(t, 0)->pages);
}

/* What more there are since a pass of which a hint of ours is not known to have
 * been over before it is that hint's. */
static void
count_shadows(struct shadows *h, const struct sample *s, uint64_t own_ns)
{
	uint64_t n = s->total[LAYER_EVICTED];

	if ((s->total_known & LAYER_BIT(LAYER_EVICTED)) == 0)
		return;
	if (!h->seen)
		h->old = n;
	else if (n > h->n && own_ns >= h->pass_ns)
		h->old += n - h->n;
	if (h->old > n)
		h->old = n;
	h->n = n;
	h->pass_ns = s->scan.pass_ns;
	h->seen = true;
}

void
recent_feed(struct recent *t, const struct sample *s, uint64_t late_ns,
    uint64_t own_ns)
{
	const struct worker_facts *w = &s->worker;
	struct point *p = &t->point[t->next];
	int k;

	if (is_apart(t, s, late_ns))
		t->n = 0;
	count_shadows(&t->shadows, s, own_ns);
	*p = (struct point){ .t_ns = s->t_ns, .counters = s->counters,
		.evicted_known = (s->total_known &
		    LAYER_BIT(LAYER_EVICTED)) != 0,
		.evicted = s->total[LAYER_EVICTED], .old = t->shadows.old,
		.hits_known = s->memory.hits_known,
		.hits = s->memory.limit_hits, .running = w->running,
		.pages = s->target.pages };
	if (w->latency_known) {
		p->walk_seq = w->walk_seq;
		p->waits = count_waits(&w->latency);
		p->fault_ns = fault_ns(&w->latency);
		for (k = 0; k < LATENCY_KINDS; k++)
			p->touches[k] = latency_touches(&w->latency, k);
	}
	t->next = (t->next + 1) % POINTS_MAX;
	if (t->n < POINTS_MAX)
		t->n++;
}

/* Where the span begins, NULL if there is none. */
static const struct point *
span_begin(const struct recent *t)
{
	const struct point *p = NULL;
	unsigned i;

	for (i = 1; i < t->n; i++) {
		p = point_at(t, i);
		if (point_at(t, 0)->t_ns - p->t_ns >= SPAN_NS)
			return p;
	}
	if (p == NULL || point_at(t, 0)->t_ns - p->t_ns < SPAN_MIN_NS)
		return NULL;
	return p;
}

uint64_t
recent_begin_ns(const struct recent *t)
{
	const struct point *p = span_begin(t);

	return p != NULL ? p->t_ns : 0;
}

static void
set(struct diagnosis_facts *f, enum diagnosis_fact fact, int64_t v)
{
	f->v[fact] = v;
	f->known |= FACT_BIT(fact);
}

/* The change of a counter, if it is known. */
static void
set_change(struct diagnosis_facts *f, enum diagnosis_fact fact,
    const struct point *from, const struct point *to, enum counter c)
{
	int64_t change;

	if (counters_change(&from->counters, &to->counters, c, &change))
		set(f, fact, change);
}

/* Did no other walk touch anything in the span? */
static bool
is_alone(const struct recent *t, const struct point *from)
{
	const struct point *to = point_at(t, 0), *p = to;
	unsigned i;

	for (i = 1; p != from && p->walk_seq == to->walk_seq; i++)
		p = point_at(t, i);
	if (p->walk_seq == to->walk_seq)
		return true;
	return !p->running && p->counters.v[COUNTER_TOUCHES] ==
	    from->counters.v[COUNTER_TOUCHES];
}

/* What the walk's touches were. It may have begun after the span. */
static void
set_walk(struct diagnosis_facts *f, const struct point *from,
    const struct point *to)
{
	struct point none = { 0 };
	uint64_t all = 0;
	int k;

	if (from->walk_seq != to->walk_seq)
		from = &none;
	for (k = 0; k < LATENCY_KINDS; k++)
		all += to->touches[k] - from->touches[k];
	set(f, FACT_TOUCHES, all);
	set(f, FACT_MINOR, to->touches[LATENCY_MINOR] -
	    from->touches[LATENCY_MINOR]);
	set(f, FACT_MAJOR, to->touches[LATENCY_MAJOR] -
	    from->touches[LATENCY_MAJOR]);
	set(f, FACT_WAITS, to->waits - from->waits);
	set(f, FACT_FAULT_NS, to->fault_ns - from->fault_ns);
}

static void
set_changes(struct diagnosis_facts *f, const struct recent *t,
    const struct point *from, uint32_t page_bytes)
{
	const struct point *to = point_at(t, 0);

	set(f, FACT_SPAN_NS, to->t_ns - from->t_ns);
	set_change(f, FACT_ALL_TOUCHES, from, to, COUNTER_TOUCHES);
	set_change(f, FACT_READ_PAGES, from, to, COUNTER_READ_BYTES);
	f->v[FACT_READ_PAGES] /= page_bytes;
	set_change(f, FACT_PRIVATE, from, to, COUNTER_PRIVATE);
	set_change(f, FACT_REFAULTS, from, to, COUNTER_REFAULTS);
	set_change(f, FACT_STEALS, from, to, COUNTER_STEALS);
	set_change(f, FACT_SYS_REFAULTS, from, to, COUNTER_SYS_REFAULTS);
	if (from->hits_known && to->hits_known && to->hits >= from->hits)
		set(f, FACT_LIMIT_HITS, to->hits - from->hits);
	if (from->evicted_known && to->evicted_known) {
		set(f, FACT_EVICTED, to->evicted - from->evicted);
		set(f, FACT_EVICTED_OLD, from->old);
	}
	if ((f->known & FACT_BIT(FACT_ALL_TOUCHES)) == 0)
		return;
	set_walk(f, from, to);
	set(f, FACT_ALONE, is_alone(t, from));
}

/* What is the case now. */
static void
set_state(struct diagnosis_facts *f, const struct sample *s)
{
	const struct target_facts *t = &s->target;
	const struct memory_facts *m = &s->memory;
	const struct worker_facts *w = &s->worker;

	set(f, FACT_ANON, t->anon);
	set(f, FACT_PAGES, t->pages);
	if ((s->total_known & LAYER_BIT(LAYER_CACHED)) != 0)
		set(f, FACT_ABSENT, t->pages - s->total[LAYER_CACHED]);
	if (w->map_pages > 0 && w->readahead_known)
		set(f, FACT_READAHEAD_PAGES,
		    w->readahead_bytes / t->page_bytes);
	if (m->steals_by != NULL)
		set(f, FACT_STEALS_SYSTEM, strcmp(m->steals_by, "system") == 0);
	set(f, FACT_LIMITED, m->limited &&
	    (!m->limit_known || m->limit_bytes != UINT64_MAX));
	if (m->limit_known)
		set(f, FACT_LIMIT_PAGES, m->limit_bytes / t->page_bytes);
	if (s->counters.known & COUNTER_BIT(COUNTER_WORKING_SET))
		set(f, FACT_SET_PAGES, s->counters.v[COUNTER_WORKING_SET]);
}

void
recent_facts(const struct recent *t, const struct sample *newest,
    struct diagnosis_facts *f)
{
	const struct point *from = span_begin(t);

	memset(f, 0, sizeof *f);
	if (newest->target.page_bytes == 0)
		return;
	set_state(f, newest);
	if (from != NULL)
		set_changes(f, t, from, newest->target.page_bytes);
}
