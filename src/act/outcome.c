#include "config.h"

#include "pagetide/outcome.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "pagetide/act.h"
#include "pagetide/clock.h"
#include "pagetide/event.h"
#include "pagetide/landwatch.h"
#include "pagetide/limit.h"
#include "pagetide/own.h"
#include "pagetide/pattern.h"
#include "pagetide/said.h"
#include "pagetide/strbuf.h"
#include "pagetide/whowatch.h"

#include "judge.h"
#include "result.h"
#include "tracing.h"

/* What came of it: text goes into the event, and the event to the log. */
static void
tell(struct act *act, uint64_t event_seq, const char *text)
{
	struct event *ev = events_get(act->watch->events, event_seq);

	act->said->dirty = true;
	if (ev == NULL)
		return;
	snprintf(ev->effect, sizeof ev->effect, "%s", text);
	events_finish(act->watch->events, ev);
}

/* What it did itself goes into its event. */
static void
tell_own(struct act *act, const struct outcome *p)
{
	struct event *ev = events_get(act->watch->events, p->event_seq);
	struct strbuf text = STRBUF_INIT;

	act->said->dirty = true;
	result_own(&text, &p->own, &p->why, act->watch->live.target.anon);
	if (ev != NULL && text.len > 0)
		snprintf(ev->own, sizeof ev->own, "%s", text.s);
	strbuf_done(&text);
}

/* Nobody waits for the pages of it that are on their way. */
static void
end_waiting(struct act *act, struct outcome *p, enum own_arrival how)
{
	if (p->own.arrival != OWN_ARRIVAL_UNDER_WAY)
		return;
	p->own.arrival = how;
	tell_own(act, p);
}

/* The outcome is complete; the slot is free. */
static void
finish(struct act *act, struct outcome *p, const char *text)
{
	end_waiting(act, p, OWN_ARRIVAL_UNKNOWN);
	tell(act, p->event_seq, text);
	p->event_seq = 0;
}

/* Are the totals of the newest sample of that time or later, as far as they
 * are known? */
static bool
is_fresh(const struct sample *s, uint64_t since_ns)
{
	return (s->total_known & (LAYER_BIT(LAYER_CACHED) |
	    LAYER_BIT(LAYER_MAPPED))) == 0 || s->scan.pass_ns >= since_ns;
}

/* Is the file too large to have been looked through even once? */
static bool
is_first_pass(const struct sample *s)
{
	return !s->scan.complete &&
	    (s->scan.cached_by != NULL || s->scan.mapped_by != NULL);
}

/* Measures it from the newest sample on. */
static void
begin(struct act *act, struct outcome *p)
{
	struct effect *e = &p->effect;

	effect_begin(e, &act->watch->live);
	if (is_first_pass(&act->watch->live))
		e->why = "the first pass was not over";
	if (is_fresh(&act->watch->live, act->last_report_ns))
		return;
	e->before.known &= ~(COUNTER_BIT(COUNTER_CACHED) |
	    COUNTER_BIT(COUNTER_MAPPED) | COUNTER_BIT(COUNTER_PRIVATE));
	e->why = "no whole pass since the act before";
}

struct outcome *
outcome_new(struct act *act, uint64_t event_seq, const struct order *order,
    bool walk)
{
	struct outcome *p = &act->outcome[0];
	unsigned i;

	limit_act_begins(act);
	for (i = 0; i < OUTCOMES_MAX; i++) {
		if (act->outcome[i].event_seq == 0) {
			p = &act->outcome[i];
			break;
		}
		if (act->outcome[i].event_seq < p->event_seq)
			p = &act->outcome[i];
	}
	if (p->event_seq != 0)
		finish(act, p, "not measured: too many acts at a time");
	*p = (struct outcome){ .event_seq = event_seq, .order = *order,
		.walk = walk };
	begin(act, p);
	return p;
}

static struct outcome *
pending_of(struct act *act, uint32_t order_seq)
{
	unsigned i;

	for (i = 0; i < OUTCOMES_MAX; i++)
		if (act->outcome[i].event_seq != 0 &&
		    act->outcome[i].order.seq == order_seq)
			return &act->outcome[i];
	return NULL;
}

struct field_of
outcome_fields(struct act *act, struct walk_facts *walk)
{
	uint32_t seq = act->watch->live.worker.walk_seq;
	const struct outcome *p = &act->walked;

	if (p->event_seq == 0 || p->order.seq != seq)
		p = pending_of(act, seq);
	walk->known = p != NULL;
	if (p != NULL)
		*walk = (struct walk_facts){ true, p->order.work.kind,
			p->forecast, p->effect };
	return (struct field_of){ .sample = &act->watch->live, .walk = walk,
		.own = act->counted.own.asked ? &act->counted.own : NULL,
		.diagnosis = &act->watch->findings.now,
		.touched = &act->watch->acted.touched,
		.readahead = &act->watch->acted.readahead,
		.landing = act->watch->opts.replayed ?
		    act->watch->acted.landing :
		    landwatch_now(act->helpers.landwatch),
		.sharers = whowatch_now(act->helpers.whowatch),
		.trace = tracing_state(act), .compare = act->compare };
}

/* How a walk ended that ended by itself. The forecast is of all of it. */
static void
tell_end(struct act *act, struct outcome *p, struct event *ev,
    const struct report *r)
{
	result_walk(ev->result, sizeof ev->result, &p->order.work, r);
	if (r->err[0] > 0 || r->capped)
		p->forecast.known = false;
	if (r->capped)
		said_line(act->said, "the walk has read as much as it may: "
		    "read=SIZE for more, read=0 for no such end");
}

static void
set_reported(struct act *act, struct outcome *p)
{
	struct event *ev = events_get(act->watch->events, p->event_seq);

	p->reported = true;
	p->reported_ns = clock_now_ns();
	act->said->dirty = true;
	if (ev != NULL)
		events_answer(act->watch->events, ev);
}

void
outcome_at_once(struct act *act, uint64_t event_seq, const struct order *order)
{
	struct outcome *p = outcome_new(act, event_seq, order, false);

	outcome_overlap(act, p);
	set_reported(act, p);
}

/* A walk that was stopped, or gave way to another, is over as well. */
static void
end_older_walks(struct act *act, uint32_t order_seq)
{
	unsigned i;

	for (i = 0; i < OUTCOMES_MAX; i++) {
		struct outcome *p = &act->outcome[i];
		struct event *ev;

		if (p->event_seq == 0 || !p->walk || p->reported ||
		    p->order.seq >= order_seq)
			continue;
		set_reported(act, p);
		ev = events_get(act->watch->events, p->event_seq);
		if (ev != NULL)
			snprintf(ev->result, sizeof ev->result, "stopped");
		/* That was of the whole walk. */
		p->forecast.known = false;
	}
}

/* A walk that could not begin; the one that runs goes on. */
static void
refused(struct act *act, struct outcome *p, int err)
{
	char result[32];

	snprintf(result, sizeof result, "refused: %s", strerrorname_np(err));
	outcome_not_made(act, p, result, err == EACCES ?
	    "the mapping can't be written (:map private write)" : "");
}

/* The last page of a hint is there, or is not waited for any longer. */
static void
arrived(struct act *act, struct outcome *p, const struct report *r)
{
	p->own.arrival = r->own.arrival;
	p->own.arrived_ns = r->own.arrived_ns;
	if (r->own.arrival == OWN_ARRIVAL_LATE)
		p->own.in_flight = r->own.in_flight;
	if (act->counted.seq == r->seq)
		act->counted.own = p->own;
	tell_own(act, p);
}

void
outcome_report(struct act *act, const struct report *r)
{
	struct outcome *p = pending_of(act, r->seq);
	bool started = !r->done && r->err[0] <= 0;
	struct event *ev;

	if (r->op == ORDER_ADVISE && r->done) {
		if (p != NULL)
			arrived(act, p, r);
		return;
	}
	if (r->op == ORDER_WORK && !r->done && !started) {
		if (p != NULL)
			refused(act, p, r->err[0]);
		return;
	}
	if (!r->done && (r->op == ORDER_STOP || r->op == ORDER_WORK ||
	    r->op == ORDER_MAP))
		end_older_walks(act, r->seq);
	if (p == NULL || (p->walk && started))
		return;
	set_reported(act, p);
	p->own = r->own;
	p->why = r->touched.why;
	p->own.call_ns = r->call_ns[0] + r->call_ns[1] + r->touched.ns;
	p->own.one_touch = p->walk && p->order.work.kind == PATTERN_SINGLE;
	p->own.signal = r->touched.signal;
	effect_rebase(&p->effect, &p->own, r->end_ns);
	p->effect.mixed |= p->behind && !own_counted(&p->own);
	if (p->late)
		own_forget_late(&p->own);
	if (p->own.asked)
		act->counted = (struct counted){ r->seq, p->own };
	judge_report(act, p, r);
	tell_own(act, p);
	ev = events_get(act->watch->events, p->event_seq);
	if (ev == NULL)
		return;
	if (p->walk)
		tell_end(act, p, ev, r);
	else
		result_calls(ev->result, sizeof ev->result, r);
}

/* The window of an effect. */
#define EFFECT_NS NS_PER_S
/* What is looked for longer than that is not waited for. */
#define HOLDERS_NS (3 * NS_PER_S)
/* The worker has told of the last page by then. */
#define ARRIVAL_NS (3 * NS_PER_S / 2)

/* Is everything in that the outcome needs? */
static bool
is_ripe(const struct act *act, const struct outcome *p)
{
	if (!p->reported || !is_fresh(&act->watch->live, p->reported_ns))
		return false;
	/* The search for others is over by then, or hangs. */
	if (p->asking && act->watch->live.t_ns < p->reported_ns + HOLDERS_NS)
		return false;
	if (p->own.arrival == OWN_ARRIVAL_UNDER_WAY &&
	    act->watch->live.t_ns < p->reported_ns + ARRIVAL_NS)
		return false;
	/* A walk is measured from its start to the first sample after it. */
	if (p->walk)
		return act->watch->live.t_ns >= p->reported_ns;
	return act->watch->live.t_ns >= p->reported_ns + EFFECT_NS;
}

void
outcome_none(struct act *act, uint64_t event_seq, const char *result,
    const char *why)
{
	struct event *ev = events_get(act->watch->events, event_seq);

	if (ev != NULL) {
		snprintf(ev->result, sizeof ev->result, "%s", result);
		events_answer(act->watch->events, ev);
		ev->mark = 0;
	}
	tell(act, event_seq, why);
}

void
outcome_not_made(struct act *act, struct outcome *p, const char *result,
    const char *why)
{
	outcome_none(act, p->event_seq, result, why);
	p->event_seq = 0;
}

/* Was anything measured since the answer? */
static bool
is_measured(const struct act *act, const struct outcome *p)
{
	return p->reported && p->effect.t_after_ns >= p->reported_ns &&
	    is_fresh(&act->watch->live, p->reported_ns);
}

/* What was measured so far goes into the event. */
static void
complete(struct act *act, struct outcome *p)
{
	struct strbuf text = STRBUF_INIT, why = STRBUF_INIT, all = STRBUF_INIT;
	struct effect compared;
	struct verdict verdict;
	bool refused;

	if (p->walk) {
		p->effect.walking = false;
		act->walked = *p;
	}
	judge_end(act, p, &verdict);
	judge_text(&verdict, "", "", &why);
	refused = verdict.kind == VERDICT_REFUSED;
	if (refused && verdict.command != NULL)
		strbuf_addf(&why, " (:%s)", verdict.command);
	if (!own_counted(&p->own))
		effect_text(&p->effect, &text);
	else if (is_measured(act, p))
		effect_then_text(&p->effect, &p->own, &text);
	compared = p->effect;
	if (own_counted(&p->own))
		effect_of_own(&compared, &p->own);
	forecast_text(&p->forecast, &compared, &text);
	/* What was refused stands first: it did nothing. So does what is said
	 * of the act itself, where that is apart. */
	if (refused || own_counted(&p->own))
		result_join(&all, why.s, text.s);
	else
		result_join(&all, text.s, why.s);
	finish(act, p, all.s);
	strbuf_done(&all);
	strbuf_done(&text);
	strbuf_done(&why);
}

/* May what it reads still come to be counted? Not where the calls' own reads
 * were counted, and the pages with them: cachestat, which tells dirty pages
 * too, counts a page from the moment it is asked for. */
static bool
reads_on(const struct outcome *p)
{
	int64_t bytes = -1;

	if (p->own.faults_known && own_knows(&p->own, LAYER_DIRTY))
		return false;
	effect_delta(&p->effect, COUNTER_READ_BYTES, &bytes);
	return bytes != 0;
}

/* Ends a hint where it was measured after its call; what it reads may still
 * be on its way then, and be counted for the next act. */
static void
overlap_hint(struct act *act, struct outcome *p, struct outcome *next)
{
	bool apart = own_counted(&p->own) && !reads_on(p);

	if (!p->reported || (!apart && !is_measured(act, p))) {
		p->effect.mixed = next->effect.mixed = true;
		return;
	}
	if (reads_on(p))
		next->effect.mixed = next->late = true;
	p->effect.cut = true;
	end_waiting(act, p, OWN_ARRIVAL_CUT);
	complete(act, p);
}

/* A walk that was not over, or nothing has been measured since, and one that
 * is measured from the newest sample on, for that was before the first ended.
 * Hints say that one ran. */
static void
overlap_walk(const struct act *act, struct outcome *p, struct outcome *next)
{
	bool over = p->reported ?
	    act->watch->live.t_ns >= p->reported_ns : act->walk_paused;

	p->effect.mixed = true;
	next->behind |= next->walk && !over;
	next->effect.mixed |= next->behind &&
	    next->order.work.kind != PATTERN_SINGLE;
}

void
outcome_overlap(struct act *act, struct outcome *next)
{
	unsigned i;

	for (i = 0; i < OUTCOMES_MAX; i++) {
		struct outcome *p = &act->outcome[i];

		if (p == next || p->event_seq == 0)
			continue;
		if (p->walk && !own_counted(&p->own))
			overlap_walk(act, p, next);
		else
			overlap_hint(act, p, next);
	}
}

void
outcome_feed(struct act *act)
{
	unsigned i;

	for (i = 0; i < OUTCOMES_MAX; i++) {
		struct outcome *p = &act->outcome[i];

		if (p->event_seq == 0)
			continue;
		if (p->reported && is_fresh(&act->watch->live, p->reported_ns))
			judge_feed(act, p);
		effect_feed(&p->effect, &act->watch->live,
		    is_ripe(act, p) ? 0 : UINT64_MAX);
		if (p->effect.done)
			complete(act, p);
	}
}

void
outcome_give_up(struct act *act, const char *text)
{
	unsigned i;

	for (i = 0; i < OUTCOMES_MAX; i++)
		if (act->outcome[i].event_seq != 0)
			finish(act, &act->outcome[i], text);
}
