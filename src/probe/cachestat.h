/* cachestat(2), Linux 6.5: counts of a file's pages in the page cache.
 * Private to src/probe. */
#ifndef PAGETIDE_CACHESTAT_H
#define PAGETIDE_CACHESTAT_H

#include <stdint.h>

#include "pagetide/layer.h"

#include "reader.h"

/* Pages of a range by layer: those that cachestat_reader tells. 0 or -errno. */
int	cachestat_count(int fd, uint32_t page_bytes, uint64_t page,
	    uint64_t n_pages, uint64_t pages[LAYER_COUNT]);
#define CACHESTAT_WHY_MAX 96
/*
 * Can the pages of fd (a file on a filesystem of this f_type) be counted?
 * NULL, or one line that says why not: in buf, or static.
 */
const char *cachestat_probe(int fd, long f_type, char buf[CACHESTAT_WHY_MAX]);
/*
 * What an errno of the call on a page of our own means on a Linux of that
 * version (linuxver.h), in one line: a filter answers for the kernel, and may
 * say ENOSYS itself. In buf, or static.
 */
const char *cachestat_refusal(int err, unsigned version,
	    char buf[CACHESTAT_WHY_MAX]);

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
