/* What smaps counts of each mapping, read in small pieces with rests between:
 * the target's mmap and munmap wait while the kernel walks its page tables. */
#ifndef PAGETIDE_COUNTS_H
#define PAGETIDE_COUNTS_H

#include <stdbool.h>
#include <stdint.h>

#include "pagetide/process.h"
#include "pagetide/strbuf.h"

struct counts {
	int		fd;		/* smaps; -1: not open */
	struct strbuf	line;		/* the last one of a piece, cut */
	struct vma	vma;		/* that is being counted, ... */
	struct vma	*found;		/* ... in the list; NULL: not there */
	uint64_t	pass_ns;	/* when it began; 0: none is on */
	uint64_t	free_ns;	/* until then it rests */
	uint64_t	counted_ns;	/* when the last whole one began; 0:
					   there was none */
};

void	counts_init(struct counts *);
void	counts_close(struct counts *);
/* Afresh, of the process whose folder in /proc that is. */
void	counts_open(struct counts *, int dir);
/* Goes on counting until then, with rests; the first time all of it, without,
 * and not longer than that takes. In the list, which is that of now. */
void	counts_until(struct counts *, uint64_t until_ns, struct vmas *);
/* What was counted before of those that are still there. */
void	counts_keep(struct vmas *now, const struct vmas *before);

#endif
