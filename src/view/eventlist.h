/* What was done, what the kernel answered, what it changed. */
#ifndef PAGETIDE_EVENTLIST_H
#define PAGETIDE_EVENTLIST_H

#include "pagetide/frame.h"
#include "pagetide/scene.h"

/* The newest events, newest at the bottom; an effect that does not fit
 * beside its call gets a line of its own. */
void	eventlist_draw(struct frame *, struct rect, const struct scene *);
/* The newest event in one line, if it is of the last seconds; else false and
 * nothing is drawn. */
bool	eventlist_line(struct frame *, struct rect, const struct scene *);

#endif
