/* What happens now, and why: the diagnosis. */
#ifndef PAGETIDE_DIAGPANEL_H
#define PAGETIDE_DIAGPANEL_H

#include <stdbool.h>

#include "pagetide/frame.h"

struct scene;

void	diagpanel_draw(struct frame *, struct rect, const struct scene *);
/* The gravest of what holds now, in one line; false if there is none. */
bool	diagpanel_line(struct frame *, struct rect, const struct scene *);

#endif
