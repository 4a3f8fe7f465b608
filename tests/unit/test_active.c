#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "pagetide/clock.h"

#include "../../src/probe/active.h"

static bool
is_active(const struct active *a, size_t cell)
{
	unsigned i;

	for (i = 0; i < a->n; i++)
		if (a->cells[i].cell == cell)
			return true;
	return false;
}

static void
test_a_cell_and_its_neighbours(void **state)
{
	struct active a = { 0 };

	(void)state;
	active_changed(&a, 7, 0);
	assert_int_equal(a.n, 3);
	assert_true(is_active(&a, 6) && is_active(&a, 7) && is_active(&a, 8));
	/* Another layer of the same cell is no other change. */
	active_changed(&a, 7, 0);
	assert_int_equal(a.n, 3);
	assert_int_equal(a.changed, 1);
	active_changed(&a, 8, 0);
	assert_int_equal(a.n, 4);
	assert_int_equal(a.changed, 2);
}

static void
test_the_first_cell_has_one_neighbour(void **state)
{
	struct active a = { 0 };

	(void)state;
	active_changed(&a, 0, 0);
	assert_int_equal(a.n, 2);
	assert_int_equal(a.changed, 1);
	assert_true(is_active(&a, 0) && is_active(&a, 1));
}

static void
test_they_expire(void **state)
{
	struct active a = { 0 };

	(void)state;
	active_changed(&a, 10, 0);
	active_changed(&a, 20, NS_PER_S);
	active_expire(&a, 100, ACTIVE_NS - 1);
	assert_int_equal(a.n, 6);
	active_expire(&a, 100, ACTIVE_NS);
	assert_int_equal(a.n, 3);
	assert_true(is_active(&a, 19) && is_active(&a, 20) && is_active(&a, 21));
	/* What changes again stays. */
	active_changed(&a, 20, ACTIVE_NS);
	active_expire(&a, 100, NS_PER_S + ACTIVE_NS);
	assert_int_equal(a.n, 3);
	/* The file was cut. */
	active_expire(&a, 20, NS_PER_S + ACTIVE_NS);
	assert_int_equal(a.n, 1);
	assert_true(is_active(&a, 19));
	active_clear(&a);
	assert_int_equal(a.n, 0);
}

static void
test_no_more_than_there_is_room_for(void **state)
{
	struct active a = { 0 };
	size_t cell;

	(void)state;
	for (cell = 0; cell < 1000; cell++)
		active_changed(&a, cell * 10, 0);
	assert_int_equal(a.n, ACTIVE_MAX);
	assert_int_equal(a.changed, 1000);
	active_drop(&a, 0);
	assert_int_equal(a.n, ACTIVE_MAX - 1);
	assert_false(is_active(&a, 0));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_cell_and_its_neighbours),
		cmocka_unit_test(test_the_first_cell_has_one_neighbour),
		cmocka_unit_test(test_they_expire),
		cmocka_unit_test(test_no_more_than_there_is_room_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
