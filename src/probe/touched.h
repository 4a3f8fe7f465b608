/*
 * LAYER_TOUCHED: which pages the worker touched within the window of the
 * working set, from the stamps it keeps. Private to src/probe.
 */
#ifndef PAGETIDE_TOUCHED_H
#define PAGETIDE_TOUCHED_H

#include <stdbool.h>
#include <stdint.h>

#include "tally.h"

struct subject;

/* Stamps read at once. */
#define TOUCHED_CHUNK	8192

/* What a pass depends on: the same again needs no pass. Pages leave the
 * window in the order they were touched in, so that as many are the same. */
struct touched_state {
	uint32_t	version;	/* of the stamps */
	uint64_t	writes;
	uint64_t	pages;		/* in the window */
};

struct touched {
	struct cells	*grid;
	struct tally	 tally;
	const struct subject *subject;
	uint64_t	 first_page, pages;	/* that have stamps */
	bool		 stale;		/* the grid does not show it yet */
	bool		 under_way;
	struct touched_state state;	/* when the pass began */
	uint32_t	 from;		/* stamps in the window, up from it */
	uint64_t	 cost_ns;	/* of the last pass */
	uint64_t	 end_ns;	/* when it was over */
	uint16_t	 stamp[TOUCHED_CHUNK];
};

void	touched_init(struct touched *, const struct subject *,
	    struct cells *);
/* The grid has got another shape, or there is another worker. */
void	touched_reshaped(struct touched *);
/*
 * A new pass if there is something new and the last one is over for three
 * times what it cost, or for 99 times where it is not wanted by the picture.
 */
void	touched_begin(struct touched *, uint64_t window_ns, bool wanted);
/* True when nothing is left to do; false when deadline_ns has come. */
bool	touched_step(struct touched *, uint64_t deadline_ns);
/* Pages in the window that ends with now_ns; false: not known. */
bool	touched_pages(const struct subject *, uint64_t now_ns,
	    uint64_t window_ns, uint64_t *pages);
/* Why the layer is not known, or NULL. */
const char *touched_why(const struct subject *);

#endif
