/*
 * The cells of a scan that changed a moment ago, and their neighbours: they
 * are measured more often than the rest. Private to src/source.
 */
#ifndef PAGETIDE_HOT_H
#define PAGETIDE_HOT_H

#include <stddef.h>
#include <stdint.h>

/* More cells than that at once are too many to follow one by one. */
#define HOT_MAX 48
/* A cell in which nothing changes any more cools off. */
#define HOT_NS (3 * NS_PER_S)

struct hot_cell {
	size_t		cell;
	uint64_t	until_ns;
};

struct hot {
	struct hot_cell	 cells[HOT_MAX];
	unsigned	 n;
	unsigned	 next;		/* to be measured, of cells[] */
	size_t		 changed;	/* cells that changed in this pass */
	size_t		 last;		/* the one that changed last */
};

/* A cell changed. */
void	hot_changed(struct hot *, size_t cell, uint64_t now_ns);
/* Those that have cooled off go; so do those that are no cells any more. */
void	hot_cool(struct hot *, size_t n_cells, uint64_t now_ns);
/* This one is not followed. */
void	hot_drop(struct hot *, unsigned i);
/* None is. */
void	hot_clear(struct hot *);

#endif
