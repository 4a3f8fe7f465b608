/* Why a hint did less than its name promises, where measured facts show it. */
#ifndef PAGETIDE_VERDICT_H
#define PAGETIDE_VERDICT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pagetide/layer.h"

/* Pages of the hint's range in each layer, at one moment. */
struct verdict_pages {
	uint64_t	count[LAYER_COUNT];	/* valid where known */
	unsigned	known;			/* LAYER_BITs */
};

struct verdict_facts {
	uint64_t	n_pages;	/* of the range */
	int32_t		err[2];		/* of each call; -1: not made */
	bool		flags_known;	/* the same all over the range */
	unsigned	vmflags;	/* VMF_ bits before the call */
	struct verdict_pages before, after;
};

/*
 * A few words on the hint (index into advice_table), or NULL: there is
 * nothing to explain, or too little was measured to do so. They may stand in
 * buf.
 */
const char *verdict_text(char *buf, size_t size, unsigned advice,
	    const struct verdict_facts *);

#endif
