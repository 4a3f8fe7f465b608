/* Bytes on their way to the terminal. */
#ifndef PAGETIDE_TTY_OUT_H
#define PAGETIDE_TTY_OUT_H

#include <stddef.h>
#include <stdio.h>

struct device;

/*
 * curses writes to a file in memory instead of the terminal, so that drawing
 * never waits and every byte is counted; out_take() moves the bytes from there
 * into the queue.
 */
struct out {
	const struct device *device;	/* the terminal, not owned */
	int	 memory;	/* memfd that stands in for it */
	FILE	*curses;	/* what curses writes to; owned */
	char	*buf;
	size_t	 cap;
	size_t	 start, end;	/* buf[start..end) waits */
	int	 err;		/* errno that ended it, 0: none */
};

/* curses leads to the terminal itself at first, so that curses finds one. 0
 * or -errno. */
int	out_open(struct out *, const struct device *);
void	out_close(struct out *);
/* From now on curses leads to memory. 0 or -errno. */
int	out_divert(struct out *);
/* Queues what curses has written; returns the bytes. Where RLIMIT_FSIZE has
 * cut them off, all that follows ends with EFBIG. */
size_t	out_take(struct out *);
/* Queues bytes of our own. */
void	out_add(struct out *, const char *, size_t n);
size_t	out_pending(const struct out *);
/* Writes what goes without waiting: 0 all, 1 some are left, -errno. */
int	out_flush(struct out *);
/* Forgets what waits. */
void	out_drop(struct out *);

#endif
