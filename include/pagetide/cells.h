/*
 * A grid of cells: a run of pages of the target cut into cells of a
 * power-of-two number of pages, each with a count of pages per layer.
 * Every count is exact over all the pages of its cell, or unknown. A count
 * above UINT32_MAX (cells of more than 16 TiB) has no room: unknown.
 */
#ifndef PAGETIDE_CELLS_H
#define PAGETIDE_CELLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pagetide/layer.h"

/* The finest overview kept of a whole target. */
#define CELLS_OVERVIEW_MAX 16384

struct cells {
	uint64_t	 first_page;	/* page of cell 0 */
	uint64_t	 pages;		/* pages covered; the last cell may
					   be short */
	unsigned	 shift;		/* log2 of the pages of a cell */
	size_t		 n;		/* cells */
	size_t		 cap;		/* cells allocated */
	uint32_t	*count[LAYER_COUNT];	/* pages; valid where known */
	uint32_t	*known;		/* LAYER_BITs, per cell */
	uint64_t	*stamp_ns;	/* when last measured (monotonic);
					   0: never */
};

/* How full a cell is. 0 % and 100 % are exactly none and exactly all. */
enum level {
	LEVEL_NONE,	/* no page */
	LEVEL_Q1,	/* up to 25 % */
	LEVEL_Q2,	/* up to 50 % */
	LEVEL_Q3,	/* up to 75 % */
	LEVEL_Q4,	/* under 100 % */
	LEVEL_ALL,	/* every page */
	LEVEL_UNKNOWN,
	LEVEL_COUNT
};

void	cells_init(struct cells *);
void	cells_done(struct cells *);
/*
 * Gives the grid another geometry; all of it is unknown afterwards.
 * n becomes ceil(pages / 2^shift). Memory grows, never shrinks.
 */
void	cells_reshape(struct cells *, uint64_t first_page, uint64_t pages,
	    unsigned shift);
bool	cells_same_shape(const struct cells *, const struct cells *);
/* dst becomes a copy of src, geometry and all. */
void	cells_copy(struct cells *dst, const struct cells *src);
/* Least shift for which pages fit into max cells. */
unsigned cells_fit_shift(uint64_t pages, uint64_t max_cells);

/* Pages of cell i (the last one may have fewer than 2^shift). */
uint64_t cells_pages(const struct cells *, size_t i);
/* First page of cell i. */
uint64_t cells_page(const struct cells *, size_t i);
/* Cell of a page inside the grid. */
size_t	cells_index(const struct cells *, uint64_t page);
/* First page behind the grid. */
static inline uint64_t
cells_end(const struct cells *c)
{
	return c->first_page + c->pages;
}
/* First page behind cell i. */
static inline uint64_t
cells_cell_end(const struct cells *c, size_t i)
{
	return cells_page(c, i) + cells_pages(c, i);
}

/* Sets one count, marks it known, stamps it. count <= cells_pages(i). */
void	cells_set(struct cells *, size_t i, enum layer, uint32_t count,
	    uint64_t now_ns);
/* Makes layers (LAYER_BITs) of all cells unknown. */
void	cells_forget(struct cells *, unsigned layers);
static inline bool
cells_known(const struct cells *c, size_t i, enum layer l)
{
	return (c->known[i] & LAYER_BIT(l)) != 0;
}

/* The level of a count out of pages; UNKNOWN only from cells_level(). */
enum level level_of(uint64_t count, uint64_t pages);
/* The level of one layer of cell i, LEVEL_UNKNOWN where not known. */
enum level cells_level(const struct cells *, size_t i, enum layer);

/*
 * Sum over all cells. false, and *total untouched, if any cell of the grid
 * is unknown in that layer. An empty grid is known and 0.
 */
bool	cells_total(const struct cells *, enum layer, uint64_t *total);
/* Oldest stamp of cells known in any layer; 0 if there is none. */
uint64_t cells_oldest_ns(const struct cells *);

/*
 * Fills what dst (whose geometry is set) does not know from src: each dst
 * cell is the sum of the src cells inside it; unknown where src does not
 * cover it, is unknown, or is too coarse (dst cells not made of whole src
 * cells). The stamp is the oldest of the parts. A coarse src cell that is
 * uniform (none or all) does answer for finer dst cells inside it: that is
 * exact.
 */
void	cells_fill_in(struct cells *dst, const struct cells *src);

#endif
