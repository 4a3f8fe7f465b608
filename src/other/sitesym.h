/* The function that an instruction is in, by the symbols of its file. Private to
 * src/other; for the process that knows code sites alone. */
#ifndef PAGETIDE_SITESYM_H
#define PAGETIDE_SITESYM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct vma;

/* "memcpy+0x1a", safe to print, of an instruction in that mapping of the
 * process. False: no symbol that the file has reaches over it, it can't be
 * read, or there is no libdw. Loads that, and keeps what it read. */
bool	sitesym_name(pid_t, const struct vma *, uint64_t ip, char *buf,
	    size_t size);

#endif
