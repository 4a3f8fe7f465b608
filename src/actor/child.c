#include "config.h"

#include "pagetide/child.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "pagetide/actor.h"
#include "pagetide/clock.h"
#include "pagetide/order.h"
#include "pagetide/spawn.h"
#include "pagetide/strbuf.h"
#include "pagetide/subject.h"
#include "pagetide/units.h"
#include "pagetide/worker.h"
#include "pagetide/xalloc.h"

#define END_WAIT_MS	200
#define FAILURES_MAX	16
#define FD_TEXT		12	/* bytes of an int as text */

struct child {
	const struct actor_listener *listener;
	void		*arg;
	const struct child_as *as;
	struct subject	 subject;	/* pid 0: reaped, or not on */
	int		 sock;		/* -1: not on */
	unsigned	 failures;	/* in a row, to read a report */
	bool		 ended;		/* no more reports */
};

/* The fds a worker is born with. */
struct dowry { int sock, file, shared; };

/* One report, so that a callback finds the child as it was. False: no more
 * for now. A worker whose reports can't be read is of no use: it ends with
 * its socket. */
static bool
take_report(struct child *c)
{
	struct report r;
	ssize_t n;

	n = recv(c->sock, &r, sizeof r, MSG_DONTWAIT);
	if (n >= 0 || errno == EAGAIN)
		c->failures = 0;
	else if (++c->failures == FAILURES_MAX)
		shutdown(c->sock, SHUT_RDWR);
	if (n == 0 || c->failures == FAILURES_MAX)
		c->ended = true;
	if (n == sizeof r)
		c->listener->report(c->arg, &r);
	return n > 0;
}

static void
child_ready(void *self)
{
	struct child *c = self;

	if (c->sock >= 0)
		take_report(c);
}

static int
child_fds(const void *self, struct pollfd *fds)
{
	const struct child *c = self;

	if (c->sock < 0 || c->ended)
		return 0;
	fds[0] = (struct pollfd){ .fd = c->sock, .events = POLLIN };
	return 1;
}

/* Memory to share with the worker; the fd, or -errno. */
static int
share(const struct work_shared **shared)
{
	void *p;
	int fd, err;

	fd = memfd_create("pagetide-worker", MFD_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (ftruncate(fd, sizeof **shared) != 0)
		goto fail;
	p = mmap(NULL, sizeof **shared, PROT_READ, MAP_SHARED, fd, 0);
	if (p == MAP_FAILED)
		goto fail;
	*shared = p;
	return fd;
fail:
	err = -errno;
	close(fd);
	return err;
}

/* Signals at their defaults, and only the dowry survives the exec. */
static int
spawn(pid_t *pid, const char *exe, char *const argv[], const struct dowry *d)
{
	posix_spawn_file_actions_t files;
	int err;

	posix_spawn_file_actions_init(&files);
	/* Onto itself: takes the close-on-exec flag off. */
	posix_spawn_file_actions_adddup2(&files, d->sock, d->sock);
	posix_spawn_file_actions_adddup2(&files, d->file, d->file);
	posix_spawn_file_actions_adddup2(&files, d->shared, d->shared);
	err = spawn_clean(pid, exe, &files, argv);
	posix_spawn_file_actions_destroy(&files);
	return err;
}

static int
run_worker(struct child *c, const struct dowry *d)
{
	char sock[FD_TEXT], file[FD_TEXT], shared[FD_TEXT], parent[FD_TEXT];
	char uid[FD_TEXT], name[] = "pagetide", option[] = CHILD_WORKER_OPTION;
	char *argv[] = { name, option, sock, file, shared, parent, uid, NULL };
	const char *exe = c->as->exe;

	snprintf(sock, sizeof sock, "%d", d->sock);
	snprintf(file, sizeof file, "%d", d->file);
	snprintf(shared, sizeof shared, "%d", d->shared);
	snprintf(parent, sizeof parent, "%d", (int)getpid());
	snprintf(uid, sizeof uid, "%u", (unsigned)c->as->uid);
	return spawn(&c->subject.pid, exe != NULL ? exe : "/proc/self/exe",
	    argv, d);
}

/* Sockets, and memory to share: 0 or -errno. The dowry's socket is still to
 * be closed here. */
static int
provide(struct child *c, struct dowry *d)
{
	int pair[2];

	d->shared = share(&c->subject.shared);
	if (d->shared < 0)
		return d->shared;
	c->subject.shared_fd = d->shared;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
		return -errno;
	c->sock = pair[0];
	d->sock = pair[1];
	return 0;
}

/* And the process. */
static int
bring_up(struct child *c, int file_fd)
{
	struct dowry d = { .file = file_fd };
	int err = provide(c, &d);

	if (err != 0)
		return err;
	err = run_worker(c, &d);
	close(d.sock);
	return err;
}

/* What failed, and the limit that it is about. */
static void
explain(struct strbuf *why, int err, const char *exe)
{
	static const struct {
		int		 err, resource;
		const char	*letter;
	} limits[] = {
		{ EMFILE, RLIMIT_NOFILE, "n" },
		{ EAGAIN, RLIMIT_NPROC, "u" },
		{ EFBIG, RLIMIT_FSIZE, "f" },
	};
	struct rlimit l;
	size_t i;

	strbuf_adds(why, strerror(err));
	for (i = 0; i < sizeof limits / sizeof limits[0]; i++)
		if (limits[i].err == err &&
		    getrlimit(limits[i].resource, &l) == 0 &&
		    l.rlim_cur != RLIM_INFINITY)
			strbuf_addf(why, " (ulimit -%s is %llu)",
			    limits[i].letter, (unsigned long long)l.rlim_cur);
	if (err == ENOENT && exe == NULL)
		strbuf_adds(why, " (no /proc: it is /proc/self/exe)");
}

static int
child_send(void *self, const struct order *o)
{
	struct child *c = self;

	if (c->sock < 0)
		return -ESRCH;
	return send(c->sock, o, sizeof *o, MSG_DONTWAIT | MSG_NOSIGNAL) < 0 ?
	    -errno : 0;
}

static const struct subject *
child_subject(const void *self)
{
	const struct child *c = self;

	return c->sock >= 0 ? &c->subject : NULL;
}

static void
child_reap(void *self)
{
	struct child *c = self;
	int status;

	if (c->subject.pid == 0 ||
	    waitpid(c->subject.pid, &status, WNOHANG) != c->subject.pid)
		return;
	c->subject.pid = 0;
	while (take_report(c))
		;
	c->listener->died(c->arg, status);
}

/* Waits for the worker to end: its end of the socket closes. */
static bool
wait_end(const struct child *c)
{
	struct pollfd p = { .fd = c->sock };
	int n;

	do
		n = poll(&p, 1, END_WAIT_MS);
	while (n < 0 && errno == EINTR);
	return n > 0;
}

/* Reaps the process as soon as it is dead: its socket is closed before the
 * file, and closing that may hang. */
static void
await_end(const struct child *c)
{
	const struct timespec nap = { 0, NS_PER_MS };
	int naps;

	for (naps = 0; waitpid(c->subject.pid, NULL, WNOHANG) == 0 &&
	    naps < END_WAIT_MS; naps++)
		nanosleep(&nap, NULL);
}

/* Ends the process. One that even a kill does not end at once (it hangs in
 * dead storage) is left to init. */
static void
put_to_rest(struct child *c)
{
	struct order quit = { .op = ORDER_QUIT };

	if (child_send(c, &quit) != 0 || !wait_end(c)) {
		kill(c->subject.pid, SIGKILL);
		wait_end(c);
	}
	await_end(c);
}

static void
child_stop(void *self)
{
	struct child *c = self;

	if (c->subject.pid != 0)
		put_to_rest(c);
	if (c->sock >= 0)
		close(c->sock);
	if (c->subject.shared_fd > 0)
		close(c->subject.shared_fd);
	if (c->subject.shared != NULL)
		munmap((void *)c->subject.shared, sizeof *c->subject.shared);
	c->subject = (struct subject){ 0 };
	c->sock = -1;
	c->failures = 0;
	c->ended = false;
}

static int
child_start(void *self, int file_fd, struct strbuf *why)
{
	struct child *c = self;
	int err = bring_up(c, file_fd);

	if (err == 0)
		return 0;
	strbuf_adds(why, "cannot start the worker process: ");
	explain(why, -err, c->as->exe);
	child_stop(c);
	return err;
}

/* The order, with what the copy is to have. */
static int
send_dowry(const struct child *of, const struct order *o,
    const struct dowry *d)
{
	int fds[2] = { d->sock, d->shared };
	union {
		char	room[CMSG_SPACE(sizeof fds)];
		struct cmsghdr align;
	} u = { .room = { 0 } };
	struct iovec iov = { (void *)o, sizeof *o };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = u.room, .msg_controllen = sizeof u.room };
	struct cmsghdr *c = CMSG_FIRSTHDR(&msg);

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof fds);
	memcpy(CMSG_DATA(c), fds, sizeof fds);
	return sendmsg(of->sock, &msg, MSG_DONTWAIT | MSG_NOSIGNAL) < 0 ?
	    -errno : 0;
}

static int
child_fork(void *self, void *of, const struct order *o)
{
	struct child *c = self;
	struct dowry d = { .file = -1 };
	int err;

	if (((struct child *)of)->sock < 0)
		return -ESRCH;
	err = provide(c, &d);
	if (err == 0) {
		err = send_dowry(of, o, &d);
		close(d.sock);
	}
	if (err != 0)
		child_stop(c);
	return err;
}

static void
child_forked(void *self, pid_t pid)
{
	((struct child *)self)->subject.pid = pid;
}

static void
child_close(void *self)
{
	child_stop(self);
	free(self);
}

static const struct actor_ops child_ops = {
	.name = "worker",
	.start = child_start,
	.fork = child_fork,
	.forked = child_forked,
	.send = child_send,
	.fds = child_fds,
	.ready = child_ready,
	.reap = child_reap,
	.subject = child_subject,
	.stop = child_stop,
	.close = child_close,
};

void
child_open(struct actor *out, const struct actor_listener *listener, void *arg,
    const struct child_as *as)
{
	static const struct child_as usual = { 0 };
	struct child *c = xcalloc(1, sizeof *c);

	c->listener = listener;
	c->arg = arg;
	c->as = as != NULL ? as : &usual;
	c->sock = -1;
	out->ops = &child_ops;
	out->self = c;
}

/* Becomes another user, whose memory can be looked at all the same. */
static int
become(uid_t uid)
{
	if (setgroups(0, NULL) != 0 || setresgid(uid, uid, uid) != 0 ||
	    setresuid(uid, uid, uid) != 0 || prctl(PR_SET_DUMPABLE, 1) != 0)
		return -errno;
	return 0;
}

int
child_worker_main(int argc, char **argv)
{
	uint64_t n[5];
	int i;

	if (argc != 7)
		return 2;
	for (i = 0; i < 5; i++)
		if (units_parse_u64(argv[2 + i], 0, INT32_MAX, &n[i]) != 0)
			return 2;
	if (n[4] != 0 && become(n[4]) != 0)
		return 1;
	return worker_main(n[0], n[1], n[2], n[3]);
}
