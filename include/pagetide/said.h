/* The line for the user, and whether the picture is out of date. One a
 * session: whoever has something to say, or to show, says it here. */
#ifndef PAGETIDE_SAID_H
#define PAGETIDE_SAID_H

#include <stdbool.h>

struct said {
	char	line[256];	/* "": nothing to say */
	bool	is_error;
	bool	passes;		/* it goes when the worker is idle */
	bool	dirty;		/* the picture is out of date */
	bool	urgent;		/* ... because of a key: draw now */
};

/* Replaces the line, made safe to print and ".." where it is cut; to the log,
 * too. The picture is out of date, and urgently. */
void	said_line(struct said *, const char *fmt, ...)
	    __attribute__((format(printf, 2, 3)));
/* The same for what went wrong. */
void	said_error(struct said *, const char *fmt, ...)
	    __attribute__((format(printf, 2, 3)));

#endif
