/* Memory in the side panel: what the worker's limit does, and a box in place of
 * the sections. */
#ifndef PAGETIDE_SIDEMEMORY_H
#define PAGETIDE_SIDEMEMORY_H

#include "pagetide/scene.h"

#include "pagetide/panel.h"

/* Lines of numbers below the box. */
#define SIDEMEMORY_LINES 6

/* The box, and what fills it; the panel goes on below. */
void	sidememory_draw(struct panel *, const struct scene *);
/* Lines it takes: none where there is no limit. */
int	sidelimit_lines(const struct scene *);
/* How often the limit was met, and how long tasks wait for memory; the limit
 * itself stands with the numbers above the map. */
void	sidelimit_draw(struct panel *, const struct scene *);

#endif
