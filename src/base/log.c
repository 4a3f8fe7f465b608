#include "config.h"

#include "pagetide/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "pagetide/clock.h"
#include "pagetide/strbuf.h"
#include "pagetide/text.h"
#include "pagetide/units.h"

static FILE *log_file;
static int log_err;

int
log_open(const char *path)
{
	FILE	*f = fopen(path, "ae");

	if (f == NULL)
		return -errno;
	log_close();
	log_file = f;
	log_err = 0;
	return 0;
}

bool
log_is_file(dev_t dev, ino_t ino)
{
	struct stat st;

	return log_file != NULL && fstat(fileno(log_file), &st) == 0 &&
	    st.st_dev == dev && st.st_ino == ino;
}

int
log_error(void)
{
	return log_err;
}

void
log_close(void)
{
	if (log_file != NULL)
		fclose(log_file);
	log_file = NULL;
}

void
log_msg(const char *fmt, ...)
{
	struct strbuf	 line = STRBUF_INIT;
	char		 when[UNITS_MAX], *msg;
	va_list		 ap;
	int		 len;

	if (log_file == NULL)
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
	errno = 0;
	if ((fputs(line.s, log_file) < 0 || fflush(log_file) != 0) &&
	    log_err == 0)
		log_err = errno != 0 ? -errno : -EIO;
	strbuf_done(&line);
	free(msg);
}
