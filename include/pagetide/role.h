/* What a character on the screen means. Views name roles, never colours. */
#ifndef PAGETIDE_ROLE_H
#define PAGETIDE_ROLE_H

enum role {
	ROLE_TEXT,		/* the terminal's own colours */
	ROLE_DIM,		/* labels, frames */
	ROLE_STRONG,		/* numbers that matter */
	ROLE_TITLE,		/* header line */
	ROLE_KEY,		/* a key in footer and help */
	ROLE_GOOD,
	ROLE_WARN,
	ROLE_ERROR,
	ROLE_PAUSED,		/* the badge nobody can miss */
	ROLE_LEVEL_0,		/* background: none ... all, enum level */
	ROLE_LEVEL_1,
	ROLE_LEVEL_2,
	ROLE_LEVEL_3,
	ROLE_LEVEL_4,
	ROLE_LEVEL_5,
	ROLE_UNKNOWN,		/* background of what is not known: shares no
				   colour with any value */
	ROLE_ON_CELL,		/* foreground of a mark on a cell of levels
				   0 to 2, unknown, cheap, fading */
	ROLE_ON_FULL,		/* the same on levels 3 to 5, cost, fresh: no
				   one colour is legible on all */
	ROLE_COST_MAJOR,	/* background: absent, next touch is I/O */
	ROLE_COST_MINOR,	/* cached, not mapped */
	ROLE_COST_NONE,		/* mapped */
	ROLE_CAME_0,		/* background: fresh ... almost faded */
	ROLE_CAME_1,
	ROLE_CAME_2,
	ROLE_CAME_3,
	ROLE_WENT_0,
	ROLE_WENT_1,
	ROLE_WENT_2,
	ROLE_WENT_3,
	ROLE_OUTSIDE_0,		/* somebody else's doing, came or went */
	ROLE_OUTSIDE_1,
	ROLE_OUTSIDE_2,
	ROLE_OUTSIDE_3,
	ROLE_GRAPH_MINOR,	/* background of a graph bar */
	ROLE_GRAPH_MAJOR,
	ROLE_GRAPH_READ,
	ROLE_SET_CACHED,	/* background: pages of the graph of sets */
	ROLE_SET_MAPPED,
	ROLE_SET_TOUCHED,
	ROLE_ON_SET,		/* foreground of a mark on these */
	ROLE_MARK,		/* hint letters on the time axis */
	ROLE_COUNT
};

#endif
