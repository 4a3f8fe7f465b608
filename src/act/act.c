#include "config.h"

#include "pagetide/act.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pagetide/actor.h"
#include "pagetide/advice.h"
#include "pagetide/child.h"
#include "pagetide/clock.h"
#include "pagetide/compare.h"
#include "pagetide/death.h"
#include "pagetide/event.h"
#include "pagetide/holders.h"
#include "pagetide/landwatch.h"
#include "pagetide/limit.h"
#include "pagetide/mapspec.h"
#include "pagetide/orders.h"
#include "pagetide/otherhint.h"
#include "pagetide/whowatch.h"
#include "pagetide/outcome.h"
#include "pagetide/recent.h"
#include "pagetide/said.h"
#include "pagetide/simulated.h"
#include "pagetide/source.h"
#include "pagetide/strbuf.h"
#include "pagetide/viewport.h"

#include "actparts.h"
#include "describe.h"
#include "diagnose.h"
#include "judge.h"
#include "pair.h"
#include "remap.h"
#include "since.h"
#include "step.h"
#include "tracing.h"

#define PACE_DEFAULT	2000	/* touches a second */

static int
start_worker(struct act *act, struct strbuf *why)
{
	int rc;

	act->followed = false;
	rc = act->actor.ops->start(act->actor.self,
	    act->watch->source.ops->file(act->watch->source.self), why);
	if (rc != 0)
		return rc;
	if (limit_admit(act, why) != 0) {
		act_worker_stop(act);
		return -EACCES;
	}
	return act_worker_map(act, why);
}

int
act_worker_map(struct act *act, struct strbuf *why)
{
	struct map_spec first;
	int rc;

	act_set_subject(act);
	tracing_begin(act);
	rc = remap_first(act, &first, why);
	return rc > 0 ? act_map(act, &first, why) : rc;
}

int
act_worker_start(struct act *act, struct strbuf *why)
{
	int rc = start_worker(act, why);

	snprintf(act->no_worker, sizeof act->no_worker, "%s",
	    rc != 0 ? why->s : "");
	return rc;
}

void
act_worker_stop(struct act *act)
{
	pair_end(act);
	if (!actor_is_on(&act->actor) || act->actor.ops->stop == NULL)
		return;
	act->watch->source.ops->set_subject(act->watch->source.self, NULL);
	act->actor.ops->stop(act->actor.self);
	tracing_end(act);
	act->watch->base = (struct counters){ 0 };
	act->mapping.seq = 0;
	act->mapping.there = false;
	act->walk_paused = false;
	act->last_activity_ns = clock_now_ns();
	since_forget(act);
	orders_drop(act);
	outcome_give_up(act, "unknown: the worker ended");
}

int
act_follow(struct act *act, struct strbuf *why)
{
	bool on_old = act->followed && actor_is_on(&act->actor);

	act->followed = false;
	if (!on_old)
		return 0;
	act_worker_stop(act);
	return act_worker_start(act, why);
}

/* An act with an outcome to measure, of that event. */
static int
issue(struct act *act, const struct order *order, const struct event *ev,
    bool walk, struct strbuf *why)
{
	const struct ask ask = { .order = *order, .event_seq = ev->seq,
		.walk = walk, .spec = act->mapping.plan };

	/* Acts that wait behind a mapping are on it already. */
	if (order->op == ORDER_MAP)
		remap_note(act, order);
	act->said->dirty = act->said->urgent = true;
	if (act->picture_is_old)
		said_line(act->said, "frozen: the picture is from before this "
		    "act; Space goes on");
	return orders_ask(act, &ask, why);
}

/* Before an act: the worker on the whole file, and what is measured is of
 * now, unless the act is to wait. 0 or -errno with why. */
static int
prepare(struct act *act, struct strbuf *why)
{
	int rc = orders_room(act, why);

	if (rc == 0)
		rc = remap_if_grown(act, why);
	if (rc != 0)
		return rc;
	if (!orders_out(act))
		act_take_now(act);
	return act_follow(act, why);
}

/* Pages that one call surely asks for. */
static uint64_t
chunk_pages(const struct sample *s)
{
	const struct worker_facts *w = &s->worker;

	if (!w->readahead_known || w->readahead_bytes < s->target.page_bytes)
		return ADVICE_CHUNK_PAGES;
	return w->readahead_bytes / s->target.page_bytes;
}

struct advice_range
act_range(const struct act *act, const struct viewport *vp)
{
	const struct target_facts *t = &act->watch->live.target;
	struct strbuf why = STRBUF_INIT;
	uint64_t first, n;

	viewport_range(vp, &first, &n);
	remap_clip(act, &first, &n, &why);
	strbuf_done(&why);
	return (struct advice_range){ first * t->page_bytes,
		n * t->page_bytes,
		chunk_pages(&act->watch->live) * t->page_bytes };
}

/* The selected pages that are mapped. 0, or -EINVAL with why. *cut: what the
 * event has to say if these are not all. */
static int
select_range(const struct act *act, const struct viewport *vp, uint64_t *first,
    uint64_t *n, const char **cut, struct strbuf *why)
{
	uint64_t asked;
	int rc;

	viewport_range(vp, first, n);
	asked = *n;
	rc = remap_clip(act, first, n, why);
	*cut = vp->selecting && *n < asked ?
	    ", the rest of the selection is not mapped" : "";
	return rc;
}

/* The mark of an act: its key. */
static char
mark_of(char key)
{
	return key != 0 ? key : EVENT_MARK_COMMAND;
}

int
act_advise(struct act *act, const struct viewport *vp, int advice,
    struct strbuf *why)
{
	const struct advice *a = &advice_table[advice];
	struct order order = { .op = ORDER_ADVISE, .advice = (uint32_t)advice };
	struct advice_range range;
	struct event *ev;
	const char *cut = "";
	char calls[2][96];
	int i, rc;

	rc = prepare(act, why);
	if (rc == 0)
		rc = select_range(act, vp, &order.first_page, &order.n_pages,
		    &cut, why);
	if (rc != 0)
		return rc;
	range = act_range(act, vp);
	order.chunk_pages = chunk_pages(&act->watch->live);
	for (i = 0; i < 2; i++)
		advice_call_text(calls[i], sizeof calls[i], a, i, &range);
	ev = events_add(act->watch->events, EVENT_HINT,
	    mark_of(a->key), "%s%s%s%s",
	    calls[0], a->call == ADVICE_EVICT ? "; " : "",
	    a->call == ADVICE_EVICT ? calls[1] : "", cut);
	return issue(act, &order, ev, false, why);
}

int
act_work(struct act *act, const struct viewport *vp, struct pattern_spec spec,
    struct strbuf *why)
{
	struct order order = { .op = ORDER_WORK,
		.stamps_max_bytes = limit_stamps_bytes(act),
		.pace_per_s = act->pace_per_s };
	const char *cut = "";
	struct event *ev;
	char text[160];
	int rc;

	rc = prepare(act, why);
	if (rc != 0)
		return rc;
	spec.first_page = vp->cursor_page;
	spec.n_pages = 1;
	rc = spec.kind == PATTERN_SINGLE ?
	    remap_clip(act, &spec.first_page, &spec.n_pages, why) :
	    select_range(act, vp, &spec.first_page, &spec.n_pages, &cut, why);
	if (rc != 0)
		return rc;
	order.work = spec;
	describe_walk(text, sizeof text, &spec,
	    act->watch->live.target.page_bytes, act->pace_per_s);
	ev = events_add(act->watch->events, EVENT_WORK,
	    mark_of(pattern_table[spec.kind].key), "%s%s", text, cut);
	return issue(act, &order, ev, true, why);
}

int
act_map(struct act *act, const struct map_spec *spec, struct strbuf *why)
{
	uint32_t page_bytes = act->watch->live.target.page_bytes;
	struct map_spec as = *spec;
	struct order order;
	struct event *ev;
	char call[160];
	int rc;

	rc = orders_room(act, why);
	if (rc != 0)
		return rc;
	if (!orders_out(act))
		act_take_now(act);
	rc = act_follow(act, why);
	if (rc == 0)
		rc = remap_order(act, &as, &order, why);
	if (rc != 0)
		return rc;
	act->mapping.plan = as;
	mapspec_call_text(call, sizeof call, order.map_flags,
	    order.first_page * page_bytes, order.n_pages * page_bytes);
	ev = events_add(act->watch->events, EVENT_WORKER,
	    EVENT_MARK_COMMAND, "%s%s", call,
	    spec->length_bytes > order.n_pages * page_bytes ?
	    ", length= is cut at the end" : "");
	return issue(act, &order, ev, false, why);
}

int
act_stop(struct act *act, struct strbuf *why)
{
	const struct ask ask = { .order.op = ORDER_STOP };

	return orders_ask(act, &ask, why);
}

int
act_pause(struct act *act, enum pause pause, struct strbuf *why)
{
	const struct ask ask = { .order = { .op = ORDER_PAUSE,
		.pause = pause } };

	return orders_ask(act, &ask, why);
}

/* Is one on, or about to be? */
static bool
is_walking(const struct act *act)
{
	return outcome_walks(act) || orders_walk_waits(act);
}

int
act_step(struct act *act, const struct viewport *vp, struct strbuf *why)
{
	const struct ask ask = { .order.op = ORDER_STEP };
	const struct pattern_spec forward = { .kind = PATTERN_SEQUENTIAL,
		.passes = 1, .paused = 1 };
	int rc = 0;

	if (!is_walking(act))
		rc = act_work(act, vp, forward, why);
	return rc == 0 ? orders_ask(act, &ask, why) : rc;
}

int
act_trespass(struct act *act, const struct viewport *vp,
    enum trespass trespass, struct strbuf *why)
{
	const struct pattern_spec write = { .kind = PATTERN_SINGLE,
		.passes = 1, .op = TOUCH_WRITE };
	struct ask ask = { .order = { .op = ORDER_TRESPASS,
		.trespass = trespass, .first_page = vp->cursor_page } };
	uint64_t n = 1;
	int rc;

	if (trespass == TRESPASS_WRITE &&
	    (act->mapping.asked.map_flags & MAP_SPEC_WRITE) != 0)
		return act_work(act, vp, write, why);
	rc = prepare(act, why);
	if (rc != 0)
		return rc;
	if (trespass == TRESPASS_BEYOND && act->watch->live.target.anon) {
		strbuf_adds(why, "touch beyond: memory without a file has no "
		    "end of a file");
		return -EINVAL;
	}
	if (trespass != TRESPASS_WRITE)
		return orders_ask(act, &ask, why);
	rc = remap_clip(act, &ask.order.first_page, &n, why);
	return rc == 0 ? orders_ask(act, &ask, why) : rc;
}

int
act_pace(struct act *act, uint64_t per_s, struct strbuf *why)
{
	const struct ask ask = { .order = { .op = ORDER_PACE,
		.pace_per_s = per_s } };

	act->pace_per_s = per_s;
	if (!actor_is_on(&act->actor))
		return 0;
	return orders_ask(act, &ask, why);
}

void
act_report(struct act *act, const struct report *r)
{
	bool answered = orders_answered(act, r);

	act->watch->source.ops->touch_flags(act->watch->source.self);
	if (r->op != ORDER_PACE)
		act->last_activity_ns = clock_now_ns();
	diagnose_report(act, r);
	since_report(act, r);
	if (r->op != ORDER_MAP && r->seq != act->mapping.seq &&
	    !(r->op == ORDER_ADVISE && r->done))
		act->last_report_ns = clock_now_ns();
	act->said->dirty = true;
	act->walk_paused = r->paused != 0;
	if (r->touched.why.by != WHY_BY_NOBODY && !act->followed)
		act->watch->acted.touched = r->touched;
	step_report(act, r);
	outcome_report(act, r);
	if (r->op == ORDER_FORK)
		pair_forked(act, r);
	if (r->seq == act->mapping.seq)
		remap_answered(act, r);
	else if (answered)
		orders_next(act, false);
}

/* What one says that does not act is of before that, and comes too late. */
static void
on_report(void *arg, const struct report *r)
{
	const struct hand *hand = arg;
	struct act *act = hand->act;

	if (hand->number == act->helpers.pair->acts)
		act_report(act, tracing_touch(act, r));
}

/* Without the second one the first acts, without the first nobody does. */
static void
on_died(void *arg, int status)
{
	const struct hand *hand = arg;
	struct act *act = hand->act;
	struct pair *p = act->helpers.pair;

	death_tell(act, hand->number == p->acts ? &act->actor : &p->other,
	    hand->number, status);
	if (hand->number == 1) {
		act_worker_stop(act);
	} else if (p->acts == 2) {
		orders_drop(act);
		pair_turn(act);
	}
	pair_end(act);
	act->said->dirty = act->said->urgent = true;
}

void
act_open(struct act *act, const struct act_opts *opts)
{
	static const struct actor_listener listener = { on_report, on_died };

	*act = (struct act){ .opts = *opts, .watch = act->watch,
		.said = act->said, .taken = act->taken, .arg = act->arg,
		.mapping.plan = opts->map, .pace_per_s = PACE_DEFAULT };
	act->diagnose.recent = recent_new();
	act->compare = compare_new();
	act->since = since_new();
	act->helpers.landwatch = landwatch_new(act->watch, act->said,
	    opts->faults);
	act->helpers.otherhint = otherhint_new(act->watch, act->said);
	act->helpers.whowatch = whowatch_new(act->watch, act->said);
	act->helpers.pair = pair_new(act, &listener);
	if (act->watch->fake != NULL)
		simulated_open(&act->actor, act->watch->fake, &listener,
		    &act->helpers.pair->hand[0]);
	else
		child_open(&act->actor, &listener,
		    &act->helpers.pair->hand[0], NULL);
}

void
act_end(struct act *act)
{
	act_worker_stop(act);
	holders_close(act);
	limit_close(act);
}

void
act_close(struct act *act)
{
	if (act->actor.ops == NULL)
		return;
	act_end(act);
	act->actor.ops->close(act->actor.self);
	pair_free(act->helpers.pair);
	landwatch_free(act->helpers.landwatch);
	otherhint_free(act->helpers.otherhint);
	whowatch_free(act->helpers.whowatch);
	orders_free(act);
	recent_free(act->diagnose.recent);
	compare_free(act->compare);
	free(act->since);
	free(act->race);
}
