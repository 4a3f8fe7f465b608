/* Opening what is watched, and what the kernel lets us know about it. */
#ifndef PAGETIDE_TARGET_H
#define PAGETIDE_TARGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pagetide/sample.h"
#include "pagetide/storage.h"

struct strbuf;

/* Where the path led when it was looked at last. */
enum target_name { TARGET_HERE, TARGET_ELSEWHERE, TARGET_NOWHERE };

/*
 * Our own mapping of the file, or of the part of it that is asked for: more
 * of a large file than there is room for can't be mapped at once. PROT_NONE
 * and never touched: it can't fault.
 */
struct target_window {
	void		*addr;		/* NULL: nothing is mapped */
	uint64_t	 first_page, pages;
	uint64_t	 max_pages;	/* as many as may be mapped at once;
					   0: not tried yet */
};

struct target {
	struct target_facts facts;
	char		*path;
	char		*shown;		/* name in place of path, or NULL */
	char		 fsname[32];
	long		 fstype;	/* statfs f_type */
	int		 fd;		/* O_RDONLY, ours alone: its readahead
					   state is nobody else's */
	struct target_window window;
	bool		 residency_known;	/* mincore tells the truth */
	char		 probe_failed[120];	/* why that could not be found
						   out; "": it was */
	struct stat	 st;		/* of the file, as it was last */
	enum target_name name;
	int		 name_err;	/* what the path leads to: 0 or errno */
	struct stat	 name_st;	/* valid if 0, and if it was asked */
	struct storage	*storage;	/* who asks; NULL: we do */
	struct storage_job refresh;
	uint64_t	 answered_ns;	/* when it was answered */
	unsigned	 noticed;	/* SOURCE_ bits not yet reported */
	int		 err;		/* of the last refresh, or 0 */
	bool		 follow_name;	/* set by who opened it: move to
					   another file at the path */
};

/*
 * Opens path read-only (O_NONBLOCK against FIFOs), refuses what can't be
 * watched (directory, FIFO, socket, character device, empty file, /proc and
 * other files without mmap), and probes whether mincore lies (KERNEL.md 0.5
 * and 1: the page past the end is "resident" only for who may neither write
 * nor owns the file).
 * NULL with errno set and one line in why (path made safe); target_close()
 * frees.
 */
struct target *target_open(const char *path, struct strbuf *why);
/*
 * The same where storage may hang: asks for it, and makes a target of the
 * answer as soon as the job is done. path has to last until then; storage as
 * long as the target.
 */
void	target_ask(struct storage *, struct storage_job *, const char *path);
struct target *target_take(struct storage *, struct storage_job *,
	    struct strbuf *why);
/*
 * A target without a file: anonymous memory that the worker is to map. It is
 * in no page cache, never changes size, and fd is of /dev/null. Rounded up to
 * whole pages. NULL with errno and why.
 */
struct target *target_anon(uint64_t size_bytes, struct strbuf *why);
/*
 * It is to be called so, whatever its path. by_fd: no path leads to it, or
 * will not for long; its name is never gone.
 */
void	target_call(struct target *, const char *name, bool by_fd);
void	target_close(struct target *);
/* One line: why residency is unknown, and what would help. */
extern const char target_unknown_help[];
/* That line, or what else there is to know about residency on the filesystem
 * of the target; NULL where there is nothing to say. */
const char *target_remark(const struct target *);

/*
 * Asks again for all that is known of the file and of where its path leads:
 * bits of notice.h into *notices, those of target_update() too. Facts
 * that are not known any more become unknown. A file that has become empty has
 * 0 pages. Where storage does not answer soon all stays as it is, and the
 * answer is taken by a later call. 0 or -errno.
 */
int	target_refresh(struct target *, unsigned *notices);
/* The same, without reporting what was noticed. */
void	target_update(struct target *);

/* Pages that target_window() surely maps at once. */
#define TARGET_WINDOW_MIN 4096
/* Our own mapping, for mincore, of n pages (at most TARGET_WINDOW_MIN) of the
 * file from page on; good until the next call. NULL with errno. */
void	*target_window(struct target *, uint64_t page, uint64_t n);

/* Why a file of this type can't be watched, with the errno of that, or NULL: it
 * may be. Pure. */
const char *target_refused_type(mode_t, int *err);
/* Name of a statfs f_type ("ext4", "xfs", "tmpfs", "overlayfs", ...), or
 * NULL. Pure. */
const char *target_fsname(long f_type);

#endif
