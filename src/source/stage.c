#include "config.h"

#include "stage.h"

#include <string.h>

#include "pagetide/clock.h"

/* Above any node there can be: 8^LEVEL_TOP cells. */
#define LEVEL_TOP 20
/* A node is cut into 2^FAN_BITS nodes of the next level. */
#define FAN_BITS 3

/* A call that is over sooner may be for twice as many pages ... */
#define QUICK_NS (100 * NS_PER_US)
/* ... and one that takes longer was for too many. */
#define SLOW_NS (400 * NS_PER_US)
/* Pages asked for at once where nothing is known: 5 ms at the very worst,
 * and that once, where full pages begin behind empty ones. */
#define ASK_MAX (UINT64_C(1) << 17)
/* In such a time not many pages come. */
#define YOUNG_NS NS_PER_S
/* With so few pages in a range the last time its size does not matter. */
#define FEW_PAGES 4096

/* Layers whose change is news. RECENT follows what the whole system does. */
#define LAYERS_WATCHED (LAYER_ALL & ~LAYER_BIT(LAYER_RECENT))

/* What the last pass knew of the cells of a node. */
enum node { NODE_NEW, NODE_EMPTY, NODE_FULL, NODE_MIXED };

/* Runs of one call on their way into the cells. */
struct run_sink {
	struct scan_sink sink;
	struct scan	*scan;
	uint64_t	 now_ns;
};

static uint64_t
grid_end(const struct scan *s)
{
	return s->grid.first_page + s->grid.pages;
}

static void
part_clear(struct scan *s)
{
	memset(s->part, 0, sizeof s->part);
	s->part_unknown = 0;
}

void
stage_start(struct scan *s, uint64_t page, uint64_t end)
{
	s->page = page;
	s->end = end;
	s->level = LEVEL_TOP;
	part_clear(s);
}

unsigned
stage_all(const struct scan *s)
{
	unsigned i, bits = 0;

	for (i = 0; i < SCAN_STAGES; i++)
		bits |= (s->reader[i] != NULL) << i;
	return bits;
}

/*
 * The stamp for a cell. It tells of the oldest layer, so only the first stage
 * renews it; the later ones come after it in the same pass.
 */
static uint64_t
stamp_ns(const struct scan *s, size_t cell, uint64_t now_ns)
{
	bool first = (stage_all(s) & ((1u << s->stage) - 1)) == 0;

	if (first || s->grid.stamp_ns[cell] == 0)
		return now_ns;
	return s->grid.stamp_ns[cell];
}

/* Stores one layer of a cell; layers in unknown become so. */
static void
store(struct scan *s, size_t cell, enum layer l, uint64_t pages,
    unsigned unknown, uint64_t now_ns)
{
	if ((unknown & LAYER_BIT(l)) || pages > UINT32_MAX) {
		s->grid.known[cell] &= ~LAYER_BIT(l);
		return;
	}
	if (cells_known(&s->grid, cell, l) &&
	    s->grid.count[l][cell] != pages && (LAYERS_WATCHED & LAYER_BIT(l)))
		hot_changed(&s->hot, cell, now_ns);
	cells_set(&s->grid, cell, l, pages, now_ns);
}

/* Stores the cell that has been counted to its end. */
static void
commit(struct scan *s, size_t cell, uint64_t now_ns)
{
	unsigned layers = s->reader[s->stage]->layers;
	uint64_t stamp = stamp_ns(s, cell, now_ns);
	int l;

	for (l = 0; l < LAYER_COUNT; l++)
		if (layers & LAYER_BIT(l))
			store(s, cell, l, s->part[l], s->part_unknown, stamp);
	part_clear(s);
}

/* Whole cells [from, to): every page or none, as full says for each layer. */
static void
commit_uniform(struct scan *s, size_t from, size_t to, unsigned full,
    uint64_t now_ns)
{
	unsigned layers = s->reader[s->stage]->layers;
	unsigned unknown = full & SCAN_UNKNOWN ? layers : 0;
	uint64_t stamp, pages;
	size_t i;
	int l;

	for (i = from; i < to; i++) {
		stamp = stamp_ns(s, i, now_ns);
		pages = cells_pages(&s->grid, i);
		for (l = 0; l < LAYER_COUNT; l++)
			if (layers & LAYER_BIT(l))
				store(s, i, l, full & LAYER_BIT(l) ? pages : 0,
				    unknown, stamp);
	}
}

/* Adds n pages, all in these layers, to the cell under way. */
static void
part_add(struct scan *s, uint64_t n, unsigned layers)
{
	int l;

	if (layers & SCAN_UNKNOWN)
		s->part_unknown = LAYER_ALL;
	for (l = 0; l < LAYER_COUNT; l++)
		if (layers & LAYER_BIT(l))
			s->part[l] += n;
}

/* First page behind a cell. */
static uint64_t
cell_end(const struct scan *s, size_t cell)
{
	return cells_page(&s->grid, cell) + cells_pages(&s->grid, cell);
}

/* Moves on to page to; all pages on the way are in these layers. */
static void
advance(struct scan *s, uint64_t to, unsigned layers, uint64_t now_ns)
{
	size_t cell, last;
	uint64_t end;

	while (s->page < to) {
		cell = cells_index(&s->grid, s->page);
		last = to == grid_end(s) ? s->grid.n
		    : cells_index(&s->grid, to);
		if (s->page == cells_page(&s->grid, cell) && last > cell) {
			commit_uniform(s, cell, last, layers, now_ns);
			s->page = cell_end(s, last - 1);
			continue;
		}
		end = cell_end(s, cell);
		part_add(s, (to < end ? to : end) - s->page, layers);
		s->page = to < end ? to : end;
		if (s->page == end)
			commit(s, cell, now_ns);
	}
}

static void
run_put(struct scan_sink *sink, uint64_t first_page, uint64_t n_pages,
    unsigned layers)
{
	struct run_sink *r = (struct run_sink *)sink;

	advance(r->scan, first_page, 0, r->now_ns);
	advance(r->scan, first_page + n_pages, layers, r->now_ns);
}

/* One call of a reader of runs. */
static void
step_runs(struct scan *s, uint64_t now_ns)
{
	struct run_sink r = { { run_put }, s, now_ns };
	uint64_t to;

	to = s->reader[s->stage]->runs(s->self[s->stage], s->page, s->end,
	    &r.sink);
	advance(s, to, 0, now_ns);
}

/* What the last pass found in one cell. */
static enum node
cell_class(const struct scan *s, size_t cell, unsigned layers)
{
	uint64_t pages = cells_pages(&s->grid, cell);
	enum node found = NODE_EMPTY;
	int l;

	if ((s->grid.known[cell] & layers) != layers)
		return NODE_NEW;
	for (l = 0; l < LAYER_COUNT; l++) {
		if (!(layers & LAYER_BIT(l)) || s->grid.count[l][cell] == 0)
			continue;
		if (s->grid.count[l][cell] < pages)
			return NODE_MIXED;
		found = NODE_FULL;
	}
	return found;
}

/* Do two cells that are each all or none agree in every layer? */
static bool
same_cell(const struct scan *s, size_t a, size_t b, unsigned layers)
{
	int l;

	for (l = 0; l < LAYER_COUNT; l++)
		if ((layers & LAYER_BIT(l)) && (s->grid.count[l][a] == 0) !=
		    (s->grid.count[l][b] == 0))
			return false;
	return true;
}

/*
 * Did the last pass find these cells to differ? Asking for all of them at
 * once would tell nothing then. Unknown cells are no reason to think so.
 */
static enum node
node_class(const struct scan *s, size_t from, size_t to)
{
	unsigned layers = s->reader[s->stage]->layers;
	enum node first = cell_class(s, from, layers), class;
	size_t i;

	if (first == NODE_MIXED || first == NODE_NEW)
		return first;
	for (i = from + 1; i < to; i++) {
		class = cell_class(s, i, layers);
		if (class == NODE_NEW)
			return NODE_NEW;
		if (class != first || !same_cell(s, from, i, layers))
			return NODE_MIXED;
	}
	return first;
}

/* log2 of the cells of the largest node that starts at cell; 0 is the cell
 * itself. */
static unsigned
node_bits(const struct scan *s, size_t cell)
{
	unsigned bits = 0, next = FAN_BITS;

	while (next <= s->level * FAN_BITS && next + s->grid.shift < 64 &&
	    (cell & ((UINT64_C(1) << next) - 1)) == 0 &&
	    cell + (UINT64_C(1) << bits) < s->grid.n) {
		bits = next;
		next += FAN_BITS;
	}
	return bits;
}

/* Asks for cells [from, to) at once. True if that told all of them. */
static bool
ask_node(struct scan *s, size_t from, size_t to, uint64_t now_ns)
{
	const struct scan_reader *r = s->reader[s->stage];
	uint64_t pages[LAYER_COUNT] = { 0 }, n;
	unsigned full = 0;
	int l;

	n = cell_end(s, to - 1) - s->page;
	if (r->count(s->self[s->stage], s->page, n, pages) != 0)
		full = SCAN_UNKNOWN;
	for (l = 0; l < LAYER_COUNT && full != SCAN_UNKNOWN; l++) {
		if (pages[l] >= n)
			full |= LAYER_BIT(l);
		else if (pages[l] != 0)
			return false;
	}
	commit_uniform(s, from, to, full, now_ns);
	s->page += n;
	return true;
}

/* Was it measured so short a time ago that it can't have filled up since? */
static bool
is_young(const struct scan *s, size_t cell, uint64_t now_ns)
{
	return s->grid.stamp_ns[cell] + YOUNG_NS > now_ns;
}

/* Pages to ask for of the cell under way: few that are there cost little,
 * however far apart they are. */
static uint64_t
cell_limit(const struct scan *s, size_t cell, uint64_t now_ns)
{
	unsigned layers = s->reader[s->stage]->layers;
	uint64_t found = 0;
	int l;

	if ((s->grid.known[cell] & layers) != layers ||
	    !is_young(s, cell, now_ns))
		return s->ask_max;
	for (l = 0; l < LAYER_COUNT; l++)
		if (layers & LAYER_BIT(l))
			found += s->grid.count[l][cell];
	return found <= FEW_PAGES ? UINT64_MAX : s->ask_max;
}

/* Counts the cell under way, or as much of it as one call may. */
static void
ask_cell(struct scan *s, size_t cell, uint64_t now_ns)
{
	const struct scan_reader *r = s->reader[s->stage];
	uint64_t pages[LAYER_COUNT] = { 0 }, end = cell_end(s, cell), n;
	uint64_t limit = cell_limit(s, cell, now_ns);
	int l;

	n = end - s->page < limit ? end - s->page : limit;
	if (r->count(s->self[s->stage], s->page, n, pages) != 0)
		s->part_unknown = LAYER_ALL;
	/* A folio that is being replaced may be counted twice. */
	for (l = 0; l < LAYER_COUNT; l++)
		s->part[l] += pages[l] < n ? pages[l] : n;
	s->page += n;
	if (s->page == end)
		commit(s, cell, now_ns);
}

/*
 * May a node of these cells be asked for at once? Where nothing was the last
 * time it costs nothing, however large it is.
 */
static bool
may_ask(const struct scan *s, size_t from, size_t to, uint64_t now_ns)
{
	enum node class = node_class(s, from, to);

	if (class == NODE_MIXED)
		return false;
	return (class == NODE_EMPTY && is_young(s, from, now_ns)) ||
	    cell_end(s, to - 1) - cells_page(&s->grid, from) <= s->ask_max;
}

/* One call of a reader of counts. */
static void
step_count(struct scan *s, uint64_t now_ns)
{
	uint64_t least = s->reader[s->stage]->count_max;
	size_t cell = cells_index(&s->grid, s->page), to;
	/* Nodes begin with a cell, and the cell may be all there is to do. */
	bool alone = s->page != cells_page(&s->grid, cell) ||
	    s->end < grid_end(s);
	unsigned bits = alone ? 0 : node_bits(s, cell);

	if (s->ask_max < least)
		s->ask_max = least;
	for (; bits > 0; bits -= FAN_BITS) {
		to = cell + ((size_t)1 << bits);
		if (to > s->grid.n)
			to = s->grid.n;
		if (!may_ask(s, cell, to, now_ns))
			continue;
		if (ask_node(s, cell, to, now_ns))
			s->level = LEVEL_TOP;
		else
			s->level = bits / FAN_BITS - 1;
		return;
	}
	ask_cell(s, cell, now_ns);
	s->level = LEVEL_TOP;
}

/* Asks for more pages at once next time, or for fewer. */
static void
adapt(struct scan *s, uint64_t took_ns)
{
	if (took_ns < QUICK_NS && s->ask_max < ASK_MAX)
		s->ask_max *= 2;
	else if (took_ns > SLOW_NS)
		s->ask_max /= 4;
}

uint64_t
stage_step(struct scan *s, uint64_t now_ns)
{
	uint64_t end_ns;

	if (s->reader[s->stage]->runs != NULL) {
		step_runs(s, now_ns);
		return clock_now_ns();
	}
	step_count(s, now_ns);
	end_ns = clock_now_ns();
	adapt(s, end_ns - now_ns);
	return end_ns;
}

/* Measures one stage of a cell; false if deadline_ns came before its end. */
static bool
cell_stage(struct scan *s, size_t cell, uint64_t deadline_ns)
{
	uint64_t now_ns = clock_now_ns();

	stage_start(s, cells_page(&s->grid, cell), cell_end(s, cell));
	while (s->page < s->end && now_ns < deadline_ns)
		now_ns = stage_step(s, now_ns);
	return s->page >= s->end;
}

bool
stage_cell(struct scan *s, size_t cell, uint64_t deadline_ns)
{
	struct scan saved = *s;
	unsigned all = stage_all(s);
	bool done = true;

	for (s->stage = 0; done && s->stage < SCAN_STAGES; s->stage++)
		if (all & (1u << s->stage))
			done = cell_stage(s, cell, deadline_ns);
	saved.hot = s->hot;
	saved.ask_max = s->ask_max;
	*s = saved;
	return done;
}
