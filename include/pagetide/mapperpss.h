/* Pss of what a process has mapped of a file: from its smaps, read in small
 * pieces, since its mmap and munmap wait while the kernel walks its page tables
 * for one. */
#ifndef PAGETIDE_MAPPERPSS_H
#define PAGETIDE_MAPPERPSS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "pagetide/mapfile.h"
#include "pagetide/strbuf.h"

struct mapperpss {
	int		fd;		/* smaps; -1: none is read */
	struct strbuf	line;		/* the last one of a piece, cut */
	struct mapfile	file;
	bool		ours;		/* the lines are of a mapping of it */
	uint64_t	bytes;		/* so far */
};

void	mapperpss_init(struct mapperpss *);
void	mapperpss_done(struct mapperpss *);
/* Of that process, of that file. 0 or -errno. */
int	mapperpss_open(struct mapperpss *, pid_t, const struct mapfile *);
/* The next piece. 1: there is more; 0: bytes is all of it; -errno: it can't be
 * read, or the process is gone. */
int	mapperpss_step(struct mapperpss *);

#endif
