#include "config.h"

#include "pagetide/log.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pagetide/aside.h"
#include "pagetide/clock.h"
#include "pagetide/output.h"
#include "pagetide/strbuf.h"
#include "pagetide/text.h"
#include "pagetide/units.h"

/* How long a line may wait for those before it, and the end for the last. */
#define MOMENT_MS 50
#define END_MS	1000
#define LINE_MAX_BYTES 65536

static struct aside writer = { .fd = -1 };
static bool log_keys;
static struct stat log_stat;
static int log_err;
static bool log_err_taken;
static const char *log_name;

/* What strerror() says of a device, though it is about a pipe. */
static const struct {
	int		 err;
	const char	*text;
} texts[] = {
	{ ENXIO, "nobody reads it" },
	{ EAGAIN, "its reader does not keep up" },
	{ ETIMEDOUT, "storage does not answer" },
};

const char *
log_strerror(int err)
{
	size_t i;

	for (i = 0; i < sizeof texts / sizeof texts[0]; i++)
		if (texts[i].err == err)
			return texts[i].text;
	return strerror(err);
}

/* Lines come one by one; what went wrong goes back as an errno. */
static void
write_lines(void *arg, int says, int fd)
{
	static const int ours[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
	char line[LINE_MAX_BYTES];
	ssize_t n;
	size_t i;
	int err;

	(void)arg;
	prctl(PR_SET_NAME, "pagetide-log");
	/* It ends when all is written, whatever ends us. */
	prctl(PR_SET_PDEATHSIG, 0);
	for (i = 0; i < sizeof ours / sizeof ours[0]; i++)
		signal(ours[i], SIG_IGN);
	while ((n = recv(says, line, sizeof line, 0)) > 0) {
		err = -output_now(fd, line, (size_t)n);
		if (err != 0)
			send(says, &err, sizeof err, MSG_NOSIGNAL);
	}
	err = close(fd) != 0 ? errno : 0;
	if (err != 0)
		send(says, &err, sizeof err, MSG_NOSIGNAL);
}

/* The first error is the one that counts. */
static void
note(int err)
{
	if (log_err == 0)
		log_err = err;
}

/* What it has said since. True: there was something, or it is its end. */
static bool
hear(bool *end)
{
	int err;
	ssize_t n = recv(writer.fd, &err, sizeof err, MSG_DONTWAIT);

	if (n == sizeof err)
		note(-err);
	*end = n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR);
	return n == sizeof err || *end;
}

static void
hear_all(void)
{
	bool end = writer.fd < 0;

	while (!end && hear(&end))
		;
}

int
log_open(const char *path, bool keys)
{
	struct aside_copy copy = { .by = ASIDE_TALKS, .run = write_lines };
	int rc;

	copy.fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_NONBLOCK |
	    O_NOCTTY | O_CLOEXEC, 0666);
	if (copy.fd < 0)
		return -errno;
	log_close();
	if (fstat(copy.fd, &log_stat) != 0)
		log_stat.st_ino = 0;
	rc = aside_fork(&writer, &copy);
	close(copy.fd);
	log_err = 0;
	log_err_taken = false;
	log_keys = keys;
	log_name = path;
	return rc;
}

bool
log_is_file(dev_t dev, ino_t ino)
{
	return writer.fd >= 0 && log_stat.st_dev == dev && log_stat.st_ino == ino;
}

int
log_error(void)
{
	hear_all();
	return log_err;
}

int
log_new_error(void)
{
	hear_all();
	if (log_err == 0 || log_err_taken)
		return 0;
	log_err_taken = true;
	return log_err;
}

const char *
log_path(void)
{
	return writer.fd >= 0 ? log_name : NULL;
}

void
log_close(void)
{
	struct pollfd p = { .fd = writer.fd, .events = POLLIN };
	bool end = writer.fd < 0;

	if (end)
		return;
	shutdown(writer.fd, SHUT_WR);
	while (!end && poll(&p, 1, END_MS) > 0)
		hear(&end);
	if (!end)
		note(-ETIMEDOUT);
	aside_leave(&writer);
}

/* 0 or -errno. */
static int
put(const struct strbuf *line)
{
	struct pollfd p = { .fd = writer.fd, .events = POLLOUT };
	int wait_ms = log_keys ? log_err == 0 ? MOMENT_MS : 0 : -1;

	for (;;) {
		if (send(writer.fd, line->s, line->len,
		    MSG_NOSIGNAL | MSG_DONTWAIT) >= 0)
			return 0;
		if (errno != EAGAIN)
			return -errno;
		if (poll(&p, 1, wait_ms) <= 0)
			return -ETIMEDOUT;
	}
}

void
log_msg(const char *fmt, ...)
{
	struct strbuf	 line = STRBUF_INIT;
	char		 when[UNITS_MAX], *msg;
	va_list		 ap;
	int		 len, err;

	if (writer.fd < 0)
		return;
	va_start(ap, fmt);
	len = vasprintf(&msg, fmt, ap);
	va_end(ap);
	if (len < 0)
		return;
	strbuf_addf(&line, "%s ", units_wall(when, clock_wall_ns()));
	/* A message may hold a file name: it must stay one line. */
	text_safe(&line, msg);
	strbuf_addc(&line, '\n');
	err = put(&line);
	if (err != 0)
		note(err);
	strbuf_done(&line);
	free(msg);
}
