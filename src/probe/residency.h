/* Does mincore tell us the truth about a file? */
#ifndef PAGETIDE_RESIDENCY_H
#define PAGETIDE_RESIDENCY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HUGETLBFS_MAGIC	0x958458f6

/*
 * Asks mincore about pages past the end of the file, at end_bytes (a multiple
 * of a page), which can't be resident: to who may not know it says that they
 * are (KERNEL.md 1). True: it tells the truth. False with an empty why: it does
 * not; with a line in why: it could not be asked.
 */
bool	residency_probe(int fd, long f_type, uint64_t end_bytes,
	    uint32_t page_bytes, char *why, size_t size);

#endif
