/*
 * confine SECONDS MIB LOG COMMAND [ARGUMENT]...
 *
 * Runs one test that may go wrong in any way: a mutant loops forever, starts
 * processes that leave their session, or fills the disk or memory. It gets a
 * session of its own, no core file, SECONDS of time, and MIB of the free space
 * where LOG is; a tenth of the memory stays free. What it prints goes to LOG.
 *
 * Ends as soon as the test has failed, by its TAP ("not ok" without "# SKIP",
 * "Bail out!") or by its status, and leaves no process behind: it adopts the
 * orphans of what it started, and ends all of them.
 *
 * Status 0: passed, 1: failed, 2: it could not be run, 3: time or space was
 * up.
 */
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define TICK_MS		50
#define GRACE_MS	2000

static char	line[256];	/* the line that is being printed, its start */
static size_t	line_len;
static volatile sig_atomic_t stop;

static void
on_signal(int sig)
{
	(void)sig;
	stop = 1;
}

static int64_t
now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static int64_t
free_mib(int fd)
{
	struct statvfs v;

	return fstatvfs(fd, &v) != 0 ? INT64_MAX :
	    (int64_t)(v.f_bavail * (v.f_frsize >> 10) >> 10);
}

/* Is memory nearly out? The test may map as much as it likes. */
static bool
memory_is_low(void)
{
	unsigned long long total = 0, available = 0;
	char text[64];
	FILE *f = fopen("/proc/meminfo", "r");

	if (f == NULL)
		return false;
	while (fgets(text, sizeof text, f) != NULL) {
		sscanf(text, "MemTotal: %llu", &total);
		sscanf(text, "MemAvailable: %llu", &available);
	}
	fclose(f);
	return available < total / 10;
}

static void
no_core_file(void)
{
	struct rlimit r;

	if (getrlimit(RLIMIT_CORE, &r) != 0)
		return;
	r.rlim_cur = 0;
	setrlimit(RLIMIT_CORE, &r);
}

static pid_t
start(char **argv, int *from)
{
	int p[2];
	pid_t pid;

	if (pipe2(p, O_CLOEXEC) != 0 || (pid = fork()) < 0)
		err(2, "cannot start");
	if (pid == 0) {
		setsid();
		no_core_file();
		dup2(open("/dev/null", O_RDWR), 0);
		dup2(p[1], 1);
		dup2(p[1], 2);
		execvp(argv[0], argv);
		err(126, "%s", argv[0]);
	}
	close(p[1]);
	*from = p[0];
	return pid;
}

/* Does the line say that the test failed? */
static bool
is_failure(void)
{
	line[line_len] = '\0';
	return strncmp(line, "Bail out!", 9) == 0 ||
	    (strncmp(line, "not ok", 6) == 0 && strstr(line, "# SKIP") == NULL);
}

static bool
feed(const char *s, size_t n)
{
	bool failed = false;

	for (; n > 0; s++, n--) {
		if (*s == '\n') {
			failed |= is_failure();
			line_len = 0;
		} else if (line_len < sizeof line - 1) {
			line[line_len++] = *s;
		}
	}
	return failed;
}

/* Reads what there is; true when it says that the test failed. */
static bool
take(int *from, int log)
{
	char buf[4096];
	ssize_t n = read(*from, buf, sizeof buf);

	if (n <= 0) {
		*from = -1;
		return false;
	}
	if (write(log, buf, (size_t)n) != n)
		warn("log");
	return feed(buf, (size_t)n);
}

/* Signals every child of ours; orphans become ours. How many there are. */
static int
signal_children(int sig)
{
	char name[64];
	int n = 0, pid;
	FILE *f;

	snprintf(name, sizeof name, "/proc/self/task/%d/children", getpid());
	f = fopen(name, "r");
	if (f == NULL)
		err(2, "%s", name);
	while (fscanf(f, "%d", &pid) == 1) {
		kill(pid, sig);
		n++;
	}
	fclose(f);
	return n;
}

/* Buries the dead; true when the test is among them, with its state. */
static bool
reap(pid_t test, int *state)
{
	bool found = false;
	int any;
	pid_t pid;

	while ((pid = waitpid(-1, &any, WNOHANG)) > 0) {
		if (pid != test)
			continue;
		found = true;
		*state = any;
	}
	return found;
}

static void
wait_a_moment(void)
{
	const struct timespec moment = { .tv_nsec = 10 * 1000 * 1000 };

	nanosleep(&moment, NULL);
}

/* The test may tidy up for a while, then all that is left of it is killed. */
static void
end_all(pid_t test)
{
	int64_t until = now_ms() + GRACE_MS;
	int state;

	if (test > 0) {
		kill(-test, SIGTERM);
		while (now_ms() < until && !reap(test, &state))
			wait_a_moment();
	}
	while (signal_children(SIGKILL) > 0) {
		wait_a_moment();
		reap(0, &state);
	}
}

/* Watches the test until it ends (test becomes 0) or has to. */
static int
watch(pid_t *test, int from, int log, int64_t until, int64_t least_mib)
{
	struct pollfd p = { .fd = from, .events = POLLIN };
	bool ended = false;
	int state = 0;

	for (;;) {
		ended = ended || reap(*test, &state);
		if (poll(&p, 1, ended ? 0 : TICK_MS) > 0) {
			if (take(&p.fd, log))
				return 1;
		} else if (ended) {
			*test = 0;
			return state == 0 ? 0 : 1;
		}
		if (stop || now_ms() > until || free_mib(log) < least_mib ||
		    memory_is_low())
			return 3;
	}
}

int
main(int argc, char **argv)
{
	int from, log, status;
	pid_t test;

	if (argc < 5)
		errx(2, "usage: confine SECONDS MIB LOG COMMAND...");
	log = open(argv[3], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (log < 0)
		err(2, "%s", argv[3]);
	signal(SIGINT, on_signal);
	signal(SIGTERM, on_signal);
	signal(SIGHUP, on_signal);
	if (prctl(PR_SET_CHILD_SUBREAPER, 1) != 0 ||
	    prctl(PR_SET_PDEATHSIG, SIGTERM) != 0)
		err(2, "prctl");
	test = start(argv + 4, &from);
	status = watch(&test, from, log, now_ms() + 1000 * atol(argv[1]),
	    free_mib(log) - atol(argv[2]));
	end_all(test);
	return status;
}
