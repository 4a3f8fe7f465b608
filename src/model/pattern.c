#include "config.h"

#include "pagetide/pattern.h"

#include <errno.h>
#include <string.h>

const struct pattern_info pattern_table[PATTERN_COUNT] = {
	[PATTERN_SEQUENTIAL] = { "sequential", 'f', "first page to last" },
	[PATTERN_BACKWARD] = { "backward", 'b', "last page to first" },
	[PATTERN_RANDOM] = { "random", 'r', "pages drawn at random, seeded" },
	[PATTERN_STRIDE] = { "stride", 'd', "every n-th page" },
	[PATTERN_SINGLE] = { "single", 't', "the first page, once" },
	[PATTERN_PERMUTATION] = { "permutation", 0,
	    "each page once, in random order" },
	[PATTERN_HOTSPOT] = { "hotspot", 0,
	    "a share of the touches on a share of the pages" },
	[PATTERN_LOOP] = { "loop", 0, "a working set, over and over" },
	[PATTERN_CHUNKED] = { "chunked", 0,
	    "windows: WILLNEED ahead, DONTNEED behind" },
};

const char *const touch_name[TOUCH_COUNT] = {
	[TOUCH_READ] = "load",
	[TOUCH_WRITE] = "write",
	[TOUCH_PREAD] = "pread",
	[TOUCH_READ_CALL] = "read",
};

const char *const chunk_behind_name[BEHIND_COUNT] = {
	[BEHIND_DONTNEED] = "dontneed",
	[BEHIND_EVICT] = "evict",
	[BEHIND_NONE] = "none",
};

/* The length of a pass (NULL: one touch), and the page that comes next. */
struct walk {
	uint64_t	(*touches)(const struct pattern_spec *);
	uint64_t	(*page)(struct pattern *);
};

int
pattern_find(const char *name)
{
	int kind;

	for (kind = 0; kind < PATTERN_COUNT; kind++) {
		if (strcmp(pattern_table[kind].name, name) == 0)
			return kind;
	}
	return -1;
}

/* Pages from one touch to the next. */
static uint64_t
stride_of(const struct pattern_spec *spec)
{
	return spec->stride_pages == 0 ? 1 : spec->stride_pages;
}

/* A touch for each page. */
static uint64_t
touches_all(const struct pattern_spec *spec)
{
	return spec->n_pages;
}

/* As many strides as begin inside the range. */
static uint64_t
touches_stride(const struct pattern_spec *spec)
{
	return (spec->n_pages - 1) / stride_of(spec) + 1;
}

/* The working set, which may be all. */
static uint64_t
touches_set(const struct pattern_spec *spec)
{
	if (spec->set_pages == 0 || spec->set_pages > spec->n_pages)
		return spec->n_pages;
	return spec->set_pages;
}

/* From the first page up. */
static uint64_t
page_forward(struct pattern *p)
{
	return p->spec.first_page + p->in_pass;
}

/* From the last page down. */
static uint64_t
page_backward(struct pattern *p)
{
	return p->spec.first_page + p->spec.n_pages - 1 - p->in_pass;
}

/* Scatters the bits of a word. */
static uint64_t
mix(uint64_t z)
{
	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

/* The next number of splitmix64: any seed will do, and one word is all. */
static uint64_t
rng_next(uint64_t *state)
{
	return mix(*state += UINT64_C(0x9e3779b97f4a7c15));
}

/* 0 to n-1, each as likely: numbers that would favour some are skipped. */
static uint64_t
draw(uint64_t *state, uint64_t n)
{
	uint64_t skip = -n % n, r;

	do
		r = rng_next(state);
	while (r < skip);
	return r % n;
}

/* Any page, with replacement. */
static uint64_t
page_random(struct pattern *p)
{
	return p->spec.first_page + draw(&p->rng, p->spec.n_pages);
}

/* Pages that are hot: their share, rounded up. */
static uint64_t
hot_pages(const struct pattern_spec *spec)
{
	uint64_t n = spec->n_pages, share = spec->hot_pages_permille;

	return n / 1000 * share + (n % 1000 * share + 999) / 1000;
}

/* First hot or not, then which one. */
static uint64_t
page_hotspot(struct pattern *p)
{
	const struct pattern_spec *spec = &p->spec;
	uint64_t hot = hot_pages(spec);
	bool is_hot = draw(&p->rng, 1000) < spec->hot_touches_permille;

	if (is_hot || hot == spec->n_pages)
		return spec->first_page + draw(&p->rng, hot);
	return spec->first_page + hot + draw(&p->rng, spec->n_pages - hot);
}

/*
 * A Feistel network of four rounds: a permutation of the numbers below
 * 2^(2 half_bits), another one for each key.
 */
static uint64_t
feistel(uint64_t x, unsigned half_bits, uint64_t key)
{
	uint64_t mask = (UINT64_C(1) << half_bits) - 1;
	uint64_t left = x >> half_bits, right = x & mask, old;
	int round;

	for (round = 0; round < 4; round++) {
		old = right;
		right = left ^ (mix(mix(key + round) ^ right) & mask);
		left = old;
	}
	return left << half_bits | right;
}

/*
 * The smallest network that has room for all pages (less than four times as
 * many numbers), walked along until a number is a page.
 */
static uint64_t
page_permutation(struct pattern *p)
{
	uint64_t n = p->spec.n_pages, x = p->in_pass;
	uint64_t key = mix(mix(p->spec.seed) + p->pass);
	unsigned half_bits = 1;

	while (half_bits < 32 && (n - 1) >> 2 * half_bits != 0)
		half_bits++;
	do
		x = feistel(x, half_bits, key);
	while (x >= n);
	return p->spec.first_page + x;
}

/* From the first page up by strides. */
static uint64_t
page_stride(struct pattern *p)
{
	return p->spec.first_page + p->in_pass * stride_of(&p->spec);
}

static const struct walk walk_table[PATTERN_COUNT] = {
	[PATTERN_SEQUENTIAL] = { touches_all, page_forward },
	[PATTERN_BACKWARD] = { touches_all, page_backward },
	[PATTERN_RANDOM] = { touches_all, page_random },
	[PATTERN_STRIDE] = { touches_stride, page_stride },
	[PATTERN_SINGLE] = { NULL, page_forward },
	[PATTERN_PERMUTATION] = { touches_all, page_permutation },
	[PATTERN_HOTSPOT] = { touches_all, page_hotspot },
	[PATTERN_LOOP] = { touches_set, page_forward },
	[PATTERN_CHUNKED] = { touches_all, page_forward },
};

/* Does what only this kind needs make sense? */
static bool
is_sound(const struct pattern_spec *spec)
{
	if (spec->kind == PATTERN_HOTSPOT)
		return spec->hot_pages_permille >= 1 &&
		    spec->hot_pages_permille <= 1000 &&
		    spec->hot_touches_permille <= 1000;
	if (spec->kind == PATTERN_CHUNKED)
		return spec->window_pages > 0 && spec->behind < BEHIND_COUNT;
	return true;
}

int
pattern_start(struct pattern *p, const struct pattern_spec *spec)
{
	if (spec->kind >= PATTERN_COUNT || spec->n_pages == 0 ||
	    spec->first_page > UINT64_MAX - spec->n_pages ||
	    spec->op >= TOUCH_COUNT || !is_sound(spec))
		return -EINVAL;
	memset(p, 0, sizeof *p);
	p->spec = *spec;
	p->rng = spec->seed;
	if (spec->kind == PATTERN_SINGLE)
		p->spec.passes = 1;
	return 0;
}

uint64_t
pattern_pass_touches(const struct pattern_spec *spec)
{
	const struct walk *walk = &walk_table[spec->kind];

	return walk->touches == NULL ? 1 : walk->touches(spec);
}

uint64_t
pattern_reach(const struct pattern_spec *spec)
{
	uint64_t reach = pattern_pass_touches(spec);

	if (spec->max_touches != 0 && spec->max_touches < reach)
		return spec->max_touches;
	return reach;
}

bool
pattern_next(struct pattern *p, uint64_t *page)
{
	const struct pattern_spec *spec = &p->spec;

	p->over = spec->max_touches != 0 && p->done >= spec->max_touches;
	if (p->over)
		return false;
	if (p->in_pass == pattern_pass_touches(spec)) {
		p->in_pass = 0;
		p->pass++;
	}
	p->over = spec->passes != 0 && p->pass >= spec->passes;
	if (p->over)
		return false;
	*page = walk_table[spec->kind].page(p);
	p->in_pass++;
	p->done++;
	return true;
}

/* The window that begins at page at of the range: its pages, 0 past the end. */
static uint64_t
window_at(const struct pattern_spec *spec, uint64_t at)
{
	uint64_t left;

	if (at >= spec->n_pages)
		return 0;
	left = spec->n_pages - at;
	return left < spec->window_pages ? left : spec->window_pages;
}

/* The window of the touch before the one at in_pass - 1, or of the last one
 * when the walk is over. */
static void
leave_window(const struct pattern *p, uint64_t touched, struct chunk *c)
{
	const struct pattern_spec *spec = &p->spec;
	uint64_t at = touched / spec->window_pages * spec->window_pages;

	c->behind_first = spec->first_page + at;
	c->behind_pages = window_at(spec, at);
}

bool
pattern_chunk(const struct pattern *p, struct chunk *c)
{
	const struct pattern_spec *spec = &p->spec;
	uint64_t window = spec->window_pages, at = p->in_pass - 1, next;

	memset(c, 0, sizeof *c);
	if (spec->kind != PATTERN_CHUNKED)
		return false;
	if (p->over) {
		leave_window(p, p->in_pass == 0 ? spec->n_pages - 1 : at, c);
		return true;
	}
	if (at % window != 0)
		return false;
	if (p->done > 1)
		leave_window(p, at == 0 ? spec->n_pages - 1 : at - 1, c);
	/* A pass begins with two windows: the first, and the one after it. */
	next = at == 0 ? 0 : at + window_at(spec, at);
	c->ahead_first = spec->first_page + next;
	c->ahead_pages = window_at(spec, next);
	if (at == 0)
		c->ahead_pages += window_at(spec, c->ahead_pages);
	return true;
}
