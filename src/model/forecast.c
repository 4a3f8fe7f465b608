#include "config.h"

#include "pagetide/forecast.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "pagetide/advice.h"
#include "pagetide/cells.h"
#include "pagetide/effect.h"
#include "pagetide/mapspec.h"
#include "pagetide/order.h"
#include "pagetide/pattern.h"
#include "pagetide/sample.h"
#include "pagetide/strbuf.h"
#include "pagetide/xalloc.h"

/* Gone through touch by touch, at most. */
#define TOUCHES_MAX	1000000

/* Does one pass touch every page of the first *n pages, and are there no
 * others in later passes? */
static bool
covers(const struct pattern_spec *spec, uint64_t *n)
{
	static const bool whole[PATTERN_COUNT] = {
		[PATTERN_SEQUENTIAL] = true,
		[PATTERN_BACKWARD] = true,
		[PATTERN_PERMUTATION] = true,
		[PATTERN_LOOP] = true,
	};

	*n = pattern_pass_touches(spec);
	return whole[spec->kind] &&
	    (spec->max_touches == 0 || spec->max_touches >= *n);
}

/* From the totals of n pages. A write makes a copy of a page that is mapped,
 * too. */
static bool
add_range(struct forecast *f, const struct pattern_spec *spec,
    const struct sample *s, uint64_t n, uint64_t since_ns)
{
	uint64_t first = spec->first_page, cached, mapped = 0;

	if (!sample_count(s, LAYER_CACHED, first, n, since_ns, &cached))
		return false;
	if (spec->op != TOUCH_WRITE &&
	    !sample_count(s, LAYER_MAPPED, first, n, since_ns, &mapped))
		return false;
	if (mapped > cached)
		return false;
	f->minor = cached - mapped;
	f->major = n - cached;
	return true;
}

/* The first touch of a page; false: one of its layers is not known. */
static bool
add_page(struct forecast *f, const struct cells *c, size_t i, bool write)
{
	if (!cells_known(c, i, LAYER_CACHED) ||
	    (!write && !cells_known(c, i, LAYER_MAPPED)))
		return false;
	if (!write && c->count[LAYER_MAPPED][i] > 0)
		return true;
	if (c->count[LAYER_CACHED][i] > 0)
		f->minor++;
	else
		f->major++;
	return true;
}

/* Goes through the walk; each page counts once. */
static bool
add_walk(struct forecast *f, const struct pattern_spec *spec,
    const struct cells *c)
{
	unsigned char *seen = xcalloc(c->n, 1);
	struct pattern p;
	uint64_t page;
	bool ok = pattern_start(&p, spec) == 0;

	while (ok && pattern_next(&p, &page)) {
		if (seen[page - spec->first_page]++ == 0)
			ok = add_page(f, c, page - spec->first_page,
			    spec->op == TOUCH_WRITE);
		seen[page - spec->first_page] = 1;
		ok = ok && p.done <= TOUCHES_MAX;
	}
	free(seen);
	return ok;
}

static bool
by_pages(struct forecast *f, const struct pattern_spec *spec,
    const struct sample *s, uint64_t since_ns)
{
	struct cells c;
	bool ok;

	if (spec->n_pages > FORECAST_PAGES_MAX || s->scan.pass_ns < since_ns)
		return false;
	cells_init(&c);
	cells_reshape(&c, spec->first_page, spec->n_pages, 0);
	sample_project(s, &c);
	ok = add_walk(f, spec, &c);
	cells_done(&c);
	return ok;
}

/* A walk is cut at the end of the mapping. */
static bool
is_mapped(const struct worker_facts *w, const struct pattern_spec *spec)
{
	return spec->first_page >= w->map_first_page &&
	    spec->first_page + spec->n_pages <=
	    w->map_first_page + w->map_pages;
}

/* Is the first touch of a page one whose fault follows from the layers? Of
 * writes those that make a copy: of a shared page nobody says whether it may
 * be written already. */
static bool
is_told(const struct pattern_spec *spec, const struct sample *s)
{
	/* Chunked walks change the layers themselves. */
	if (spec->kind == PATTERN_CHUNKED || s->total[LAYER_PRIVATE] > 0)
		return false;
	return spec->op == TOUCH_READ || (spec->op == TOUCH_WRITE &&
	    mapspec_makes_copies(s->worker.map_flags) &&
	    (s->worker.map_flags & MAP_SPEC_ANON) == 0 &&
	    (s->total_known & LAYER_BIT(LAYER_PRIVATE)) != 0);
}

/* Later passes of these touch no other pages. */
static struct pattern_spec
one_pass(const struct pattern_spec *spec)
{
	struct pattern_spec once = *spec;

	if (spec->kind != PATTERN_RANDOM && spec->kind != PATTERN_HOTSPOT)
		once.passes = 1;
	return once;
}

void
forecast_make(struct forecast *f, const struct pattern_spec *spec,
    const struct sample *s, uint64_t since_ns)
{
	struct pattern_spec once = one_pass(spec);
	uint64_t n;
	unsigned flags, differ;

	memset(f, 0, sizeof *f);
	f->page_bytes = s->target.page_bytes;
	f->single = spec->kind == PATTERN_SINGLE;
	f->not_random = sample_vmflags(s, spec->first_page, spec->n_pages,
	    &flags, &differ) && !((flags | differ) & VMF_RAND);
	if (!is_told(spec, s) || !is_mapped(&s->worker, spec))
		return;
	if (covers(&once, &n))
		f->known = add_range(f, spec, s, n, since_ns);
	else
		f->known = by_pages(f, &once, s, since_ns);
}

/* More was read than the pages of the major faults. */
static bool
is_readahead(const struct forecast *f, const struct effect *e, int64_t major)
{
	int64_t read;

	return f->not_random && (uint64_t)major < f->major &&
	    effect_delta(e, COUNTER_READ_BYTES, &read) &&
	    read > major * (int64_t)f->page_bytes;
}

/* More pages were mapped than there were faults. */
static bool
is_around(const struct forecast *f, const struct effect *e, int64_t faults)
{
	int64_t mapped;

	return (uint64_t)faults < f->minor + f->major &&
	    effect_delta(e, COUNTER_MAPPED, &mapped) && mapped > faults;
}

/* Almost as many pages came back after reclaim as there were major faults
 * more; of some the kernel loses count. */
static bool
is_again(const struct forecast *f, const struct effect *e, int64_t major)
{
	int64_t more = major - (int64_t)f->major, refaults;

	return more > 0 && effect_delta(e, COUNTER_REFAULTS, &refaults) &&
	    refaults >= more - more / 8;
}

/* What made the faults others than forecast, as far as the facts show it.
 * Where no page was cached fault-around has nothing to map: without readahead
 * alone it would come as forecast. */
static void
add_causes(const struct forecast *f, const struct effect *e,
    struct strbuf *out, bool *without_refaults)
{
	const char *before = "  without ";
	int64_t minor, major;

	if (e->mixed || e->walking || !effect_delta(e, COUNTER_MINOR, &minor) ||
	    !effect_delta(e, COUNTER_MAJOR, &major))
		return;
	if (is_readahead(f, e, major)) {
		strbuf_addf(out, "%sreadahead", before);
		before = f->minor > 0 ? ", " : NULL;
	}
	if (before != NULL && is_around(f, e, minor + major)) {
		strbuf_addf(out, "%sfault-around", before);
		before = ", ";
	}
	*without_refaults = before != NULL && is_again(f, e, major);
	if (*without_refaults)
		strbuf_addf(out, "%srefaults", before);
}

/* Pages came back that reclaim took: a touch that is not the first of its page
 * may cost a fault as well. */
static bool
is_more(const struct effect *e)
{
	int64_t refaults;

	return effect_delta(e, COUNTER_REFAULTS, &refaults) && refaults > 0;
}

void
forecast_text(const struct forecast *f, const struct effect *e,
    struct strbuf *out)
{
	bool without_refaults = false;
	size_t len = out->len;

	/* Of one touch its event says all. */
	if (!f->known || f->single)
		return;
	add_causes(f, e, out, &without_refaults);
	strbuf_addf(out, "%s it would be%s", out->len > len ? "" :
	    "  page by page", !without_refaults && is_more(e) ?
	    " at least" : "");
	if (f->minor > 0)
		strbuf_addf(out, " %" PRIu64 " minor", f->minor);
	if (f->major > 0)
		strbuf_addf(out, " %" PRIu64 " major", f->major);
	if (f->minor + f->major == 0)
		strbuf_adds(out, " no fault");
}
