/* Where samples come from: the live kernel, a fake, later a recording. */
#ifndef PAGETIDE_SOURCE_H
#define PAGETIDE_SOURCE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "pagetide/sample.h"

struct memcg;
struct work_shared;

/* The worker whose faults and PTEs are read. */
struct source_worker {
	pid_t		pid;
	const struct work_shared *shared;
	const struct memcg *memcg;	/* its own cgroup; NULL: none */
	int		shared_fd;	/* its memory, for the stamps in it;
					   0: not to be had */
};

/* Things a source noticed about the target since the last read(). */
enum {
	SOURCE_GREW = 1 << 0,
	SOURCE_SHRANK = 1 << 1,
	SOURCE_REPLACED = 1 << 2,	/* another inode at the path */
	SOURCE_DELETED = 1 << 3,	/* no name leads to it any more */
	SOURCE_BACK = 1 << 4,		/* the same inode is there again */
	SOURCE_FOLLOWED = 1 << 5,	/* another file is watched: the one at
					   the path. There is no worker on it
					   before set_worker(). Happened before
					   all else that is noticed with it */
	SOURCE_REFUSED = 1 << 6,	/* the file at the path can't be
					   followed: target_facts.refused */
};

struct source_ops {
	const char *name;
	/*
	 * Goes on measuring until the pass is complete (1), deadline_ns has
	 * come (0: call again), or it can't go on (-errno). A call never
	 * exceeds the deadline by more than about a millisecond.
	 */
	int	(*step)(void *self, uint64_t deadline_ns);
	/* Begins the next pass; harmless while one is under way. */
	void	(*begin)(void *self);
	/* Reads the counters now and fills out with all that is known; before
	 * the first begin() that is facts of the target, no counters.
	 * notices (may be NULL): SOURCE_ bits. 0 or -errno. */
	int	(*read)(void *self, struct sample *out, unsigned *notices);
	/* What the screen shows: pages from first_page with 2^shift a cell. */
	void	(*look)(void *self, uint64_t first_page, uint64_t pages,
		    unsigned shift);
	/*
	 * The layers (LAYER_BITs) that the picture shows. What is dear to
	 * measure (in flight; the holes of a file in many pieces) is measured
	 * only while it is wanted, in flight only where look() looks.
	 */
	void	(*want)(void *self, unsigned layers);
	/*
	 * Which of the pages are cached, and mapped if there is a worker, now
	 * and page by page: the cells of out (initialised) become one a page.
	 * false, and out as it was, if that can't be told within_ns. Both
	 * are inside the target. NULL: no finer than a sample tells.
	 */
	bool	(*pages)(void *self, uint64_t first_page, uint64_t n_pages,
		    uint64_t within_ns, struct cells *out);
	/* NULL: there is no worker (any more). Makes the next sample a gap. */
	void	(*set_worker)(void *self, const struct source_worker *);
	/* The worker has gone into that cgroup, where it was in none. NULL
	 * where there are no cgroups. */
	void	(*set_memcg)(void *self, const struct memcg *);
	/* An fd of the target as it is now, for a worker; it stays the
	 * source's. -1: there is none. */
	int	(*file)(void *self);
	/* How far the working set is to reach back: slots of workset.h. */
	void	(*window)(void *self, uint64_t window_ns);
	/* The VmFlags may have changed: read them again for the next sample. */
	void	(*touch_flags)(void *self);
	/* The next begin() starts a pass even if the last one was a moment
	 * ago; NULL: it always does. */
	void	(*hurry)(void *self);
	void	(*close)(void *self);
};

struct source {
	const struct source_ops *ops;
	void	*self;
};

/*
 * How the live source may count. By mincore "cached" are the pages whose read
 * is over; by cachestat those too whose read is under way. AUTO takes
 * cachestat where it works (it is quicker and tells dirty, writeback and
 * evicted pages), else mincore.
 */
enum source_method { METHOD_AUTO, METHOD_MINCORE, METHOD_CACHESTAT };

struct strbuf;
struct target;
/*
 * The live kernel on an open target, which the source then owns. The overview
 * gets at most max_cells (1 to CELLS_OVERVIEW_MAX) cells. method
 * METHOD_CACHESTAT fails with -EOPNOTSUPP and a line in why where it can't be
 * had. 0 or -errno; on failure the target is still the
 * caller's.
 */
int	live_open(struct source *out, struct target *, enum source_method,
	    size_t max_cells, struct strbuf *why);

#endif
