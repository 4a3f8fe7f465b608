/* A real file whose cached pages a test decides, and the truth about them by
 * a mincore of its own. */
#ifndef PAGETIDE_FILE_RIG_H
#define PAGETIDE_FILE_RIG_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct file_rig {
	char		 dir[PATH_MAX / 2];
	char		 path[PATH_MAX];
	size_t		 page_bytes;
	uint64_t	 pages;
	int		 fd;
	unsigned char	*cached;	/* by file_look(): 0 or 1 a page */
};

extern struct file_rig file_rig;

/* For cmocka: a directory on storage; all that is in it goes away. */
int	file_group_setup(void **state);
int	file_group_teardown(void **state);

/* Skips the test where the cache of a file can't be told (tmpfs, overlay). */
void	file_need_storage(void);
/* A file of that many pages, written to storage and not cached. */
void	file_make(uint64_t pages);
/* A sparse file of that size. */
void	file_make_sparse(uint64_t bytes);
/* Closes and removes it. */
void	file_drop(void);
/* Empties the cache; nobody may map the pages. */
void	file_evict(void);
/* Brings in pages one by one: no readahead, no large folios. */
void	file_bring(uint64_t first, uint64_t n);
/* Each page with a chance of percent. */
void	file_bring_random(unsigned percent, uint64_t seed);
/* Reads the truth into cached; returns how many pages are. */
uint64_t file_look(void);
/* How many of [first, first + n) were, at the last look. */
uint64_t file_count(uint64_t first, uint64_t n);
/* splitmix64 */
uint64_t file_random(uint64_t *state);

#endif
