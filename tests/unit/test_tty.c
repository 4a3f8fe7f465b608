#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "pagetide/frame.h"
#include "pagetide/strbuf.h"
#include "pagetide/tty.h"

/* What it does on a terminal is tested by tests/term; here is none. */

static void
test_closed(void **state)
{
	struct frame f;
	int cols = 7, rows = 5;

	(void)state;
	frame_init(&f, 4, 2);
	tty_close();
	tty_close();
	tty_suspend();
	tty_resume();
	tty_set_mouse(true);
	assert_int_equal(tty_in_fd(), -1);
	assert_int_equal(tty_out_fd(), -1);
	assert_int_equal(tty_key(), TKEY_NONE);
	assert_int_equal(tty_blit(&f), 0);
	assert_int_equal(tty_pending(), 0);
	assert_int_equal(tty_flush(), 0);
	assert_null(tty_scheme());
	assert_false(tty_resize(&cols, &rows));
	assert_int_equal(cols, 7);
	assert_int_equal(rows, 5);
	frame_done(&f);
}

/* Opening fails with words, and nothing is left behind. */
static void
test_no_terminal(void **state)
{
	struct tty_options options = { 0 };
	struct strbuf why = STRBUF_INIT;
	struct sigaction old, act;
	const char *note = "unset";
	int saved = dup(STDOUT_FILENO), null = open("/dev/null", O_RDWR);
	int rc, before = dup(null), after;

	(void)state;
	close(before);
	assert_int_equal(sigaction(SIGABRT, NULL, &old), 0);
	fflush(stdout);
	assert_int_equal(dup2(null, STDOUT_FILENO), STDOUT_FILENO);
	rc = tty_open(&options, &note, &why);
	assert_int_equal(dup2(saved, STDOUT_FILENO), STDOUT_FILENO);
	assert_int_equal(rc, -ENOTTY);
	assert_string_equal(why.s, "standard output is not a terminal");
	assert_null(note);
	assert_int_equal(tty_in_fd(), -1);
	assert_int_equal(sigaction(SIGABRT, NULL, &act), 0);
	assert_ptr_equal(act.sa_handler, old.sa_handler);
	after = dup(null);
	assert_int_equal(after, before);
	tty_close();
	close(saved);
	close(null);
	close(after);
	strbuf_done(&why);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_closed),
		cmocka_unit_test(test_no_terminal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
