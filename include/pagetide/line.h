/* One line of parts: a part is there whole or not at all. */
#ifndef PAGETIDE_LINE_H
#define PAGETIDE_LINE_H

#include <stdbool.h>

#include "pagetide/frame.h"

/* A number cut in half is a false number, so nothing is cut without a sign. */
struct line {
	struct frame	*frame;
	int		 x, y, end;	/* next column, row, first column
					   that is not ours */
	const char	*between;	/* put between parts */
	enum role	 dim;		/* role of what is between */
	bool		 any;		/* a part is there already */
	bool		 left_out;	/* the last part added did not fit */
};

void	line_init(struct line *, struct frame *, struct rect,
	    const char *between, enum role dim);
/* Appends a part; false if it does not fit: nothing is drawn then. */
bool	line_add(struct line *, enum role fg, const char *fmt, ...)
	    __attribute__((format(printf, 3, 4)));
/* The same at the right end, which moves left. */
bool	line_right(struct line *, enum role fg, const char *fmt, ...)
	    __attribute__((format(printf, 3, 4)));
/* The same without anything between it and the part before; left out where
 * that part was. */
bool	line_join(struct line *, enum role fg, const char *fmt, ...)
	    __attribute__((format(printf, 3, 4)));

/* Text in a rect of one line; what is too long ends in "..", behind a word
 * where one ends near there, so that nobody takes it for whole. Returns the
 * columns used. */
int	line_cut(struct frame *, struct rect, enum role fg, const char *text);
/* The same on as many lines as the rect has, cut between words. Returns the
 * lines used. */
int	line_wrapped(struct frame *, struct rect, enum role fg,
	    const char *text);
/* Lines that this takes where there are enough. */
int	line_count(const char *text, int columns);

#endif
