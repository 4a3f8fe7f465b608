/* What counting a range and waiting for its pages share. Private to
 * src/probe. */
#ifndef PAGETIDE_RANGEPARTS_H
#define PAGETIDE_RANGEPARTS_H

#include <stdbool.h>
#include <stdint.h>

#include "mincore.h"
#include "pagemap.h"

struct rangecount_of;

struct rangecount {
	struct pagemap	 pm;		/* of this process */
	unsigned char	 vec[MINCORE_CHUNK];
};

/* mincore of MINCORE_CHUNK pages at most into vec; false: it can't be asked,
 * as where they are not mapped. */
bool	rangecount_mincore(struct rangecount *, const struct rangecount_of *,
	    uint64_t page, uint64_t n);

#endif
