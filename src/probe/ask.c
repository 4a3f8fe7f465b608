#include "config.h"

#include "ask.h"

#include "pagetide/clock.h"

/* A node is cut into 2^FAN_BITS nodes of the next level. */
#define FAN_BITS 3

/* A call that is over sooner may be for twice as many pages ... */
#define QUICK_NS (100 * NS_PER_US)
/* ... and one that takes longer was for too many. */
#define SLOW_NS (400 * NS_PER_US)
/* Pages asked for at once where nothing is known: 5 ms at the very worst,
 * and that once, where full pages begin behind empty ones. */
#define ASK_MAX (UINT64_C(1) << 17)
/* As many calls are enough for a file of which next to nothing is cached. */
#define ASKS_MAX (UINT64_C(1) << 16)
/* In such a time not many pages come. */
#define YOUNG_NS NS_PER_S
/* With so few pages in a range the last time its size does not matter. */
#define FEW_PAGES 4096

/* What the last pass knew of the cells of a node. */
enum node { NODE_NEW, NODE_EMPTY, NODE_FULL, NODE_MIXED };

/* What the last pass found in one cell. */
static enum node
cell_class(const struct pass *p, size_t cell, unsigned layers)
{
	uint64_t pages = cells_pages(p->grid, cell);
	enum node found = NODE_EMPTY;
	int l;

	if ((p->grid->known[cell] & layers) != layers)
		return NODE_NEW;
	for (l = 0; l < LAYER_COUNT; l++) {
		if (!(layers & LAYER_BIT(l)) || p->grid->count[l][cell] == 0)
			continue;
		if (p->grid->count[l][cell] < pages)
			return NODE_MIXED;
		found = NODE_FULL;
	}
	return found;
}

/* Do two cells that are each all or none agree in every layer? */
static bool
same_cell(const struct pass *p, size_t a, size_t b, unsigned layers)
{
	int l;

	for (l = 0; l < LAYER_COUNT; l++)
		if ((layers & LAYER_BIT(l)) && (p->grid->count[l][a] == 0) !=
		    (p->grid->count[l][b] == 0))
			return false;
	return true;
}

/*
 * Did the last pass find these cells to differ? Asking for all of them at
 * once would show nothing then. Unknown cells are no reason to think so.
 */
static enum node
node_class(const struct pass *p, size_t from, size_t to)
{
	unsigned layers = p->by->reader[p->stage]->layers;
	enum node first = cell_class(p, from, layers), class;
	size_t i;

	if (first == NODE_MIXED || first == NODE_NEW)
		return first;
	for (i = from + 1; i < to; i++) {
		class = cell_class(p, i, layers);
		if (class == NODE_NEW)
			return NODE_NEW;
		if (class != first || !same_cell(p, from, i, layers))
			return NODE_MIXED;
	}
	return first;
}

/* log2 of the cells of the largest node that starts at cell; 0 is the cell
 * itself. */
static unsigned
node_bits(const struct pass *p, size_t cell)
{
	unsigned bits = 0, next = FAN_BITS;

	while (next <= p->level * FAN_BITS && next + p->grid->shift < 64 &&
	    (cell & ((UINT64_C(1) << next) - 1)) == 0 &&
	    cell + (UINT64_C(1) << bits) < p->grid->n) {
		bits = next;
		next += FAN_BITS;
	}
	return bits;
}

/* Asks for cells [from, to) at once. True if each is known by that. */
static bool
ask_node(struct pass *p, size_t from, size_t to, uint64_t now_ns)
{
	const struct scan_reader *r = p->by->reader[p->stage];
	uint64_t pages[LAYER_COUNT] = { 0 }, n;
	unsigned full = 0;
	int l;

	n = cells_cell_end(p->grid, to - 1) - p->page;
	if (r->count(p->by->self[p->stage], p->page, n, pages) != 0)
		full = SCAN_UNKNOWN;
	for (l = 0; l < LAYER_COUNT && full != SCAN_UNKNOWN; l++) {
		if (pages[l] >= n)
			full |= LAYER_BIT(l);
		else if (pages[l] != 0)
			return false;
	}
	pass_store_same(p, from, to, full, now_ns);
	p->page += n;
	return true;
}

/* Was it measured so short a time ago that it can't have filled up since? */
static bool
is_young(const struct pass *p, size_t cell, uint64_t now_ns)
{
	return p->grid->stamp_ns[cell] + YOUNG_NS > now_ns;
}

/* Pages to ask for of the cell under way: few that are there cost little,
 * however far apart they are. */
static uint64_t
cell_limit(const struct pass *p, size_t cell, uint64_t now_ns)
{
	unsigned layers = p->by->reader[p->stage]->layers;
	uint64_t found = 0;
	int l;

	if ((p->grid->known[cell] & layers) != layers ||
	    !is_young(p, cell, now_ns))
		return p->by->ask_max;
	for (l = 0; l < LAYER_COUNT; l++)
		if (layers & LAYER_BIT(l))
			found += p->grid->count[l][cell];
	return found <= FEW_PAGES ? UINT64_MAX : p->by->ask_max;
}

/* Counts the cell under way, or as much of it as one call may. */
static void
ask_cell(struct pass *p, size_t cell, uint64_t now_ns)
{
	const struct scan_reader *r = p->by->reader[p->stage];
	uint64_t end = cells_cell_end(p->grid, cell), n;
	uint64_t pages[LAYER_COUNT] = { 0 };
	uint64_t limit = cell_limit(p, cell, now_ns);
	int l;

	n = end - p->page < limit ? end - p->page : limit;
	if (r->count(p->by->self[p->stage], p->page, n, pages) != 0)
		p->part_unknown = LAYER_ALL;
	/* A folio that is being replaced may be counted twice. */
	for (l = 0; l < LAYER_COUNT; l++)
		p->part[l] += pages[l] < n ? pages[l] : n;
	p->page += n;
	if (p->page == end)
		pass_store(p, cell, now_ns);
}

/*
 * May a node of these cells be asked for at once? Where nothing was the last
 * time it costs nothing, however large it is.
 */
static bool
may_ask(const struct pass *p, size_t from, size_t to, uint64_t now_ns)
{
	enum node class = node_class(p, from, to);

	if (class == NODE_MIXED)
		return false;
	return (class == NODE_EMPTY && is_young(p, from, now_ns)) ||
	    cells_cell_end(p->grid, to - 1) - p->page <= p->by->ask_max;
}

/* The largest node that may be asked for at once, or the cell under way. */
static void
ask(struct pass *p, uint64_t now_ns)
{
	uint64_t least = p->by->reader[p->stage]->count_max;
	size_t cell = cells_index(p->grid, p->page), to;
	/* Nodes begin with a cell, and the cell may be all there is to do. */
	bool alone = p->page != cells_page(p->grid, cell) ||
	    p->end < cells_end(p->grid);
	unsigned bits = alone ? 0 : node_bits(p, cell);

	if (p->by->ask_max < least)
		p->by->ask_max = least;
	for (; bits > 0; bits -= FAN_BITS) {
		to = cell + ((size_t)1 << bits);
		if (to > p->grid->n)
			to = p->grid->n;
		if (!may_ask(p, cell, to, now_ns))
			continue;
		if (ask_node(p, cell, to, now_ns))
			p->level = ASK_LEVEL_TOP;
		else
			p->level = bits / FAN_BITS - 1;
		return;
	}
	ask_cell(p, cell, now_ns);
	p->level = ASK_LEVEL_TOP;
}

/* Of a file of exabytes so much at once that a pass ends: no more of it can
 * be cached than there is memory. */
static uint64_t
ask_limit(const struct pass *p)
{
	uint64_t part = p->grid->pages / ASKS_MAX;

	return part > ASK_MAX ? part : ASK_MAX;
}

/* Asks for more pages at once next time, or for fewer. */
static void
adapt(struct pass *p, uint64_t took_ns)
{
	if (took_ns < QUICK_NS && p->by->ask_max < ask_limit(p))
		p->by->ask_max *= 2;
	else if (took_ns > SLOW_NS)
		p->by->ask_max /= 4;
}

uint64_t
ask_counts(struct pass *p, uint64_t now_ns)
{
	uint64_t end_ns;

	ask(p, now_ns);
	end_ns = clock_now_ns();
	adapt(p, end_ns - now_ns);
	return end_ns;
}
