/*
 * Where the page faults of a process land, minor and major, by software perf
 * events on all of its threads and those to come: address, instruction,
 * thread and time of each, or of one of N; with tracepoints beside them (for
 * root) also the way of each through the kernel, and how long it took.
 */
#ifndef PAGETIDE_LANDTRACE_H
#define PAGETIDE_LANDTRACE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "pagetide/faultpath.h"

struct landed {
	uint64_t	t_ns;		/* CLOCK_MONOTONIC; its end */
	uint64_t	addr, ip;
	uint32_t	tid;
	bool		major;
	bool		named;		/* its begin was recorded, too: */
	enum fault_path	path;		/* ... its way */
	uint64_t	ns;		/* ... it took */
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
struct trace_formats;
struct trace_what;

/* The tracepoints that tell the ways. */
struct landtrace_names {
	const struct trace_formats *formats;
	const struct trace_what *what;	/* which of them, of which file and
					   addresses */
	bool	file, is_private;	/* what is mapped there */
};

/* Of each period-th fault; names: NULL, or with a period of 1. NULL with the
 * step and errno; else the caller's to landtrace_close(). */
struct landtrace *landtrace_open(pid_t, uint64_t period,
	    const struct landtrace_names *, enum landtrace_step *);
void	landtrace_close(struct landtrace *);	/* NULL is harmless */
/* Readable when a part of a ring is full. */
int	landtrace_fd(const struct landtrace *);
/* Are faults that the kernel makes for it, in a system call, left out? The
 * user may not see them. */
bool	landtrace_user_only(const struct landtrace *);
/* All since, those of one processor after the other; with names in order, and
 * only those that ended until then: a thread goes from one processor to another
 * amidst a fault, so what is newer than a millisecond is better left for later.
 * How many records were lost is added to lost. */
void	landtrace_read(struct landtrace *, uint64_t until_ns,
	    void (*take)(const struct landed *, void *arg), void *arg,
	    uint64_t *lost);

#endif
