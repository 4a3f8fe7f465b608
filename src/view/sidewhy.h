/* The side panel that says why: the way of the last touch, stage by stage, and
 * those of a walk's touches by name. */
#ifndef PAGETIDE_SIDEWHY_H
#define PAGETIDE_SIDEWHY_H

#include "pagetide/scene.h"

#include "pagetide/panel.h"

void	sidewhy_draw(struct panel *, const struct scene *);
/* The last windows of readahead, and what they are in all. */
void	sidewhy_windows(struct panel *, const struct scene *);

#endif
