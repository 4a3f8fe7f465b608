/*
 * Pages that are in the page cache and not up to date. cachestat counts a page
 * from the moment it is there, mincore only when all of its content is. Most
 * are on their way from storage, and soon arrive. Others stay so for as long
 * as nobody reads them: a page that was written in part, or that a short file
 * ended in when it grew. The two can't be told apart page by page; but where
 * the device has no read under way, none of them is being read.
 * Private to src/probe.
 *
 * The two are not one instant. mincore is asked first: a page whose read ends
 * between the two calls (some tenths of a millisecond) is counted as in
 * flight, which it was a moment before, and so is one that is written by
 * write(2) in between. A page that is dropped in between takes one off, at
 * the worst down to none: a count is never negative. A page whose read failed
 * looks as if it was in flight until it is dropped.
 */
#ifndef PAGETIDE_INFLIGHT_H
#define PAGETIDE_INFLIGHT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "tally.h"

struct target;

/* Pages of one mincore: 0.13 ms where every one has to be looked up. */
#define INFLIGHT_CHUNK 2048
/* Pages of one cachestat that looks whether there is anything at all. */
#define INFLIGHT_SKIP (UINT64_C(1) << 15)

/* Fills LAYER_INFLIGHT of cells of a grid, in passes. */
struct inflight {
	struct target	*target;
	struct tally	 tally;
	uint64_t	 end;		/* first page that is not asked for */
	uint64_t	 skip;		/* pages to try at once */
	bool		 under_way;
	uint64_t	 begin_ns;	/* of the pass under way */
	uint64_t	 oldest_ns;	/* of what is reported: when the last
					   complete pass began; 0: none yet */
	uint64_t	 cost_ns, end_ns;	/* of that pass */
	int		 reads_fd;	/* of the device; -1: none */
	dev_t		 reads_dev;	/* that was asked for last; 0: none */
	bool		 reads_known;	/* of that pass */
	uint64_t	 reads;		/* under way as it began, or ended;
					   the more of the two */
	uint64_t	 begin_reads;	/* of the pass under way, if known */
	bool		 begin_known;
	unsigned	 quiet;		/* passes in a row without any */
	unsigned char	 vec[INFLIGHT_CHUNK];
};

/* n pages of which so many are resident by mincore and cached by cachestat:
 * how many are in flight. Pure. */
uint64_t inflight_count(uint64_t n, uint64_t resident, uint64_t cached);

void	inflight_init(struct inflight *, struct target *);
void	inflight_done(struct inflight *);
/*
 * Is none of what the last pass counted being read? Two passes without a read
 * on the device: between the two a read that had just been asked for would
 * have come to it. false also where that is not known.
 */
bool	inflight_lasts(const struct inflight *);
/* The pass under way is dropped; the next begins at once. */
void	inflight_reset(struct inflight *);
/*
 * Begins a pass over the cells of grid that show pages of [first, first + n),
 * unless one is under way or the last is over for less than it took.
 */
void	inflight_begin(struct inflight *, struct cells *grid, uint64_t first,
	    uint64_t n);
/* True when nothing is left to do, false when deadline_ns has come. */
bool	inflight_step(struct inflight *, uint64_t deadline_ns);

#endif
