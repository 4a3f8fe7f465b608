/* What was kept under A, B and C, side by side. Private to src/view. */
#ifndef PAGETIDE_COMPAREVIEW_H
#define PAGETIDE_COMPAREVIEW_H

#include "pagetide/frame.h"
#include "pagetide/scene.h"

/* All above the message line. */
void	compareview_draw(struct frame *, struct rect, const struct scene *);

#endif
