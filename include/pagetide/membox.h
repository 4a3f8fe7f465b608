/* Memory as a box: what fills it, and how much is free. No system calls. */
#ifndef PAGETIDE_MEMBOX_H
#define PAGETIDE_MEMBOX_H

#include <stdbool.h>
#include <stdint.h>

#include "pagetide/sample.h"

/* From what stays to what goes first. */
enum membox_part {
	MEMBOX_ANON,	/* anonymous memory, and shared memory without a file */
	MEMBOX_OTHER,	/* page tables, the kernel's own */
	MEMBOX_DIRTY,	/* pages of files that must be written first */
	MEMBOX_CLEAN,	/* pages of files that reclaim may just take */
	MEMBOX_FREE,
	MEMBOX_PARTS
};

struct membox {
	bool		 limited;	/* of the cgroup that limits the
					   worker, else of the machine */
	bool		 dirty_known;	/* false: all pages of files are
					   MEMBOX_CLEAN, with shared memory
					   where that is not told */
	uint64_t	 total_bytes;	/* the limit, or all that there is */
	uint64_t	 bytes[MEMBOX_PARTS];
};

/* Less than that no limit may be. */
#define MEMBOX_LEAST_BYTES (UINT64_C(4) << 20)

/* false: not known. What was read a moment apart is cut to fit. */
bool	membox_of(const struct memory_facts *, struct membox *);

/* The next limit below, or above, one (UINT64_MAX: none) of the steps 4M 6M 8M
 * 12M 16M ... for a worker whose file has so many bytes: the first below none
 * is less than the file, and from twice the file on there is none. */
uint64_t membox_less(uint64_t limit_bytes, uint64_t file_bytes);
uint64_t membox_more(uint64_t limit_bytes, uint64_t file_bytes);

#endif
