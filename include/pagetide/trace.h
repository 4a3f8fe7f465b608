/*
 * Tracepoints of the kernel that tell the way of a fault and what readahead
 * does, of one process or one file. For root, or who has CAP_PERFMON and may
 * read tracefs: where they can't be had it says why.
 */
#ifndef PAGETIDE_TRACE_H
#define PAGETIDE_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "pagetide/aside.h"
#include "pagetide/tracerecord.h"

/* Where an argument lies in the raw record of this kernel. */
struct trace_field {
	uint16_t	offset, bytes;	/* bytes 0: it has no such field */
};
struct trace_format {
	int32_t		id;		/* of the tracepoint; 0: there is none */
	struct trace_field arg[TRACE_ARGS];
};

/* Why there are none. */
enum trace_step {
	TRACE_OK,
	TRACE_NO_LIBRARY,	/* libtraceevent, or built without it */
	TRACE_NO_NAMESPACE,	/* to mount tracefs where nobody sees it */
	TRACE_NO_TRACEFS,
	TRACE_NO_FORMATS,	/* it has none of these */
	TRACE_NO_EVENT,		/* perf_event_open */
	TRACE_NO_MEMORY,	/* for the ring: perf_event_mlock_kb */
};

/*
 * Ids and formats of the tracepoints, read by a process with a mount namespace
 * of its own: nobody else sees a mount, and this process does not load the
 * library that parses them.
 */
struct trace_formats {
	struct aside	aside;		/* who reads them */
	enum trace_step	step;
	int		err;		/* errno of the step, or 0 */
	bool		known;		/* they are here, or step says why not */
	struct trace_format point[TRACE_COUNT];
};

/* Begins to read them. 0 or -errno. */
int	trace_formats_begin(struct trace_formats *);
/* The descriptor became readable: known may be set now. */
void	trace_formats_ready(struct trace_formats *);
/* Ends the process if it still runs. */
void	trace_formats_done(struct trace_formats *);
/* The command line option of that process, and what main() runs for it;
 * returns the exit status. */
#define TRACE_FORMATS_OPTION "--trace-formats-process"
int	trace_formats_main(void);
/* Why there are none, as a line: static. NULL: there are. */
const char *trace_why(enum trace_step);

/* What is to be recorded. */
struct trace_what {
	unsigned	points;		/* TRACE_BITs */
	pid_t		pid;		/* of this process, and no other */
	uint64_t	ino;		/* of this file; 0: of any ... */
	uint32_t	dev_major, dev_minor;
	uint64_t	addr, addr_bytes;	/* faults of these addresses */
};

struct trace;
struct strbuf;

/*
 * Opens the points that this kernel has; has() says which. NULL, with the step
 * that failed and errno, else the caller's to trace_close().
 */
struct trace *trace_open(const struct trace_formats *,
	    const struct trace_what *, enum trace_step *);
void	trace_close(struct trace *);	/* NULL is harmless */
/* TRACE_BITs of what is recorded. */
unsigned trace_has(const struct trace *);
/* Adds the first of these points that is not recorded, as "group:name"; false:
 * all are. */
bool	trace_missing(const struct trace *, unsigned points, struct strbuf *);
/* Readable when a part of the ring is full. */
int	trace_fd(const struct trace *);
/* All that was recorded since, in order; how many were lost is added to lost,
 * and where that was take gets a TRACE_LOST. Before Linux 6.0 the kernel tells a
 * loss with the next record that there is room for, not at once. */
void	trace_read(struct trace *, void (*take)(const struct trace_record *,
	    void *arg), void *arg, uint64_t *lost);

#endif
