#include "config.h"

#include "keys.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <wctype.h>

#include "pagetide/tty.h"

enum { ESC = 0x1b };

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
	{ TKEY_F1, "F1", KEY_F(1) },
	{ TKEY_CTRL_A, "Ctrl-A", 0x01 },
	{ TKEY_CTRL_E, "Ctrl-E", 0x05 },
	{ TKEY_CTRL_L, "Ctrl-L", 0x0c },
	{ TKEY_CTRL_U, "Ctrl-U", 0x15 },
	{ TKEY_CTRL_W, "Ctrl-W", 0x17 },
	{ TKEY_MOUSE, "Mouse", KEY_MOUSE },
	{ TKEY_EOF, "EOF", ERR },
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

static const struct {
	mmask_t	mask;
	int	button;
} buttons[] = {
	{ BUTTON1_PRESSED, 1 },
	{ BUTTON4_PRESSED, 4 },
	{ BUTTON5_PRESSED, 5 },
};

const char *
tty_key_name(uint32_t key, char buf[16])
{
	char mb[MB_LEN_MAX + 1];
	mbstate_t state = { 0 };
	size_t n;
	unsigned i;

	for (i = 0; i < NAMED; i++) {
		if (named[i].key == key) {
			snprintf(buf, 16, "%s", named[i].name);
			return buf;
		}
	}
	n = c32rtomb(mb, (char32_t)key, &state);
	if (n <= 4 && iswprint((wint_t)key))
		snprintf(buf, 16, "%.*s", (int)n, mb);
	else
		snprintf(buf, 16, "U+%04X", (unsigned)key);
	return buf;
}

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

int
keys_open(struct key_reader *r)
{
	memset(r, 0, sizeof *r);
	r->next = ERR;
	/* Reading from a window would draw it; a pad is left alone. */
	r->win = newpad(1, 1);
	if (r->win == NULL)
		return -ENOMEM;
	nodelay(r->win, TRUE);
	keypad(r->win, TRUE);
	return 0;
}

void
keys_close(struct key_reader *r)
{
	if (r->win != NULL)
		delwin(r->win);
	r->win = NULL;
}

/* The next code of curses, ERR when none waits. */
static int
next_code(struct key_reader *r)
{
	int code = r->next;

	r->next = ERR;
	return code != ERR ? code : wgetch(r->win);
}

/* What, where; TKEY_NONE for what nobody asked for. */
static uint32_t
read_mouse(struct key_reader *r)
{
	MEVENT ev;
	unsigned i;

	if (getmouse(&ev) != OK)
		return TKEY_NONE;
	for (i = 0; i < sizeof buttons / sizeof buttons[0]; i++) {
		if (ev.bstate & buttons[i].mask) {
			r->x = ev.x;
			r->y = ev.y;
			r->button = buttons[i].button;
			return TKEY_MOUSE;
		}
	}
	return TKEY_NONE;
}

/* Escape alone, or the start of a sequence that curses does not know. */
static uint32_t
read_escape(struct key_reader *r)
{
	int code = wgetch(r->win);

	if (code != '[' && code != 'O') {
		r->next = code;
		return TKEY_ESC;
	}
	/* Its bytes must not act as keys. */
	do {
		int before = code;

		code = wgetch(r->win);
		if (before == 'O')
			break;
	} while (code != ERR && (code < 0x40 || code > 0x7e));
	return TKEY_NONE;
}

/* A key that is no text; TKEY_NONE if it has no meaning here. */
static uint32_t
read_code(struct key_reader *r, int code)
{
	unsigned i;

	if (code == ESC)
		return read_escape(r);
	if (code == KEY_MOUSE)
		return read_mouse(r);
	for (i = 0; i < NAMED; i++) {
		if (named[i].code == code)
			return named[i].key;
	}
	for (i = 0; i < OTHER_CODES; i++) {
		if (other_codes[i].code == code)
			return other_codes[i].key;
	}
	return TKEY_NONE;
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

uint32_t
keys_read(struct key_reader *r)
{
	int code;

	while ((code = next_code(r)) != ERR) {
		uint32_t key;

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
