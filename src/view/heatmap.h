/* What the cells of the map look like, and what their colours mean. */
#ifndef PAGETIDE_HEATMAP_H
#define PAGETIDE_HEATMAP_H

#include <stddef.h>

#include "pagetide/cells.h"
#include "pagetide/frame.h"
#include "pagetide/scene.h"

/* One entry of a legend. */
struct swatch {
	struct fcell	 cell;
	const char	*label;
	const char	*brief;		/* in little room; NULL: the same */
};

/* The legend of the view both: for the colours of either half. */
enum {
	BOTH_NEITHER,
	BOTH_CACHED,
	BOTH_MAPPED,
	BOTH_PART,		/* from here on LEVEL_Q1 to LEVEL_Q4 */
	BOTH_UNKNOWN = BOTH_PART + 4
};

/* A cell of one level: blank on its colour, " .:+O#?" without colours. */
struct fcell heatmap_level_cell(enum level);
/* Foreground for a mark on that background. */
enum role heatmap_mark_role(enum role bg);
/* Cell i of the map without marks. */
struct fcell heatmap_plain_cell(const struct scene *, size_t i);
/* A column of cell i as the view shows it, with the marks on it. */
struct fcell heatmap_cell(const struct scene *, size_t i, unsigned column);
/* What the view's cells can look like; *n entries. */
const struct swatch *heatmap_legend(enum view_kind, size_t *n);

#endif
