#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "pagetide/strbuf.h"
#include "pagetide/words.h"

static void
test_find(void **state)
{
	(void)state;
	assert_int_equal(words_find("in|out|fit", "in"), 0);
	assert_int_equal(words_find("in|out|fit", "fit"), 2);
	assert_int_equal(words_find("in|out|fit", "f"), -1);
	assert_int_equal(words_find("in|out|fit", "fits"), -1);
	assert_int_equal(words_find("in|out|fit", "in|out"), -1);
	assert_int_equal(words_find("in|out|fit", ""), -1);
	assert_int_equal(words_find("map|events] [N]", "events"), 1);
	assert_int_equal(words_find("yes...", "yes"), 0);
	/* A value is none of the words. */
	assert_int_equal(words_find("NAME|next|prev", "prev"), 1);
	assert_int_equal(words_find("NAME|next|prev", "NAME"), -1);
}

static void
test_values(void **state)
{
	(void)state;
	assert_false(words_have_value("in|out|fit N"));
	assert_true(words_have_value("slower|faster|N"));
	assert_true(words_have_value("COLSxROWS"));
	assert_false(words_have_value(""));
}

static void
test_list(void **state)
{
	static const struct {
		const char	*words, *value, *text;
	} rows[] = {
		{ "yes]", NULL, "yes" },
		{ "map|events]", NULL, "map or events" },
		{ "in|out|fit", NULL, "in, out or fit" },
		{ "off|SIZE", "a size from 4M up", "off or a size from 4M up" },
		{ "SECONDS|longer|shorter", "seconds",
		    "longer, shorter or seconds" },
		{ "N", "a number", "a number" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct strbuf out = STRBUF_INIT;

		words_list(&out, rows[i].words, rows[i].value);
		assert_string_equal(out.s, rows[i].text);
		strbuf_done(&out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
