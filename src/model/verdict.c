#include "config.h"

#include "pagetide/verdict.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "pagetide/advice.h"

/* Pages that all CPUs together may have in batches, and far more. */
#define BATCHES_MAX 256

/* Is the layer known before the call, and after it? */
static bool
known(const struct verdict_facts *f, enum layer l)
{
	return (f->before.known & f->after.known & LAYER_BIT(l)) != 0;
}

/* Nearly all of them: reclaim may take a page at any time. */
static bool
nearly(uint64_t n, uint64_t of)
{
	return n >= of - of / 100;
}

static bool
made(const struct verdict_facts *f)
{
	return f->err[0] == 0 && f->err[1] <= 0;
}

/* There were pages in the cache, and they are still there. */
static bool
cache_kept(const struct verdict_facts *f)
{
	uint64_t before = f->before.count[LAYER_CACHED];

	return made(f) && known(f, LAYER_CACHED) && before > 0 &&
	    nearly(f->after.count[LAYER_CACHED], before);
}

/* Were nearly all cached pages of this layer, too? */
static bool
cached_were(const struct verdict_facts *f, enum layer l)
{
	return (f->before.known & LAYER_BIT(l)) != 0 &&
	    nearly(f->before.count[l], f->before.count[LAYER_CACHED]);
}

static bool
is_locked(const struct verdict_facts *f)
{
	return f->flags_known && (f->vmflags & VMF_LOCKED) != 0;
}

/* Conditions of the rules. */

static bool
locked_refuse(const struct verdict_facts *f)
{
	return f->err[0] == EINVAL && is_locked(f);
}

static bool
locked_stay(const struct verdict_facts *f)
{
	return cache_kept(f) && is_locked(f) && cached_were(f, LAYER_MAPPED);
}

static bool
ptes_fell(const struct verdict_facts *f)
{
	return cache_kept(f) && known(f, LAYER_MAPPED) &&
	    f->after.count[LAYER_MAPPED] < f->before.count[LAYER_MAPPED];
}

static bool
none_mapped(const struct verdict_facts *f)
{
	return made(f) && known(f, LAYER_CACHED) && known(f, LAYER_MAPPED) &&
	    f->before.count[LAYER_MAPPED] == 0 &&
	    f->after.count[LAYER_CACHED] > 0;
}

static bool
mapped_stay(const struct verdict_facts *f)
{
	return cache_kept(f) && cached_were(f, LAYER_MAPPED);
}

static bool
dirty_stay(const struct verdict_facts *f)
{
	return cache_kept(f) && cached_were(f, LAYER_DIRTY);
}

/* Nothing of the range was to be written, or being written. */
static bool
is_clean(const struct verdict_facts *f)
{
	static const enum layer layers[] = { LAYER_DIRTY, LAYER_WRITEBACK };

	for (size_t i = 0; i < sizeof layers / sizeof layers[0]; i++)
		if (!known(f, layers[i]) || f->before.count[layers[i]] != 0 ||
		    f->after.count[layers[i]] != 0)
			return false;
	return true;
}

/* The pages had been read (else there were no PTEs), the worker's PTEs went,
 * no folio reaches out of the range, and still they stayed. */
static bool
others_hold(const struct verdict_facts *f)
{
	return cache_kept(f) && is_clean(f) && f->whole &&
	    known(f, LAYER_MAPPED) && cached_were(f, LAYER_MAPPED) && f->after.count[LAYER_MAPPED] == 0;
}

/* Pages that are mapped once, clean and not locked would have gone; some may
 * be in batches on their way to the LRU lists. */
static bool
others_map(const struct verdict_facts *f)
{
	return cache_kept(f) && is_clean(f) && f->flags_known &&
	    !is_locked(f) && cached_were(f, LAYER_MAPPED) &&
	    f->before.count[LAYER_CACHED] >= BATCHES_MAX &&
	    known(f, LAYER_MAPPED) && known(f, LAYER_PRIVATE) &&
	    nearly(f->after.count[LAYER_MAPPED],
		f->before.count[LAYER_MAPPED]) &&
	    f->before.count[LAYER_PRIVATE] == 0;
}

/* More PTEs fell than the range had. */
static bool
folio_stays(const struct verdict_facts *f)
{
	return cache_kept(f) && is_clean(f) && known(f, LAYER_MAPPED) &&
	    f->ptes_fell_known && f->ptes_fell >
	    (int64_t)(f->before.count[LAYER_MAPPED] + f->n_pages / 100);
}

/* Pages that came, of those that were absent and asked for. */
static uint64_t
came(const struct verdict_facts *f, uint64_t *absent)
{
	uint64_t before = f->before.count[LAYER_CACHED];
	uint64_t after = f->after.count[LAYER_CACHED];

	*absent = f->n_pages - before;
	return after > before ? after - before : 0;
}

/* Reclaim leaves shadow entries. */
static bool
none_reclaimed(const struct verdict_facts *f)
{
	return known(f, LAYER_EVICTED) && f->after.count[LAYER_EVICTED] <=
	    f->before.count[LAYER_EVICTED];
}

static bool
cut_short(const struct verdict_facts *f)
{
	uint64_t absent, n;

	if (!made(f) || !known(f, LAYER_CACHED))
		return false;
	n = came(f, &absent);
	return !nearly(n, absent);
}

static const char t_cap[] = "one call reads no more";
static const char t_locked[] = "the range is locked";
static const char t_locked_stay[] = "locked pages stay";
static const char t_cache[] = "the cache keeps the pages";
static const char t_unmapped[] = "walks PTEs only: nothing mapped here";
static const char t_mapped[] = "mapped here: such pages stay";
static const char t_not_written[] = "dirty pages stay: it writes nothing";
static const char t_written[] = "dirty: written now, dropped by a second call";
static const char t_others[] = "others use them, too";
static const char t_folio[] = "part of a large folio: all of it or nothing";

static const char c_unlock[] = "advise munlock";
static const char c_evict[] = "advise evict";
static const char c_chunks[] = "advise willneed-all";
static const char c_write[] = "advise fsync";

/* The first rule of a hint that holds is told. */
static const struct rule {
	const char	*advice;	/* name in advice_table */
	bool		(*holds)(const struct verdict_facts *);
	enum verdict_kind kind;
	const char	*why, *command;
} rules[] = {
	{ "willneed", cut_short, VERDICT_SHORT, t_cap, c_chunks },
	{ "willneed-all", cut_short, VERDICT_SHORT, NULL, NULL },
	{ "fadvise-willneed", cut_short, VERDICT_SHORT, t_cap, c_chunks },
	{ "readahead", cut_short, VERDICT_SHORT, t_cap, c_chunks },
	{ "dontneed", locked_refuse, VERDICT_REFUSED, t_locked, c_unlock },
	{ "dontneed", ptes_fell, VERDICT_REMARK, t_cache, c_evict },
	{ "dontneed-locked", ptes_fell, VERDICT_REMARK, t_cache, c_evict },
	{ "cold", locked_refuse, VERDICT_REFUSED, t_locked, c_unlock },
	{ "pageout", locked_refuse, VERDICT_REFUSED, t_locked, c_unlock },
	{ "pageout", none_mapped, VERDICT_STAY, t_unmapped, c_evict },
	{ "pageout", dirty_stay, VERDICT_STAY, t_not_written, c_write },
	{ "pageout", others_map, VERDICT_STAY, t_others, NULL },
	{ "pageout", folio_stays, VERDICT_STAY, t_folio, NULL },
	{ "evict", locked_refuse, VERDICT_REFUSED, t_locked, c_unlock },
	{ "evict", dirty_stay, VERDICT_STAY, t_written, c_evict },
	{ "evict", others_hold, VERDICT_STAY, t_others, NULL },
	{ "fadvise-dontneed", locked_stay, VERDICT_STAY, t_locked_stay,
	    c_unlock },
	{ "fadvise-dontneed", mapped_stay, VERDICT_STAY, t_mapped, c_evict },
	{ "fadvise-dontneed", dirty_stay, VERDICT_STAY, t_written, c_evict },
};

static const struct rule *
rule_that_holds(unsigned advice, const struct verdict_facts *f)
{
	const char *name = advice_table[advice].name;
	size_t i;

	for (i = 0; i < sizeof rules / sizeof rules[0]; i++)
		if (strcmp(rules[i].advice, name) == 0 && rules[i].holds(f))
			return &rules[i];
	return NULL;
}

void
verdict_find(struct verdict *v, unsigned advice,
    const struct verdict_facts *f)
{
	const struct rule *r = rule_that_holds(advice, f);

	memset(v, 0, sizeof *v);
	if (r == NULL)
		return;
	v->kind = r->kind;
	v->why = r->why;
	v->command = r->command;
	v->pages = f->after.count[LAYER_CACHED];
	v->of = f->before.count[LAYER_CACHED];
	if (r->kind != VERDICT_SHORT)
		return;
	v->pages = came(f, &v->of);
	if (!none_reclaimed(f))
		v->why = NULL;
}

const char *
verdict_text(char *buf, size_t size, const struct verdict *v)
{
	if (v->kind != VERDICT_SHORT)
		return v->why;
	snprintf(buf, size, "%" PRIu64 " of %" PRIu64 " asked", v->pages,
	    v->of);
	return buf;
}
