/* What came and went before a moment of the past, made of the snapshots that
 * are kept. */
#ifndef PAGETIDE_PASTCHANGES_H
#define PAGETIDE_PASTCHANGES_H

#include <stdint.h>

struct changes;
struct history;
struct viewport;

/*
 * As of the last snapshot that is not younger than t_ns, in the cells of the
 * viewport: what is seen within fade_ns. The caller frees it. NULL: none is as
 * old.
 */
struct changes *pastchanges(const struct history *, const struct viewport *,
	    uint64_t t_ns, uint64_t fade_ns);

#endif
