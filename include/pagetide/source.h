/* Where samples come from: the live kernel, a fake, later a recording. */
#ifndef PAGETIDE_SOURCE_H
#define PAGETIDE_SOURCE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "pagetide/notice.h"
#include "pagetide/probes.h"
#include "pagetide/sample.h"
#include "pagetide/subject.h"

struct source_ops {
	const char *name;
	/* Its time goes on by clock_advance() only. */
	bool	steps_clock;
	/*
	 * Goes on measuring until the pass is complete (1), deadline_ns has
	 * come (0: call again), or it can't go on (-errno). A call never
	 * exceeds the deadline by more than about a millisecond.
	 */
	int	(*step)(void *self, uint64_t deadline_ns);
	/* Begins the next pass; harmless while one is under way. */
	void	(*begin)(void *self);
	/* Reads the counters now and fills out with all that is known; before
	 * the first begin() that is facts of the target, no counters, seq 0.
	 * notices (may be NULL): what of notice.h has happened since the last
	 * read(). 0 or -errno. */
	int	(*read)(void *self, struct sample *out, unsigned *notices);
	/* What the screen shows: pages from first_page with 2^shift a cell. */
	void	(*look)(void *self, uint64_t first_page, uint64_t pages,
		    unsigned shift);
	/*
	 * The layers (LAYER_BITs) that the picture shows. What is costly to
	 * measure (in flight; the holes of a file in many pieces) is measured
	 * only while it is wanted, in flight only where look() looks.
	 */
	void	(*want)(void *self, unsigned layers);
	/*
	 * Which of the pages are cached, and mapped if there is a worker, now
	 * and page by page: the cells of out (initialised) become one a page.
	 * false, and out as it was, if that can't be known within_ns. Both
	 * are inside the target. NULL: no finer than a sample.
	 */
	bool	(*pages)(void *self, uint64_t first_page, uint64_t n_pages,
		    uint64_t within_ns, struct cells *out);
	/*
	 * All that is cached of the file as it was at the last read(), page by
	 * page: runs of bytes in order, each as long as can be, none past its
	 * end, in memory that does not grow with the file. *by: the interface
	 * that reports. With mincore pages whose read is under way are not among
	 * them. 0, what put() returned, -EOPNOTSUPP if it can't be told, or
	 * -EIO from where on it could not. NULL: no finer than a sample.
	 */
	int	(*ranges)(void *self, const char **by, source_put *put,
		    void *arg);
	/* NULL: there is none (any more). Makes the next sample a gap, unless
	 * it is the same process, which has gone into a cgroup. */
	void	(*set_subject)(void *self, const struct subject *);
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
	/* Before the first begin(): nobody asks for holes, nor for what is
	 * counted of the system or a cgroup; it stays unknown. NULL: it
	 * costs nothing. */
	void	(*pages_only)(void *self);
	/* Somebody else reads, or writes, these pages, which are inside; NULL:
	 * the target is no simulated one. */
	void	(*outside)(void *self, uint64_t first_page, uint64_t n_pages,
		    bool write);
	void	(*close)(void *self);
};

struct source {
	const struct source_ops *ops;
	void	*self;
};

struct strbuf;
struct target;
/*
 * The live kernel on an open target, which the source then owns. The overview
 * gets at most max_cells (1 to CELLS_OVERVIEW_MAX) cells. method
 * METHOD_CACHESTAT fails with -EOPNOTSUPP and a line in why where it can't be
 * had. 0 or -errno; on failure the target is still the caller's.
 */
int	live_open(struct source *out, struct target *, enum source_method,
	    size_t max_cells, struct strbuf *why);

#endif
