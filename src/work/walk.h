/* A walk: touching pages in an order and at a pace. Private to src/work. */
#ifndef PAGETIDE_WALK_H
#define PAGETIDE_WALK_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "pagetide/pattern.h"

#include "timing.h"
#include "touch.h"

struct mapping;
struct stamps;
struct work_shared;

struct walk {
	struct pattern	pattern;
	struct toucher	toucher;
	struct timing	timing;
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
	uint64_t	last_ns;	/* when the last touch was over */
};

/*
 * Starts a walk in place of the one that may run. The spec's range is cut at
 * the mapping's end; 0, EINVAL when it makes no sense, or EACCES when it
 * writes and the mapping can't be written: the old walk then goes on.
 */
int	walk_start(struct walk *, const struct pattern_spec *, uint32_t seq,
	    const struct mapping *);
void	walk_stop(struct walk *);
/* A new pace: the next touch is due one new period after the last. 0: full
 * speed; above 1e9 counts as 1e9. */
void	walk_pace(struct walk *, uint64_t pace_per_s);
/* How long to wait for the next touch: NULL for ever, no walk is on. */
const struct timespec *walk_wait(const struct walk *, struct timespec *);
/*
 * Makes the touches that are due, for a millisecond at most (but for the
 * touch that takes longer than that), and notes them in the stamps. True when
 * the walk ended by itself, by a read that failed (walk.err), or by its cap
 * (walk.capped).
 */
bool	walk_batch(struct walk *, const struct mapping *,
	    struct work_shared *, struct stamps *);

#endif
