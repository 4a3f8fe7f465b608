#include "config.h"

#include "guardian.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "pagetide/dieby.h"
#include "pagetide/exits.h"
#include "pagetide/storage.h"

/* Enough for all that a process has to clear away. */
#define END_S	1

static void
guarded(sigset_t *set)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT,
		SIGCHLD };
	struct sigaction now;
	unsigned i;

	sigemptyset(set);
	for (i = 0; i < sizeof signals / sizeof *signals; i++)
		if (sigaction(signals[i], NULL, &now) == 0 &&
		    now.sa_handler != SIG_IGN)
			sigaddset(set, signals[i]);
}

/* Has it ended? */
static bool
reap(pid_t pid, int *status)
{
	return waitpid(pid, status, WNOHANG) == pid;
}

/* Until it has ended: 0, or the signal that is to end us before it has. */
static int
watch(pid_t pid, const sigset_t *set, int *status)
{
	const struct timespec end = { END_S, 0 };
	int sig, first = 0;

	while (!reap(pid, status)) {
		sig = sigtimedwait(set, NULL, first != 0 ? &end : NULL);
		if (sig < 0 && errno == EAGAIN)
			return first;
		if (sig <= 0 || sig == SIGCHLD)
			continue;
		kill(pid, sig);
		first = sig;
	}
	return 0;
}

static void
leave(pid_t pid)
{
	fprintf(stderr, "pagetide: process %ld hangs in storage and is left "
	    "behind\n", (long)pid);
	/* It is killed when we have ended: dead before us it would leave us
	 * alone with files whose closing hangs. */
	close(STDIN_FILENO);
	close(STDOUT_FILENO);
	close(STDERR_FILENO);
}

int
guardian_run(int (*work)(void *arg), void *arg)
{
	sigset_t set, before;
	pid_t parent = getpid(), pid;
	int status = 0, sig;

	guarded(&set);
	sigprocmask(SIG_BLOCK, &set, &before);
	pid = storage_fork();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		sigprocmask(SIG_SETMASK, &before, NULL);
		_exit(getppid() == parent ? work(arg) : EXIT_FAIL);
	}
	if (pid < 0) {
		sigprocmask(SIG_SETMASK, &before, NULL);
		return work(arg);
	}
	sig = watch(pid, &set, &status);
	if (sig != 0)
		leave(pid);
	else if (WIFSIGNALED(status))
		sig = WTERMSIG(status);
	sigprocmask(SIG_SETMASK, &before, NULL);
	if (sig != 0)
		die_by(sig);
	return WEXITSTATUS(status);
}
