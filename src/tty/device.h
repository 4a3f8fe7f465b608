/* The terminal as a device: our own descriptors of it, and termios. */
#ifndef PAGETIDE_TTY_DEVICE_H
#define PAGETIDE_TTY_DEVICE_H

#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>
#include <termios.h>

struct strbuf;

struct device {
	int		in, out;	/* ours; -1: closed */
	FILE		*keys;		/* in, as curses wants it */
	/* Where the terminal may not be opened again, as after su: in and out
	 * are those we were given, which others have, too. Then they must not
	 * be non-blocking but for a moment. */
	bool		shared_in, shared_out;
	int		out_flags;	/* of a shared out, as we found it */
	/* Not the terminal of our session: its keys are signals to others, who
	 * do not know of us. */
	bool		foreign;
	struct termios	saved;		/* as we found it */
};

/*
 * Opens the terminal on stdout, and one to read keys from: stdin, or where
 * that is none the terminal on stdout by another way. They are opened a second
 * time where that is allowed, so that O_NONBLOCK does not reach the shell,
 * which shares the first. 0 or -errno with why.
 */
int	device_open(struct device *, struct strbuf *why);
void	device_close(struct device *);
/* As write(2) on a non-blocking out, whatever it is; for signal handlers,
 * too. */
ssize_t	device_write(const struct device *, const void *buf, size_t n);
/* Keys one by one, without echo; Ctrl-C and Ctrl-Z stay signals, if they are
 * ours. 0 or -errno. */
int	device_raw(const struct device *);
/* The signal that the terminal makes of this byte; 0: none, or it does so
 * itself. */
int	device_signal(const struct device *, int byte);
/* Are we the ones who may set the terminal (not in the background)? */
bool	device_is_ours(int fd);
/* Its size, within 1x1 and what we draw at most. 0 or -errno. */
int	device_size(const struct device *, int *cols, int *rows);
/* Waits for input so long; false: none came. */
bool	device_wait(const struct device *, int ms);
/* What poll(2) says of reading it, at once. */
short	device_events(const struct device *);

#endif
