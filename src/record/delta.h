/* What makes one snapshot of another, as bytes. */
#ifndef PAGETIDE_DELTA_H
#define PAGETIDE_DELTA_H

#include "pagetide/snapshot.h"
#include "pagetide/strbuf.h"

#include "packed.h"

/*
 * Adds what makes to of from, which is as delta_take() left it, or all zeros.
 * Times are below 2^63.
 */
void	delta_put(struct strbuf *, const struct snapshot *from,
	    const struct snapshot *to);
/* Makes s, the snapshot that it was put for, into the one that followed. */
void	delta_take(struct unpack *, struct snapshot *s);

#endif
