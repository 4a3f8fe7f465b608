/* Pages on their way from storage: which they are, and when the last came. */
#include "config.h"

#include <sys/mman.h>

#include "pagetide/clock.h"
#include "pagetide/rangecount.h"

#include "cachestat.h"
#include "rangeparts.h"

/* Pages of one cachestat that looks whether there is anything at all. */
#define SKIP_PAGES (UINT64_C(1) << 15)
/* Pages of one look: 0.25 ms of mincore at most ... */
#define LOOK_PAGES MINCORE_CHUNK
/* ... of which so many are asked for first: mostly that is enough to see that
 * not all is there. */
#define FIRST_PAGES 64

/* Pages in the page cache, arrived or not; -1: not known. */
static int64_t
ask_cached(const struct rangecount_of *of, uint64_t page, uint64_t n)
{
	uint64_t pages[LAYER_COUNT];

	if (cachestat_count(of->file, of->page_bytes, page, n, pages) != 0)
		return -1;
	return (int64_t)(pages[LAYER_CACHED] < n ? pages[LAYER_CACHED] : n);
}

/* False: there is no room for another run. */
static bool
add_run(struct arrival *a, uint64_t page, uint64_t n)
{
	if (a->n > 0 && a->run[a->n - 1].end == page) {
		a->run[a->n - 1].end += n;
		return true;
	}
	if (a->n == ARRIVAL_RUNS)
		return false;
	a->run[a->n].first = page;
	a->run[a->n++].end = page + n;
	return true;
}

/* Of n pages that are not up to date: those that are there all the same. As
 * long as some are and some are not, the range is halved. */
static bool
split(struct arrival *a, const struct rangecount_of *of, uint64_t page,
    uint64_t n, int64_t *sum)
{
	int64_t cached = ask_cached(of, page, n);

	if (cached < 0)
		return false;
	if (cached == 0)
		return true;
	if ((uint64_t)cached < n)
		return split(a, of, page, n / 2, sum) &&
		    split(a, of, page + n / 2, n - n / 2, sum);
	*sum += n;
	return add_run(a, page, n);
}

/* The runs of pages that mincore has not found. */
static bool
split_absent(struct arrival *a, struct rangecount *r,
    const struct rangecount_of *of, uint64_t page, uint64_t n, int64_t *sum)
{
	uint64_t i = 0, from;

	while (i < n) {
		while (i < n && (r->vec[i] & 1))
			i++;
		from = i;
		while (i < n && !(r->vec[i] & 1))
			i++;
		if (i > from && !split(a, of, page + from, i - from, sum))
			return false;
	}
	return true;
}

/* The same of a range in which something is cached. False: that can't be
 * known, or not until then. */
static bool
split_range(struct arrival *a, struct rangecount *r,
    const struct rangecount_of *of, uint64_t page, uint64_t end,
    uint64_t deadline_ns, int64_t *sum)
{
	uint64_t n;

	for (; page < end; page += n) {
		n = end - page < MINCORE_CHUNK ? end - page : MINCORE_CHUNK;
		if (clock_cpu_ns() >= deadline_ns ||
		    !rangecount_mincore(r, of, page, n) ||
		    !split_absent(a, r, of, page, n, sum))
			return false;
	}
	return true;
}

int64_t
arrival_begin(struct arrival *a, struct rangecount *r,
    const struct rangecount_of *of, uint64_t first_page, uint64_t n_pages,
    uint64_t deadline_ns)
{
	uint64_t page = first_page, end = first_page + n_pages, n;
	int64_t sum = 0, cached;

	a->n = a->at = 0;
	for (; page < end; page += n) {
		n = end - page < SKIP_PAGES ? end - page : SKIP_PAGES;
		cached = ask_cached(of, page, n);
		if (cached < 0 || clock_cpu_ns() >= deadline_ns)
			return -1;
		if (cached > 0 && !split_range(a, r, of, page, page + n,
		    deadline_ns, &sum))
			return -1;
	}
	return sum;
}

static uint64_t
left(const struct arrival *a)
{
	uint64_t sum = 0;

	for (unsigned i = a->at; i < a->n; i++)
		sum += a->run[i].end - a->run[i].first;
	return sum;
}

/* What of [first, end) is in no run of the other. False: no room. */
static bool
add_without(struct arrival *a, uint64_t first, uint64_t end,
    const struct arrival *other)
{
	for (unsigned i = 0; i < other->n && first < end; i++) {
		uint64_t from = other->run[i].first, to = other->run[i].end;

		if (to <= first || from >= end)
			continue;
		if (from > first && !add_run(a, first, from - first))
			return false;
		first = to;
	}
	return first >= end || add_run(a, first, end - first);
}

int64_t
arrival_without(struct arrival *a, const struct arrival *other)
{
	struct arrival all = *a;

	a->n = a->at = 0;
	for (unsigned i = 0; i < all.n; i++)
		if (!add_without(a, all.run[i].first, all.run[i].end, other))
			return -1;
	return (int64_t)left(a);
}

/* How many pages of a run, from its first on, have arrived. */
static uint64_t
arrived(struct rangecount *r, const struct rangecount_of *of, uint64_t first,
    uint64_t n)
{
	uint64_t i;

	if (!rangecount_mincore(r, of, first, n))
		return 0;
	for (i = 0; i < n && (r->vec[i] & 1); i++)
		;
	return i;
}

/* Pages of a run that are not there; where that can't be asked, all. */
static uint64_t
absent(struct rangecount *r, const struct rangecount_of *of, uint64_t page,
    uint64_t end)
{
	uint64_t sum = 0, n;

	for (; page < end; page += n) {
		n = end - page < MINCORE_CHUNK ? end - page : MINCORE_CHUNK;
		if (!rangecount_mincore(r, of, page, n))
			return sum + (end - page);
		for (uint64_t i = 0; i < n; i++)
			sum += (r->vec[i] & 1) == 0;
	}
	return sum;
}

uint64_t
arrival_absent(const struct arrival *a, struct rangecount *r,
    const struct rangecount_of *of)
{
	uint64_t sum = 0;

	for (unsigned i = a->at; i < a->n; i++)
		sum += absent(r, of, a->run[i].first, a->run[i].end);
	return sum;
}

uint64_t
arrival_look(struct arrival *a, struct rangecount *r,
    const struct rangecount_of *of)
{
	uint64_t room = LOOK_PAGES, step = FIRST_PAGES, n, got;

	while (a->at < a->n && room > 0) {
		n = a->run[a->at].end - a->run[a->at].first;
		if (n > step)
			n = step;
		if (n > room)
			n = room;
		got = arrived(r, of, a->run[a->at].first, n);
		a->run[a->at].first += got;
		if (a->run[a->at].first == a->run[a->at].end)
			a->at++;
		if (got < n)
			break;
		room -= got;
		step *= 4;
	}
	return left(a);
}
