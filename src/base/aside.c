#include "config.h"

#include "pagetide/aside.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pagetide/spawn.h"
#include "pagetide/xalloc.h"

#define NUMBER_TEXT 24

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
aside_end(struct aside *a)
{
	if (a->fd >= 0)
		close(a->fd);
	if (a->pid != 0) {
		kill(a->pid, SIGKILL);
		leave(a->pid);
	}
	aside_init(a);
	aside_reap();
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
