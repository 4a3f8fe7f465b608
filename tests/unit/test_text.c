#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "pagetide/strbuf.h"
#include "pagetide/text.h"

static int
utf8(void **state)
{
	(void)state;
	return setlocale(LC_CTYPE, "C.UTF-8") == NULL ? -1 : 0;
}

static int
plain_c(void **state)
{
	(void)state;
	return setlocale(LC_CTYPE, "C") == NULL ? -1 : 0;
}

/* What text_safe() makes of s, compared with want. */
static void
assert_safe(const char *s, const char *want)
{
	struct strbuf	sb = STRBUF_INIT;

	text_safe(&sb, s);
	assert_string_equal(sb.s, want);
	assert_int_equal(sb.len, strlen(want));
	strbuf_done(&sb);
}

static void
decodes_one_character(void **state)
{
	static const struct {
		const char	*s;
		size_t		 taken;
		char32_t	 ch;
		int		 width;
	} cases[] = {
		{ "az", 1, U'a', 1 },
		{ "?z", 1, U'?', 1 },
		{ " ", 1, U' ', 1 },
		{ "~", 1, U'~', 1 },
		{ "\u00e9z", 2, 0xe9, 1 },
		{ "\u2580", 3, 0x2580, 1 },
		{ "\u4e2dz", 3, 0x4e2d, 2 },
		{ "\U0001f600", 4, 0x1f600, 2 },
	};
	char32_t	ch;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ch = 0;
		assert_int_equal(text_next(cases[i].s, &ch), cases[i].taken);
		assert_int_equal(ch, cases[i].ch);
		assert_int_equal(text_width(ch), cases[i].width);
	}
	ch = 7;
	assert_int_equal(text_next("", &ch), 0);
}

static void
no_control_byte_survives(void **state)
{
	char		s[] = "a?b";
	char32_t	ch;

	(void)state;
	for (int c = 1; c < 0x20; c++) {
		s[1] = (char)c;
		assert_safe(s, "a?b");
		assert_int_equal(text_next(s + 1, &ch), 1);
		assert_int_equal(ch, U'?');
	}
	assert_safe("a\x7f" "b", "a?b");
	assert_safe("\033]0;title\a", "?]0;title?");
	/* C1 controls, as characters: CSI is U+009B. */
	for (int c = 0x80; c < 0xa0; c++) {
		char	c1[] = { 'a', '\xc2', (char)c, 'b', '\0' };

		assert_safe(c1, "a?b");
	}
}

static void
no_invisible_character_survives(void **state)
{
	static const char *const hidden[] = {
		"\u200b", "\u200d", "\u200e", "\u200f", "\u2028", "\u2029",
		"\u202a", "\u202b", "\u202c", "\u202d", "\u202e", "\u2066",
		"\u2067", "\u2068", "\u2069", "\u061c", "\ufeff", "\u0301",
		"\ufe0f", "\U000e0041",
	};
	char32_t	ch;

	(void)state;
	for (size_t i = 0; i < sizeof(hidden) / sizeof(hidden[0]); i++) {
		assert_int_equal(text_next(hidden[i], &ch), strlen(hidden[i]));
		assert_int_equal(ch, U'?');
		assert_safe(hidden[i], "?");
		assert_int_equal(text_columns(hidden[i]), 1);
	}
	assert_safe("gpj.\u202efdp", "gpj.?fdp");
}

static void
bad_bytes_count_one_each(void **state)
{
	(void)state;
	assert_safe("a\xff\xfe" "b", "a??b");
	assert_safe("\x80", "?");
	/* Cut short, at the end and in the middle. */
	assert_safe("\xe4\xb8", "??");
	assert_safe("\xe4\xb8z", "??z");
	assert_safe("\xf0\x9f\x98", "???");
	/* Overlong slash and NUL, a surrogate, above U+10FFFF. */
	assert_safe("\xc0\xaf", "??");
	assert_safe("\xc0\x80", "??");
	assert_safe("\xed\xa0\x80", "???");
	assert_safe("\xf4\x90\x80\x80", "????");
	/* Good text goes on behind it. */
	assert_safe("\xe4\u4e2d", "?\u4e2d");
}

static void
columns_are_those_of_the_safe_text(void **state)
{
	(void)state;
	assert_int_equal(text_columns(""), 0);
	assert_int_equal(text_columns("file.dat"), 8);
	assert_int_equal(text_columns("\u4e2d\u6587.txt"), 8);
	assert_int_equal(text_columns("a\033[1mb"), 6);
	assert_int_equal(text_columns("\xff\xff"), 2);
	assert_int_equal(text_columns("e\u0301"), 2);
}

/* Whatever two bytes come: the result is clean, and clean text stays. */
static void
any_two_bytes_become_safe(void **state)
{
	struct strbuf	once = STRBUF_INIT, twice = STRBUF_INIT;

	(void)state;
	for (unsigned pair = 0; pair < 0x10000; pair++) {
		char	s[] = { (char)(pair >> 8), (char)pair, 'z', '\0' };

		strbuf_reset(&once);
		strbuf_reset(&twice);
		text_safe(&once, s);
		for (size_t i = 0; i < once.len; i++) {
			unsigned char	c = (unsigned char)once.s[i];

			assert_true(c >= 0x20 && c != 0x7f);
		}
		text_safe(&twice, once.s);
		assert_string_equal(once.s, twice.s);
		assert_int_equal(text_columns(s), text_columns(once.s));
	}
	strbuf_done(&once);
	strbuf_done(&twice);
}

static void
c_locale_knows_ascii_alone(void **state)
{
	char	s[2] = "";

	(void)state;
	assert_safe("file\u00e9.dat", "file??.dat");
	for (int c = 0x20; c < 0x7f; c++) {
		s[0] = (char)c;
		assert_safe(s, s);
	}
	for (int c = 0x7f; c < 0x100; c++) {
		s[0] = (char)c;
		assert_safe(s, "?");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(decodes_one_character, utf8),
		cmocka_unit_test_setup(no_control_byte_survives, utf8),
		cmocka_unit_test_setup(no_invisible_character_survives, utf8),
		cmocka_unit_test_setup(bad_bytes_count_one_each, utf8),
		cmocka_unit_test_setup(columns_are_those_of_the_safe_text,
		    utf8),
		cmocka_unit_test_setup(any_two_bytes_become_safe, utf8),
		cmocka_unit_test_setup(c_locale_knows_ascii_alone, plain_c),
	};

	return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
