#include "config.h"

#include "pagetide/fake.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fakefacts.h"

#include "pagetide/advice.h"
#include "pagetide/clock.h"
#include "pagetide/workset.h"
#include "pagetide/xalloc.h"

#define FULL_SPEED	1000000	/* touches a second */

/* When simulated time begins. */
#define START_NS	(1000 * NS_PER_S)
#define START_WALL_NS	(UINT64_C(1767268800) * NS_PER_S)

/* Cuts a range at the mapping's end; false: nothing of it is inside. */
static bool
clamp(const struct fake *f, uint64_t first, uint64_t *n)
{
	uint64_t pages = f->pages.map_pages;

	if (first >= pages || *n == 0)
		return false;
	if (*n > pages - first)
		*n = pages - first;
	return true;
}

static void
order_advise(struct fake *f, const struct order *o, struct report *r)
{
	uint64_t n = o->n_pages, first = o->first_page, step;
	const struct advice *a;

	if (o->advice >= advice_count || !clamp(f, first, &n))
		return;
	a = &advice_table[o->advice];
	step = a->call == ADVICE_CHUNKS ? o->chunk_pages : n;
	for (; n > 0 && step > 0; first += step, n -= step) {
		if (step > n)
			step = n;
		fake_pages_advise(&f->pages, a->name, first, step, r->err);
		r->calls += a->call == ADVICE_CHUNKS;
	}
}

static void
order_map(struct fake *f, const struct order *o, struct report *r)
{
	f->running = false;
	memset(f->slot, 0, sizeof f->slot);
	r->err[0] = fake_pages_map_as(&f->pages, o->map_flags,
	    o->first_page == 0 ? o->n_pages : 0);
}

static void
order_work(struct fake *f, const struct order *o, struct report *r)
{
	struct pattern_spec spec = o->work;
	struct pattern pattern;
	uint64_t page;

	if (spec.op == TOUCH_WRITE && !(f->pages.map_flags & MAP_SPEC_WRITE))
		r->err[0] = EACCES;
	if (r->err[0] == EACCES || spec.op >= TOUCH_COUNT ||
	    !clamp(f, spec.first_page, &spec.n_pages) ||
	    pattern_start(&pattern, &spec) != 0 ||
	    !pattern_next(&pattern, &page))
		return;
	f->pattern = pattern;
	f->next_page = page;
	f->running = true;
	f->walk_seq = o->seq;
	f->walk_touches = 0;
	f->pages.latency = (struct latency){ 0 };
	f->pace_per_s = o->pace_per_s;
	f->base_ns = clock_now_ns();
	f->made = 0;
	fake_pages_chunk(&f->pages, &f->pattern);
	r->err[0] = 0;
}

static void
order_stop(struct fake *f, const struct order *o, struct report *r)
{
	(void)o;
	f->running = false;
	r->err[0] = 0;
}

/* The next touch is due one new period from now. */
static void
order_pace(struct fake *f, const struct order *o, struct report *r)
{
	f->pace_per_s = o->pace_per_s;
	f->base_ns = clock_now_ns();
	f->made = 1;
	r->err[0] = 0;
}

static void
order_quit(struct fake *f, const struct order *o, struct report *r)
{
	(void)o;
	fake_pages_map(&f->pages, 0);
	f->running = f->alive = false;
	r->err[0] = 0;
}

void
fake_order(struct fake *f, const struct order *o, struct report *r)
{
	static void (*const obey[])(struct fake *, const struct order *,
	    struct report *) = {
		[ORDER_MAP] = order_map,
		[ORDER_ADVISE] = order_advise,
		[ORDER_WORK] = order_work,
		[ORDER_STOP] = order_stop,
		[ORDER_PACE] = order_pace,
		[ORDER_QUIT] = order_quit,
	};

	*r = (struct report){ .seq = o->seq, .op = o->op,
		.err = { EINVAL, -1 } };
	r->begin_ns = r->end_ns = clock_now_ns();
	if (f->alive && o->op < sizeof obey / sizeof obey[0])
		obey[o->op](f, o, r);
}

bool
fake_poll(struct fake *f, struct report *r)
{
	if (!f->ended)
		return false;
	f->ended = false;
	*r = (struct report){ .seq = f->walk_seq, .op = ORDER_WORK, .done = 1,
		.err = { 0, -1 }, .touches = f->walk_touches };
	r->begin_ns = r->end_ns = clock_now_ns();
	return true;
}

void
fake_outside(struct fake *f, uint64_t first_page, uint64_t n_pages)
{
	fake_pages_bring(&f->pages, first_page, n_pages, n_pages);
}

void
fake_outside_write(struct fake *f, uint64_t first_page, uint64_t n_pages)
{
	fake_pages_write(&f->pages, first_page, n_pages);
}

static uint64_t
pace(const struct fake *f)
{
	return f->pace_per_s != 0 ? f->pace_per_s : FULL_SPEED;
}

/* Touches due by now, from base_ns on. */
static uint64_t
due(const struct fake *f)
{
	unsigned __int128 n = clock_now_ns() - f->base_ns;

	return (uint64_t)(n * pace(f) / NS_PER_S) + 1;
}

/* Touches the next page, at the time when that is due. */
static void
touch(struct fake *f)
{
	static void (*const ways[TOUCH_COUNT])(struct fake_pages *,
	    uint64_t) = {
		[TOUCH_READ] = fake_pages_touch,
		[TOUCH_WRITE] = fake_pages_store,
		[TOUCH_PREAD] = fake_pages_read,
		[TOUCH_READ_CALL] = fake_pages_read,
	};
	unsigned __int128 since_ns = f->made;

	since_ns = since_ns * NS_PER_S / pace(f);
	ways[f->pattern.spec.op](&f->pages, f->next_page);
	f->slot[f->next_page] = workset_slot(f->base_ns + (uint64_t)since_ns);
	f->cursor_page = f->next_page;
}

static void
walk(struct fake *f)
{
	uint64_t n = due(f);

	while (f->running && f->made < n) {
		touch(f);
		f->touches++;
		f->made++;
		f->walk_touches++;
		f->running = pattern_next(&f->pattern, &f->next_page);
		fake_pages_chunk(&f->pages, &f->pattern);
		f->ended = !f->running;
	}
}

static int
fake_step(void *self, uint64_t deadline_ns)
{
	(void)deadline_ns;
	fakefacts_measure(self);
	return 1;
}

static void
fake_begin(void *self)
{
	struct fake *f = self;
	uint64_t now = clock_now_ns();

	if (now > f->settled_ns)
		fake_pages_settle(&f->pages);
	f->settled_ns = now;
	walk(f);
}

static int
fake_read(void *self, struct sample *out, unsigned *notices)
{
	struct fake *f = self;

	if (notices != NULL)
		*notices = 0;
	*out = (struct sample){ .seq = ++f->seq, .t_ns = clock_now_ns(),
		.wall_ns = clock_wall_ns(), .gap = f->gap };
	f->gap = false;
	fakefacts_read(f, out);
	return 0;
}

/* The overview has a cell for each page: there is nothing finer. */
static void
fake_look(void *self, uint64_t first_page, uint64_t pages, unsigned shift)
{
	(void)self;
	(void)first_page;
	(void)pages;
	(void)shift;
}

static void
fake_want(void *self, unsigned layers)
{
	struct fake *f = self;

	f->wanted = layers;
}

static void
fake_set_worker(void *self, const struct source_worker *worker)
{
	struct fake *f = self;

	fake_pages_map(&f->pages, FAKE_PAGES);
	memset(f->slot, 0, sizeof f->slot);
	f->running = false;
	f->alive = worker != NULL;
	f->gap = true;
	fakefacts_measure(f);
}

static void
fake_window(void *self, uint64_t window_ns)
{
	struct fake *f = self;

	f->window_ns = window_ns;
}

static int
fake_file(void *self)
{
	(void)self;
	return -1;
}

/* Its VmFlags are read anew for each sample anyway. */
static void
fake_touch_flags(void *self)
{
	(void)self;
}

static void
fake_close(void *self)
{
	struct fake *f = self;

	cells_done(&f->grid);
	free(f);
	clock_release();
}

static const struct source_ops fake_ops = {
	.name = "fake",
	.step = fake_step,
	.begin = fake_begin,
	.read = fake_read,
	.look = fake_look,
	.want = fake_want,
	.set_worker = fake_set_worker,
	.file = fake_file,
	.window = fake_window,
	.touch_flags = fake_touch_flags,
	.close = fake_close,
};

struct fake *
fake_open(struct source *out, uint64_t seed)
{
	struct fake *f = xcalloc(1, sizeof *f);

	clock_fix(START_NS, START_WALL_NS);
	snprintf(f->name, sizeof f->name, "fake-%" PRIu64, seed);
	fake_pages_seed(&f->pages, seed);
	fake_pages_map(&f->pages, FAKE_PAGES);
	f->alive = f->gap = true;
	f->settled_ns = clock_now_ns();
	cells_init(&f->grid);
	cells_reshape(&f->grid, 0, FAKE_PAGES, 0);
	fakefacts_measure(f);
	out->ops = &fake_ops;
	out->self = f;
	return f;
}
