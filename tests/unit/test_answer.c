#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "pagetide/clock.h"

#include "../../src/tty/answer.h"

#define LIGHT	"\033]11;rgb:ffff/ffff/ffff\033\\"
#define DARK	"\033]11;rgb:1c1c/1c1c/1c1c\a"
#define KIND	"\033[?62;22c"
/* Nothing more waits, for now. */
#define LULL	"\001"
/* The same, four seconds later. */
#define LATER	"\002"

static uint64_t now_ns;

/* Appends what was given. */
static void
drain(struct answer *a, char *got)
{
	int code;

	got += strlen(got);
	while ((code = answer_next(a)) != ANSWER_NONE)
		*got++ = (char)code;
	*got = '\0';
}

/* What of the codes is typed. */
static const char *
typed(struct answer *a, const char *codes)
{
	static char got[256];

	got[0] = '\0';
	now_ns = 50 * NS_PER_S;
	answer_expect(a, now_ns);
	for (; *codes != '\0'; codes++) {
		if (*codes == *LATER)
			now_ns += 4 * NS_PER_S;
		answer_feed(a, *codes < 3 ? ANSWER_NONE : *codes, now_ns);
		drain(a, got);
	}
	answer_feed(a, ANSWER_NONE, now_ns);
	drain(a, got);
	return got;
}

static void
answers_are_picked_out(void **state)
{
	struct answer a;

	(void)state;
	assert_string_equal(typed(&a, LIGHT KIND), "");
	assert_true(a.known && a.light && !a.due);
	assert_string_equal(typed(&a, "q" DARK "x" KIND "\033[A"),
	    "qx\033[A");
	assert_true(a.known && !a.light && !a.due);
	assert_string_equal(typed(&a, KIND "v"), "v");
	assert_true(!a.known && !a.due);
	/* Two, from the multiplexer and from the terminal behind it. */
	assert_string_equal(typed(&a, "\033" LIGHT LIGHT "b"), "\033b");
	assert_true(a.known && a.light && a.due);
}

static void
parts_are_one_answer(void **state)
{
	static const char whole[] = LIGHT KIND;
	char text[sizeof whole + 1];
	struct answer a;

	(void)state;
	for (size_t cut = 1; cut < sizeof whole - 1; cut++) {
		const char *got;

		memcpy(text, whole, cut);
		text[cut] = *LULL;
		memcpy(text + cut + 1, whole + cut, sizeof whole - cut);
		got = typed(&a, text);
		/* An Esc alone is not held back. */
		assert_true(*got == '\0' || strcmp(got, "\033") == 0);
		assert_true(a.known && a.light && !a.due);
	}
}

static void
what_is_typed_goes_on(void **state)
{
	static const char *const same[] = { "", "q", "\033", "\033\033",
		"\033]", "\033]x", "\033]11x", "\033O5", "\033[A", "]11;",
		"\033q]" };
	struct answer a;
	char text[16];

	(void)state;
	for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
		strcpy(text, same[i]);
		strcat(text, LATER);
		assert_string_equal(typed(&a, text), same[i]);
		assert_true(a.due && !a.known);
	}
	assert_string_equal(typed(&a, "\033" LULL "q"), "\033q");
	assert_string_equal(typed(&a, "\033" LULL "]" LULL "q"), "\033]q");
	assert_string_equal(typed(&a, LATER "\033]" LULL), "\033]");
	assert_string_equal(typed(&a, LATER "\033" LULL "]" LULL), "\033]");
}

static void
late_answers_are_no_keys(void **state)
{
	struct answer a;

	(void)state;
	assert_string_equal(typed(&a, LATER LATER LIGHT "q"), "q");
	assert_string_equal(typed(&a, LATER "\033]11;rgb:ff" LULL
	    "ff/ffff/ffff\a" "q"), "q");
	assert_true(a.known && a.light);
	assert_string_equal(typed(&a, LATER KIND "q"), "q");
}

static void
what_broke_off_is_dropped(void **state)
{
	struct answer a;

	(void)state;
	assert_string_equal(typed(&a, "\033]11;rgb:ff" LATER "fq"), "fq");
	assert_string_equal(typed(&a, "\033]11;rgb:ff" "q"), "q");
	assert_string_equal(typed(&a, "\033]11;rgb:ff" LIGHT "q"), "q");
	assert_true(a.known && a.light);
	assert_string_equal(typed(&a, "\033]11;rgb:ff\033[A"), "\033[A");
	/* That may be a key that nobody knows. */
	assert_string_equal(typed(&a, "\033[?62" "q"), "\033[?62q");
	assert_false(a.known);
}

static void
too_long_is_no_answer(void **state)
{
	char text[200] = "\033]11;";
	struct answer a;

	(void)state;
	memset(text + 5, 'f', 190);
	typed(&a, text);
	assert_true(a.due && !a.known && a.n <= ANSWER_MAX);
	text[1] = '[';
	text[2] = '?';
	memset(text + 3, '1', 192);
	typed(&a, text);
	assert_true(a.due && !a.known && a.n <= ANSWER_MAX);
}

static void
colours_of_every_form(void **state)
{
	static const struct {
		const char	*text;
		bool		 known, light;
	} rows[] = {
		{ "rgb:ffff/ffff/ffff", true, true },
		{ "rgb:0000/0000/0000", true, false },
		{ "rgb:ff/ff/ff", true, true },
		{ "rgb:f/f/f", true, true },
		{ "rgb:fdf/f6f/e3e", true, true },
		{ "rgb:2e2e/3434/3636", true, false },
		{ "rgba:ffff/ffff/ffff/0000", true, true },
		{ "rgb:0000/ffff/0000", true, true },
		{ "rgb:0000/0000/ffff", true, false },
		{ "rgb:", false, false },
		{ "rgb:ff/ff", false, false },
		{ "rgb://", false, false },
		{ "", false, false },
	};
	struct answer a;
	char text[80];

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		strcpy(text, "\033]11;");
		strcat(text, rows[i].text);
		strcat(text, "\a");
		assert_string_equal(typed(&a, text), "");
		if (a.known != rows[i].known || a.light != rows[i].light)
			fail_msg("%s: %d %d", rows[i].text, a.known, a.light);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_are_picked_out),
		cmocka_unit_test(parts_are_one_answer),
		cmocka_unit_test(what_is_typed_goes_on),
		cmocka_unit_test(late_answers_are_no_keys),
		cmocka_unit_test(what_broke_off_is_dropped),
		cmocka_unit_test(too_long_is_no_answer),
		cmocka_unit_test(colours_of_every_form),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
