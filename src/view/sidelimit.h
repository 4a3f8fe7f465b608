/* The memory limit of the worker, in the side panel. */
#ifndef PAGETIDE_SIDELIMIT_H
#define PAGETIDE_SIDELIMIT_H

#include "pagetide/scene.h"

#include "panel.h"

/* The limit, how far it is used up, and how long tasks wait for memory;
 * nothing where there is no limit. */
void	sidelimit_draw(struct panel *, const struct scene *);

#endif
