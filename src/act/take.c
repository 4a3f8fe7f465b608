/* The way of a sample through what is done to the target. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "pagetide/act.h"
#include "pagetide/clock.h"
#include "pagetide/death.h"
#include "pagetide/event.h"
#include "pagetide/landwatch.h"
#include "pagetide/limit.h"
#include "pagetide/orders.h"
#include "pagetide/otherhint.h"
#include "pagetide/outcome.h"
#include "pagetide/units.h"
#include "pagetide/whowatch.h"

#include "actparts.h"
#include "diagnose.h"
#include "pair.h"
#include "remap.h"
#include "since.h"
#include "tracing.h"

void
act_set_subject(struct act *act)
{
	const struct source *source = &act->watch->source;
	struct subject worker = *act->actor.ops->subject(act->actor.self);

	worker.memcg = limit_memcg(act);
	if (worker.pid != 0)
		source->ops->set_subject(source->self, &worker);
}

void
act_begin(struct act *act)
{
	watch_begin(act->watch);
	if (act->actor.ops->fds == NULL)
		act->actor.ops->ready(act->actor.self);
}

/* Was the worker idle between the two samples, and for a while before, and
 * nothing asked of another process? */
static bool
worker_quiet(const struct act *act)
{
	const struct sample *old = &act->watch->before;
	const struct sample *new = &act->watch->live;

	if (otherhint_busy(act->helpers.otherhint))
		return false;
	if (!new->worker.alive && act->last_activity_ns == 0)
		return true;
	if (orders_out(act) || outcome_calling(act) || sample_walks(new) ||
	    sample_walks(old) || new->counters.v[COUNTER_TOUCHES] !=
	    old->counters.v[COUNTER_TOUCHES])
		return false;
	return new->t_ns - act->last_activity_ns > WATCH_GRACE_NS;
}

/* What was under way was about another file. */
static void
forget(struct act *act)
{
	act->followed = true;
	diagnose_forget(act);
	since_another(act);
	act->counted = (struct counted){ 0 };
	act->watch->acted.touched = (struct one_touch){ 0 };
	outcome_give_up(act, "unknown: another file is watched now");
}

/* What of a file that grew is not mapped, and so not locked either: goes into
 * the event of its growth. */
static void
note_unmapped(struct act *act)
{
	const struct sample *s = &act->watch->live;
	const struct worker_facts *w = &s->worker;
	struct event *ev = events_get(act->watch->events, act->watch->grew.seq);
	uint64_t end = w->map_first_page + w->map_pages;
	char count[UNITS_MAX];
	bool locked = (s->total_known & LAYER_BIT(LAYER_LOCKED)) != 0 &&
	    s->total[LAYER_LOCKED] > 0;

	if (ev == NULL || w->map_pages == 0 || end >= s->target.pages)
		return;
	snprintf(ev->effect, sizeof ev->effect, "%s not mapped%s",
	    units_count(count, s->target.pages - end, "page"),
	    !remap_is_due(act) ? "" : locked ? ", nor locked: L maps all "
	    "anew and locks it" : ": the next act maps all anew");
}

void
act_take(struct act *act)
{
	struct watch *w = act->watch;
	unsigned notices = watch_take(w);
	bool followed = (notices & SOURCE_FOLLOWED) != 0;
	bool quiet = worker_quiet(act);

	if (!quiet && (sample_walks(&w->live) || sample_walks(&w->before)))
		act->last_activity_ns = w->live.t_ns;
	if (followed)
		forget(act);
	if ((notices & SOURCE_GREW) != 0)
		note_unmapped(act);
	tracing_sample(act);
	landwatch_sample(act->helpers.landwatch);
	w->acted.landing = landwatch_kept(act->helpers.landwatch);
	otherhint_sample(act->helpers.otherhint);
	whowatch_sample(act->helpers.whowatch);
	pair_sample(act);
	limit_feed(act);
	outcome_feed(act);
	since_sample(act);
	diagnose_sample(act);
	if (!quiet)
		w->acted.busy_ns = w->live.t_ns;
	w->acted.no_worker = death_why(act);
	watch_outside(w, quiet);
	watch_keep(w);
	act->taken(act->arg, quiet, followed);
}

void
act_take_now(struct act *act)
{
	watch_hurry(act->watch);
	act_begin(act);
	watch_step(act->watch, clock_now_ns() + WATCH_SLICE_NS);
	act_take(act);
}
