#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "pagetide/clock.h"
#include "pagetide/log.h"

static char path[64];

/* An empty file to log to, and a time that stands still. */
static int
setup(void **state)
{
	int	fd;

	(void)state;
	snprintf(path, sizeof(path), "/tmp/test_log.XXXXXX");
	fd = mkstemp(path);
	if (fd < 0)
		return -1;
	close(fd);
	setenv("TZ", "UTC", 1);
	tzset();
	setlocale(LC_CTYPE, "C.UTF-8");
	clock_fix(0, UINT64_C(1700049631) * NS_PER_S + 204 * NS_PER_MS);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	log_close();
	clock_release();
	return unlink(path);
}

/* The log so far is exactly this. */
/* What is in it now. */
static void
read_log(char *text, size_t max)
{
	FILE	*f = fopen(path, "r");
	size_t	 n;

	assert_non_null(f);
	n = fread(text, 1, max - 1, f);
	text[n] = '\0';
	fclose(f);
}

/* Soon it is that: another process writes it. */
static void
assert_log(const char *want)
{
	char	 text[1024];
	int	 i;

	for (i = 0; i < 5000; i++) {
		read_log(text, sizeof text);
		if (strcmp(text, want) == 0)
			break;
		usleep(1000);
	}
	assert_string_equal(text, want);
}

static void
one_line_a_message(void **state)
{
	(void)state;
	assert_int_equal(log_open(path, true), 0);
	log_msg("worker %d died", 42);
	/* Without an end: a crash must not lose it. */
	assert_log("12:00:31.204 worker 42 died\n");
	clock_advance(NS_PER_MS);
	log_msg("file \"%s\" is gone", "a\nb\033[1m\u00e9");
	assert_log("12:00:31.204 worker 42 died\n"
	    "12:00:31.205 file \"a?b?[1m\u00e9\" is gone\n");
}

static void
nothing_while_no_log_is_open(void **state)
{
	(void)state;
	log_msg("lost");
	assert_int_equal(log_open(path, true), 0);
	log_close();
	log_msg("lost");
	log_close();
	assert_log("");
}

static void
appends_to_what_is_there(void **state)
{
	(void)state;
	assert_int_equal(log_open(path, true), 0);
	log_msg("one");
	assert_int_equal(log_open(path, true), 0);
	log_msg("two");
	assert_log("12:00:31.204 one\n12:00:31.204 two\n");
}

static void
failure_keeps_the_old_log(void **state)
{
	(void)state;
	assert_int_equal(log_open(path, true), 0);
	assert_int_equal(log_open("/nonexistent/dir/log", true), -ENOENT);
	assert_int_equal(log_open("/tmp", true), -EISDIR);
	log_msg("still here");
	assert_log("12:00:31.204 still here\n");
}

/* Who reads the log may go: that is an error, and ends nobody. */
static void
nobody_reads_it(void **state)
{
	int	reader, i;

	(void)state;
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkfifo(path, 0600), 0);
	reader = open(path, O_RDONLY | O_NONBLOCK);
	assert_true(reader >= 0);
	assert_int_equal(log_open(path, true), 0);
	close(reader);
	signal(SIGPIPE, SIG_DFL);
	log_msg("gone");
	for (i = 0; i < 5000 && log_error() == 0; i++)
		usleep(1000);
	assert_int_equal(log_error(), -EPIPE);
	assert_ptr_equal(signal(SIGPIPE, SIG_DFL), SIG_DFL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(one_line_a_message, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(nothing_while_no_log_is_open,
		    setup, teardown),
		cmocka_unit_test_setup_teardown(appends_to_what_is_there,
		    setup, teardown),
		cmocka_unit_test_setup_teardown(failure_keeps_the_old_log,
		    setup, teardown),
		cmocka_unit_test_setup_teardown(nobody_reads_it, setup,
		    teardown),
	};

	return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
