#include "config.h"

#include "pagetide/output.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "pagetide/strbuf.h"
#include "pagetide/text.h"

int
output_secure(void)
{
	int fd;

	/* Not /dev/null, where what is written is lost in silence; and there
	 * is a root where there is no /dev. It gets the lowest number. */
	for (fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 &&
		    open("/", O_PATH | O_DIRECTORY) < 0)
			return -errno;
	return 0;
}

/* Until fd takes more: it may be a pipe that others made O_NONBLOCK. */
static void
wait_for(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLOUT };

	poll(&p, 1, -1);
}

/* Short writes are gone on with: the next one says why. */
static int
put(int fd, const char *at, size_t len, bool waits)
{
	ssize_t n;

	while (len > 0) {
		n = write(fd, at, len);
		if (n < 0 && errno == EAGAIN && waits)
			wait_for(fd);
		else if (n < 0 && errno != EINTR)
			return -errno;
		else if (n == 0)
			return -EIO;
		if (n > 0) {
			at += n;
			len -= (size_t)n;
		}
	}
	return 0;
}

int
output_all(int fd, const void *data, size_t len)
{
	return put(fd, data, len, true);
}

int
output_now(int fd, const void *data, size_t len)
{
	return put(fd, data, len, false);
}

int
output_text(const char *text, struct strbuf *why)
{
	int rc = output_all(STDOUT_FILENO, text, strlen(text));

	if (rc != 0)
		strbuf_addf(why, "can't write standard output: %s",
		    strerror(-rc));
	return rc;
}

void
output_error(const char *of, const char *text, const char *more)
{
	struct strbuf safe = STRBUF_INIT;

	text_safe(&safe, text);
	fprintf(stderr, "pagetide%s: %s%s\n", of, safe.s, more);
	strbuf_done(&safe);
}
