#include "config.h"

#include "remap.h"

#include <errno.h>

#include "pagetide/act.h"
#include "pagetide/event.h"
#include "pagetide/mapspec.h"
#include "pagetide/order.h"
#include "pagetide/orders.h"
#include "pagetide/said.h"
#include "pagetide/strbuf.h"

#include "refused.h"

/* The mapping that acts are on from now on. */
void
remap_note(struct act *act, const struct order *order)
{
	act->mapping.asked_pages = act->watch->live.target.pages;
	act->mapping.asked = *order;
}

/* Maps as was asked for last, without an event. */
static int
map_again(struct act *act, struct strbuf *why)
{
	struct ask ask = { .spec = act->mapping.plan };
	int rc = remap_order(act, &ask.spec, &ask.order, why);

	if (rc != 0)
		return rc;
	remap_note(act, &ask.order);
	return orders_ask(act, &ask, why);
}

/* Maps as it was before an order that failed; what was asked for since then
 * still waits. */
static int
map_back(struct act *act, struct strbuf *why)
{
	struct ask ask = { .spec = act->mapping.made };
	int rc = remap_order(act, &ask.spec, &ask.order, why);

	if (rc != 0)
		return rc;
	if (!orders_map_waits(act)) {
		act->mapping.plan = act->mapping.made;
		remap_note(act, &ask.order);
	}
	return orders_ask_first(act, &ask, why);
}

/* What is counted from now on is the doing of acts. */
static void
worker_is_ready(struct act *act)
{
	if (act->watch->base.known == 0)
		act->watch->base = act->watch->live.base =
		    act->watch->live.counters;
}

/* Nothing that waits goes before it. */
int
remap_greet(struct act *act, struct strbuf *why)
{
	const struct ask ask = { .order.op = ORDER_STOP, .greeting = true };

	return orders_ask_first(act, &ask, why);
}

int
remap_first(struct act *act, struct map_spec *spec, struct strbuf *why)
{
	bool mapped = act->actor.ops->mapped;
	int rc;

	act->mapping.there = mapped;
	if (mapped) {
		act->mapping.asked_pages = act->watch->live.target.pages;
		worker_is_ready(act);
	}
	*spec = act->mapping.plan;
	if (spec->flags == 0 && spec->from_bytes == 0 &&
	    spec->length_bytes == 0)
		return mapped ? 0 : map_again(act, why);
	act->mapping.plan = (struct map_spec){ 0 };
	rc = remap_greet(act, why);
	return rc != 0 ? rc : 1;
}

/* Is something locked that will not be once it is mapped anew? */
static bool
loses_lock(const struct act *act)
{
	const struct sample *s = &act->watch->live;

	return (act->mapping.plan.flags & MAP_SPEC_LOCKED) == 0 &&
	    (s->total_known & LAYER_BIT(LAYER_LOCKED)) != 0 &&
	    s->total[LAYER_LOCKED] > 0;
}

/* The file grew since it was mapped: the acts to come need all of it. */
int
remap_if_grown(struct act *act, struct strbuf *why)
{
	if (!remap_is_due(act))
		return 0;
	events_add(act->watch->events, EVENT_WORKER, 0,
	    "mapped anew, the file grew: PTEs and advice start over%s",
	    loses_lock(act) ? ", the lock is gone" : "");
	return map_again(act, why);
}

/* The mapping is there: rates and outcomes start from here. */
static void
begin_on_mapping(struct act *act)
{
	act->mapping.seq = 0;
	/* A mapping with an outcome of its own is part of the rates. */
	act->watch->gap_next = !act->mapping.measured;
	act_take_now(act);
	worker_is_ready(act);
	orders_next(act, true);
}

/* It could not be mapped like this: as it was before, then. True if what
 * waits has to go on waiting. */
static bool
map_failed(struct act *act, const struct report *r)
{
	struct strbuf why = STRBUF_INIT;
	bool again;

	strbuf_adds(&why, "the worker can't map it like this: ");
	refused_map(act, r, &why);
	said_error(act->said, "%s", why.s);
	again = act->mapping.measured;
	if (!again)	/* nothing else shows the first mapping */
		events_add(act->watch->events, EVENT_ERROR, '!', "%s", why.s);
	strbuf_reset(&why);
	if (!again)
		act->mapping.plan = act->mapping.made;
	if (again && map_back(act, &why) != 0) {
		said_error(act->said, "%s", why.s);
		again = false;
	}
	strbuf_done(&why);
	return again;
}

/* The worker has answered the order to map, or the greeting before it. */
void
remap_answered(struct act *act, const struct report *r)
{
	if (r->op == ORDER_MAP && r->err[0] > 0 && map_failed(act, r))
		return;
	if (r->op == ORDER_MAP && r->err[0] == 0)
		act->mapping.made = act->mapping.out;
	if (r->op == ORDER_MAP && r->err[0] == 0 && act->mapping.measured &&
	    act->mapping.there)
		said_line(act->said, "mapped anew: PTEs and advice start over");
	if (r->op == ORDER_MAP)
		act->mapping.there = r->err[0] == 0;
	begin_on_mapping(act);
}
