/*
 * Orders on their way to the worker. It gets one at a time: the next goes out
 * when it has answered the one before, and what is asked for meanwhile waits
 * here, in order. So each act is measured from when it is made, whatever the
 * worker was busy with, and no order is lost that was taken.
 */
#ifndef PAGETIDE_ORDERS_H
#define PAGETIDE_ORDERS_H

#include <stdbool.h>
#include <stdint.h>

#include "pagetide/mapspec.h"
#include "pagetide/order.h"

struct act;
struct strbuf;

/* As many acts as may wait. */
#define ORDERS_MAX	64

/* Something to ask the worker for. */
struct ask {
	struct order	order;
	struct map_spec	spec;		/* of an ORDER_MAP: what it makes */
	uint64_t	event_seq;	/* event of an act whose outcome is
					   measured; 0: nobody looks at it */
	bool		walk;		/* ... which is that of a walk */
	bool		greeting;	/* what follows is the first act */
};

/*
 * Hands it over, or lets it wait. 0 or -errno with why; -EAGAIN when too much
 * waits already. Of an act orders_room() is asked before.
 */
int	orders_ask(struct act *, const struct ask *, struct strbuf *why);
/* The same, but nothing that waits goes before it; none may be out. */
int	orders_ask_first(struct act *, const struct ask *,
	    struct strbuf *why);
/* Wait as many as may? */
bool	orders_full(const struct act *);
/* May one more act wait? 0, or -EAGAIN with why. */
int	orders_room(const struct act *, struct strbuf *why);
/* Does an ORDER_MAP wait? */
bool	orders_map_waits(const struct act *);
/* Does one wait that begins a walk, of more than one touch? */
bool	orders_walk_waits(const struct act *);
/* Is one not answered yet? Then whatever is asked for waits. */
bool	orders_out(const struct act *);
/* True if it is the answer to the order that is out: of one touch its end, so
 * that whatever comes next comes after it. */
bool	orders_answered(struct act *, const struct report *);
/* Hands the next one over, unless one is out; sampled: the newest sample is
 * of now. */
void	orders_next(struct act *, bool sampled);
/* There is no worker any more: what waits is not made. */
void	orders_drop(struct act *);
/* The queue itself, at the end. */
void	orders_free(struct act *);

#endif
