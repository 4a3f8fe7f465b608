#include "config.h"

#include "pagetide/fake.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fakefacts.h"
#include "fakeown.h"
#include "fakewhy.h"

#include "pagetide/advice.h"
#include "pagetide/clock.h"
#include "pagetide/workset.h"
#include "pagetide/xalloc.h"

#define FULL_SPEED	1000000	/* touches a second */

/* When simulated time begins. */
#define START_NS	(1000 * NS_PER_S)
#define START_WALL_NS	(UINT64_C(1767268800) * NS_PER_S)

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

/* Touches a page and goes to the next, if there is one. */
static void
advance(struct fake *f)
{
	struct fake_look look;

	f->touched = (struct one_touch){ .page = f->next_page };
	fakewhy_before(f, &look);
	touch(f);
	f->touched.kind = f->pages.paid;
	f->touched.ns = f->pages.paid_ns;
	f->touched.read_bytes = (f->pages.read_pages - look.read_pages) *
	    FAKE_PAGE_BYTES;
	fakewhy_after(f, &look);
	f->touches++;
	f->made++;
	f->walk_touches++;
	f->running = pattern_next(&f->pattern, &f->next_page);
	fake_pages_chunk(&f->pages, &f->pattern);
	f->ended = !f->running;
}

static void
walk(struct fake *f)
{
	uint64_t n = due(f);

	while (f->running && !f->paused && f->made < n)
		advance(f);
}

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
	uint64_t n = o->n_pages, first = o->first_page, step, all;
	const struct advice *a;

	if (o->advice >= advice_count || !clamp(f, first, &n))
		return;
	all = n;
	fakeown_before(f, o, first, n, &r->own);
	a = &advice_table[o->advice];
	step = a->call == ADVICE_CHUNKS ? o->chunk_pages : n;
	for (; n > 0 && step > 0; first += step, n -= step) {
		if (step > n)
			step = n;
		fake_pages_advise(&f->pages, a->name, first, step, r->err);
		r->calls += a->call == ADVICE_CHUNKS;
	}
	fakeown_after(f, o->first_page, all, &r->own);
	fakeown_price(r);
	fakeown_wait(f, o->first_page, all, r);
}

static void
order_map(struct fake *f, const struct order *o, struct report *r)
{
	f->running = f->wait.on = false;
	memset(f->slot, 0, sizeof f->slot);
	fakeown_before(f, o, o->first_page, o->n_pages, &r->own);
	r->err[0] = fake_pages_map_as(&f->pages, o->map_flags,
	    o->first_page == 0 ? o->n_pages : 0);
	fakeown_after(f, o->first_page, o->n_pages, &r->own);
	fakeown_price(r);
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
	f->paused = spec.paused != 0;
	f->walk_seq = o->seq;
	f->walk_touches = 0;
	f->pages.latency = (struct latency){ 0 };
	f->pages.paths = (struct path_counts){ .by = WHY_BY_LOOKS,
		.one_of = 1 };
	f->pace_per_s = o->pace_per_s;
	f->base_ns = clock_now_ns();
	f->made = 0;
	fake_pages_chunk(&f->pages, &f->pattern);
	f->wait.touch = (struct own){ 0 };
	if (spec.kind == PATTERN_SINGLE)
		fakeown_before(f, o, 0, FAKE_PAGES, &f->wait.touch);
	/* As the worker does: one touch is made in its turn. */
	if (spec.kind == PATTERN_SINGLE && !f->paused)
		advance(f);
	r->err[0] = 0;
}

static void
order_stop(struct fake *f, const struct order *o, struct report *r)
{
	(void)o;
	f->running = false;
	r->err[0] = 0;
}

/* Going on the next touch is due at once. */
static void
order_pause(struct fake *f, const struct order *o, struct report *r)
{
	r->err[0] = f->running ? 0 : ESRCH;
	f->paused = o->pause == PAUSE_TOGGLE ? !f->paused :
	    o->pause == PAUSE_ON;
	f->base_ns = clock_now_ns();
	f->made = 0;
}

static void
order_step(struct fake *f, const struct order *o, struct report *r)
{
	order_pause(f, &(struct order){ .pause = PAUSE_ON }, r);
	if (r->err[0] != 0)
		return;
	fakeown_before(f, o, 0, FAKE_PAGES, &r->own);
	advance(f);
	fakeown_after(f, 0, FAKE_PAGES, &r->own);
	r->touched = f->touched;
}

/* What a signal costs until it is handled. */
#define SIGNAL_NS	1500

static void
order_trespass(struct fake *f, const struct order *o, struct report *r)
{
	static const struct { int signal, code; } got[TRESPASS_COUNT] = {
		[TRESPASS_BEYOND] = { SIGBUS, BUS_ADRERR },
		[TRESPASS_UNMAPPED] = { SIGSEGV, SEGV_MAPERR },
		[TRESPASS_WRITE] = { SIGSEGV, SEGV_ACCERR },
	};
	uint64_t page = FAKE_PAGES, n = 1;

	if (o->trespass >= TRESPASS_COUNT)
		return;
	if (o->trespass == TRESPASS_WRITE)
		page = o->first_page;
	if (o->trespass == TRESPASS_WRITE && (!clamp(f, page, &n) ||
	    (f->pages.map_flags & MAP_SPEC_WRITE) != 0))
		return;
	r->err[0] = EFAULT;
	r->touched = (struct one_touch){ .page = page, .ns = SIGNAL_NS,
		.trespass = o->trespass, .signal = got[o->trespass].signal,
		.code = got[o->trespass].code,
		.addr = FAKE_MAP_ADDR + page * FAKE_PAGE_BYTES };
	fakewhy_signal(f, &r->touched);
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
		[ORDER_PAUSE] = order_pause,
		[ORDER_STEP] = order_step,
		[ORDER_TRESPASS] = order_trespass,
		[ORDER_PACE] = order_pace,
		[ORDER_QUIT] = order_quit,
	};

	*r = (struct report){ .seq = o->seq, .op = o->op,
		.err = { EINVAL, -1 } };
	r->begin_ns = r->end_ns = clock_now_ns();
	if (f->alive && o->op < sizeof obey / sizeof obey[0])
		obey[o->op](f, o, r);
	r->paused = f->running && f->paused;
}

bool
fake_poll(struct fake *f, struct report *r)
{
	if (fakeown_arrived(f, false, r))
		return true;
	if (!f->ended)
		return false;
	f->ended = false;
	fakeown_after(f, 0, FAKE_PAGES, &f->wait.touch);
	*r = (struct report){ .seq = f->walk_seq, .op = ORDER_WORK, .done = 1,
		.err = { 0, -1 }, .touches = f->walk_touches };
	if (f->pattern.spec.kind == PATTERN_SINGLE)
		r->touched = f->touched;
	r->own = f->wait.touch;
	r->begin_ns = r->end_ns = clock_now_ns();
	return true;
}

bool
fake_cut(struct fake *f, struct report *r)
{
	return fakeown_arrived(f, true, r);
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

	if (now > f->passed_ns)
		fake_pages_pass_time(&f->pages);
	f->passed_ns = now;
	f->begun = true;
	walk(f);
}

static int
fake_read(void *self, struct sample *out, unsigned *notices)
{
	struct fake *f = self;

	if (notices != NULL)
		*notices = 0;
	f->seq += f->begun;
	*out = (struct sample){ .seq = f->seq, .t_ns = clock_now_ns(),
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
fake_set_subject(void *self, const struct subject *subject)
{
	struct fake *f = self;

	fake_pages_map(&f->pages, FAKE_PAGES);
	memset(f->slot, 0, sizeof f->slot);
	f->running = false;
	f->alive = subject != NULL;
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

static void
fake_act_outside(void *self, uint64_t first_page, uint64_t n_pages, bool write)
{
	if (write)
		fake_outside_write(self, first_page, n_pages);
	else
		fake_outside(self, first_page, n_pages);
}

static const struct source_ops fake_ops = {
	.name = "fake",
	.steps_clock = true,
	.step = fake_step,
	.begin = fake_begin,
	.read = fake_read,
	.look = fake_look,
	.want = fake_want,
	.set_subject = fake_set_subject,
	.file = fake_file,
	.window = fake_window,
	.touch_flags = fake_touch_flags,
	.outside = fake_act_outside,
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
	f->passed_ns = clock_now_ns();
	cells_init(&f->grid);
	cells_reshape(&f->grid, 0, FAKE_PAGES, 0);
	fakefacts_measure(f);
	out->ops = &fake_ops;
	out->self = f;
	return f;
}
