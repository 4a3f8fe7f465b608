/* Who maps what is watched: the view of how many have each cell, the table of
 * them. Private to src/view. */
#ifndef PAGETIDE_WHOVIEW_H
#define PAGETIDE_WHOVIEW_H

#include "heatmap.h"

#include "pagetide/panel.h"

/* Cell i of the view, and its legend. */
struct fcell whoview_cell(const struct scene *, size_t i);
const struct swatch *whoview_legend(size_t *n);
/* Each process, what it has of the cursor's cell, and what could not be seen. */
void	whoview_panel(struct panel *, const struct scene *);

#endif
