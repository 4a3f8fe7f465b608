/* What was, over one time axis: three rates, or the sets. */
#ifndef PAGETIDE_GRAPH_H
#define PAGETIDE_GRAPH_H

#include <stdbool.h>
#include <stdint.h>

#include "pagetide/frame.h"
#include "pagetide/graphcolumn.h"
#include "pagetide/sample.h"
#include "pagetide/scene.h"

/* Less than that is told as a count: one fault in two seconds is no half of
 * one. */
#define GRAPH_FEW 10

/* Letters of the events in n columns that end with the one of now, "*" where
 * there are several, 0 where there are none; the caller frees them. */
char	*graph_marks(const struct scene *, uint64_t now_ns, int n,
	    uint64_t column_ns);
/* The graphs, with the letters of events under the axis. */
void	graph_draw(struct frame *, struct rect, const struct scene *);

#endif
