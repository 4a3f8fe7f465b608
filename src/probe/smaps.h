/* /proc/PID/smaps: the VmFlags of the worker's mapping. Private to
 * src/probe. */
#ifndef PAGETIDE_SMAPS_H
#define PAGETIDE_SMAPS_H

#include <stdbool.h>
#include <stdint.h>

#include "pagetide/cells.h"
#include "pagetide/sample.h"

/* VMAs collected line by line. Stretches next to each other with the same
 * flags become one. */
struct smaps {
	uint64_t	 from, to;	/* addresses of the mapping */
	uint64_t	 first_page;	/* of the target, at from */
	uint32_t	 page_bytes;
	uint64_t	 start, end;	/* of the VMA whose lines come, cut to
					   the mapping; none: start == end */
	bool		 past;		/* all VMAs of the mapping were seen */
	bool		 full;		/* there were more than fit */
	uint64_t	 private_dirty_bytes;
	bool		 reaches_out;	/* a VMA is longer than the mapping:
					   its bytes are not ours alone */
	unsigned	 n;
	struct vma_range vma[SAMPLE_VMAS_MAX];
};

/* A mapping of pages of the target from first_page on, at addr. */
void	smaps_start(struct smaps *, uint64_t addr, uint64_t first_page,
	    uint64_t pages, uint32_t page_bytes);
/* One line of smaps, without or with its newline; cut short is no harm. */
void	smaps_line(struct smaps *, const char *line);
/* Does what was collected cover all of the mapping? */
bool	smaps_complete(const struct smaps *);
/* Private_Dirty of the mapping; false if it can't be known. */
bool	smaps_private_dirty(const struct smaps *, uint64_t *bytes);

/* Reads an open smaps from its start, up to the end of the mapping. 0, or
 * -errno; -ESRCH: the address space is gone. */
int	smaps_read(int fd, struct smaps *);

/* Sets LAYER_LOCKED from VMF_LOCKED; pages in no stretch are not locked. */
void	smaps_locked(const struct vma_range *, unsigned n, struct cells *,
	    uint64_t now_ns);

#endif
