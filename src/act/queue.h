/* The queue of orders, for orders.c. */
#ifndef PAGETIDE_QUEUE_H
#define PAGETIDE_QUEUE_H

#include "pagetide/orders.h"

struct act;
struct strbuf;

/* Beside acts: a walk can be stopped, and a file that grew be mapped anew,
 * though as many acts wait as may. */
#define ORDERS_SPARE	16

struct orders {
	struct ask	wait[ORDERS_MAX + ORDERS_SPARE];
	unsigned	n;
	uint32_t	out_seq;	/* not answered yet; 0: none */
	bool		out_touch;	/* ... a touch: its end is the answer */
};

/* That of the act, made if there is none. */
struct orders *orders_queue(struct act *);
/* -EAGAIN, with why: n wait already. */
int	orders_too_many(unsigned n, struct strbuf *why);

#endif
