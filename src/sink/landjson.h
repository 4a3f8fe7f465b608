/* Where faults land, as JSON. Private to src/sink. */
#ifndef PAGETIDE_LANDJSON_H
#define PAGETIDE_LANDJSON_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

struct cells;
struct landing;

/* null while it is off, or NULL. */
json_t	*landjson_value(const struct landing *);
/* Faults in each value of the grid, step of its cells in one; null where that
 * is not known. */
json_t	*landjson_cells(const struct landing *, const struct cells *,
	    size_t step, bool major);

#endif
