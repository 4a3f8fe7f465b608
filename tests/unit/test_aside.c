#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "pagetide/aside.h"
#include "pagetide/replace.h"
#include "pagetide/xalloc.h"

/* What runs aside: this program again. */
static int
aside(int argc, char **argv)
{
	char buf[256];
	ssize_t n = 0;
	size_t at = 0;

	if (strcmp(argv[1], "--hangs") == 0)
		pause();
	if (strcmp(argv[1], "--reads") == 0)
		n = read(7, buf, sizeof buf);
	if (strcmp(argv[1], "--talks") == 0)
		while ((n = recv(STDIN_FILENO, buf, sizeof buf, 0)) > 0)
			if (send(STDOUT_FILENO, buf, (size_t)n, 0) != n)
				return 1;
	if (n > 0)
		return write(STDOUT_FILENO, buf, (size_t)n) != n;
	if (strcmp(argv[1], "--args") == 0)
		for (int i = 2; i < argc; i++)
			at += (size_t)snprintf(buf + at, sizeof buf - at,
			    "%s;", argv[i]);
	return write(STDOUT_FILENO, buf, at) != (ssize_t)at;
}

/* What it says next, within ten seconds. */
static const char *
says(const struct aside *a)
{
	static char buf[256];
	struct pollfd p = { a->fd, POLLIN, 0 };
	ssize_t n;

	assert_int_equal(poll(&p, 1, 10000), 1);
	n = read(a->fd, buf, sizeof buf - 1);
	assert_true(n >= 0);
	buf[n] = '\0';
	return buf;
}

/* Is nothing left of any? Their ends are heard of as those of children are. */
static bool
nothing_is_left(void)
{
	siginfo_t info;

	for (int i = 0; i < 1000; i++) {
		aside_reap();
		if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) < 0)
			return true;
		poll(NULL, 0, 10);
	}
	return false;
}

static void
ends(struct aside *a)
{
	aside_end(a);
	assert_int_equal(a->pid, 0);
	assert_int_equal(a->fd, -1);
	assert_true(nothing_is_left());
}

static void
it_has_its_arguments(void **state)
{
	const struct aside_what what = { .option = "--args",
		.by = ASIDE_ANSWERS, .n = 3,
		.number = { 1, 0, UINT64_MAX }, .text = "a b" };
	struct aside a;

	(void)state;
	aside_init(&a);
	assert_int_equal(a.fd, -1);
	assert_int_equal(aside_start(&a, &what), 0);
	assert_string_equal(says(&a), "1;0;18446744073709551615;a b;");
	assert_string_equal(says(&a), "");
	ends(&a);
}

static void
messages_go_both_ways(void **state)
{
	const struct aside_what what = { .option = "--talks",
		.by = ASIDE_TALKS };
	struct aside a;

	(void)state;
	aside_init(&a);
	assert_int_equal(aside_start(&a, &what), 0);
	assert_int_equal(send(a.fd, "one", 3, 0), 3);
	assert_int_equal(send(a.fd, "two", 3, 0), 3);
	assert_string_equal(says(&a), "one");
	assert_string_equal(says(&a), "two");
	ends(&a);
}

static void
it_has_a_descriptor_more(void **state)
{
	int pair[2];
	struct aside a;

	(void)state;
	assert_int_equal(pipe(pair), 0);
	assert_int_equal(write(pair[1], "given", 5), 5);
	aside_init(&a);
	assert_int_equal(aside_start(&a, &(struct aside_what){
	    .option = "--reads", .fd = pair[0], .as_fd = 7 }), 0);
	assert_string_equal(says(&a), "given");
	ends(&a);
	close(pair[0]);
	close(pair[1]);
}

/* It is not waited for: neither what it says nor its end. */
static void
one_that_hangs_is_ended(void **state)
{
	const struct aside_what what = { .option = "--hangs" };
	struct aside a;
	char byte;
	pid_t pid;

	(void)state;
	aside_init(&a);
	assert_int_equal(aside_start(&a, &what), 0);
	assert_int_equal(read(a.fd, &byte, 1), -1);
	pid = a.pid;
	assert_true(pid > 0);
	ends(&a);
	assert_int_equal(kill(pid, 0), -1);
	aside_end(&a);
}

/* Each takes the place of one that may not have ended yet. */
static void
none_stays_behind(void **state)
{
	const struct aside_what what = { .option = "--hangs" };
	struct aside a;

	(void)state;
	aside_init(&a);
	for (int i = 0; i < 20; i++)
		assert_int_equal(aside_start(&a, &what), 0);
	ends(&a);
}

/* The terminal, and descriptors of ours, are not the copy's. */
static void
says_what_it_has(void *arg, int fd, int kept)
{
	const int *given = arg;
	char text[64];
	int len = snprintf(text, sizeof text, "%d %d %d", *given,
	    write(*given, "x", 1) < 0, signal(SIGUSR1, SIG_DFL) == SIG_DFL);

	if (kept != -1 || write(fd, text, (size_t)len) != len)
		_exit(1);
	fatal("only what is to happen here is run then");
}

static void
not_in_a_copy(void)
{
	abort();
}

static void
a_copy_goes_by_itself(void **state)
{
	int pair[2], number;
	char want[64];
	struct aside a;

	(void)state;
	assert_int_equal(pipe(pair), 0);
	number = pair[1] < 5 ? fcntl(pair[1], F_DUPFD, 5) : pair[1];
	signal(SIGUSR1, SIG_IGN);
	fatal_set_cleanup(not_in_a_copy);
	aside_init(&a);
	assert_int_equal(aside_fork(&a, &(struct aside_copy){ ASIDE_ANSWERS, -1,
	    says_what_it_has, &number }), 0);
	snprintf(want, sizeof want, "%d 1 1", number);
	assert_string_equal(says(&a), want);
	assert_string_equal(says(&a), "");
	ends(&a);
	fatal_set_cleanup(NULL);
}

#define MANY ((size_t)256 << 20)

struct big {
	char	 dir[64], path[128];
	char	*data;
};

static void
writes_much(void *arg, int fd, int kept)
{
	const struct big *big = arg;

	(void)fd, (void)kept;
	replace_file(big->path, big->data, MANY);
}

/* Files in the folder, and whether one is of a file that is being made. */
static unsigned
files_in(const char *dir, bool *unfinished)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	unsigned n = 0;

	assert_non_null(d);
	*unfinished = false;
	while ((e = readdir(d)) != NULL) {
		n += e->d_name[0] != '.' || e->d_name[1] == 'p';
		*unfinished |= strncmp(e->d_name, ".pagetide", 9) == 0;
	}
	closedir(d);
	return n;
}

/* Ended while it writes, it takes away what is not finished. */
static void
a_copy_leaves_no_half_file(void **state)
{
	struct big big = { .dir = "/tmp/test_aside.XXXXXX" };
	bool unfinished = false;
	struct aside a;

	(void)state;
	assert_non_null(mkdtemp(big.dir));
	snprintf(big.path, sizeof big.path, "%s/f", big.dir);
	big.data = xcalloc(1, MANY);
	aside_init(&a);
	assert_int_equal(aside_fork(&a, &(struct aside_copy){ ASIDE_ANSWERS, -1,
	    writes_much, &big }), 0);
	while (files_in(big.dir, &unfinished) == 0)
		;
	assert_true(unfinished);
	ends(&a);
	assert_int_equal(files_in(big.dir, &unfinished), 0);
	assert_int_equal(rmdir(big.dir), 0);
	free(big.data);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_has_its_arguments),
		cmocka_unit_test(messages_go_both_ways),
		cmocka_unit_test(it_has_a_descriptor_more),
		cmocka_unit_test(one_that_hangs_is_ended),
		cmocka_unit_test(none_stays_behind),
		cmocka_unit_test(a_copy_goes_by_itself),
		cmocka_unit_test(a_copy_leaves_no_half_file),
	};

	if (argc > 1)
		return aside(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
