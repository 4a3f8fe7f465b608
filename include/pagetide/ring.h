/* History of ticks in fixed memory, and true rates from it. */
#ifndef PAGETIDE_RING_H
#define PAGETIDE_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pagetide/sample.h"

struct tick {
	uint64_t	t_ns;
	struct counters	counters;
	bool		gap;	/* see sample.gap */
};

struct ring;

struct ring *ring_new(size_t cap);	/* cap > 0 ticks */
void	ring_free(struct ring *);
/* The oldest tick goes when it is full. */
void	ring_push(struct ring *, const struct tick *);
/* A sample more than late_ns after the newest follows a gap: those that should
 * have come between are missing. */
void	ring_push_sample(struct ring *, const struct sample *,
	    uint64_t late_ns);
/* i = 0 is the newest; NULL outside. Valid until the next push. */
const struct tick *ring_at(const struct ring *, size_t i);

/*
 * The rate of a counter (per second of real elapsed time) between two
 * neighbours. false when it can't be known: unknown on either side, a gap,
 * no time between, or the counter ran backwards (a gauge may fall: then the
 * rate is negative).
 */
bool	ring_rate(const struct tick *older, const struct tick *newer,
	    enum counter, double *per_s);
/*
 * The rate over all neighbours whose newer tick lies in (from_ns, to_ns]:
 * sum of deltas over sum of elapsed times. false if there is none: a gap,
 * not a zero. No smoothing.
 */
bool	ring_rate_over(const struct ring *, enum counter, uint64_t from_ns,
	    uint64_t to_ns, double *per_s);
/* Sum of deltas in (from_ns, to_ns]; false if there is none. Gauges too:
 * then it is the net change and may be negative. */
bool	ring_delta_over(const struct ring *, enum counter, uint64_t from_ns,
	    uint64_t to_ns, int64_t *delta);

#endif
