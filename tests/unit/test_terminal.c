#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "pagetide/frame.h"
#include "pagetide/palette.h"
#include "pagetide/strbuf.h"
#include "pagetide/tty.h"

/* A terminal of our own: what was there before, and what is there after. */

/* What curses leaves when it cannot start is its own. */
const char	*__lsan_default_suppressions(void);

const char *
__lsan_default_suppressions(void)
{
	return "leak:new_prescr";
}

enum { OUTPUT = 1 << 16 };

static const struct tty_options plain;
static const int crashes[] = { SIGSEGV, SIGBUS, SIGABRT, SIGILL, SIGFPE,
	SIGSYS, SIGTRAP };
enum { CRASHES = sizeof crashes / sizeof crashes[0] };

static struct {
	int		 master, slave;
	int		 before[3];	/* 0, 1, 2 */
	struct termios	 modes;
	void		(*handler[CRASHES])(int);
	int		 open_files;
} rig;

static int
open_files(void)
{
	int fd, n = 0;

	for (fd = 0; fd < 256; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

static void
set_size(int cols, int rows)
{
	struct winsize ws = { .ws_col = (unsigned short)cols,
	    .ws_row = (unsigned short)rows };

	assert_int_equal(ioctl(rig.master, TIOCSWINSZ, &ws), 0);
}

static void (*
handler_of(int sig))(int)
{
	struct sigaction act;

	assert_int_equal(sigaction(sig, NULL, &act), 0);
	return act.sa_handler;
}

static void
note_state(void)
{
	int i;

	assert_int_equal(tcgetattr(rig.slave, &rig.modes), 0);
	for (i = 0; i < CRASHES; i++)
		rig.handler[i] = handler_of(crashes[i]);
	rig.open_files = open_files();
}

/* All is as note_state() saw it. */
static void
assert_untouched(void)
{
	struct termios now;
	int i;

	assert_int_equal(tcgetattr(rig.slave, &now), 0);
	assert_int_equal(now.c_iflag, rig.modes.c_iflag);
	assert_int_equal(now.c_oflag, rig.modes.c_oflag);
	assert_int_equal(now.c_lflag, rig.modes.c_lflag);
	assert_memory_equal(now.c_cc, rig.modes.c_cc, sizeof now.c_cc);
	for (i = 0; i < CRASHES; i++)
		assert_ptr_equal(handler_of(crashes[i]), rig.handler[i]);
	assert_int_equal(open_files(), rig.open_files);
	assert_int_equal(tty_in_fd(), -1);
	assert_int_equal(tty_out_fd(), -1);
}

/* What the terminal got. */
static const char *
output(void)
{
	static char buf[OUTPUT];
	size_t n = 0;
	ssize_t got;

	while (n < sizeof buf - 1 && (got = read(rig.master, buf + n,
	    sizeof buf - 1 - n)) > 0)
		n += (size_t)got;
	buf[n] = '\0';
	return buf;
}

/* The text of it: what is no escape sequence. */
static const char *
text_of(const char *s)
{
	static char text[OUTPUT];
	char *to = text;

	while (*s != '\0') {
		if (*s != '\033') {
			/* One character set or the other. */
			if (*s != '\016' && *s != '\017')
				*to++ = *s;
			s++;
			continue;
		}
		s++;
		if (*s == '(' || *s == ')')
			s += 2;
		else if (*s == ']')
			s += strcspn(s, "\007") + 1;
		else if (*s == '[')
			s += 2 + strcspn(s + 1, "@ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			    "abcdefghijklmnopqrstuvwxyz");
		else
			s++;
	}
	*to = '\0';
	return text;
}

static int
begin(void **state)
{
	int i;

	(void)state;
	rig.master = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (rig.master < 0 || grantpt(rig.master) != 0 ||
	    unlockpt(rig.master) != 0)
		return -1;
	rig.slave = open(ptsname(rig.master), O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (rig.slave < 0)
		return -1;
	fflush(stdout);
	for (i = 0; i < 3; i++) {
		rig.before[i] = fcntl(i, F_DUPFD_CLOEXEC, 3);
		dup2(rig.slave, i);
	}
	set_size(80, 24);
	setenv("TERM", "xterm-256color", 1);
	return 0;
}

static int
end(void **state)
{
	int i;

	(void)state;
	tty_close();
	for (i = 0; i < 3; i++) {
		dup2(rig.before[i], i);
		close(rig.before[i]);
	}
	close(rig.slave);
	close(rig.master);
	return 0;
}

static void
open_terminal(const struct tty_options *o)
{
	struct strbuf why = STRBUF_INIT;
	const char *note = "unset";

	assert_int_equal(tty_open(o, &note, &why), 0);
	assert_null(note);
	strbuf_done(&why);
}

/* Draws it, and takes all bytes to the terminal. */
static size_t
draw(const struct frame *f)
{
	size_t n = tty_blit(f);

	assert_int_equal(tty_pending(), n);
	assert_int_equal(tty_flush(), 0);
	assert_int_equal(tty_pending(), 0);
	return n;
}

static void
test_open_and_close(void **state)
{
	static const int ours[] = { SIGINT, SIGTERM, SIGTSTP, SIGWINCH };
	struct strbuf why = STRBUF_INIT;
	struct termios now;
	const char *note;
	stack_t stack;
	int cols, rows, i;

	(void)state;
	for (i = 0; i < 4; i++)
		signal(ours[i], SIG_DFL);
	note_state();
	open_terminal(&plain);
	assert_int_equal(tty_open(&plain, &note, &why), -EBUSY);
	strbuf_done(&why);
	assert_true(tty_in_fd() > STDERR_FILENO);
	assert_true(tty_out_fd() > STDERR_FILENO);
	assert_true(fcntl(tty_out_fd(), F_GETFL) & O_NONBLOCK);
	assert_true(fcntl(tty_in_fd(), F_GETFD) & FD_CLOEXEC);
	assert_true(fcntl(tty_out_fd(), F_GETFD) & FD_CLOEXEC);
	assert_int_equal(tty_scheme()->colours, 256);
	assert_int_equal(tcgetattr(rig.slave, &now), 0);
	assert_false(now.c_lflag & (tcflag_t)(ICANON | ECHO | IEXTEN));
	assert_false(now.c_iflag & (tcflag_t)(IXON | ICRNL));
	assert_int_equal(now.c_cc[VMIN], 1);
	assert_int_equal(now.c_cc[VTIME], 0);
	for (i = 0; i < CRASHES; i++)
		assert_ptr_not_equal(handler_of(crashes[i]), rig.handler[i]);
	/* curses would handle these. */
	for (i = 0; i < 4; i++)
		assert_ptr_equal(handler_of(ours[i]), SIG_DFL);
	assert_true(tty_resize(&cols, &rows));
	tty_close();
	assert_untouched();
	assert_int_equal(sigaltstack(NULL, &stack), 0);
	assert_true(stack.ss_flags & SS_DISABLE ||
	    stack.ss_size != 64 * 1024);
	tty_close();
	assert_string_equal(text_of(output()), "");
	/* And once more, as if it were the first time. */
	open_terminal(&plain);
	tty_close();
	assert_untouched();
}

/* The modes are lent to somebody else, and taken again. */
static void
test_suspend(void **state)
{
	struct termios now;
	struct frame f;
	size_t first;

	(void)state;
	note_state();
	open_terminal(&plain);
	frame_init(&f, 80, 24);
	frame_text(&f, 3, 4, 20, ROLE_TEXT, "hello");
	first = draw(&f);
	assert_true(first > 0);
	tty_suspend();
	assert_int_equal(tcgetattr(rig.slave, &now), 0);
	assert_int_equal(now.c_lflag, rig.modes.c_lflag);
	assert_int_equal(tty_blit(&f), 0);
	assert_int_equal(tty_pending(), 0);
	tty_suspend();
	output();
	tty_resume();
	assert_int_equal(tcgetattr(rig.slave, &now), 0);
	assert_false(now.c_lflag & (tcflag_t)ICANON);
	draw(&f);
	assert_string_equal(text_of(output()), "hello");
	frame_done(&f);
	tty_close();
	assert_untouched();
}

/* Only what differs is drawn. */
static void
test_draw(void **state)
{
	struct frame f;
	size_t all;
	int cols, rows;

	(void)state;
	open_terminal(&plain);
	assert_true(tty_resize(&cols, &rows));
	frame_init(&f, cols, rows);
	frame_text(&f, 0, 0, 80, ROLE_TEXT, "abcdefgh");
	frame_text(&f, 72, 5, 80, ROLE_TEXT, "ABCDEFGH");
	all = draw(&f);
	assert_string_equal(text_of(output()), "abcdefghABCDEFGH");
	assert_int_equal(draw(&f), 0);
	assert_string_equal(output(), "");
	frame_text(&f, 2, 0, 80, ROLE_TEXT, "X");
	frame_text(&f, 79, 5, 80, ROLE_TEXT, "Z");
	assert_true(draw(&f) < all);
	assert_string_equal(text_of(output()), "XZ");
	tty_invalidate();
	draw(&f);
	assert_string_equal(text_of(output()), "abXdefghABCDEFGZ");
	frame_done(&f);
	tty_close();
}

/* Nothing is sent where nothing looks different; what cannot be shown has
 * another character. */
static void
test_looks(void **state)
{
	static const struct tty_options ascii = { .ascii = true };
	const struct rect r = { 2, 2, 20, 3 };
	struct frame f;

	(void)state;
	setlocale(LC_CTYPE, "C.UTF-8");
	open_terminal(&plain);
	frame_init(&f, 80, 24);
	frame_fill(&f, r, ROLE_TEXT, ROLE_LEVEL_5);
	output();
	assert_true(draw(&f) > 0);
	/* Blanks of a colour of the 256. */
	assert_non_null(strstr(output(), "\033[48;5;"));
	frame_fill(&f, r, ROLE_GOOD, ROLE_LEVEL_5);
	assert_int_equal(draw(&f), 0);
	frame_attr(&f, 4, 3, ATTR_REVERSE);
	assert_true(draw(&f) > 0);
	frame_clear(&f);
	frame_put(&f, 1, 1, 0x2588, '#', ROLE_TEXT, ROLE_TEXT, 0);
	output();
	draw(&f);
	assert_non_null(strstr(output(), "\342\226\210"));
	tty_close();
	open_terminal(&ascii);
	output();
	draw(&f);
	assert_non_null(strchr(text_of(output()), '#'));
	frame_done(&f);
	tty_close();
}

/* A stack for signals that somebody else has set stays. */
static void
test_stack(void **state)
{
	static char bytes[64 * 1024];
	stack_t theirs = { .ss_sp = bytes, .ss_size = sizeof bytes };
	stack_t before, now;

	(void)state;
	assert_int_equal(sigaltstack(&theirs, &before), 0);
	open_terminal(&plain);
	assert_int_equal(sigaltstack(NULL, &now), 0);
	assert_ptr_equal(now.ss_sp, bytes);
	tty_close();
	assert_int_equal(sigaltstack(&before, &now), 0);
	assert_ptr_equal(now.ss_sp, bytes);
	assert_false(now.ss_flags & SS_DISABLE);
}

/* The last column but one of the last row can be drawn on. */
static void
draw_corner(int cols, int rows)
{
	struct frame f;

	frame_init(&f, cols, rows);
	frame_text(&f, cols > 1 ? cols - 2 : 0, rows - 1, 1, ROLE_TEXT, "Q");
	output();
	draw(&f);
	assert_non_null(strchr(text_of(output()), 'Q'));
	frame_done(&f);
}

/* One dimension at a time, those that nobody set, and those that are none. */
static void
test_sizes(void **state)
{
	static const struct {
		int	cols, rows, got_cols, got_rows;
	} want[] = {
		{ 80, 24, 80, 24 }, { 81, 24, 81, 24 }, { 81, 25, 81, 25 },
		{ 1, 1, 1, 1 }, { 0, 0, 80, 24 }, { 0, 1, 80, 1 },
		{ 1, 0, 1, 24 }, { 2047, 1023, 2047, 1023 },
		{ 2048, 1024, 2048, 1024 }, { 3000, 20, 2048, 20 },
		{ 30, 2000, 30, 1024 },
	};
	int cols, rows;
	size_t i;

	(void)state;
	open_terminal(&plain);
	for (i = 0; i < sizeof want / sizeof want[0]; i++) {
		set_size(want[i].cols, want[i].rows);
		assert_true(tty_resize(&cols, &rows));
		assert_int_equal(cols, want[i].got_cols);
		assert_int_equal(rows, want[i].got_rows);
		assert_false(tty_resize(&cols, &rows));
		assert_int_equal(cols, want[i].got_cols);
		assert_int_equal(rows, want[i].got_rows);
		draw_corner(cols, rows);
	}
	tty_close();
}

/* What libraries print comes when the screen is gone, made safe. */
static void
test_stderr(void **state)
{
	const char *out;

	(void)state;
	note_state();
	open_terminal(&plain);
	output();
	fprintf(stderr, "first\033[2J\nsecond\n");
	assert_string_equal(output(), "");
	tty_close();
	out = strdup(output());
	assert_non_null(strstr(out, "first?[2J\r\nsecond\r\n"));
	assert_null(strstr(strstr(out, "first"), "\033"));
	assert_string_equal(text_of(out), "first?[2J\r\nsecond\r\n");
	free((char *)out);
	assert_untouched();
	fprintf(stderr, "later");
	assert_string_equal(output(), "later");
}

/* in_child FUNCTION: its end, as waitpid() has it. */
static int
in_child(void (*function)(void))
{
	int status;
	pid_t pid;

	pid = fork();
	if (pid == 0) {
		open_terminal(&plain);
		fprintf(stderr, "\001said\177\377~ \n");
		function();
		_exit(7);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static void
raise_segv(void)
{
	const struct rlimit none = { 0, 0 };

	setrlimit(RLIMIT_CORE, &none);
	raise(SIGSEGV);
}

/* It ends in the midst of anything: as it was, and what was printed stays. */
static void
test_crash(void **state)
{
	int status;

	(void)state;
	signal(SIGSEGV, SIG_DFL);
	note_state();
	status = in_child(tty_abandon);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 7);
	assert_untouched();
	assert_string_equal(text_of(output()), "?said??~ \r\n");
	status = in_child(raise_segv);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGSEGV);
	assert_untouched();
	assert_string_equal(text_of(output()), "?said??~ \r\n");
}

/* Descriptors run out at any moment: one line, and nothing is left. */
static void
test_no_descriptors(void **state)
{
	struct rlimit before, now;
	struct strbuf why = STRBUF_INIT;
	const char *note;
	int rc = -1, failed = 0;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	now = before;
	note_state();
	for (now.rlim_cur = 3; rc != 0 && now.rlim_cur < 40; now.rlim_cur++) {
		assert_int_equal(setrlimit(RLIMIT_NOFILE, &now), 0);
		rc = tty_open(&plain, &note, &why);
		assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
		if (rc == 0)
			break;
		failed++;
		assert_int_equal(rc, -EMFILE);
		assert_non_null(strstr(why.s, strerror(EMFILE)));
		assert_untouched();
		strbuf_reset(&why);
	}
	assert_int_equal(rc, 0);
	assert_true(failed >= 4);
	tty_close();
	assert_untouched();
	strbuf_done(&why);
}

static void
test_types(void **state)
{
	static const struct {
		const char	*type, *note, *scheme;
	} want[] = {
		{ "xterm-256color", NULL, "cividis" },
		{ "xterm-nobody",
		    "TERM is not known here, drawing as xterm-256color",
		    "cividis" },
		{ "nobody", "TERM is not known here, drawing as vt100", "mono" },
		{ "", "TERM is not known here, drawing as vt100", "mono" },
		{ NULL, "TERM is not known here, drawing as vt100", "mono" },
		{ "vt100", NULL, "mono" },
		{ "screen", NULL, "8" },
	};
	struct strbuf why = STRBUF_INIT;
	const char *note;
	size_t i;

	(void)state;
	note_state();
	for (i = 0; i < sizeof want / sizeof want[0]; i++) {
		if (want[i].type != NULL)
			setenv("TERM", want[i].type, 1);
		else
			unsetenv("TERM");
		assert_int_equal(tty_open(&plain, &note, &why), 0);
		if (want[i].note != NULL)
			assert_string_equal(note, want[i].note);
		else
			assert_null(note);
		assert_string_equal(tty_scheme()->name, want[i].scheme);
		tty_close();
		assert_untouched();
		/* No padding either. */
		assert_string_equal(text_of(output()), "");
	}
	setenv("TERM", "dumb", 1);
	assert_int_equal(tty_open(&plain, &note, &why), -ENOTSUP);
	assert_string_equal(why.s,
	    "a terminal of type dumb cannot show a screen");
	assert_untouched();
	strbuf_done(&why);
	setenv("TERM", "xterm-256color", 1);
}

/* The colours that are asked for, or given up. */
static void
test_options(void **state)
{
	static const struct {
		struct tty_options	 options;
		const char		*scheme;
	} want[] = {
		{ { .no_colour = true }, "mono" },
		{ { .scheme = "mono" }, "mono" },
		{ { .scheme = "8" }, "8" },
		{ { .scheme = "grey", .no_colour = true }, "grey" },
	};
	size_t i;

	(void)state;
	assert_null(tty_scheme());
	for (i = 0; i < sizeof want / sizeof want[0]; i++) {
		open_terminal(&want[i].options);
		assert_string_equal(tty_scheme()->name, want[i].scheme);
		tty_close();
		assert_null(tty_scheme());
	}
}

/* Keys wait for nobody, and a terminal that went away is one of them. */
static void
test_keys(void **state)
{
	static const char keys[] = "a\033[A\033[5~\r\177 \303\251\033[999q"
	    "\033O5\377b";
	static const uint32_t want[] = { 'a', TKEY_PGUP, TKEY_ENTER,
		TKEY_BACKSPACE, ' ', 0xe9, 'b', TKEY_NONE };
	size_t i;

	(void)state;
	setlocale(LC_CTYPE, "C.UTF-8");
	open_terminal(&plain);
	assert_int_equal(tty_key(), TKEY_NONE);
	assert_int_equal(write(rig.master, keys, sizeof keys - 1),
	    (int)sizeof keys - 1);
	for (i = 0; i < sizeof want / sizeof want[0]; i++)
		assert_int_equal(tty_key(), want[i]);
	for (i = 0; i < 100; i++)
		assert_int_equal(write(rig.master, "k", 1), 1);
	for (i = 0; i < 100; i++)
		assert_int_equal(tty_key(), 'k');
	assert_int_equal(tty_key(), TKEY_NONE);
	tty_close();
}

/* The terminal goes away: that is a key, and closing it takes no time. */
static void
test_gone(void **state)
{
	struct frame f;

	(void)state;
	open_terminal(&plain);
	close(rig.master);
	assert_int_equal(tty_key(), TKEY_EOF);
	frame_init(&f, 80, 24);
	frame_text(&f, 0, 0, 80, ROLE_TEXT, "lost");
	assert_true(tty_blit(&f) > 0);
	assert_int_equal(tty_flush(), -EIO);
	assert_int_equal(tty_pending(), 0);
	alarm(20);
	tty_close();
	alarm(0);
	rig.master = open("/dev/null", O_RDWR | O_CLOEXEC);
	frame_done(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_open_and_close, begin, end),
		cmocka_unit_test_setup_teardown(test_suspend, begin, end),
		cmocka_unit_test_setup_teardown(test_draw, begin, end),
		cmocka_unit_test_setup_teardown(test_sizes, begin, end),
		cmocka_unit_test_setup_teardown(test_stderr, begin, end),
		cmocka_unit_test_setup_teardown(test_crash, begin, end),
		cmocka_unit_test_setup_teardown(test_no_descriptors, begin, end),
		cmocka_unit_test_setup_teardown(test_types, begin, end),
		cmocka_unit_test_setup_teardown(test_options, begin, end),
		cmocka_unit_test_setup_teardown(test_keys, begin, end),
		cmocka_unit_test_setup_teardown(test_looks, begin, end),
		cmocka_unit_test_setup_teardown(test_stack, begin, end),
		cmocka_unit_test_setup_teardown(test_gone, begin, end),
	};

	/* Nobody here would answer. */
	setenv("COLORFGBG", "15;0", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
