/* All that a picture is drawn from. The app fills it; views only read it. */
#ifndef PAGETIDE_SCENE_H
#define PAGETIDE_SCENE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pagetide/diagnosis.h"
#include "pagetide/layer.h"
#include "pagetide/layout.h"

struct cells;
struct changes;
struct events;
struct frame;
struct ring;
struct sample;
struct viewport;

enum view_kind {
	VIEW_CACHE,	/* share of the cell's pages in the page cache */
	VIEW_MAPPED,	/* share with a PTE in the worker's mapping */
	VIEW_BOTH,	/* upper half PTEs, lower half cache */
	VIEW_COST,	/* the dearest next touch in the cell */
	VIEW_CHANGED,	/* what came and went, fading */
	VIEW_DIRTY,	/* the rest: share of the cell's pages in one layer */
	VIEW_WRITEBACK,
	VIEW_EVICTED,
	VIEW_RECENT,
	VIEW_INFLIGHT,
	VIEW_HOLES,
	VIEW_LOCKED,
	VIEW_PRIVATE,
	VIEW_TOUCHED,
	VIEW_COUNT
};

struct view_info {
	const char	*name;	/* the :view word */
	const char	*title;	/* "PAGE CACHE (all processes)" */
	const char	*help;	/* what a cell shows */
	int		 layer;	/* enum layer shown by levels, or -1 */
	const char	*note;	/* what else to know of it, or NULL: one line
				   of the legend, 40 columns at most */
};

/* Indexed by enum view_kind. */
extern const struct view_info view_table[VIEW_COUNT];
int	view_find(const char *name);	/* or -1 */

/* What the graphs show. */
enum graphs {
	GRAPHS_FAULTS,	/* faults and bytes read a second, side by side */
	GRAPHS_SETS,	/* working set, resident set, page cache in one */
	GRAPHS_COUNT
};
/* The :graph word of each. */
extern const char *const graphs_name[GRAPHS_COUNT];

/* One line of help or footer: comes from the binding table. */
struct key_help {
	const char	*keys;	/* "Space", "+ -" */
	const char	*label;	/* footer: "Pause"; help: what it does */
	const char	*group;	/* heading in help; NULL in the footer */
	bool		 enabled;	/* false: drawn dim with why in label */
};

struct scene {
	const struct sample	*sample;	/* never NULL; seq 0: nothing
						   measured yet */
	const struct cells	*shown;		/* the cells of the viewport */
	const struct viewport	*vp;
	const struct ring	*ring;
	const struct events	*events;	/* paused: those of then */
	uint64_t		 events_since;	/* that came after them */
	const struct changes	*changes;
	const struct diagnosis	*diagnosis;	/* NULL: no worker */
	const struct diagnosis	*before;	/* what was told last, NULL:
						   nothing, or what is now */
	uint64_t		 before_wall_ns;	/* when it was true */
	char			 diagnosis_key[DIAGNOSIS_GROUPS][16];
						/* of the commands in what is
						   told; "": none */
	const char		*version;
	enum view_kind		 view;
	uint64_t		 now_ns;	/* right edge of the graphs, end
						   of the rates; not after
						   the sample */
	uint64_t		 column_ns;	/* time of one graph column */
	enum graphs		 graphs;
	uint64_t		 fade_ns;	/* of the changed view */
	bool			 paused;
	bool			 read_only;	/* no worker, no hints */
	enum expand		 expand;	/* what takes others' room */
	bool			 latency;	/* the side panel tells what
						   touches cost */
	unsigned		 rate_hz;	/* samples a second reached,
						   rounded; 0: not known yet */
	unsigned		 cpu_bound_pct;	/* own CPU, at most this; 0:
						   not known yet */
	uint64_t		 scan_bound_ns;	/* a pass took at most this in
						   the last 10 s; 0: unknown */
	const char		*message;	/* one line for the user, NULL */
	bool			 message_is_error;
	const char		*prompt;	/* "goto " ... NULL: no prompt */
	const char		*input;		/* what was typed at it */
	size_t			 input_cursor;	/* bytes into input */
	const struct key_help	*footer;
	size_t			 n_footer;
	const struct key_help	*help;		/* NULL: help is not open */
	size_t			 n_help;
	size_t			 help_top;	/* first line shown */
};

/* The interface that tells the layer of the view, NULL if none does or the
 * view shows more than one layer. */
const char *scene_by(const struct scene *);
/* Why something on the screen is unknown or fell back, the layer of the view
 * first; NULL: no remark. */
const char *scene_why(const struct scene *);

/*
 * Draws the whole screen into the frame, at the frame's size. Any size from
 * 1x1 up works; panels are shed in the order that layout.h states.
 */
void	screen_draw(struct frame *, const struct scene *);
/* Room for cells at this frame size: the app gives it to the viewport. */
void	screen_map_size(int cols, int rows, enum expand, unsigned *width,
	    unsigned *height);
/* Cell under a screen position: false if none. For the mouse. */
bool	screen_cell_at(int cols, int rows, const struct scene *, int x, int y,
	    size_t *cell);

#endif
