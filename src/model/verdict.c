#include "config.h"

#include "pagetide/verdict.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "pagetide/advice.h"

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

/* Pages that came, of those that were absent and asked for. */
static uint64_t
came(const struct verdict_facts *f, uint64_t *absent)
{
	uint64_t before = f->before.count[LAYER_CACHED];
	uint64_t after = f->after.count[LAYER_CACHED];

	*absent = f->n_pages - before;
	return after > before ? after - before : 0;
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

static const char t_locked[] = "the range is locked";
static const char t_locked_stay[] = "locked pages stay";
static const char t_cache[] = "the cache keeps the pages";
static const char t_unmapped[] = "walks PTEs only: nothing mapped here";
static const char t_mapped[] = "mapped here: such pages stay";
static const char t_not_written[] = "dirty pages stay: it writes nothing";
static const char t_written[] = "dirty: written now, dropped by a second call";

/* The first rule of a hint that holds is told. */
static const struct {
	const char	*advice;	/* name in advice_table */
	bool		(*holds)(const struct verdict_facts *);
	const char	*text;		/* NULL: how many of how many came */
} rules[] = {
	{ "willneed", cut_short, NULL },
	{ "willneed-all", cut_short, NULL },
	{ "fadvise-willneed", cut_short, NULL },
	{ "readahead", cut_short, NULL },
	{ "dontneed", locked_refuse, t_locked },
	{ "dontneed", ptes_fell, t_cache },
	{ "dontneed-locked", ptes_fell, t_cache },
	{ "cold", locked_refuse, t_locked },
	{ "pageout", locked_refuse, t_locked },
	{ "pageout", none_mapped, t_unmapped },
	{ "pageout", dirty_stay, t_not_written },
	{ "evict", locked_refuse, t_locked },
	{ "evict", dirty_stay, t_written },
	{ "fadvise-dontneed", locked_stay, t_locked_stay },
	{ "fadvise-dontneed", mapped_stay, t_mapped },
	{ "fadvise-dontneed", dirty_stay, t_written },
};

const char *
verdict_text(char *buf, size_t size, unsigned advice,
    const struct verdict_facts *f)
{
	const char *name = advice_table[advice].name;
	uint64_t absent, n;
	size_t i;

	for (i = 0; i < sizeof rules / sizeof rules[0]; i++) {
		if (strcmp(rules[i].advice, name) != 0 || !rules[i].holds(f))
			continue;
		if (rules[i].text != NULL)
			return rules[i].text;
		n = came(f, &absent);
		snprintf(buf, size, "%" PRIu64 " of %" PRIu64 " asked", n,
		    absent);
		return buf;
	}
	return NULL;
}
