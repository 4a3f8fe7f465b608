#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "pagetide/castfile.h"
#include "pagetide/clock.h"
#include "pagetide/frame.h"
#include "pagetide/palette.h"
#include "pagetide/strbuf.h"

/* A frame's rows are drawn where they differ, and nothing where none does. */
static void
what_differs_is_drawn(void **state)
{
	struct strbuf out = STRBUF_INIT;
	struct castfile c;
	struct frame f;

	(void)state;
	frame_init(&f, 4, 2);
	castfile_begin(&c, &out, &f, scheme_find("mono"), 5 * NS_PER_S,
	    7 * NS_PER_S);
	assert_non_null(strstr(out.s, "\"width\":4,\"height\":2,"
	    "\"timestamp\":7,"));
	strbuf_reset(&out);
	frame_text(&f, 0, 1, 4, ROLE_TEXT, "a\"b");
	castfile_frame(&c, &f, 6 * NS_PER_S);
	assert_string_equal(out.s, "[1.000000,\"o\","
	    "\"\\u001b[2;1Ha\\\"b \\u001b[0m\"]\n");
	strbuf_reset(&out);
	castfile_frame(&c, &f, 7 * NS_PER_S);
	assert_string_equal(out.s, "");
	castfile_mark(&c, 7 * NS_PER_S + 500 * NS_PER_MS, "hint");
	assert_string_equal(out.s, "[2.500000,\"m\",\"hint\"]\n");
	strbuf_reset(&out);
	/* Times do not go back. */
	castfile_mark(&c, NS_PER_S, "x");
	assert_string_equal(out.s, "[0.000000,\"m\",\"x\"]\n");
	castfile_end(&c);
	frame_done(&f);
	strbuf_done(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_differs_is_drawn),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
