/* The first line: what is watched, who maps it how, LIVE or PAUSED. Private to
 * src/view. */
#ifndef PAGETIDE_HEADER_H
#define PAGETIDE_HEADER_H

#include "pagetide/frame.h"
#include "pagetide/scene.h"

extern const char header_paused[];

/* A badge in its own colours, with the terminal's own on both sides. */
void	header_badge(struct frame *, int x, int y, int end, const char *text);
void	header_draw(struct frame *, struct rect, const struct scene *);

#endif
