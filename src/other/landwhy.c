#include "config.h"

#include "landwhy.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PARANOID "/proc/sys/kernel/perf_event_paranoid"
/* Up to this a user may record what a process of his own does. */
#define PARANOID_USER 2

/* What is opened stands for the %s. */
static const char *const step_why[] = {
	[LANDTRACE_OK] = "",
	[LANDTRACE_GONE] = "the process is gone",
	[LANDTRACE_REFUSED] = "%s are refused: they need root or CAP_PERFMON",
	[LANDTRACE_MANY] = "too many threads for %s on each processor: "
	    "more descriptors than ulimit -n, or 2048",
	[LANDTRACE_MOVING] = "it starts threads faster than %s are opened "
	    "for them",
	[LANDTRACE_NO_MEMORY] = "no memory for %s "
	    "(kernel.perf_event_mlock_kb)",
};

void
landwhy_step(char *buf, size_t size, enum landtrace_step step,
    const char *what)
{
	const char *text = step_why[step], *at = strstr(text, "%s");

	if (at == NULL)
		snprintf(buf, size, "%s", text);
	else
		snprintf(buf, size, "%.*s%s%s", (int)(at - text), text, what,
		    at + 2);
}

/* False: not to be read. */
static bool
read_paranoid(long *level)
{
	char text[24] = "";
	int fd = open(PARANOID, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return false;
	n = read(fd, text, sizeof text - 1);
	close(fd);
	*level = n > 0 ? strtol(text, NULL, 10) : 0;
	return n > 0;
}

void
landwhy(char *buf, size_t size, enum landtrace_step step, int err)
{
	long level;

	if (step != LANDTRACE_REFUSED)
		landwhy_step(buf, size, step, "perf events");
	else if (err != EACCES && err != EPERM)
		snprintf(buf, size, "perf_event_open is refused: %s",
		    strerror(err));
	else if (read_paranoid(&level) && level > PARANOID_USER)
		snprintf(buf, size, "perf_event_open is refused: "
		    "kernel.perf_event_paranoid is %ld; CAP_PERFMON may, or "
		    "anybody for processes of his own after "
		    "sysctl kernel.perf_event_paranoid=%d", level,
		    PARANOID_USER);
	else
		snprintf(buf, size, "perf_event_open is refused (%s): its "
		    "user may, root, and who has CAP_PERFMON",
		    strerrorname_np(err));
}
