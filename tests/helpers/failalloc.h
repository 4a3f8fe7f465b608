/* What the preloaded library and the one who preloads it share. */
#ifndef FAILALLOC_H
#define FAILALLOC_H

#include <stdint.h>

struct failalloc {
	uint64_t	count;		/* allocations so far */
	uint64_t	fail_at;	/* this one fails, from 1; 0: none */
	uint64_t	fail_on;	/* 1: and all after it */
	uint64_t	hit;		/* it did */
};

#endif
