/* A file as the kernel's maps call it: not as stat does, whose device may be
 * another one on btrfs and overlayfs. */
#ifndef PAGETIDE_MAPFILE_H
#define PAGETIDE_MAPFILE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "pagetide/process.h"

struct mapfile {
	unsigned	dev_major, dev_minor;
	uint64_t	ino;
};

/* The one that a process has mapped at addr. 0 or -errno: -ENOENT, there is
 * none. */
int	mapfile_find(struct mapfile *, pid_t, uint64_t addr);
bool	mapfile_is(const struct mapfile *, const struct vma *);
/* A line of maps, or a head in smaps, but for its name; false: it is none. */
bool	mapfile_parse(const char *line, struct vma *);
/* Can nobody touch it? So is what pagetide maps to ask about the file. */
bool	mapfile_is_out_of_reach(const struct vma *);

#endif
