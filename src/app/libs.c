#include "config.h"

#include "libs.h"

#include <stdio.h>
#include <stdlib.h>
#include <jansson.h>

#include <event2/event.h>

#include "pagetide/log.h"
#include "pagetide/strbuf.h"
#include "pagetide/xalloc.h"

/* What it said before it gave up. */
static char last_words[256];

static void *
resize(void *p, size_t size)
{
	return xreallocarray(p, size, 1);
}

static void
on_log(int severity, const char *text)
{
	if (severity == EVENT_LOG_ERR)
		snprintf(last_words, sizeof last_words, "%s", text);
	log_msg("libevent: %s", text);
}

static void
on_fatal(int err)
{
	(void)err;
	fatal("the event loop failed: %s", last_words);
}

void
libs_use(void)
{
	event_set_mem_functions(xmalloc, resize, free);
	event_set_log_callback(on_log);
	event_set_fatal_callback(on_fatal);
	json_set_alloc_funcs(xmalloc, free);
}

void
libs_versions(struct strbuf *out)
{
	strbuf_addf(out, "libevent %s, jansson %s", event_get_version(),
	    JANSSON_VERSION);
}
