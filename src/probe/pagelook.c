#include "config.h"

#include "pagetide/pagelook.h"

#include "cachestat.h"
#include "pagemap.h"
#include "rangeparts.h"

#define ENTRY_PRESENT	(UINT64_C(1) << 63)
#define ENTRY_SWAP	(UINT64_C(1) << 62)
#define ENTRY_FILE	(UINT64_C(1) << 61)
#define ENTRY_GUARD	(UINT64_C(1) << 58)
#define ENTRY_WP	(UINT64_C(1) << 57)
#define ENTRY_EXCLUSIVE	(UINT64_C(1) << 56)

static void
look_at_entry(uint64_t entry, struct fault_look *out)
{
	out->known |= LOOK_PTE;
	out->present = (entry & ENTRY_PRESENT) != 0;
	out->guard = (entry & ENTRY_GUARD) != 0;
	/* Guard pages and marks of userfaultfd have the swap bit, too. */
	out->swapped = (entry & ENTRY_SWAP) != 0 &&
	    (entry & (ENTRY_GUARD | ENTRY_WP)) == 0;
	out->file = (entry & ENTRY_FILE) != 0;
	out->exclusive = (entry & ENTRY_EXCLUSIVE) != 0;
}

static void
look_at_tables(struct rangecount *r, const struct rangecount_of *of,
    uint64_t page, struct fault_look *out)
{
	uint64_t addr = (uintptr_t)of->addr + page * of->page_bytes;
	uint64_t entry;
	unsigned kind;

	if (pagemap_entry(&r->pm, addr, &entry))
		look_at_entry(entry, out);
	if (!pagemap_kind(&r->pm, addr, &kind))
		return;
	out->known |= LOOK_KIND;
	out->zero = (kind & PAGEMAP_KIND_ZERO) != 0;
	out->huge = (kind & PAGEMAP_KIND_HUGE) != 0;
}

void
pagelook(struct rangecount *r, const struct rangecount_of *of, uint64_t page,
    struct fault_look *out)
{
	uint64_t n;

	*out = (struct fault_look){ 0 };
	look_at_tables(r, of, page, out);
	if (of->file < 0)
		return;
	if (of->mincore && rangecount_mincore(r, of, page, 1)) {
		out->known |= LOOK_CONTENT;
		out->up_to_date = (r->vec[0] & 1) != 0;
	}
	if (pagelook_cached(of, page, page + 1, &n)) {
		out->known |= LOOK_CACHE;
		out->cached = n > 0;
	}
}

struct sum_sink {
	struct scan_sink sink;
	bool		known;
	uint64_t	pages;
};

static void
sum_run(struct scan_sink *sink, uint64_t first_page, uint64_t n_pages,
    unsigned layers)
{
	struct sum_sink *s = (struct sum_sink *)sink;

	(void)first_page;
	if (layers & SCAN_UNKNOWN)
		s->known = false;
	if (layers & LAYER_BIT(LAYER_MAPPED))
		s->pages += n_pages;
}

bool
pagelook_mapped(struct rangecount *r, const struct rangecount_of *of,
    uint64_t first_page, uint64_t end_page, uint64_t *pages)
{
	struct sum_sink sum = { { sum_run }, true, 0 };
	const struct scan_reader *reader;

	r->pm.addr = (uintptr_t)of->addr + of->first_page * of->page_bytes;
	r->pm.first_page = of->first_page;
	r->pm.pages = of->pages;
	reader = pagemap_reader(&r->pm);
	while (first_page < end_page && sum.known)
		first_page = reader->runs(&r->pm, first_page, end_page,
		    &sum.sink);
	*pages = sum.pages;
	return sum.known;
}

bool
pagelook_cached(const struct rangecount_of *of, uint64_t first_page,
    uint64_t end_page, uint64_t *pages)
{
	uint64_t count[LAYER_COUNT] = { 0 };

	*pages = 0;
	if (!of->cachestat || of->file < 0)
		return false;
	if (first_page < end_page && cachestat_count(of->file, of->page_bytes,
	    first_page, end_page - first_page, count) != 0)
		return false;
	*pages = count[LAYER_CACHED];
	return true;
}

/* Is its content there? Outside the mapping nothing is. */
static bool
is_there(struct rangecount *r, const struct rangecount_of *of, uint64_t page)
{
	return rangecount_mincore(r, of, page, 1) && (r->vec[0] & 1);
}

/* Pages [page, end) of the mapping at most, so that none of them is cached. */
static uint64_t
gap_end(const struct rangecount_of *of, uint64_t page, uint64_t ahead)
{
	uint64_t left = of->first_page + of->pages - page, cached;

	if (ahead > left)
		ahead = left;
	while (ahead > 0 && (!pagelook_cached(of, page, page + ahead,
	    &cached) || cached > 0))
		ahead /= 2;
	return page + ahead;
}

/* Few pages are asked for: each one costs less than a microsecond, all of
 * thousands a quarter of a millisecond. */
bool
pagelook_gap(struct rangecount *r, const struct rangecount_of *of,
    uint64_t page, uint64_t ahead, uint64_t *first, uint64_t *end)
{
	uint64_t there = page, step = 1, mid;

	if (!of->mincore || !is_there(r, of, page))
		return false;
	while (step <= ahead && is_there(r, of, page + step)) {
		there = page + step;
		step *= 2;
	}
	if (step > ahead)
		return false;
	*first = page + step;
	while (*first - there > 1) {
		mid = there + (*first - there) / 2;
		if (is_there(r, of, mid))
			there = mid;
		else
			*first = mid;
	}
	if (*first >= of->first_page + of->pages)
		return false;
	*end = gap_end(of, *first, ahead);
	return *first < *end;
}

/* Up to n pages from one on, less where the mapping ends. */
static uint64_t
at_most(uint64_t pages, uint64_t n)
{
	if (n > MINCORE_CHUNK)
		n = MINCORE_CHUNK;
	return pages < n ? pages : n;
}

bool
pagelook_there(struct rangecount *r, const struct rangecount_of *of,
    uint64_t page, uint64_t beside, uint64_t *before, uint64_t *after)
{
	uint64_t n = at_most(page - of->first_page, beside);

	if (!of->mincore || (n > 0 &&
	    !rangecount_mincore(r, of, page - n, n)))
		return false;
	*before = page - n;
	for (uint64_t i = 0; i < n; i++)
		if (r->vec[i] & 1)
			*before = page - n + i + 1;
	n = at_most(of->first_page + of->pages - page, beside);
	if (!rangecount_mincore(r, of, page, n))
		return false;
	for (*after = page; *after < page + n; ++*after)
		if (r->vec[*after - page] & 1)
			break;
	return true;
}
