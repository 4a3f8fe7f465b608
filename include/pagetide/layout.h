/* Size in, rectangles out. Pure. */
#ifndef PAGETIDE_LAYOUT_H
#define PAGETIDE_LAYOUT_H

#include <stdbool.h>

#include "pagetide/frame.h"

/* What is to have more room than its share. */
enum expand {
	EXPAND_NOTHING,
	EXPAND_MAP,	/* map, header, view line, message, footer: no more */
	EXPAND_EVENTS,	/* the events have that of the graphs */
};

/*
 * Panels, in the order in which they are shed when the screen gets smaller:
 * the one named first goes first.
 *   side panel (under 100 columns), caption, diagnosis, events, graphs, bar,
 *   ruler, map labels, view line, residency line, footer, header.
 * The diagnosis is told in the message line then, where that is free.
 * The side panel and the labels go by width alone, the rest by height too.
 * Under 20x5 only ONE line is left (LAYOUT_TINY): "resident 31.3 %".
 * A panel that is not there has w == 0 or h == 0.
 */
struct layout {
	bool		tiny;
	struct rect	header;		/* 1 line: what is watched, state */
	struct rect	status;		/* 1 line: residency in numbers */
	struct rect	bar;		/* 1 line: the whole target */
	struct rect	ruler;		/* 1 line above the map */
	struct rect	labels;		/* offsets left of the map */
	struct rect	map;		/* the cells */
	struct rect	side;		/* inspector, legend, now */
	struct rect	viewline;	/* 1 line: view, zoom, legend when
					   there is no side panel */
	struct rect	diagnosis;	/* what happens, and why */
	struct rect	graphs;		/* three side by side */
	struct rect	events;
	struct rect	message;	/* 1 line: message or prompt */
	struct rect	footer;		/* 1 line: keys */
};

/* Rects never overlap and never leave the screen. */
void	layout_compute(struct layout *, int cols, int rows, enum expand);

#endif
