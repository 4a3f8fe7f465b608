/*
 * Pages of a range, counted by the process that maps them, within a time. For
 * what is counted right before and after a call: it asks the kernel for
 * numbers, touches no page and costs no fault. deadline_ns is by
 * clock_cpu_ns(): what it may cost, whoever else has the CPU meanwhile.
 */
#ifndef PAGETIDE_RANGECOUNT_H
#define PAGETIDE_RANGECOUNT_H

#include <stdbool.h>
#include <stdint.h>

#include "pagetide/layer.h"

struct rangecount;

/* What is counted, and who is asked. */
struct rangecount_of {
	int		 file;		/* whose page cache; -1: none */
	bool		 cachestat;	/* may be asked */
	bool		 mincore;	/* else this, through the mapping */
	const volatile unsigned char *addr;	/* where the target's page 0
					   would be mapped */
	uint64_t	 first_page, pages;	/* that are mapped; 0: none */
	uint32_t	 page_bytes;
};

/* Its memory is in place: counting makes no fault of its own. */
struct rangecount *rangecount_new(uint32_t page_bytes);
void	rangecount_free(struct rangecount *);
/*
 * Adds the range, [first_page, first_page + n_pages) of the target, to what
 * out has: layers that can't be told, or not until deadline_ns, are not known
 * in out any more. out begins with all of RANGECOUNT_LAYERS known, and 0.
 */
void	rangecount_add(struct rangecount *, const struct rangecount_of *,
	    uint64_t first_page, uint64_t n_pages, uint64_t deadline_ns,
	    struct layer_pages *out);

#define RANGECOUNT_TABLES (LAYER_BIT(LAYER_MAPPED) | LAYER_BIT(LAYER_PRIVATE))
#define RANGECOUNT_CACHE (LAYER_BIT(LAYER_CACHED) | \
	LAYER_BIT(LAYER_DIRTY) | LAYER_BIT(LAYER_WRITEBACK) | \
	LAYER_BIT(LAYER_EVICTED) | LAYER_BIT(LAYER_RECENT))
#define RANGECOUNT_LAYERS (RANGECOUNT_TABLES | RANGECOUNT_CACHE)

/* Runs of pages that are on their way, at most. */
#define ARRIVAL_RUNS	64
/*
 * Pages of a range that are in the page cache and not up to date yet, looked
 * for with cachestat and mincore (inflight.h says what else that may be).
 */
struct arrival {
	struct { uint64_t first, end; } run[ARRIVAL_RUNS];
	unsigned	n, at;		/* those before at have arrived */
};

/* How many there are now; -1: that can't be known, or not until then. */
int64_t	arrival_begin(struct arrival *, struct rangecount *,
	    const struct rangecount_of *, uint64_t first_page,
	    uint64_t n_pages, uint64_t deadline_ns);
/* Leaves out those that are of the other, too, which is in order as it was
 * begun: how many are left; -1: that are too many runs. */
int64_t	arrival_without(struct arrival *, const struct arrival *other);
/* How many of them are not known to have arrived; 0: all have. Asks no more
 * than a fraction of a millisecond takes. */
uint64_t arrival_look(struct arrival *, struct rangecount *,
	    const struct rangecount_of *);
/* How many of them have not arrived: asks for all that are left. */
uint64_t arrival_absent(const struct arrival *, struct rangecount *,
	    const struct rangecount_of *);

#endif
