#include "config.h"

#include "judge.h"

#include <string.h>

#include "pagetide/act.h"
#include "pagetide/advice.h"
#include "pagetide/effect.h"
#include "pagetide/holders.h"
#include "pagetide/order.h"
#include "pagetide/own.h"
#include "pagetide/said.h"
#include "pagetide/sample.h"
#include "pagetide/strbuf.h"
#include "pagetide/verdict.h"

#include "diagnose.h"
#include "refused.h"

/* What the newest sample knows of the hint's range since then. */
static struct layer_pages
range_pages(const struct act *act, const struct order *o, uint64_t since_ns)
{
	struct layer_pages p = { 0 };
	int l;

	for (l = 0; l < LAYER_COUNT; l++)
		if (sample_count(&act->watch->live, (enum layer)l,
		    o->first_page, o->n_pages, since_ns, &p.count[l]))
			p.known |= LAYER_BIT(l);
	return p;
}

/* What the worker counted right beside the call is better than that. Only
 * cachestat, which tells dirty pages too, counts pages whose read has begun. */
static void
count_own(struct layer_pages *p, const struct layer_pages *own)
{
	unsigned known = own->known;

	if ((known & LAYER_BIT(LAYER_DIRTY)) == 0)
		known &= ~LAYER_BIT(LAYER_CACHED);
	for (int l = 0; l < LAYER_COUNT; l++)
		if (known & LAYER_BIT(l))
			p->count[l] = own->count[l];
	p->known |= known;
}

/* The same after the call. */
static void
count_after(const struct act *act, struct outcome *p)
{
	p->facts.after = range_pages(act, &p->order, p->reported_ns);
	count_own(&p->facts.after, &p->own.after);
	/* The next act did not wait for its pages. */
	if (p->effect.cut && own_reads_on(&p->own, LAYER_CACHED))
		p->facts.after.known &= ~LAYER_BIT(LAYER_CACHED);
	/* Nobody knows how much of the file there was to ask for. */
	if (p->own.file_pages == 0 && p->order.first_page + p->order.n_pages >
	    act->watch->live.target.pages)
		p->facts.after.known &= ~LAYER_BIT(LAYER_CACHED);
}

/* Is what happened to the range the doing of others, too? */
static bool
is_blurred(const struct outcome *p)
{
	const struct effect *e = &p->effect;

	return (e->walking || e->mixed || e->broken) && !own_counted(&p->own);
}

/* Filesystems whose pages are the files. */
static bool
is_memory(const char *filesystem)
{
	return filesystem != NULL && (strcmp(filesystem, "tmpfs") == 0 ||
	    strcmp(filesystem, "ramfs") == 0);
}

/* 0: not known, or none. */
static uint64_t
limit_pages(const struct sample *s)
{
	const struct memory_facts *m = &s->memory;

	return m->limit_known && m->limit_bytes != UINT64_MAX ?
	    m->limit_bytes / s->target.page_bytes : 0;
}

void
judge_before(const struct act *act, struct outcome *p)
{
	struct verdict_facts *f = &p->facts;
	unsigned differ;

	f->n_pages = p->order.n_pages;
	f->whole = f->n_pages == act->watch->live.target.pages;
	f->memory_only = is_memory(act->watch->live.target.filesystem);
	f->limit_pages = limit_pages(&act->watch->live);
	f->before = range_pages(act, &p->order, act->last_activity_ns);
	f->flags_known = sample_vmflags(&act->watch->live, p->order.first_page,
	    p->order.n_pages, &f->vmflags, &differ) && differ == 0;
}

static bool
was_refused(const struct verdict_facts *f)
{
	return f->err[0] > 0 || f->err[1] > 0;
}

void
judge_text(const struct verdict *v, const char *before, const char *after,
    struct strbuf *out)
{
	char buf[VERDICT_MAX];
	const char *words = verdict_text(buf, sizeof buf, v);

	if (words != NULL)
		strbuf_addf(out, "%s%s%s", before, words, after);
}

/* With the command that would help. */
static void
say_refusal(struct act *act, const struct outcome *p)
{
	struct strbuf text = STRBUF_INIT;
	struct verdict v;

	verdict_find(&v, p->order.advice, &p->facts);
	judge_text(&v, "", "", &text);
	if (v.command != NULL)
		strbuf_addf(&text, "  :%s", v.command);
	if (text.len > 0)
		said_error(act->said, "%s: %s",
		    advice_table[p->order.advice].name, text.s);
	strbuf_done(&text);
}

/* No more than there was of the file is asked for. */
static void
cut_range(struct outcome *p)
{
	struct verdict_facts *f = &p->facts;
	uint64_t pages = p->own.file_pages, first = p->order.first_page;

	if (pages == 0)
		return;
	if (first + f->n_pages > pages)
		f->n_pages = pages > first ? pages - first : 0;
	f->whole = f->n_pages == pages;
}

void
judge_report(struct act *act, struct outcome *p, const struct report *r)
{
	memcpy(p->facts.err, r->err, sizeof p->facts.err);
	count_own(&p->facts.before, &p->own.before);
	cut_range(p);
	if (p->order.op != ORDER_ADVISE || !was_refused(&p->facts))
		return;
	refused_facts(act, &p->order, r, &p->facts.refusal);
	say_refusal(act, p);
}

void
judge_feed(struct act *act, struct outcome *p)
{
	if (p->asked || p->order.op != ORDER_ADVISE || is_blurred(p))
		return;
	count_after(act, p);
	if (!verdict_asks(p->order.advice, &p->facts))
		return;
	p->asked = true;
	p->asking = holders_ask(act, &p->order, p->event_seq);
}

void
judge_holders(struct act *act, uint64_t event_seq,
    const struct verdict_holders *found)
{
	unsigned i;

	for (i = 0; i < OUTCOMES_MAX; i++)
		if (act->outcome[i].event_seq == event_seq) {
			act->outcome[i].facts.holders = *found;
			act->outcome[i].asking = false;
		}
}

void
judge_end(struct act *act, struct outcome *p, struct verdict *v)
{
	const struct effect *e = &p->effect;
	int64_t mapped = 0;

	*v = (struct verdict){ .kind = VERDICT_NONE };
	if (p->order.op != ORDER_ADVISE ||
	    (is_blurred(p) && !was_refused(&p->facts)))
		return;
	count_after(act, p);
	p->facts.ptes_fell_known = own_knows_rest(&p->own, LAYER_MAPPED) ?
	    own_change(&p->own, LAYER_MAPPED, &mapped) :
	    !e->walking && !e->mixed &&
	    effect_delta(e, COUNTER_MAPPED, &mapped);
	p->facts.ptes_fell = -mapped;
	verdict_find(v, p->order.advice, &p->facts);
	diagnose_verdict(act, p->order.advice, v);
}
