/*
 * What came and went in the cells on the screen: net change of cached and
 * mapped pages between samples, with the age of the last change.
 */
#ifndef PAGETIDE_CHANGES_H
#define PAGETIDE_CHANGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pagetide/cells.h"

enum change {
	CHANGE_NONE,
	CHANGE_CAME,		/* pages came in while the worker was at work */
	CHANGE_CAME_OUTSIDE,	/* came in while the worker did nothing:
				   somebody else brought them */
	CHANGE_WENT,
	CHANGE_WENT_OUTSIDE,
	CHANGE_UNKNOWN,
};

struct changes;

struct changes *changes_new(void);
void	changes_free(struct changes *);
/*
 * Compares with the grid of the call before. Another geometry starts anew
 * (nothing has changed yet). worker_quiet: the worker neither touched nor
 * was given a hint since the call before. A change counts as outside only if
 * the cell was measured before it (its stamp) after the worker's last act.
 * Where both layers changed the cached pages decide.
 */
void	changes_feed(struct changes *, const struct cells *shown,
	    bool worker_quiet, uint64_t now_ns);
/*
 * The last change of cell i within fade_ns, and how far it has faded: step 0
 * (fresh) to steps-1. CHANGE_NONE when older; CHANGE_UNKNOWN where there is
 * no change to show and the cached pages of the cell are not known, or i is
 * no cell. *step is 0 for both.
 */
enum change changes_at(const struct changes *, size_t i, uint64_t now_ns,
	    uint64_t fade_ns, int steps, int *step);
/* Are its cells these? Else it says nothing of them. */
bool	changes_are_of(const struct changes *, const struct cells *shown);
/* The worker was at work until now_ns, while nothing is fed. */
void	changes_busy(struct changes *, uint64_t now_ns);
/* Is anything still fading (so that the screen must be drawn again)? */
bool	changes_fading(const struct changes *, uint64_t now_ns,
	    uint64_t fade_ns);

#endif
