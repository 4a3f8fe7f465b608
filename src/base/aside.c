#include "config.h"

#include "pagetide/aside.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pagetide/replace.h"
#include "pagetide/spawn.h"
#include "pagetide/xalloc.h"

#define NUMBER_TEXT 24

/* What a copy of ours says goes here; descriptors from there on are closed,
 * where the kernel can't close all, up to so many. */
#define SAYS_FD (STDERR_FILENO + 1)
#define KEPT_FD (SAYS_FD + 1)
#define FDS_MAX 1024

/* Processes that were ended, and whose end has not come yet: a process keeps
 * its place in the kernel's table until its parent has heard of it. */
static pid_t *left;
static size_t n_left;

void
aside_init(struct aside *a)
{
	*a = (struct aside){ .fd = -1 };
}

static void
leave(pid_t pid)
{
	left = xreallocarray(left, n_left + 1, sizeof *left);
	left[n_left++] = pid;
}

void
aside_leave(struct aside *a)
{
	if (a->fd >= 0)
		close(a->fd);
	if (a->pid != 0)
		leave(a->pid);
	aside_init(a);
	aside_reap();
}

void
aside_end(struct aside *a)
{
	if (a->pid != 0)
		kill(a->pid, a->tidies ? SIGTERM : SIGKILL);
	aside_leave(a);
}

void
aside_reap(void)
{
	size_t i, n = 0;

	for (i = 0; i < n_left; i++)
		if (waitpid(left[i], NULL, WNOHANG) == 0)
			left[n++] = left[i];
	n_left = n;
	if (n == 0) {
		free(left);
		left = NULL;
	}
}

/* It has end as what by says, and nothing else of ours but what is given. */
static int
spawn(struct aside *a, const struct aside_what *what, char *const argv[],
    int end)
{
	posix_spawn_file_actions_t files;
	int err;

	posix_spawn_file_actions_init(&files);
	if (what->by == ASIDE_TALKS)
		posix_spawn_file_actions_adddup2(&files, end, STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&files, end, STDOUT_FILENO);
	if (what->as_fd != 0)
		posix_spawn_file_actions_adddup2(&files, what->fd,
		    what->as_fd);
	err = spawn_clean(&a->pid, "/proc/self/exe", &files, argv);
	posix_spawn_file_actions_destroy(&files);
	if (err != 0)
		a->pid = 0;
	return err;
}

/* With the numbers and the text as arguments. */
static int
run(struct aside *a, const struct aside_what *what, int end)
{
	char text[ASIDE_NUMBERS][NUMBER_TEXT], name[] = "pagetide";
	char *argv[2 + ASIDE_NUMBERS + 2] = { name, (char *)what->option };
	unsigned i;

	for (i = 0; i < what->n; i++) {
		argv[2 + i] = text[i];
		snprintf(text[i], sizeof text[i], "%" PRIu64,
		    what->number[i]);
	}
	argv[2 + i] = (char *)what->text;
	return spawn(a, what, argv, end);
}

/* ends[0] is ours, and does not block; its own end may. */
static int
open_ends(enum aside_by by, int ends[2])
{
	int rc = by == ASIDE_TALKS ?
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) :
	    pipe2(ends, O_CLOEXEC);

	if (rc == 0)
		rc = fcntl(ends[0], F_SETFL, O_NONBLOCK);
	return rc == 0 ? 0 : -errno;
}

int
aside_start(struct aside *a, const struct aside_what *what)
{
	int ends[2] = { -1, -1 }, rc;

	aside_end(a);
	rc = open_ends(what->by, ends);
	if (rc == 0)
		rc = run(a, what, ends[1]);
	if (ends[1] >= 0)
		close(ends[1]);
	a->fd = ends[0];
	if (rc != 0)
		aside_end(a);
	return rc;
}

/* A signal to a copy of ours: a file that it writes in place is finished. */
static void
give_up(int sig)
{
	if (replace_give_up())
		_exit(128 + sig);
}

static void
end_unsaid(void)
{
	_exit(1);
}

/* No handler of ours: they wake a loop that is not the copy's, or give back
 * the terminal, which is not the copy's either. */
static void
reset_signals(void)
{
	static const int ignored[] = { SIGPIPE, SIGXFSZ, SIGTSTP };
	static const int ending[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
	struct sigaction act = { .sa_handler = give_up };
	sigset_t none;
	size_t i;

	for (int sig = 1; sig < NSIG; sig++)
		signal(sig, SIG_DFL);
	for (i = 0; i < sizeof ignored / sizeof *ignored; i++)
		signal(ignored[i], SIG_IGN);
	sigfillset(&act.sa_mask);
	for (i = 0; i < sizeof ending / sizeof *ending; i++)
		sigaction(ending[i], &act, NULL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* The standard ones stay, as what they lead to may have to be known again. */
static void
keep_only(int says, int fd)
{
	int i, null = open("/dev/null", O_RDWR | O_CLOEXEC);

	for (i = 0; i < SAYS_FD; i++)
		if (isatty(i) && null >= 0)
			dup2(null, i);
	/* Neither may be where the other goes. */
	says = fcntl(says, F_DUPFD, KEPT_FD + 1);
	fd = fd >= 0 ? fcntl(fd, F_DUPFD, KEPT_FD + 1) : -1;
	dup2(says, SAYS_FD);
	if (fd >= 0)
		dup2(fd, KEPT_FD);
	else
		close(KEPT_FD);
	if (close_range(KEPT_FD + 1, ~0u, 0) != 0)
		for (i = KEPT_FD + 1; i < FDS_MAX; i++)
			close(i);
}

static void be_copy(pid_t parent, int says, const struct aside_copy *)
    __attribute__((noreturn));

static void
be_copy(pid_t parent, int says, const struct aside_copy *c)
{
	fatal_set_cleanup(end_unsaid);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	reset_signals();
	keep_only(says, c->fd);
	if (getppid() == parent)
		c->run(c->arg, SAYS_FD, c->fd >= 0 ? KEPT_FD : -1);
	_exit(0);
}

int
aside_fork(struct aside *a, const struct aside_copy *c)
{
	int ends[2] = { -1, -1 }, rc;
	pid_t self = getpid();
	sigset_t all, mask;

	aside_end(a);
	rc = open_ends(c->by, ends);
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &mask);
	if (rc == 0 && (a->pid = fork()) == 0)
		be_copy(self, ends[1], c);
	if (a->pid < 0)
		rc = -errno;
	sigprocmask(SIG_SETMASK, &mask, NULL);
	if (ends[1] >= 0)
		close(ends[1]);
	a->fd = ends[0];
	a->tidies = true;
	if (rc == 0)
		return 0;
	a->pid = 0;
	aside_end(a);
	return rc;
}
