/*
 * Where the page faults of a process land, minor and major, by software perf
 * events on all of its threads and those to come: address, instruction,
 * thread and time of each, or of one of N.
 */
#ifndef PAGETIDE_LANDTRACE_H
#define PAGETIDE_LANDTRACE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct landed {
	uint64_t	t_ns;		/* CLOCK_MONOTONIC */
	uint64_t	addr, ip;
	uint32_t	tid;
	bool		major;
};

/* What could not be done. */
enum landtrace_step {
	LANDTRACE_OK,
	LANDTRACE_GONE,		/* there is no such process */
	LANDTRACE_REFUSED,	/* perf_event_open */
	LANDTRACE_MANY,		/* threads times processors: too many
				   descriptors */
	LANDTRACE_MOVING,	/* it starts threads all the time */
	LANDTRACE_NO_MEMORY,	/* for a ring: perf_event_mlock_kb */
};

struct landtrace;

/* Of each period-th fault. NULL with the step and errno; else the caller's to
 * landtrace_close(). */
struct landtrace *landtrace_open(pid_t, uint64_t period,
	    enum landtrace_step *);
void	landtrace_close(struct landtrace *);	/* NULL is harmless */
/* Readable when a part of a ring is full. */
int	landtrace_fd(const struct landtrace *);
/* Are faults that the kernel makes for it, in a system call, left out? The
 * user may not see them. */
bool	landtrace_user_only(const struct landtrace *);
/* All since, those of one processor after the other; how many were lost is
 * added to lost. */
void	landtrace_read(struct landtrace *, void (*take)(const struct landed *,
	    void *arg), void *arg, uint64_t *lost);

#endif
