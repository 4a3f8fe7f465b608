#include "config.h"

#include "pagetide/pattern.h"

#include <errno.h>
#include <string.h>

const struct pattern_info pattern_table[PATTERN_COUNT] = {
	[PATTERN_SEQUENTIAL] = { "sequential", "first page to last" },
	[PATTERN_BACKWARD] = { "backward", "last page to first" },
	[PATTERN_RANDOM] = { "random", "pages drawn by chance, seeded" },
	[PATTERN_STRIDE] = { "stride", "every n-th page" },
	[PATTERN_SINGLE] = { "single", "the first page, once" },
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

/* The next number of splitmix64: any seed will do, and one word is all. */
static uint64_t
rng_next(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

/* Every page is as likely: the numbers that would favour some are skipped. */
static uint64_t
page_random(struct pattern *p)
{
	uint64_t n = p->spec.n_pages, skip = -n % n, r;

	do
		r = rng_next(&p->rng);
	while (r < skip);
	return p->spec.first_page + r % n;
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
};

int
pattern_start(struct pattern *p, const struct pattern_spec *spec)
{
	if (spec->kind >= PATTERN_COUNT || spec->n_pages == 0 ||
	    spec->first_page > UINT64_MAX - spec->n_pages)
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

bool
pattern_next(struct pattern *p, uint64_t *page)
{
	const struct pattern_spec *spec = &p->spec;

	if (spec->max_touches != 0 && p->done >= spec->max_touches)
		return false;
	if (p->in_pass == pattern_pass_touches(spec)) {
		p->in_pass = 0;
		p->pass++;
	}
	if (spec->passes != 0 && p->pass >= spec->passes)
		return false;
	*page = walk_table[spec->kind].page(p);
	p->in_pass++;
	p->done++;
	return true;
}
