#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "pagetide/layer.h"

static void
names_differ(void **state)
{
	int l, m;

	(void)state;
	for (l = 0; l < LAYER_COUNT; l++)
		for (m = 0; m < l; m++)
			assert_string_not_equal(layer_table[l].name,
			    layer_table[m].name);
}

static void
names_of_the_main_layers(void **state)
{
	(void)state;
	assert_string_equal(layer_table[LAYER_CACHED].name, "cached");
	assert_string_equal(layer_table[LAYER_MAPPED].name, "mapped");
	assert_string_equal(layer_table[LAYER_DIRTY].name, "dirty");
}

static void
help_is_one_line(void **state)
{
	const char	*help;
	int		 l;

	(void)state;
	for (l = 0; l < LAYER_COUNT; l++) {
		help = layer_table[l].help;
		assert_in_range(strlen(help), 10, 60);
		assert_null(strchr(help, '\n'));
		assert_int_not_equal(help[strlen(help) - 1], '.');
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_differ),
		cmocka_unit_test(names_of_the_main_layers),
		cmocka_unit_test(help_is_one_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
