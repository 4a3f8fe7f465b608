/* The legend, all keys, views and commands, or the list of views, over the
 * panels. */
#ifndef PAGETIDE_HELPVIEW_H
#define PAGETIDE_HELPVIEW_H

#include "pagetide/frame.h"
#include "pagetide/scene.h"

/* Covers the rect with a page of scene.help; a page past the end is the last.
 * In two columns where there is room; no group is broken that fits into one. */
void	helpview_draw(struct frame *, struct rect, const struct scene *);
/* How many pages there are in a rect of that size, at least 1. */
size_t	helpview_pages(struct rect, const struct scene *);
/* The page of row i of scene.help. */
size_t	helpview_page_of(struct rect, const struct scene *, size_t i);

/* The views to choose from: covers as much of the rect as it needs, from its
 * lower end up, so that the map stays in sight: a line each, with its key; the
 * one in use is inverted. */
void	helpview_views(struct frame *, struct rect, const struct scene *);

#endif
