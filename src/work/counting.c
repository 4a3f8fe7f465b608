#include "config.h"

#include "counting.h"

#include <fcntl.h>
#include <stddef.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "mapping.h"
#include "timing.h"

#include "pagetide/advice.h"
#include "pagetide/clock.h"

void
counting_init(struct counting *c, int file, uint32_t page_bytes)
{
	*c = (struct counting){ .file = file,
		.rangecount = rangecount_new(page_bytes) };
}

void
counting_done(struct counting *c)
{
	rangecount_free(c->rangecount);
	c->rangecount = NULL;
}

uint64_t
counting_due(const struct counting *c)
{
	return c->waiting ? c->look_ns : UINT64_MAX;
}

/* Copies take the place of the file's pages in what mincore tells. */
static bool
mincore_fits(const struct counting *c, const struct mapping *m)
{
	return (c->how & ORDER_COUNT_MINCORE) != 0 &&
	    (m->flags & (MAP_SPEC_PRIVATE | MAP_SPEC_WRITE)) !=
	    (MAP_SPEC_PRIVATE | MAP_SPEC_WRITE);
}

static struct rangecount_of
what(const struct counting *c, const struct mapping *m)
{
	return (struct rangecount_of){
		.file = m->flags & MAP_SPEC_ANON ? -1 : c->file,
		.cachestat = (c->how & ORDER_COUNT_CACHESTAT) != 0,
		.mincore = mincore_fits(c, m),
		.addr = m->addr,
		.first_page = m->first_page,
		.pages = m->pages,
		.page_bytes = (uint32_t)m->page_bytes,
	};
}

/* Pages of the file as it is now; false: not known. */
static bool
file_pages(const struct rangecount_of *of, uint64_t *pages)
{
	struct stat st;

	*pages = 0;
	if (of->file < 0 || fstat(of->file, &st) != 0)
		return false;
	*pages = ((uint64_t)st.st_size + of->page_bytes - 1) / of->page_bytes;
	return true;
}

/* Adds what of [page, end) is not in the range that the act is on. */
static void
add_beside(const struct counting *c, const struct rangecount_of *of,
    uint64_t page, uint64_t end, uint64_t until_ns, struct layer_pages *rest)
{
	uint64_t first = c->first_page, after = first + c->n_pages;
	uint64_t before = end < first ? end : first;

	if (page < before)
		rangecount_add(c->rangecount, of, page, before - page,
		    until_ns, rest);
	if (page < after)
		page = after;
	if (page < end)
		rangecount_add(c->rangecount, of, page, end - page, until_ns,
		    rest);
}

/*
 * The range, and then all else: what is mapped, and what is cached of the rest
 * of the file, which no mapping changes: mincore does not see that. Gives the
 * pages of the file, or 0.
 */
static uint64_t
count(const struct counting *c, const struct mapping *m,
    struct layer_pages *range, struct layer_pages *rest)
{
	struct rangecount_of of = what(c, m), file = of;
	uint64_t until_ns = clock_cpu_ns() + COUNTING_NS;
	uint64_t map_end = m->first_page + m->pages, pages;

	file.pages = 0;
	*range = *rest = (struct layer_pages){ .known = RANGECOUNT_LAYERS };
	if (!file_pages(&of, &pages))
		rest->known &= ~RANGECOUNT_CACHE;
	rangecount_add(c->rangecount, &of, c->first_page, c->n_pages,
	    until_ns, range);
	add_beside(c, &of, m->first_page, map_end, until_ns, rest);
	add_beside(c, &file, 0, m->first_page, until_ns, rest);
	add_beside(c, &file, map_end, pages, until_ns, rest);
	return pages;
}

/* Faults and reads of this process, less those that are there. */
static void
count_faults(struct own *own)
{
	struct rusage now;

	getrusage(RUSAGE_SELF, &now);
	own->faults_known = 1;
	own->minor = (uint64_t)now.ru_minflt - own->minor;
	own->major = (uint64_t)now.ru_majflt - own->major;
	own->read_bytes = timing_read_bytes() - own->read_bytes;
}

/* Who may open it like this is told the truth by mincore. */
static bool
mincore_is_true(const struct mapping *m)
{
	int flags = m->fd >= 0 ? fcntl(m->fd, F_GETFL) : -1;

	return flags >= 0 && ((flags & O_NOATIME) != 0 ||
	    (flags & O_ACCMODE) == O_RDWR);
}

/* Pages of the range that the file has. */
static uint64_t
in_file(const struct counting *c)
{
	uint64_t pages = c->own.file_pages, first = c->first_page;

	if (first >= pages)
		return 0;
	return first + c->n_pages > pages ? pages - first : c->n_pages;
}

/* Can it be seen which pages are on their way? Where a copy is mapped mincore
 * tells of that. */
static bool
sees_arrivals(const struct counting *c, const struct mapping *m)
{
	const struct layer_pages *p = &c->own.before;
	unsigned needs = LAYER_BIT(LAYER_CACHED) | LAYER_BIT(LAYER_PRIVATE);

	return (c->how & ORDER_COUNT_CACHESTAT) != 0 && mincore_is_true(m) &&
	    (p->known & needs) == needs && p->count[LAYER_PRIVATE] == 0;
}

/* Pages of the range that are there and not up to date, of which a part was
 * written, or which an act before asked for. Nothing comes where all is
 * cached, and where nothing is there are none. */
static void
look_before(struct counting *c, const struct mapping *m)
{
	uint64_t cached = c->own.before.count[LAYER_CACHED];

	c->before.n = 0;
	if (!sees_arrivals(c, m) || cached == 0 || cached >= in_file(c))
		return;
	c->of = what(c, m);
	if (arrival_begin(&c->before, c->rangecount, &c->of, c->first_page,
	    c->n_pages, clock_cpu_ns() + COUNTING_NS) < 0)
		c->before.n = 0;
}

void
counting_before(struct counting *c, const struct mapping *m,
    const struct order *o, uint64_t first_page, uint64_t n_pages)
{
	c->how = o->count;
	c->seq = o->seq;
	c->first_page = first_page;
	c->n_pages = n_pages;
	c->own = (struct own){ .asked = c->how != 0 };
	if (c->how == 0)
		return;
	c->own.file_pages = count(c, m, &c->own.before, &c->own.rest_before);
	if (o->op == ORDER_ADVISE)
		look_before(c, m);
	count_faults(&c->own);
	c->own.minor_before = c->own.minor;
	c->own.major_before = c->own.major;
	c->own.read_before = c->own.read_bytes;
}

void
counting_after(struct counting *c, const struct mapping *m, struct report *r)
{
	if (c->how == 0)
		return;
	count_faults(&c->own);
	count(c, m, &c->own.after, &c->own.rest_after);
	r->own = c->own;
}

/* Nothing is on its way: when was it seen, if the call did not wait for it? */
static uint64_t
there_ns(const struct order *o, const struct report *r, uint64_t now_ns)
{
	bool waits = (advice_table[o->advice].flags & ADVICE_READS_ALL) != 0;

	return (waits && r->err[0] == 0 ? r->end_ns : now_ns) - r->begin_ns;
}

/* Does the call ask for all of the range? */
static bool
asks_for_all(const struct advice *a)
{
	return (a->flags & ADVICE_READS_ALL) != 0 ||
	    a->call == ADVICE_CHUNKS || a->call == ADVICE_MLOCK;
}

/* Has nothing gone again that it asked for, for want of memory? */
static bool
all_stayed(const struct counting *c, const struct order *o)
{
	const struct layer_pages *before = &c->own.before;
	const struct layer_pages *after = &c->own.after;

	return after->count[LAYER_EVICTED] <= before->count[LAYER_EVICTED] &&
	    (!asks_for_all(&advice_table[o->advice]) ||
	    after->count[LAYER_CACHED] >= in_file(c));
}

/* How many pages are on their way for it; -1: that is not known. */
static int64_t
on_their_way(struct counting *c, const struct mapping *m)
{
	int64_t n;

	c->of = what(c, m);
	n = arrival_begin(&c->arrival, c->rangecount, &c->of, c->first_page,
	    c->n_pages, clock_cpu_ns() + COUNTING_NS);
	return n < 0 ? n : arrival_without(&c->arrival, &c->before);
}

void
counting_wait(struct counting *c, const struct mapping *m,
    const struct order *o, struct report *r)
{
	uint64_t now_ns;
	int64_t n;

	if (o->advice >= advice_count || !sees_arrivals(c, m) ||
	    !own_knows(&c->own, LAYER_CACHED) ||
	    c->own.after.count[LAYER_CACHED] <=
	    c->own.before.count[LAYER_CACHED])
		return;
	n = on_their_way(c, m);
	if (n < 0 || (n == 0 && !all_stayed(c, o)))
		return;
	now_ns = clock_now_ns();
	r->own.arrival = n > 0 ? OWN_ARRIVAL_UNDER_WAY : OWN_ARRIVAL_THERE;
	r->own.in_flight = (uint64_t)n;
	if (n == 0)
		r->own.arrived_ns = there_ns(o, r, now_ns);
	c->waiting = n > 0;
	c->wait_seq = c->seq;
	c->begin_ns = r->begin_ns;
	c->look_ns = now_ns;
}

/* Waiting ends like this. */
static bool
report(struct counting *c, enum own_arrival how, uint64_t left,
    struct report *r)
{
	uint64_t now_ns = clock_now_ns();

	c->waiting = false;
	*r = (struct report){ .seq = c->wait_seq, .op = ORDER_ADVISE,
		.done = 1, .err = { 0, -1 }, .begin_ns = now_ns, .end_ns = now_ns };
	r->own.asked = 1;
	r->own.arrival = how;
	r->own.in_flight = left;
	r->own.arrived_ns = now_ns - c->begin_ns;
	return true;
}

bool
counting_cut(struct counting *c, struct report *r)
{
	return c->waiting && report(c, OWN_ARRIVAL_CUT, 0, r);
}

bool
counting_look(struct counting *c, struct report *r)
{
	uint64_t now_ns = clock_now_ns(), left;

	if (!c->waiting || now_ns < c->look_ns)
		return false;
	left = arrival_look(&c->arrival, c->rangecount, &c->of);
	if (left == 0)
		return report(c, OWN_ARRIVAL_LAST, 0, r);
	if (now_ns >= c->begin_ns + ARRIVAL_END_NS) {
		left = arrival_absent(&c->arrival, c->rangecount, &c->of);
		return report(c, left > 0 ? OWN_ARRIVAL_LATE :
		    OWN_ARRIVAL_LAST, left, r);
	}
	c->look_ns = now_ns + ARRIVAL_LOOK_NS;
	return false;
}
