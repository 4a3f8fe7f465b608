/* The latency panel, in place of the side panel's sections. */
#ifndef PAGETIDE_SIDELATENCY_H
#define PAGETIDE_SIDELATENCY_H

#include "pagetide/frame.h"
#include "pagetide/scene.h"

/* Draws within r; where not all rows fit, the fastest touches share one. */
void	sidelatency_draw(struct frame *, struct rect r, const struct scene *);

#endif
