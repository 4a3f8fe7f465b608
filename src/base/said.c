#include "config.h"

#include "pagetide/said.h"

#include <stdarg.h>

#include "pagetide/log.h"
#include "pagetide/text.h"

static void
say(struct said *said, bool is_error, const char *fmt, va_list ap)
{
	text_fit(said->line, sizeof said->line, fmt, ap);
	said->is_error = is_error;
	said->passes = false;
	said->dirty = said->urgent = true;
	log_msg("%s%s", is_error ? "error: " : "", said->line);
}

void
said_line(struct said *said, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(said, false, fmt, ap);
	va_end(ap);
}

void
said_error(struct said *said, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(said, true, fmt, ap);
	va_end(ap);
}
