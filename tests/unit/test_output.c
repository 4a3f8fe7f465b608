#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "pagetide/output.h"
#include "pagetide/strbuf.h"

#define MUCH (1u << 20)		/* more than a pipe holds */

/* The exit status of fn in a process of its own. */
static int
in_child(int (*fn)(int), int arg)
{
	int status;
	pid_t pid = fork();

	if (pid == 0)
		_exit(fn(arg));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

/* Nothing below 3 is free any more, and none of the closed ones can be used. */
static int
secure(int closed)
{
	char c;
	int fd;

	for (fd = 0; fd < 3; fd++)
		if (closed >> fd & 1)
			close(fd);
	if (output_secure() != 0)
		return 1;
	for (fd = 0; fd < 3; fd++)
		if ((closed >> fd & 1) && (read(fd, &c, 1) != -1 ||
		    errno != EBADF || write(fd, "x", 1) != -1 ||
		    errno != EBADF))
			return 2;
	return dup(STDERR_FILENO) > 2 ? 0 : 3;
}

static void
closed_descriptors_stay_unusable(void **state)
{
	int closed;

	(void)state;
	for (closed = 0; closed < 8; closed++)
		assert_int_equal(in_child(secure, closed), 0);
}

/* Reads until the end: 0 if that was MUCH of "x". */
static int
read_much(int fd)
{
	static char buf[4096];
	size_t sum = 0;
	ssize_t n, i;

	while ((n = read(fd, buf, sizeof buf)) > 0) {
		for (i = 0; i < n; i++)
			if (buf[i] != 'x')
				return 1;
		sum += (size_t)n;
	}
	return sum == MUCH ? 0 : 2;
}

static void
all_is_written_to_a_pipe_that_does_not_block(void **state)
{
	char *much = malloc(MUCH);
	int p[2], status;
	pid_t pid;

	(void)state;
	memset(much, 'x', MUCH);
	assert_int_equal(pipe(p), 0);
	fcntl(p[1], F_SETFL, O_NONBLOCK);
	pid = fork();
	if (pid == 0) {
		close(p[1]);
		_exit(read_much(p[0]));
	}
	close(p[0]);
	assert_int_equal(output_all(p[1], much, MUCH), 0);
	close(p[1]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	free(much);
}

static void
now_does_not_wait(void **state)
{
	char *much = calloc(1, MUCH);
	int p[2];

	(void)state;
	assert_int_equal(pipe(p), 0);
	fcntl(p[1], F_SETFL, O_NONBLOCK);
	assert_int_equal(output_now(p[1], much, 1), 0);
	assert_int_equal(output_now(p[1], much, MUCH), -EAGAIN);
	close(p[0]);
	close(p[1]);
	assert_int_equal(output_now(p[1], much, 1), -EBADF);
	assert_int_equal(output_all(p[1], much, 0), 0);
	free(much);
}

static void
what_is_lost_is_said(void **state)
{
	int before = dup(STDOUT_FILENO), full = open("/dev/full", O_WRONLY);
	struct strbuf why = STRBUF_INIT;
	int rc;

	(void)state;
	if (full < 0) {
		close(before);
		skip();
	}
	dup2(full, STDOUT_FILENO);
	rc = output_text("lost", &why);
	dup2(before, STDOUT_FILENO);
	close(before);
	close(full);
	assert_int_equal(rc, -ENOSPC);
	assert_string_equal(why.s, "can't write standard output: "
	    "No space left on device");
	strbuf_reset(&why);
	assert_int_equal(output_text("", &why), 0);
	assert_string_equal(why.s, "");
	strbuf_done(&why);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(closed_descriptors_stay_unusable),
		cmocka_unit_test(all_is_written_to_a_pipe_that_does_not_block),
		cmocka_unit_test(now_does_not_wait),
		cmocka_unit_test(what_is_lost_is_said),
	};

	return cmocka_run_group_tests_name("output", tests, NULL, NULL);
}
