#include "config.h"

#include "pagetide/cells.h"

#include <stdlib.h>
#include <string.h>

#include "pagetide/xalloc.h"

/* What the cells of one grid say about a run of pages. */
struct sum {
	uint64_t	pages[LAYER_COUNT];
	uint64_t	oldest_ns;
	unsigned	known;		/* LAYER_BITs still answered */
};

void
cells_init(struct cells *c)
{
	memset(c, 0, sizeof *c);
}

void
cells_done(struct cells *c)
{
	int l;

	for (l = 0; l < LAYER_COUNT; l++)
		free(c->count[l]);
	free(c->known);
	free(c->stamp_ns);
	cells_init(c);
}

/* Makes room for n cells. */
static void
cells_reserve(struct cells *c, size_t n)
{
	int l;

	if (n <= c->cap)
		return;
	for (l = 0; l < LAYER_COUNT; l++)
		c->count[l] = xreallocarray(c->count[l], n,
		    sizeof *c->count[l]);
	c->known = xreallocarray(c->known, n, sizeof *c->known);
	c->stamp_ns = xreallocarray(c->stamp_ns, n, sizeof *c->stamp_ns);
	c->cap = n;
}

/* Makes every cell unknown and never measured. */
static void
cells_wipe(struct cells *c)
{
	if (c->n == 0)
		return;
	memset(c->known, 0, c->n * sizeof *c->known);
	memset(c->stamp_ns, 0, c->n * sizeof *c->stamp_ns);
}

/* ceil(pages / 2^shift), without overflow near 2^64. */
static uint64_t
cells_needed(uint64_t pages, unsigned shift)
{
	uint64_t rest = pages & ((UINT64_C(1) << shift) - 1);

	return (pages >> shift) + (rest != 0);
}

void
cells_reshape(struct cells *c, uint64_t first_page, uint64_t pages,
    unsigned shift)
{
	size_t n = cells_needed(pages, shift);

	cells_reserve(c, n);
	c->first_page = first_page;
	c->pages = pages;
	c->shift = shift;
	c->n = n;
	cells_wipe(c);
}

bool
cells_same_shape(const struct cells *a, const struct cells *b)
{
	return a->first_page == b->first_page && a->pages == b->pages &&
	    a->shift == b->shift;
}

void
cells_copy(struct cells *dst, const struct cells *src)
{
	int l;

	cells_reshape(dst, src->first_page, src->pages, src->shift);
	if (src->n == 0)
		return;
	for (l = 0; l < LAYER_COUNT; l++)
		memcpy(dst->count[l], src->count[l],
		    src->n * sizeof *src->count[l]);
	memcpy(dst->known, src->known, src->n * sizeof *src->known);
	memcpy(dst->stamp_ns, src->stamp_ns, src->n * sizeof *src->stamp_ns);
}

unsigned
cells_fit_shift(uint64_t pages, uint64_t max_cells)
{
	unsigned shift = 0;

	if (max_cells == 0)
		max_cells = 1;
	while (shift < 63 && cells_needed(pages, shift) > max_cells)
		shift++;
	return shift;
}

uint64_t
cells_pages(const struct cells *c, size_t i)
{
	uint64_t left = c->pages - ((uint64_t)i << c->shift);
	uint64_t full = UINT64_C(1) << c->shift;

	return left < full ? left : full;
}

uint64_t
cells_page(const struct cells *c, size_t i)
{
	return c->first_page + ((uint64_t)i << c->shift);
}

size_t
cells_index(const struct cells *c, uint64_t page)
{
	return (page - c->first_page) >> c->shift;
}

void
cells_set(struct cells *c, size_t i, enum layer l, uint32_t count,
    uint64_t now_ns)
{
	c->count[l][i] = count;
	c->known[i] |= LAYER_BIT(l);
	c->stamp_ns[i] = now_ns;
}

void
cells_forget(struct cells *c, unsigned layers)
{
	size_t i;

	for (i = 0; i < c->n; i++)
		c->known[i] &= ~layers;
}

enum level
level_of(uint64_t count, uint64_t pages)
{
	if (count == 0)
		return LEVEL_NONE;
	if (count >= pages)
		return LEVEL_ALL;
	if (count * 4 <= pages)
		return LEVEL_Q1;
	if (count * 2 <= pages)
		return LEVEL_Q2;
	return count * 4 <= pages * 3 ? LEVEL_Q3 : LEVEL_Q4;
}

enum level
cells_level(const struct cells *c, size_t i, enum layer l)
{
	if (!cells_known(c, i, l))
		return LEVEL_UNKNOWN;
	return level_of(c->count[l][i], cells_pages(c, i));
}

bool
cells_total(const struct cells *c, enum layer l, uint64_t *total)
{
	const uint32_t *count = c->count[l];
	unsigned known = LAYER_BIT(l);
	uint64_t sum = 0;
	size_t i;

	for (i = 0; i < c->n; i++) {
		known &= c->known[i];
		sum += count[i];
	}
	if (known != 0)
		*total = sum;
	return known != 0;
}

uint64_t
cells_oldest_ns(const struct cells *c)
{
	uint64_t oldest = UINT64_MAX;
	size_t i;

	for (i = 0; i < c->n; i++) {
		if (c->known[i] != 0 && c->stamp_ns[i] < oldest)
			oldest = c->stamp_ns[i];
	}
	return oldest == UINT64_MAX ? 0 : oldest;
}

/* Adds part pages of src cell j; drops the layers it can't answer for. */
static void
sum_add(struct sum *s, const struct cells *src, size_t j, uint64_t part)
{
	uint64_t count, whole = cells_pages(src, j);
	int l;

	s->known &= src->known[j];
	if (src->stamp_ns[j] < s->oldest_ns)
		s->oldest_ns = src->stamp_ns[j];
	for (l = 0; l < LAYER_COUNT; l++) {
		if (!(s->known & LAYER_BIT(l)))
			continue;
		count = src->count[l][j];
		if (count == whole)
			s->pages[l] += part;
		else if (count == 0 || part == whole)
			s->pages[l] += count;
		else
			s->known &= ~LAYER_BIT(l);
	}
}

/* Sums whole cells [from, to) of src: the common case, kept in plain loops
 * over arrays because it is done for every cell of every sample. */
static void
sum_whole(struct sum *s, const struct cells *src, size_t from, size_t to)
{
	size_t j;
	int l;

	for (j = from; j < to; j++) {
		s->known &= src->known[j];
		if (src->stamp_ns[j] < s->oldest_ns)
			s->oldest_ns = src->stamp_ns[j];
	}
	for (l = 0; l < LAYER_COUNT; l++) {
		const uint32_t *count = src->count[l];

		if ((s->known & LAYER_BIT(l)) == 0)
			continue;
		for (j = from; j < to; j++)
			s->pages[l] += count[j];
	}
}

/* Is page the first of a cell, or the end of the grid? Gives the cell. */
static bool
is_border(const struct cells *c, uint64_t page, size_t *cell)
{
	if (page == c->first_page + c->pages) {
		*cell = c->n;
		return true;
	}
	*cell = cells_index(c, page);
	return cells_page(c, *cell) == page;
}

/* Sums the pages [begin, end) of src, as far as src knows them. */
static void
sum_range(struct sum *s, const struct cells *src, uint64_t begin, uint64_t end)
{
	uint64_t from, to;
	size_t j, first, last;

	if (begin < src->first_page || end > src->first_page + src->pages) {
		s->known = 0;
		return;
	}
	if (is_border(src, begin, &first) && is_border(src, end, &last)) {
		sum_whole(s, src, first, last);
		return;
	}
	for (j = cells_index(src, begin); s->known != 0 && j < src->n; j++) {
		from = cells_page(src, j);
		to = from + cells_pages(src, j);
		if (from >= end)
			break;
		sum_add(s, src, j, (to < end ? to : end) -
		    (from > begin ? from : begin));
	}
}

/* Writes what the sum knows into cell i. */
static void
sum_store(const struct sum *s, struct cells *dst, size_t i)
{
	uint64_t stamp_ns = s->oldest_ns;
	int l;

	if (dst->known[i] != 0 && dst->stamp_ns[i] < stamp_ns)
		stamp_ns = dst->stamp_ns[i];
	for (l = 0; l < LAYER_COUNT; l++) {
		if ((s->known & LAYER_BIT(l)) && s->pages[l] <= UINT32_MAX)
			cells_set(dst, i, l, s->pages[l], stamp_ns);
	}
}

void
cells_fill_in(struct cells *dst, const struct cells *src)
{
	uint64_t begin;
	size_t i;

	for (i = 0; i < dst->n; i++) {
		struct sum s = {
			.oldest_ns = UINT64_MAX,
			.known = LAYER_ALL & ~dst->known[i],
		};

		begin = cells_page(dst, i);
		sum_range(&s, src, begin, begin + cells_pages(dst, i));
		sum_store(&s, dst, i);
	}
}
