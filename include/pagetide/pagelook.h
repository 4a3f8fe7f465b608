/*
 * Looks at a page of this process' own mapping, and at the pages around it:
 * asks the kernel for a few numbers, touches nothing and costs no fault.
 */
#ifndef PAGETIDE_PAGELOOK_H
#define PAGETIDE_PAGELOOK_H

#include <stdbool.h>
#include <stdint.h>

#include "pagetide/faultpath.h"
#include "pagetide/rangecount.h"

/* Of the page alone: all but cached_pages and mapped_pages. It is mapped. */
void	pagelook(struct rangecount *, const struct rangecount_of *,
	    uint64_t page, struct fault_look *out);
/* Pages of [first, end) with a PTE; false: not known. */
bool	pagelook_mapped(struct rangecount *, const struct rangecount_of *,
	    uint64_t first_page, uint64_t end_page, uint64_t *pages);
/* ... in the page cache, read or not; past the end there is none. */
bool	pagelook_cached(const struct rangecount_of *, uint64_t first_page,
	    uint64_t end_page, uint64_t *pages);
/* The nearest pages on either side of a page whose content is there, no
 * further than that: *before is the page behind the left one, *after the
 * right one. false: not known. */
bool	pagelook_there(struct rangecount *, const struct rangecount_of *,
	    uint64_t page, uint64_t beside, uint64_t *before,
	    uint64_t *after);
/* A gap that begins no further than that from a page on: up to as many pages
 * that are not cached at all, behind one that is there; as a rule the first.
 * false: not known, or there is none. */
bool	pagelook_gap(struct rangecount *, const struct rangecount_of *,
	    uint64_t page, uint64_t ahead, uint64_t *first, uint64_t *end);

#endif
