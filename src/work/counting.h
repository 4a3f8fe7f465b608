/*
 * What an act does itself: its range counted right before and right after it,
 * and when the last page that it had read has come. Private to src/work.
 */
#ifndef PAGETIDE_COUNTING_H
#define PAGETIDE_COUNTING_H

#include <stdbool.h>
#include <stdint.h>

#include "pagetide/order.h"
#include "pagetide/rangecount.h"

struct mapping;

/* What counting on one side of a call may cost, in CPU time; and looking for
 * the pages that it brings as much again. */
#define COUNTING_NS	(UINT64_C(5) * 1000 * 1000)
/* How often it is looked for the last page, and for how long. */
#define ARRIVAL_LOOK_NS	(UINT64_C(500) * 1000)
#define ARRIVAL_END_NS	(UINT64_C(1000) * 1000 * 1000)

struct counting {
	struct rangecount *rangecount;
	int		file;
	/* Of the act under way. */
	uint32_t	seq;		/* of its order */
	uint32_t	how;		/* ORDER_COUNT bits */
	uint64_t	first_page, n_pages;
	struct own	own;
	struct arrival	before;		/* not up to date as it began: no
					   call asks for those */
	/* Of pages that are waited for. */
	struct arrival	arrival;
	struct rangecount_of of;
	bool		waiting;
	uint32_t	wait_seq;	/* of the order */
	uint64_t	begin_ns;	/* of its calls */
	uint64_t	look_ns;	/* when to look next */
};

/* Counts pages of this file. */
void	counting_init(struct counting *, int file, uint32_t page_bytes);
void	counting_done(struct counting *);
/* When counting_look() wants to be called next; UINT64_MAX: never. */
uint64_t counting_due(const struct counting *);
/* An act on the range, as its order asks for it, is about to be done. */
void	counting_before(struct counting *, const struct mapping *,
	    const struct order *, uint64_t first_page, uint64_t n_pages);
/* It was done; the mapping may be another. Fills in own of the report. */
void	counting_after(struct counting *, const struct mapping *,
	    struct report *);
/* Begins to wait for the pages of the hint that was counted last, which is
 * that order. */
void	counting_wait(struct counting *, const struct mapping *,
	    const struct order *, struct report *);
/* Waiting, if it does, is over: true and its report. */
bool	counting_cut(struct counting *, struct report *);
/* The same where all have come, or a second is over; to be called now and
 * then. Looks no more often than it has to. */
bool	counting_look(struct counting *, struct report *);

#endif
