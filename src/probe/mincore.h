/* mincore(2): which pages of the target are in the page cache. Private to
 * src/probe. */
#ifndef PAGETIDE_MINCORE_H
#define PAGETIDE_MINCORE_H

#include <stddef.h>
#include <stdint.h>

#include "reader.h"

/* Pages of one call: 0.25 ms where every page has to be looked up. */
#define MINCORE_CHUNK 4096

struct target;

/* Reads through the target's mapping, whichever that is at the time. */
struct mincore {
	struct target	*target;
	unsigned char	 vec[MINCORE_CHUNK];
};

/* self is a struct mincore. Tells LAYER_CACHED: pages whose read is over. */
extern const struct scan_reader mincore_reader;

/* Puts the runs of pages with bit 0 set; vec[0] is of page. Pure. */
void	mincore_runs(const unsigned char *vec, size_t n, uint64_t page,
	    struct scan_sink *);

#endif
