#include "config.h"

#include "pagetide/sample.h"

#include <stdio.h>
#include <string.h>

#include "pagetide/advice.h"

const char *const limit_of_name[LIMIT_OF_COUNT] = {
	[LIMIT_NONE] = "none",
	[LIMIT_OURS] = "ours",
	[LIMIT_INHERITED] = "inherited",
};

const struct counter_info counter_table[COUNTER_COUNT] = {
	[COUNTER_RSS_PAGES] = { .gauge = true },
	[COUNTER_CACHED] = { .gauge = true },
	[COUNTER_MAPPED] = { .gauge = true },
	[COUNTER_PRIVATE] = { .gauge = true },
	[COUNTER_WORKING_SET] = { .gauge = true },
};

bool
counters_change(const struct counters *older, const struct counters *newer,
    enum counter c, int64_t *delta)
{
	int64_t change = newer->v[c] - older->v[c];

	if (!(older->known & newer->known & COUNTER_BIT(c)) ||
	    (change < 0 && !counter_table[c].gauge))
		return false;
	*delta = change;
	return true;
}

bool
sample_has_limit(const struct memory_facts *m)
{
	return m->limited && !(m->limit_known && m->limit_bytes == UINT64_MAX);
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

/* Adds what cell i knows of the pages from *page to end, and goes on behind
 * it; false if it does not know. */
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
	 * what shows the age of all is the pass, and that is the overview's. */
	return s->scan.pass_ns >= since_ns &&
	    count_in(s->overview, l, first_page, end, pages);
}

bool
sample_walks(const struct sample *s)
{
	return s->worker.running && !s->worker.paused;
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

/* Cuts the range to what is mapped; false: nothing of it is. */
static bool
cut_to_mapped(const struct worker_facts *w, uint64_t *first, uint64_t *n)
{
	uint64_t from = w->map_first_page, to = from + w->map_pages;
	uint64_t end = *first + *n;

	if (*first >= to || end <= from)
		return false;
	if (*first < from)
		*first = from;
	*n = (end < to ? end : to) - *first;
	return true;
}

char *
sample_advice_text(char buf[SAMPLE_ADVICE_MAX], const struct sample *s,
    uint64_t first_page, uint64_t n_pages)
{
	uint64_t n = n_pages;
	unsigned vmf, differ;
	size_t len;

	strcpy(buf, "?");
	if (!s->vmas_known || s->worker.map_pages == 0 || n_pages == 0)
		return buf;
	if (!cut_to_mapped(&s->worker, &first_page, &n)) {
		strcpy(buf, "not mapped");
		return buf;
	}
	if (!sample_vmflags(s, first_page, n, &vmf, &differ))
		return buf;
	advice_vmflags_text(buf, SAMPLE_ADVICE_MAX, vmf, differ);
	len = strlen(buf);
	if (n < n_pages)
		snprintf(buf + len, SAMPLE_ADVICE_MAX - len, ", partly mapped");
	return buf;
}
