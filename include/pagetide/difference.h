/* Two moments of recordings beside each other: cells that differ, totals. */
#ifndef PAGETIDE_DIFFERENCE_H
#define PAGETIDE_DIFFERENCE_H

#include <stdbool.h>
#include <stdint.h>

#include "pagetide/cells.h"
#include "pagetide/snapshot.h"

struct strbuf;

#define DIFFERENCE_SCHEMA "pagetide-diff/1"

/* A moment of a recording. */
struct moment {
	const char	*path;		/* of the recording */
	uint64_t	 since_ns;	/* after its first sample */
	struct snapshot	 s;
};

/* What differs in a layer. */
struct difference_layer {
	bool		 known;		/* somewhere in both */
	uint64_t	 came_pages, went_pages;	/* sums over cells: what
						   came and went within one is
						   not in them */
	uint64_t	 cells;		/* that differ */
	uint64_t	 unknown_cells;	/* in one of them */
};

struct difference {
	struct moment	 a, b;
	struct cells	 at[2];		/* what both have, in cells of one
					   size */
	struct difference_layer layer[LAYER_COUNT];
	bool		 same;		/* in all that is known of both: pages
					   of layers, the size */
};

/* All 0 at first. */
void	difference_done(struct difference *);
/* Of a and b, which are set. */
void	difference_make(struct difference *);
/* A line for each of what differs. */
void	difference_text(const struct difference *, struct strbuf *out);
/* One object, without newline; the caller frees it. */
char	*difference_json(const struct difference *);

#endif
