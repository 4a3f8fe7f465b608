/* Lines for a file, by processes of their own. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "pagetide/append.h"

/* What is in it is that. */
static void
has(const char *path, const char *text)
{
	char is[200] = "";
	FILE *f = fopen(path, "r");

	assert_non_null(f);
	is[fread(is, 1, sizeof is - 1, f)] = '\0';
	fclose(f);
	assert_string_equal(is, text);
}

static int
wait_for(struct append *a)
{
	struct pollfd p = { append_fd(a), POLLIN, 0 };

	assert_int_equal(poll(&p, 1, 10000), 1);
	return append_ready(a);
}

static void
lines_come_in_turn(void **state)
{
	char path[] = "/tmp/pagetide-append.XXXXXX";
	int fd = mkstemp(path);
	struct append a;

	(void)state;
	assert_int_equal(write(fd, "old\n", 4), 4);
	close(fd);
	append_init(&a, path);
	assert_int_equal(append_fd(&a), -1);
	assert_int_equal(append_line(&a, "one"), 0);
	assert_true(append_fd(&a) >= 0);
	/* These wait for the first to be written. */
	assert_int_equal(append_line(&a, "two"), 0);
	assert_int_equal(append_line(&a, "three"), 0);
	assert_int_equal(wait_for(&a), 0);
	assert_int_equal(wait_for(&a), 0);
	assert_int_equal(append_fd(&a), -1);
	has(path, "old\none\ntwo\nthree\n");
	assert_int_equal(append_line(&a, "four"), 0);
	assert_int_equal(append_line(&a, "five"), 0);
	assert_int_equal(append_done(&a), 0);
	has(path, "old\none\ntwo\nthree\nfour\nfive\n");
	assert_int_equal(append_done(&a), 0);
	unlink(path);
}

static void
what_can_not_be_written_is_said(void **state)
{
	struct append a;

	(void)state;
	append_init(&a, "/nowhere/at/all");
	assert_int_equal(append_line(&a, "one"), 0);
	assert_int_equal(wait_for(&a), -ENOENT);
	assert_int_equal(append_line(&a, "two"), 0);
	assert_int_equal(append_done(&a), -ENOENT);
}

/* A pipe that nobody reads, as storage that does not answer: it is waited for no
 * longer than a second, and written when it does. */
static void
who_hangs_is_left_to_it(void **state)
{
	char dir[] = "/tmp/pagetide-append.XXXXXX", path[80];
	struct append a;
	char is[8] = "";
	int fd;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof path, "%s/pipe", dir);
	assert_int_equal(mkfifo(path, 0600), 0);
	append_init(&a, path);
	assert_int_equal(append_line(&a, "one"), 0);
	assert_int_equal(append_done(&a), -ETIMEDOUT);
	fd = open(path, O_RDONLY);
	assert_int_equal(read(fd, is, sizeof is), 4);
	assert_string_equal(is, "one\n");
	close(fd);
	unlink(path);
	rmdir(dir);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_come_in_turn),
		cmocka_unit_test(what_can_not_be_written_is_said),
		cmocka_unit_test(who_hangs_is_left_to_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
