/* The views to choose from, over the lower panels. */
#ifndef PAGETIDE_VIEWLIST_H
#define PAGETIDE_VIEWLIST_H

#include "pagetide/frame.h"
#include "pagetide/scene.h"

/* Covers as much of the rect as it needs, from its lower end up, so that the
 * map stays in sight: a line each, with its key; the one in use is inverted. */
void	viewlist_draw(struct frame *, struct rect, const struct scene *);

#endif
