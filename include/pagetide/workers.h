/* Two workers of ours on one target: what is known of both. */
#ifndef PAGETIDE_WORKERS_H
#define PAGETIDE_WORKERS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Of some pages, by the page tables of both. */
struct workers_pages {
	uint64_t	mapped[2];	/* by worker 1, by worker 2 */
	uint64_t	both;		/* by both of them */
	uint64_t	same;		/* of those: one page for both, be it of
					   the file or private */
	uint64_t	same_private;	/* of those: of no file, since a fork,
					   or the page of zeros */
};

struct workers_facts {
	bool		two;		/* there is a second one; else all else
					   is 0 */
	uint32_t	acts;		/* 1 or 2: which the acts are of, and
					   all that is said of "the worker" */
	pid_t		pid[2];
	bool		forked;		/* worker 2 is a fork of worker 1 */
	bool		pages_known;
	bool		cell_known;
	struct workers_pages pages;	/* of the whole target */
	struct workers_pages cell;	/* of the cursor's cell, which is */
	uint64_t	cell_first, cell_pages;
};

#endif
