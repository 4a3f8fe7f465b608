/*
 * Looks right before and right after a touch, which name the way that it took
 * through the fault handler. Private to src/work.
 */
#ifndef PAGETIDE_LOOKING_H
#define PAGETIDE_LOOKING_H

#include <stdbool.h>
#include <stdint.h>

#include "pagetide/order.h"
#include "pagetide/rangecount.h"

struct mapping;

/* What looking may take of a walk's time: a share, and that much in any case.
 * A walk with a pace has time to spare. */
#define LOOKING_SHARE		25
#define LOOKING_SHARE_PACED	4
#define LOOKING_FREE_NS		(UINT64_C(2) * 1000 * 1000)

struct looking {
	struct rangecount *rangecount;
	int		file;
	uint32_t	how;		/* ORDER_COUNT bits */
	bool		by_block;	/* what is read of it comes from a
					   block device: the kernel counts it */
	uint64_t	readahead_pages;
	/* Of the walk. */
	struct {
		bool	 paced;
		bool	 paused;	/* its time is no share */
	} walk;
	uint64_t	begin_ns;
	uint64_t	one_of, wait;	/* touches until the next look */
	uint64_t	random;
	uint64_t	looks_ns;
	/* Of the touch. */
	bool		on;		/* it is looked at */
	uint64_t	page;
	struct rangecount_of of;
	uint64_t	near_first, near_end;	/* where PTEs are counted, */
	uint64_t	far_first, far_end;	/* and cached pages */
	uint64_t	left_before;	/* cached pages before the page */
	struct {
		bool	 known;
		bool	 ahead;		/* the first pages ahead of it that
					   are not cached; else those around
					   it that are not there */
		uint64_t first, end;
		uint64_t pages;		/* that came, ahead */
	} gap;
	struct {
		uint64_t look_ns;	/* when it was looked at, */
		uint64_t minor, major, read_bytes;	/* and what since */
	} before_it;
	struct fault_look before;
	struct touch_why why;
};

void	looking_init(struct looking *, int file, struct rangecount *);
/* A walk begins, as its order says: no touch of it has a name yet. */
void	looking_start(struct looking *, const struct order *,
	    struct work_shared *);
/* The pace of it is another. */
void	looking_pace(struct looking *, uint64_t pace_per_s,
	    struct work_shared *);
/* It pauses, or goes on. */
void	looking_pause(struct looking *, bool paused);
/* Is the walk's next touch to be looked at? To be asked once for each. */
bool	looking_due(struct looking *);
/* A load or a store to the page is about to be made. */
void	looking_before(struct looking *, const struct mapping *,
	    uint64_t page, bool write);
/* It was made, or got a signal (else 0). What is known of it is in why. */
void	looking_after(struct looking *, int signal, int code);
/* That touch was one of the walk. */
void	looking_count(struct looking *, uint64_t ns, struct work_shared *);
/* Of a touch that nobody looked at, and that got its signal: why it did.
 * where: what is mapped there, or NULL. */
void	looking_signal(struct one_touch *, const struct mapping *where,
	    bool write);

#endif
