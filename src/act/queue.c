/* The queue of orders: what waits, what is out. */
#include "config.h"

#include <errno.h>

#include "pagetide/act.h"
#include "pagetide/orders.h"
#include "pagetide/strbuf.h"
#include "pagetide/xalloc.h"

#include "queue.h"

/* Most sessions never ask for anything. */
struct orders *
orders_queue(struct act *act)
{
	if (act->orders == NULL)
		act->orders = xcalloc(1, sizeof *act->orders);
	return act->orders;
}

int
orders_too_many(unsigned n, struct strbuf *why)
{
	strbuf_addf(why, "%u orders wait for the worker: this one is ignored",
	    n);
	return -EAGAIN;
}

bool
orders_full(const struct act *act)
{
	return act->orders != NULL && act->orders->n >= ORDERS_MAX;
}

int
orders_room(const struct act *act, struct strbuf *why)
{
	return orders_full(act) ? orders_too_many(act->orders->n, why) : 0;
}

bool
orders_out(const struct act *act)
{
	return act->orders != NULL && act->orders->out_seq != 0;
}

bool
orders_map_waits(const struct act *act)
{
	const struct orders *o = act->orders;
	unsigned i;

	for (i = 0; o != NULL && i < o->n; i++)
		if (o->wait[i].order.op == ORDER_MAP)
			return true;
	return false;
}

bool
orders_walk_waits(const struct act *act)
{
	const struct orders *o = act->orders;
	unsigned i;

	for (i = 0; o != NULL && i < o->n; i++)
		if (o->wait[i].order.op == ORDER_WORK &&
		    o->wait[i].order.work.kind != PATTERN_SINGLE)
			return true;
	return false;
}

bool
orders_answered(struct act *act, const struct report *r)
{
	bool begun;

	if (!orders_out(act) || act->orders->out_seq != r->seq)
		return false;
	begun = !r->done && r->err[0] <= 0;
	if (act->orders->out_touch ? begun : r->done)
		return false;
	act->orders->out_seq = 0;
	return true;
}
