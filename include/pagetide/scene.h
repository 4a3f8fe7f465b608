/* All that a picture is drawn from. The app fills it; views only read it. */
#ifndef PAGETIDE_SCENE_H
#define PAGETIDE_SCENE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pagetide/browselook.h"
#include "pagetide/diagnosis.h"
#include "pagetide/event.h"
#include "pagetide/layer.h"
#include "pagetide/layout.h"
#include "pagetide/lessonlook.h"
#include "pagetide/snapshot.h"

struct cells;
struct changes;
struct compare;
struct difference;
struct frame;
struct landing;
struct ring;
struct sharers;
struct viewport;
struct waterfall;

enum view_kind {
	VIEW_CACHE,	/* share of the cell's pages in the page cache */
	VIEW_MAPPED,	/* share with a PTE in the worker's mapping */
	VIEW_BOTH,	/* upper half PTEs, lower half cache */
	VIEW_COST,	/* the costliest next touch in the cell */
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
	VIEW_READAHEAD,	/* windows by what had them read */
	VIEW_FAULTS,	/* how many faults landed in the cell */
	VIEW_KINDS,	/* what kind of memory most of the cell's pages are */
	VIEW_WHO,	/* how many processes have a PTE in the cell */
	VIEW_WATERFALL,	/* what was cached, a row for each time */
	VIEW_DIFF,	/* what differs between two moments */
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
/* What the view is of a target like that of the sample. */
const struct view_info *view_info_of(enum view_kind, const struct sample *);
int	view_find(const char *name);	/* or -1 */

/* What the side panel shows: its sections, what touches cost, memory, what
 * other programs say, why touches cost what they do, who maps the pages. */
enum side_panel { SIDE_CURSOR, SIDE_LATENCY, SIDE_MEMORY, SIDE_MONITORS,
	SIDE_WHY, SIDE_WHO };

/* What the graphs show. */
enum graphs {
	GRAPHS_FAULTS,	/* faults and bytes read a second, side by side */
	GRAPHS_SETS,	/* working set, resident set, page cache in one */
	GRAPHS_COUNT
};
/* The :graph word of each. */
extern const char *const graphs_name[GRAPHS_COUNT];

/* One line of the help, or one part of the footer. */
struct key_help {
	const char	*keys;	/* "Space", "+ -" */
	const char	*label;	/* footer: "freeze"; help: what it does */
	const char	*group;	/* heading in help; in the footer a line stands
				   between two groups */
	const char	*line;	/* the command line of the keys; NULL: not
				   told */
	bool		 off;	/* it does nothing here, and says so */
	unsigned	 rank;	/* where there is no room for all of the
				   footer, those of the highest go first */
};

struct key_rows {
	struct key_help	*row;	/* NULL: not open */
	size_t		 n;
	size_t		 page;	/* shown of the help, from 0 on */
	const char	*find;	/* what is looked for in it; NULL: nothing */
	bool		 one;	/* of one command: without the legend */
};

/* Keys for who has not done anything yet. */
enum invite { INVITE_WALK, INVITE_TOUCH, INVITE_EVICT, INVITE_LESSON,
	INVITE_COUNT };

/* What the rules say, and the key of the command in each of what is shown. */
struct scene_rules {
	const struct diagnosis	*now;		/* NULL: no worker */
	const struct diagnosis	*before;	/* what they said last; NULL:
						   nothing, or what is now */
	uint64_t		 before_wall_ns;	/* when it was true */
	const char		*no_worker;	/* why there is none; NULL:
						   there is, or none was
						   wanted */
	char			 restart[32];	/* what starts another */
	char			 key[DIAGNOSIS_GROUPS][16];	/* "": none */
	char			 invite[INVITE_COUNT][16];	/* "": none */
};

struct scene_list {
	struct browse_look browse;	/* BROWSE_NOTHING: none is open */
	bool		 panel;		/* the side panel lies over the map */
	bool		 views;		/* the list of them is open, with keys
					   ... */
	char		 key[VIEW_COUNT][16];	/* "": none */
	const struct lesson_list *lessons;	/* the same; NULL: none */
	struct lesson_look lesson;	/* without a title none is on */
	uint64_t	 events_skip;	/* of the events shown so many of the
					   newest are left out */
};

/* In which order columns are shown. */
enum compare_order {
	COMPARE_AS_KEPT,	/* A, B, C */
	COMPARE_BY_READ,	/* what read the least first */
	COMPARE_BY_TIME,	/* the quickest walk first */
	COMPARE_BY_MAJOR,	/* the fewest major faults first */
	COMPARE_ORDERS
};
/* "order: as kept", in their order. */
extern const char *const compare_order_name[COMPARE_ORDERS];

/* How pictures are compared on the screen. */
struct comparing {
	bool		open;
	const struct compare *of;	/* in a scene */
	int		large;	/* column, from 1, that has all the room; 0:
				   none */
	enum compare_order order;
	const struct difference *diff;	/* of the view diff, in the cells of
					   the viewport; NULL: of nothing */
};

struct scene_times {
	uint64_t		 fade_ns;	/* of the changed view */
	/* While frozen: */
	uint64_t		 back_ns;	/* so long before what froze */
	uint64_t		 reach_ns;	/* so much is kept before it */
	unsigned		 play_pct;	/* a recording plays, so fast; 0:
						   none does */
	const struct waterfall	*fall;	/* of the view waterfall; of another
					   it may be NULL */
};

struct scene_prompt {
	const char		*label;		/* "goto "; NULL: no prompt */
	const char		*input;		/* what was typed at it */
	size_t			 cursor;	/* bytes into input */
	const char		*hint;		/* on what is typed; NULL, "":
						   none */
};

struct scene {
	const struct sample	*sample;	/* never NULL; seq 0: nothing
						   measured yet */
	const struct cells	*shown;		/* the cells of the viewport */
	const struct viewport	*vp;
	const struct ring	*ring;
	const struct events	*events;	/* all that there are ... */
	struct events_moment	 events_then;	/* ... and those shown */
	const struct changes	*changes;
	struct scene_rules	 rules;
	enum view_kind		 view;
	uint64_t		 now_ns;	/* right edge of the graphs, end
						   of the rates; not after
						   the sample */
	uint64_t		 column_ns;	/* time of one graph column */
	enum graphs		 graphs;
	bool			 frozen;
	struct scene_times	 times;
	bool			 read_only;	/* no worker, and no process
						   in its place */
	enum expand		 expand;	/* what takes others' room */
	struct {
		enum side_panel	 panel;
		const struct one_touch *touched;	/* the last; or NULL */
		const struct readahead *readahead;	/* or NULL */
		const struct landing *landing;	/* or NULL */
		const struct sharers *sharers;	/* or NULL */
	} side;
	struct snapshot_cost	 cost;
	const char		*message;	/* one line for the user, or
						   NULL */
	bool			 message_is_error;
	struct scene_prompt	 prompt;
	struct key_rows		 footer, help;
	struct scene_list	 list;
	struct comparing	 comparing;	/* open: in place of the map */
};

/* What the view shows; its bare name where its title would speak of a worker
 * that there is none of. */
const char *scene_title(const struct scene *);
/* The interface that reports the layer of the view, NULL if none does or the
 * view shows more than one layer. */
const char *scene_by(const struct scene *);
/* Events that came after those shown. */
uint64_t scene_events_since(const struct scene *);
/* Why something on the screen is unknown or fell back, the layer of the view
 * first; NULL: no remark. */
const char *scene_why(const struct scene *);
/* May a page of the cell that has no PTE be a swapped or a guard page, and
 * nobody knows? */
bool	scene_kinds_hidden(const struct scene *, size_t cell);

/*
 * Draws the whole screen into the frame, at the frame's size. Any size from
 * 1x1 up works; panels are shed in the order that layout.h states.
 */
void	screen_draw(struct frame *, const struct scene *);
/* Room for cells at this frame size: the app gives it to the viewport. */
void	screen_map_size(int cols, int rows, enum expand, unsigned *width,
	    unsigned *height);
/* Rows of a list of processes, or of mappings, at this frame size. */
size_t	screen_list_rows(int cols, int rows);
/* Pages of the help at this frame size; the page of row i. */
size_t	screen_help_pages(int cols, int rows, const struct scene *);
size_t	screen_help_page_of(int cols, int rows, const struct scene *,
	    size_t i);
/* Cell of the viewport at a place in the frame (not in the view waterfall), the
 * page in a row of that view, and the page that is at a
 * place of the bar: false if none. For the mouse. */
bool	screen_cell_at(const struct frame *, enum expand,
	    const struct viewport *, int x, int y, size_t *cell);
bool	screen_fall_at(const struct frame *, enum expand,
	    const struct waterfall *, int x, int y, uint64_t *page);
bool	screen_bar_at(const struct frame *, enum expand,
	    const struct viewport *, int x, int y, uint64_t *page);
/* The name of the key in the footer of the frame at that place, or that has its
 * label there; NULL: there is none. The caller frees it. */
char	*screen_key_at(const struct frame *, enum expand, int x, int y);

#endif
