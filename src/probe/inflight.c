#include "config.h"

#include "inflight.h"

#include <sys/mman.h>
#include <unistd.h>

#include "pagetide/clock.h"
#include "pagetide/devreads.h"
#include "pagetide/target.h"

#include "cachestat.h"

uint64_t
inflight_count(uint64_t n, uint64_t resident, uint64_t cached)
{
	/* A folio that is being replaced may be counted twice. */
	if (cached > n)
		cached = n;
	return cached > resident ? cached - resident : 0;
}

void
inflight_init(struct inflight *f, struct target *target)
{
	*f = (struct inflight){ .target = target, .reads_fd = -1 };
}

void
inflight_done(struct inflight *f)
{
	if (f->reads_fd >= 0)
		close(f->reads_fd);
	f->reads_fd = -1;
	f->reads_dev = 0;
}

bool
inflight_lasts(const struct inflight *f)
{
	return f->quiet >= 2;
}

/* Reads on the device of the file, which may be another one than before. */
static bool
ask_device(struct inflight *f, uint64_t *reads)
{
	dev_t dev = f->target->facts.dev;

	if (dev != f->reads_dev) {
		inflight_done(f);
		f->reads_dev = dev;
		f->reads_fd = devreads_open(dev);
	}
	return f->reads_fd >= 0 && devreads_now(f->reads_fd, reads);
}

/* The pass is over: what the device did meanwhile. */
static void
end_reads(struct inflight *f)
{
	uint64_t reads = 0;

	f->reads_known = ask_device(f, &reads) && f->begin_known;
	f->reads = reads > f->begin_reads ? reads : f->begin_reads;
	f->quiet = f->reads_known && f->reads == 0 ? f->quiet + 1 : 0;
}

void
inflight_reset(struct inflight *f)
{
	f->under_way = false;
	f->oldest_ns = f->cost_ns = f->end_ns = 0;
	f->reads_known = false;
	f->quiet = 0;
}

void
inflight_begin(struct inflight *f, struct cells *grid, uint64_t first,
    uint64_t n)
{
	uint64_t now_ns = clock_now_ns(), end = grid->first_page + grid->pages;
	size_t cell;

	if (f->under_way || now_ns < f->end_ns + f->cost_ns)
		return;
	if (first < grid->first_page)
		first = grid->first_page;
	if (first >= end || n == 0)
		return;
	if (n > end - first)
		n = end - first;
	cell = cells_index(grid, first + n - 1);
	f->end = cells_page(grid, cell) + cells_pages(grid, cell);
	tally_start(&f->tally, grid, LAYER_INFLIGHT,
	    first >> grid->shift << grid->shift);
	f->under_way = true;
	f->skip = INFLIGHT_CHUNK;
	f->begin_ns = now_ns;
	f->cost_ns = 0;
	f->begin_reads = 0;
	f->begin_known = ask_device(f, &f->begin_reads);
}

/* Pages of a range in the page cache, arrived or not; -1: not known. */
static int64_t
ask_cachestat(const struct inflight *f, uint64_t page, uint64_t n)
{
	uint64_t pages[LAYER_COUNT];

	if (cachestat_count(f->target->fd, f->target->facts.page_bytes, page,
	    n, pages) != 0)
		return -1;
	return (int64_t)pages[LAYER_CACHED];
}

/* mincore of a range into vec. */
static bool
ask_mincore(struct inflight *f, uint64_t page, uint64_t n)
{
	uint64_t page_bytes = f->target->facts.page_bytes;

	void *addr = target_window(f->target, page, n);

	return addr != NULL && mincore(addr, n * page_bytes, f->vec) == 0;
}

static uint64_t
resident(const unsigned char *vec, uint64_t n)
{
	uint64_t i, count = 0;

	for (i = 0; i < n; i++)
		count += vec[i] & 1;
	return count;
}

/*
 * Counts n pages from the tally's page on; vec is what mincore said of them.
 * As long as there is something in flight the range is halved, down to parts
 * of cells.
 */
static void
split(struct inflight *f, const unsigned char *vec, uint64_t n)
{
	struct tally *t = &f->tally;
	uint64_t left = tally_cell_end(t) - t->page, there, count, half;
	int64_t cached;

	there = resident(vec, n);
	cached = there < n ? ask_cachestat(f, t->page, n) : (int64_t)n;
	count = inflight_count(n, there, cached > 0 ? cached : 0);
	if (cached < 0) {
		tally_unknown(t, n);
	} else if (count == 0 || count == n || n <= left) {
		tally_add(t, n, count);
	} else {
		half = left;
		if (n / 2 > left)
			half += (n / 2 - left) >> t->grid->shift
			    << t->grid->shift;
		split(f, vec, half);
		split(f, vec + half, n - half);
	}
}

/* The next range: nothing of it is cached, or it is small enough. */
static void
advance(struct inflight *f)
{
	struct tally *t = &f->tally;
	uint64_t left = f->end - t->page;
	uint64_t n = f->skip < left ? f->skip : left;
	int64_t cached = ask_cachestat(f, t->page, n);

	if (cached < 0) {
		tally_unknown(t, n);
	} else if (cached == 0) {
		tally_add(t, n, 0);
		if (f->skip < INFLIGHT_SKIP)
			f->skip *= 2;
	} else if (n > INFLIGHT_CHUNK) {
		f->skip = INFLIGHT_CHUNK;
	} else if (ask_mincore(f, t->page, n)) {
		split(f, f->vec, n);
	} else {
		tally_unknown(t, n);
	}
}

bool
inflight_step(struct inflight *f, uint64_t deadline_ns)
{
	uint64_t start_ns = clock_now_ns(), now_ns = start_ns;

	while (f->under_way && now_ns < deadline_ns) {
		advance(f);
		now_ns = clock_now_ns();
		if (f->tally.page < f->end &&
		    f->tally.page < tally_end(&f->tally))
			continue;
		f->under_way = false;
		f->oldest_ns = f->begin_ns;
		f->end_ns = now_ns;
		end_reads(f);
	}
	f->cost_ns += now_ns - start_ns;
	return !f->under_way;
}
