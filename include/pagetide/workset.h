/*
 * The working set: how many pages were touched last in each slot of time, so
 * that the pages touched within a window are counted without looking at any
 * page. Plain data in shared memory: one process writes, others read at any
 * time.
 */
#ifndef PAGETIDE_WORKSET_H
#define PAGETIDE_WORKSET_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "pagetide/clock.h"

/* A page is touched in a slot of time; windows are made of whole slots. */
#define WORKSET_SLOT_NS		(100 * NS_PER_MS)
#define WORKSET_WINDOW_MAX_NS	(600 * NS_PER_S)
/* Slots that are kept: those of the largest window, and some to spare. */
#define WORKSET_SLOTS		6064

struct workset {
	_Atomic uint64_t head;		/* slot of the last touch; 0: none */
	_Atomic uint64_t pages;		/* the sum of all counts */
	_Atomic uint32_t version;	/* odd: slots are being cleared */
	/* Pages touched last in slot s, at s % WORKSET_SLOTS. */
	_Atomic uint32_t count[WORKSET_SLOTS];
};

/* Whole slots, one at least, no more than the largest window. */
bool	workset_is_window(uint64_t window_ns);
/* The slot of a time, from 1 on. */
static inline uint64_t
workset_slot(uint64_t t_ns)
{
	return t_ns / WORKSET_SLOT_NS + 1;
}

/*
 * The first slot of the window that ends with now_ns, which is that of the
 * present slot: the window reaches back window_ns, less a part of a slot.
 */
uint64_t workset_first(uint64_t now_ns, uint64_t window_ns);

/* Nothing has been touched. */
void	workset_reset(struct workset *);
/*
 * A page is touched in slot now that was touched before in another (0: never;
 * one too old to be kept is as good as that). Slots never go back: now is not
 * before head.
 */
void	workset_touch(struct workset *, uint64_t before, uint64_t now);
/*
 * Pages touched in the window. With a writer at work that is the number at
 * some moment within the call. False, and *pages untouched, when it can't be
 * had (the writer was stopped within an instruction or two).
 */
bool	workset_pages(const struct workset *, uint64_t now_ns,
	    uint64_t window_ns, uint64_t *pages);

#endif
