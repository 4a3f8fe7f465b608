/* The lines that say what is watched and how much of it is in memory. */
#ifndef PAGETIDE_STATUS_H
#define PAGETIDE_STATUS_H

#include "pagetide/frame.h"
#include "pagetide/layout.h"
#include "pagetide/scene.h"

/* Header, numbers, the bar of the whole target. */
void	status_draw(struct frame *, const struct layout *,
	    const struct scene *);
/* Which view, which part of the target, what is selected, the legend. */
void	status_viewline(struct frame *, const struct layout *,
	    const struct scene *);
/* The one line of a screen too small for all else. */
void	status_tiny(struct frame *, const struct scene *);

#endif
