/* Workers that start while there is one: another in its place, or a second. */
#include "config.h"

#include "pagetide/second.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>

#include "pagetide/act.h"
#include "pagetide/clock.h"
#include "pagetide/death.h"
#include "pagetide/event.h"
#include "pagetide/limit.h"
#include "pagetide/orders.h"
#include "pagetide/outcome.h"
#include "pagetide/race.h"
#include "pagetide/said.h"
#include "pagetide/source.h"
#include "pagetide/strbuf.h"

#include "actparts.h"
#include "pair.h"

/* A key waits so long for it. */
#define ANSWER_NS (20 * NS_PER_MS)

/* An order that is answered at once, as most are, keeps nobody waiting. */
static void
await_answers(struct act *act)
{
	uint64_t end_ns = clock_now_ns() + ANSWER_NS, now_ns;
	struct pollfd fds[ACTOR_FDS];
	int n;

	while (orders_out(act) && (now_ns = clock_now_ns()) < end_ns) {
		n = act->actor.ops->fds(act->actor.self, fds);
		if (n == 0 || poll(fds, (nfds_t)n, (int)((end_ns - now_ns) /
		    NS_PER_MS) + 1) <= 0)
			return;
		act->actor.ops->ready(act->actor.self);
	}
}

/* Can another one act, and has this one nothing to do? */
static int
check(struct act *act, struct strbuf *why)
{
	if (act->actor.ops->no_second != NULL) {
		strbuf_addf(why, "worker: %s", act->actor.ops->no_second);
		return -EOPNOTSUPP;
	}
	if (!actor_is_on(&act->actor)) {
		death_refuse(act, why);
		return -ESRCH;
	}
	await_answers(act);
	if (orders_out(act) || outcome_walks(act) || race_is_on(act)) {
		strbuf_addf(why, "worker %u is at work: x stops it",
		    act->helpers.pair->acts);
		return -EBUSY;
	}
	return 0;
}

static void
tell(struct act *act, const char *what)
{
	const struct pair *p = act->helpers.pair;
	struct event *ev = events_add(act->watch->events, EVENT_WORKER,
	    EVENT_MARK_COMMAND, "worker %u, pid %d, %s", p->acts,
	    (int)actor_pid(&act->actor), what);

	events_finish(act->watch->events, ev);
	act->said->dirty = true;
}

/* Its process and its mapping. */
static int
begin(struct act *act, struct strbuf *why)
{
	const struct source *source = &act->watch->source;
	int rc = act->actor.ops->start(act->actor.self,
	    source->ops->file(source->self), why);

	if (rc == 0 && limit_admit(act, why) != 0)
		rc = -EACCES;
	if (rc != 0)
		return rc;
	tell(act, "started and acts now: it maps the same, with PTEs of its "
	    "own");
	return act_worker_map(act, why);
}

static int
start(struct act *act, struct strbuf *why)
{
	int rc;

	act_take_now(act);
	pair_turn_to_new(act, false);
	rc = begin(act, why);
	if (rc == 0)
		return 0;
	pair_turn(act);
	pair_end(act);
	return rc;
}

int
second_choose(struct act *act, unsigned number, struct strbuf *why)
{
	const struct pair *p = act->helpers.pair;
	int rc;

	if (number == p->acts)
		return 0;
	rc = act_follow(act, why);
	if (rc == 0)
		rc = check(act, why);
	if (rc != 0)
		return rc;
	if (!p->two)
		return start(act, why);
	act_take_now(act);
	pair_turn(act);
	tell(act, "acts now");
	return 0;
}

int
second_next(struct act *act, struct strbuf *why)
{
	return second_choose(act, 3 - act->helpers.pair->acts, why);
}

int
second_fork(struct act *act, struct strbuf *why)
{
	const struct ask ask = { .order.op = ORDER_FORK };
	int rc = act_follow(act, why);

	if (rc == 0)
		rc = check(act, why);
	if (rc != 0)
		return rc;
	if (act->helpers.pair->two) {
		strbuf_adds(why, "worker fork: there is a second worker, which "
		    ":worker alone ends");
		return -EEXIST;
	}
	act_take_now(act);
	return orders_ask(act, &ask, why);
}

int
second_end(struct act *act, struct strbuf *why)
{
	int rc;

	if (!act->helpers.pair->two)
		return 0;
	rc = check(act, why);
	if (rc != 0)
		return rc;
	act_take_now(act);
	if (act->helpers.pair->acts == 2)
		pair_turn(act);
	pair_end(act);
	tell(act, "is alone again");
	return 0;
}

/* A worker without a process is simulated. */
static void
tell_restart(struct act *act, pid_t old, pid_t new)
{
	char ended[40] = "";
	struct event *ev;

	if (old != 0)
		snprintf(ended, sizeof ended, "worker %d ended, ", (int)old);
	if (new != 0)
		ev = events_add(act->watch->events, EVENT_WORKER,
		    EVENT_MARK_COMMAND, "%s%s%d started: PTEs, advice and "
		    "counts start over", ended, old != 0 ? "" : "worker ",
		    (int)new);
	else
		ev = events_add(act->watch->events, EVENT_WORKER,
		    EVENT_MARK_COMMAND, "worker started anew: PTEs, advice "
		    "and counts start over");
	events_finish(act->watch->events, ev);
	act->said->dirty = true;
}

int
act_worker_restart(struct act *act, struct strbuf *why)
{
	pid_t old = actor_is_on(&act->actor) ? actor_pid(&act->actor) : 0;
	int rc;

	act_worker_stop(act);
	rc = act_worker_start(act, why);
	if (rc == 0)
		tell_restart(act, old, actor_pid(&act->actor));
	return rc;
}
