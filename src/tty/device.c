#include "config.h"

#include "device.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
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

/* Says what failed; returns -err. */
static int
fail(struct device *d, struct strbuf *why, const char *what, int err)
{
	strbuf_addf(why, "%s: %s", what, strerror(err));
	device_close(d);
	return -err;
}

int
device_open(struct device *d, struct strbuf *why)
{
	d->in = d->out = -1;
	d->keys = NULL;
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
		strbuf_addf(why, "standard %s is not a terminal",
		    isatty(STDIN_FILENO) ? "output" : "input");
		return -ENOTTY;
	}
	d->in = reopen(STDIN_FILENO, O_RDONLY);
	if (d->in < 0)
		return fail(d, why, "cannot open the terminal for reading",
		    -d->in);
	d->keys = fdopen(d->in, "r");
	if (d->keys == NULL)
		return fail(d, why, "cannot read keys", errno);
	d->out = reopen(STDOUT_FILENO, O_WRONLY);
	if (d->out < 0)
		return fail(d, why, "cannot open the terminal for writing",
		    -d->out);
	if (tcgetattr(d->in, &d->saved) != 0)
		return fail(d, why, "cannot read the terminal's modes",
		    errno);
	return 0;
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

int
device_raw(const struct device *d)
{
	struct termios t = d->saved;

	t.c_iflag &= ~(tcflag_t)(IXON | ICRNL | INLCR | IGNCR | ISTRIP);
	/* curses counts on a newline that only goes down. */
	t.c_oflag &= ~(tcflag_t)(ONLCR | XTABS);
	t.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ECHONL | IEXTEN);
	t.c_lflag |= ISIG;
	t.c_cc[VMIN] = 1;
	t.c_cc[VTIME] = 0;
	/* Not TCSADRAIN: it would wait for a terminal that does not read. */
	return tcsetattr(d->in, TCSANOW, &t) == 0 ? 0 : -errno;
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

bool
device_is_gone(const struct device *d)
{
	struct pollfd p = { .fd = d->in, .events = POLLIN };

	return poll(&p, 1, 0) == 1 &&
	    (p.revents & (POLLHUP | POLLERR | POLLNVAL)) != 0;
}
