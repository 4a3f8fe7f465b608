/* The scratch file of `pagetide truth`: it has no name, and is gone with the
 * process however that ends. */
#ifndef PAGETIDE_SCRATCH_H
#define PAGETIDE_SCRATCH_H

#include <stdbool.h>
#include <stdint.h>

struct strbuf;

#define SCRATCH_PAGES 1024

struct scratch {
	int		 fd;		/* O_RDWR; -1: closed */
	uint32_t	 page_bytes;
	bool		 on_storage;	/* pages can leave memory */
	char		*dir;
	char		 path[32];	/* leads to it: /proc/self/fd/N */
};

/*
 * Makes one of SCRATCH_PAGES pages with data in dir, or, if that is NULL, in
 * $TMPDIR if it is on storage, else where the demo file lives, else in
 * whatever folder for temporary files there is. 0, or -errno with one line
 * in why.
 */
int	scratch_open(struct scratch *, const char *dir, struct strbuf *why);
void	scratch_close(struct scratch *);
/*
 * Writes all of it anew, in calls of 1 MiB, and waits for storage. Where the
 * filesystem has large folios it is then in the cache in such. 0 or -errno.
 */
int	scratch_fill(struct scratch *);
/* Can it be opened with O_DIRECT? */
bool	scratch_has_direct(const struct scratch *);
/* Reads or writes pages past the cache. 0 or -errno. */
int	scratch_direct(const struct scratch *, uint64_t first_page,
	    uint64_t n_pages, bool writes);

#endif
