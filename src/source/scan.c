#include "config.h"

#include "scan.h"

#include <string.h>

#include "pagetide/clock.h"

/* Above any node there can be: 8^LEVEL_TOP cells. */
#define LEVEL_TOP 20
/* A node is cut into 2^FAN_BITS nodes of the next level. */
#define FAN_BITS 3

/* Runs of one call on their way into the cells. */
struct run_sink {
	struct scan_sink sink;
	struct scan	*scan;
	uint64_t	 now_ns;
};

void
scan_init(struct scan *s)
{
	memset(s, 0, sizeof *s);
	cells_init(&s->grid);
}

void
scan_done(struct scan *s)
{
	cells_done(&s->grid);
}

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

/* Puts the stage under way back to the start of the grid. */
static void
rewind_stage(struct scan *s)
{
	s->page = s->grid.first_page;
	s->level = LEVEL_TOP;
	part_clear(s);
}

/* Bits of the stages that have a reader. */
static unsigned
all_stages(const struct scan *s)
{
	unsigned i, bits = 0;

	for (i = 0; i < SCAN_STAGES; i++)
		bits |= (s->reader[i] != NULL) << i;
	return bits;
}

void
scan_restart(struct scan *s)
{
	s->todo = all_stages(s);
	s->whole = true;
	s->under_way = false;
	s->spent_ns = s->spent_cpu_ns = 0;
	s->begin_ns = clock_now_ns();
}

void
scan_shape(struct scan *s, uint64_t first_page, uint64_t pages, unsigned shift)
{
	struct cells old = s->grid;
	bool same_cells = first_page == old.first_page && shift == old.shift;

	if (same_cells && pages == old.pages)
		return;
	cells_init(&s->grid);
	cells_reshape(&s->grid, first_page, pages, shift);
	cells_fill_in(&s->grid, &old);
	cells_done(&old);
	if (same_cells && s->under_way && s->page < grid_end(s))
		return;
	s->todo = 0;
	s->under_way = false;
	s->spent_ns = s->spent_cpu_ns = 0;
	if (!same_cells) {
		s->covered = false;
		s->cost_ns = s->cpu_ns = s->end_ns = s->pass_ns = 0;
	}
}

void
scan_set_reader(struct scan *s, enum scan_stage stage,
    const struct scan_reader *reader, void *self)
{
	const struct scan_reader *old = s->reader[stage];

	if (old != NULL)
		cells_forget(&s->grid, old->layers);
	s->reader[stage] = reader;
	s->self[stage] = self;
	if (s->under_way && s->stage == stage)
		s->under_way = false;
	s->todo &= ~(1u << stage);
	if (!s->covered && !s->under_way)
		scan_restart(s);
	else if (reader != NULL)
		s->todo |= 1u << stage;
}

/* Passes follow each other so that they take a quarter of a CPU at most. Time
 * in which we did not run (stopped, crowded out) is no reason to wait. */
void
scan_begin(struct scan *s)
{
	if (s->todo == 0 &&
	    (!s->covered || clock_now_ns() >= s->end_ns + 3 * s->cpu_ns))
		scan_restart(s);
}

/*
 * The stamp for a cell. It tells of the oldest layer, so only the first stage
 * renews it; the later ones come after it in the same pass.
 */
static uint64_t
stamp_ns(const struct scan *s, size_t cell, uint64_t now_ns)
{
	bool first = (all_stages(s) & ((1u << s->stage) - 1)) == 0;

	if (first || s->grid.stamp_ns[cell] == 0)
		return now_ns;
	return s->grid.stamp_ns[cell];
}

/* Stores one layer of a cell; layers in unknown become so. */
static void
store(struct scan *s, size_t cell, enum layer l, uint64_t pages,
    unsigned unknown, uint64_t now_ns)
{
	if ((unknown & LAYER_BIT(l)) || pages > UINT32_MAX)
		s->grid.known[cell] &= ~LAYER_BIT(l);
	else
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

	to = s->reader[s->stage]->runs(s->self[s->stage], s->page,
	    grid_end(s), &r.sink);
	advance(s, to, 0, now_ns);
}

/*
 * Did the last pass find these cells to differ? Asking for all of them at
 * once would tell nothing then. Unknown cells are no reason to think so.
 */
static bool
was_mixed(const struct scan *s, size_t from, size_t to, enum layer l)
{
	enum level first = cells_level(&s->grid, from, l), level;
	size_t i;

	for (i = from; i < to; i++) {
		level = cells_level(&s->grid, i, l);
		if (level == LEVEL_UNKNOWN)
			return false;
		if (level != first ||
		    (level != LEVEL_NONE && level != LEVEL_ALL))
			return true;
	}
	return false;
}

static bool
was_mixed_any(const struct scan *s, size_t from, size_t to)
{
	unsigned layers = s->reader[s->stage]->layers;
	int l;

	for (l = 0; l < LAYER_COUNT; l++)
		if ((layers & LAYER_BIT(l)) && was_mixed(s, from, to, l))
			return true;
	return false;
}

/* log2 of the cells of the largest node that starts at cell and may be asked
 * for at once; 0 is the cell itself. */
static unsigned
node_bits(const struct scan *s, size_t cell)
{
	uint64_t max = s->reader[s->stage]->count_max;
	unsigned bits = 0, next = FAN_BITS;

	while (next <= s->level * FAN_BITS && next + s->grid.shift < 64 &&
	    UINT64_C(1) << (next + s->grid.shift) <= max &&
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

/* Counts the cell under way, or as much of it as one call may. */
static void
ask_cell(struct scan *s, size_t cell, uint64_t now_ns)
{
	const struct scan_reader *r = s->reader[s->stage];
	uint64_t pages[LAYER_COUNT] = { 0 }, end = cell_end(s, cell), n;
	int l;

	n = end - s->page < r->count_max ? end - s->page : r->count_max;
	if (r->count(s->self[s->stage], s->page, n, pages) != 0)
		s->part_unknown = LAYER_ALL;
	/* A folio that is being replaced may be counted twice. */
	for (l = 0; l < LAYER_COUNT; l++)
		s->part[l] += pages[l] < n ? pages[l] : n;
	s->page += n;
	if (s->page == end)
		commit(s, cell, now_ns);
}

/* One call of a reader of counts. */
static void
step_count(struct scan *s, uint64_t now_ns)
{
	size_t cell = cells_index(&s->grid, s->page), to;
	unsigned bits = node_bits(s, cell);

	for (; bits > 0; bits -= FAN_BITS) {
		to = cell + ((size_t)1 << bits);
		if (to > s->grid.n)
			to = s->grid.n;
		if (was_mixed_any(s, cell, to))
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

/* Chooses the next stage; false when the pass is over. */
static bool
next_stage(struct scan *s)
{
	if (s->under_way && s->page < grid_end(s))
		return true;
	if (s->under_way)
		s->todo &= ~(1u << s->stage);
	s->under_way = s->todo != 0;
	if (!s->under_way)
		return false;
	s->stage = __builtin_ctz(s->todo);
	rewind_stage(s);
	return s->page < grid_end(s) || next_stage(s);
}

static void
finish(struct scan *s, uint64_t now_ns)
{
	if (s->whole) {
		s->cost_ns = s->spent_ns;
		s->cpu_ns = s->spent_cpu_ns;
		s->pass_ns = s->begin_ns;
		s->end_ns = now_ns;
		s->covered = true;
	}
	s->whole = false;
	s->spent_ns = s->spent_cpu_ns = 0;
}

bool
scan_step(struct scan *s, uint64_t deadline_ns)
{
	uint64_t start_ns = clock_now_ns(), now_ns = start_ns, cpu_ns;
	bool more;

	if (s->todo == 0)
		return true;
	cpu_ns = clock_cpu_ns();
	while ((more = next_stage(s)) && now_ns < deadline_ns) {
		if (s->reader[s->stage]->runs != NULL)
			step_runs(s, now_ns);
		else
			step_count(s, now_ns);
		now_ns = clock_now_ns();
	}
	s->spent_ns += now_ns - start_ns;
	s->spent_cpu_ns += clock_cpu_ns() - cpu_ns;
	if (!more)
		finish(s, now_ns);
	return !more;
}
