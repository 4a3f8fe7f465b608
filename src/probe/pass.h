/*
 * One pass of the readers over cells of a grid, stage by stage, in slices: over
 * all of it, its end, one cell, or single pages. Private to src/probe.
 */
#ifndef PAGETIDE_PASS_H
#define PAGETIDE_PASS_H

#include <stdbool.h>
#include <stdint.h>

#include "pagetide/cells.h"

#include "active.h"
#include "reader.h"

struct pass {
	struct cells	*grid;
	struct readers	*by;
	struct active	*active;	/* notes cells that changed; NULL:
					   nobody does */
	unsigned	 todo;		/* bit per stage still to be done */
	unsigned	 stage;		/* the one under way */
	bool		 under_way;
	uint64_t	 first_page, end;	/* what it covers */
	uint64_t	 page;		/* where it stands */
	unsigned	 level;		/* counts are asked for no more than
					   8^level cells */
	uint64_t	 part[LAYER_COUNT];	/* of the cell it is in */
	unsigned	 part_unknown;
};

/* Bits of the stages that have a reader. */
unsigned pass_stages(const struct readers *);
/*
 * Begins with these stages over pages [first_page, end), which are whole cells;
 * grid, by and active are set.
 */
void	pass_start(struct pass *, unsigned stages, uint64_t first_page,
	    uint64_t end);
/*
 * True when nothing is left to do; false when deadline_ns has come. A cell is
 * stored when all of its pages were measured: what a pass that goes no further
 * has not got to is as it was.
 */
bool	pass_step(struct pass *, uint64_t deadline_ns);

/* passstore.c. Nothing is counted of the cell that comes: */
void	pass_part_clear(struct pass *);
/* The cell under way, of which the last page is counted: */
void	pass_store(struct pass *, size_t cell, uint64_t now_ns);
/* Whole cells [from, to), in which each of the layers in full (or, with
 * SCAN_UNKNOWN, none is known) has all pages, the others none: */
void	pass_store_same(struct pass *, size_t from, size_t to, unsigned full,
	    uint64_t now_ns);

#endif
