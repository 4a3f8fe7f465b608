/* Size in, rectangles out. Pure. */
#ifndef PAGETIDE_LAYOUT_H
#define PAGETIDE_LAYOUT_H

#include <stdbool.h>

#include "pagetide/frame.h"

/* Rows that the numbers of a presentation take, their names with them. */
enum { PRESENT_NUMBER_ROWS = 6 };

/* What is to have more room than its share. */
enum expand {
	EXPAND_NOTHING,
	EXPAND_MAP,	/* graphs, events, side panel, bar give way */
	EXPAND_EVENTS,	/* the events have that of the graphs */
	EXPAND_LESSON,	/* what a lesson says and asks; numbers in place of
			   graphs */
	EXPAND_PRESENT,	/* for the back of a room: map of wide cells, numbers,
			   caption, message, and nothing else */
	EXPAND_PRESENT_LESSON,	/* the same, with more lines of caption for
				   what a lesson says and asks */
};

/*
 * Panels, in the order in which they are shed when the screen gets smaller:
 * the one named first goes first.
 *   side panel (under 100 columns), caption, diagnosis, events, graphs, bar,
 *   ruler, map labels, view line, residency line, footer, header.
 * The diagnosis stands in the message line then, where that is free.
 * The side panel and the labels go by width alone, the rest by height too.
 * Under 20x5 only ONE line is left (LAYOUT_TINY): "resident 31.3 %".
 * A panel that is not there has w == 0 or h == 0.
 */
struct layout {
	bool		tiny;
	struct rect	header;		/* 1 line: what is watched, state */
	struct rect	status;		/* 1 line: residency in numbers */
	struct rect	lesson;		/* captions, question, answers */
	struct rect	bar;		/* 1 line: the whole target */
	struct rect	ruler;		/* 1 line above the map */
	struct rect	labels;		/* offsets left of the map */
	struct rect	map;		/* room for the cells */
	struct rect	side;		/* inspector, legend, now */
	struct rect	viewline;	/* 1 line: view, zoom, legend when
					   there is no side panel */
	struct rect	diagnosis;	/* what happens, and why */
	struct rect	graphs;		/* three side by side */
	struct rect	events;
	struct rect	numbers;	/* three large ones */
	struct rect	caption;	/* 2 lines: the last event; or a lesson */
	struct rect	message;	/* 1 line: message or prompt */
	struct rect	footer;		/* 1 line: keys */
};

/* Rects never overlap and never leave the screen. */
void	layout_compute(struct layout *, int cols, int rows, enum expand);

#endif
