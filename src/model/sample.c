#include "config.h"

#include "pagetide/sample.h"

const struct counter_info counter_table[COUNTER_COUNT] = {
	[COUNTER_MINOR] = { "minor_faults", "faults", false },
	[COUNTER_MAJOR] = { "major_faults", "faults", false },
	[COUNTER_READ_BYTES] = { "read_bytes", "bytes", false },
	[COUNTER_RSS_PAGES] = { "rss_pages", "pages", true },
	[COUNTER_SYS_FAULTS] = { "system_faults", "faults", false },
	[COUNTER_SYS_MAJOR] = { "system_major_faults", "faults", false },
	[COUNTER_TOUCHES] = { "touches", "touches", false },
	[COUNTER_CACHED] = { "cached_pages", "pages", true },
	[COUNTER_MAPPED] = { "mapped_pages", "pages", true },
	[COUNTER_PRIVATE] = { "private_pages", "pages", true },
	[COUNTER_REFAULTS] = { "refault_pages", "pages", false },
	[COUNTER_STEALS] = { "steal_pages", "pages", false },
	[COUNTER_WORKING_SET] = { "working_set_pages", "pages", true },
	[COUNTER_SYS_REFAULTS] = { "system_refault_pages", "pages", false },
};

/* A copy of a grid in keep, or NULL where there is none. */
static const struct cells *
freeze_grid(struct cells *keep, const struct cells *grid)
{
	if (grid == NULL)
		return NULL;
	cells_copy(keep, grid);
	return keep;
}

void
sample_freeze(struct sample *dst, const struct sample *src,
    struct cells *overview, struct cells *zoom)
{
	*dst = *src;
	dst->overview = freeze_grid(overview, src->overview);
	dst->zoom = freeze_grid(zoom, src->zoom);
}

void
sample_project(const struct sample *s, struct cells *shown)
{
	cells_forget(shown, LAYER_ALL);
	if (s->zoom != NULL)
		cells_fill_in(shown, s->zoom);
	if (s->overview != NULL)
		cells_fill_in(shown, s->overview);
}

/* Adds what cell i tells of the pages from *page to end, and goes on behind
 * it; false if it does not tell. */
static bool
count_cell(const struct cells *c, size_t i, enum layer l, uint64_t *page,
    uint64_t end, uint64_t *sum)
{
	uint64_t cell_end = cells_page(c, i) + cells_pages(c, i);
	uint64_t n = (end < cell_end ? end : cell_end) - *page;
	uint32_t count = c->count[l][i];

	if (!cells_known(c, i, l))
		return false;
	if (n == cells_pages(c, i))
		*sum += count;
	else if (count == cells_pages(c, i))
		*sum += n;
	else if (count != 0)
		return false;
	*page += n;
	return true;
}

/* sample_count() in one grid. */
static bool
count_in(const struct cells *c, enum layer l, uint64_t page, uint64_t end,
    uint64_t *pages)
{
	uint64_t sum = 0;

	if (c == NULL || page < c->first_page ||
	    end > c->first_page + c->pages)
		return false;
	while (page < end) {
		if (!count_cell(c, cells_index(c, page), l, &page, end, &sum))
			return false;
	}
	*pages = sum;
	return true;
}

bool
sample_count(const struct sample *s, enum layer l, uint64_t first_page,
    uint64_t n_pages, uint64_t since_ns, uint64_t *pages)
{
	uint64_t end = first_page + n_pages;

	/* Of a cell's layers only the first measured has a stamp of its own:
	 * what tells the age of all is the pass, and that is the overview's. */
	return s->scan.pass_ns >= since_ns &&
	    count_in(s->overview, l, first_page, end, pages);
}

bool
sample_since(const struct sample *s, const struct counters *now,
    enum counter c, uint64_t *counted)
{
	/* A tick of the worker before this one counted from its own base. */
	if ((now->known & s->base.known & COUNTER_BIT(c)) == 0 ||
	    now->v[c] < s->base.v[c])
		return false;
	*counted = now->v[c] - s->base.v[c];
	return true;
}

/* The stretch that holds a page, or NULL. */
static const struct vma_range *
vma_of(const struct sample *s, uint64_t page)
{
	unsigned i;

	for (i = 0; i < s->n_vmas; i++) {
		if (page >= s->vma[i].first_page &&
		    page - s->vma[i].first_page < s->vma[i].n_pages)
			return &s->vma[i];
	}
	return NULL;
}

bool
sample_vmflags(const struct sample *s, uint64_t first_page, uint64_t n_pages,
    unsigned *vmflags, unsigned *differ)
{
	uint64_t page = first_page, end = first_page + n_pages;
	const struct vma_range *vma;
	unsigned first = 0, others = 0;

	if (!s->vmas_known || n_pages == 0)
		return false;
	while (page < end) {
		vma = vma_of(s, page);
		if (vma == NULL)
			return false;
		if (page == first_page)
			first = vma->vmflags;
		others |= vma->vmflags ^ first;
		page = vma->first_page + vma->n_pages;
	}
	*vmflags = first;
	*differ = others;
	return true;
}
