/* Presentation: what is read from the back of a room. */
#ifndef PAGETIDE_VIEW_PRESENT_H
#define PAGETIDE_VIEW_PRESENT_H

#include "pagetide/frame.h"
#include "pagetide/role.h"

struct layout;
struct scene;

/* The numbers, and the last event as the caption. */
void	present_draw(struct frame *, const struct layout *,
	    const struct scene *);

/* A number with its name, in dots; one that is no number of digits as text. */
void	present_number(struct frame *, struct rect, const char *name,
	    const char *text, enum role);

#endif
