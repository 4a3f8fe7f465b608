/* The worker's own mapping of the target. Private to src/work. */
#ifndef PAGETIDE_MAPPING_H
#define PAGETIDE_MAPPING_H

#include <stdbool.h>
#include <stdint.h>

struct order;
struct report;

struct mapping {
	/*
	 * Where page 0 of the target is, or would be if it was mapped: page p
	 * is at addr + p * page_bytes.
	 */
	volatile unsigned char *addr;
	uint64_t	first_page;	/* of the target, that is mapped */
	uint64_t	pages;		/* 0: none */
	uint64_t	page_bytes;
	uint32_t	flags;		/* MAP_SPEC_ bits */
	int		fd;	/* the struct file that is mapped; -1: none */
};

void	mapping_init(struct mapping *);
/* Unmaps and closes; a second call does nothing. */
void	mapping_drop(struct mapping *);
/*
 * Drops what is mapped and maps pages of source's file as the order says,
 * through a struct file of its own: readahead state starts afresh with each
 * mapping. It is opened for writing only for a mapping that is shared and
 * writable. Sets err[0] of the report (when not 0, nothing is mapped) and its
 * times, tightly around the mmap if it came to that.
 */
void	mapping_make(struct mapping *, int source, const struct order *,
	    struct report *);
/* Where the mapping starts; NULL: there is none. */
volatile unsigned char *mapping_start(const struct mapping *);
/* Cuts *n_pages at the mapping's end; false: the range does not begin inside
 * the mapping, or is empty. */
bool	mapping_clamp(const struct mapping *, uint64_t first_page,
	    uint64_t *n_pages);

#endif
