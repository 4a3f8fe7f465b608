/* What a pass has counted goes into cells. */
#include "config.h"

#include <string.h>

#include "pass.h"

/* Layers whose change is news. RECENT follows what the whole system does. */
#define LAYERS_WATCHED (LAYER_ALL & ~LAYER_BIT(LAYER_RECENT))

void
pass_part_clear(struct pass *p)
{
	memset(p->part, 0, sizeof p->part);
	p->part_unknown = 0;
}

unsigned
pass_stages(const struct readers *by)
{
	unsigned i, bits = 0;

	for (i = 0; i < SCAN_STAGES; i++)
		bits |= (by->reader[i] != NULL) << i;
	return bits;
}

/* Is this the first stage that somebody is asked in? */
static bool
is_first(const struct pass *p)
{
	return (pass_stages(p->by) & ((1u << p->stage) - 1)) == 0;
}

/*
 * The stamp for a cell. It is of the oldest layer, so only the first stage
 * renews it; the later ones come after it in the same pass.
 */
static uint64_t
stamp_ns(const struct cells *grid, size_t cell, bool first, uint64_t now_ns)
{
	if (first || grid->stamp_ns[cell] == 0)
		return now_ns;
	return grid->stamp_ns[cell];
}

/* Stores one layer of a cell; layers in unknown become so. */
static void
store(struct pass *p, size_t cell, enum layer l, uint64_t pages,
    unsigned unknown, uint64_t now_ns)
{
	if ((unknown & LAYER_BIT(l)) || pages > UINT32_MAX) {
		p->grid->known[cell] &= ~LAYER_BIT(l);
		return;
	}
	if (p->active != NULL && cells_known(p->grid, cell, l) &&
	    p->grid->count[l][cell] != pages && (LAYERS_WATCHED & LAYER_BIT(l)))
		active_changed(p->active, cell, now_ns);
	cells_set(p->grid, cell, l, pages, now_ns);
}

void
pass_store(struct pass *p, size_t cell, uint64_t now_ns)
{
	unsigned layers = p->by->reader[p->stage]->layers;
	uint64_t stamp = stamp_ns(p->grid, cell, is_first(p), now_ns);
	int l;

	for (l = 0; l < LAYER_COUNT; l++)
		if (layers & LAYER_BIT(l))
			store(p, cell, l, p->part[l], p->part_unknown, stamp);
	pass_part_clear(p);
}

void
pass_store_same(struct pass *p, size_t from, size_t to, unsigned full,
    uint64_t now_ns)
{
	unsigned layers = p->by->reader[p->stage]->layers;
	unsigned unknown = full & SCAN_UNKNOWN ? layers :
	    full & SCAN_SWAP_UNKNOWN ? LAYER_BIT(LAYER_SWAPPED) : 0;
	bool first = is_first(p);
	uint64_t stamp, pages;
	size_t i;
	int l;

	for (i = from; i < to; i++) {
		stamp = stamp_ns(p->grid, i, first, now_ns);
		pages = cells_pages(p->grid, i);
		for (l = 0; l < LAYER_COUNT; l++)
			if (layers & LAYER_BIT(l))
				store(p, i, l, full & LAYER_BIT(l) ? pages : 0,
				    unknown, stamp);
	}
}
