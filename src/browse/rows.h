/* The rows of a list: which of all, in which order. */
#ifndef PAGETIDE_ROWS_H
#define PAGETIDE_ROWS_H

#include <stdbool.h>
#include <stddef.h>

#include "pagetide/browselook.h"

struct rows {
	struct browse_row *row;
	size_t		n, of;
};

/* Word of the command, and the list that has it. */
const char *rows_sort_word(enum browse_sort);
bool	rows_sort_of(enum browse_sort, enum browse_kind);
/* In the order of their column: numbers from the largest on. */
void	rows_sort(struct rows *, enum browse_sort);
/* Afresh, unsorted. */
void	rows_processes(struct rows *, const struct processes *,
	    const char *filter);
void	rows_mappings(struct rows *, const struct vmas *,
	    const char *filter);
/* Is it the same process, or begins the mapping at the same place? */
bool	rows_same(const struct browse_row *, const struct browse_row *);
void	rows_free(struct rows *);

#endif
