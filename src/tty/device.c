#include "config.h"

#include "device.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "pagetide/strbuf.h"

enum {
	DEVICE_COLS = 80,	/* of a terminal that does not know its size */
	DEVICE_ROWS = 24,
	DEVICE_COLS_MAX = 2048,
	DEVICE_ROWS_MAX = 1024,
};

/* Do both descriptors lead to the same terminal? */
static bool
same_terminal(int a, int b)
{
	unsigned int dev_a, dev_b;

	/* fstat() would see /dev/tty itself, not where it leads. */
	return ioctl(a, TIOCGDEV, &dev_a) == 0 &&
	    ioctl(b, TIOCGDEV, &dev_b) == 0 && dev_a == dev_b;
}

/* Opens the terminal behind fd again; a descriptor or -errno. */
static int
reopen(int fd, int flags)
{
	char proc[32];
	const char *paths[] = { ttyname(fd), proc, "/dev/tty" };
	unsigned i;
	int err = ENOTTY;

	snprintf(proc, sizeof proc, "/proc/self/fd/%d", fd);
	/* After su the name may not be opened, but /dev/tty may. */
	for (i = 0; i < sizeof paths / sizeof paths[0]; i++) {
		int new;

		if (paths[i] == NULL)
			continue;
		new = open(paths[i],
		    flags | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
		if (new >= 0 && same_terminal(fd, new))
			return new;
		if (new >= 0)
			close(new);
		else
			err = errno;
	}
	return -err;
}

/* A copy of what we were given, if it goes that way (O_RDONLY, O_WRONLY); a
 * descriptor or -errno. */
static int
share(int fd, int way)
{
	int flags = fcntl(fd, F_GETFL), new;

	if (flags < 0)
		return -errno;
	if ((flags & O_ACCMODE) != O_RDWR && (flags & O_ACCMODE) != way)
		return -EBADF;
	new = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	return new < 0 ? -errno : new;
}

/* The terminal behind fd once more, by its name or as it is; a descriptor or
 * -errno. */
static int
take(int fd, int way, bool *shared)
{
	int new = reopen(fd, way), err = new;

	*shared = false;
	if (new >= 0 || new == -EMFILE || new == -ENFILE)
		return new;
	new = share(fd, way);
	*shared = new >= 0;
	return new >= 0 ? new : err;
}

/* Says what failed; returns -err. */
static int
fail(struct device *d, struct strbuf *why, const char *what, int err)
{
	strbuf_addf(why, "%s: %s", what, strerror(err));
	device_close(d);
	return -err;
}

/* Where stdin is no terminal, as with a script or data: what else leads to the
 * one on stdout, and can be read. A descriptor or -errno. */
static int
take_beside(struct device *d)
{
	int fd = STDERR_FILENO;

	if (!same_terminal(fd, STDOUT_FILENO))
		fd = STDOUT_FILENO;
	return take(fd, O_RDONLY, &d->shared_in);
}

/* Opens the descriptors; 0, or -errno with what failed. */
static int
open_both(struct device *d, const char **what)
{
	d->in = isatty(STDIN_FILENO) ?
	    take(STDIN_FILENO, O_RDONLY, &d->shared_in) : take_beside(d);
	*what = "cannot open the terminal for reading";
	if (d->in < 0)
		return d->in;
	d->keys = fdopen(d->in, "r");
	*what = "cannot read keys";
	if (d->keys == NULL)
		return -errno;
	d->out = take(STDOUT_FILENO, O_WRONLY, &d->shared_out);
	*what = "cannot open the terminal for writing";
	if (d->out < 0)
		return d->out;
	d->out_flags = fcntl(d->out, F_GETFL);
	d->foreign = tcgetsid(d->in) < 0;
	*what = "cannot read the terminal's modes";
	return tcgetattr(d->in, &d->saved) == 0 ? 0 : -errno;
}

int
device_open(struct device *d, struct strbuf *why)
{
	const char *what;
	int err;

	*d = (struct device){ .in = -1, .out = -1 };
	if (!isatty(STDOUT_FILENO)) {
		strbuf_adds(why, "standard output is not a terminal");
		return -ENOTTY;
	}
	err = open_both(d, &what);
	return err == 0 ? 0 : fail(d, why, what, -err);
}

void
device_close(struct device *d)
{
	if (d->keys != NULL)
		fclose(d->keys);
	else if (d->in >= 0)
		close(d->in);
	if (d->out >= 0)
		close(d->out);
	d->in = d->out = -1;
	d->keys = NULL;
}

ssize_t
device_write(const struct device *d, const void *buf, size_t n)
{
	ssize_t done;
	int err;

	if (!d->shared_out)
		return write(d->out, buf, n);
	if (fcntl(d->out, F_SETFL, d->out_flags | O_NONBLOCK) != 0)
		return -1;
	done = write(d->out, buf, n);
	err = errno;
	fcntl(d->out, F_SETFL, d->out_flags);
	errno = err;
	return done;
}

int
device_raw(const struct device *d)
{
	struct termios t = d->saved;

	t.c_iflag &= ~(tcflag_t)(IXON | ICRNL | INLCR | IGNCR | ISTRIP);
	/* curses counts on a newline that only goes down. */
	t.c_oflag &= ~(tcflag_t)(ONLCR | XTABS);
	t.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ECHONL | IEXTEN);
	if (d->foreign)
		t.c_lflag &= ~(tcflag_t)ISIG;
	else
		t.c_lflag |= ISIG;
	/* One that blocks must not wait for a key that another has taken. */
	t.c_cc[VMIN] = d->shared_in ? 0 : 1;
	t.c_cc[VTIME] = 0;
	/* Not TCSADRAIN: it would wait for a terminal that does not read. */
	return tcsetattr(d->in, TCSANOW, &t) == 0 ? 0 : -errno;
}

int
device_signal(const struct device *d, int byte)
{
	static const struct {
		int	key, sig;
	} keys[] = {
		{ VINTR, SIGINT }, { VQUIT, SIGQUIT }, { VSUSP, SIGTSTP },
	};
	unsigned i;

	for (i = 0; d->foreign && i < sizeof keys / sizeof *keys; i++)
		if (d->saved.c_cc[keys[i].key] == byte &&
		    byte != _POSIX_VDISABLE)
			return keys[i].sig;
	return 0;
}

bool
device_is_ours(int fd)
{
	pid_t front = tcgetpgrp(fd);

	return front < 0 || front == getpgrp();
}

/* n within 1 and max; 0 is a size nobody set. */
static int
within(int n, int unset, int max)
{
	if (n <= 0)
		return unset;
	return n < max ? n : max;
}

int
device_size(const struct device *d, int *cols, int *rows)
{
	struct winsize ws;

	if (ioctl(d->out, TIOCGWINSZ, &ws) != 0)
		return -errno;
	*cols = within(ws.ws_col, DEVICE_COLS, DEVICE_COLS_MAX);
	*rows = within(ws.ws_row, DEVICE_ROWS, DEVICE_ROWS_MAX);
	return 0;
}

short
device_events(const struct device *d)
{
	struct pollfd p = { .fd = d->in, .events = POLLIN };

	return poll(&p, 1, 0) == 1 ? p.revents : 0;
}

bool
device_wait(const struct device *d, int ms)
{
	struct pollfd p = { .fd = d->in, .events = POLLIN };

	return poll(&p, 1, ms) == 1 && p.revents == POLLIN;
}
