/*
 * A mapping of a process that is not ours: where it is now. All descriptors
 * are of the address space that it was found in: after an exec, and in a
 * later process with the same pid, it is gone.
 */
#ifndef PAGETIDE_FOREIGN_H
#define PAGETIDE_FOREIGN_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "pagetide/process.h"

struct strbuf;

struct foreign {
	pid_t		pid;
	int		dir;		/* of it in /proc */
	int		smaps, maps, pagemap;	/* opened in this order */
	struct vma	first;		/* its first piece as it was found,
					   without the name */
	uint64_t	end;		/* of the last one */
	uint64_t	first_page;	/* that its start is called: of the
					   file, or 0 without one */
	uint32_t	page_bytes;
	bool		no_query;	/* the kernel has no PROCMAP_QUERY */
};

/* The process, before what it has mapped is read in dir. 0 or -errno; then
 * there is nothing to close. */
int	foreign_begin(struct foreign *, pid_t);
/* A mapping that was read since. of_file: its pages are called as those of the
 * file. 0, or -errno with one line in why: -ESRCH after an exec. */
int	foreign_open(struct foreign *, const struct mapping_pieces *,
	    bool of_file, struct strbuf *why);
void	foreign_close(struct foreign *);

/*
 * What is there of it now: the first pieces in a row that are still of the
 * same file, at the same place; *n_pages 0: nothing. 0, or -ESRCH: the
 * address space is gone.
 */
int	foreign_look(const struct foreign *, uint64_t *addr,
	    uint64_t *first_page, uint64_t *n_pages);
/* Is all of [addr, end) still of it? Around a read of page tables: one of
 * another mapping that was there meanwhile is not taken for its own. */
bool	foreign_holds(const struct foreign *, uint64_t addr, uint64_t end);
/* The first piece that is of a file and ends behind addr, by the maps of a
 * process, but for its name. 0, -ENOENT: there is none, -ENOTTY: the kernel
 * is older than 6.11, or another -errno. */
int	foreign_next_file(int maps, uint64_t addr, struct vma *);
/* The file that is mapped at addr of ourselves, as the kernel's maps call it
 * (dev_major, dev_minor, ino). 0 or -errno. */
int	foreign_own(uint64_t addr, struct vma *);

#endif
