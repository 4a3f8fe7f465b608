#include "config.h"

#include "pagetide/worker.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "advise.h"
#include "born.h"
#include "counting.h"
#include "forking.h"
#include "looking.h"
#include "mapping.h"
#include "stamps.h"
#include "timing.h"
#include "trespass.h"
#include "walk.h"

#include "pagetide/advice.h"
#include "pagetide/clock.h"

struct worker {
	int		sock;
	int		file;
	struct work_shared *shared;
	int		shared_fd;
	struct stamps	*stamps;
	struct mapping	mapping;
	struct walk	walk;
	struct counting	counting;
	struct looking	looking;
	int		parent_pid;
	struct forking	forking;	/* what came with the order */
	bool		silent;		/* that order was another's */
	bool		quit;
};

/* Pages on either side of a touch that it may bring in, and far more. */
#define TOUCH_BESIDE	16384

static void
stop(struct worker *w)
{
	walk_stop(&w->walk);
	stamps_write(w->stamps, clock_now_ns());
	atomic_store(&w->shared->running, 0);
	atomic_store(&w->shared->paused, 0);
}

/* Without a reader of its reports a worker has no business. */
static void
send_report(struct worker *w, struct report *r)
{
	ssize_t n;

	r->paused = w->walk.on && w->walk.paused;
	do
		n = send(w->sock, r, sizeof *r, MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	if (n != sizeof *r)
		w->quit = true;
}

/* Nobody waits for the pages of the hint before any longer. */
static void
cut_waiting(struct worker *w)
{
	struct report r;

	if (counting_cut(&w->counting, &r))
		send_report(w, &r);
}

/* The app looks for what is mapped where it is now. */
static void
tell_mapping(struct worker *w)
{
	const struct mapping *m = &w->mapping;

	stamps_start(w->stamps, w->shared_fd, w->shared, m->first_page,
	    m->pages, clock_now_ns());
	atomic_store(&w->shared->map_flags, m->flags);
	atomic_store(&w->shared->map_first_page, m->first_page);
	atomic_store(&w->shared->map_pages, m->pages);
	atomic_store(&w->shared->map_addr, (uintptr_t)mapping_start(m));
}

/* Maps afresh; a walk doesn't outlive the mapping it is on. */
static void
map(struct worker *w, const struct order *o, struct report *r)
{
	const struct mapping *m = &w->mapping;

	stop(w);
	cut_waiting(w);
	atomic_store(&w->shared->map_addr, 0);
	atomic_store(&w->shared->seen, 0);
	atomic_store(&w->shared->seen_in_part, 0);
	counting_before(&w->counting, m, o, o->first_page, o->n_pages);
	mapping_make(&w->mapping, w->file, o, r);
	counting_after(&w->counting, m, r);
	tell_mapping(w);
	stamps_limit(w->stamps, o->stamps_max_bytes);
}

static void
hint(struct worker *w, const struct order *o, struct report *r)
{
	uint64_t n = o->n_pages;

	cut_waiting(w);
	if (!mapping_clamp(&w->mapping, o->first_page, &n))
		n = 0;
	counting_before(&w->counting, &w->mapping, o, o->first_page, n);
	advise(&w->mapping, o, r);
	counting_after(&w->counting, &w->mapping, r);
	counting_wait(&w->counting, &w->mapping, o, r);
}

/* One touch is an act of its own; it is made in this turn. */
static void
count_touch(struct worker *w, const struct order *o)
{
	uint64_t first = w->walk.page, n = 2 * TOUCH_BESIDE;

	first -= first - w->mapping.first_page < TOUCH_BESIDE ?
	    first - w->mapping.first_page : TOUCH_BESIDE;
	if (!mapping_clamp(&w->mapping, first, &n))
		n = 0;
	counting_before(&w->counting, &w->mapping, o, first, n);
}

static void
pace(struct worker *w, uint64_t pace_per_s)
{
	walk_pace(&w->walk, pace_per_s);
	looking_pace(&w->looking, w->walk.pace_per_s, w->shared);
	atomic_store(&w->shared->pace_per_s, w->walk.pace_per_s);
}

static int
work(struct worker *w, const struct order *o)
{
	int err;

	err = walk_start(&w->walk, o, &w->mapping, w->shared);
	if (err != 0)
		return err;
	pace(w, o->pace_per_s);
	stamps_limit(w->stamps, o->stamps_max_bytes);
	if (o->work.kind == PATTERN_SINGLE)
		count_touch(w, o);
	atomic_store(&w->shared->walk_ns, clock_now_ns());
	atomic_store(&w->shared->walk_seq, o->seq);
	atomic_store(&w->shared->walk_kind, o->work.kind);
	atomic_store(&w->shared->paused, w->walk.paused);
	atomic_store(&w->shared->running, 1);
	return 0;
}

static int
rest(struct worker *w, enum pause pause)
{
	if (!walk_pause(&w->walk, pause))
		return ESRCH;
	atomic_store(&w->shared->paused, w->walk.paused);
	return 0;
}

static int
step(struct worker *w, const struct order *o, struct report *r)
{
	if (!w->walk.on)
		return ESRCH;
	count_touch(w, o);
	walk_step(&w->walk, &w->mapping, w->shared, w->stamps);
	counting_after(&w->counting, &w->mapping, r);
	atomic_store(&w->shared->paused, w->walk.paused);
	r->touched = w->walk.touched;
	return r->touched.signal != 0 ? EFAULT : w->walk.err;
}

static void	become_copy(struct worker *);

/* The copy goes on with a socket, and memory to share, of its own. */
static void
fork_off(struct worker *w, struct report *r)
{
	pid_t pid;

	if (w->walk.on || w->forking.shared_fd < 0)
		return;
	cut_waiting(w);
	pid = forking_make();
	if (pid == 0) {
		become_copy(w);
		return;
	}
	forking_close(&w->forking);
	r->err[0] = pid < 0 ? -pid : 0;
	r->forked_pid = pid < 0 ? 0 : pid;
	forking_own_pages(&w->mapping);
}

static void
obey(struct worker *w, const struct order *o, struct report *r)
{
	switch (o->op) {
	case ORDER_MAP:
		map(w, o, r);
		break;
	case ORDER_ADVISE:
		hint(w, o, r);
		break;
	case ORDER_WORK:
		r->err[0] = work(w, o);
		break;
	case ORDER_STOP:
		stop(w);
		r->err[0] = 0;
		break;
	case ORDER_PAUSE:
		r->err[0] = rest(w, o->pause);
		break;
	case ORDER_STEP:
		r->err[0] = step(w, o, r);
		break;
	case ORDER_TRESPASS:
		r->err[0] = trespass(&w->mapping, o, &r->touched);
		break;
	case ORDER_PACE:
		pace(w, o->pace_per_s);
		r->err[0] = 0;
		break;
	case ORDER_FORK:
		fork_off(w, r);
		break;
	case ORDER_QUIT:
		w->quit = true;
		r->err[0] = 0;
		break;
	default:
		r->err[0] = EINVAL;
	}
}

static void
take_order(struct worker *w)
{
	struct order o = { 0 };
	struct report r = { .err = { EINVAL, -1 } };
	ssize_t n;

	n = forking_receive(w->sock, &o, &w->forking);
	if (n <= 0) {
		w->quit = true;
		return;
	}
	r.seq = o.seq;
	r.op = o.op;
	r.begin_ns = clock_now_ns();
	if (n == sizeof o)
		obey(w, &o, &r);
	if (r.end_ns == 0)
		r.end_ns = clock_now_ns();
	forking_close(&w->forking);
	if (!w->silent)
		send_report(w, &r);
	w->silent = false;
}

/* Goes on with the walk, and reports its end. */
static void
go_on(struct worker *w)
{
	struct report r = { .op = ORDER_WORK, .done = 1, .err = { 0, -1 } };

	if (!walk_batch(&w->walk, &w->mapping, w->shared, w->stamps))
		return;
	atomic_store(&w->shared->running, 0);
	r.seq = w->walk.seq;
	r.err[0] = w->walk.err;
	r.touches = w->walk.touches;
	r.capped = w->walk.capped;
	if (w->walk.pattern.spec.kind == PATTERN_SINGLE)
		r.touched = w->walk.touched;
	r.begin_ns = r.end_ns = clock_now_ns();
	if (w->walk.pattern.spec.kind == PATTERN_SINGLE &&
	    w->counting.seq == w->walk.seq)
		counting_after(&w->counting, &w->mapping, &r);
	send_report(w, &r);
}

/* Looks for pages that are waited for. */
static void
look(struct worker *w)
{
	struct report r;

	if (counting_look(&w->counting, &r))
		send_report(w, &r);
}

/* Until the next touch, or the next look, is due; NULL: for an order. */
static const struct timespec *
wait_for(const struct worker *w, struct timespec *ts)
{
	const struct timespec *walk = walk_wait(&w->walk, ts);
	uint64_t due_ns = counting_due(&w->counting), now_ns, wait_ns = 0;

	if (due_ns == UINT64_MAX)
		return walk;
	now_ns = clock_now_ns();
	if (due_ns > now_ns)
		wait_ns = due_ns - now_ns;
	if (walk != NULL && ts->tv_sec * NS_PER_S + ts->tv_nsec < wait_ns)
		return ts;
	ts->tv_sec = wait_ns / NS_PER_S;
	ts->tv_nsec = wait_ns % NS_PER_S;
	return ts;
}

static void
serve(struct worker *w)
{
	struct timespec ts;

	while (!w->quit) {
		struct pollfd p = { .fd = w->sock, .events = POLLIN };
		int n = ppoll(&p, 1, wait_for(w, &ts), NULL);

		if (n > 0)
			take_order(w);
		/* Deaf to orders it would only turn round and round. */
		if (n < 0 && errno != EINTR)
			w->quit = true;
		if (!w->quit && w->walk.on)
			go_on(w);
		if (!w->quit)
			look(w);
	}
	mapping_drop(&w->mapping);
}

static bool
give(int sock, const struct order *o)
{
	return send(sock, o, sizeof *o, 0) == sizeof *o;
}

/* Gives a worker all the orders there are, ending with the one to quit:
 * without that one it would wait forever. */
static bool
rehearse(int sock)
{
	struct order o = { .n_pages = 1, .chunk_pages = 1,
	    .work = { .passes = 1, .n_pages = 1 },
	    .count = ORDER_COUNT | ORDER_COUNT_CACHESTAT };
	bool given;

	o.op = ORDER_MAP;
	given = give(sock, &o);
	o.op = ORDER_ADVISE;
	for (; o.advice < advice_count; o.advice++)
		given &= give(sock, &o);
	o.op = ORDER_WORK;
	o.work.kind = PATTERN_CHUNKED;
	o.work.window_pages = 1;
	o.work.behind = BEHIND_EVICT;
	for (; o.work.op < TOUCH_COUNT; o.work.op++)
		given &= give(sock, &o);
	o.work.op = TOUCH_READ;
	o.work.passes = 0;
	given &= give(sock, &o);
	o.op = ORDER_PAUSE;
	o.pause = PAUSE_TOGGLE;
	given &= give(sock, &o);
	o.op = ORDER_STEP;
	given &= give(sock, &o);
	o.op = ORDER_TRESPASS;
	for (; o.trespass < TRESPASS_COUNT; o.trespass++)
		given &= give(sock, &o);
	o.op = ORDER_PACE;
	o.pace_per_s = 1;
	given &= give(sock, &o);
	o.op = ORDER_QUIT;
	return give(sock, &o) && given;
}

/*
 * Serves a rehearsal on one page of our own, so that code, stack and symbols
 * are in place before a fault counts: afterwards a walk's faults are the
 * target's alone. 0 or -errno.
 */
static int
dry_run(int page_fd, struct stamps *stamps, struct rangecount *rangecount)
{
	struct work_shared scratch = { 0 };
	struct worker w = { .file = page_fd, .shared = &scratch,
	    .shared_fd = page_fd, .stamps = stamps,
	    .counting = { .file = page_fd, .rangecount = rangecount } };
	int pair[2], err = 0;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
		return -errno;
	w.sock = pair[0];
	looking_init(&w.looking, page_fd, rangecount);
	w.walk.looking = &w.looking;
	mapping_init(&w.mapping);
	if (rehearse(pair[1]))
		serve(&w);
	else
		err = -EIO;
	/* They refer to what ends here. */
	stamps_stop(stamps);
	close(pair[0]);
	close(pair[1]);
	return err;
}

/*
 * Counting and looking, of this process, and memory to share. What of it is
 * there already is another process's. 0 or -errno.
 */
static int
begin(struct worker *w)
{
	int err;

	counting_init(&w->counting, w->file, (uint32_t)sysconf(_SC_PAGESIZE));
	err = dry_run(w->shared_fd, w->stamps, w->counting.rangecount);
	if (err != 0)
		return err;
	looking_init(&w->looking, w->file, w->counting.rangecount);
	w->walk.looking = &w->looking;
	w->shared = mmap(NULL, sizeof *w->shared, PROT_READ | PROT_WRITE,
	    MAP_SHARED, w->shared_fd, 0);
	if (w->shared == MAP_FAILED)
		return -errno;
	/* Not before the first order: the pages must be in place. */
	memset((void *)w->shared, 0, sizeof *w->shared);
	workset_reset(&w->shared->workset);
	return 0;
}

/* Of the one that was forked it keeps the mapping, and what is in it. */
static void
become_copy(struct worker *w)
{
	if (born_of_fork(w->parent_pid) != 0)
		_exit(1);
	munmap((void *)w->shared, sizeof *w->shared);
	counting_done(&w->counting);
	close(w->sock);
	close(w->shared_fd);
	w->sock = w->forking.sock;
	w->shared_fd = w->forking.shared_fd;
	w->forking = (struct forking){ -1, -1 };
	w->silent = true;
	forking_own_pages(&w->mapping);
	if (begin(w) != 0)
		_exit(1);
	tell_mapping(w);
}

int
worker_main(int sock, int file, int shared, int parent_pid)
{
	int fds[3] = { sock, file, shared };
	struct worker w = { .parent_pid = parent_pid };

	if (born(fds, parent_pid) != 0)
		return 1;
	w.stamps = stamps_new();
	w.sock = fds[0];
	w.file = fds[1];
	w.shared_fd = fds[2];
	mapping_init(&w.mapping);
	if (begin(&w) != 0)
		return 1;
	serve(&w);
	counting_done(&w.counting);
	free(w.stamps);
	return 0;
}
