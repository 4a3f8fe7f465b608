/* What came into the page tables of another process and went out of them between
 * two whole passes over them: there is no working set of it, since nobody knows
 * its touches. Private to src/source. */
#ifndef PAGETIDE_MOVES_H
#define PAGETIDE_MOVES_H

#include <stddef.h>
#include <stdint.h>

struct sample;

/* Passes within the time that is told. */
#define MOVES_PASSES	64

struct moves {
	uint32_t	*mapped;	/* of each cell, as of the last pass */
	size_t		 n;
	unsigned	 shift;		/* log2 of the pages of a cell */
	uint64_t	 map_addr, map_pages;	/* of that mapping */
	uint64_t	 pass_ns;	/* when that pass began; 0: none */
	struct {
		uint64_t	came, went, ns;
	} pass[MOVES_PASSES];		/* from the one before, a ring */
	uint64_t	 passes;
	uint64_t	 came_all, went_all;
};

/* Nothing is known. */
void	moves_forget(struct moves *);
/* The sample is read, but for what it says of them. */
void	moves_feed(struct moves *, struct sample *);

#endif
