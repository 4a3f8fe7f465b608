/* That process: mounts tracefs for itself and parses what stands there. */
#include "config.h"

#include "formatsproc.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "points.h"

#ifdef HAVE_LIBTRACEEVENT

#include <traceevent/event-parse.h>

#include "pagetide/library.h"

/* Where tracefs is meant to be; any folder would do in a namespace of ours. */
#define TRACEFS		"/sys/kernel/tracing"
#define FORMAT_MAX	16384

/* What is used of the library, which no other process of ours loads. */
struct library {
	struct tep_handle *(*alloc)(void);
	void	(*free)(struct tep_handle *);
	enum tep_errno (*parse)(struct tep_handle *, struct tep_event **,
		    const char *, unsigned long, const char *);
	struct tep_format_field *(*field)(struct tep_event *, const char *);
};

static bool
load(struct library *lib)
{
	const struct library_function used[] = {
		{ "tep_alloc", &lib->alloc },
		{ "tep_free", &lib->free },
		{ "tep_parse_format", &lib->parse },
		{ "tep_find_any_field", &lib->field },
	};

	return library_open("libtraceevent.so.1", used,
	    sizeof used / sizeof used[0]) != NULL;
}

/* Mounts tracefs where nobody else sees it. */
static enum trace_step
mount_tracefs(void)
{
	if (unshare(CLONE_NEWNS) != 0 ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
		return TRACE_NO_NAMESPACE;
	if (mount("tracefs", TRACEFS, "tracefs",
	    MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) != 0 && errno != EBUSY)
		return TRACE_NO_TRACEFS;
	return TRACE_OK;
}

/* The format of a tracepoint; 0: there is none. */
static size_t
read_format(const struct trace_name *n, char *buf, size_t size)
{
	char path[256];
	size_t len;
	FILE *f;

	snprintf(path, sizeof path, TRACEFS "/events/%s/%s/format", n->group,
	    n->name);
	f = fopen(path, "re");
	if (f == NULL)
		return 0;
	len = fread(buf, 1, size - 1, f);
	fclose(f);
	buf[len] = '\0';
	return len;
}

static void
take_fields(const struct library *lib, struct tep_event *event,
    const struct trace_name *n, struct trace_format *out)
{
	struct tep_format_field *field;
	int i;

	for (i = 0; i < TRACE_ARGS && n->field[i] != NULL; i++) {
		field = lib->field(event, n->field[i]);
		if (field == NULL || field->size > (int)sizeof(uint64_t))
			continue;
		out->arg[i].offset = (uint16_t)field->offset;
		out->arg[i].bytes = (uint16_t)field->size;
	}
	/* Without the first one the rest says nothing. */
	out->id = out->arg[0].bytes > 0 ? event->id : 0;
}

static bool
take_format(const struct library *lib, const struct trace_name *n,
    struct trace_format *out)
{
	static char buf[FORMAT_MAX];
	size_t len = read_format(n, buf, sizeof buf);
	struct tep_handle *tep;
	struct tep_event *event = NULL;

	if (len == 0 || (tep = lib->alloc()) == NULL)
		return false;
	if (lib->parse(tep, &event, buf, len, n->group) == 0 && event != NULL)
		take_fields(lib, event, n, out);
	lib->free(tep);
	return out->id != 0;
}

static void
find_out(struct trace_answer *a)
{
	struct library lib;
	bool any = false;
	int i;

	if (!load(&lib)) {
		a->step = TRACE_NO_LIBRARY;
		return;
	}
	a->step = mount_tracefs();
	a->err = a->step != TRACE_OK ? errno : 0;
	if (a->step != TRACE_OK)
		return;
	for (i = 0; i < TRACE_COUNT; i++)
		if (trace_names[i].name != NULL)
			any |= take_format(&lib, &trace_names[i],
			    &a->point[i]);
	if (!any)
		a->step = access(TRACEFS "/events", R_OK) != 0 ?
		    TRACE_NO_TRACEFS : TRACE_NO_FORMATS;
}

#else

static void
find_out(struct trace_answer *a)
{
	a->step = TRACE_NO_LIBRARY;
}

#endif

int
trace_formats_main(void)
{
	struct trace_answer a = { 0 };

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	find_out(&a);
	return write(STDOUT_FILENO, &a, sizeof a) != sizeof a;
}
