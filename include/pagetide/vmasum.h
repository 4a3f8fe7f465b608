/* Pieces of what a process has mapped, counted together. */
#ifndef PAGETIDE_VMASUM_H
#define PAGETIDE_VMASUM_H

#include <stdbool.h>

#include "pagetide/process.h"

struct vmasum {
	uint64_t	size_bytes, resident_bytes, pss_bytes, swap_bytes;
	size_t		pieces;
	size_t		uncounted;	/* of which that is not known, but for
					   the size */
	char		perms[5];	/* '*': not the same everywhere */
	unsigned	vmflags, differ;	/* VMF_ bits of those counted */
};

void	vmasum_add(struct vmasum *, const struct vma *);
struct vmasum vmasum_of(const struct mapping_pieces *);

#endif
