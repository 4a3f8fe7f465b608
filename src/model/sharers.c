#include "config.h"

#include "pagetide/sharers.h"

#include <string.h>

/* Those that can't be counted come last. */
static bool
is_before(const struct sharer *a, const struct sharer *b)
{
	if (a->counted != b->counted)
		return a->counted;
	return a->pages != b->pages ? a->pages > b->pages : a->pid < b->pid;
}

void
sharers_add(struct sharers *s, const struct sharer *one)
{
	size_t at = s->n;

	s->processes++;
	s->cell_covers += one->covers;
	s->cell_mapped += one->cell_pages > 0;
	s->uncounted += !one->counted && !one->part;
	while (at > 0 && is_before(one, &s->row[at - 1]))
		at--;
	if (at == SHARERS_MAX)
		return;
	if (s->n < SHARERS_MAX)
		s->n++;
	memmove(&s->row[at + 1], &s->row[at],
	    (s->n - 1 - at) * sizeof *s->row);
	s->row[at] = *one;
}

bool
sharers_cell(const struct sharers *s, uint64_t first_page, unsigned shift,
    size_t *i)
{
	const struct sharers_grid *g = &s->grid;

	if (s->rounds == 0 || s->err != 0 || shift != g->shift ||
	    first_page < g->first)
		return false;
	*i = (size_t)((first_page - g->first) >> shift);
	return *i < g->cells;
}
