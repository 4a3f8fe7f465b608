/*
 * The cells of a scan that changed a moment ago, and their neighbours: they
 * are measured at each tick, the rest less often. Private to src/probe.
 */
#ifndef PAGETIDE_ACTIVE_H
#define PAGETIDE_ACTIVE_H

#include <stddef.h>
#include <stdint.h>

/* More cells than that at once are too many to be measured one by one. */
#define ACTIVE_MAX 48
/* So long after its last change a cell counts as active. */
#define ACTIVE_NS (3 * NS_PER_S)

struct active_cell {
	size_t		cell;
	uint64_t	until_ns;
};

struct active {
	struct active_cell cells[ACTIVE_MAX];
	unsigned	 n;
	unsigned	 next;		/* to be measured, of cells[] */
	size_t		 changed;	/* cells that changed in this pass */
	size_t		 last;		/* the one that changed last */
};

/* A cell changed. */
void	active_changed(struct active *, size_t cell, uint64_t now_ns);
/* Drops those that have not changed for ACTIVE_NS, and those that are no cells
 * any more. */
void	active_expire(struct active *, size_t n_cells, uint64_t now_ns);
/* Drops cells[i]. */
void	active_drop(struct active *, unsigned i);
/* Drops all. */
void	active_clear(struct active *);

#endif
