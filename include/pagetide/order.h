/*
 * What the app asks of a worker (real or simulated), and what comes back.
 * Plain data of fixed size: it travels over a socket and in shared memory.
 */
#ifndef PAGETIDE_ORDER_H
#define PAGETIDE_ORDER_H

#include <stdatomic.h>
#include <stdint.h>

#include "pagetide/pattern.h"

enum order_op {
	ORDER_MAP,	/* map the target afresh (length in n_pages) */
	ORDER_ADVISE,	/* advice on first_page, n_pages */
	ORDER_WORK,	/* start a walk, replacing the one that runs */
	ORDER_STOP,	/* stop the walk */
	ORDER_PACE,	/* a new pace_per_s for the walk that runs */
	ORDER_QUIT,
};

struct order {
	uint32_t	seq;		/* given back in the report */
	uint32_t	op;		/* enum order_op */
	uint32_t	advice;		/* index into advice_table */
	uint32_t	pad;
	uint64_t	first_page;
	uint64_t	n_pages;
	uint64_t	pace_per_s;	/* ORDER_WORK, ORDER_PACE: touches a
					   second; 0: full speed */
	struct pattern_spec work;
};

/* One report for each order, in order; one more (op ORDER_WORK, seq of the
 * order that started it, done = 1) when a walk ends by itself. */
struct report {
	uint32_t	seq;
	uint32_t	op;
	uint32_t	done;		/* the walk of this seq ended */
	int32_t		err[2];		/* 0 or errno of each call made; -1:
					   the call was not made. EINVAL also
					   when the order makes no sense, as
					   with a range outside the mapping */
	uint64_t	begin_ns;	/* monotonic, around the calls; when
					   done both say when it ended */
	uint64_t	end_ns;
	uint64_t	touches;	/* of the walk, when done */
};

/* Written by the worker, read by the app at any time. */
struct work_shared {
	_Atomic uint64_t map_addr;	/* start of the mapping; 0: none */
	_Atomic uint64_t map_pages;
	_Atomic uint64_t cursor_page;	/* being touched, or touched last */
	_Atomic uint64_t touches;	/* since the worker started */
	_Atomic uint32_t running;	/* a walk is on */
	_Atomic uint32_t walk_seq;	/* seq of the order that started it */
	_Atomic uint32_t walk_kind;	/* its enum pattern_kind */
	_Atomic uint64_t pace_per_s;
};

#endif
