#include "config.h"

#include "pagetide/tty.h"

#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <term.h>
#include <unistd.h>

#include "pagetide/frame.h"
#include "pagetide/strbuf.h"
#include "pagetide/text.h"

#include "background.h"
#include "colour.h"
#include "crash.h"
#include "device.h"
#include "errout.h"
#include "keys.h"
#include "out.h"
#include "paint.h"

enum {
	TTY_ESC_MS = 25,	/* a lone Esc waits no longer */
	TTY_FAILURES = 16,	/* to read, in a row: the terminal is gone */
};

/* Reports of presses and drags, with numbers. */
#define TTY_MOUSE_ON	"\033[?1002;1006h"
#define TTY_MOUSE_OFF	"\033[?1006;1002l"

/* curses has one terminal of its own too, so there is one. */
static struct {
	bool			 open, suspended, mouse;
	bool			 mouse_due;	/* the terminal is to be told */
	bool			 unsure;	/* the background is asked for,
						   not told yet */
	pid_t			 owner;		/* no child of it */
	struct device		 device;
	struct out		 out;
	SCREEN			*screen;
	struct key_reader	 keys;
	struct colour		 colour;
	struct paint		 paint;
	int			 cols, rows;	/* 0: never asked */
	unsigned		 failures;	/* in a row, to read */
} tty;

/* Is that terminal type known? Leaves it as cur_term then. */
static bool
try_type(const char *type)
{
	int err;

	return type != NULL && *type != '\0' &&
	    setupterm(type, tty.device.out, &err) == OK;
}

/* The terminal type to use, now in cur_term; NULL if none is known. */
static const char *
find_type(const char **note)
{
	const char *type = getenv("TERM");

	if (try_type(type))
		return type;
	if (type != NULL && strncmp(type, "xterm", 5) == 0 &&
	    try_type("xterm-256color")) {
		*note = "TERM is not known here, drawing as xterm-256color";
		return "xterm-256color";
	}
	*note = "TERM is not known here, drawing as vt100";
	return try_type("vt100") ? "vt100" : NULL;
}

/* Appends a capability without its padding. */
static void
add_capability(struct strbuf *b, const char *s)
{
	const char *pad;

	if (s == NULL || s == (const char *)-1)
		return;
	while ((pad = strstr(s, "$<")) != NULL && strchr(pad, '>') != NULL) {
		strbuf_add(b, s, (size_t)(pad - s));
		s = strchr(pad, '>') + 1;
	}
	strbuf_adds(b, s);
}

/* Prepares the bytes that give the terminal back; uses cur_term. */
static void
prepare_reset(void)
{
	struct strbuf b = STRBUF_INIT;
	int cols, rows;

	if (device_size(&tty.device, &cols, &rows) != 0)
		return;

	add_capability(&b, exit_attribute_mode);
	add_capability(&b, orig_pair);
	if (key_mouse != NULL)
		strbuf_adds(&b, TTY_MOUSE_OFF);
	/* curses set the scroll region to the size it had. */
	if (change_scroll_region != NULL)
		add_capability(&b, tiparm(change_scroll_region, 0, rows - 1));
	add_capability(&b, tiparm(cursor_address, rows - 1, 0));
	/* Without a second screen the prompt follows below ours. */
	if (exit_ca_mode == NULL)
		add_capability(&b, clr_eol);
	add_capability(&b, keypad_local);
	add_capability(&b, exit_ca_mode);
	add_capability(&b, cursor_normal);
	crash_set_reset(b.s, b.len);
	strbuf_done(&b);
}

/* newterm() without the signal handlers that it installs. */
static SCREEN *
new_screen(const char *type, FILE *out, FILE *in)
{
	static const int list[] = { SIGINT, SIGTERM, SIGTSTP, SIGWINCH };
	enum { COUNT = sizeof list / sizeof list[0] };
	struct sigaction before[COUNT];
	SCREEN *screen;
	unsigned i;

	for (i = 0; i < COUNT; i++)
		sigaction(list[i], NULL, &before[i]);
	/* Its size is what the terminal says, not LINES and COLUMNS. */
	use_env(FALSE);
	use_tioctl(TRUE);
	screen = newterm(type, out, in);
	for (i = 0; i < COUNT; i++)
		sigaction(list[i], &before[i], NULL);
	return screen;
}

/* The terminal is ours from now on; 0 or -errno. */
static int
take_terminal(void)
{
	if (tty.suspended)
		keypad(tty.keys.win, TRUE);
	tty.suspended = false;
	tty.mouse_due = tty.mouse;
	tty_invalidate();
	crash_arm(&tty.device);
	/* In the background it stops us, as it should. */
	return device_raw(&tty.device);
}

/* curses as we need it; 0 or -errno. */
static int
set_up_curses(void)
{
	int err;

	set_escdelay(TTY_ESC_MS);
	cbreak();
	noecho();
	nonl();
	typeahead(-1);
	/* From here on all that curses writes is counted and can wait. */
	err = out_divert(&tty.out);
	if (err == 0)
		err = keys_open(&tty.keys, &tty.device);
	leaveok(stdscr, TRUE);
	curs_set(0);
	return err;
}

/* Gives back all that tty_open() took so far. */
static void
release(void)
{
	crash_restore();
	paint_done(&tty.paint);
	colour_close(&tty.colour);
	keys_close(&tty.keys);
	if (tty.screen != NULL) {
		/* What it writes ends in memory. */
		endwin();
		delscreen(tty.screen);
	}
	out_close(&tty.out);
	device_close(&tty.device);
	memset(&tty, 0, sizeof tty);
}

/* Undoes, says what failed, returns err. */
static int
fail(struct strbuf *why, const char *what, int err)
{
	strbuf_addf(why, "%s: %s", what, strerror(-err));
	release();
	crash_uninstall();
	return err;
}

/* curses does not say why it cannot read a description: is it that no file
 * can be opened? 0, or why. */
static int
shortage(void)
{
	int fd = fcntl(tty.device.in, F_DUPFD_CLOEXEC, 0);

	if (fd < 0)
		return errno;
	close(fd);
	return 0;
}

/* Chooses the terminal type; it can address the cursor. 0 or -errno. */
static int
choose_type(const char **type, const char **note, struct strbuf *why)
{
	int err;

	*type = find_type(note);
	err = *type == NULL ? shortage() : 0;
	if (err != 0) {
		strbuf_addf(why, "the terminal's description cannot be read: "
		    "%s", strerror(err));
		return -err;
	}
	if (*type == NULL) {
		strbuf_adds(why, "no description of this terminal, nor of a "
		    "vt100, is installed");
		return -ENOENT;
	}
	if (cursor_address != NULL) {
		prepare_reset();
		del_curterm(cur_term);
		return 0;
	}
	strbuf_adds(why, "a terminal of type ");
	text_safe(why, *type);
	strbuf_adds(why, " cannot show a screen");
	del_curterm(cur_term);
	return -ENOTSUP;
}

/* Starts curses on the open device; 0 or -errno with why. */
static int
start_curses(const char *type, struct strbuf *why)
{
	int err;

	err = out_open(&tty.out, &tty.device);
	if (err != 0)
		return fail(why, "no memory for the screen", err);
	crash_arm(&tty.device);
	tty.screen = new_screen(type, tty.out.curses, tty.device.keys);
	if (tty.screen == NULL) {
		err = shortage();
		return fail(why, "cannot start curses",
		    err != 0 ? -err : -ENOTSUP);
	}
	err = set_up_curses();
	if (err == 0)
		err = take_terminal();
	return err == 0 ? 0 : fail(why, "cannot set up the terminal", err);
}

static void
choose_colours(const struct tty_options *o, const char **note)
{
	bool light = colour_may_be_light(o) &&
	    background_is_light(&tty.keys, &tty.out);

	colour_open(&tty.colour, o, light, note);
	tty.unsure = tty.keys.answer.due && !tty.keys.answer.known;
}

int
tty_open(const struct tty_options *o, const char **note, struct strbuf *why)
{
	const char *type;
	int err;

	if (tty.open)
		return -EBUSY;
	*note = NULL;
	err = device_open(&tty.device, why);
	if (err != 0)
		return err;
	err = choose_type(&type, note, why);
	if (err != 0) {
		device_close(&tty.device);
		return err;
	}
	crash_install();
	err = start_curses(type, why);
	if (err != 0)
		return err;
	/* Without it a library's message would only spoil the screen. */
	errout_keep();
	choose_colours(o, note);
	paint_init(&tty.paint);
	tty.open = true;
	tty.owner = getpid();
	tty_set_mouse(o->mouse);
	return 0;
}

void
tty_close(void)
{
	if (!tty.open || tty.owner != getpid())
		return;
	release();
	crash_uninstall();
	errout_release();
}

void
tty_abandon(void)
{
	crash_restore();
	errout_dump();
}

void
tty_suspend(void)
{
	if (!tty.open || tty.suspended)
		return;
	/* For curses to take it again with the next frame; the bytes that
	 * give it back are the prepared ones, not these. */
	endwin();
	out_take(&tty.out);
	out_drop(&tty.out);
	tty.suspended = true;
	crash_restore();
}

void
tty_resume(void)
{
	if (tty.open)
		take_terminal();
}

bool
tty_resize(int *cols, int *rows)
{
	int c, r;

	if (!tty.open)
		return false;
	if (device_size(&tty.device, &c, &r) != 0) {
		c = COLS;
		r = LINES;
	}
	*cols = c;
	*rows = r;
	if (c == tty.cols && r == tty.rows)
		return false;
	/* Unlike resizeterm() it makes no key of it. */
	resize_term(r, c);
	prepare_reset();
	tty.cols = c;
	tty.rows = r;
	tty_invalidate();
	return true;
}

/* Tells it whether the mouse is on; returns the bytes. */
static size_t
tell_mouse(void)
{
	const char *text = tty.mouse ? TTY_MOUSE_ON : TTY_MOUSE_OFF;

	if (!tty.mouse_due || key_mouse == NULL)
		return 0;
	tty.mouse_due = false;
	out_add(&tty.out, text, strlen(text));
	return strlen(text);
}

size_t
tty_blit(const struct frame *f)
{
	size_t bytes;

	if (!tty.open || tty.suspended)
		return 0;
	if (paint_frame(&tty.paint, &tty.colour, f)) {
		wnoutrefresh(stdscr);
		doupdate();
	}
	bytes = out_take(&tty.out);
	return bytes + tell_mouse();
}

void
tty_invalidate(void)
{
	tty.paint.all = true;
}

size_t
tty_pending(void)
{
	return out_pending(&tty.out);
}

int
tty_flush(void)
{
	return tty.open ? out_flush(&tty.out) : 0;
}

int
tty_in_fd(void)
{
	return tty.open ? tty.device.in : -1;
}

int
tty_out_fd(void)
{
	return tty.open ? tty.device.out : -1;
}

/* Has the terminal said only now that its background is light? */
static bool
came_late(void)
{
	if (!tty.unsure || !tty.keys.answer.known)
		return false;
	tty.unsure = false;
	if (!tty.keys.answer.light)
		return false;
	colour_light(&tty.colour);
	tty_invalidate();
	return true;
}

uint32_t
tty_key(void)
{
	uint32_t key;
	short events;

	if (!tty.open)
		return TKEY_NONE;
	key = keys_read(&tty.keys);
	if (key == TKEY_NONE && came_late())
		return TKEY_COLOURS;
	events = key == TKEY_NONE ? device_events(&tty.device) : 0;
	/* All that waited was read: what still waits cannot be. */
	tty.failures = (events & POLLIN) != 0 ? tty.failures + 1 : 0;
	if ((events & (POLLHUP | POLLERR | POLLNVAL)) != 0 ||
	    tty.failures == TTY_FAILURES)
		return TKEY_EOF;
	return key;
}

void
tty_mouse(int *x, int *y, int *button)
{
	*x = tty.keys.x;
	*y = tty.keys.y;
	*button = tty.keys.button;
}

void
tty_set_mouse(bool on)
{
	if (!tty.open || on == tty.mouse)
		return;
	tty.mouse = on;
	tty.mouse_due = true;
	tty.keys.mouse = on;
}

const char *
tty_curses(void)
{
	return curses_version();
}

const struct scheme *
tty_scheme(void)
{
	return tty.colour.scheme;
}
