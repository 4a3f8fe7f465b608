/* What a kernel interface that reports single pages is to the passes over a
 * grid. Private to src/probe. */
#ifndef PAGETIDE_READER_H
#define PAGETIDE_READER_H

#include <stdint.h>

#include "pagetide/layer.h"

/* In the layers of a run: nothing is known about these pages. */
#define SCAN_UNKNOWN (1u << 31)
/* ... or not whether they are swapped: the kernel shows it the same way. */
#define SCAN_SWAP_UNKNOWN (1u << 30)

/* Where a reader puts the runs it finds. */
struct scan_sink {
	void	(*put)(struct scan_sink *, uint64_t first_page,
		    uint64_t n_pages, unsigned layers);
};

/*
 * One kernel interface: runs or count, the other is NULL. A call takes about
 * a millisecond at most, however large the target.
 */
struct scan_reader {
	const char	*name;
	unsigned	 layers;	/* LAYER_BITs it reports */
	/*
	 * Looks at pages from page on, at most up to end, and returns the
	 * page it came to (> page). Puts runs in order, without overlap;
	 * pages between them are in none of the layers.
	 */
	uint64_t	(*runs)(void *self, uint64_t page, uint64_t end,
			    struct scan_sink *);
	/* Counts the pages of each layer; 0 or -errno (then unknown). */
	int		(*count)(void *self, uint64_t page, uint64_t n_pages,
			    uint64_t pages[LAYER_COUNT]);
	uint64_t	 count_max;	/* pages that may be asked for at once
					   whatever they are: 2^n */
};

/* Readers in the order they are asked: page cache, page tables. */
enum scan_stage { SCAN_CACHE, SCAN_TABLES, SCAN_STAGES };

/* Who is asked in each stage. */
struct readers {
	const struct scan_reader *reader[SCAN_STAGES];	/* NULL: nobody can
							   report */
	void		*self[SCAN_STAGES];	/* of the reader */
	uint64_t	 ask_max;	/* pages to count by one call: what
					   takes some tenths of a millisecond;
					   0: not tried yet */
};

#endif
