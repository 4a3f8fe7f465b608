/* The worker's own mapping of the target. Private to src/work. */
#ifndef PAGETIDE_MAPPING_H
#define PAGETIDE_MAPPING_H

#include <stdbool.h>
#include <stdint.h>

struct mapping {
	volatile const unsigned char *addr;	/* NULL: none */
	uint64_t	pages;
	uint64_t	page_bytes;
	int		fd;	/* the struct file that is mapped; -1: none */
};

void	mapping_init(struct mapping *);
/* Unmaps and closes; a second call does nothing. */
void	mapping_drop(struct mapping *);
/*
 * Drops what is mapped and maps pages of source's file, MAP_SHARED and
 * PROT_READ, through a struct file of its own: readahead state starts afresh
 * with each mapping. 0, or an errno: then nothing is mapped.
 */
int	mapping_make(struct mapping *, int source, uint64_t pages);
/* Cuts *n_pages at the mapping's end; false: no page of it lies inside. */
bool	mapping_clamp(const struct mapping *, uint64_t first_page,
	    uint64_t *n_pages);

#endif
