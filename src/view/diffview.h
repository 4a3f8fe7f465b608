/* What differs between two moments: its view, its table. Private to
 * src/view. */
#ifndef PAGETIDE_DIFFVIEW_H
#define PAGETIDE_DIFFVIEW_H

#include "heatmap.h"

#include "pagetide/panel.h"

/* Cell i of the view, and its legend. */
struct fcell diffview_cell(const struct scene *, size_t i);
const struct swatch *diffview_legend(size_t *n);
/* Which moments, in the view line. */
void	diffview_line(struct line *, const struct scene *);
/* The same, their totals, the cursor's cell. */
void	diffview_panel(struct panel *, const struct scene *);

#endif
