/*
 * What was cached (of memory without a file: mapped) over time, a row for each slot of it, made of the snapshots
 * that are kept. Rows that were made stay until they look otherwise, so that a
 * picture costs the rows that are new in it.
 */
#ifndef PAGETIDE_WATERFALL_H
#define PAGETIDE_WATERFALL_H

#include <stddef.h>
#include <stdint.h>

#include "pagetide/cellgrid.h"

struct history;
struct sample;
struct viewport;
struct waterfall;

/* What is shown; another one begins anew. */
struct fall_shape {
	uint64_t	first_page, pages;	/* across, in cells ... */
	struct cellgrid	grid;			/* ... of one row */
	unsigned	rows;			/* one of them is the write
						   head */
	uint64_t	slot_ns;		/* of a row; not 0 */
};

enum fall_kind {
	FALL_HEAD,	/* where the next row will be */
	FALL_KNOWN,	/* as the last sample in the slot has it */
	FALL_EMPTY,	/* there is no sample in the slot */
	FALL_NOT_KEPT,	/* the slot is from before all that is kept */
};

struct fall_row {
	enum fall_kind	 kind;
	uint64_t	 slot;
	uint64_t	 wall_ns;	/* FALL_KNOWN: of the sample */
	const uint8_t	*level;		/* FALL_KNOWN: enum level of each cell;
					   until the next call */
};

struct waterfall *waterfall_new(void);
void	waterfall_free(struct waterfall *);
/* Another file is watched now. */
void	waterfall_forget(struct waterfall *);

/* The pages of the viewport, across its width and over its rows. */
struct fall_shape waterfall_shape(const struct viewport *, uint64_t slot_ns);
/* Slot k is (k * slot_ns, (k + 1) * slot_ns], so that a moment never changes
 * its slot; columns of graphs are such ones. */
uint64_t waterfall_slot(uint64_t t_ns, uint64_t slot_ns);
/* All that is kept up to that sample, which is the newest in the picture. */
void	waterfall_fill(struct waterfall *, const struct fall_shape *,
	    const struct history *, const struct sample *now);

/* As it was filled. */
const struct fall_shape *waterfall_shown(const struct waterfall *);
size_t	waterfall_cells(const struct waterfall *);
/* Row y of the screen, from the top; y < rows. */
struct fall_row waterfall_row(const struct waterfall *, unsigned y);

#endif
