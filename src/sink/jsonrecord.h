/* Parts of records, for all who write or read them. Private to src/sink. */
#ifndef PAGETIDE_JSONRECORD_H
#define PAGETIDE_JSONRECORD_H

#include <stdbool.h>

#include <jansson.h>

#include "pagetide/cells.h"

struct snapshot;
struct walk_facts;

/* All of a snapshot; without its grids if they are kept elsewhere. */
json_t	*jsonrecord_value(const struct snapshot *, const struct walk_facts *,
	    bool grids);
/* Into what is all 0; strings point into it. What does not fit is named; NULL:
 * all of it does. */
const char *jsonrecord_read(json_t *, struct snapshot *, struct walk_facts *);
/* A grid; null for NULL. */
json_t	*jsonrecord_grid(const struct cells *);
/* *grid: c as it is read, or NULL for null. */
bool	 jsonrecord_read_grid(const json_t *, struct cells *c,
	    const struct cells **grid);
/* What an element is: a count, or with LAYER_COUNT a time. UINT64_MAX:
 * unknown. */
uint64_t jsonrecord_cell(const struct cells *, size_t i, int layer);
/* Cells [from, to) have that value of the layer; false: they can't. */
bool	 jsonrecord_set(struct cells *, size_t from, size_t to, int layer,
	    const json_t *);

#endif
