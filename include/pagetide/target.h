/* Opening what is watched, and what the kernel lets us know about it. */
#ifndef PAGETIDE_TARGET_H
#define PAGETIDE_TARGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pagetide/sample.h"

struct strbuf;

/* Where the path led when it was looked at last. */
enum target_name { TARGET_HERE, TARGET_ELSEWHERE, TARGET_NOWHERE };

struct target {
	struct target_facts facts;
	char		*path;
	char		 fsname[32];
	long		 fstype;	/* statfs f_type */
	int		 fd;		/* O_RDONLY, ours alone: its readahead
					   state is nobody else's */
	void		*map;		/* PROT_NONE, map_pages long: the file
					   and one page past its end. Never
					   touched: can't fault */
	uint64_t	 map_pages;
	bool		 residency_known;	/* mincore tells the truth */
	char		 probe_failed[120];	/* why that could not be found
						   out; "": it was */
	enum target_name name;
	bool		 follow_name;	/* set by who opened it: go over to
					   another file at the path */
};

/*
 * Opens path read-only (O_NONBLOCK against FIFOs), refuses what can't be
 * watched (directory, FIFO, socket, character device, empty file, /proc and
 * other files without mmap), maps it PROT_NONE one page longer than the file
 * and probes whether mincore lies (KERNEL.md 0.5 and 1: the page past the end
 * is "resident" only for who may neither write nor owns the file).
 * NULL with errno set and one line in why (path made safe); target_close()
 * frees.
 */
struct target *target_open(const char *path, struct strbuf *why);
/*
 * A target without a file: anonymous memory that the worker is to map. It is
 * in no page cache, never changes size, and fd is of /dev/null. Rounded up to
 * whole pages. NULL with errno and why.
 */
struct target *target_anon(uint64_t size_bytes, struct strbuf *why);
void	target_close(struct target *);
/* One line: why residency is unknown, and what would help. */
extern const char target_unknown_help[];
/* That line, or what else there is to know about residency on the filesystem
 * of the target; NULL where there is nothing to say. */
const char *target_remark(const struct target *);

/*
 * fstat and stat again: SOURCE_ bits of source.h into *notices. On grown or
 * shrunk the facts change and the mapping is made anew (-errno if that fails;
 * the old size then stands). Probes again whether mincore lies: permissions
 * may have changed. A file that has become empty has 0 pages.
 */
int	target_refresh(struct target *, unsigned *notices);

/* Name of a statfs f_type ("ext4", "xfs", "tmpfs", "overlayfs", ...), or
 * NULL. Pure. */
const char *target_fsname(long f_type);
/* Bytes of readahead of the device (sysfs read_ahead_kb through st_dev,
 * partitions through their parent). false: not known. */
bool	target_readahead(dev_t, uint64_t *bytes);

#endif
