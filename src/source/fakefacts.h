/* The state of the simulated source, and what it shows of it. Private to
 * src/source. */
#ifndef PAGETIDE_FAKEFACTS_H
#define PAGETIDE_FAKEFACTS_H

#include <stdbool.h>
#include <stdint.h>

#include "fakepages.h"

#include "pagetide/order.h"
#include "pagetide/own.h"
#include "pagetide/pattern.h"
#include "pagetide/sample.h"

/* Where the worker's mapping starts. */
#define FAKE_MAP_ADDR	UINT64_C(0x7f0000000000)

/* What is still to be reported: pages of a hint that are waited for, and what
 * a walk of one touch did. */
struct fake_wait {
	struct own	 touch;
	bool		 on;
	uint32_t	 seq;		/* of its order */
	uint64_t	 first, pages;
	uint64_t	 since_ns;
};

struct fake {
	struct fake_pages pages;
	char		 name[32];
	bool		 alive;		/* there is a worker */
	bool		 gap;
	bool		 begun;		/* before, a sample has no number */
	uint64_t	 seq;
	uint64_t	 touches;
	uint64_t	 cursor_page;
	uint64_t	 passed_ns;	/* fake_pages_pass_time() then */
	unsigned	 wanted;	/* LAYER_BITs that the picture shows */
	struct cells	 grid;
	uint64_t	 window_ns;	/* of the working set; 0: none yet */
	uint64_t	 slot[FAKE_PAGES];	/* of workset.h, in which a
						   page was touched last */
	/* The walk: touch number made is due at base_ns + made / pace. */
	struct pattern	 pattern;
	uint64_t	 next_page;
	bool		 running, paused;
	uint32_t	 walk_seq;
	uint64_t	 walk_touches;
	uint64_t	 pace_per_s;
	uint64_t	 base_ns, made;
	struct one_touch touched;	/* the last touch */
	bool		 ended;		/* and not yet reported by fake_poll() */
	struct fake_wait wait;
};

/* Fills the grid, one page a cell, with all that is so now. */
void	fakefacts_measure(struct fake *);
/* Fills in all but seq, times and gap: what the grid reports, and counters. */
void	fakefacts_read(const struct fake *, struct sample *out);

#endif
