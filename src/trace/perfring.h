/* The ring that the kernel writes records of perf events to. Private to
 * src/trace. */
#ifndef PAGETIDE_PERFRING_H
#define PAGETIDE_PERFRING_H

#include <linux/perf_event.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct perfring {
	struct perf_event_mmap_page *page;	/* NULL: none */
	size_t		 page_bytes, data_bytes;
};

/* That of the event fd, of so many pages (a power of two). False with errno:
 * it can't be had. */
bool	perfring_map(struct perfring *, int fd, unsigned pages);
void	perfring_unmap(struct perfring *);	/* without one: harmless */
/* All records since, in order; how many were lost is added to lost. len is all
 * of the record, or its beginning. */
typedef void perfring_take(const struct perf_event_header *, const char *buf,
	    size_t len, void *arg);
void	perfring_read(struct perfring *, perfring_take *, void *arg,
	    uint64_t *lost);
/* How many a PERF_RECORD_LOST is about. */
uint64_t perfring_lost(const char *buf, size_t len);

#endif
