#include "config.h"

#include "pagetide/death.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "pagetide/act.h"
#include "pagetide/clock.h"
#include "pagetide/event.h"
#include "pagetide/limit.h"
#include "pagetide/said.h"
#include "pagetide/source.h"
#include "pagetide/storage.h"
#include "pagetide/strbuf.h"
#include "pagetide/subject.h"
#include "pagetide/units.h"

/* Keys wait so long for storage to say why. */
#define ASK_NS (20 * NS_PER_MS)

/* The size of the file now; where storage does not say, that of the last
 * sample. */
static uint64_t
size_bytes_now(const struct act *act)
{
	struct storage_job job = { .op = STORAGE_HOLES,
		.fd = act->watch->source.ops->file(act->watch->source.self),
		.page_bytes = act->watch->live.target.page_bytes };
	bool answered;

	storage_ask(act->watch->storage, &job);
	answered = storage_try(act->watch->storage, &job,
	    clock_now_ns() + ASK_NS) && job.answer.err == 0 &&
	    S_ISREG(job.answer.st.st_mode);
	if (!answered)
		storage_forget(act->watch->storage, &job);
	return answered ? (uint64_t)job.answer.st.st_size :
	    act->watch->live.target.size_bytes;
}

/* Why touching the page was SIGBUS, as far as can be known afterwards. */
static const char *
sigbus_why(const struct act *act, uint64_t page)
{
	uint64_t page_bytes = act->watch->live.target.page_bytes;
	uint64_t size = size_bytes_now(act);

	if (page >= size / page_bytes + (size % page_bytes != 0))
		return "past the end of the file";
	return "unreadable, or cut off for a moment";
}

/* "out of memory, killed at its limit of 16.0 MiB" */
static void
out_of_memory(char *buf, size_t size, const struct act *act)
{
	char limit[UNITS_MAX];

	if (limit_is_on(act))
		snprintf(buf, size, "out of memory, killed at its limit of %s",
		    units_bytes(limit, act->limit.bytes));
	else
		snprintf(buf, size, "out of memory, killed in its cgroup");
}

static void
reason(char *buf, size_t size, const struct act *act,
    const struct actor *actor, int status)
{
	int sig = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
	const struct subject *worker = actor->ops->subject(actor->self);
	uint64_t page = worker->shared->cursor_page;

	if (sig == SIGBUS)
		snprintf(buf, size, "SIGBUS touching page %" PRIu64 ", %s",
		    page, sigbus_why(act, page));
	else if (sig == SIGKILL && limit_has_killed(act))
		out_of_memory(buf, size, act);
	else if (sig != 0)
		snprintf(buf, size, "SIG%s", sigabbrev_np(sig));
	else
		snprintf(buf, size, "it ended with status %d",
		    WEXITSTATUS(status));
}

void
death_tell(struct act *act, const struct actor *actor, unsigned number,
    int status)
{
	struct event *ev;
	char why[128];

	reason(why, sizeof why, act, actor, status);
	if (number == 2) {
		ev = events_add(act->watch->events, EVENT_ERROR, '!',
		    "worker 2 died: %s; worker 1 acts", why);
		events_finish(act->watch->events, ev);
		return;
	}
	ev = events_add(act->watch->events, EVENT_ERROR, '!',
	    "worker died: %s (:restart starts another)", why);
	events_finish(act->watch->events, ev);
	snprintf(act->no_worker, sizeof act->no_worker, "it died: %s", why);
}

/* A message goes with the next key: why hints and walks are refused stays. */
void
death_unborn(struct act *act, const char *why)
{
	said_error(act->said, "no worker: %s", why);
	events_add(act->watch->events, EVENT_ERROR, '!', "no worker: %s "
	    "(:restart tries again)", why);
}

void
death_refuse(const struct act *act, struct strbuf *why)
{
	strbuf_addf(why, "there is no worker%s%s (:restart starts one)",
	    act->no_worker[0] != '\0' ? ": " : "", act->no_worker);
}

const char *
death_why(const struct act *act)
{
	return actor_pid(&act->actor) == 0 && act->no_worker[0] != '\0' ?
	    act->no_worker : NULL;
}

void
death_last_word(const struct act *act, struct strbuf *why)
{
	const char *no_worker = death_why(act);

	if (no_worker != NULL && strstr(why->s, no_worker) == NULL)
		strbuf_addf(why, "%sno worker: %s", why->len > 0 ? "; " : "",
		    no_worker);
}
