#include "config.h"

#include "pagetide/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "advise.h"
#include "mapping.h"
#include "stamps.h"
#include "timing.h"
#include "walk.h"

#include "pagetide/advice.h"
#include "pagetide/clock.h"

#ifndef SYS_close_range
#define SYS_close_range 436
#endif

struct worker {
	int		sock;
	int		file;
	struct work_shared *shared;
	int		shared_fd;
	struct stamps	*stamps;
	struct mapping	mapping;
	struct walk	walk;
	bool		quit;
};

static void
stop(struct worker *w)
{
	walk_stop(&w->walk);
	stamps_write(w->stamps, clock_now_ns());
	atomic_store(&w->shared->running, 0);
}

/* Maps afresh; a walk doesn't outlive the mapping it is on. */
static void
map(struct worker *w, const struct order *o, struct report *r)
{
	const struct mapping *m = &w->mapping;

	stop(w);
	atomic_store(&w->shared->map_addr, 0);
	mapping_make(&w->mapping, w->file, o, r);
	stamps_start(w->stamps, w->shared_fd, w->shared, m->first_page,
	    m->pages, clock_now_ns());
	stamps_limit(w->stamps, o->stamps_max_bytes);
	atomic_store(&w->shared->map_flags, m->flags);
	atomic_store(&w->shared->map_first_page, m->first_page);
	atomic_store(&w->shared->map_pages, m->pages);
	atomic_store(&w->shared->map_addr, (uintptr_t)mapping_start(m));
}

static void
pace(struct worker *w, uint64_t pace_per_s)
{
	walk_pace(&w->walk, pace_per_s);
	atomic_store(&w->shared->pace_per_s, w->walk.pace_per_s);
}

static int
work(struct worker *w, const struct order *o)
{
	int err;

	err = walk_start(&w->walk, &o->work, o->seq, &w->mapping);
	if (err != 0)
		return err;
	pace(w, o->pace_per_s);
	stamps_limit(w->stamps, o->stamps_max_bytes);
	timing_start(w->shared);
	atomic_store(&w->shared->walk_seq, o->seq);
	atomic_store(&w->shared->walk_kind, o->work.kind);
	atomic_store(&w->shared->running, 1);
	return 0;
}

static void
obey(struct worker *w, const struct order *o, struct report *r)
{
	switch (o->op) {
	case ORDER_MAP:
		map(w, o, r);
		break;
	case ORDER_ADVISE:
		advise(&w->mapping, o, r);
		break;
	case ORDER_WORK:
		r->err[0] = work(w, o);
		break;
	case ORDER_STOP:
		stop(w);
		r->err[0] = 0;
		break;
	case ORDER_PACE:
		pace(w, o->pace_per_s);
		r->err[0] = 0;
		break;
	case ORDER_QUIT:
		w->quit = true;
		r->err[0] = 0;
		break;
	default:
		r->err[0] = EINVAL;
	}
}

/* Without a reader of its reports a worker has no business. */
static void
send_report(struct worker *w, const struct report *r)
{
	if (send(w->sock, r, sizeof *r, MSG_NOSIGNAL) != sizeof *r)
		w->quit = true;
}

static void
take_order(struct worker *w)
{
	struct order o = { 0 };
	struct report r = { .err = { EINVAL, -1 } };
	ssize_t n;

	n = recv(w->sock, &o, sizeof o, 0);
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
	send_report(w, &r);
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
	r.begin_ns = r.end_ns = clock_now_ns();
	send_report(w, &r);
}

static void
serve(struct worker *w)
{
	struct pollfd p = { .fd = w->sock, .events = POLLIN };
	struct timespec ts;

	while (!w->quit) {
		if (ppoll(&p, 1, walk_wait(&w->walk, &ts), NULL) > 0)
			take_order(w);
		if (!w->quit && w->walk.on)
			go_on(w);
	}
	mapping_drop(&w->mapping);
}

/* Gives a worker all the orders there are, ending with the one to quit. */
static void
rehearse(int sock)
{
	struct order o = { .n_pages = 1, .chunk_pages = 1,
	    .work = { .passes = 1, .n_pages = 1 } };

	o.op = ORDER_MAP;
	send(sock, &o, sizeof o, 0);
	o.op = ORDER_ADVISE;
	for (; o.advice < advice_count; o.advice++)
		send(sock, &o, sizeof o, 0);
	o.op = ORDER_WORK;
	o.work.kind = PATTERN_CHUNKED;
	o.work.window_pages = 1;
	o.work.behind = BEHIND_EVICT;
	for (; o.work.op < TOUCH_COUNT; o.work.op++)
		send(sock, &o, sizeof o, 0);
	o.work.op = TOUCH_READ;
	o.work.passes = 0;
	send(sock, &o, sizeof o, 0);
	o.op = ORDER_PACE;
	o.pace_per_s = 1;
	send(sock, &o, sizeof o, 0);
	o.op = ORDER_QUIT;
	send(sock, &o, sizeof o, 0);
}

/*
 * Serves a rehearsal on one page of our own, so that code, stack and symbols
 * are in place before a fault counts: afterwards a walk's faults are the
 * target's alone. 0 or -errno.
 */
static int
dry_run(int page_fd, struct stamps *stamps)
{
	struct work_shared scratch = { 0 };
	struct worker w = { .file = page_fd, .shared = &scratch,
	    .shared_fd = page_fd, .stamps = stamps };
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
		return -errno;
	w.sock = pair[0];
	mapping_init(&w.mapping);
	rehearse(pair[1]);
	serve(&w);
	close(pair[0]);
	close(pair[1]);
	return 0;
}

/* Ends with the parent and not by keys meant for the terminal's foreground;
 * a truncated file ends it too, without a core of all that is mapped. */
static int
detach(int parent_pid)
{
	const struct rlimit no_core = { 1, 1 };	/* 0 would allow a pipe */

	if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0)
		return -errno;
	if (getppid() != parent_pid)
		return -ESRCH;
	setsid();
	signal(SIGBUS, SIG_DFL);
	signal(SIGXFSZ, SIG_IGN);	/* the stamps are a file, too */
	setrlimit(RLIMIT_CORE, &no_core);
	prctl(PR_SET_NAME, "pagetide-worker");
	return 0;
}

/* Puts /dev/null on 0, 1 and 2. */
static int
quiet(void)
{
	int fd, i;

	fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	for (i = 0; i < 3; i++)
		if (dup2(fd, i) < 0)
			return -errno;
	if (fd > 2)
		close(fd);
	return 0;
}

/* Moves the three to 3, 4 and 5 and closes all above; a kernel without
 * close_range (before 5.9) leaves the rest open, which does no harm. */
static int
settle(int fds[3])
{
	int i;

	for (i = 0; i < 3; i++) {
		fds[i] = fcntl(fds[i], F_DUPFD_CLOEXEC, 6);
		if (fds[i] < 0)
			return -errno;
	}
	for (i = 0; i < 3; i++) {
		if (dup3(fds[i], 3 + i, O_CLOEXEC) < 0)
			return -errno;
		fds[i] = 3 + i;
	}
	syscall(SYS_close_range, 6U, ~0U, 0U);
	return quiet();
}

int
worker_main(int sock, int file, int shared, int parent_pid)
{
	int fds[3] = { sock, file, shared };
	struct worker w = { 0 };

	if (detach(parent_pid) != 0 || settle(fds) != 0)
		return 1;
	w.stamps = stamps_new();
	if (dry_run(fds[2], w.stamps) != 0)
		return 1;
	w.sock = fds[0];
	w.file = fds[1];
	w.shared_fd = fds[2];
	w.shared = mmap(NULL, sizeof *w.shared, PROT_READ | PROT_WRITE,
	    MAP_SHARED, fds[2], 0);
	if (w.shared == MAP_FAILED)
		return 1;
	mapping_init(&w.mapping);
	/* Not before the first order: the pages must be in place. */
	atomic_store(&w.shared->map_addr, 0);
	workset_reset(&w.shared->workset);
	serve(&w);
	free(w.stamps);
	return 0;
}
