/* A world of pages as readers find it, and scans of it. The clock stands but
 * for the calls of the readers. */
#ifndef PAGETIDE_SCAN_RIG_H
#define PAGETIDE_SCAN_RIG_H

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "pagetide/clock.h"

#include "../../src/probe/scan.h"

/* Each call of a reader takes this long. */
#define CALL_NS		NS_PER_MS
#define T0_NS		(10 * NS_PER_S)
#define MAX_PAGES	5000

/* Pages in layers, as the readers find them. */
struct world {
	uint64_t	first;		/* page of state[0] */
	uint64_t	pages;
	uint8_t		state[MAX_PAGES];	/* 1 cached, 2 mapped, 4 dirty,
						   8 unknown */
	uint64_t	chunk;		/* most pages of a runs call */
	unsigned	calls;
};

enum { C = 1, M = 2, D = 4, U = 8 };

static inline uint64_t
draw(uint64_t *state)
{
	*state = *state * UINT64_C(6364136223846793005) + 1442695040888963407;
	return *state >> 33;
}

static inline unsigned
layers_of(unsigned state)
{
	return (state & C ? LAYER_BIT(LAYER_CACHED) : 0) |
	    (state & M ? LAYER_BIT(LAYER_MAPPED) : 0) |
	    (state & D ? LAYER_BIT(LAYER_DIRTY) : 0);
}

static inline uint64_t
world_runs(struct world *w, uint64_t page, uint64_t end, unsigned layers,
    struct scan_sink *sink)
{
	uint64_t to = end - page < w->chunk ? end : page + w->chunk, i;
	unsigned state;

	w->calls++;
	clock_advance(CALL_NS);
	assert_true(page >= w->first && end <= w->first + w->pages);
	for (i = page; i < to; i++) {
		state = w->state[i - w->first];
		if (state & U)
			sink->put(sink, i, 1, SCAN_UNKNOWN);
		else if (layers_of(state) & layers)
			sink->put(sink, i, 1, layers_of(state) & layers);
	}
	return to;
}

static inline uint64_t
cached_runs(void *self, uint64_t page, uint64_t end, struct scan_sink *sink)
{
	return world_runs(self, page, end, LAYER_BIT(LAYER_CACHED), sink);
}

static inline uint64_t
mapped_runs(void *self, uint64_t page, uint64_t end, struct scan_sink *sink)
{
	return world_runs(self, page, end, LAYER_BIT(LAYER_MAPPED), sink);
}

static inline int
world_count(void *self, uint64_t page, uint64_t n,
    uint64_t pages[LAYER_COUNT])
{
	struct world *w = self;
	uint64_t i;
	unsigned state;

	w->calls++;
	clock_advance(CALL_NS);
	assert_true(page >= w->first && page + n <= w->first + w->pages);
	for (i = page; i < page + n; i++) {
		state = w->state[i - w->first];
		if (state & U)
			return -EIO;
		pages[LAYER_CACHED] += (state & C) != 0;
		pages[LAYER_DIRTY] += (state & D) != 0;
	}
	return 0;
}

static const struct scan_reader by_runs = {
	.name = "runs",
	.layers = LAYER_BIT(LAYER_CACHED),
	.runs = cached_runs,
};

static const struct scan_reader by_tables = {
	.name = "tables",
	.layers = LAYER_BIT(LAYER_MAPPED),
	.runs = mapped_runs,
};

static struct world world;

static inline void
world_make(uint64_t first, uint64_t pages, uint64_t seed)
{
	uint64_t i, len = 0;
	unsigned state = 0;

	memset(&world, 0, sizeof world);
	world.first = first;
	world.pages = pages;
	world.chunk = 1 + draw(&seed) % 700;
	for (i = 0; i < pages; i++) {
		if (len-- == 0) {
			len = draw(&seed) % (1 + draw(&seed) % 300);
			state = draw(&seed) % 8;
		}
		world.state[i] = state;
	}
}

static inline uint64_t
truth(uint64_t first, uint64_t n, unsigned bit)
{
	uint64_t i, count = 0;

	for (i = first; i < first + n; i++)
		count += (world.state[i - world.first] & bit) != 0;
	return count;
}

/* Every cell of the layer equals the world, or is unknown if a page is. */
static inline void
assert_layer(const struct cells *c, enum layer l, unsigned bit)
{
	uint64_t page, n;
	size_t i;

	for (i = 0; i < c->n; i++) {
		page = cells_page(c, i);
		n = cells_pages(c, i);
		if (truth(page, n, U) > 0) {
			assert_false(cells_known(c, i, l));
			continue;
		}
		assert_true(cells_known(c, i, l));
		assert_int_equal(c->count[l][i], truth(page, n, bit));
	}
}

static inline int
scan_setup(void **state)
{
	(void)state;
	clock_fix(T0_NS, 0);
	return 0;
}

static inline int
scan_teardown(void **state)
{
	(void)state;
	clock_release();
	return 0;
}

static inline void
begin(struct scan *s, unsigned shift, const struct scan_reader *cache)
{
	scan_init(s);
	scan_shape(s, world.first, world.pages, shift);
	scan_set_reader(s, SCAN_CACHE, cache, &world);
	scan_set_reader(s, SCAN_TABLES, &by_tables, &world);
}

/* One call of a reader a step. */
static inline unsigned
run_sliced(struct scan *s)
{
	unsigned steps = 1;

	while (!scan_step(s, clock_now_ns() + 1)) {
		steps++;
		assert_true(steps < 100000);
	}
	return steps;
}

#endif
