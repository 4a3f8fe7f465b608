#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "pagetide/actor.h"
#include "pagetide/advice.h"
#include "pagetide/child.h"
#include "pagetide/clock.h"
#include "pagetide/order.h"
#include "pagetide/strbuf.h"
#include "pagetide/subject.h"

#define PAGES		2048
#define WAIT_S		20	/* for a slow machine; never for a result */
#define TRIES		5	/* a machine may take pages back at any time */
#define REPORTS_MAX	16

/* An app of the smallest kind. */
static struct bench {
	struct actor	 worker;
	struct child_as	 as;
	int		 file;
	bool		 stop_in_died;
	struct report	 reports[REPORTS_MAX];
	int		 n_reports;
	bool		 died;
	int		 status;
	int		 n_reports_at_death;
} bench;

static void
on_report(void *arg, const struct report *r)
{
	struct bench *b = arg;

	assert_true(b->n_reports < REPORTS_MAX);
	b->reports[b->n_reports++] = *r;
}

static void
on_died(void *arg, int status)
{
	struct bench *b = arg;

	b->died = true;
	b->status = status;
	b->n_reports_at_death = b->n_reports;
	if (b->stop_in_died)
		b->worker.ops->stop(b->worker.self);
}

static const struct actor_listener listener = { on_report, on_died };

static int
setup(void **state)
{
	(void)state;
	memset(&bench, 0, sizeof bench);
	child_open(&bench.worker, &listener, &bench, &bench.as);
	bench.file = memfd_create("target", MFD_CLOEXEC);
	return ftruncate(bench.file, PAGES * sysconf(_SC_PAGESIZE));
}

static int
teardown(void **state)
{
	(void)state;
	bench.worker.ops->close(bench.worker.self);
	close(bench.file);
	return 0;
}

static void
start(void)
{
	struct strbuf why = STRBUF_INIT;

	assert_false(actor_is_on(&bench.worker));
	assert_int_equal(bench.worker.ops->start(bench.worker.self, bench.file,
	    &why), 0);
	assert_true(actor_is_on(&bench.worker));
	assert_int_equal(why.len, 0);
	strbuf_done(&why);
}

static void
stop(void)
{
	bench.worker.ops->stop(bench.worker.self);
	assert_false(actor_is_on(&bench.worker));
}

static int
send_order(const struct order *o)
{
	return bench.worker.ops->send(bench.worker.self, o);
}

static const struct subject *
subject(void)
{
	return bench.worker.ops->subject(bench.worker.self);
}

/* What a loop does, for a moment. */
static void
turn(void)
{
	struct pollfd fds[ACTOR_FDS];
	int n = bench.worker.ops->fds(bench.worker.self, fds);

	if (poll(fds, (nfds_t)n, 10) > 0)
		bench.worker.ops->ready(bench.worker.self);
	bench.worker.ops->reap(bench.worker.self);
}

/* Until so many reports are there. */
static void
await_reports(int n)
{
	uint64_t end = clock_now_ns() + WAIT_S * NS_PER_S;

	while (bench.n_reports < n && clock_now_ns() < end)
		turn();
	assert_int_equal(bench.n_reports, n);
}

static void
await_death(void)
{
	uint64_t end = clock_now_ns() + WAIT_S * NS_PER_S;

	while (!bench.died && clock_now_ns() < end)
		turn();
	assert_true(bench.died);
}

/* Gives an order that must succeed, and waits for n reports after it. */
static void
give(struct order o, int n)
{
	bench.n_reports = 0;
	o.seq = 5;
	assert_int_equal(send_order(&o), 0);
	await_reports(n);
	assert_int_equal(bench.reports[0].seq, 5);
	assert_int_equal(bench.reports[0].op, o.op);
	assert_int_equal(bench.reports[0].err[0], 0);
}

static int
open_fds(void)
{
	DIR *d = opendir("/proc/self/fd");
	int n = 0;

	while (readdir(d) != NULL)
		n++;
	closedir(d);
	return n;
}

static void
worker_works(void **state)
{
	struct order work = { .op = ORDER_WORK, .work = { .passes = 1,
	    .kind = PATTERN_SEQUENTIAL, .n_pages = PAGES } };
	const struct work_shared *shared;

	(void)state;
	start();
	shared = subject()->shared;
	give((struct order){ .op = ORDER_MAP, .n_pages = PAGES }, 1);
	assert_int_equal(shared->map_pages, PAGES);
	assert_true(shared->map_addr != 0);
	give(work, 2);
	assert_int_equal(bench.reports[1].done, 1);
	assert_int_equal(bench.reports[1].touches, PAGES);
	assert_int_equal(shared->touches, PAGES);
	assert_int_equal(shared->cursor_page, PAGES - 1);
	assert_false(bench.died);
}

static void
read_faults(uint64_t *minor, uint64_t *major)
{
	char text[1024], path[64];
	ssize_t n;
	int fd;

	snprintf(path, sizeof path, "/proc/%d/stat",
	    (int)subject()->pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	n = read(fd, text, sizeof text - 1);
	close(fd);
	assert_true(n > 0);
	text[n] = '\0';
	assert_int_equal(sscanf(strrchr(text, ')'), ") %*c %*d %*d %*d %*d "
	    "%*d %*u %" SCNu64 " %*u %" SCNu64, minor, major), 2);
}

/* In a program just begun, whose code nothing has brought in yet. */
static void
first_walk_has_no_faults_of_its_own(void **state)
{
	struct order work = { .op = ORDER_WORK, .work = { .passes = 1,
	    .kind = PATTERN_SEQUENTIAL, .n_pages = PAGES } };
	struct order populate = { .op = ORDER_ADVISE, .n_pages = PAGES,
	    .advice = advice_find("populate") };
	uint64_t minor[2] = { 0, 1 }, major[2] = { 0, 1 };
	int i;

	(void)state;
	for (i = 0; i < TRIES && (minor[0] != minor[1] ||
	    major[0] != major[1]); i++) {
		start();
		give((struct order){ .op = ORDER_MAP, .n_pages = PAGES }, 1);
		give(populate, 1);
		read_faults(&minor[0], &major[0]);
		give(work, 2);
		read_faults(&minor[1], &major[1]);
		stop();
	}
	assert_int_equal(minor[1], minor[0]);
	assert_int_equal(major[1], major[0]);
}

static void
stop_ends_it_and_leaves_nothing(void **state)
{
	int fds = open_fds();
	pid_t pid;

	(void)state;
	start();
	pid = subject()->pid;
	assert_true(pid > 0);
	give((struct order){ .op = ORDER_MAP, .n_pages = PAGES }, 1);
	stop();
	assert_false(bench.died);
	assert_int_equal(waitpid(pid, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
	assert_int_equal(open_fds(), fds);
}

static void
stop_ends_one_that_does_not_answer(void **state)
{
	uint64_t began;
	pid_t pid;

	(void)state;
	start();
	pid = subject()->pid;
	give((struct order){ .op = ORDER_MAP, .n_pages = PAGES }, 1);
	kill(pid, SIGSTOP);
	began = clock_now_ns();
	stop();
	assert_true(clock_now_ns() - began >= 200 * NS_PER_MS);
	assert_int_equal(waitpid(pid, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

static void
program_that_is_not_there(void **state)
{
	struct order o = { .op = ORDER_STOP };
	struct strbuf why = STRBUF_INIT;
	int fds = open_fds();

	(void)state;
	bench.as.exe = "/nonexistent/pagetide";
	assert_int_equal(bench.worker.ops->start(bench.worker.self, bench.file,
	    &why), -ENOENT);
	assert_false(actor_is_on(&bench.worker));
	assert_int_equal(send_order(&o), -ESRCH);
	assert_string_equal(why.s, "cannot start the worker process: "
	    "No such file or directory");
	strbuf_done(&why);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
	assert_int_equal(open_fds(), fds);
}

static void
program_that_is_no_worker(void **state)
{
	struct order o = { .op = ORDER_STOP };

	(void)state;
	bench.as.exe = "/bin/false";
	start();
	await_death();
	assert_true(WIFEXITED(bench.status));
	assert_int_equal(WEXITSTATUS(bench.status), 1);
	assert_int_equal(subject()->pid, 0);
	assert_int_equal(send_order(&o), -EPIPE);
}

/* The Uid line of a process. */
static void
read_uids(pid_t pid, unsigned uids[4])
{
	char path[32], line[128];
	FILE *f;

	snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
	f = fopen(path, "r");
	assert_non_null(f);
	while (fgets(line, sizeof line, f) != NULL)
		if (sscanf(line, "Uid: %u %u %u %u", &uids[0], &uids[1],
		    &uids[2], &uids[3]) == 4)
			break;
	fclose(f);
}

static void
worker_that_is_somebody_else(void **state)
{
	struct order o = { .op = ORDER_MAP, .n_pages = PAGES };
	unsigned uids[4] = { 0 }, i;

	(void)state;
	if (geteuid() != 0)
		skip();
	assert_int_equal(fchmod(bench.file, 0644), 0);
	bench.as.uid = 65534;
	start();
	give(o, 1);
	read_uids(subject()->pid, uids);
	for (i = 0; i < 4; i++)
		assert_int_equal(uids[i], 65534);
	/* It may read the file, and no more. */
	o.map_flags = MAP_SPEC_WRITE;
	assert_int_equal(send_order(&o), 0);
	await_reports(2);
	assert_int_equal(bench.reports[1].err[0], EACCES);
}

static void
death_comes_after_the_last_report(void **state)
{
	struct order o = { .seq = 9, .op = ORDER_MAP, .n_pages = PAGES };
	pid_t pid;
	siginfo_t info;

	(void)state;
	start();
	pid = subject()->pid;
	assert_int_equal(send_order(&o), 0);
	o.op = ORDER_STOP;
	assert_int_equal(send_order(&o), 0);
	o.op = ORDER_QUIT;
	assert_int_equal(send_order(&o), 0);
	/* Dead, with three reports that nobody has read. */
	assert_int_equal(waitid(P_PID, pid, &info, WEXITED | WNOWAIT), 0);
	bench.worker.ops->reap(bench.worker.self);
	assert_true(bench.died);
	assert_int_equal(bench.n_reports_at_death, 3);
	assert_true(WIFEXITED(bench.status));
	assert_int_equal(WEXITSTATUS(bench.status), 0);
	/* Its page is still to be read. */
	assert_int_equal(subject()->shared->map_pages, PAGES);
	assert_int_equal(subject()->pid, 0);
}

static void
killed_worker_is_told(void **state)
{
	(void)state;
	start();
	give((struct order){ .op = ORDER_MAP, .n_pages = PAGES }, 1);
	bench.stop_in_died = true;
	kill(subject()->pid, SIGKILL);
	await_death();
	assert_true(WIFSIGNALED(bench.status));
	assert_int_equal(WTERMSIG(bench.status), SIGKILL);
	assert_false(actor_is_on(&bench.worker));
}

static void
reap_waits_for_its_own_only(void **state)
{
	pid_t other;
	siginfo_t info;
	int status;

	(void)state;
	start();
	other = fork();
	if (other == 0)
		_exit(7);
	assert_int_equal(waitid(P_PID, other, &info, WEXITED | WNOWAIT), 0);
	bench.worker.ops->reap(bench.worker.self);
	assert_false(bench.died);
	assert_int_equal(waitpid(other, &status, 0), other);
	assert_int_equal(WEXITSTATUS(status), 7);
}

static void
send_never_blocks(void **state)
{
	struct order o = { .op = ORDER_STOP };
	int i, rc = 0;

	(void)state;
	start();
	give((struct order){ .op = ORDER_MAP, .n_pages = PAGES }, 1);
	kill(subject()->pid, SIGSTOP);
	for (i = 0; i < 100000 && rc == 0; i++)
		rc = send_order(&o);
	assert_int_equal(rc, -EAGAIN);
	assert_true(i > 100);
}

/* A line of /proc/PID/status, in hex. */
static uint64_t
status_mask(const char *name)
{
	char path[64], line[256];
	uint64_t mask = UINT64_MAX;
	FILE *f;

	snprintf(path, sizeof path, "/proc/%d/status",
	    (int)subject()->pid);
	f = fopen(path, "re");
	assert_non_null(f);
	while (fgets(line, sizeof line, f) != NULL)
		if (strncmp(line, name, strlen(name)) == 0)
			mask = strtoull(line + strlen(name) + 1, NULL, 16);
	fclose(f);
	return mask;
}

static void
worker_inherits_no_signal_mask(void **state)
{
	sigset_t block, old;
	void (*was)(int);

	(void)state;
	sigemptyset(&block);
	sigaddset(&block, SIGUSR1);
	sigaddset(&block, SIGBUS);
	sigprocmask(SIG_BLOCK, &block, &old);
	was = signal(SIGPIPE, SIG_IGN);
	start();
	give((struct order){ .op = ORDER_MAP, .n_pages = PAGES }, 1);
	sigprocmask(SIG_SETMASK, &old, NULL);
	signal(SIGPIPE, was);
	/* Signals above 31 are the C library's own affair. */
	assert_int_equal(status_mask("SigBlk") & 0x7fffffff, 0);
	/* But for the limit on files, which may cost it the stamps. */
	assert_int_equal(status_mask("SigIgn") & 0x7fffffff,
	    1U << (SIGXFSZ - 1));
}

static void
worker_wants_its_arguments(void **state)
{
	char a[] = "pagetide", b[] = CHILD_WORKER_OPTION, n[] = "3", x[] = "x";
	char *few[] = { a, b, n, n, n, NULL };
	char *bad[] = { a, b, n, n, n, x, NULL };

	(void)state;
	assert_int_equal(child_worker_main(5, few), 2);
	assert_int_equal(child_worker_main(6, bad), 2);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		TEST(worker_works),
		TEST(first_walk_has_no_faults_of_its_own),
		TEST(stop_ends_it_and_leaves_nothing),
		TEST(stop_ends_one_that_does_not_answer),
		TEST(program_that_is_not_there),
		TEST(program_that_is_no_worker),
		TEST(worker_that_is_somebody_else),
		TEST(death_comes_after_the_last_report),
		TEST(killed_worker_is_told),
		TEST(reap_waits_for_its_own_only),
		TEST(send_never_blocks),
		TEST(worker_inherits_no_signal_mask),
		TEST(worker_wants_its_arguments),
	};

	/* What start() runs is this program again. */
	if (argc > 1 && strcmp(argv[1], CHILD_WORKER_OPTION) == 0)
		return child_worker_main(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
