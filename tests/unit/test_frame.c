#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "pagetide/frame.h"
#include "pagetide/line.h"

/* What a row says: '_' for the right half of a wide character. */
static const char *
row(const struct frame *f, int y)
{
	static char buf[128];
	int x;

	for (x = 0; x < f->cols; x++) {
		char32_t ch = f->cell[y * f->cols + x].ch;

		buf[x] = ch == 0 ? '_' : ch < 0x7f ? (char)ch : 'W';
	}
	buf[x] = '\0';
	return buf;
}

static void
a_new_frame_is_blank(void **state)
{
	struct frame f;

	(void)state;
	frame_init(&f, 3, 2);
	for (int i = 0; i < 6; i++) {
		assert_int_equal(f.cell[i].ch, ' ');
		assert_int_equal(f.cell[i].alt, ' ');
		assert_int_equal(f.cell[i].fg, ROLE_TEXT);
		assert_int_equal(f.cell[i].bg, ROLE_TEXT);
		assert_int_equal(f.cell[i].attr, 0);
	}
	frame_put(&f, 0, 0, U'a', 'a', ROLE_DIM, ROLE_TEXT, 0);
	frame_resize(&f, 2, 3);
	assert_int_equal(f.cols, 2);
	assert_int_equal(f.rows, 3);
	assert_string_equal(row(&f, 0), "  ");
	frame_done(&f);
	assert_null(f.cell);
}

static void
what_is_outside_is_cut(void **state)
{
	struct frame f;

	(void)state;
	frame_init(&f, 4, 2);
	for (int y = -2; y < 5; y++)
		for (int x = -3; x < 8; x++)
			frame_put(&f, x, y, U'#', '#', ROLE_DIM, ROLE_TEXT,
			    0);
	assert_string_equal(row(&f, 1), "####");
	frame_clear(&f);
	assert_int_equal(frame_text(&f, 2, 0, 9, ROLE_TEXT, "abc"), 2);
	assert_string_equal(row(&f, 0), "  ab");
	frame_text(&f, -1, 1, 3, ROLE_TEXT, "xyz");
	assert_string_equal(row(&f, 1), "yz  ");
	assert_int_equal(frame_text(&f, 0, 2, 4, ROLE_TEXT, "no"), 2);
	assert_int_equal(frame_text(&f, 0, 0, 0, ROLE_TEXT, "no"), 0);
	frame_fill(&f, (struct rect){ -5, -5, 20, 6 }, ROLE_DIM, ROLE_UNKNOWN);
	assert_int_equal(f.cell[3].bg, ROLE_UNKNOWN);
	assert_int_equal(f.cell[4].bg, ROLE_TEXT);
	frame_done(&f);
}

static void
text_takes_its_columns(void **state)
{
	struct frame f;

	(void)state;
	frame_init(&f, 8, 1);
	assert_int_equal(frame_text(&f, 1, 0, 3, ROLE_GOOD, "abcdef"), 3);
	assert_string_equal(row(&f, 0), " abc    ");
	assert_int_equal(f.cell[3].fg, ROLE_GOOD);
	assert_int_equal(f.cell[4].fg, ROLE_TEXT);
	assert_int_equal(frame_printf(&f, 4, 0, 4, ROLE_TEXT, "%d", 42), 2);
	assert_string_equal(row(&f, 0), " abc42  ");
	frame_done(&f);
}

static void
wide_characters_stay_whole(void **state)
{
	struct frame f;

	(void)state;
	frame_init(&f, 5, 1);
	assert_int_equal(frame_text(&f, 0, 0, 5, ROLE_TEXT,
	    "\xe6\x97\xa5\xe6\x97\xa5\xe6\x97\xa5"), 4);
	assert_string_equal(row(&f, 0), "W_W_ ");
	assert_int_equal(f.cell[0].ch, 0x65e5);
	assert_int_equal(f.cell[0].alt, '?');
	assert_int_equal(f.cell[1].alt, '?');
	/* Half of one is overwritten: the other half must not stay. */
	frame_put(&f, 1, 0, U'x', 'x', ROLE_TEXT, ROLE_TEXT, 0);
	assert_string_equal(row(&f, 0), " xW_ ");
	frame_put(&f, 2, 0, U'y', 'y', ROLE_TEXT, ROLE_TEXT, 0);
	assert_string_equal(row(&f, 0), " xy  ");
	frame_done(&f);
}

static void
control_characters_do_not_pass(void **state)
{
	struct frame f;

	(void)state;
	frame_init(&f, 8, 1);
	frame_text(&f, 0, 0, 8, ROLE_TEXT, "a\033[2J\x01\xff");
	assert_string_equal(row(&f, 0), "a?[2J?? ");
	frame_put(&f, 0, 0, U'\u2580', '\x1b', ROLE_TEXT, ROLE_TEXT, 0);
	assert_int_equal(f.cell[0].alt, '?');
	frame_done(&f);
}

static void
equal_means_every_field(void **state)
{
	struct frame a, b;

	(void)state;
	frame_init(&a, 3, 3);
	frame_init(&b, 1, 1);
	assert_false(frame_equal(&a, &b));
	frame_put(&a, 2, 2, U'x', 'x', ROLE_DIM, ROLE_UNKNOWN, ATTR_BOLD);
	frame_copy(&b, &a);
	assert_true(frame_equal(&a, &b));
	frame_put(&b, 2, 2, U'x', 'x', ROLE_DIM, ROLE_UNKNOWN, 0);
	assert_false(frame_equal(&a, &b));
	frame_put(&b, 2, 2, U'x', 'x', ROLE_DIM, ROLE_TEXT, ATTR_BOLD);
	assert_false(frame_equal(&a, &b));
	frame_put(&b, 2, 2, U'x', 'y', ROLE_DIM, ROLE_UNKNOWN, ATTR_BOLD);
	assert_false(frame_equal(&a, &b));
	frame_done(&a);
	frame_done(&b);
}

static void
long_text_is_wrapped_between_words(void **state)
{
	struct frame f;

	(void)state;
	frame_init(&f, 9, 3);
	assert_int_equal(line_wrapped(&f, (struct rect){ 0, 0, 8, 3 },
	    ROLE_TEXT, "one two three"), 2);
	assert_string_equal(row(&f, 0), "one two  ");
	assert_string_equal(row(&f, 1), "three    ");
	/* By columns, not bytes; what there is no room for has a sign. */
	assert_int_equal(line_wrapped(&f, (struct rect){ 0, 0, 8, 2 },
	    ROLE_TEXT, "\u00e4\u00e4\u00e4 \u00f6\u00f6\u00f6 and the rest"),
	    2);
	assert_string_equal(row(&f, 0), "WWW WWW  ");
	assert_string_equal(row(&f, 1), "and th.. ");
	/* A word that is wider goes on in the next line. */
	assert_int_equal(line_wrapped(&f, (struct rect){ 0, 0, 4, 3 },
	    ROLE_TEXT, "abcdefghi"), 3);
	assert_string_equal(row(&f, 2), "i        ");
	frame_done(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_new_frame_is_blank),
		cmocka_unit_test(what_is_outside_is_cut),
		cmocka_unit_test(text_takes_its_columns),
		cmocka_unit_test(wide_characters_stay_whole),
		cmocka_unit_test(control_characters_do_not_pass),
		cmocka_unit_test(equal_means_every_field),
		cmocka_unit_test(long_text_is_wrapped_between_words),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
