/* The terminal. The only module that knows curses. */
#ifndef PAGETIDE_TTY_H
#define PAGETIDE_TTY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct frame;
struct scheme;
struct strbuf;

struct tty_options {
	const char	*scheme;	/* name, or NULL: by the terminal */
	bool		 no_colour;	/* --color=never, NO_COLOR */
	bool		 ascii;		/* no byte above 0x7e */
	bool		 mouse;
};

/*
 * Takes the terminal on stdout, with keys from stdin if that is a terminal,
 * else from the same: alternate screen, no echo, keys one by one (ISIG stays:
 * Ctrl-C and Ctrl-Z are signals). Remembers termios first.
 * A TERM nobody knows falls back to xterm-256color (names that start with
 * xterm) or vt100; *note (static text, may be set NULL) then says so.
 * Installs handlers for SIGSEGV, SIGBUS, SIGABRT, SIGILL, SIGFPE, SIGSYS and
 * SIGTRAP, which give the terminal back with write(2) and tcsetattr(3) alone
 * and re-raise.
 * Where it matters and COLORFGBG does not say it, the terminal is asked whether
 * its background is light (100 ms at most; keys typed meanwhile wait for
 * tty_key(), which says so if the answer comes later).
 * While it is open stderr, if it is a terminal, goes to a memfd, which
 * tty_close() prints.
 * 0 or -errno with one line in why; the terminal is then untouched.
 */
int	tty_open(const struct tty_options *, const char **note,
	    struct strbuf *why);
/* Gives the terminal back; harmless when not open or called twice. */
void	tty_close(void);
/* The same for an end in the midst of anything, tty_open() and curses too:
 * for fatal_set_cleanup(). Memory stays, nothing else may be called after. */
void	tty_abandon(void);

/* For SIGTSTP: gives the terminal back but keeps state. */
void	tty_suspend(void);
/* For SIGCONT: takes it again; the next blit paints all. */
void	tty_resume(void);
/* For SIGWINCH, and at start: asks the terminal, resizes curses. The size is
 * at least 1x1. Returns true if it changed. */
bool	tty_resize(int *cols, int *rows);

/*
 * Turns the frame into bytes for the terminal (only what differs from the
 * last blit) and queues them. Only call while tty_pending() is 0. Returns
 * the bytes queued.
 */
size_t	tty_blit(const struct frame *);
/* Next blit paints everything (Ctrl-L). */
void	tty_invalidate(void);
/* Bytes queued and not yet taken by the terminal. */
size_t	tty_pending(void);
/* Writes what the terminal takes without blocking. 0 all written, 1 bytes
 * are left (wait for tty_out_fd to be writable), -EFBIG: RLIMIT_FSIZE is too
 * small for a screen in memory, other -errno: the terminal is gone. */
int	tty_flush(void);
/* To wait on, and for nothing else. -1 when closed. */
int	tty_in_fd(void);
int	tty_out_fd(void);

/* Keys: a Unicode character, or one of these. */
enum tty_key {
	TKEY_NONE = 0,		/* no key waits */
	TKEY_BASE = 0x110000,	/* past Unicode */
	TKEY_UP, TKEY_DOWN, TKEY_LEFT, TKEY_RIGHT,
	TKEY_PGUP, TKEY_PGDN, TKEY_HOME, TKEY_END,
	TKEY_TAB, TKEY_BTAB, TKEY_ENTER, TKEY_ESC, TKEY_BACKSPACE,
	TKEY_DELETE, TKEY_INSERT,
	TKEY_F1, TKEY_F2, TKEY_F3, TKEY_F4, TKEY_F5, TKEY_F6,
	TKEY_F7, TKEY_F8, TKEY_F9, TKEY_F10, TKEY_F11, TKEY_F12,
	TKEY_CTRL_A, TKEY_CTRL_E, TKEY_CTRL_L, TKEY_CTRL_R, TKEY_CTRL_U,
	TKEY_CTRL_W,
	TKEY_MOUSE,		/* see tty_mouse() */
	TKEY_COLOURS,		/* no key: they became others, draw again */
	TKEY_EOF,		/* stdin ended or failed: terminal is gone */
	TKEY_OTHER,		/* one that has no name */
	TKEY_END_
};

/* Next key, TKEY_NONE when none waits. Never blocks. */
uint32_t tty_key(void);
/* The key of a name as bindings spell it ("Space", "PgUp", "Tab", "a",
 * "U+00E9"), TKEY_NONE if there is none. */
uint32_t tty_key_find(const char *name);
/* The i-th of the names that are longer than a character and may be pressed;
 * NULL: there are no more. */
const char *tty_key_named(unsigned i);

#define TTY_KEY_NAME_MAX 16
/* The name of a key, by which tty_key_find() finds it, into buf, which it
 * returns. */
char	*tty_key_name(char buf[TTY_KEY_NAME_MAX], uint32_t key);

enum tty_button {
	TTY_PRESS = 1,		/* of the left button */
	TTY_DRAG,		/* it was pressed, and is elsewhere now */
	TTY_RELEASE,
	TTY_WHEEL_UP,
	TTY_WHEEL_DOWN,
};

/* After TKEY_MOUSE: where, and what (enum tty_button). */
void	tty_mouse(int *x, int *y, int *button);
void	tty_set_mouse(bool on);

/* Which curses that is: "ncurses 6.4.20221231". */
const char *tty_curses(void);

/* The scheme in use. */
const struct scheme *tty_scheme(void);

#endif
