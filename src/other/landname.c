#include "config.h"

#include "landname.h"

#include <stdio.h>
#include <sys/sysmacros.h>

#include "pagetide/landtrace.h"
#include "pagetide/order.h"
#include "pagetide/sample.h"

#include "landwhy.h"

#define NAMES	(TRACE_FAULTS | TRACE_BIT(TRACE_ADD) | \
    TRACE_BIT(TRACE_ASYNC_RA))

void
landname_init(struct landname *n)
{
	*n = (struct landname){ 0 };
	aside_init(&n->formats.aside);
}

void
landname_done(struct landname *n)
{
	trace_formats_done(&n->formats);
}

bool
landname_begin(struct landname *n, char *why, size_t size)
{
	if (n->begun)
		return true;
	n->begun = trace_formats_begin(&n->formats) == 0;
	if (!n->begun)
		snprintf(why, size, "no process to read the formats of "
		    "tracepoints");
	return n->begun;
}

/* btrfs and overlayfs show one device and record another: of those any file is
 * taken, and what comes into the cache may be of their index. */
static void
choose_file(struct trace_what *what, const struct sample *s)
{
	what->points = NAMES;
	if (s->target.anon || major(s->target.dev) == 0) {
		what->points &= ~TRACE_BIT(TRACE_ADD);
		return;
	}
	what->ino = s->target.ino;
	what->dev_major = major(s->target.dev);
	what->dev_minor = minor(s->target.dev);
}

struct landtrace *
landname_open(struct landname *n, const struct sample *s, pid_t pid, char *why,
    size_t size)
{
	const struct worker_facts *w = &s->worker;
	struct trace_what what = { .addr = w->map_addr,
		.addr_bytes = w->map_pages * s->target.page_bytes };
	struct landtrace_names names = { &n->formats, &what, !s->target.anon,
		(w->map_flags & MAP_SPEC_PRIVATE) != 0 };
	enum landtrace_step step;
	struct landtrace *t;

	if (n->formats.step != TRACE_OK) {
		snprintf(why, size, "%s", trace_why(n->formats.step));
		return NULL;
	}
	if (n->formats.point[TRACE_FAULT_USER].id == 0) {
		snprintf(why, size, "this kernel has no "
		    "exceptions:page_fault_user");
		return NULL;
	}
	choose_file(&what, s);
	n->addr = w->map_addr;
	n->pages = w->map_pages;
	t = landtrace_open(pid, 1, &names, &step);
	if (t == NULL)
		landwhy_step(why, size, step, "tracepoints");
	return t;
}

bool
landname_moved(const struct landname *n, const struct sample *s)
{
	return s->worker.map_pages != 0 && (s->worker.map_addr != n->addr ||
	    s->worker.map_pages != n->pages);
}
