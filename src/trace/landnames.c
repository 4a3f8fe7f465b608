#include "config.h"

#include "pagetide/landnames.h"

#include <stdlib.h>
#include <string.h>

#include "pagetide/xalloc.h"

/* What a PMD maps at least (x86; arm64 has no such tracepoints). */
#define PMD_BYTES	(UINT64_C(2) << 20)

struct landnames_record {
	struct trace_record r;
	uint64_t	ip, mapped_bytes;
	size_t		seq;		/* as they came */
};

void
landnames_init(struct landnames *n, unsigned has, bool file, bool is_private)
{
	*n = (struct landnames){ .has = has, .file = file,
		.is_private = is_private };
}

void
landnames_done(struct landnames *n)
{
	free(n->record);
	n->record = NULL;
	n->n = n->room = 0;
}

void
landnames_add(struct landnames *n, const struct trace_record *r, uint64_t ip,
    uint64_t mapped_bytes)
{
	if (n->n == n->room) {
		n->room = n->room != 0 ? 2 * n->room : 1024;
		n->record = xreallocarray(n->record, n->room,
		    sizeof *n->record);
	}
	n->record[n->n] = (struct landnames_record){ *r, ip, mapped_bytes,
		n->n };
	n->n++;
}

static int
by_time(const void *a, const void *b)
{
	const struct landnames_record *x = a, *y = b;

	if (x->r.t_ns != y->r.t_ns)
		return x->r.t_ns < y->r.t_ns ? -1 : 1;
	return (x->seq > y->seq) - (x->seq < y->seq);
}

/* Where the fault of a thread stands that is under way; with none a place for
 * the next one. */
static struct faulttrace *
fault_of(struct landnames *n, uint32_t tid)
{
	size_t home = tid % LANDNAMES_THREADS, i, at = home;

	for (i = LANDNAMES_THREADS; i-- > 0;) {
		struct landnames_thread *t = &n->thread[(home + i) %
		    LANDNAMES_THREADS];

		if (t->tid == tid)
			return &t->fault;
		if (!t->fault.begun)
			at = (home + i) % LANDNAMES_THREADS;
	}
	n->thread[at].tid = tid;
	faulttrace_init(&n->thread[at].fault, n->has, n->file, n->is_private);
	return &n->thread[at].fault;
}

static void
forget(struct landnames *n)
{
	for (size_t i = 0; i < LANDNAMES_THREADS; i++)
		n->thread[i].fault.begun = false;
}

/* What no tracepoint tells from memory of a file that leaves no record is a
 * PMD only if it is that large. */
static enum fault_path
path_of(const struct traced_fault *f, uint64_t mapped_bytes)
{
	return f->path == PATH_PMD && mapped_bytes < PMD_BYTES ?
	    PATH_UNKNOWN : f->path;
}

/* False: no fault ended. */
static bool
feed(struct landnames *n, const struct landnames_record *r,
    struct landed *out)
{
	struct traced_fault f;
	bool ends = r->r.point == TRACE_MINOR || r->r.point == TRACE_MAJOR;

	if (r->r.point == TRACE_LOST) {
		forget(n);
		return false;
	}
	*out = (struct landed){ .t_ns = r->r.t_ns, .addr = r->r.arg[0],
		.ip = r->ip, .tid = r->r.tid,
		.major = r->r.point == TRACE_MAJOR };
	if (!faulttrace_feed(fault_of(n, r->r.tid), &r->r, &f))
		return ends;
	/* One that began and never ended may be before it. */
	out->named = f.address == out->addr;
	out->path = out->named ? path_of(&f, r->mapped_bytes) : PATH_UNKNOWN;
	out->ns = out->named ? f.end_ns - f.begin_ns : 0;
	return true;
}

void
landnames_take(struct landnames *n, uint64_t until_ns,
    void (*take)(const struct landed *, void *), void *arg)
{
	struct landed out;
	size_t i = 0;

	if (n->n == 0)
		return;		/* there may be no room at all */
	qsort(n->record, n->n, sizeof *n->record, by_time);
	for (; i < n->n && n->record[i].r.t_ns <= until_ns; i++)
		if (feed(n, &n->record[i], &out))
			take(&out, arg);
	n->n -= i;
	memmove(n->record, n->record + i, n->n * sizeof *n->record);
	for (i = 0; i < n->n; i++)
		n->record[i].seq = i;
}
