/* A lesson on the screen, and the list of them. */
#ifndef PAGETIDE_LESSONPANEL_H
#define PAGETIDE_LESSONPANEL_H

#include "pagetide/frame.h"

struct layout;
struct scene;

/* What is said and asked, and the large numbers. */
void	lessonpanel_draw(struct frame *, const struct layout *,
	    const struct scene *);
/* Which lesson it is, and how far: over the left of the header. */
void	lessonpanel_head(struct frame *, struct rect, const struct scene *);
/* The captions, for the back of a room. */
void	lessonpanel_captions(struct frame *, struct rect,
	    const struct scene *);
/* The lessons to choose from. */
void	lessonpanel_list(struct frame *, struct rect, const struct scene *);

#endif
