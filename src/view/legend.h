/* What the colours mean that are in the map, and no others. */
#ifndef PAGETIDE_LEGEND_H
#define PAGETIDE_LEGEND_H

#include "pagetide/scene.h"

#include "pagetide/line.h"
#include "pagetide/panel.h"

/* A bit for each row of heatmap_legend() that the map has a cell of. */
unsigned legend_seen(const struct scene *);
/* The section of the side panel. Each row has its own place, whether it is
 * there or not, so that nothing moves about. */
void	legend_draw(struct panel *, const struct scene *);
/* In short, where no side panel has it in full. */
void	legend_line(struct line *, const struct scene *);

#endif
