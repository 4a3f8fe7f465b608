/* The state of the simulated source, and what it tells of it. Private to
 * src/source. */
#ifndef PAGETIDE_FAKEFACTS_H
#define PAGETIDE_FAKEFACTS_H

#include <stdbool.h>
#include <stdint.h>

#include "fakepages.h"

#include "pagetide/pattern.h"
#include "pagetide/sample.h"

struct fake {
	struct fake_pages pages;
	char		 name[32];
	bool		 alive;		/* there is a worker */
	bool		 gap;
	uint64_t	 seq;
	uint64_t	 touches;
	uint64_t	 cursor_page;
	uint64_t	 settled_ns;	/* fake_pages_settle() then */
	unsigned	 wanted;	/* LAYER_BITs that the picture shows */
	struct cells	 grid;
	uint64_t	 window_ns;	/* of the working set; 0: none yet */
	uint64_t	 slot[FAKE_PAGES];	/* of workset.h, in which a
						   page was touched last */
	/* The walk: touch number made is due at base_ns + made / pace. */
	struct pattern	 pattern;
	uint64_t	 next_page;
	bool		 running;
	uint32_t	 walk_seq;
	uint64_t	 walk_touches;
	uint64_t	 pace_per_s;
	uint64_t	 base_ns, made;
	bool		 ended;		/* and not yet told by fake_poll() */
};

/* Fills the grid, one page a cell, with all that is so now. */
void	fakefacts_measure(struct fake *);
/* Fills in all but seq, times and gap: what the grid tells, and counters. */
void	fakefacts_read(const struct fake *, struct sample *out);

#endif
