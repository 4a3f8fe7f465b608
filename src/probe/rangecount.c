#include "config.h"

#include "pagetide/rangecount.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "pagetide/clock.h"
#include "pagetide/xalloc.h"

#include "cachestat.h"
#include "mincore.h"
#include "pagemap.h"
#include "rangeparts.h"

/* Pages of one cachestat that take a millisecond at worst ... */
#define ASK_PAGES (UINT64_C(1) << 15)
/* ... and of one where nothing was found before: so much may be there now. */
#define ASK_PAGES_MAX (ASK_PAGES * 16)

struct rangecount *
rangecount_new(uint32_t page_bytes)
{
	struct rangecount *r = xcalloc(1, sizeof *r);

	memset(&r->pm.buf, 1, sizeof r->pm.buf);
	memset(r->vec, 1, sizeof r->vec);
	pagemap_init(&r->pm, page_bytes);
	/* Without it what is mapped is not known. */
	pagemap_open(&r->pm, getpid(), 0, 0, 0);
	return r;
}

void
rangecount_free(struct rangecount *r)
{
	if (r == NULL)
		return;
	pagemap_close(&r->pm);
	free(r);
}

static void
forget(struct layer_pages *out, unsigned layers)
{
	out->known &= ~layers;
	for (int l = 0; l < LAYER_COUNT; l++)
		if (layers & LAYER_BIT(l))
			out->count[l] = 0;
}

struct tables_sink {
	struct scan_sink sink;
	struct layer_pages *out;
};

static void
put_run(struct scan_sink *sink, uint64_t first_page, uint64_t n_pages,
    unsigned layers)
{
	struct layer_pages *out = ((struct tables_sink *)sink)->out;

	(void)first_page;
	if (layers & SCAN_UNKNOWN)
		forget(out, RANGECOUNT_TABLES);
	if (layers & LAYER_BIT(LAYER_MAPPED))
		out->count[LAYER_MAPPED] += n_pages;
	if (layers & LAYER_BIT(LAYER_PRIVATE))
		out->count[LAYER_PRIVATE] += n_pages;
}

/* What has a PTE; pages outside the mapping have none. */
static void
count_tables(struct rangecount *r, const struct rangecount_of *of,
    uint64_t page, uint64_t end, uint64_t deadline_ns,
    struct layer_pages *out)
{
	struct tables_sink sink = { { put_run }, out };
	const struct scan_reader *reader;

	if (of->pages == 0)
		return;
	r->pm.addr = (uintptr_t)of->addr + of->first_page * of->page_bytes;
	r->pm.first_page = of->first_page;
	r->pm.pages = of->pages;
	reader = pagemap_reader(&r->pm);
	while (page < end && (out->known & LAYER_BIT(LAYER_MAPPED))) {
		if (clock_cpu_ns() >= deadline_ns)
			forget(out, RANGECOUNT_TABLES);
		else
			page = reader->runs(&r->pm, page, end, &sink.sink);
	}
}

/*
 * One call can't be interrupted, and takes as long as there are pages. Where
 * nothing was found the next range is twice as long: a few calls for a file
 * that is large and empty.
 */
static void
count_cachestat(const struct rangecount_of *of, uint64_t page, uint64_t end,
    uint64_t deadline_ns, struct layer_pages *out)
{
	uint64_t ask = ASK_PAGES, n, pages[LAYER_COUNT] = { 0 };

	for (; page < end; page += n) {
		n = end - page < ask ? end - page : ask;
		if (clock_cpu_ns() >= deadline_ns ||
		    cachestat_count(of->file, of->page_bytes, page, n,
		    pages) != 0) {
			forget(out, RANGECOUNT_CACHE);
			return;
		}
		for (int l = 0; l < LAYER_COUNT; l++)
			out->count[l] += pages[l];
		if (pages[LAYER_CACHED] + pages[LAYER_EVICTED] > 0)
			ask = ASK_PAGES;
		else if (ask < ASK_PAGES_MAX)
			ask *= 2;
	}
}

bool
rangecount_mincore(struct rangecount *r, const struct rangecount_of *of,
    uint64_t page, uint64_t n)
{
	void *addr = (void *)((uintptr_t)of->addr + page * of->page_bytes);

	return page >= of->first_page &&
	    page + n <= of->first_page + of->pages &&
	    mincore(addr, n * of->page_bytes, r->vec) == 0;
}

static void
count_mincore(struct rangecount *r, const struct rangecount_of *of,
    uint64_t page, uint64_t end, uint64_t deadline_ns,
    struct layer_pages *out)
{
	uint64_t n, i;

	forget(out, RANGECOUNT_CACHE & ~LAYER_BIT(LAYER_CACHED));
	for (; page < end; page += n) {
		n = end - page < MINCORE_CHUNK ? end - page : MINCORE_CHUNK;
		if (clock_cpu_ns() >= deadline_ns ||
		    !rangecount_mincore(r, of, page, n)) {
			forget(out, RANGECOUNT_CACHE);
			return;
		}
		for (i = 0; i < n; i++)
			out->count[LAYER_CACHED] += r->vec[i] & 1;
	}
}

void
rangecount_add(struct rangecount *r, const struct rangecount_of *of,
    uint64_t first_page, uint64_t n_pages, uint64_t deadline_ns,
    struct layer_pages *out)
{
	uint64_t end = first_page + n_pages;

	if (n_pages == 0)
		return;
	count_tables(r, of, first_page, end, deadline_ns, out);
	if (of->file < 0)
		forget(out, RANGECOUNT_CACHE);
	else if (of->cachestat)
		count_cachestat(of, first_page, end, deadline_ns, out);
	else if (of->mincore)
		count_mincore(r, of, first_page, end, deadline_ns, out);
	else
		forget(out, RANGECOUNT_CACHE);
}
