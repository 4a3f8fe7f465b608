/* Does mincore tell us the truth about a file? */
#ifndef PAGETIDE_RESIDENCY_H
#define PAGETIDE_RESIDENCY_H

#include <stdbool.h>
#include <stddef.h>

#define HUGETLBFS_MAGIC	0x958458f6

struct target;

/*
 * Asks mincore about pages past the end of the file, which can't be resident:
 * who may not know is told that they are (KERNEL.md 1). True: it tells the
 * truth. False with an empty why: it does not; with a line in why: it could
 * not be asked.
 */
bool	residency_probe(const struct target *, char *why, size_t size);

#endif
