#include "config.h"

#include "pair.h"

#include <string.h>

#include "pagetide/clock.h"
#include "pagetide/event.h"
#include "pagetide/orders.h"
#include "pagetide/outcome.h"
#include "pagetide/said.h"
#include "pagetide/source.h"
#include "pagetide/strbuf.h"

#include "actparts.h"
#include "diagnose.h"
#include "remap.h"
#include "since.h"
#include "tracing.h"

/* Counts of a worker's own, which go on while the other one acts. */
static const enum counter own_counters[] = { COUNTER_MINOR, COUNTER_MAJOR,
	COUNTER_READ_BYTES, COUNTER_TOUCHES };
#define N_OWN (sizeof own_counters / sizeof own_counters[0])

/* What is known of one goes where that of the other was. */
static void
exchange(struct act *act)
{
	struct pair *p = act->helpers.pair;
	const struct actor actor = p->other;
	const struct mapping mapping = p->mapping;
	const struct counters base = p->base;

	p->other = act->actor;
	p->mapping = act->mapping;
	p->base = act->watch->base;
	act->actor = actor;
	act->mapping = mapping;
	act->watch->base = base;
	p->acts = 3 - p->acts;
}

/* What was measured was of the other one. */
static void
forget(struct act *act, const char *why)
{
	tracing_end(act);
	outcome_give_up(act, why);
	act->walk_paused = false;
	act->counted = (struct counted){ 0 };
	act->watch->acted.touched = (struct one_touch){ 0 };
	act->last_activity_ns = clock_now_ns();
	diagnose_forget(act);
	since_forget(act);
	act->said->dirty = act->said->urgent = true;
}

/* It did nothing since then: what was counted meanwhile is not its acts'. */
static void
go_on_counting(struct act *act, const struct counters *base,
    const struct counters *then)
{
	const struct counters *now = &act->watch->live.counters;
	struct counters *to = &act->watch->base;

	*to = *base;
	for (size_t i = 0; i < N_OWN; i++) {
		enum counter c = own_counters[i];

		if ((now->known & then->known & base->known &
		    COUNTER_BIT(c)) != 0)
			to->v[c] += now->v[c] - then->v[c];
		else
			to->known &= ~COUNTER_BIT(c);
	}
	act->watch->live.base = *to;
}

void
pair_turn(struct act *act)
{
	struct pair *p = act->helpers.pair;
	const struct counters then = p->left;
	struct counters base;

	p->left = act->watch->live.counters;
	forget(act, "unknown: the other worker acts since");
	exchange(act);
	base = act->watch->base;
	act->watch->base = (struct counters){ 0 };
	act_set_subject(act);
	act_take_now(act);
	go_on_counting(act, &base, &then);
	tracing_begin(act);
}

void
pair_turn_to_new(struct act *act, bool forked)
{
	struct pair *p = act->helpers.pair;

	p->left = act->watch->live.counters;
	p->two = true;
	p->forked = forked;
	p->base = (struct counters){ 0 };
	p->mapping = act->mapping;
	if (!forked)
		p->mapping = (struct mapping){ .plan = act->mapping.plan };
	forget(act, "unknown: the other worker acts since");
	exchange(act);
}

void
pair_end(struct act *act)
{
	struct pair *p = act->helpers.pair;

	if (p == NULL || !p->two)
		return;
	if (p->acts == 2) {
		act->watch->source.ops->set_subject(act->watch->source.self,
		    NULL);
		orders_drop(act);
		forget(act, "unknown: the worker ended");
		exchange(act);
	}
	p->other.ops->stop(p->other.self);
	p->two = p->forked = false;
}

static void
tell_fork(struct act *act)
{
	const struct pair *p = act->helpers.pair;
	struct event *ev = events_add(act->watch->events, EVENT_WORKER,
	    EVENT_MARK_COMMAND, "fork: worker 2, pid %d, acts now; private "
	    "pages of worker 1, pid %d, are of both",
	    (int)actor_pid(&act->actor), (int)actor_pid(&p->other));

	events_finish(act->watch->events, ev);
}

void
pair_forked(struct act *act, const struct report *r)
{
	struct pair *p = act->helpers.pair;
	struct strbuf why = STRBUF_INIT;

	if (r->err[0] != 0) {
		p->other.ops->stop(p->other.self);
		said_error(act->said, "worker fork: %s", r->err[0] > 0 ?
		    strerror(r->err[0]) : "the worker can't");
		return;
	}
	p->other.ops->forked(p->other.self, r->forked_pid);
	pair_turn_to_new(act, true);
	act_set_subject(act);
	tell_fork(act);
	tracing_begin(act);
	if (remap_greet(act, &why) != 0)
		said_error(act->said, "%s", why.s);
	strbuf_done(&why);
}
