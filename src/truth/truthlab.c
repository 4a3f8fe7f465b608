#include "config.h"

#include "truthlab.h"

#include <errno.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/uio.h>
#include <unistd.h>

#include "pagetide/advice.h"
#include "pagetide/clock.h"
#include "pagetide/layer.h"
#include "pagetide/strbuf.h"
#include "pagetide/subject.h"
#include "pagetide/target.h"
#include "pagetide/xalloc.h"

/* No order takes as long, unless storage hangs. */
#define ANSWER_NS	(20 * NS_PER_S)
/* How often a wait looks at the clock. */
#define TICK_MS		50

static void
on_report(void *arg, const struct report *r)
{
	struct truth_hand *h = arg;

	if (r->op == ORDER_WORK && r->done) {
		h->walk = *r;
		h->walked = true;
	} else {
		h->report = *r;
		h->reported = true;
	}
}

static void
on_death(void *arg, int wait_status)
{
	struct truth_hand *h = arg;

	(void)wait_status;
	h->died = true;
}

static const struct actor_listener listener = { on_report, on_death };

/* Signals that end us, and SIGCHLD, come by a descriptor. */
static int
open_signals(struct truthlab *lab)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGCHLD);
	lab->signal_fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	if (lab->signal_fd < 0)
		return -errno;
	sigprocmask(SIG_BLOCK, &set, &lab->before);
	return 0;
}

static void
close_signals(struct truthlab *lab)
{
	if (lab->signal_fd < 0)
		return;
	close(lab->signal_fd);
	sigprocmask(SIG_SETMASK, &lab->before, NULL);
}

static void
take_signals(struct truthlab *lab)
{
	struct signalfd_siginfo info;

	while (read(lab->signal_fd, &info, sizeof info) == sizeof info)
		if (info.ssi_signo != SIGCHLD)
			lab->stopped_by = (int)info.ssi_signo;
}

/* Waits for something to happen, so many ms at most, and lets it. 0 or
 * -errno. */
static int
turn(struct truthlab *lab, int wait_ms)
{
	struct pollfd fds[1 + LAB_HANDS * ACTOR_FDS] = {
		{ .fd = lab->signal_fd, .events = POLLIN } };
	struct actor *a;
	int i, n = 1;

	for (i = 0; i < LAB_HANDS; i++) {
		a = &lab->hand[i].actor;
		n += a->ops->fds(a->self, &fds[n]);
	}
	if (poll(fds, (nfds_t)n, wait_ms) < 0 && errno != EINTR)
		return -errno;
	take_signals(lab);
	for (i = 0; i < LAB_HANDS; i++) {
		a = &lab->hand[i].actor;
		a->ops->ready(a->self);
		a->ops->reap(a->self);
	}
	return 0;
}

/* Opens a source on a target that is then its own. 0 or -errno; a target
 * that is NULL left errno. */
static int
open_source(struct source *source, struct target *target,
    enum source_method method, struct strbuf *why)
{
	int err;

	if (target == NULL)
		return -errno;
	err = live_open(source, target, method, SCRATCH_PAGES, why);
	if (err == 0)
		return 0;
	target_close(target);
	*source = (struct source){ 0 };
	return err;
}

/* What is to be known of the file as a whole. */
static void
learn_facts(struct truthlab *lab)
{
	struct sample *s = xcalloc(1, sizeof *s);

	lab->arrived.ops->read(lab->arrived.self, s, NULL);
	lab->readahead_known = s->target.readahead_known;
	lab->readahead_bytes = s->target.readahead_bytes;
	if (s->scan.cached_by == NULL)
		lab->unknown = s->scan.why;
	free(s);
}

static int
open_sources(struct truthlab *lab, struct strbuf *why)
{
	const struct scratch *file = &lab->scratch;
	uint64_t bytes = (uint64_t)SCRATCH_PAGES * file->page_bytes;
	struct strbuf refused = STRBUF_INIT;
	int err;

	err = open_source(&lab->arrived, target_open(file->path, why),
	    METHOD_MINCORE, why);
	if (err == 0)
		err = open_source(&lab->anon, target_anon(bytes, why),
		    METHOD_MINCORE, why);
	if (err != 0)
		return err;
	/* Where there is none, the rows that need it are not run. */
	open_source(&lab->states, target_open(file->path, &refused),
	    METHOD_CACHESTAT, &refused);
	strbuf_done(&refused);
	learn_facts(lab);
	return 0;
}

int
truthlab_open(struct truthlab *lab, const char *dir, struct strbuf *why)
{
	struct truth_hand *h;
	int err, i;

	*lab = (struct truthlab){ .scratch.fd = -1, .signal_fd = -1 };
	for (i = 0; i < LAB_HANDS; i++) {
		h = &lab->hand[i];
		child_open(&h->actor, &listener, h, &h->as);
	}
	err = scratch_open(&lab->scratch, dir, why);
	if (err == 0)
		err = open_sources(lab, why);
	if (err == 0)
		err = open_signals(lab);
	if (err != 0 && why->len == 0)
		strbuf_adds(why, strerror(-err));
	return err;
}

static void
close_source(struct source *source)
{
	if (source->ops != NULL)
		source->ops->close(source->self);
}

void
truthlab_close(struct truthlab *lab)
{
	int i;

	truthlab_end(lab);
	for (i = 0; i < LAB_HANDS; i++)
		lab->hand[i].actor.ops->close(lab->hand[i].actor.self);
	close_source(&lab->arrived);
	close_source(&lab->states);
	close_source(&lab->anon);
	close_signals(lab);
	scratch_close(&lab->scratch);
}

static struct source *
source_of(struct truthlab *lab, enum truth_on on)
{
	return on == TRUTH_ANON ? &lab->anon : &lab->arrived;
}

static int
start(struct truth_hand *h, int file, uid_t uid)
{
	struct strbuf why = STRBUF_INIT;
	int err;

	h->died = false;
	h->as.uid = uid;
	err = h->actor.ops->start(h->actor.self, file, &why);
	strbuf_done(&why);
	return err;
}

int
truthlab_begin(struct truthlab *lab, enum truth_on on, uid_t uid)
{
	struct source *source = source_of(lab, on);
	struct truth_hand *h = &lab->hand[LAB_MINE];
	int err;

	truthlab_end(lab);
	err = start(h, source->ops->file(source->self), uid);
	if (err == 0)
		source->ops->set_subject(source->self,
		    h->actor.ops->subject(h->actor.self));
	return err;
}

int
truthlab_begin_other(struct truthlab *lab)
{
	return start(&lab->hand[LAB_OTHER], lab->scratch.fd, 0);
}

void
truthlab_end(struct truthlab *lab)
{
	int i;

	if (lab->arrived.ops != NULL)
		lab->arrived.ops->set_subject(lab->arrived.self, NULL);
	if (lab->anon.ops != NULL)
		lab->anon.ops->set_subject(lab->anon.self, NULL);
	for (i = 0; i < LAB_HANDS; i++)
		lab->hand[i].actor.ops->stop(lab->hand[i].actor.self);
}

/* Until the hand has told what is waited for. */
static int
wait_for(struct truthlab *lab, struct truth_hand *h, const bool *answered)
{
	uint64_t until_ns = clock_now_ns() + ANSWER_NS;
	int rc;

	while (!*answered) {
		if (lab->stopped_by != 0)
			return -EINTR;
		if (h->died)
			return -ESRCH;
		if (clock_now_ns() > until_ns)
			return -ETIMEDOUT;
		rc = turn(lab, TICK_MS);
		if (rc != 0)
			return rc;
	}
	return lab->stopped_by != 0 ? -EINTR : 0;
}

int
truthlab_order(struct truthlab *lab, int hand, struct order *o, int *err)
{
	struct truth_hand *h = &lab->hand[hand];
	int rc;

	h->reported = h->walked = false;
	rc = h->actor.ops->send(h->actor.self, o);
	if (rc == 0)
		rc = wait_for(lab, h, &h->reported);
	if (rc != 0)
		return rc;
	*err = h->report.err[0];
	if (*err == 0 && h->report.err[1] > 0)
		*err = h->report.err[1];
	return 0;
}

int
truthlab_walk(struct truthlab *lab, int hand, uint32_t touch_op,
    uint64_t first_page, uint64_t n_pages)
{
	struct truth_hand *h = &lab->hand[hand];
	struct order o = { .op = ORDER_WORK, .work = {
		.kind = PATTERN_SEQUENTIAL, .op = touch_op, .passes = 1,
		.first_page = first_page, .n_pages = n_pages } };
	int rc, err = 0;

	rc = truthlab_order(lab, hand, &o, &err);
	if (rc == 0 && err == 0)
		rc = wait_for(lab, h, &h->walked);
	if (rc == 0 && err == 0)
		err = h->walk.err[0];
	return rc != 0 ? rc : -err;
}

/* One whole pass now. */
static int
take_sample(struct source *source, struct sample *s)
{
	int rc;

	source->ops->touch_flags(source->self);
	source->ops->begin(source->self);
	do
		rc = source->ops->step(source->self,
		    clock_now_ns() + NS_PER_S);
	while (rc == 0);
	if (rc < 0)
		return rc;
	return source->ops->read(source->self, s, NULL);
}

static void
count(struct truth_look *look, enum truth_col col, const struct sample *s,
    enum layer layer, uint64_t first_page, uint64_t n_pages)
{
	if (sample_count(s, layer, first_page, n_pages, 0, &look->page[col]))
		look->known |= TRUTH_BIT(col);
}

/* Page cache, PTEs, VmFlags, faults. */
static int
look_at(struct source *source, uint64_t first_page, uint64_t n_pages,
    struct sample *s, struct truth_look *look)
{
	const unsigned faults = COUNTER_BIT(COUNTER_MINOR) |
	    COUNTER_BIT(COUNTER_MAJOR);
	int rc = take_sample(source, s);
	unsigned differ;

	if (rc != 0)
		return rc;
	count(look, TRUTH_COL_CACHED, s, LAYER_CACHED, first_page, n_pages);
	count(look, TRUTH_COL_MAPPED, s, LAYER_MAPPED, first_page, n_pages);
	count(look, TRUTH_COL_PRIVATE, s, LAYER_PRIVATE, first_page, n_pages);
	count(look, TRUTH_COL_FILE, s, LAYER_CACHED, 0, SCRATCH_PAGES);
	if (sample_vmflags(s, first_page, n_pages, &look->vmflags, &differ) &&
	    differ == 0)
		look->known |= TRUTH_BIT(TRUTH_COL_FLAGS);
	/* The letters alone are held against the table. */
	look->vmflags &= ~VMF_ONFAULT_UNTOLD;
	look->minor = s->counters.v[COUNTER_MINOR];
	look->major = s->counters.v[COUNTER_MAJOR];
	look->faults_known = (s->counters.known & faults) == faults;
	return 0;
}

int
truthlab_look(struct truthlab *lab, enum truth_on on, uint64_t first_page,
    uint64_t n_pages, struct truth_look *look)
{
	struct sample *s = xcalloc(1, sizeof *s);
	int rc;

	*look = (struct truth_look){ 0 };
	rc = look_at(source_of(lab, on), first_page, n_pages, s, look);
	if (rc == 0 && on != TRUTH_ANON && lab->states.ops != NULL) {
		rc = take_sample(&lab->states, s);
		count(look, TRUTH_COL_DIRTY, s, LAYER_DIRTY, first_page,
		    n_pages);
		count(look, TRUTH_COL_EVICTED, s, LAYER_EVICTED, first_page,
		    n_pages);
	}
	free(s);
	return rc;
}

int
truthlab_peek(struct truthlab *lab, uint64_t first_page, uint64_t n_pages)
{
	const struct actor *a = &lab->hand[LAB_MINE].actor;
	const struct subject *worker = a->ops->subject(a->self);
	uint64_t page_bytes = lab->scratch.page_bytes;
	size_t bytes = n_pages * page_bytes;
	struct iovec here, there;
	ssize_t n;
	int err;

	here.iov_base = xmalloc(bytes);
	there.iov_base = (char *)(uintptr_t)
	    atomic_load(&worker->shared->map_addr) +
	    first_page * page_bytes;
	here.iov_len = there.iov_len = bytes;
	n = process_vm_readv(worker->pid, &here, 1, &there, 1, 0);
	err = n == (ssize_t)bytes ? 0 : n < 0 ? -errno : -EFAULT;
	free(here.iov_base);
	return err;
}

int
truthlab_pause(struct truthlab *lab, unsigned ms)
{
	const struct timespec ts = { 0, ms * (long)NS_PER_MS };

	int rc;

	nanosleep(&ts, NULL);
	rc = turn(lab, 0);
	return rc == 0 && lab->stopped_by != 0 ? -EINTR : rc;
}
