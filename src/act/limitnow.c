/* The memory limit as it is now, and what its event says. */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>

#include "pagetide/act.h"
#include "pagetide/event.h"
#include "pagetide/limit.h"
#include "pagetide/memcg.h"
#include "pagetide/said.h"

#include "cgroup.h"

/* The part of the limit that the worker's stamps may have: an eighth. */
#define LIMIT_STAMPS_PART	8

const struct memcg *
limit_memcg(const struct act *act)
{
	return act->limit.cgroup != NULL ?
	    cgroup_memcg(act->limit.cgroup) : NULL;
}

uint64_t
limit_bytes(const struct act *act)
{
	return limit_is_on(act) ? act->limit.bytes : LIMIT_OFF;
}

bool
limit_is_on(const struct act *act)
{
	return act->limit.cgroup != NULL && act->limit.bytes != LIMIT_OFF;
}

/* Processes that the OOM killer has ended in it; 0 also if it does not say. */
uint64_t
limit_kills(const struct act *act)
{
	uint64_t n = 0;

	if (act->limit.cgroup != NULL)
		memcg_number(limit_memcg(act), MEMCG_KILLS, &n);
	return n;
}

uint64_t
limit_stamps_bytes(const struct act *act)
{
	return limit_is_on(act) ? act->limit.bytes / LIMIT_STAMPS_PART : 0;
}

bool
limit_has_killed(const struct act *act)
{
	return limit_kills(act) > act->limit.kills_before;
}

/* What is cached now was brought in by others, or by a worker without a
 * limit: the kernel counts it against them. */
static void
say_uncounted(struct act *act, struct event *ev)
{
	uint64_t pages = act->watch->live.total[LAYER_CACHED];

	if ((act->watch->live.total_known & LAYER_BIT(LAYER_CACHED)) == 0)
		snprintf(ev->effect, sizeof ev->effect, "pages that are "
		    "cached already do not count: evict them first (E)");
	else if (pages > 0)
		snprintf(ev->effect, sizeof ev->effect, "%" PRIu64 " pages "
		    "are cached already and do not count: evict them first "
		    "(E)", pages);
	else
		snprintf(ev->effect, sizeof ev->effect,
		    "no page is cached yet: all that come count");
}

/* What the event is to say of cached pages it says now. */
static void
finish_event(struct act *act)
{
	struct event *ev = events_get(act->watch->events, act->limit.event_seq);

	act->limit.event_seq = 0;
	if (ev == NULL)
		return;
	say_uncounted(act, ev);
	events_finish(act->watch->events, ev);
	act->said->dirty = true;
}

void
limit_feed(struct act *act)
{
	if (act->limit.event_seq != 0 && act->watch->live.scan.complete)
		finish_event(act);
}

void
limit_act_begins(struct act *act)
{
	if (act->limit.event_seq != 0)
		finish_event(act);
}
