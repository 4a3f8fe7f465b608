/* A process and what it has mapped: plain data. */
#ifndef PAGETIDE_PROCESS_H
#define PAGETIDE_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* One process as /proc/PID/stat and statm say. */
struct process {
	pid_t		pid;
	char		name[64];	/* of the command; NOT safe to print
					   raw */
	char		state;		/* 'R', 'S', 'Z' ... */
	bool		kernel;		/* a thread of the kernel's */
	uint64_t	minor, major;	/* faults since it began */
	uint64_t	new_minor, new_major;	/* within processes.within_ns */
	uint64_t	start_ticks;	/* when it began: with pid it is one
					   process for ever */
	uint64_t	size_pages, resident_pages;
	uint64_t	file_pages;	/* of those resident: of files and of
					   shared memory */
};

struct processes {
	struct process	*process;
	size_t		 n;
	uint64_t	 within_ns;	/* 0: they were counted only once */
};

/* One line of /proc/PID/maps, and what smaps counts of it. */
struct vma {
	uint64_t	start, end;	/* addresses */
	uint64_t	offset;		/* in the file, bytes */
	uint64_t	ino;
	unsigned	dev_major, dev_minor;	/* as the kernel's maps say: on
					   btrfs and overlayfs not as stat */
	char		perms[5];	/* "r-xp" */
	char		*name;		/* "": anonymous; as in maps, a newline
					   is \012; NULL where nobody asked */
	bool		counted;	/* the rest is known */
	uint64_t	resident_bytes, pss_bytes, swap_bytes;
	unsigned	vmflags;	/* VMF_ bits of advice.h */
};

/* Has it no file behind it? The inode does not tell: that of shared memory
 * may be 0. */
static inline bool
vma_is_anonymous(const struct vma *v)
{
	return v->dev_major == 0 && v->dev_minor == 0;
}

/* In the order of their addresses. */
struct vmas {
	struct vma	*vma;
	size_t		 n;
};

/*
 * Pieces next to each other that are one to the user: of one file, where
 * each goes on in the file where the one before ends; or memory without a
 * file of one name and with the same permissions, which a hint has cut.
 */
struct mapping_pieces {
	const struct vma *piece;
	size_t		 n;
};

#endif
