/* Where faults land: marks on the map, the view of their density, the table.
 * Private to src/view. */
#ifndef PAGETIDE_LANDVIEW_H
#define PAGETIDE_LANDVIEW_H

#include "heatmap.h"

#include "pagetide/panel.h"

/* Cell i of the view of faults, and its legend. */
struct fcell landview_cell(const struct scene *, size_t i);
const struct swatch *landview_legend(size_t *n);
/* The mark on a column of a cell of another view where something landed a
 * moment ago, with its ATTR_ bits; 0: none. */
char	landview_mark(const struct scene *, size_t i, unsigned column,
	    uint8_t *attr);
/* A line on it below the legend of any view; nothing while it is off. */
void	landview_line(struct panel *, const struct scene *);
/* What landed, the hottest pages, the code that made it. */
void	landview_panel(struct panel *, const struct scene *);
/* The same on the whole screen, with as much of the code as has room. */
void	landview_over(struct panel *, const struct scene *);

#endif
