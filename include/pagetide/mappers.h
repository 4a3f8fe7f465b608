/* Which other processes keep pages of a file in memory: they map it. */
#ifndef PAGETIDE_MAPPERS_H
#define PAGETIDE_MAPPERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "pagetide/sharers.h"

struct mapfile;
struct verdict_holders;

/* What to look for: pages of the file that the worker has at addr now, or of
 * file. */
struct mappers_query {
	pid_t		worker, app;	/* these two do not count */
	uint64_t	addr;		/* of first_page in the worker */
	const struct mapfile *file;	/* NULL: the one at addr */
	uint64_t	first_page, n_pages;
	struct sharers_look look;	/* of sharers: what is counted apart */
	uint64_t	until_ns;	/* monotonic: then it ends */
};

/* Those that a round has found, to look at them alone. */
#define MAPPERS_KEPT	1024
struct mappers_found {
	struct sharer	one[MAPPERS_KEPT];
	size_t		n;
	bool		all;	/* there was room for each */
};

/*
 * Goes through /proc, process by process, which may wait for locks of any of
 * them: to be called where nobody waits for it. 0, or -errno where the file
 * can't be told from others.
 */
int	mappers_scan(const struct mappers_query *, struct verdict_holders *);
/*
 * All that map it so that they could touch it, which what only asks about the
 * file does not, that process too, with their PTEs there; adds to what is
 * cleared but for what the caller sets (on, rounds). Between reads of page tables
 * it rests for 49 times what these took. 0 or -errno as before.
 */
int	mappers_sharers(const struct mappers_query *, struct mappers_found *,
	    struct sharers *);
/*
 * The same of those that were found, as far as they are there yet, and of the
 * cells of look alone: how many pages each has in all stays what it was. Who maps
 * the file since then is not seen.
 */
int	mappers_again(const struct mappers_query *,
	    const struct mappers_found *, struct sharers *);

#endif
