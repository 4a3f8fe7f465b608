/* In which cells of a picture one process has what: marked mapping by mapping,
 * then added to the counts of all. Private to src/proc. */
#ifndef PAGETIDE_MAPCELLS_H
#define PAGETIDE_MAPCELLS_H

#include <stdbool.h>
#include <stdint.h>

#include "pagetide/sharers.h"

struct mapcells {
	const struct sharers_look *look;
	bool	covers[SHARERS_CELLS], mapped[SHARERS_CELLS];
};

/* Nothing is marked. */
void	mapcells_begin(struct mapcells *, const struct sharers_look *);
/* A mapping of it has n pages of the file from that one on. */
void	mapcells_cover(struct mapcells *, uint64_t page, uint64_t n);
/* It has a PTE for that page. */
void	mapcells_page(struct mapcells *, uint64_t page);
/* Adds what is marked. known: all of its PTEs were looked at. */
void	mapcells_add(const struct mapcells *, bool known,
	    struct sharers_grid *);

#endif
