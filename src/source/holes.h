/*
 * The holes of a sparse file, by lseek(SEEK_DATA, SEEK_HOLE) on our own fd.
 * Private to src/source.
 *
 * A page is a hole when the filesystem has no data for any byte of it: space
 * that is reserved but never written (fallocate) counts too, on ext4 and XFS
 * only where it is not cached when it is asked for. A call may wait
 * for a write(2) to the file that is under way.
 */
#ifndef PAGETIDE_HOLES_H
#define PAGETIDE_HOLES_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "tally.h"

struct target;

/* Stretches that are always measured; more only when they are wanted. */
#define HOLES_FREE 512

/* From a page on: a hole up to hole_end, then data up to data_end. */
struct hole_run {
	uint64_t	hole_end, data_end;	/* pages; UINT64_MAX: to the
						   end of the file */
};

/* 0 or -errno. data_end is behind the page. */
int	holes_next(int fd, uint64_t page_bytes, uint64_t page,
	    struct hole_run *);

/* Fills LAYER_HOLE of one grid; measures again only when the file changed. */
struct holes {
	const struct target *target;
	struct cells	*grid;
	struct tally	 tally;
	struct stat	 st;		/* the file as it was measured */
	bool		 stale;		/* measure again whatever st says */
	bool		 wanted;	/* by the picture; the owner sets it */
	bool		 under_way;
	unsigned	 runs;		/* looked up in this pass */
	uint64_t	 cost_ns, end_ns;	/* of the last pass */
	const char	*why;		/* why it is not known (static); NULL:
					   it is told */
};

void	holes_init(struct holes *, const struct target *, struct cells *);
/* The grid has another shape, or its contents are gone. */
void	holes_reshaped(struct holes *);
/* Begins a pass if there is need for one. */
void	holes_begin(struct holes *);
/*
 * Goes on; true when nothing is left to do for now, false when deadline_ns
 * has come. Unless wanted it stops after HOLES_FREE stretches: the rest of
 * the cells stays unknown.
 */
bool	holes_step(struct holes *, uint64_t deadline_ns);

#endif
