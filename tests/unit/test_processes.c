#include "config.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "pagetide/processes.h"

#define TAIL " S 1 2 3 4 5 64 1506 8 42 10 11 12 13 14 15 16 17 18 99 20 " \
	"21 22\n"

static void
assert_stat(const char *text, const char *name)
{
	struct process p = { .file_pages = 3 };

	assert_true(processes_parse_stat(text, &p));
	assert_int_equal(p.pid, 123);
	assert_string_equal(p.name, name);
	assert_int_equal(p.state, 'S');
	assert_int_equal(p.minor, 1506);
	assert_int_equal(p.major, 42);
	assert_int_equal(p.start_ticks, 99);
	assert_false(p.kernel);
	assert_int_equal(p.file_pages, 3);
}

static void
test_stat(void **state)
{
	(void)state;
	assert_stat("123 (cat)" TAIL, "cat");
	assert_stat("123 ()" TAIL, "");
	assert_stat("123 (a (b) 1 2)" TAIL, "a (b) 1 2");
	assert_stat("123 (a\nb)" TAIL, "a\nb");
}

static void
test_stat_of_the_kernel(void **state)
{
	struct process p;

	(void)state;
	assert_true(processes_parse_stat("2 (kthreadd) S 0 0 0 0 -1 2129984 "
	    "0 0 0 0 0 0 0 0 20 0 1 0 7 0 0\n", &p));
	assert_true(p.kernel);
	assert_int_equal(p.pid, 2);
}

static void
test_stat_bad(void **state)
{
	static const char *const bad[] = {
		"", "123", "123 (cat", "123 cat)", "123 )cat(" TAIL,
		"123 (cat)", "(cat)" TAIL, "123 (cat) S 1 2 3 4 5 64 1506",
		"123 (cat) S 1 2 3 4 5 64 x 8 42 10 11 12 13 14 15 16 17 18 "
		    "99 20 21",
	};
	struct process p, before;
	size_t i;

	(void)state;
	memset(&before, 7, sizeof before);
	for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		p = before;
		assert_false(processes_parse_stat(bad[i], &p));
		assert_memory_equal(&p, &before, sizeof p);
	}
}

static void
test_statm(void **state)
{
	struct process p = { .pid = 5 };

	(void)state;
	assert_true(processes_parse_statm("105 50 43 5 0 33 0\n", &p));
	assert_int_equal(p.size_pages, 105);
	assert_int_equal(p.resident_pages, 50);
	assert_int_equal(p.file_pages, 43);
	assert_int_equal(p.pid, 5);
	assert_false(processes_parse_statm("1 2", &p));
	assert_false(processes_parse_statm("", &p));
	assert_int_equal(p.size_pages, 105);
}

/* A child of that name, which ends when the end of the pipe does. */
static pid_t
child_named(const char *name, int *end)
{
	int fd[2], ready[2];
	pid_t pid;
	char byte;

	assert_int_equal(pipe(fd), 0);
	assert_int_equal(pipe(ready), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		prctl(PR_SET_NAME, name);
		close(fd[1]);
		close(ready[0]);
		close(ready[1]);
		_exit(read(fd[0], &byte, 1) != 0);
	}
	close(fd[0]);
	close(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 0);
	close(ready[0]);
	*end = fd[1];
	return pid;
}

static void
assert_only(const char *name, pid_t pid)
{
	struct processes all;

	assert_int_equal(processes_read(&all, name), 0);
	assert_int_equal(all.n, 1);
	assert_int_equal(all.process->pid, pid);
	processes_free(&all);
}

static void
test_names(void **state)
{
	struct processes all;
	char number[16];
	pid_t pid;
	int end;

	(void)state;
	pid = child_named("pt-processes-te", &end);
	assert_only("pt-processes-te", pid);
	/* The kernel keeps no more of this one. */
	assert_only("pt-processes-test", pid);
	snprintf(number, sizeof number, "%d", (int)pid);
	assert_only(number, pid);
	assert_int_equal(processes_read(&all, "pt-processes"), 0);
	assert_int_equal(all.n, 0);
	processes_free(&all);
	close(end);
	waitpid(pid, NULL, 0);
}

/* Nor is it a later one with that pid. */
static void
test_one_that_ended(void **state)
{
	struct process p;
	pid_t pid;
	int dir, end;

	(void)state;
	pid = child_named("pt-ends", &end);
	dir = processes_open(pid);
	assert_true(dir >= 0);
	assert_int_equal(processes_read_one(dir, &p), 0);
	assert_string_equal(p.name, "pt-ends");
	assert_true(p.resident_pages >= p.file_pages);
	close(end);
	waitpid(pid, NULL, 0);
	assert_int_equal(processes_read_one(dir, &p), -ESRCH);
	close(dir);
	assert_int_equal(processes_open(pid), -ESRCH);
}

/* What is new, of the same processes only. */
static void
test_since(void **state)
{
	struct process old[] = { { .pid = 1, .start_ticks = 5, .minor = 100,
		.major = 10 }, { .pid = 2, .start_ticks = 6, .minor = 50 } };
	struct process new[] = { { .pid = 1, .start_ticks = 5, .minor = 103,
		.major = 11 }, { .pid = 2, .start_ticks = 9, .minor = 40 } };
	const struct processes before = { old, 2, 0 };
	struct processes now = { new, 2, 0 };

	(void)state;
	processes_since(&now, &before, 7);
	assert_int_equal(now.within_ns, 7);
	/* With that pid another one has begun. */
	assert_int_equal(new[0].pid, 2);
	assert_int_equal(new[0].new_minor, 40);
	assert_int_equal(new[1].new_minor, 3);
	assert_int_equal(new[1].new_major, 1);
}

/* All of them, the largest first. */
static void
test_order(void **state)
{
	struct processes all;
	size_t i;

	(void)state;
	assert_int_equal(processes_read(&all, NULL), 0);
	assert_true(all.n > 0);
	for (i = 1; i < all.n; i++)
		assert_true(all.process[i - 1].file_pages >=
		    all.process[i].file_pages);
	for (i = 0; i < all.n; i++)
		assert_false(all.process[i].kernel);
	processes_free(&all);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stat),
		cmocka_unit_test(test_stat_of_the_kernel),
		cmocka_unit_test(test_stat_bad),
		cmocka_unit_test(test_statm),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_one_that_ended),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_since),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
