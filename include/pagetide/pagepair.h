/* Pages of a target that two processes map: which both have, and whether it is
 * one page for both. */
#ifndef PAGETIDE_PAGEPAIR_H
#define PAGETIDE_PAGEPAIR_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "pagetide/workers.h"

/* Pages that are counted at most: reading them takes a millisecond or two. */
#define PAGEPAIR_PAGES_MAX	(UINT64_C(1) << 14)

/* A mapping of the target. */
struct pagepair_side {
	pid_t		pid;
	uint64_t	addr;
	uint64_t	first_page, pages;	/* of the target, at addr */
};

/*
 * Counts pages [first, first+n) by the page tables of both. The two are to map
 * the same target, and share private pages with nobody else. False, and *out
 * untouched: they could not be read, or these are too many.
 */
bool	pagepair_count(const struct pagepair_side side[2], uint64_t first_page,
	    uint64_t n_pages, struct workers_pages *out);

#endif
