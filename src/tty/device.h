/* The terminal as a device: our own descriptors of it, and termios. */
#ifndef PAGETIDE_TTY_DEVICE_H
#define PAGETIDE_TTY_DEVICE_H

#include <stdbool.h>
#include <stdio.h>
#include <termios.h>

struct strbuf;

struct device {
	int		in, out;	/* non-blocking, ours; -1: closed */
	FILE		*keys;		/* in, as curses wants it */
	struct termios	saved;		/* as we found it */
};

/*
 * Opens the terminal on stdin and stdout a second time, so that O_NONBLOCK
 * does not reach the shell, which shares the first. 0 or -errno with why.
 */
int	device_open(struct device *, struct strbuf *why);
void	device_close(struct device *);
/* Keys one by one, without echo; Ctrl-C and Ctrl-Z stay signals. 0 or
 * -errno. */
int	device_raw(const struct device *);
/* Are we the ones who may set the terminal (not in the background)? */
bool	device_is_ours(int fd);
/* Its size, within 1x1 and what we draw at most. 0 or -errno. */
int	device_size(const struct device *, int *cols, int *rows);
/* Has it been closed on us? */
bool	device_is_gone(const struct device *);

#endif
