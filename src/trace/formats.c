/* Asks a process of its own for the formats of the tracepoints. */
#include "config.h"

#include "pagetide/trace.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "formatsproc.h"


const char *
trace_why(enum trace_step step)
{
	static const char *const why[] = {
		[TRACE_NO_LIBRARY] = "tracepoints need libtraceevent",
		[TRACE_NO_NAMESPACE] = "tracepoints need root: their ids "
		    "stand in tracefs",
		[TRACE_NO_TRACEFS] = "tracefs can't be mounted or read here",
		[TRACE_NO_FORMATS] = "this kernel has none of the tracepoints",
		[TRACE_NO_EVENT] = "perf_event_open is refused: tracepoints "
		    "need root or CAP_PERFMON",
		[TRACE_NO_MEMORY] = "no memory for what is traced "
		    "(kernel.perf_event_mlock_kb)",
	};

	return why[step];
}

int
trace_formats_begin(struct trace_formats *f)
{
	*f = (struct trace_formats){ 0 };
	aside_init(&f->aside);
	return aside_start(&f->aside, &(struct aside_what){
	    .option = TRACE_FORMATS_OPTION, .by = ASIDE_ANSWERS });
}

/* One write of less than PIPE_BUF: it is there as a whole, or there is none. */
void
trace_formats_ready(struct trace_formats *f)
{
	struct trace_answer a;
	ssize_t n = read(f->aside.fd, &a, sizeof a);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n != sizeof a)
		a = (struct trace_answer){ .step = TRACE_NO_LIBRARY };
	f->step = a.step;
	f->err = a.err;
	memcpy(f->point, a.point, sizeof f->point);
	f->known = true;
	trace_formats_done(f);
}

void
trace_formats_done(struct trace_formats *f)
{
	aside_end(&f->aside);
}
