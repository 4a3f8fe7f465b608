/* The list of processes, or of what one has mapped. Private to src/view. */
#ifndef PAGETIDE_BROWSEVIEW_H
#define PAGETIDE_BROWSEVIEW_H

#include "pagetide/frame.h"
#include "pagetide/scene.h"

/* Rows of it in that rect. */
int	browseview_rows(struct rect);
void	browseview_draw(struct frame *, struct rect, const struct scene *);

#endif
