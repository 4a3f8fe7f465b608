#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <locale.h>
#include <string.h>
#include <strings.h>
#include <wctype.h>

#include "pagetide/tty.h"

/* The key's name leads back to the key. */
static void
assert_both_ways(uint32_t key)
{
	char buf[16];

	assert_ptr_equal(tty_key_name(key, buf), buf);
	assert_int_not_equal(buf[0], '\0');
	if (tty_key_find(buf) != key)
		fail_msg("key 0x%x is called %s, which is 0x%x", key, buf,
		    tty_key_find(buf));
}

/* The names that bindings and the manual use. */
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
		{ TKEY_F1, "F1" }, { TKEY_CTRL_L, "Ctrl-L" },
	};
	char buf[16];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof want / sizeof want[0]; i++) {
		assert_string_equal(tty_key_name(want[i].key, buf),
		    want[i].name);
		assert_int_equal(tty_key_find(want[i].name), want[i].key);
	}
}

/* Every key past Unicode has a name, and no two the same. */
static void
test_special_keys(void **state)
{
	uint32_t a, b;
	char name[16], other[16];

	(void)state;
	for (a = TKEY_BASE + 1; a < TKEY_END_; a++) {
		assert_both_ways(a);
		assert_int_not_equal(strncmp(tty_key_name(a, name), "U+", 2),
		    0);
		for (b = a + 1; b < TKEY_END_; b++)
			assert_int_not_equal(strcasecmp(name,
			    tty_key_name(b, other)), 0);
	}
}

static void
test_all_characters(void **state)
{
	uint32_t ch;

	(void)state;
	assert_non_null(setlocale(LC_ALL, "C.UTF-8"));
	for (ch = ' '; ch < TKEY_BASE; ch++) {
		if (iswprint((wint_t)ch))
			assert_both_ways(ch);
	}
}

/* Without UTF-8 a character is called by its number. */
static void
test_numbers(void **state)
{
	char buf[16];
	uint32_t ch;

	(void)state;
	assert_non_null(setlocale(LC_ALL, "C"));
	for (ch = ' '; ch <= '~'; ch++)
		assert_both_ways(ch);
	assert_both_ways(0xe9);
	assert_string_equal(tty_key_name(0xe9, buf), "U+00E9");
	assert_string_equal(tty_key_name(0x1f600, buf), "U+1F600");
	assert_int_equal(tty_key_find("U+1f600"), 0x1f600);
	assert_non_null(setlocale(LC_ALL, "C.UTF-8"));
	assert_int_equal(tty_key_find("U+00E9"), 0xe9);
	assert_string_equal(tty_key_name(0xe9, buf), "\xc3\xa9");
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
		"U+FFFFFFFF", "U+00 41", "Ctrl-", "Space " };
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
		cmocka_unit_test(test_special_keys),
		cmocka_unit_test(test_all_characters),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_case),
		cmocka_unit_test(test_no_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
