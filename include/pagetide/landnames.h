/*
 * The ways of the faults of many threads, and how long each took: records of
 * tracepoints that come processor by processor are put into one order, and
 * each thread has its own fault under way. Pure.
 */
#ifndef PAGETIDE_LANDNAMES_H
#define PAGETIDE_LANDNAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pagetide/faulttrace.h"
#include "pagetide/landtrace.h"

/* Threads that are in a fault at the same time; of more than these some have
 * no name. */
#define LANDNAMES_THREADS 256

struct landnames_record;
struct landnames {
	unsigned	has;		/* TRACE_BITs of what is recorded */
	bool		file, is_private;	/* what is mapped there */
	struct landnames_thread {
		uint32_t	tid;
		struct faulttrace fault;
	} thread[LANDNAMES_THREADS];
	struct landnames_record *record;	/* not in order yet */
	size_t		n, room;
};

void	landnames_init(struct landnames *, unsigned has, bool file,
	    bool is_private);
void	landnames_done(struct landnames *);
/*
 * One record. Of the end of a fault, minor or major: the instruction, and how
 * large the page is that it mapped (0: not known). One TRACE_LOST says that some
 * were lost before then: what is under way has no name.
 */
void	landnames_add(struct landnames *, const struct trace_record *,
	    uint64_t ip, uint64_t mapped_bytes);
/* All faults that ended until then, in order. */
void	landnames_take(struct landnames *, uint64_t until_ns,
	    void (*take)(const struct landed *, void *arg), void *arg);

#endif
