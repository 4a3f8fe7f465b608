#include "faultrun.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

char *
read_whole(const char *path)
{
	FILE *fp = fopen(path, "re");
	size_t len = 0, cap = 0, n;
	char *text = NULL;

	do {
		if (cap - len < 4096 &&
		    (text = realloc(text, cap += cap + 8192)) == NULL)
			err(1, NULL);
		n = fp != NULL ? fread(text + len, 1, cap - len - 1, fp) : 0;
		len += n;
	} while (n > 0);
	text[len] = '\0';
	if (fp != NULL)
		fclose(fp);
	return text;
}

static void
redirect(const char *path, int flags, int to)
{
	int fd = open(path, flags | O_CLOEXEC, 0644);

	if (fd < 0 || dup2(fd, to) < 0)
		err(1, "%s", path);
}

static void __attribute__((noreturn))
become(const struct run_how *how, const char *spec)
{
	char path[4096];

	setpgid(0, 0);
	if (spec != NULL)
		setenv("FAILNTH", spec, 1);
	else
		unsetenv("FAILNTH");
	snprintf(path, sizeof path, "%s/report", how->dir);
	setenv("FAILNTH_REPORT", path, 1);
	redirect(how->input != NULL ? how->input : "/dev/null", O_RDONLY, 0);
	snprintf(path, sizeof path, "%s/out", how->dir);
	redirect(path, O_WRONLY | O_CREAT | O_TRUNC, 1);
	snprintf(path, sizeof path, "%s/err", how->dir);
	redirect(path, O_WRONLY | O_CREAT | O_TRUNC, 2);
	execvp(how->argv[0], how->argv);
	err(127, "%s", how->argv[0]);
}

enum { AFTER_TERM_MS = 15000 };

/* Waits until it ends, or kills it when that takes too long. */
static void
wait_end(const struct run_how *how, pid_t pid, struct run *r)
{
	struct pollfd p = { .fd = (int)syscall(SYS_pidfd_open, pid, 0),
		.events = POLLIN };

	if (p.fd < 0)
		err(1, "pidfd_open");
	if (how->term_ms > 0 && poll(&p, 1, (int)how->term_ms) == 0) {
		r->sent_term = true;
		kill(pid, SIGTERM);
		r->hung = poll(&p, 1, AFTER_TERM_MS) == 0;
	} else {
		r->hung = poll(&p, 1, (int)how->limit_s * 1000) == 0;
	}
	if (r->hung)
		kill(-pid, SIGKILL);
	while (waitpid(pid, &r->status, 0) < 0 && errno == EINTR)
		;
	close(p.fd);
}

static void
read_report(const char *path, struct run *r)
{
	FILE *fp = fopen(path, "re");
	char line[256], name[24];
	unsigned long long n, arg;

	while (fp != NULL && fgets(line, sizeof line, fp) != NULL) {
		if (sscanf(line, "count %23s %llu", name, &n) == 2 &&
		    r->n_counts < COUNTS_MAX) {
			struct call_count *c = &r->counts[r->n_counts++];

			strcpy(c->name, name);
			c->n = n;
		}
		if (sscanf(line, "hit %23s %llu %llu", name, &n, &arg) == 3) {
			r->hit = true;
			r->hit_arg = arg;
		}
		if (sscanf(line, "left %llu", &n) == 1)
			r->left = (int)n;
	}
	if (fp != NULL)
		fclose(fp);
}

void
run_command(const struct run_how *how, const char *spec, struct run *r)
{
	char path[4096];
	pid_t pid;

	*r = (struct run){ 0 };
	snprintf(path, sizeof path, "%s/report", how->dir);
	unlink(path);
	pid = fork();
	if (pid < 0)
		err(1, "fork");
	if (pid == 0)
		become(how, spec);
	wait_end(how, pid, r);
	read_report(path, r);
	snprintf(path, sizeof path, "%s/out", how->dir);
	r->out = read_whole(path);
	snprintf(path, sizeof path, "%s/err", how->dir);
	r->err = read_whole(path);
}

void
run_done(struct run *r)
{
	free(r->out);
	free(r->err);
}
