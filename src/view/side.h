/* The panel right of the map: inspector, legend, now. */
#ifndef PAGETIDE_SIDE_H
#define PAGETIDE_SIDE_H

#include "pagetide/frame.h"
#include "pagetide/scene.h"

void	side_draw(struct frame *, struct rect, const struct scene *);
/* The same over all else in the rect. */
void	side_over(struct frame *, struct rect, const struct scene *);

#endif
