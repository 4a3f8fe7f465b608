#include "config.h"

#include "pagetide/orders.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "pagetide/act.h"
#include "pagetide/clock.h"
#include "pagetide/death.h"
#include "pagetide/outcome.h"
#include "pagetide/said.h"
#include "pagetide/strbuf.h"
#include "pagetide/xalloc.h"

#include "diagnose.h"
#include "pair.h"
#include "queue.h"
#include "since.h"

/* Pages may change by an order, and until it is answered; not by a pace. */
static void
note_activity(struct act *act, uint32_t op)
{
	if (op != ORDER_PACE)
		act->last_activity_ns = clock_now_ns();
}

/* One to fork is for two. */
static int
send_order(struct act *act, const struct order *order)
{
	struct actor *other = &act->helpers.pair->other;

	return order->op == ORDER_FORK ? other->ops->fork(other->self,
	    act->actor.self, order) :
	    act->actor.ops->send(act->actor.self, order);
}

/* Hands an order over. It may be answered at once. */
static int
hand_over(struct act *act, const struct order *order, struct strbuf *why)
{
	int rc;

	note_activity(act, order->op);
	diagnose_order(act, order);
	since_order(act, order);
	orders_queue(act)->out_seq = order->seq;
	act->orders->out_touch = order->op == ORDER_WORK &&
	    order->work.kind == PATTERN_SINGLE && !order->work.paused;
	rc = send_order(act, order);
	if (rc == 0)
		return 0;
	act->orders->out_seq = 0;
	if (rc == -ESRCH)
		death_refuse(act, why);
	else
		strbuf_addf(why, "the worker does not take orders: %s",
		    strerror(-rc));
	return rc;
}

/* The worker asks whom we ask: what tells the truth here. */
static uint32_t
how_to_count(const struct act *act)
{
	const char *by = act->watch->live.scan.cached_by;

	if (by != NULL && strcmp(by, "cachestat") == 0)
		return ORDER_COUNT | ORDER_COUNT_CACHESTAT;
	if (by != NULL && strcmp(by, "mincore") == 0)
		return ORDER_COUNT | ORDER_COUNT_MINCORE;
	return ORDER_COUNT;
}

/* Of the file as it is mapped, else of its device; 0: not known. */
static uint64_t
readahead_pages(const struct sample *s)
{
	if (s->worker.readahead_known)
		return s->worker.readahead_bytes / s->target.page_bytes;
	return s->target.readahead_known ? s->target.readahead_bytes /
	    s->target.page_bytes : 0;
}

/* Hands it over, with its outcome to measure from the newest sample on. */
static int
hand_over_now(struct act *act, const struct ask *ask, struct strbuf *why)
{
	struct order order = ask->order;
	struct outcome *p = NULL;
	int rc;

	order.seq = ++act->order_seq;
	order.count = how_to_count(act);
	order.readahead_pages = readahead_pages(&act->watch->live);
	if (order.op == ORDER_MAP)
		act->mapping.out = ask->spec;
	if (ask->event_seq != 0) {
		p = outcome_new(act, ask->event_seq, &order, ask->walk);
		outcome_overlap(act, p);
		outcome_before(act, p);
	}
	if (order.op == ORDER_MAP || ask->greeting) {
		act->mapping.measured = p != NULL;
		act->mapping.seq = order.seq;
	}
	rc = hand_over(act, &order, why);
	if (rc == 0)
		return 0;
	if (act->mapping.seq == order.seq)
		act->mapping.seq = 0;
	if (p != NULL)
		outcome_not_made(act, p, "not made", "");
	return rc;
}

int
orders_ask(struct act *act, const struct ask *ask, struct strbuf *why)
{
	struct orders *o = orders_queue(act);

	if (o->out_seq == 0 && o->n == 0)
		return hand_over_now(act, ask, why);
	if (o->n == sizeof o->wait / sizeof *o->wait)
		return orders_too_many(o->n, why);
	o->wait[o->n++] = *ask;
	return 0;
}

int
orders_ask_first(struct act *act, const struct ask *ask, struct strbuf *why)
{
	return hand_over_now(act, ask, why);
}

/* Takes the first one out; false if none waits. */
static bool
take(struct orders *o, struct ask *ask)
{
	if (o == NULL || o->out_seq != 0 || o->n == 0)
		return false;
	*ask = o->wait[0];
	o->n--;
	memmove(o->wait, o->wait + 1, o->n * sizeof *o->wait);
	return true;
}

void
orders_next(struct act *act, bool sampled)
{
	struct strbuf why = STRBUF_INIT;
	struct ask ask;

	while (take(act->orders, &ask)) {
		if (ask.event_seq != 0 && !sampled)
			act_take_now(act);
		if (hand_over_now(act, &ask, &why) != 0)
			said_error(act->said, "%s", why.s);
		strbuf_reset(&why);
		sampled = false;
	}
	strbuf_done(&why);
}

void
orders_drop(struct act *act)
{
	struct ask ask;

	if (act->orders == NULL)
		return;
	act->orders->out_seq = 0;
	while (take(act->orders, &ask))
		if (ask.event_seq != 0)
			outcome_none(act, ask.event_seq, "not made", "");
}

void
orders_free(struct act *act)
{
	free(act->orders);
	act->orders = NULL;
}
