/*
 * The holes of a sparse file, by lseek(SEEK_DATA, SEEK_HOLE) on our own fd.
 * Private to src/probe.
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

#include "pagetide/storage.h"

#include "tally.h"

struct target;

/* Stretches that are always measured; more only when they are wanted. */
#define HOLES_FREE 512

/* Fills LAYER_HOLE of one grid; measures again only when the file changed. */
struct holes {
	const struct target *target;
	struct cells	*grid;
	struct tally	 tally;
	struct stat	 st;		/* the file as it was measured */
	bool		 stale;		/* measure again whatever st says */
	bool		 wanted;	/* by the picture */
	bool		 under_way;
	bool		 first;		/* no answer of this pass yet */
	unsigned	 runs;		/* looked up in this pass */
	uint64_t	 cost_ns, end_ns;	/* of the last pass */
	struct storage_job job;
	const char	*why;		/* why it is not known (static); NULL:
					   it is reported */
};

void	holes_init(struct holes *, const struct target *, struct cells *);
/* The grid has another shape, or its contents are gone. */
void	holes_reshaped(struct holes *);
/* No more of it. */
void	holes_done(struct holes *);
/* Begins a pass if there is need for one: the file (target.st) has changed.
 * wanted: by the picture, from now on. */
void	holes_begin(struct holes *, bool wanted);
/*
 * Goes on; true when nothing is left to do for now, false when deadline_ns
 * has come. Storage that hangs is not waited for. Unless wanted it stops after
 * HOLES_FREE stretches: the rest of the cells stays unknown.
 */
bool	holes_step(struct holes *, uint64_t deadline_ns);

#endif
