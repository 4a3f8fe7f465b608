/* Frames onto curses' screen. */
#ifndef PAGETIDE_TTY_PAINT_H
#define PAGETIDE_TTY_PAINT_H

#include <curses.h>
#include <stdbool.h>

#include "pagetide/frame.h"

struct colour;

struct paint {
	struct frame	 last;	/* what is on the screen */
	bool		 all;	/* last means nothing: paint all */
	cchar_t		*row;	/* last.cols long; owned */
};

void	paint_init(struct paint *);
void	paint_done(struct paint *);
/* Puts what differs on curses' screen; false if nothing did. */
bool	paint_frame(struct paint *, struct colour *, const struct frame *);

#endif
