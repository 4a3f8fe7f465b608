#include "config.h"

#include "pagetide/fake.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "fakepages.h"

#include "pagetide/advice.h"
#include "pagetide/clock.h"
#include "pagetide/xalloc.h"

#define PAGE_BYTES	4096
#define FULL_SPEED	1000000	/* touches a second */

/* When simulated time begins. */
#define START_NS	(1000 * NS_PER_S)
#define START_WALL_NS	(UINT64_C(1767268800) * NS_PER_S)
/* Where the simulated worker maps its file. */
#define MAP_ADDR	UINT64_C(0x7f0000000000)
/* What a scan is said to cost. */
#define SCAN_NS		(200 * NS_PER_US)

struct fake {
	struct fake_pages pages;
	char		 name[32];
	bool		 alive;		/* there is a worker */
	bool		 gap;
	uint64_t	 seq;
	uint64_t	 touches;
	uint64_t	 cursor_page;
	uint64_t	 settled_ns;	/* fake_pages_settle() then */
	unsigned	 wanted;	/* LAYER_BITs that the picture shows */
	struct cells	 grid;
	/* The walk: touch number made is due at base_ns + made / pace. */
	struct pattern	 pattern;
	uint64_t	 next_page;
	bool		 running;
	uint32_t	 walk_seq;
	uint64_t	 walk_touches;
	uint64_t	 pace_per_s;
	uint64_t	 base_ns, made;
	bool		 ended;		/* and not yet told by fake_poll() */
};

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
	if (r->err[0] == EACCES || spec.op > TOUCH_WRITE ||
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

/* Touches due by now, from base_ns on. */
static uint64_t
due(const struct fake *f)
{
	uint64_t pace = f->pace_per_s != 0 ? f->pace_per_s : FULL_SPEED;
	unsigned __int128 n = clock_now_ns() - f->base_ns;

	return (uint64_t)(n * pace / NS_PER_S) + 1;
}

static void
walk(struct fake *f)
{
	uint64_t n = due(f);

	while (f->running && f->made < n) {
		if (f->pattern.spec.op == TOUCH_WRITE)
			fake_pages_store(&f->pages, f->next_page);
		else
			fake_pages_touch(&f->pages, f->next_page);
		f->cursor_page = f->next_page;
		f->touches++;
		f->made++;
		f->walk_touches++;
		f->running = pattern_next(&f->pattern, &f->next_page);
		fake_pages_chunk(&f->pages, &f->pattern);
		f->ended = !f->running;
	}
}

/* The layers that are bits of a page. */
static const struct {
	enum layer	 layer;
	unsigned	 bits;	/* all of them */
} page_layers[] = {
	{ LAYER_CACHED, FAKE_CACHED },
	{ LAYER_MAPPED, FAKE_MAPPED },
	{ LAYER_DIRTY, FAKE_DIRTY },
	{ LAYER_WRITEBACK, FAKE_WRITEBACK },
	{ LAYER_EVICTED, FAKE_EVICTED },
	{ LAYER_RECENT, FAKE_EVICTED },
	{ LAYER_INFLIGHT, FAKE_READING },
	{ LAYER_PRIVATE, FAKE_PRIVATE | FAKE_MAPPED },
};

/* LAYER_BITs that are told at the moment, as by the live source. */
static unsigned
told(const struct fake *f)
{
	unsigned layers = LAYER_ALL & ~LAYER_BIT(LAYER_TOUCHED);

	if (!f->alive)
		layers &= ~(LAYER_BIT(LAYER_MAPPED) |
		    LAYER_BIT(LAYER_LOCKED) | LAYER_BIT(LAYER_PRIVATE));
	if (!(f->wanted & LAYER_BIT(LAYER_INFLIGHT)))
		layers &= ~LAYER_BIT(LAYER_INFLIGHT);
	return layers;
}

static void
measure_page(struct fake *f, size_t i, unsigned layers, uint64_t now)
{
	struct cells *c = &f->grid;
	size_t k;

	for (k = 0; k < sizeof page_layers / sizeof page_layers[0]; k++)
		if (layers & LAYER_BIT(page_layers[k].layer))
			cells_set(c, i, page_layers[k].layer,
			    (f->pages.page[i] & page_layers[k].bits) ==
			    page_layers[k].bits, now);
	cells_set(c, i, LAYER_HOLE, 0, now);
	if (layers & LAYER_BIT(LAYER_LOCKED))
		cells_set(c, i, LAYER_LOCKED,
		    (f->pages.vmflags[i] & VMF_LOCKED) != 0, now);
}

/* Fills the grid, one page a cell, with all that is so now. */
static void
measure(struct fake *f)
{
	uint64_t now = clock_now_ns();
	unsigned layers = told(f);
	size_t i;

	cells_forget(&f->grid, LAYER_ALL);
	for (i = 0; i < FAKE_PAGES; i++)
		measure_page(f, i, layers, now);
}

static int
fake_step(void *self, uint64_t deadline_ns)
{
	(void)deadline_ns;
	measure(self);
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

static void
put(struct counters *c, enum counter which, uint64_t v)
{
	c->v[which] = v;
	c->known |= COUNTER_BIT(which);
}

static void
read_counters(const struct fake *f, struct sample *out)
{
	struct counters *c = &out->counters;

	put(c, COUNTER_SYS_FAULTS, f->pages.minor + f->pages.major);
	put(c, COUNTER_SYS_MAJOR, f->pages.major);
	put(c, COUNTER_CACHED, out->total[LAYER_CACHED]);
	if (!f->alive)
		return;
	put(c, COUNTER_MINOR, f->pages.minor);
	put(c, COUNTER_MAJOR, f->pages.major);
	put(c, COUNTER_READ_BYTES, f->pages.read_pages * PAGE_BYTES);
	put(c, COUNTER_RSS_PAGES, out->total[LAYER_MAPPED]);
	put(c, COUNTER_TOUCHES, f->touches);
	put(c, COUNTER_MAPPED, out->total[LAYER_MAPPED]);
	put(c, COUNTER_PRIVATE, out->total[LAYER_PRIVATE]);
}

static void
read_vmas(const struct fake *f, struct sample *out)
{
	struct vma_range *v = NULL;
	uint64_t i;

	out->vmas_known = f->alive && f->pages.map_pages > 0;
	for (i = 0; i < f->pages.map_pages; i++) {
		if (v == NULL || v->vmflags != f->pages.vmflags[i]) {
			if (out->n_vmas == SAMPLE_VMAS_MAX)
				return;
			v = &out->vma[out->n_vmas++];
			v->first_page = i;
			v->vmflags = f->pages.vmflags[i];
		}
		v->n_pages++;
	}
}

static void
read_by(const struct fake *f, struct scan_facts *s)
{
	int i;

	for (i = 0; i < LAYER_COUNT; i++)
		if (told(f) & LAYER_BIT(i))
			s->by[i] = "fake";
	if (s->by[LAYER_MAPPED] == NULL)
		s->why_not[LAYER_MAPPED] = s->why_not[LAYER_LOCKED] =
		    s->why_not[LAYER_PRIVATE] =
		    "no worker: this is about its mapping";
	if (s->by[LAYER_INFLIGHT] == NULL)
		s->why_not[LAYER_INFLIGHT] =
		    "not measured then: only while its view is on";
}

static void
read_facts(const struct fake *f, struct sample *out)
{
	out->target = (struct target_facts){
		.path = f->name,
		.filesystem = "ext4",
		.size_bytes = (uint64_t)FAKE_PAGES * PAGE_BYTES,
		.pages = FAKE_PAGES,
		.page_bytes = PAGE_BYTES,
		.readahead_bytes = FAKE_RA_PAGES * PAGE_BYTES,
		.readahead_known = true,
		.has_holes_known = true,
	};
	out->worker = (struct worker_facts){
		.alive = f->alive,
		.running = f->running,
		.kind = f->pattern.spec.kind,
		.cursor_known = f->touches > 0,
		.cursor_page = f->cursor_page,
		.pace_per_s = f->pace_per_s,
		.walk_seq = f->walk_seq,
		.latency_known = f->walk_seq != 0,
		.latency = f->pages.latency,
		.map_addr = f->alive && f->pages.map_pages > 0 ? MAP_ADDR : 0,
		.map_pages = f->pages.map_pages,
		.map_flags = f->pages.map_flags,
	};
	out->scan = (struct scan_facts){
		.cached_by = "fake",
		.mapped_by = f->alive ? "fake" : NULL,
		.duration_ns = SCAN_NS,
		.pass_ns = clock_now_ns(),
		.oldest_ns = cells_oldest_ns(&f->grid),
		.complete = true,
	};
	read_by(f, &out->scan);
}

static int
fake_read(void *self, struct sample *out, unsigned *notices)
{
	struct fake *f = self;
	int i;

	if (notices != NULL)
		*notices = 0;
	*out = (struct sample){ .seq = ++f->seq, .t_ns = clock_now_ns(),
		.wall_ns = clock_wall_ns(), .gap = f->gap,
		.overview = &f->grid };
	f->gap = false;
	for (i = 0; i < LAYER_COUNT; i++)
		if (cells_total(&f->grid, i, &out->total[i]))
			out->total_known |= LAYER_BIT(i);
	read_facts(f, out);
	read_counters(f, out);
	read_vmas(f, out);
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
	f->running = false;
	f->alive = worker != NULL;
	f->gap = true;
	measure(f);
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
	measure(f);
	out->ops = &fake_ops;
	out->self = f;
	return f;
}
