/* Working set, resident set and page cache on one axis. */
#ifndef PAGETIDE_GRAPHSETS_H
#define PAGETIDE_GRAPHSETS_H

#include <stdint.h>

#include "pagetide/frame.h"
#include "pagetide/ring.h"
#include "pagetide/scene.h"

/*
 * The newest tick in each of n columns (numbered as by waterfall_slot()),
 * the last of them that of now_ns; NULL where there is none. Later ticks are
 * left out.
 */
void	graphsets_ticks(const struct ring *, uint64_t column_ns,
	    uint64_t now_ns, const struct tick **col, int n);
/* Time of one of its columns: this graph is as wide as three of the others, a
 * fifth of theirs where samples are close enough. */
uint64_t graphsets_column_ns(const struct scene *);
/* Title and bars into the rect, and a line for the limit of memory. */
void	graphsets_draw(struct frame *, struct rect, const struct scene *);

#endif
