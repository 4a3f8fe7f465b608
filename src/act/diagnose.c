#include "config.h"

#include "diagnose.h"

#include <sys/mman.h>

#include "pagetide/act.h"
#include "pagetide/advice.h"
#include "pagetide/clock.h"
#include "pagetide/pattern.h"
#include "pagetide/recent.h"

#define VERDICT_NS	(10 * NS_PER_S)

/* Does it change pages by itself? */
static bool
is_hint(uint32_t op)
{
	return op == ORDER_ADVISE || op == ORDER_MAP;
}

/* Does it change the advice that is in force? */
static bool
sets_flags(const struct order *order)
{
	const struct advice *a;

	if (order->op != ORDER_ADVISE || order->advice >= advice_count)
		return false;
	a = &advice_table[order->advice];
	return a->call == ADVICE_MADVISE && (a->value == MADV_NORMAL ||
	    a->value == MADV_RANDOM || a->value == MADV_SEQUENTIAL);
}

/* Does it have pages evicted? */
static bool
evicts(const struct order *order)
{
	return order->op == ORDER_ADVISE && order->advice < advice_count &&
	    (advice_table[order->advice].flags & ADVICE_HURTS_OTHERS) != 0;
}

/* It is over, answered or not: what comes next has been sent. */
static void
end_eviction(struct diagnose *d)
{
	if (d->evict_ns == UINT64_MAX)
		d->evict_ns = clock_now_ns();
}

void
diagnose_forget(struct act *act)
{
	recent_free(act->diagnose.recent);
	act->diagnose = (struct diagnose){ .recent = recent_new() };
	act->watch->findings = (struct findings){ 0 };
}

void
diagnose_order(struct act *act, const struct order *order)
{
	struct diagnose *d = &act->diagnose;

	if (order->op == ORDER_PACE || order->op == ORDER_PAUSE)
		return;
	d->verdict.kind = VERDICT_NONE;
	end_eviction(d);
	if (evicts(order)) {
		d->evict_ns = UINT64_MAX;
		d->evict_seq = order->seq;
	}
	if (is_hint(order->op))
		d->hint_ns = clock_now_ns();
	if (sets_flags(order))
		d->flags_ns = clock_now_ns();
	if (order->op != ORDER_WORK)
		return;
	d->walk_before = d->walk;
	d->walk = *order;
	d->walk_ns = clock_now_ns();
}

void
diagnose_report(struct act *act, const struct report *report)
{
	struct diagnose *d = &act->diagnose;

	if (report->seq == d->evict_seq)
		end_eviction(d);
	if (is_hint(report->op))
		d->hint_ns = clock_now_ns();
	/* Refused: the one before goes on. */
	if (report->op == ORDER_WORK && !report->done &&
	    report->err[0] != 0 && report->seq == d->walk.seq)
		d->walk = d->walk_before;
}

void
diagnose_verdict(struct act *act, unsigned advice, const struct verdict *v)
{
	act->diagnose.verdict = *v;
	act->diagnose.verdict_advice = advice;
	act->diagnose.verdict_ns = act->watch->live.t_ns;
}

static void
set(struct diagnosis_facts *f, enum diagnosis_fact fact, int64_t v)
{
	f->v[fact] = v;
	f->known |= FACT_BIT(fact);
}

/* The advice that the walk has been under in all of the span. */
static void
add_vmflags(struct diagnosis_facts *f, const struct act *act)
{
	const struct diagnose *d = &act->diagnose;
	const struct pattern_spec *work = &d->walk.work;
	unsigned vmflags, differ;

	if (d->flags_ns > d->walk_ns &&
	    d->flags_ns >= recent_begin_ns(d->recent))
		return;
	if (sample_vmflags(&act->watch->live, work->first_page, work->n_pages,
	    &vmflags, &differ) && !(differ & VMF_ADVICE))
		set(f, FACT_VMFLAGS, vmflags);
}

/* What was asked of the worker. */
static void
add_walk(struct diagnosis_facts *f, const struct act *act)
{
	const struct order *walk = &act->diagnose.walk;

	set(f, FACT_MAP_FLAGS, act->watch->live.worker.map_flags);
	if (walk->seq == 0 || walk->seq != act->watch->live.worker.walk_seq)
		return;
	set(f, FACT_PATTERN, walk->work.kind);
	set(f, FACT_OP, walk->work.op);
	set(f, FACT_RANGE, walk->work.n_pages);
	set(f, FACT_REACH, pattern_reach(&walk->work));
	add_vmflags(f, act);
}

/* A call on nothing does nothing, and says whether it is known. */
static bool
can_populate(void)
{
	static const char *const calls[] = { "populate", "populate-write" };
	size_t i;
	int at;

	for (i = 0; i < sizeof calls / sizeof calls[0]; i++) {
		at = advice_find(calls[i]);
		if (at < 0 || madvise(NULL, 0, advice_table[at].value) != 0)
			return false;
	}
	return true;
}

/* Locks as much that no page comes of. */
static bool
can_lock(uint64_t bytes)
{
	void *map = mmap(NULL, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS |
	    MAP_NORESERVE, -1, 0);
	bool can;

	if (map == MAP_FAILED)
		return false;
	can = mlock2(map, bytes, MLOCK_ONFAULT) == 0;
	munmap(map, bytes);
	return can;
}

/* What the kernel can do for us; asked again for another size. */
static void
add_can(struct diagnosis_facts *f, struct act *act)
{
	struct diagnose *d = &act->diagnose;
	uint64_t bytes = act->watch->live.target.size_bytes;

	if (act->actor.ops->can != 0) {
		set(f, FACT_CAN, act->actor.ops->can);
		return;
	}
	if (d->can_bytes != bytes) {
		d->can_bytes = bytes;
		d->can = (can_populate() ? DIAGNOSIS_CAN_POPULATE : 0) |
		    (can_lock(bytes) ? DIAGNOSIS_CAN_LOCK : 0);
	}
	set(f, FACT_CAN, d->can);
}

static void
add_acts(struct diagnosis_facts *f, const struct act *act)
{
	const struct diagnose *d = &act->diagnose;
	uint64_t begin_ns = recent_begin_ns(d->recent);

	if (begin_ns != 0)
		set(f, FACT_HINTS, d->hint_ns >= begin_ns);
	if (d->verdict.kind == VERDICT_NONE ||
	    act->watch->live.t_ns > d->verdict_ns + VERDICT_NS)
		return;
	set(f, FACT_VERDICT, 1);
	f->verdict = d->verdict;
	f->verdict_advice = d->verdict_advice;
}

void
diagnose_sample(struct act *act)
{
	struct findings *findings = &act->watch->findings;
	struct diagnosis_facts f;

	recent_feed(act->diagnose.recent, &act->watch->live,
	    watch_late_ns(act->watch), act->diagnose.evict_ns);
	if (act->opts.holds && act->watch->live.t_ns != act->watch->held_ns)
		return;
	recent_facts(act->diagnose.recent, &act->watch->live, &f);
	add_walk(&f, act);
	add_acts(&f, act);
	if ((f.known & FACT_BIT(FACT_TOUCHES)) != 0)
		add_can(&f, act);
	diagnosis_update(&findings->now, &f);
	if (findings->now.n == 0)
		return;
	findings->last = findings->now;
	findings->last_wall_ns = act->watch->live.wall_ns;
}
