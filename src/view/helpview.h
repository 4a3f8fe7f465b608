/* All keys, over the panels. */
#ifndef PAGETIDE_HELPVIEW_H
#define PAGETIDE_HELPVIEW_H

#include "pagetide/frame.h"
#include "pagetide/scene.h"

/* Covers the rect with scene.help, from line help_top on; in two columns
 * where there is room. A help_top past the end shows the end. */
void	helpview_draw(struct frame *, struct rect, const struct scene *);

#endif
