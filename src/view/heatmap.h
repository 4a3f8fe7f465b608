/* The map of cells, and what its colours mean. */
#ifndef PAGETIDE_HEATMAP_H
#define PAGETIDE_HEATMAP_H

#include <stddef.h>

#include "pagetide/cells.h"
#include "pagetide/frame.h"
#include "pagetide/layout.h"
#include "pagetide/scene.h"

/* One entry of a legend. */
struct swatch {
	struct fcell	 cell;
	const char	*label;
};

/* A cell of one level: blank on its colour, " .:+O#?" without colours. */
struct fcell heatmap_level_cell(enum level);
/* Foreground for a mark on that background. */
enum role heatmap_mark_role(enum role bg);
/* Cell i of the map as the view shows it, with the marks on it. */
struct fcell heatmap_cell(const struct scene *, size_t i);
/* What the view's cells can look like; *n entries. */
const struct swatch *heatmap_legend(enum view_kind, size_t *n);
/* The map with its labels and its ruler. */
void	heatmap_draw(struct frame *, const struct layout *,
	    const struct scene *);

#endif
