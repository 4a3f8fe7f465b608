#include "config.h"

#include "pagetide/otherhint.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "pagetide/advice.h"
#include "pagetide/aside.h"
#include "pagetide/clock.h"
#include "pagetide/event.h"
#include "pagetide/said.h"
#include "pagetide/sample.h"
#include "pagetide/strbuf.h"
#include "pagetide/units.h"
#include "pagetide/watch.h"
#include "pagetide/xalloc.h"

#include "otherhintproc.h"
#include "othertakes.h"

/* Totals of what is watched; of a layer that is not known -1. */
struct totals {
	int64_t	mapped, cached, evicted;
};

struct otherhint {
	struct watch	*watch;
	struct said	*said;
	pid_t		 pid;		/* that pidfd is of */
	int		 pidfd;		/* -1: none yet */
	bool		 sure;		/* ... and surely: the process was
					   there after it was opened */
	struct aside	 helper;	/* that makes the call */
	uint64_t	 event_seq;	/* 0: nothing is measured */
	uint64_t	 done_ns;	/* when it was answered; 0: not yet */
	bool		 drops;		/* it is to evict */
	enum otherhint_by by;
	bool		 whole;		/* all that is watched */
	struct totals	 before;
};

struct otherhint *
otherhint_new(struct watch *watch, struct said *said)
{
	struct otherhint *o = xcalloc(1, sizeof *o);

	o->watch = watch;
	o->said = said;
	o->pidfd = -1;
	aside_init(&o->helper);
	return o;
}

void
otherhint_free(struct otherhint *o)
{
	if (o == NULL)
		return;
	aside_end(&o->helper);
	if (o->pidfd >= 0)
		close(o->pidfd);
	free(o);
}

/* The part of the range that is mapped; 0 or -errno with why. */
static int
clip(const struct otherhint *o, uint64_t *first, uint64_t *n,
    struct strbuf *why)
{
	const struct worker_facts *w = &o->watch->live.worker;
	uint64_t end = *first + *n, map_end = w->map_first_page + w->map_pages;

	if (w->process_gone || w->map_pages == 0) {
		strbuf_adds(why, "the mapping is gone");
		return -ESRCH;
	}
	if (*first < w->map_first_page)
		*first = w->map_first_page;
	if (end > map_end)
		end = map_end;
	if (*first >= end) {
		strbuf_adds(why, "nothing of the range is mapped");
		return -EINVAL;
	}
	*n = end - *first;
	return 0;
}

static uint64_t
address(const struct otherhint *o, uint64_t page)
{
	const struct worker_facts *w = &o->watch->live.worker;

	return w->map_addr + (page - w->map_first_page) *
	    o->watch->live.target.page_bytes;
}

/* What the call is on: fd is -1 where that can't be had. */
struct on {
	int		fd;
	uint64_t	at, bytes;	/* address, or offset of the file */
};

static int
on_process(const struct otherhint *o, uint64_t first, uint64_t n,
    struct on *on, struct strbuf *why)
{
	int rc = clip(o, &first, &n, why);

	if (rc == 0)
		*on = (struct on){ o->pidfd, address(o, first),
			n * o->watch->live.target.page_bytes };
	return rc;
}

/* It is measured on when the process has gone. */
static bool
has_file(const struct otherhint *o)
{
	const struct source *s = &o->watch->source;

	return !o->watch->live.target.anon && s->ops->file(s->self) >= 0;
}

/* Of its pages it does not matter who maps them. */
static int
on_file(const struct otherhint *o, uint64_t first, uint64_t n, struct on *on,
    struct strbuf *why)
{
	const struct source *s = &o->watch->source;
	const uint64_t page_bytes = o->watch->live.target.page_bytes;

	*on = (struct on){ s->ops->file(s->self), first * page_bytes,
		n * page_bytes };
	if (has_file(o))
		return 0;
	strbuf_adds(why, "there is no file that can be opened");
	return -EBADF;
}

static int
find_on(const struct otherhint *o, int advice, uint64_t first, uint64_t n,
    struct on *on, struct strbuf *why)
{
	return othertakes_find(advice)->by == OTHERHINT_BY_PROCESS ?
	    on_process(o, first, n, on, why) :
	    on_file(o, first, n, on, why);
}

int
otherhint_call(const struct otherhint *o, int advice, uint64_t first,
    uint64_t n, struct strbuf *call, struct strbuf *why)
{
	const struct advice *a = &advice_table[advice];
	char bytes[UNITS_MAX], text[96];
	struct on on;
	int rc = find_on(o, advice, first, n, &on, why);
	const struct advice_range range = { on.at, on.bytes, on.bytes };

	if (rc != 0)
		return rc;
	if (othertakes_find(advice)->by == OTHERHINT_BY_PROCESS)
		strbuf_addf(call, "process_madvise(%d, 0x%" PRIx64 "+%s, %s)",
		    (int)o->watch->live.worker.process, on.at,
		    units_offset(bytes, on.bytes), a->constant);
	else
		strbuf_addf(call, "%s, the file of process %d",
		    advice_call_text(text, sizeof text, a, 0, &range),
		    (int)o->watch->live.worker.process);
	return 0;
}

/* Opened at one sample and there at the next: it can't be of a later process
 * with the same pid. */
static void
hold(struct otherhint *o)
{
	const struct worker_facts *w = &o->watch->live.worker;

	if (w->process == 0 || w->process_gone || o->sure)
		return;
	if (o->pidfd >= 0) {
		o->sure = true;
		return;
	}
	o->pid = w->process;
	o->pidfd = (int)syscall(SYS_pidfd_open, o->pid, 0);
	if (o->pidfd >= 0)
		fcntl(o->pidfd, F_SETFD, FD_CLOEXEC);
}

static struct totals
now(const struct otherhint *o)
{
	const struct sample *s = &o->watch->live;

#define TOTAL(l) (sample_total_known(s, l) ? (int64_t)s->total[l] : -1)
	return (struct totals){ TOTAL(LAYER_MAPPED), TOTAL(LAYER_CACHED),
		TOTAL(LAYER_EVICTED) };
#undef TOTAL
}

static int
refuse(const struct otherhint *o, enum otherhint_by by, struct strbuf *why)
{
	if (otherhint_busy(o)) {
		strbuf_adds(why, "a hint is under way, or its effect is not "
		    "measured yet");
		return -EBUSY;
	}
	if (!o->sure && by == OTHERHINT_BY_PROCESS &&
	    !o->watch->live.worker.process_gone) {
		strbuf_adds(why, "the process is not held yet: again");
		return -EAGAIN;
	}
	return 0;
}

int
otherhint_ask(struct otherhint *o, int advice, uint64_t first, uint64_t n,
    struct strbuf *why)
{
	const struct advice *a = &advice_table[advice];
	const struct othertakes *t = othertakes_find(advice);
	struct strbuf call = STRBUF_INIT;
	int rc = refuse(o, t->by, why);
	struct event *ev;
	struct on on;

	if (rc == 0)
		rc = otherhint_call(o, advice, first, n, &call, why);
	if (rc == 0)
		rc = find_on(o, advice, first, n, &on, why);
	if (rc == 0) {
		const struct aside_what what = { .option = OTHERHINT_OPTION,
			.by = ASIDE_ANSWERS, .n = 5, .number = {
			(uint64_t)getpid(), on.at, on.bytes,
			(uint64_t)a->value, t->by },
			.fd = on.fd, .as_fd = OTHERHINT_FD };

		rc = aside_start(&o->helper, &what);
		if (rc != 0)
			strbuf_addf(why, "no process for the call: %s",
			    strerror(-rc));
	}
	if (rc == 0) {
		ev = events_add(o->watch->events, EVENT_HINT, a->key != 0 ?
		    a->key : EVENT_MARK_COMMAND, "%s", call.s);
		o->event_seq = ev->seq;
		o->done_ns = 0;
		o->drops = t->drops;
		o->by = t->by;
		o->whole = n == o->watch->live.target.pages;
		o->before = now(o);
		o->said->dirty = true;
	}
	strbuf_done(&call);
	return rc;
}

bool
otherhint_busy(const struct otherhint *o)
{
	return o->event_seq != 0;
}

int
otherhint_fds(const struct otherhint *o, struct pollfd *fds)
{
	if (o->helper.fd < 0)
		return 0;
	fds[0] = (struct pollfd){ .fd = o->helper.fd, .events = POLLIN };
	return 1;
}

/* Nothing more comes of it. */
static void
finish(struct otherhint *o, struct event *ev)
{
	if (ev != NULL)
		events_finish(o->watch->events, ev);
	o->event_seq = 0;
	o->said->dirty = true;
}

static const char *
why_refused(enum otherhint_by by, int err)
{
	if (by != OTHERHINT_BY_PROCESS)
		return "not on this file, or on part of it";
	if (err == EPERM)
		return "takes CAP_SYS_NICE, of one's own processes too, and "
		    "the right to read its maps";
	if (err == ESRCH)
		return "the process has ended";
	if (err == EINVAL)
		return "not for this kind of memory, or not on this kernel";
	return "";
}

static void
tell_answer(struct otherhint *o, struct event *ev,
    const struct otherhint_answer *a)
{
	char bytes[UNITS_MAX], took[UNITS_MAX];

	if (a->err != 0)
		snprintf(ev->result, sizeof ev->result, "= -1 %s in %s",
		    strerrorname_np(a->err), units_duration(took, a->ns));
	else if (o->by != OTHERHINT_BY_PROCESS)
		snprintf(ev->result, sizeof ev->result, "= 0 in %s",
		    units_duration(took, a->ns));
	else
		snprintf(ev->result, sizeof ev->result, "= %s in %s",
		    units_offset(bytes, a->bytes), units_duration(took,
		    a->ns));
	events_answer(o->watch->events, ev);
	if (a->err != 0)
		snprintf(ev->effect, sizeof ev->effect, "%s",
		    why_refused(o->by, a->err));
	if (a->err != 0)
		said_error(o->said, "%s: %s", strerrorname_np(a->err),
		    ev->effect);
}

bool
otherhint_ready(struct otherhint *o, int fd)
{
	struct event *ev = events_get(o->watch->events, o->event_seq);
	struct otherhint_answer a;
	ssize_t n;

	if (fd != o->helper.fd || fd < 0)
		return false;
	n = read(o->helper.fd, &a, sizeof a);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return true;
	if (n != sizeof a)
		a = (struct otherhint_answer){ .err = ECANCELED };
	aside_end(&o->helper);
	o->done_ns = clock_now_ns();
	o->said->dirty = true;
	if (ev != NULL)
		tell_answer(o, ev, &a);
	if (ev == NULL || a.err != 0)
		finish(o, ev);
	return true;
}

/* Pages that the call never came by, for it goes by page tables: all that is
 * mapped of a shared file is cached. -1: not known. */
static int64_t
not_mapped(const struct otherhint *o, const struct totals *after)
{
	uint32_t flags = o->watch->live.worker.map_flags;

	return !o->whole || after->mapped < 0 ||
	    after->mapped > after->cached ||
	    (flags & (MAP_SPEC_PRIVATE | MAP_SPEC_ANON)) != 0 ? -1 :
	    after->cached - after->mapped;
}

/* Of what is still cached: no more than what was measured of it. */
static void
add_stay(const struct otherhint *o, const struct totals *after,
    struct strbuf *text)
{
	int64_t apart = not_mapped(o, after);

	if (after->cached == 0)
		return;
	if (after->mapped == 0)
		strbuf_adds(text, ": cached, not mapped by it");
	else if (!o->whole)
		strbuf_adds(text, ": not all was in the range");
	else if (after->mapped < 0)
		strbuf_adds(text, ": why is not known");
	else if (apart > 0)
		strbuf_addf(text, ": %" PRId64 " cached, not mapped by it; %"
		    PRId64 " mapped, others may map them", apart,
		    after->mapped);
	else
		strbuf_adds(text, ": why is not known, others may map them");
}

/* "mapped 7739 -> 0  cached 17248 -> 9509", and what stays. */
static void
tell_effect(const struct otherhint *o, struct event *ev)
{
	struct totals after = now(o), was = o->before;
	struct strbuf text = STRBUF_INIT;
	char age[UNITS_MAX];

	if (was.mapped >= 0 && after.mapped >= 0)
		strbuf_addf(&text, "mapped %" PRId64 " -> %" PRId64,
		    was.mapped, after.mapped);
	if (was.cached >= 0 && after.cached >= 0)
		strbuf_addf(&text, "  cached %" PRId64 " -> %" PRId64,
		    was.cached, after.cached);
	if (o->drops && was.cached > after.cached && after.cached >= 0) {
		strbuf_addf(&text, "; %" PRId64 " evicted, %" PRId64 " stay",
		    was.cached - after.cached, after.cached);
		add_stay(o, &after, &text);
	}
	strbuf_addf(&text, "  (a pass of %s after)", units_duration(age,
	    o->watch->live.t_ns - o->done_ns));
	snprintf(ev->effect, sizeof ev->effect, "%s", text.s);
	strbuf_done(&text);
}

void
otherhint_sample(struct otherhint *o)
{
	const struct sample *s = &o->watch->live;
	bool gone = s->worker.process_gone && !has_file(o);
	struct event *ev;

	hold(o);
	if (o->event_seq == 0 || o->done_ns == 0 ||
	    (s->scan.pass_ns < o->done_ns && !gone))
		return;
	ev = events_get(o->watch->events, o->event_seq);
	if (ev != NULL && !gone)
		tell_effect(o, ev);
	finish(o, ev);
}
