/* What each touch of a walk costs, and which fault it was. Private to
 * src/work. */
#ifndef PAGETIDE_TIMING_H
#define PAGETIDE_TIMING_H

#include <stdint.h>

#include "pagetide/latency.h"

struct rusage;
struct work_shared;

/* Faults of this process as of the last look. */
struct timing {
	uint64_t	minor, major;
};

/* What is read from storage by that count. */
uint64_t timing_bytes_of(const struct rusage *);
/* What this process has had read from storage so far. */
uint64_t timing_read_bytes(void);
/* A new walk: its histogram is empty. */
void	timing_start(struct work_shared *);
/* Before a run of touches: faults until now are not theirs. */
void	timing_begin(struct timing *);
/*
 * A touch took so long. Asking which fault it was costs about 0.3 us more
 * than a touch without one, so that is asked of slow touches only. Which one.
 */
enum latency_kind timing_touch(struct timing *, struct work_shared *, uint64_t ns);
/* Which fault there was since the last look, entered nowhere. */
enum latency_kind timing_since(struct timing *);
/* After the run: faults that no touch accounts for are strays. */
void	timing_end(struct timing *, struct work_shared *);

#endif
