#include "config.h"

#include "pagetide/limit.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "pagetide/act.h"
#include "pagetide/clock.h"
#include "pagetide/event.h"
#include "pagetide/membox.h"
#include "pagetide/memcg.h"
#include "pagetide/orders.h"
#include "pagetide/outcome.h"
#include "pagetide/said.h"
#include "pagetide/strbuf.h"
#include "pagetide/units.h"

#include "actparts.h"
#include "cgroup.h"
#include "pair.h"

/* Limits the cgroup, made if there is none yet. */
static int
set_limit(struct act *act, uint64_t bytes, struct strbuf *why)
{
	bool is_new = act->limit.cgroup == NULL;
	int rc;

	if (is_new) {
		act->limit.cgroup = cgroup_new("", why);
		if (act->limit.cgroup == NULL)
			return -errno;
	}
	rc = cgroup_limit(act->limit.cgroup, bytes, why);
	if (rc == 0)
		act->limit.bytes = bytes;
	else if (is_new)
		limit_close(act);
	return rc;
}

int
limit_open(struct act *act, struct strbuf *why)
{
	struct strbuf reason = STRBUF_INIT;
	int rc = 0;

	if (act->opts.memory_limit_bytes != 0)
		rc = set_limit(act, act->opts.memory_limit_bytes, &reason);
	if (rc != 0)
		strbuf_addf(why, "--memory-limit: %s", reason.s);
	strbuf_done(&reason);
	return rc;
}

void
limit_close(struct act *act)
{
	limit_act_begins(act);
	cgroup_free(act->limit.cgroup);
	act->limit.cgroup = NULL;
}

/* The limit in force, as an event. */
static struct event *
new_event(struct act *act)
{
	char size[UNITS_MAX] = "off";

	if (limit_is_on(act))
		units_bytes(size, act->limit.bytes);
	act->said->dirty = true;
	return events_add(act->watch->events, EVENT_WORKER,
	    act->limit.mark, "memory limit of the worker: %s", size);
}

/* Of a worker that comes in; nothing is charged to the worker's cgroup before
 * its first one. */
static void
add_event(struct act *act, bool first)
{
	struct event *ev = new_event(act);

	if (first && limit_is_on(act) && act->opts.anon_bytes == 0) {
		act->limit.event_seq = ev->seq;
		limit_feed(act);
	} else {
		events_finish(act->watch->events, ev);
	}
}

int
limit_admit(struct act *act, struct strbuf *why)
{
	uint64_t charged = 0;
	int rc;

	if (act->limit.cgroup == NULL)
		return 0;
	act->limit.kills_before = limit_kills(act);
	memcg_number(limit_memcg(act), MEMCG_USAGE, &charged);
	rc = cgroup_admit(act->limit.cgroup, actor_pid(&act->actor), why);
	if (rc == 0 && act->helpers.pair->two)
		rc = cgroup_admit(act->limit.cgroup,
		    actor_pid(&act->helpers.pair->other), why);
	if (rc != 0)
		return rc;
	act_take_now(act);
	if (limit_is_on(act))
		add_event(act, charged == 0);
	return 0;
}

/* A worker that runs already goes in; what the cgroup counts begins now. */
static int
admit_running(struct act *act, struct strbuf *why)
{
	struct counters *base = &act->watch->base;
	int rc = limit_admit(act, why);

	if (rc != 0)
		return rc;
	act_set_subject(act);
	base->v[COUNTER_REFAULTS] = base->v[COUNTER_STEALS] = 0;
	base->known |= COUNTER_BIT(COUNTER_REFAULTS) |
	    COUNTER_BIT(COUNTER_STEALS);
	return 0;
}

/* What the cgroup holds, and what reclaim took from it since it was opened. */
struct charged {
	struct counters	counters;
	struct memory_facts memory;
};

static void
read_charged(const struct memcg_fds *fds, struct charged *c)
{
	*c = (struct charged){ 0 };
	memcg_read(fds, &c->counters, &c->memory);
}

/* "used 40.0 MiB -> 8.0 MiB  taken 8192 pages", around the call; of the whole
 * system where the cgroup does not count them. */
static void
tell_charged(struct event *ev, const struct charged *before,
    const struct charged *after)
{
	const char *by = after->memory.steals_by;
	char from[UNITS_MAX], to[UNITS_MAX], pages[UNITS_MAX];
	struct strbuf text = STRBUF_INIT;

	if (before->memory.usage_known && after->memory.usage_known) {
		units_bytes(from, before->memory.usage_bytes);
		units_bytes(to, after->memory.usage_bytes);
		if (strcmp(from, to) == 0)
			strbuf_addf(&text, "used %s =", from);
		else
			strbuf_addf(&text, "used %s -> %s", from, to);
	}
	if (by != NULL)
		strbuf_addf(&text, "%staken %s%s", text.len > 0 ? "  " : "",
		    units_count(pages, after->counters.v[COUNTER_STEALS] -
		    before->counters.v[COUNTER_STEALS], "page"),
		    strcmp(by, "system") == 0 ? " (system)" : "");
	if (text.len > 0)
		snprintf(ev->own, sizeof ev->own, "%s", text.s);
	strbuf_done(&text);
}

/* What it did to the worker's file is measured from the newest sample on, which
 * is from before it. */
static void
measure(struct act *act, struct event *ev)
{
	const struct order order = { .op = ORDER_PACE,
		.seq = ++act->order_seq };

	if (actor_is_on(&act->actor))
		outcome_at_once(act, ev->seq, &order);
	else
		events_finish(act->watch->events, ev);
}

/* Another limit where there was one: an act, and measured as others are. */
static int
change(struct act *act, uint64_t bytes, struct strbuf *why)
{
	struct charged before, after;
	struct memcg_fds fds;
	struct event *ev;
	char took[UNITS_MAX];
	uint64_t begin;
	int rc;

	if (actor_is_on(&act->actor) && !orders_out(act))
		act_take_now(act);
	memcg_open(&fds, limit_memcg(act));
	read_charged(&fds, &before);
	begin = clock_now_ns();
	rc = set_limit(act, bytes, why);
	units_duration(took, clock_now_ns() - begin);
	read_charged(&fds, &after);
	memcg_close(&fds);
	if (rc != 0)
		return rc;
	ev = new_event(act);
	snprintf(ev->result, sizeof ev->result, "in %s", took);
	tell_charged(ev, &before, &after);
	measure(act, ev);
	return 0;
}

int
limit_parse(const char *text, uint64_t *bytes)
{
	return units_parse_bytes(text, bytes) == 0 &&
	    *bytes >= MEMBOX_LEAST_BYTES ? 0 : -EINVAL;
}

int
limit_set(struct act *act, uint64_t bytes, char mark, struct strbuf *why)
{
	bool had_cgroup = act->limit.cgroup != NULL;
	int rc;

	if (act->actor.ops->no_limit != NULL) {
		strbuf_addf(why, "limit: %s", act->actor.ops->no_limit);
		return -EOPNOTSUPP;
	}
	if (!had_cgroup && bytes == LIMIT_OFF)
		return 0;
	act->limit.mark = mark;
	rc = had_cgroup ? change(act, bytes, why) : set_limit(act, bytes, why);
	if (rc != 0)
		return rc;
	/* What reclaim takes for it is not others' doing. */
	act->last_activity_ns = clock_now_ns();
	if (had_cgroup)
		return 0;
	if (actor_is_on(&act->actor))
		return admit_running(act, why);
	add_event(act, false);
	return 0;
}
