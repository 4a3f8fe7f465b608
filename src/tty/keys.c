#include "config.h"

#include "keys.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <wctype.h>

#include "pagetide/clock.h"
#include "pagetide/tty.h"

#include "device.h"

enum {
	ESC = 0x1b,
	NO_CODE = -2,	/* none of curses */
	SEQUENCE_MS = 100,	/* between two bytes of one */
	MOUSE_MOVED = 32,	/* in the button of a report */
	MOUSE_WHEEL = 64,
	MOUSE_NUMBER_MAX = 100000,
};

/* Keys that have a name, and the first code they come as. */
static const struct {
	uint32_t	 key;
	const char	*name;
	int		 code;
} named[] = {
	{ ' ', "Space", ' ' },
	{ TKEY_UP, "Up", KEY_UP },
	{ TKEY_DOWN, "Down", KEY_DOWN },
	{ TKEY_LEFT, "Left", KEY_LEFT },
	{ TKEY_RIGHT, "Right", KEY_RIGHT },
	{ TKEY_PGUP, "PgUp", KEY_PPAGE },
	{ TKEY_PGDN, "PgDn", KEY_NPAGE },
	{ TKEY_HOME, "Home", KEY_HOME },
	{ TKEY_END, "End", KEY_END },
	{ TKEY_TAB, "Tab", '\t' },
	{ TKEY_BTAB, "BackTab", KEY_BTAB },
	{ TKEY_ENTER, "Enter", '\r' },
	{ TKEY_ESC, "Esc", ESC },
	{ TKEY_BACKSPACE, "Backspace", KEY_BACKSPACE },
	{ TKEY_DELETE, "Delete", KEY_DC },
	{ TKEY_INSERT, "Insert", KEY_IC },
	{ TKEY_F1, "F1", KEY_F(1) },
	{ TKEY_F2, "F2", KEY_F(2) },
	{ TKEY_F3, "F3", KEY_F(3) },
	{ TKEY_F4, "F4", KEY_F(4) },
	{ TKEY_F5, "F5", KEY_F(5) },
	{ TKEY_F6, "F6", KEY_F(6) },
	{ TKEY_F7, "F7", KEY_F(7) },
	{ TKEY_F8, "F8", KEY_F(8) },
	{ TKEY_F9, "F9", KEY_F(9) },
	{ TKEY_F10, "F10", KEY_F(10) },
	{ TKEY_F11, "F11", KEY_F(11) },
	{ TKEY_F12, "F12", KEY_F(12) },
	{ TKEY_CTRL_A, "Ctrl-A", 0x01 },
	{ TKEY_CTRL_E, "Ctrl-E", 0x05 },
	{ TKEY_CTRL_L, "Ctrl-L", 0x0c },
	{ TKEY_CTRL_R, "Ctrl-R", 0x12 },
	{ TKEY_CTRL_U, "Ctrl-U", 0x15 },
	{ TKEY_CTRL_W, "Ctrl-W", 0x17 },
	{ TKEY_MOUSE, "Mouse", NO_CODE },
	{ TKEY_COLOURS, "Colours", NO_CODE },
	{ TKEY_EOF, "EOF", ERR },
	{ TKEY_OTHER, "Unnamed", NO_CODE },
};
enum { NAMED = sizeof named / sizeof named[0] };

/* Other codes of the same keys. */
static const struct {
	int		code;
	uint32_t	key;
} other_codes[] = {
	{ '\n', TKEY_ENTER },
	{ KEY_ENTER, TKEY_ENTER },
	{ 0x08, TKEY_BACKSPACE },
	{ 0x7f, TKEY_BACKSPACE },
	{ KEY_A1, TKEY_HOME },
	{ KEY_A3, TKEY_PGUP },
	{ KEY_C1, TKEY_END },
	{ KEY_C3, TKEY_PGDN },
};
enum { OTHER_CODES = sizeof other_codes / sizeof other_codes[0] };

/* The character of "U+00E9", TKEY_NONE if it is not written so. */
static uint32_t
find_number(const char *name)
{
	char *end;
	unsigned long n;

	if (strncmp(name, "U+", 2) != 0 || strlen(name) < 6 ||
	    strspn(name + 2, "0123456789ABCDEFabcdef") != strlen(name + 2))
		return TKEY_NONE;
	n = strtoul(name + 2, &end, 16);
	return n > 0x20 && n < TKEY_BASE ? (uint32_t)n : TKEY_NONE;
}

uint32_t
tty_key_find(const char *name)
{
	mbstate_t state = { 0 };
	size_t len = strlen(name);
	char32_t ch;
	unsigned i;

	for (i = 0; i < NAMED; i++) {
		if (strcasecmp(name, named[i].name) == 0)
			return named[i].key;
	}
	if (len > 0 && mbrtoc32(&ch, name, len, &state) == len)
		return iswprint((wint_t)ch) ? (uint32_t)ch : TKEY_NONE;
	return find_number(name);
}

const char *
tty_key_named(unsigned i)
{
	return i < NAMED && named[i].key < TKEY_MOUSE ? named[i].name : NULL;
}

char *
tty_key_name(char buf[TTY_KEY_NAME_MAX], uint32_t key)
{
	mbstate_t state = { 0 };
	char text[MB_LEN_MAX];
	size_t len;
	unsigned i;

	for (i = 0; i < NAMED; i++) {
		if (named[i].key == key)
			return strcpy(buf, named[i].name);
	}
	len = c32rtomb(text, (char32_t)key, &state);
	if (len == (size_t)-1 || len >= TTY_KEY_NAME_MAX)
		snprintf(buf, TTY_KEY_NAME_MAX, "U+%04X", (unsigned)key);
	else
		snprintf(buf, TTY_KEY_NAME_MAX, "%.*s", (int)len, text);
	return buf;
}

int
keys_open(struct key_reader *r, const struct device *d)
{
	memset(r, 0, sizeof *r);
	r->device = d;
	r->next = ERR;
	/* Reading from a window would draw it; a pad is left alone. */
	r->win = newpad(1, 1);
	if (r->win == NULL)
		return -ENOMEM;
	nodelay(r->win, TRUE);
	keypad(r->win, TRUE);
	/* curses makes one event of several, and loses them. */
	keyok(KEY_MOUSE, FALSE);
	return 0;
}

void
keys_close(struct key_reader *r)
{
	if (r->win != NULL)
		delwin(r->win);
	r->win = NULL;
}

/* The next code of curses that is no answer to us, ERR when none waits. */
static int
next_code(struct key_reader *r)
{
	int code = r->next;

	r->next = ERR;
	if (code != ERR)
		return code;
	while ((code = answer_next(&r->answer)) == ANSWER_NONE) {
		code = wgetch(r->win);
		if (!r->answer.due)
			break;
		answer_feed(&r->answer, code == ERR ? ANSWER_NONE : code,
		    clock_now_ns());
		if (code == ERR)
			return answer_next(&r->answer);
	}
	return code;
}

/* The next code of a sequence that has begun; ERR: it broke off. */
static int
rest_code(struct key_reader *r)
{
	int code = next_code(r);

	if (code == ERR && device_wait(r->device, SEQUENCE_MS))
		code = next_code(r);
	return code;
}

/* A report of the mouse; TKEY_NONE for what is of no use. */
static uint32_t
take_mouse(struct key_reader *r, const int report[3], bool released)
{
	int button = report[0];

	if ((button & MOUSE_WHEEL) != 0)
		r->button = (button & 3) == 0 ? TTY_WHEEL_UP : TTY_WHEEL_DOWN;
	else if (released)
		r->button = TTY_RELEASE;
	else
		r->button = (button & MOUSE_MOVED) != 0 ? TTY_DRAG : TTY_PRESS;
	r->x = report[1] - 1;
	r->y = report[2] - 1;
	return r->mouse && (button & 3) < ((button & MOUSE_WHEEL) ? 2 : 1) ?
	    TKEY_MOUSE : TKEY_NONE;
}

/* "0;12;7M", a release ends with m. */
static uint32_t
read_mouse(struct key_reader *r)
{
	int report[3] = { 0 }, code, i = 0;

	while ((code = rest_code(r)) != ERR) {
		if (code == ';' && i < 2)
			i++;
		else if (code >= '0' && code <= '9' &&
		    report[i] < MOUSE_NUMBER_MAX)
			report[i] = report[i] * 10 + code - '0';
		else
			break;
	}
	if (i < 2 || (code != 'M' && code != 'm'))
		return TKEY_NONE;
	return take_mouse(r, report, code == 'm');
}

/* Of terminals that know no numbers: three bytes, of which the first does not
 * say which button is released. */
static uint32_t
read_mouse_bytes(struct key_reader *r)
{
	int report[3], i;
	bool released;

	for (i = 0; i < 3; i++) {
		report[i] = rest_code(r) - 32;
		if (report[i] < 0)
			return TKEY_NONE;
	}
	released = (report[0] & (3 | MOUSE_MOVED | MOUSE_WHEEL)) == 3;
	if (released)
		report[0] = 0;
	return take_mouse(r, report, released);
}

/* Escape alone, or the start of a sequence that curses does not know. */
static uint32_t
read_escape(struct key_reader *r)
{
	int code = next_code(r);

	if (code != '[' && code != 'O') {
		r->next = code;
		return TKEY_ESC;
	}
	/* Its bytes must not act as keys. */
	do {
		int before = code;

		code = next_code(r);
		if (before == '[' && code == '<')
			return read_mouse(r);
		if (before == '[' && code == 'M')
			return read_mouse_bytes(r);
		if (before == 'O')
			break;
	} while (code != ERR && (code < 0x40 || code > 0x7e));
	return TKEY_NONE;
}

/* A key that is no text. */
static uint32_t
read_code(struct key_reader *r, int code)
{
	unsigned i;

	if (code == ESC)
		return read_escape(r);
	for (i = 0; i < NAMED; i++) {
		if (named[i].code == code)
			return named[i].key;
	}
	for (i = 0; i < OTHER_CODES; i++) {
		if (other_codes[i].code == code)
			return other_codes[i].key;
	}
	return code == KEY_RESIZE ? TKEY_NONE : TKEY_OTHER;
}

/* One byte of text; TKEY_NONE while the character is not whole. */
static uint32_t
read_byte(struct key_reader *r, int code)
{
	char byte = (char)code;
	bool first = mbsinit(&r->part) != 0;
	char32_t ch;
	size_t n = mbrtoc32(&ch, &byte, 1, &r->part);

	if (n == (size_t)-1) {
		memset(&r->part, 0, sizeof r->part);
		/* The byte may begin another character. */
		if (!first)
			r->next = code;
		return TKEY_NONE;
	}
	if (n == (size_t)-2 || !iswprint((wint_t)ch))
		return TKEY_NONE;
	return (uint32_t)ch;
}

/* The next key that waits, TKEY_NONE if none does. */
static uint32_t
read_key(struct key_reader *r)
{
	int code;

	while ((code = next_code(r)) != ERR) {
		int sig = device_signal(r->device, code);
		uint32_t key;

		if (sig != 0) {
			raise(sig);
			continue;
		}
		if (code < 0x20 || code == 0x7f || code > 0xff) {
			memset(&r->part, 0, sizeof r->part);
			key = read_code(r, code);
		} else {
			key = read_byte(r, code);
		}
		if (key != TKEY_NONE)
			return key;
	}
	return TKEY_NONE;
}

uint32_t
keys_read(struct key_reader *r)
{
	if (r->early_next < r->early_end)
		return r->early[r->early_next++];
	return read_key(r);
}

bool
keys_read_early(struct key_reader *r)
{
	uint32_t key;

	while (r->early_end < KEYS_EARLY_MAX) {
		key = read_key(r);
		if (key == TKEY_NONE)
			return true;
		r->early[r->early_end++] = key;
	}
	return false;
}
