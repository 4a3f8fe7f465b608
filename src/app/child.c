#include "config.h"

#include "child.h"

#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pagetide/order.h"
#include "pagetide/strbuf.h"
#include "pagetide/units.h"
#include "pagetide/worker.h"
#include "pagetide/xalloc.h"

#define END_WAIT_MS	200
#define FD_TEXT		12	/* bytes of an int as text */

struct child {
	const struct child_ops *ops;
	void		*arg;
	pid_t		 pid;		/* 0: reaped */
	int		 sock;
	struct event	*readable;
	const struct work_shared *shared;
	int		 shared_fd;	/* 0: none */
};

/* The fds a worker is born with. */
struct dowry { int sock, file, shared; };

/* One report, so that a callback finds the child as it was: the event comes
 * again while there are more. False: no more for now. */
static bool
take_report(struct child *c)
{
	struct report r;
	ssize_t n;

	n = recv(c->sock, &r, sizeof r, MSG_DONTWAIT);
	if (n == 0)
		event_del(c->readable);
	if (n == sizeof r)
		c->ops->report(c->arg, &r);
	return n > 0;
}

static void
on_readable(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	take_report(arg);
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
	posix_spawnattr_t attr;
	sigset_t set;
	int err;

	posix_spawnattr_init(&attr);
	posix_spawn_file_actions_init(&files);
	posix_spawnattr_setflags(&attr,
	    POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
	sigfillset(&set);
	posix_spawnattr_setsigdefault(&attr, &set);
	sigemptyset(&set);
	posix_spawnattr_setsigmask(&attr, &set);
	/* Onto itself: takes the close-on-exec flag off. */
	posix_spawn_file_actions_adddup2(&files, d->sock, d->sock);
	posix_spawn_file_actions_adddup2(&files, d->file, d->file);
	posix_spawn_file_actions_adddup2(&files, d->shared, d->shared);
	err = posix_spawn(pid, exe, &files, &attr, argv, environ);
	posix_spawn_file_actions_destroy(&files);
	posix_spawnattr_destroy(&attr);
	return -err;
}

static int
run_worker(struct child *c, const struct dowry *d)
{
	char sock[FD_TEXT], file[FD_TEXT], shared[FD_TEXT], parent[FD_TEXT];
	char uid[FD_TEXT], name[] = "pagetide", option[] = CHILD_WORKER_OPTION;
	char *argv[] = { name, option, sock, file, shared, parent, uid, NULL };
	const char *exe = c->ops->exe;

	snprintf(sock, sizeof sock, "%d", d->sock);
	snprintf(file, sizeof file, "%d", d->file);
	snprintf(shared, sizeof shared, "%d", d->shared);
	snprintf(parent, sizeof parent, "%d", (int)getpid());
	snprintf(uid, sizeof uid, "%u", (unsigned)c->ops->uid);
	return spawn(&c->pid, exe != NULL ? exe : "/proc/self/exe", argv, d);
}

/* Sockets, shared memory, process, event: 0 or -errno. */
static int
bring_up(struct child *c, struct event_base *base, int file_fd)
{
	struct dowry d = { .file = file_fd };
	int pair[2], err;

	d.shared = share(&c->shared);
	if (d.shared < 0)
		return d.shared;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) {
		err = -errno;
		close(d.shared);
		return err;
	}
	c->sock = pair[0];
	d.sock = pair[1];
	err = run_worker(c, &d);
	close(d.sock);
	c->shared_fd = d.shared;
	if (err != 0)
		return err;
	c->readable = event_new(base, c->sock, EV_READ | EV_PERSIST,
	    on_readable, c);
	if (c->readable == NULL || event_add(c->readable, NULL) != 0)
		return -ENOMEM;
	return 0;
}

struct child *
child_start(struct event_base *base, const struct child_ops *ops, void *arg,
    int file_fd, struct strbuf *why)
{
	struct child *c;
	int err;

	c = xcalloc(1, sizeof *c);
	c->ops = ops;
	c->arg = arg;
	c->sock = -1;
	err = bring_up(c, base, file_fd);
	if (err == 0)
		return c;
	strbuf_addf(why, "cannot start the worker process: %s",
	    strerror(-err));
	child_stop(c);
	errno = -err;
	return NULL;
}

int
child_send(struct child *c, const struct order *o)
{
	ssize_t n;

	n = send(c->sock, o, sizeof *o, MSG_DONTWAIT | MSG_NOSIGNAL);
	return n < 0 ? -errno : 0;
}

pid_t
child_pid(const struct child *c)
{
	return c->pid;
}

const struct work_shared *
child_shared(const struct child *c)
{
	return c->shared;
}

int
child_shared_fd(const struct child *c)
{
	return c->shared_fd;
}

void
child_reap(struct child *c)
{
	int status;

	if (c->pid == 0 || waitpid(c->pid, &status, WNOHANG) != c->pid)
		return;
	c->pid = 0;
	while (take_report(c))
		;
	c->ops->died(c->arg, status);
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

/* Ends the process. One that even a kill does not end at once (it hangs in
 * dead storage) is left to init. */
static void
put_to_rest(struct child *c)
{
	struct order quit = { .op = ORDER_QUIT };
	int flags = 0;

	if (child_send(c, &quit) != 0 || !wait_end(c)) {
		kill(c->pid, SIGKILL);
		if (!wait_end(c))
			flags = WNOHANG;
	}
	while (waitpid(c->pid, NULL, flags) < 0 && errno == EINTR)
		;
	c->pid = 0;
}

void
child_stop(struct child *c)
{
	if (c->pid != 0)
		put_to_rest(c);
	if (c->readable != NULL)
		event_free(c->readable);
	if (c->sock >= 0)
		close(c->sock);
	if (c->shared_fd > 0)
		close(c->shared_fd);
	if (c->shared != NULL)
		munmap((void *)c->shared, sizeof *c->shared);
	free(c);
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
