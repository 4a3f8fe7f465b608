#include "config.h"

#include <dirent.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "pagetide/worker.h"

#include "worker_rig.h"

#define SMALL_PAGES	200

/* As far as one may: a hard limit of 0 can stand in the way of root, too. */
static void
allow_cores(void)
{
	struct rlimit l = { RLIM_INFINITY, RLIM_INFINITY };

	if (setrlimit(RLIMIT_CORE, &l) == 0)
		return;
	if (getrlimit(RLIMIT_CORE, &l) != 0)
		_exit(99);
	l.rlim_cur = l.rlim_max;
	if (setrlimit(RLIMIT_CORE, &l) != 0)
		_exit(99);
}

static void
truncated_file_ends_it_by_sigbus(void **state)
{
	int status;
	struct order work = { .op = ORDER_WORK };

	(void)state;
	rig_begin(SMALL_PAGES);
	rig_start(allow_cores);
	rig_map();
	assert_int_equal(truncate(rig.path, 100 * rig.page_bytes), 0);
	work.work = rig_all_pages(1);
	rig_send(&work);
	status = rig_ended();
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGBUS);
	assert_false(WCOREDUMP(status));
	assert_int_equal(rig.shared->cursor_page, 100);
	assert_int_equal(rig.shared->touches, 100);
}

static void
check_clean_end(void)
{
	int status = rig_ended();

	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void
order_to_quit_ends_it(void **state)
{
	(void)state;
	rig_begin(SMALL_PAGES);
	assert_int_equal(rig_order((struct order){
	    .op = ORDER_QUIT }).err[0], 0);
	check_clean_end();
}

static void
closed_socket_ends_it(void **state)
{
	struct order work = { .op = ORDER_WORK };

	(void)state;
	rig_begin(SMALL_PAGES);
	work.work = rig_all_pages(0);
	rig_order(work);
	shutdown(rig.sock, SHUT_RDWR);
	check_clean_end();
}

static void
wrong_parent_is_refused(void **state)
{
	pid_t pid;
	int status;

	(void)state;
	rig_begin(SMALL_PAGES);
	pid = fork();
	if (pid == 0) {
		alarm(RIG_WAIT_MS / 1000);
		_exit(worker_main(rig.sock, rig.file, rig.memfd, 1));
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 1);
}

/* A process that starts a worker, tells its pid and stays. */
static pid_t
middleman(int sock, int tell)
{
	pid_t middle, worker;
	int parent;

	middle = fork();
	if (middle != 0)
		return middle;
	parent = getpid();
	worker = fork();
	if (worker == 0)
		_exit(worker_main(sock, rig.file, rig.memfd, parent));
	if (write(tell, &worker, sizeof worker) != sizeof worker)
		_exit(1);
	for (;;)
		pause();
}

static void
parents_death_ends_it(void **state)
{
	pid_t middle;
	int pair[2], tell[2], status;

	(void)state;
	rig_begin(SMALL_PAGES);
	assert_int_equal(rig_order((struct order){
	    .op = ORDER_QUIT }).err[0], 0);
	check_clean_end();
	close(rig.sock);
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
	assert_int_equal(pipe(tell), 0);
	rig.sock = pair[0];
	/* The orphan becomes our child, so that its end can be seen. */
	assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
	middle = middleman(pair[1], tell[1]);
	assert_int_equal(read(tell[0], &rig.pid, sizeof rig.pid),
	    sizeof rig.pid);
	rig_map();
	kill(middle, SIGKILL);
	waitpid(middle, NULL, 0);
	/* Both ends of its socket are still open here. */
	status = rig_ended();
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGKILL);
	close(pair[1]);
	close(tell[0]);
	close(tell[1]);
}

static void
is_out_of_reach_of_the_terminals_keys(void **state)
{
	(void)state;
	rig_begin(SMALL_PAGES);
	assert_int_equal(getsid(rig.pid), rig.pid);
	assert_int_equal(getpgid(rig.pid), rig.pid);
}

static void
leave_things_open(void)
{
	int fd;

	for (fd = 0; fd < 20; fd++)
		assert_true(dup(STDERR_FILENO) >= 0);
	dup2(STDERR_FILENO, 200);
}

/* What the descriptors of the worker lead to. */
static void
count_fds(int *null, int *file, int *other)
{
	char path[64], entry[400], to[4200];
	struct dirent *d;
	ssize_t n;
	DIR *all;

	*null = *file = *other = 0;
	snprintf(path, sizeof path, "/proc/%d/fd", (int)rig.pid);
	all = opendir(path);
	assert_non_null(all);
	while ((d = readdir(all)) != NULL) {
		snprintf(entry, sizeof entry, "%s/%s", path, d->d_name);
		n = readlink(entry, to, sizeof to - 1);
		if (n < 0)
			continue;	/* "." and ".." */
		to[n] = '\0';
		if (strcmp(to, "/dev/null") == 0)
			++*null;
		else if (strcmp(to, rig.path) == 0)
			++*file;
		else
			++*other;
	}
	closedir(all);
}

static void
keeps_only_its_own_descriptors(void **state)
{
	int null, file, other;

	(void)state;
	rig_begin(SMALL_PAGES);
	rig_start(leave_things_open);
	rig_map();
	count_fds(&null, &file, &other);
	assert_int_equal(null, 3);
	assert_int_equal(file, 2);
	assert_int_equal(other, 3);	/* the socket, the shared memory, its
					   own pagemap */
}

#define TEST(f) cmocka_unit_test_teardown(f, rig_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(truncated_file_ends_it_by_sigbus),
		TEST(order_to_quit_ends_it),
		TEST(closed_socket_ends_it),
		TEST(wrong_parent_is_refused),
		TEST(parents_death_ends_it),
		TEST(is_out_of_reach_of_the_terminals_keys),
		TEST(keeps_only_its_own_descriptors),
	};

	return cmocka_run_group_tests(tests, rig_group_setup,
	    rig_group_teardown);
}
