/*
 * failnth [-f CALL:N[+][:ERROR]] [-r REPORT] -- COMMAND [ARGUMENT]...
 *
 * Runs the command; the Nth CALL of it and of all that it starts fails with
 * ERROR (the first of its row in calls.c unless said), with + all after it,
 * too; every other goes on.
 * CALL is a system call, or "alloc" for an allocation of memory, which fails
 * with ENOMEM. Without -f nothing fails, and all are counted. Calls of the
 * dynamic linker and of a sanitizer are not the command's and don't count.
 *
 * FAILNTH and FAILNTH_REPORT in the environment are the options' defaults, so
 * that who runs the command through another program can say them, too.
 *
 * The report has lines of
 *
 *   count CALL N       so often it was made
 *   hit CALL N ARG     it failed; the first argument, of the last that did
 *   left N             so many processes went on two seconds after the
 *                      command had ended; they were killed
 *
 * Exit status and signal are the command's; 77 where the kernel cannot do it.
 * A seccomp filter hands the calls to this process, which only lets them go
 * on or fail: nothing is traced, forks and libraries are covered.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "calls.h"
#include "failalloc.h"

#ifndef SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV
#define SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV (1UL << 5)
#endif

enum { MAX_CALLS = 128, MAX_RANGES = 64, LINGER_MS = 2000, CANNOT = 77 };

/* Code whose calls are counted or not. */
struct range {
	uint64_t	from, to;
	bool		ours;
};

static struct {
	const struct call	*call;	/* NULL: count all */
	bool			 alloc;	/* an allocation is to fail */
	bool			 on;	/* and all after it */
	uint64_t		 n;
	int			 error;
	const char		*report;
} opt;

/* Shared with the child until it becomes the command. */
static struct {
	int	fd;		/* the listener, in the child; -1: not yet */
	int	taken;		/* the parent has it */
} *volatile handover;

static struct failalloc *allocs;
static uint64_t counts[MAX_CALLS];
static struct range ranges[MAX_RANGES];
static size_t n_ranges;
static bool started;		/* the command runs, no longer what execs it */
static bool was_hit;
static uint64_t hit_arg;

static void __attribute__((noreturn))
usage(void)
{
	errx(2, "usage: failnth [-f CALL:N[+][:ERROR]] [-r REPORT] -- "
	    "COMMAND [ARGUMENT]...");
}

static void
parse_spec(char *spec)
{
	char *name = strtok(spec, ":"), *n = strtok(NULL, ":");
	char *error = strtok(NULL, ":");

	if (name == NULL || n == NULL || (opt.n = strtoull(n, NULL, 10)) == 0)
		usage();
	opt.on = strchr(n, '+') != NULL;
	opt.alloc = strcmp(name, "alloc") == 0;
	if (opt.alloc)
		return;
	opt.call = call_find(name);
	if (opt.call == NULL)
		errx(2, "no such call: %s", name);
	opt.error = error == NULL ? opt.call->errors[0] : error_find(error);
	if (opt.error == 0)
		errx(2, "no such error: %s", error);
}

static void
parse(int argc, char **argv)
{
	char *spec = getenv("FAILNTH");
	int c;

	opt.report = getenv("FAILNTH_REPORT");
	while ((c = getopt(argc, argv, "+f:r:")) != -1) {
		if (c == 'f')
			spec = optarg;
		else if (c == 'r')
			opt.report = optarg;
		else
			usage();
	}
	if (optind >= argc)
		usage();
	if (spec != NULL && *spec != '\0')
		parse_spec(spec);
	unsetenv("FAILNTH");
	unsetenv("FAILNTH_REPORT");
}

/* The library counts in a file that nobody else can see. */
static void
prepare_allocs(void)
{
	static char preload[8192], options[4096];
	char self[4096], path[64], *slash, *before;
	ssize_t len = readlink("/proc/self/exe", self, sizeof self - 32);
	int fd = memfd_create("failalloc", 0);

	if (len < 0 || fd < 0 || ftruncate(fd, sizeof *allocs) != 0)
		err(CANNOT, "counting allocations");
	self[len] = '\0';
	slash = strrchr(self, '/');
	strcpy(slash + 1, "failalloc.so");
	allocs = mmap(NULL, sizeof *allocs, PROT_READ | PROT_WRITE, MAP_SHARED,
	    fd, 0);
	if (allocs == MAP_FAILED)
		err(CANNOT, "counting allocations");
	allocs->fail_at = opt.alloc ? opt.n : 0;
	allocs->fail_on = opt.on;
	snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)getpid(), fd);
	fcntl(fd, F_SETFD, FD_CLOEXEC);
	setenv("FAILALLOC", path, 1);
	before = getenv("LD_PRELOAD");
	snprintf(preload, sizeof preload, "%s%s%s", self,
	    before != NULL ? ":" : "", before != NULL ? before : "");
	setenv("LD_PRELOAD", preload, 1);
	/* It has to know that another library may be before it. */
	before = getenv("ASAN_OPTIONS");
	snprintf(options, sizeof options, "%s%sverify_asan_link_order=0",
	    before != NULL ? before : "", before != NULL ? ":" : "");
	setenv("ASAN_OPTIONS", options, 1);
}

/* Hands over the calls that are looked at, lets all others go on. */
static int
install_filter(void)
{
	static struct sock_filter f[2 * MAX_CALLS + 2];
	struct sock_fprog program = { 0, f };
	const struct call *c;
	unsigned short n = 0;
	unsigned long flags = SECCOMP_FILTER_FLAG_NEW_LISTENER;
	long fd;

	f[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
	    offsetof(struct seccomp_data, nr));
	for (c = call_table; c->name != NULL; c++) {
		if (opt.call != NULL && c != opt.call)
			continue;
		f[n++] = (struct sock_filter)BPF_JUMP(
		    BPF_JMP | BPF_JEQ | BPF_K, c->nr, 0, 1);
		f[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K,
		    SECCOMP_RET_USER_NOTIF);
	}
	f[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K,
	    SECCOMP_RET_ALLOW);
	program.len = n;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return -1;
	/* Else a call that a signal interrupts is handed over twice. */
	fd = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
	    flags | SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV, &program);
	if (fd < 0)
		fd = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags,
		    &program);
	return (int)fd;
}

/* The child: no call between the filter and the exchange may be one that is
 * handed over, nobody would answer. */
static void __attribute__((noreturn))
become(char **argv)
{
	int fd;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	fd = install_filter();
	__atomic_store_n(&handover->fd, fd < 0 ? -2 : fd, __ATOMIC_SEQ_CST);
	while (__atomic_load_n(&handover->taken, __ATOMIC_SEQ_CST) == 0)
		sched_yield();
	if (fd < 0)
		_exit(CANNOT);
	syscall(SYS_close, fd);
	execvp(argv[0], argv);
	_exit(127);
}

static int
take_listener(pid_t pid)
{
	int fd, pidfd = (int)syscall(SYS_pidfd_open, pid, 0), listener = -1;

	while ((fd = __atomic_load_n(&handover->fd, __ATOMIC_SEQ_CST)) == -1)
		sched_yield();
	if (fd >= 0)
		listener = (int)syscall(SYS_pidfd_getfd, pidfd, fd, 0);
	if (listener < 0) {
		kill(pid, SIGKILL);
		err(CANNOT, "no filter can be installed");
	}
	close(pidfd);
	__atomic_store_n(&handover->taken, 1, __ATOMIC_SEQ_CST);
	return listener;
}

/* Learns whose code is where in the process. */
static void
read_ranges(pid_t pid)
{
	char path[64], line[4400];
	FILE *fp;

	snprintf(path, sizeof path, "/proc/%d/maps", (int)pid);
	fp = fopen(path, "re");
	n_ranges = 0;
	while (fp != NULL && n_ranges < MAX_RANGES &&
	    fgets(line, sizeof line, fp) != NULL) {
		struct range *r = &ranges[n_ranges];
		unsigned long from, to;
		char mode[8];

		if (sscanf(line, "%lx-%lx %7s", &from, &to, mode) != 3 ||
		    mode[2] != 'x')
			continue;
		*r = (struct range){ from, to,
			strstr(line, "/ld-linux") == NULL &&
			strstr(line, "/ld-musl") == NULL &&
			strstr(line, "/ld64.so") == NULL &&
			strstr(line, "san.so") == NULL };
		n_ranges++;
	}
	if (fp != NULL)
		fclose(fp);
}

static const struct range *
range_of(uint64_t at)
{
	size_t i;

	for (i = 0; i < n_ranges; i++)
		if (at >= ranges[i].from && at < ranges[i].to)
			return &ranges[i];
	return NULL;
}

static bool
counts_here(const struct seccomp_notif *req)
{
	const struct range *r = range_of(req->data.instruction_pointer);

	if (r == NULL) {
		read_ranges((pid_t)req->pid);
		r = range_of(req->data.instruction_pointer);
	}
	return r != NULL && r->ours;
}

/* Counts a call; true if it is the one that fails. */
static bool
fails(const struct seccomp_notif *req)
{
	const struct call *c = call_of((uint32_t)req->data.nr);
	uint64_t n;

	if (req->data.nr == SYS_execve)
		n_ranges = 0;
	else
		started = true;
	if (c == NULL || !started || !counts_here(req))
		return false;
	n = ++counts[c - call_table];
	if (c != opt.call || n < opt.n || (n > opt.n && !opt.on))
		return false;
	was_hit = true;
	hit_arg = req->data.args[0];
	return true;
}

/* Whoever made the call may be killed between poll() and this: the next call
 * is waited for then, which may never come. The timer ends that. */
static void
answer(int listener)
{
	static struct seccomp_notif req;
	struct seccomp_notif_resp resp = {
		.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE };

	memset(&req, 0, sizeof req);
	if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &req) != 0)
		return;
	resp.id = req.id;
	if (fails(&req)) {
		resp.flags = 0;
		resp.error = -opt.error;
	}
	/* Whoever made the call may be dead meanwhile. */
	(void)ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &resp);
}

static void
on_timer(int sig)
{
	(void)sig;
}

/* Interrupts what waits, over and over. */
static void
start_timer(void)
{
	const struct sigaction act = { .sa_handler = on_timer };
	const struct itimerval every = { { 0, 100000 }, { 0, 100000 } };

	sigaction(SIGALRM, &act, NULL);
	setitimer(ITIMER_REAL, &every, NULL);
}

static int64_t
now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* Reaps what has ended; true when the command is among it. */
static bool
reap(pid_t command, int *status)
{
	bool ended = false;
	int s;
	pid_t pid;

	while ((pid = waitpid(-1, &s, WNOHANG)) > 0) {
		if (pid == command) {
			*status = s;
			ended = true;
		}
	}
	return ended;
}

/* Answers until nobody is left to ask, or for a while after the command's
 * end. Returns the command's status. */
static int
serve(int listener, pid_t command, bool *left)
{
	bool ended = false;
	int64_t end_ms = 0;
	int status = 0;

	for (;;) {
		struct pollfd p = { .fd = listener, .events = POLLIN };

		if (poll(&p, 1, 20) < 0) {
			p.revents = 0;
			if (errno != EINTR)
				err(1, "poll");
		}
		if ((p.revents & POLLIN) != 0)
			answer(listener);
		if (reap(command, &status)) {
			ended = true;
			end_ms = now_ms();
		}
		*left = (p.revents & POLLHUP) == 0;
		if (ended && (!*left || now_ms() - end_ms > LINGER_MS))
			return status;
	}
}

/* Kills what became our children when their parents died. */
static int
kill_left(void)
{
	char path[64];
	int n = 0, pid;
	FILE *fp;

	snprintf(path, sizeof path, "/proc/self/task/%d/children",
	    (int)getpid());
	fp = fopen(path, "re");
	while (fp != NULL && fscanf(fp, "%d", &pid) == 1)
		n += kill(pid, SIGKILL) == 0;
	if (fp != NULL)
		fclose(fp);
	return n;
}

static void
write_report(bool left)
{
	const struct call *c;
	FILE *fp = opt.report != NULL ? fopen(opt.report, "we") : NULL;
	int n = left ? kill_left() : 0;

	if (fp == NULL)
		return;
	for (c = call_table; c->name != NULL; c++)
		if (counts[c - call_table] > 0)
			fprintf(fp, "count %s %llu\n", c->name,
			    (unsigned long long)counts[c - call_table]);
	if (allocs != NULL)
		fprintf(fp, "count alloc %llu\n",
		    (unsigned long long)allocs->count);
	if (was_hit)
		fprintf(fp, "hit %s %llu %llu\n", opt.call->name,
		    (unsigned long long)opt.n, (unsigned long long)hit_arg);
	if (allocs != NULL && allocs->hit != 0)
		fprintf(fp, "hit alloc %llu 0\n", (unsigned long long)opt.n);
	if (left)
		fprintf(fp, "left %d\n", n);
	if (fclose(fp) != 0)
		err(1, "%s", opt.report);
}

/* Ends as the command did. */
static void __attribute__((noreturn))
end_as(int status)
{
	struct rlimit none = { 0, 0 };

	if (!WIFSIGNALED(status))
		exit(WEXITSTATUS(status));
	setrlimit(RLIMIT_CORE, &none);
	signal(WTERMSIG(status), SIG_DFL);
	raise(WTERMSIG(status));
	_exit(128 + WTERMSIG(status));
}

int
main(int argc, char **argv)
{
	static const int ignored[] = { SIGINT, SIGQUIT, SIGHUP, SIGTSTP };
	bool left = false;
	int listener, status;
	size_t i;
	pid_t pid;

	parse(argc, argv);
	/* What is not looked at is not handed over: allocations alone need
	 * no filter, but it says when all are gone. */
	if (opt.call == NULL)
		prepare_allocs();
	handover = mmap(NULL, sizeof *handover, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (handover == MAP_FAILED)
		err(1, "mmap");
	handover->fd = -1;
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	pid = fork();
	if (pid < 0)
		err(1, "fork");
	if (pid == 0)
		become(argv + optind);
	for (i = 0; i < sizeof ignored / sizeof *ignored; i++)
		signal(ignored[i], SIG_IGN);
	listener = take_listener(pid);
	start_timer();
	status = serve(listener, pid, &left);
	write_report(left);
	end_as(status);
}
