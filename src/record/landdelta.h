/* Where faults landed, as what is other than before. Private to src/record. */
#ifndef PAGETIDE_LANDDELTA_H
#define PAGETIDE_LANDDELTA_H

#include "pagetide/landing.h"

#include "packed.h"

/* Either may be NULL: nothing is known of it. */
void	landdelta_put(struct strbuf *, const struct landing *from,
	    const struct landing *to);
/* What was put, made of what there was before: *own, or NULL. It is the
 * caller's, as is *own, which may be NULL; now: was that known before? */
const struct landing *landdelta_take(struct unpack *, struct landing **own,
	    bool now);

#endif
