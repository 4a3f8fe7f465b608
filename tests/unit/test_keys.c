#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <limits.h>
#include <locale.h>
#include <uchar.h>
#include <wctype.h>

#include "pagetide/tty.h"

/* The names that bindings and the manual use: each key past Unicode has one. */
static void
test_names(void **state)
{
	static const struct {
		uint32_t	 key;
		const char	*name;
	} want[] = {
		{ 'a', "a" }, { 'A', "A" }, { '~', "~" }, { ' ', "Space" },
		{ TKEY_UP, "Up" }, { TKEY_DOWN, "Down" },
		{ TKEY_LEFT, "Left" }, { TKEY_RIGHT, "Right" },
		{ TKEY_PGUP, "PgUp" }, { TKEY_PGDN, "PgDn" },
		{ TKEY_HOME, "Home" }, { TKEY_END, "End" },
		{ TKEY_TAB, "Tab" }, { TKEY_BTAB, "BackTab" },
		{ TKEY_ENTER, "Enter" }, { TKEY_ESC, "Esc" },
		{ TKEY_BACKSPACE, "Backspace" }, { TKEY_DELETE, "Delete" },
		{ TKEY_INSERT, "Insert" },
		{ TKEY_F1, "F1" }, { TKEY_F2, "F2" }, { TKEY_F3, "F3" },
		{ TKEY_F4, "F4" }, { TKEY_F5, "F5" }, { TKEY_F6, "F6" },
		{ TKEY_F7, "F7" }, { TKEY_F8, "F8" }, { TKEY_F9, "F9" },
		{ TKEY_F10, "F10" }, { TKEY_F11, "F11" }, { TKEY_F12, "F12" },
		{ TKEY_OTHER, "Unnamed" }, { TKEY_CTRL_A, "Ctrl-A" },
		{ TKEY_CTRL_E, "Ctrl-E" }, { TKEY_CTRL_L, "Ctrl-L" },
		{ TKEY_CTRL_R, "Ctrl-R" },
		{ TKEY_CTRL_U, "Ctrl-U" }, { TKEY_CTRL_W, "Ctrl-W" },
		{ TKEY_MOUSE, "Mouse" }, { TKEY_COLOURS, "Colours" },
		{ TKEY_EOF, "EOF" },
	};
	char name[TTY_KEY_NAME_MAX];
	size_t i, past_unicode = 0;

	(void)state;
	for (i = 0; i < sizeof want / sizeof want[0]; i++) {
		assert_string_equal(tty_key_name(name, want[i].key),
		    want[i].name);
		assert_int_equal(tty_key_find(want[i].name), want[i].key);
		past_unicode += want[i].key > TKEY_BASE;
	}
	assert_int_equal(past_unicode, TKEY_END_ - TKEY_BASE - 1);
}

/* A character is its own name, but for the blank. */
static void
test_all_characters(void **state)
{
	char name[MB_LEN_MAX + 1], found[TTY_KEY_NAME_MAX];
	mbstate_t shift = { 0 };
	uint32_t ch;

	(void)state;
	assert_non_null(setlocale(LC_ALL, "C.UTF-8"));
	for (ch = '!'; ch < TKEY_BASE; ch++) {
		if (!iswprint((wint_t)ch))
			continue;
		name[c32rtomb(name, (char32_t)ch, &shift)] = '\0';
		assert_int_equal(tty_key_find(name), ch);
		assert_string_equal(tty_key_name(found, ch), name);
	}
}

/* Without UTF-8 a character is called by its number. */
static void
test_numbers(void **state)
{
	char name[2] = "", found[TTY_KEY_NAME_MAX];

	(void)state;
	assert_non_null(setlocale(LC_ALL, "C"));
	assert_string_equal(tty_key_name(found, 0xe9), "U+00E9");
	assert_string_equal(tty_key_name(found, 0x1f600), "U+1F600");
	for (name[0] = '!'; name[0] <= '~'; name[0]++)
		assert_int_equal(tty_key_find(name), name[0]);
	assert_int_equal(tty_key_find("U+00E9"), 0xe9);
	assert_int_equal(tty_key_find("U+1F600"), 0x1f600);
	assert_int_equal(tty_key_find("U+1f600"), 0x1f600);
	assert_non_null(setlocale(LC_ALL, "C.UTF-8"));
	assert_int_equal(tty_key_find("U+00E9"), 0xe9);
}

/* Words may be written in any case, letters may not. */
static void
test_case(void **state)
{
	(void)state;
	assert_int_equal(tty_key_find("pgup"), TKEY_PGUP);
	assert_int_equal(tty_key_find("SPACE"), ' ');
	assert_int_equal(tty_key_find("ctrl-l"), TKEY_CTRL_L);
	assert_int_equal(tty_key_find("d"), 'd');
	assert_int_equal(tty_key_find("D"), 'D');
}

static void
test_no_keys(void **state)
{
	static const char *const names[] = { "", "ab", "F99", "\001", "\t",
		"\x7f", "\xc3", "\xff", "U+", "U+1", "U+0009", "U+110000",
		"U+FFFFFFFF", "U+00 41", "XX0041", "u-0041",
		"U+041", "Ctrl-", "Space " };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof names / sizeof names[0]; i++) {
		if (tty_key_find(names[i]) != TKEY_NONE)
			fail_msg("\"%s\" is a key", names[i]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_all_characters),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_case),
		cmocka_unit_test(test_no_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
