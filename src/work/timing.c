#include "config.h"

#include "timing.h"

#include <stdatomic.h>
#include <stddef.h>
#include <sys/resource.h>

#include "pagetide/latency.h"
#include "pagetide/order.h"

/* No fault is quicker: the quickest take 800 ns (KERNEL.md 7). */
#define FAULT_NS	300
/* What getrusage(2) counts as one block, whatever the disk. */
#define INBLOCK_BYTES	512

static void
add(_Atomic uint64_t *v, uint64_t n)
{
	atomic_store_explicit(v,
	    atomic_load_explicit(v, memory_order_relaxed) + n,
	    memory_order_relaxed);
}

/* The faults since the last look. */
static struct timing
look(struct timing *t)
{
	struct timing since;
	struct rusage now;

	getrusage(RUSAGE_SELF, &now);
	since.minor = (uint64_t)now.ru_minflt - t->minor;
	since.major = (uint64_t)now.ru_majflt - t->major;
	t->minor = (uint64_t)now.ru_minflt;
	t->major = (uint64_t)now.ru_majflt;
	return since;
}

uint64_t
timing_bytes_of(const struct rusage *r)
{
	return (uint64_t)r->ru_inblock * INBLOCK_BYTES;
}

uint64_t
timing_read_bytes(void)
{
	struct rusage now;

	getrusage(RUSAGE_SELF, &now);
	return timing_bytes_of(&now);
}

void
timing_start(struct work_shared *s)
{
	unsigned k, b;

	for (k = 0; k < LATENCY_KINDS; k++)
		for (b = 0; b < LATENCY_BUCKETS; b++)
			atomic_store(&s->latency[k][b], 0);
	atomic_store(&s->stray_minor, 0);
	atomic_store(&s->stray_major, 0);
}

void
timing_begin(struct timing *t)
{
	look(t);
}

enum latency_kind
timing_since(struct timing *t)
{
	struct timing f = look(t);

	if (f.major > 0)
		return LATENCY_MAJOR;
	return f.minor > 0 ? LATENCY_MINOR : LATENCY_NO_FAULT;
}

enum latency_kind
timing_touch(struct timing *t, struct work_shared *s, uint64_t ns)
{
	struct timing f = { 0 };
	enum latency_kind kind = LATENCY_NO_FAULT;

	if (ns > FAULT_NS)
		f = look(t);
	if (f.major > 0) {
		kind = LATENCY_MAJOR;
		f.major--;
	} else if (f.minor > 0) {
		kind = LATENCY_MINOR;
		f.minor--;
	}
	add(&s->latency[kind][latency_bucket(ns)], 1);
	add(&s->stray_minor, f.minor);
	add(&s->stray_major, f.major);
	return kind;
}

void
timing_end(struct timing *t, struct work_shared *s)
{
	struct timing f = look(t);

	add(&s->stray_minor, f.minor);
	add(&s->stray_major, f.major);
}
