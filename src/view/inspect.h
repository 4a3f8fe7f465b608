/* The cell under the cursor, in words. */
#ifndef PAGETIDE_INSPECT_H
#define PAGETIDE_INSPECT_H

#include "pagetide/sample.h"
#include "pagetide/scene.h"

#include "pagetide/panel.h"

/*
 * Which pages the cursor's cell stands for and how many of them are in each
 * layer that is known; of a single page also its address in the worker's
 * mapping and what the next touch would cost.
 */
void	inspect_draw(struct panel *, const struct scene *);
/* Of another process there is no working set: what came into its page tables, and
 * went, and within which time. */
void	inspect_moves(struct panel *, const struct pte_moves *);

#endif
