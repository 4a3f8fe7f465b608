#include "config.h"

#include "pagetide/landwatch.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pagetide/clock.h"
#include "pagetide/event.h"
#include "pagetide/landing.h"
#include "pagetide/landtrace.h"
#include "pagetide/said.h"
#include "pagetide/sites.h"
#include "pagetide/trace.h"
#include "pagetide/watch.h"
#include "pagetide/xalloc.h"

#include "landname.h"
#include "landwhy.h"

/* More records a second than this are too many: each costs the target 0.8 us,
 * and us 0.02. */
#define RECORDS_MOST	50000
/* With so few a finer period may be tried again. */
#define RECORDS_FEW	5000
#define PERIOD_MAX	4096
/* A rate is of that time at least. */
#define RATE_NS		(NS_PER_S / 2)
#define SITES_ASKED	32
/* A thread may go to another processor amidst a fault: what is newer than that is
 * read the next time. */
#define SETTLE_NS	NS_PER_MS

struct landwatch {
	struct watch	*watch;
	struct said	*said;
	bool		 on;
	pid_t		 pid;		/* whose faults; 0: nobody's yet */
	uint64_t	 map_addr;	/* where it was, for records */
	struct landing	 landing, kept;	/* kept: in few slots, for each moment */
	struct landtrace *trace;	/* NULL: none */
	uint64_t	 from_ns, until_ns;	/* what it recorded then counts */
	struct landname	 name;		/* of faults */
	struct sites	 sites;
	uint64_t	 records, rate_ns;	/* since then so many */
	/* Mapped pages of each cell of the scan before, for BY_TABLES. */
	uint32_t	*mapped;
	size_t		 n_mapped;
	uint64_t	 mapped_ns;	/* of that scan; 0: none */
};

struct landwatch *
landwatch_new(struct watch *watch, struct said *said, bool on)
{
	struct landwatch *lw = xcalloc(1, sizeof *lw);

	lw->watch = watch;
	lw->said = said;
	lw->on = on;
	landing_init(&lw->landing);
	landing_init(&lw->kept);
	sites_init(&lw->sites);
	landname_init(&lw->name);
	return lw;
}

/* Nobody's faults are recorded any more. */
static void
stop(struct landwatch *lw)
{
	landtrace_close(lw->trace);
	lw->trace = NULL;
	sites_done(&lw->sites);
	free(lw->mapped);
	lw->mapped = NULL;
	lw->n_mapped = 0;
	lw->mapped_ns = 0;
}

void
landwatch_free(struct landwatch *lw)
{
	if (lw == NULL)
		return;
	stop(lw);
	landname_done(&lw->name);
	landing_done(&lw->landing);
	landing_done(&lw->kept);
	free(lw);
}

bool
landwatch_is_on(const struct landwatch *lw)
{
	return lw->on;
}

const struct landing *
landwatch_now(const struct landwatch *lw)
{
	return lw != NULL ? &lw->landing : NULL;
}

const struct landing *
landwatch_kept(const struct landwatch *lw)
{
	return lw != NULL ? &lw->kept : NULL;
}

/* Whose faults are of interest now; 0: nobody's. */
static pid_t
subject(const struct landwatch *lw)
{
	const struct worker_facts *w = &lw->watch->live.worker;

	if (w->process_gone)
		return 0;
	return w->process != 0 ? w->process : w->pid;
}

static void
tell(struct landwatch *lw, pid_t pid)
{
	const struct landing *l = &lw->landing;
	struct event *ev = events_add(lw->watch->events, EVENT_NOTE, 'F',
	    l->by == LANDING_BY_FAULTS ? "faults of process %d are marked "
	    "where they land%s" : "new PTEs of process %d are marked, not "
	    "its faults%s", (int)pid, l->user_only ?
	    ", but for those in system calls" : "");

	snprintf(ev->effect, sizeof ev->effect, "%s", l->why);
	events_finish(lw->watch->events, ev);
	lw->said->dirty = true;
}

/* What page tables are compared by is as coarse as their grid. */
static unsigned
table_shift(const struct landwatch *lw)
{
	const struct cells *c = lw->watch->live.overview;

	return c != NULL ? c->shift : 0;
}

static void
take(const struct landed *r, void *arg)
{
	struct landwatch *lw = arg;
	const struct worker_facts *w = &lw->watch->live.worker;
	struct landing *l = &lw->landing;
	uint64_t at = r->addr - w->map_addr;

	if (r->t_ns < lw->from_ns || r->t_ns >= lw->until_ns)
		return;
	lw->records++;
	if (w->map_addr == 0 || r->addr < w->map_addr ||
	    at / lw->watch->live.target.page_bytes >= w->map_pages) {
		l->elsewhere += l->one_of;
		return;
	}
	at = w->map_first_page + at / lw->watch->live.target.page_bytes;
	for (struct landing *to = l; to != NULL;
	    to = to == l ? &lw->kept : NULL) {
		landing_add(to, at, r->major, l->one_of, r->t_ns);
		if (r->named)
			landing_add_way(to, at, r->major, r->path, r->ns);
		landing_add_site(to, at, r->ip, l->one_of);
	}
}

/* All that ended until then. */
static void
drain_until(struct landwatch *lw, uint64_t until_ns)
{
	uint64_t before = lw->records;

	if (lw->trace == NULL)
		return;
	lw->until_ns = until_ns;
	landtrace_read(lw->trace, lw->landing.naming ? until_ns : UINT64_MAX,
	    take, lw, &lw->landing.lost);
	if (lw->records != before)
		lw->said->dirty = true;
}

static void
drain(struct landwatch *lw)
{
	drain_until(lw, lw->landing.naming ? clock_now_ns() - SETTLE_NS :
	    UINT64_MAX);
}

/* Another recording goes on where the one before ends: without a gap, and
 * nothing is counted twice. */
static void
go_over(struct landwatch *lw, struct landtrace *next)
{
	uint64_t now = clock_now_ns();

	drain_until(lw, now);
	landtrace_close(lw->trace);
	lw->trace = next;
	lw->from_ns = now;
}

/* The faults of a process get their names, if that is possible and the formats of
 * the tracepoints are known. */
static void
name_faults(struct landwatch *lw)
{
	struct landing *l = &lw->landing;
	struct landtrace *named = NULL;

	l->why_names[0] = '\0';
	if (lw->trace == NULL || lw->watch->live.worker.process == 0)
		return;
	if (l->user_only) {
		snprintf(l->why_names, sizeof l->why_names, "%s",
		    trace_why(TRACE_NO_EVENT));
		return;
	}
	if (!landname_begin(&lw->name, l->why_names, sizeof l->why_names) ||
	    !lw->name.formats.known)
		return;
	lw->said->dirty = true;
	named = landname_open(&lw->name, &lw->watch->live, lw->pid,
	    l->why_names, sizeof l->why_names);
	if (named == NULL)
		return;
	go_over(lw, named);
	l->naming = true;
}

static void
begin(struct landwatch *lw, pid_t pid)
{
	uint64_t pages = lw->watch->live.target.pages;
	enum landtrace_step step;
	int err;

	stop(lw);
	lw->pid = pid;
	lw->trace = landtrace_open(pid, 1, NULL, &step);
	lw->from_ns = 0;
	err = errno;
	landing_begin(&lw->landing, lw->trace != NULL ? LANDING_BY_FAULTS :
	    LANDING_BY_TABLES, pages, lw->trace != NULL ? 0 : table_shift(lw));
	if (lw->trace != NULL)
		lw->landing.user_only = landtrace_user_only(lw->trace);
	else
		landwhy(lw->landing.why, sizeof lw->landing.why, step, err);
	lw->landing.since_ns = lw->rate_ns = clock_now_ns();
	landing_begin_kept(&lw->kept, &lw->landing);
	lw->records = 0;
	tell(lw, pid);
	name_faults(lw);
}

void
landwatch_set(struct landwatch *lw, bool on)
{
	if (on == lw->on)
		return;
	lw->on = on;
	if (on && subject(lw) != 0)
		begin(lw, subject(lw));
	if (on)
		return;
	stop(lw);
	lw->pid = 0;
	landing_done(&lw->landing);
	landing_done(&lw->kept);
	lw->said->dirty = true;
}

/* Records one of so many from now on: all is opened anew, for threads have
 * the period that they began with. Names take all of them. */
static void
set_period(struct landwatch *lw, uint64_t period)
{
	struct landing *l = &lw->landing;
	enum landtrace_step step;
	int err;

	drain_until(lw, UINT64_MAX);
	landtrace_close(lw->trace);
	lw->trace = landtrace_open(lw->pid, period, NULL, &step);
	err = errno;
	lw->from_ns = 0;
	l->naming = false;
	l->restarts++;
	l->one_of = period;
	l->about |= period > 1;
	if (lw->trace == NULL && step != LANDTRACE_GONE)
		landwhy(l->why, sizeof l->why, step, err);
	if (period == 1)
		name_faults(lw);
	else if (lw->watch->live.worker.process != 0)
		snprintf(l->why_names, sizeof l->why_names, "too many a "
		    "second: only one of %" PRIu64 " is recorded", period);
}

static void
adapt(struct landwatch *lw)
{
	uint64_t now = clock_now_ns(), took = now - lw->rate_ns, per_s;
	uint64_t one_of = lw->landing.one_of;

	if (lw->trace == NULL || took < RATE_NS)
		return;
	per_s = lw->records * NS_PER_S / took;
	lw->records = 0;
	lw->rate_ns = now;
	if (per_s > RECORDS_MOST && one_of < PERIOD_MAX)
		set_period(lw, one_of * 2);
	else if (per_s < RECORDS_FEW && one_of > 1)
		set_period(lw, one_of / 2);
}

/* Takes down what is mapped of each cell; false: the grid is another one, and
 * there is nothing to compare it with. */
static bool
is_comparable(struct landwatch *lw, const struct cells *c)
{
	if (lw->n_mapped == c->n && lw->mapped_ns != 0)
		return true;
	free(lw->mapped);
	lw->mapped = xcalloc(c->n, sizeof *lw->mapped);
	lw->n_mapped = c->n;
	return false;
}

static void
add_mapped(struct landwatch *lw, uint64_t page, uint64_t n)
{
	uint64_t t_ns = lw->watch->live.t_ns;

	landing_add(&lw->landing, page, false, n, t_ns);
	landing_add(&lw->kept, page, false, n, t_ns);
}

/* Pages that are mapped now, and were not in the scan before. One that went
 * while another came is not seen. */
static void
compare(struct landwatch *lw)
{
	const struct sample *s = &lw->watch->live;
	const struct cells *c = s->overview;
	bool comparable;

	if (lw->landing.by != LANDING_BY_TABLES || c == NULL ||
	    !sample_total_known(s, LAYER_MAPPED))
		return;
	comparable = is_comparable(lw, c);
	for (size_t i = 0; i < c->n; i++) {
		uint32_t now = c->count[LAYER_MAPPED][i];

		if (comparable && now > lw->mapped[i])
			add_mapped(lw, cells_page(c, i), now - lw->mapped[i]);
		lw->mapped[i] = now;
	}
	lw->mapped_ns = s->t_ns;
}

/* The places of those that made most. */
static void
ask_sites(struct landwatch *lw)
{
	const struct landing_site *at[SITES_ASKED];
	size_t n = landing_sites(&lw->landing, at, SITES_ASKED);

	for (size_t i = 0; i < n; i++) {
		struct landing_site *s = &lw->landing.site[at[i] -
		    lw->landing.site];

		if (landing_site_is_kernel(s->ip))
			snprintf(s->place, sizeof s->place,
			    "in system calls");
		else if (!s->asked)
			s->asked = sites_ask(&lw->sites, lw->pid, s->ip);
	}
}

static void
take_sites(struct landwatch *lw)
{
	struct landing_site got, *s;

	while (sites_answer(&lw->sites, &got.ip, got.place, got.symbol))
		for (s = lw->landing.site; s < lw->landing.site +
		    LANDING_SITES; s++) {
			if (s->ip != got.ip)
				continue;
			memcpy(s->place, got.place, sizeof s->place);
			memcpy(s->symbol, got.symbol, sizeof s->symbol);
		}
	lw->said->dirty = true;
}

static void
sample(struct landwatch *lw)
{
	pid_t pid = subject(lw);

	if (pid != 0 && (pid != lw->pid ||
	    lw->landing.pages != lw->watch->live.target.pages))
		begin(lw, pid);
	drain(lw);
	if (pid == 0) {
		stop(lw);
		return;
	}
	adapt(lw);
	if (lw->landing.naming && landname_moved(&lw->name, &lw->watch->live))
		name_faults(lw);
	compare(lw);
	ask_sites(lw);
}

void
landwatch_sample(struct landwatch *lw)
{
	if (!lw->on)
		return;
	sample(lw);
	if (lw->kept.slot != NULL)
		landing_follow(&lw->kept, &lw->landing);
}

static void
take_formats(struct landwatch *lw)
{
	trace_formats_ready(&lw->name.formats);
	if (lw->name.formats.known)
		name_faults(lw);
}

enum trace_state
landwatch_names(const struct landwatch *lw)
{
	const struct landing *l = landwatch_now(lw);

	if (l == NULL || l->by == LANDING_OFF || lw->watch->live.worker.process == 0)
		return TRACE_STATE_OFF;
	if (l->naming)
		return TRACE_STATE_ON;
	return l->why_names[0] != '\0' || l->why[0] != '\0' ?
	    TRACE_STATE_REFUSED : TRACE_STATE_OPENING;
}

int
landwatch_fds(const struct landwatch *lw, struct pollfd *fds)
{
	int n = 0;

	if (lw->trace != NULL)
		fds[n++] = (struct pollfd){ landtrace_fd(lw->trace), POLLIN,
			0 };
	if (lw->name.formats.aside.fd >= 0)
		fds[n++] = (struct pollfd){ lw->name.formats.aside.fd, POLLIN,
			0 };
	if (lw->sites.helper.fd >= 0)
		fds[n++] = (struct pollfd){ lw->sites.helper.fd, POLLIN, 0 };
	return n;
}

bool
landwatch_ready(struct landwatch *lw, int fd)
{
	if (lw->trace != NULL && fd == landtrace_fd(lw->trace))
		drain(lw);
	else if (fd == lw->name.formats.aside.fd)
		take_formats(lw);
	else if (fd == lw->sites.helper.fd)
		take_sites(lw);
	else
		return false;
	return true;
}
