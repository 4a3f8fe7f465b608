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
 * Takes the terminal on stdin/stdout: alternate screen, no echo, keys one by
 * one (ISIG stays: Ctrl-C and Ctrl-Z are signals). Remembers termios first.
 * A TERM nobody knows falls back to xterm-256color (names that start with
 * xterm) or vt100; *note (static text, may be set NULL) then says so.
 * Installs handlers for SIGSEGV, SIGBUS, SIGABRT, SIGILL and SIGFPE which
 * give the terminal back with write(2) and tcsetattr(3) alone and re-raise.
 * While it is open stderr, if it is a terminal, goes to a memfd, which
 * tty_close() prints.
 * 0 or -errno with one line in why; the terminal is then untouched.
 */
int	tty_open(const struct tty_options *, const char **note,
	    struct strbuf *why);
/* Gives the terminal back; harmless when not open or called twice. */
void	tty_close(void);

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
 * are left (wait for tty_out_fd to be writable), -errno: terminal is gone. */
int	tty_flush(void);
/* To wait on; non-blocking, ours alone. -1 when closed. */
int	tty_in_fd(void);
int	tty_out_fd(void);

/* Keys: a Unicode character, or one of these. */
enum tty_key {
	TKEY_NONE = 0,		/* no key waits */
	TKEY_BASE = 0x110000,	/* past Unicode */
	TKEY_UP, TKEY_DOWN, TKEY_LEFT, TKEY_RIGHT,
	TKEY_PGUP, TKEY_PGDN, TKEY_HOME, TKEY_END,
	TKEY_TAB, TKEY_BTAB, TKEY_ENTER, TKEY_ESC, TKEY_BACKSPACE,
	TKEY_DELETE, TKEY_F1,
	TKEY_CTRL_A, TKEY_CTRL_E, TKEY_CTRL_L, TKEY_CTRL_U, TKEY_CTRL_W,
	TKEY_MOUSE,		/* see tty_mouse() */
	TKEY_EOF,		/* stdin ended or failed: terminal is gone */
	TKEY_END_
};

/* Next key, TKEY_NONE when none waits. Never blocks. */
uint32_t tty_key(void);
/* Name of a key as bindings spell it ("Space", "PgUp", "Tab", "a"); buf is
 * returned. */
const char *tty_key_name(uint32_t key, char buf[16]);
/* The key of a name, TKEY_NONE if there is none. */
uint32_t tty_key_find(const char *name);

/* After TKEY_MOUSE: where, and which: 1 left press, 4 wheel up, 5 down. */
void	tty_mouse(int *x, int *y, int *button);
void	tty_set_mouse(bool on);

/* Colours the terminal has (0: none in use). */
int	tty_colours(void);
/* The scheme in use. */
const struct scheme *tty_scheme(void);

#endif
