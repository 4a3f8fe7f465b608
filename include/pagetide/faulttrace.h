/* The way of each fault by tracepoints, exact, with how long it took. Pure. */
#ifndef PAGETIDE_FAULTTRACE_H
#define PAGETIDE_FAULTTRACE_H

#include <stdbool.h>
#include <stdint.h>

#include "pagetide/faultpath.h"
#include "pagetide/tracerecord.h"

/* A fault that ended. */
struct traced_fault {
	uint64_t	begin_ns, end_ns;
	uint64_t	address;
	enum fault_path	path;
	bool		write, major;
	uint64_t	read_pages;	/* that came into the page cache in it */
};

/* Of one thread: what was seen since its fault began. */
struct faulttrace {
	unsigned	has;		/* TRACE_BITs of what is recorded */
	bool		is_private, file;	/* what is mapped there */
	bool		begun, write, was_present;
	bool		missed;		/* filemap_fault: a miss, or a marker */
	bool		marker, around;
	bool		came;		/* the page itself, into the cache */
	uint64_t	begin_ns, address;
	uint64_t	page;		/* that it missed */
	uint64_t	added_pages;
};

/* has: what is recorded. A name that takes a point which is not is unknown. */
void	faulttrace_init(struct faulttrace *, unsigned has, bool file,
	    bool is_private);
/* Records of one thread, in order. True: a fault ended. One of which records
 * were lost never does. */
bool	faulttrace_feed(struct faulttrace *, const struct trace_record *,
	    struct traced_fault *out);

/* Is what looks say the same, or what tracepoints cannot tell from it? */
bool	traced_agrees(enum fault_path traced, enum fault_path looked);
/*
 * The name of a touch that looks gave a name: true: tracepoints tell *path,
 * which is left where they know no finer one. False: they can't, and what looks
 * say stands. fault: what was recorded of it, NULL: nothing was.
 */
bool	traced_name(const struct faulttrace *, const struct traced_fault *fault,
	    enum fault_path looked, enum fault_path *path);

#endif
