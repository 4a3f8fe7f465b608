/* cachestat(2), Linux 6.5: counts of a file's pages in the page cache.
 * Private to src/source. */
#ifndef PAGETIDE_CACHESTAT_H
#define PAGETIDE_CACHESTAT_H

#include <stdint.h>

#include "scan.h"

/* As the kernel has them; no header of the C library does. */
struct cachestat_range {
	uint64_t	off, len;	/* bytes; len 0: to the end */
};
struct cachestat {
	uint64_t	nr_cache, nr_dirty, nr_writeback, nr_evicted,
			nr_recently_evicted;
};

/* 0 or -errno. */
int	cachestat_read(int fd, uint64_t off_bytes, uint64_t len_bytes,
	    struct cachestat *);
#define CACHESTAT_WHY_MAX 96
/*
 * Can the pages of fd (a file on a filesystem of this f_type) be counted?
 * NULL, or one line that says why not: in buf, or static.
 */
const char *cachestat_probe(int fd, long f_type, char buf[CACHESTAT_WHY_MAX]);

struct target;

struct cachestat_source {
	const struct target *target;
	int	 err;		/* -errno of the last call that failed, or 0 */
};

/*
 * self is a struct cachestat_source. Tells CACHED, DIRTY, WRITEBACK, EVICTED
 * and RECENT. CACHED by cachestat includes pages whose read is under way:
 * they have a folio in the page cache, but no content yet.
 */
extern const struct scan_reader cachestat_reader;

#endif
