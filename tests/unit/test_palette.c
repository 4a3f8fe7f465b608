#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "pagetide/palette.h"

static int
back(const struct scheme *s, enum role r)
{
	return s->role[r].bg;
}

/* No two of the roles look the same as backgrounds. */
static void
apart(const struct scheme *s, enum role from, enum role to)
{
	for (enum role a = from; a <= to; a++)
		for (enum role b = from; b < a; b++)
			if (back(s, a) == back(s, b))
				fail_msg("%s: roles %d and %d", s->name, a,
				    b);
}

static void
unknown_looks_like_nothing_else(void **state)
{
	(void)state;
	for (unsigned i = 0; i < scheme_count; i++) {
		const struct scheme *s = &scheme_table[i];

		if (s->colours == 0)
			continue;
		apart(s, ROLE_LEVEL_0, ROLE_UNKNOWN);
		apart(s, ROLE_COST_MAJOR, ROLE_COST_NONE);
		apart(s, ROLE_SET_CACHED, ROLE_SET_TOUCHED);
		for (enum role r = ROLE_COST_MAJOR; r <= ROLE_OUTSIDE_3; r++)
			assert_int_not_equal(back(s, r),
			    back(s, ROLE_UNKNOWN));
	}
}

static void
fading_steps_can_be_told(void **state)
{
	static const char *const names[] = { "cividis", "light", "grey" };

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		const struct scheme *s = scheme_find(names[i]);

		apart(s, ROLE_CAME_0, ROLE_CAME_3);
		apart(s, ROLE_WENT_0, ROLE_WENT_3);
		apart(s, ROLE_OUTSIDE_0, ROLE_OUTSIDE_3);
	}
	apart(scheme_find("cividis"), ROLE_CAME_0, ROLE_OUTSIDE_3);
	apart(scheme_find("light"), ROLE_CAME_0, ROLE_OUTSIDE_3);
}

/* A half block's upper half must have the colour that a blank would have. */
static void
levels_look_alike_both_ways(void **state)
{
	(void)state;
	for (unsigned i = 0; i < scheme_count; i++)
		for (int r = ROLE_LEVEL_0; r <= ROLE_UNKNOWN; r++)
			assert_int_equal(scheme_table[i].role[r].fg,
			    scheme_table[i].role[r].bg);
}

/* Light, 0 to 255, as the eye weighs it. */
static int
luma(int index)
{
	uint32_t rgb = palette_rgb(index);

	return (int)((rgb >> 16) * 54 + (rgb >> 8 & 255) * 183 +
	    (rgb & 255) * 19) / 256;
}

static void
ramps_go_one_way(void **state)
{
	const struct scheme *s = scheme_find("cividis");

	(void)state;
	for (enum role r = ROLE_LEVEL_1; r <= ROLE_LEVEL_5; r++) {
		assert_true(luma(back(s, r)) > luma(back(s, r - 1)));
		assert_true(luma(back(scheme_find("grey"), r)) >
		    luma(back(scheme_find("grey"), r - 1)));
		assert_true(luma(back(scheme_find("light"), r)) <
		    luma(back(scheme_find("light"), r - 1)));
	}
}

static void
schemes_keep_to_their_colours(void **state)
{
	(void)state;
	for (unsigned i = 0; i < scheme_count; i++) {
		const struct scheme *s = &scheme_table[i];
		int most = s->colours - 1;

		assert_ptr_equal(scheme_find(s->name), s);
		for (int r = 0; r < ROLE_COUNT; r++)
			assert_true(s->role[r].fg <= most &&
			    s->role[r].bg <= most && s->role[r].fg >= -1 &&
			    s->role[r].bg >= -1);
	}
	assert_null(scheme_find("rainbow"));
}

static void
the_best_that_the_terminal_can(void **state)
{
	(void)state;
	assert_string_equal(scheme_for(1 << 24)->name, "cividis");
	assert_string_equal(scheme_for(256)->name, "cividis");
	assert_string_equal(scheme_for(88)->name, "16");
	assert_string_equal(scheme_for(16)->name, "16");
	assert_string_equal(scheme_for(8)->name, "8");
	assert_string_equal(scheme_for(2)->name, "mono");
	assert_string_equal(scheme_for(0)->name, "mono");
}

static void
indexes_are_those_of_xterm(void **state)
{
	(void)state;
	assert_int_equal(palette_rgb(16), 0x000000);
	assert_int_equal(palette_rgb(24), 0x005f87);
	assert_int_equal(palette_rgb(144), 0xafaf87);
	assert_int_equal(palette_rgb(227), 0xffff5f);
	assert_int_equal(palette_rgb(231), 0xffffff);
	assert_int_equal(palette_rgb(232), 0x080808);
	assert_int_equal(palette_rgb(243), 0x767676);
	assert_int_equal(palette_rgb(255), 0xeeeeee);
	assert_int_equal(palette_rgb(9), 0xff0000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(unknown_looks_like_nothing_else),
		cmocka_unit_test(fading_steps_can_be_told),
		cmocka_unit_test(levels_look_alike_both_ways),
		cmocka_unit_test(ramps_go_one_way),
		cmocka_unit_test(schemes_keep_to_their_colours),
		cmocka_unit_test(the_best_that_the_terminal_can),
		cmocka_unit_test(indexes_are_those_of_xterm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
