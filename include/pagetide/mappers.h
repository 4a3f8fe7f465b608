/* Which other processes keep pages of a file in memory: they map it. */
#ifndef PAGETIDE_MAPPERS_H
#define PAGETIDE_MAPPERS_H

#include <stdint.h>
#include <sys/types.h>

struct sharers;
struct verdict_holders;

/* What to look for: pages of the file that the worker has at addr. */
struct mappers_query {
	pid_t		worker, app;	/* these two do not count */
	uint64_t	addr;		/* of first_page in the worker */
	uint64_t	first_page, n_pages;
	uint64_t	cell_first, cell_n;	/* of sharers: those that are
						   counted apart */
	uint64_t	until_ns;	/* monotonic: then it ends */
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
 * cleared but for what the caller sets (on, rounds, cell). Between reads of
 * page tables it rests. 0 or -errno as before.
 */
int	mappers_sharers(const struct mappers_query *, struct sharers *);

#endif
