#include "config.h"

#include "pagetide/verdict.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "pagetide/advice.h"
#include "pagetide/strbuf.h"
#include "pagetide/text.h"

/* Pages that all CPUs together may have in batches, and far more. */
#define BATCHES_MAX 256
/* Pages of the largest folio, on machines with pages of 4 KiB. */
#define FOLIO_MAX 512

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

/* There is nowhere else for them to be. */
static bool
memory_stays(const struct verdict_facts *f)
{
	return f->memory_only && cache_kept(f);
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
came(const struct verdict_facts *f, enum layer l, uint64_t *absent)
{
	uint64_t before = f->before.count[l], after = f->after.count[l];

	*absent = before < f->n_pages ? f->n_pages - before : 0;
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
is_short(const struct verdict_facts *f, enum layer l)
{
	uint64_t absent, n;

	if (!made(f) || !known(f, l))
		return false;
	n = came(f, l, &absent);
	return !nearly(n, absent);
}

static bool
cut_short(const struct verdict_facts *f)
{
	return is_short(f, LAYER_CACHED);
}

/* Of all that is to be mapped when it returns, copies too. */
static bool
mapped_short(const struct verdict_facts *f)
{
	return is_short(f, LAYER_MAPPED);
}

static const char t_cap[] = "one call reads no more";
static const char t_limit[] = "the memory limit keeps no more";
static const char t_locked[] = "the range is locked";
static const char t_locked_stay[] = "locked pages stay";
static const char t_cache[] = "the cache keeps the pages";
static const char t_unmapped[] = "walks PTEs only: nothing mapped here";
static const char t_mapped[] = "mapped here: such pages stay";
static const char t_not_written[] = "dirty pages stay: it writes nothing";
static const char t_written[] = "dirty: written now, dropped by a second call";
static const char t_memory[] = "no storage behind them: they go to swap only";
static const char t_others[] = "others use them, too";
static const char t_folio[] = "part of a large folio: all of it or nothing";

static const char t_mapped_stay[] = "pages that others map stay";
static const char t_maybe_folio[] = "maybe large folios that reach further";
static const char t_hidden[] =
    "maybe others map them: not all may be looked into";
static const char t_late[] = "maybe others map them: too many to look into";
static const char t_nobody[] = "no process that can be seen maps them";

static const char c_unlock[] = "advise munlock";
static const char c_evict[] = "advise evict";
static const char c_chunks[] = "advise willneed-all";
static const char c_write[] = "advise fsync";

/* The first rule of a hint that holds is used. */
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
	{ "populate", mapped_short, VERDICT_SHORT, NULL, NULL },
	{ "populate-write", mapped_short, VERDICT_SHORT, NULL, NULL },
	{ "mlock", mapped_short, VERDICT_SHORT, NULL, NULL },
	{ "dontneed", locked_refuse, VERDICT_REFUSED, t_locked, c_unlock },
	{ "dontneed", ptes_fell, VERDICT_REMARK, t_cache, c_evict },
	{ "dontneed-locked", ptes_fell, VERDICT_REMARK, t_cache, c_evict },
	{ "cold", locked_refuse, VERDICT_REFUSED, t_locked, c_unlock },
	{ "pageout", locked_refuse, VERDICT_REFUSED, t_locked, c_unlock },
	{ "pageout", memory_stays, VERDICT_STAY, t_memory, NULL },
	{ "pageout", none_mapped, VERDICT_STAY, t_unmapped, c_evict },
	{ "pageout", dirty_stay, VERDICT_STAY, t_not_written, c_write },
	{ "pageout", others_map, VERDICT_STAY, t_others, NULL },
	{ "pageout", folio_stays, VERDICT_STAY, t_folio, NULL },
	{ "evict", locked_refuse, VERDICT_REFUSED, t_locked, c_unlock },
	{ "evict", memory_stays, VERDICT_STAY, t_memory, NULL },
	{ "evict", dirty_stay, VERDICT_STAY, t_written, c_evict },
	{ "evict", others_hold, VERDICT_STAY, t_others, NULL },
	{ "fadvise-dontneed", memory_stays, VERDICT_STAY, t_memory, NULL },
	{ "fadvise-dontneed", locked_stay, VERDICT_STAY, t_locked_stay,
	    c_unlock },
	{ "fadvise-dontneed", mapped_stay, VERDICT_STAY, t_mapped, c_evict },
	{ "fadvise-dontneed", dirty_stay, VERDICT_STAY, t_written, c_evict },
};

/* A rule that says no more than that somebody else has the pages. */
static bool
blames_others(const struct rule *r)
{
	return r->why == t_others;
}

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

/* Of a hint that drops pages of the cache more than 1 % are still there. */
static bool
stayed(unsigned advice, const struct verdict_facts *f)
{
	uint64_t before = f->before.count[LAYER_CACHED];

	return (advice_table[advice].flags & ADVICE_HURTS_OTHERS) != 0 &&
	    made(f) && known(f, LAYER_CACHED) && before > 0 &&
	    f->after.count[LAYER_CACHED] > before / 100;
}

bool
verdict_asks(unsigned advice, const struct verdict_facts *f)
{
	const struct rule *r = rule_that_holds(advice, f);

	return stayed(advice, f) && (r == NULL || blames_others(r));
}

/* Pages of the layer before the call; 0 also where that is not known. */
static uint64_t
before_in(const struct verdict_facts *f, enum layer l)
{
	return f->before.known & LAYER_BIT(l) ? f->before.count[l] : 0;
}

/* "locked by make (4711) and 2 more" */
static void
tell_holders(struct verdict *v, const struct verdict_holders *h)
{
	uint32_t others = (h->lockers > 0 ? h->lockers : h->mappers) - 1;
	struct strbuf name = STRBUF_INIT;
	char more[24] = "";

	text_safe(&name, h->name);
	if (others > 0)
		snprintf(more, sizeof more, " and %" PRIu32 " more", others);
	snprintf(v->detail, sizeof v->detail, "%s by %s (%" PRId32 ")%s",
	    h->lockers > 0 ? "locked" : "mapped", name.s, h->pid, more);
	strbuf_done(&name);
	v->why = h->lockers > 0 ? t_locked_stay : t_mapped_stay;
}

/* What keeps them is not known; what may, is said. */
static const char *
guess(const struct verdict_facts *f)
{
	const struct verdict_holders *h = &f->holders;

	if (!f->whole && f->after.count[LAYER_CACHED] < 2 * FOLIO_MAX)
		return t_maybe_folio;
	if (h->hidden > 0)
		return t_hidden;
	return h->cut ? t_late : t_nobody;
}

/* Pages stay, and no rule says why. A few may be on their way to the LRU
 * lists. */
static void
find_stay(struct verdict *v, unsigned advice, const struct verdict_facts *f)
{
	bool writes = advice_table[advice].call != ADVICE_MADVISE;
	uint64_t dirty = before_in(f, LAYER_DIRTY) +
	    before_in(f, LAYER_WRITEBACK);

	v->kind = VERDICT_STAY;
	v->counted = true;
	v->pages = f->after.count[LAYER_CACHED];
	v->of = f->before.count[LAYER_CACHED];
	if (f->holders.known && f->holders.mappers > 0) {
		tell_holders(v, &f->holders);
	} else if (dirty > 0 && nearly(dirty, v->pages)) {
		snprintf(v->detail, sizeof v->detail, "%" PRIu64
		    " were dirty", dirty);
		v->why = writes ? t_written : t_not_written;
		v->command = writes ? c_evict : c_write;
	} else if (f->holders.known && v->pages > BATCHES_MAX) {
		v->kind = VERDICT_REMARK;
		v->why = guess(f);
	} else {
		*v = (struct verdict){ .kind = VERDICT_NONE };
	}
}

/* A call that failed for a reason that is no rule's. */
static void
find_refusal(struct verdict *v, unsigned advice,
    const struct verdict_facts *f)
{
	struct refusal why;
	int part = f->err[0] > 0 ? 0 : 1;

	if (f->err[part] <= 0)
		return;
	refusal_find(&why, advice, part, f->err[part], &f->refusal);
	v->kind = VERDICT_REFUSED;
	v->why = why.why;
	v->command = why.command;
	snprintf(v->detail, sizeof v->detail, "%s%s%s",
	    strerrorname_np(f->err[part]), why.detail[0] != '\0' ? ": " : "",
	    why.detail);
}

/* Fewer came than were asked for. Where reclaim took pages meanwhile it is not
 * the call that stopped: they were more than the limit, or who knows. */
static void
find_short(struct verdict *v, const struct rule *r,
    const struct verdict_facts *f)
{
	v->pages = came(f, r->holds == mapped_short ? LAYER_MAPPED :
	    LAYER_CACHED, &v->of);
	if (none_reclaimed(f))
		return;
	v->why = NULL;
	if (f->limit_pages > 0 && v->of > f->limit_pages) {
		v->why = t_limit;
		v->command = NULL;
	}
}

void
verdict_find(struct verdict *v, unsigned advice,
    const struct verdict_facts *f)
{
	const struct rule *r = rule_that_holds(advice, f);

	memset(v, 0, sizeof *v);
	if (r == NULL)
		find_refusal(v, advice, f);
	if (stayed(advice, f) && (r == NULL || (blames_others(r) &&
	    f->holders.mappers > 0)))
		find_stay(v, advice, f);
	if (r == NULL || v->kind != VERDICT_NONE)
		return;
	v->kind = r->kind;
	v->why = r->why;
	v->command = r->command;
	v->pages = f->after.count[LAYER_CACHED];
	v->of = f->before.count[LAYER_CACHED];
	if (r->kind == VERDICT_SHORT)
		find_short(v, r, f);
}

/* "4096 of 16384 stay, mapped by make (4711): why" */
static void
stay_text(char *buf, size_t size, const struct verdict *v)
{
	snprintf(buf, size, "%" PRIu64 " of %" PRIu64 " stay%s%s: %s",
	    v->pages, v->of, v->detail[0] != '\0' ? ", " : "", v->detail,
	    v->why);
}

const char *
verdict_text(char *buf, size_t size, const struct verdict *v)
{
	if (v->kind == VERDICT_SHORT)
		snprintf(buf, size, "%" PRIu64 " of %" PRIu64 " asked",
		    v->pages, v->of);
	else if (v->kind == VERDICT_REFUSED && v->detail[0] != '\0')
		snprintf(buf, size, "%s: %s", v->detail, v->why);
	else if (v->counted)
		stay_text(buf, size, v);
	else
		return v->why;
	return buf;
}
