/* The map with its labels and its ruler, in the room that it has. */
#ifndef PAGETIDE_MAPDRAW_H
#define PAGETIDE_MAPDRAW_H

#include "pagetide/frame.h"
#include "pagetide/layout.h"
#include "pagetide/scene.h"

void	mapdraw(struct frame *, const struct layout *, const struct scene *);

#endif
