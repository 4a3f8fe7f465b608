#include "config.h"

#include "death.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "pagetide/event.h"
#include "pagetide/order.h"
#include "pagetide/source.h"
#include "pagetide/units.h"

#include "app.h"
#include "child.h"
#include "limit.h"

/* Why touching the page was SIGBUS, as far as can be told afterwards. */
static const char *
sigbus_why(const struct app *app, uint64_t page)
{
	const struct target_facts *t = &app->live.target;
	uint64_t size = t->size_bytes;
	struct stat st;

	if (fstat(app->source.ops->file(app->source.self), &st) == 0 &&
	    S_ISREG(st.st_mode))
		size = st.st_size;
	if (page >= (size + t->page_bytes - 1) / t->page_bytes)
		return "past the end of the file";
	return "unreadable, or cut off for a moment";
}

/* "out of memory, killed at its limit of 16.0 MiB" */
static void
out_of_memory(char *buf, size_t size, const struct app *app)
{
	char limit[UNITS_MAX];

	if (limit_is_on(app))
		snprintf(buf, size, "out of memory, killed at its limit of %s",
		    units_bytes(limit, app->limit_bytes));
	else
		snprintf(buf, size, "out of memory, killed in its cgroup");
}

static void
reason(char *buf, size_t size, const struct app *app, int status)
{
	int sig = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
	uint64_t page = child_shared(app->child)->cursor_page;

	if (sig == SIGBUS)
		snprintf(buf, size, "SIGBUS touching page %" PRIu64 ", %s",
		    page, sigbus_why(app, page));
	else if (sig == SIGKILL && limit_has_killed(app))
		out_of_memory(buf, size, app);
	else if (sig != 0)
		snprintf(buf, size, "SIG%s", sigabbrev_np(sig));
	else
		snprintf(buf, size, "it ended with status %d",
		    WEXITSTATUS(status));
}

void
death_tell(struct app *app, int status)
{
	struct event *ev;
	char why[128];

	reason(why, sizeof why, app, status);
	ev = events_add(app->events, EVENT_ERROR, '!',
	    "worker died: %s (:restart starts another)", why);
	app_log(ev);
}
