/* pagetide run: a command that is started to be watched. */
#ifndef PAGETIDE_RUNCMD_H
#define PAGETIDE_RUNCMD_H

#include <stdbool.h>
#include <sys/types.h>

struct strbuf;

/* Statuses of what is no status of the command, as env(1) and timeout(1) have
 * them. */
enum {
	RUN_FAIL = 125,		/* our own */
	RUN_CANNOT = 126,	/* it can't be executed */
	RUN_MISSING = 127,	/* it is not there */
};

struct runcmd {
	const char	*name;
	pid_t		 pid;
	char		 path[16];	/* the same as text */
};

/*
 * Starts it, in a process group of its own, so that Ctrl-C is not for it; with
 * its standard output and error in that file (NULL: nowhere), and without a
 * terminal for its input. 0, or a status with why.
 */
int	runcmd_start(struct runcmd *, char *const argv[], const char *output,
	    struct strbuf *why);
/* Its status, when we end with that one; ours, if it was not started; where it still runs it goes on, and
 * why says so. */
int	runcmd_end(const struct runcmd *, int status, struct strbuf *why);

#endif
