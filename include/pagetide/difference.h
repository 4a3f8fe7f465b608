/* Two moments of what is kept or recorded beside each other: cells that differ, totals. */
#ifndef PAGETIDE_DIFFERENCE_H
#define PAGETIDE_DIFFERENCE_H

#include <stdbool.h>
#include <stdint.h>

#include "pagetide/cells.h"
#include "pagetide/snapshot.h"

/* A moment of a recording, or of what is kept. */
struct moment {
	const char	*path;		/* of the recording; NULL: of none */
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
					   size: of all, or of what
					   difference_look() was given */
	struct difference_layer layer[LAYER_COUNT];
	bool		 same;		/* in all that is known of both: pages
					   of layers, the size */
};

/* The caller's to free; NULL is harmless. */
struct difference *difference_new(void);
void	difference_free(struct difference *);
/* A copy, made as the first was; paths stay whose they are. */
struct difference *difference_copy(const struct difference *);
/* Of a and b, which are set. */
void	difference_make(struct difference *);
/* Is there something to tell of the layer: another total, other cells, or that
 * its total is known of one of them only? */
bool	difference_is_told(const struct difference *, enum layer);

/* at is in these cells from now on: of what is not known as finely nothing is
 * known there. Totals stay. */
void	difference_look(struct difference *, const struct cells *shown);

/* What a cell of at says. */
enum difference_kind {
	DIFFERENCE_NONE,
	DIFFERENCE_CAME,	/* more is cached or mapped, less nowhere */
	DIFFERENCE_WENT,
	DIFFERENCE_OTHER,	/* both, or as much of it, but another layer
				   differs */
	DIFFERENCE_UNKNOWN,	/* nothing is known of it in both */
	DIFFERENCE_KINDS
};
enum difference_kind difference_kind(const struct difference *, size_t cell);
/* Do the two say something else of a layer there? What is unknown says
 * nothing. */
bool	difference_is_at(const struct difference *, size_t cell, enum layer);
/* All layers (LAYER_BITs) of which they do. */
unsigned difference_layers(const struct difference *, size_t cell);

#endif
