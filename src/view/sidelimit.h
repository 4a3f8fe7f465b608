/* What the worker's memory limit does, in the side panel. */
#ifndef PAGETIDE_SIDELIMIT_H
#define PAGETIDE_SIDELIMIT_H

#include "pagetide/scene.h"

#include "panel.h"

/* Lines it takes: none where there is no limit. */
int	sidelimit_lines(const struct scene *);
/* How often the limit was met, and how long tasks wait for memory; the limit
 * itself stands with the numbers above the map. */
void	sidelimit_draw(struct panel *, const struct scene *);

#endif
