#include "config.h"

#include "runcmd.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "pagetide/exits.h"
#include "pagetide/spawn.h"
#include "pagetide/strbuf.h"

#define BY_SIGNAL 128	/* and its number, as shells have it */
#define ENDING_TIMES 100	/* a second */

/* What it writes. fd or -errno. */
static int
open_output(const char *output)
{
	int fd = open(output != NULL ? output : "/dev/null", O_WRONLY |
	    O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, 0666);

	return fd < 0 ? -errno : fd;
}

static int
spawn(struct runcmd *r, char *const argv[], int out)
{
	posix_spawn_file_actions_t files;
	int err;

	posix_spawn_file_actions_init(&files);
	/* Keys are for us. */
	if (isatty(STDIN_FILENO))
		posix_spawn_file_actions_addopen(&files, STDIN_FILENO,
		    "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&files, out, STDOUT_FILENO);
	posix_spawn_file_actions_adddup2(&files, out, STDERR_FILENO);
	err = spawn_group(&r->pid, argv[0], &files, argv);
	posix_spawn_file_actions_destroy(&files);
	return err;
}

int
runcmd_start(struct runcmd *r, char *const argv[], const char *output,
    struct strbuf *why)
{
	int out = open_output(output), err;

	*r = (struct runcmd){ .name = argv[0] };
	if (out < 0) {
		strbuf_addf(why, "can't write %s: %s", output, strerror(-out));
		return RUN_FAIL;
	}
	err = spawn(r, argv, out);
	close(out);
	if (err != 0)
		r->pid = 0;
	snprintf(r->path, sizeof r->path, "%d", (int)r->pid);
	if (err == 0)
		return 0;
	strbuf_addf(why, "can't run %s: %s", argv[0], strerror(-err));
	return err == -ENOENT ? RUN_MISSING : RUN_CANNOT;
}

/* One without memory is about to end: it is looked so many times. */
static bool
has_ended(const struct runcmd *r, int times, int *how)
{
	const struct timespec t = { .tv_nsec = 10 * 1000 * 1000 };

	while (waitpid(r->pid, how, WNOHANG) != r->pid) {
		if (--times == 0)
			return false;
		nanosleep(&t, NULL);
	}
	return true;
}

int
runcmd_end(const struct runcmd *r, int status, struct strbuf *why)
{
	int how;

	if (r->pid == 0)
		return status < RUN_FAIL ? RUN_FAIL : status;
	if (has_ended(r, status == EXIT_TARGET ? ENDING_TIMES : 1, &how)) {
		/* That it has ended is no failure of ours. */
		strbuf_reset(why);
		return WIFSIGNALED(how) ? BY_SIGNAL + WTERMSIG(how) :
		    WEXITSTATUS(how);
	}
	if (status != EXIT_OK)
		return RUN_FAIL;
	strbuf_addf(why, "%s goes on, as process %d", r->name, (int)r->pid);
	return EXIT_OK;
}
