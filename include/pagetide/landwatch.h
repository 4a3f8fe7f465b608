/*
 * Where the faults of the process that is watched land, as they land: by perf
 * events, or where these are refused by what two scans of its page tables
 * differ in. Off at first.
 */
#ifndef PAGETIDE_LANDWATCH_H
#define PAGETIDE_LANDWATCH_H

#include <stdbool.h>

#include "pagetide/tracerecord.h"

struct landing;
struct landwatch;
struct pollfd;
struct said;
struct watch;

#define LANDWATCH_FDS	3

/* On watch, which outlives it; on: from the first sample on. */
struct landwatch *landwatch_new(struct watch *, struct said *, bool on);
void	landwatch_free(struct landwatch *);	/* NULL is harmless */
/* On: counts anew from now on, and goes over to another process or file as
 * the watch does. */
void	landwatch_set(struct landwatch *, bool on);
bool	landwatch_is_on(const struct landwatch *);
/* What landed; by: LANDING_OFF while it is off. */
const struct landing *landwatch_now(const struct landwatch *);
/* The same in few slots, as of the last sample: for what is kept of it. */
const struct landing *landwatch_kept(const struct landwatch *);

/* Are tracepoints on that name the faults of a process? NULL is harmless. */
enum trace_state landwatch_names(const struct landwatch *);

/* What there is to wait for now: up to LANDWATCH_FDS; how many. */
int	landwatch_fds(const struct landwatch *, struct pollfd *);
/* That one may be ready; false: it is none of these. */
bool	landwatch_ready(struct landwatch *, int fd);
/* A sample was taken. */
void	landwatch_sample(struct landwatch *);

#endif
