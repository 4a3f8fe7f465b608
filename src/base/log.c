#include "config.h"

#include "pagetide/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "pagetide/clock.h"
#include "pagetide/strbuf.h"
#include "pagetide/text.h"
#include "pagetide/units.h"

static FILE *log_file;

int
log_open(const char *path)
{
	FILE	*f = fopen(path, "ae");

	if (f == NULL)
		return -errno;
	log_close();
	log_file = f;
	return 0;
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
	fputs(line.s, log_file);
	fflush(log_file);
	strbuf_done(&line);
	free(msg);
}
