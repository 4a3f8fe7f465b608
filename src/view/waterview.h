/* The view waterfall: what was cached, offsets across, time down. */
#ifndef PAGETIDE_WATERVIEW_H
#define PAGETIDE_WATERVIEW_H

#include "pagetide/frame.h"
#include "pagetide/layout.h"
#include "pagetide/scene.h"

/* Rows, times and marks beside them, and the ruler, in the room of the map. */
void	waterview_draw(struct frame *, const struct layout *,
	    const struct scene *);
/* A bit for each row of the legend (heatmap_legend()) that is in it. */
unsigned waterview_seen(const struct scene *);

#endif
