/* A walk: touching pages in an order and at a pace. Private to src/work. */
#ifndef PAGETIDE_WALK_H
#define PAGETIDE_WALK_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "pagetide/order.h"
#include "pagetide/pattern.h"

#include "timing.h"
#include "touch.h"

struct looking;
struct mapping;
struct stamps;

struct walk {
	struct pattern	pattern;
	struct toucher	toucher;
	struct timing	timing;
	struct looking	*looking;	/* whom touches are looked at by */
	uint64_t	page;		/* the next one */
	bool		on;
	uint32_t	seq;		/* of the order that started it */
	uint64_t	touches;	/* of this walk */
	int		err;		/* errno that ended it, or 0 */
	uint64_t	read_begin;	/* timing_read_bytes() at its start */
	bool		capped;		/* max_read_bytes ended it */
	uint64_t	pace_per_s;	/* 0: full speed */
	/*
	 * Touch i of the present second is due at second_ns + i / pace;
	 * in_second of them were made.
	 */
	uint64_t	second_ns;
	uint64_t	in_second;
	uint64_t	begin_ns, last_ns;	/* of the last touch */
	bool		paused;		/* on, and no touch is due */
	bool		over;		/* on, but that was the last touch */
	struct one_touch touched;	/* the last one that was ordered */
};

/*
 * Starts a walk in place of the one that may run; what is counted of its
 * touches is 0. The order's range is cut at
 * the mapping's end; 0, EINVAL when it makes no sense, or EACCES when it
 * writes and the mapping can't be written: the old walk then goes on.
 */
int	walk_start(struct walk *, const struct order *, const struct mapping *,
	    struct work_shared *);
void	walk_stop(struct walk *);
/* A new pace: the next touch is due one new period after the last. 0: full
 * speed; above 1e9 counts as 1e9. */
void	walk_pace(struct walk *, uint64_t pace_per_s);
/* Going on the next touch is due at once. False: no walk is on. */
bool	walk_pause(struct walk *, enum pause);
/*
 * Pauses the walk and touches its next page (walk.touched says how that went;
 * a signal does not end the worker). There must be one that is on.
 */
void	walk_step(struct walk *, const struct mapping *, struct work_shared *,
	    struct stamps *);
/* How long to wait for the next touch: NULL forever, no walk is on, or it
 * pauses. */
const struct timespec *walk_wait(const struct walk *, struct timespec *);
/*
 * Makes the touches that are due, for a millisecond at most (but for the
 * touch that takes longer than that), and notes them in the stamps. True when
 * the walk ended by itself, by a read that failed, or by a signal where it is
 * of one touch (walk.err), or by its cap (walk.capped). Not while it pauses.
 */
bool	walk_batch(struct walk *, const struct mapping *,
	    struct work_shared *, struct stamps *);

#endif
