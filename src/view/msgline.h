/* The last two lines: what the user is told or asked, and the keys. */
#ifndef PAGETIDE_MSGLINE_H
#define PAGETIDE_MSGLINE_H

#include "pagetide/frame.h"
#include "pagetide/scene.h"

/* A prompt with what was typed, else the message, else why something is
 * unknown. */
void	msgline_draw(struct frame *, struct rect, const struct scene *);
/* Keys with their labels, as many as fit whole. */
void	msgline_keys(struct frame *, struct rect, const struct scene *);

#endif
