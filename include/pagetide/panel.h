/* The panel right of the map, line by line. */
#ifndef PAGETIDE_PANEL_H
#define PAGETIDE_PANEL_H

#include "pagetide/frame.h"

#include "pagetide/line.h"

/* Panel width from which the wide forms are used. */
#define PANEL_WIDE 40

/* What goes where there is not enough room, in this order; most of it stands
 * elsewhere on the screen too. */
enum panel_shed {
	SHED_NOTHING,
	SHED_BY,	/* who reports the layer: in the view line */
	SHED_NONE,	/* layers without a page */
	SHED_MARKS,	/* what X, @ and = are */
	SHED_NOTE,	/* what else to know of the view */
	SHED_MAPPED,	/* what changed of mapped pages, net */
	SHED_CACHED,	/* and of cached ones */
	SHED_CELL,	/* what a cell and a row are: by the ruler */
	SHED_LAST = SHED_CELL
};

struct panel {
	struct frame	*frame;
	struct rect	 r;		/* without the frame to its left */
	int		 y;		/* next line; may be below r */
	enum panel_shed	 shed;		/* up to this */
	unsigned	 seen;		/* legend_seen(), which takes its time
					   */
	int		 spare;		/* blank lines that may still be put
					   between sections */
};

/* The next line of the panel; h is 0 when there is no more room. */
struct rect panel_line(struct panel *);
/* Begins it. */
void	panel_start(struct panel *, struct line *, const char *between);
/* Begins one with a heading; sections after the first are set off where there
 * is room. */
void	panel_section(struct panel *, struct line *, const char *title);
/* A text that may be wider than the panel: on as many lines as it takes, cut
 * at blanks. */
void	panel_wrapped(struct panel *, enum role, int indent, const char *text);
/* Columns of a name in the inspector and in the table of rates. */
int	panel_name_cols(const struct panel *);

#endif
