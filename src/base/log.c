#include "config.h"

#include "pagetide/log.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pagetide/clock.h"
#include "pagetide/output.h"
#include "pagetide/strbuf.h"
#include "pagetide/text.h"
#include "pagetide/units.h"

static int log_fd = -1;
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

int
log_open(const char *path)
{
	int	fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_NONBLOCK |
		    O_NOCTTY | O_CLOEXEC, 0666);

	if (fd < 0)
		return -errno;
	log_close();
	log_fd = fd;
	if (fstat(fd, &log_stat) != 0)
		log_stat.st_ino = 0;
	log_err = 0;
	log_err_taken = false;
	log_name = path;
	return 0;
}

bool
log_is_file(dev_t dev, ino_t ino)
{
	return log_fd >= 0 && log_stat.st_dev == dev && log_stat.st_ino == ino;
}

int
log_error(void)
{
	return log_err;
}

int
log_new_error(void)
{
	if (log_err == 0 || log_err_taken)
		return 0;
	log_err_taken = true;
	return log_err;
}

const char *
log_path(void)
{
	return log_fd >= 0 ? log_name : NULL;
}

void
log_close(void)
{
	if (log_fd >= 0 && close(log_fd) != 0 && log_err == 0)
		log_err = -errno;
	log_fd = -1;
}

/* Who reads a log may go: SIGPIPE must not end us for it. 0 or -errno. */
static int
put(const struct strbuf *line)
{
	void	(*before)(int) = signal(SIGPIPE, SIG_IGN);
	int	err = output_now(log_fd, line->s, line->len);

	signal(SIGPIPE, before);
	return err;
}

void
log_msg(const char *fmt, ...)
{
	struct strbuf	 line = STRBUF_INIT;
	char		 when[UNITS_MAX], *msg;
	va_list		 ap;
	int		 len, err;

	if (log_fd < 0)
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
	if (log_err == 0)
		log_err = err;
	strbuf_done(&line);
	free(msg);
}
