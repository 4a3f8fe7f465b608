#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "pagetide/clock.h"

#include "../../src/source/hot.h"

static bool
follows(const struct hot *h, size_t cell)
{
	unsigned i;

	for (i = 0; i < h->n; i++)
		if (h->cells[i].cell == cell)
			return true;
	return false;
}

static void
test_a_cell_and_its_neighbours(void **state)
{
	struct hot h = { 0 };

	(void)state;
	hot_changed(&h, 7, 0);
	assert_int_equal(h.n, 3);
	assert_true(follows(&h, 6) && follows(&h, 7) && follows(&h, 8));
	/* Another layer of the same cell is no other change. */
	hot_changed(&h, 7, 0);
	assert_int_equal(h.n, 3);
	assert_int_equal(h.changed, 1);
	hot_changed(&h, 8, 0);
	assert_int_equal(h.n, 4);
	assert_int_equal(h.changed, 2);
}

static void
test_the_first_cell_has_one_neighbour(void **state)
{
	struct hot h = { 0 };

	(void)state;
	hot_changed(&h, 0, 0);
	assert_int_equal(h.n, 2);
	assert_int_equal(h.changed, 1);
	assert_true(follows(&h, 0) && follows(&h, 1));
}

static void
test_they_cool_off(void **state)
{
	struct hot h = { 0 };

	(void)state;
	hot_changed(&h, 10, 0);
	hot_changed(&h, 20, NS_PER_S);
	hot_cool(&h, 100, HOT_NS - 1);
	assert_int_equal(h.n, 6);
	hot_cool(&h, 100, HOT_NS);
	assert_int_equal(h.n, 3);
	assert_true(follows(&h, 19) && follows(&h, 20) && follows(&h, 21));
	/* What changes again stays. */
	hot_changed(&h, 20, HOT_NS);
	hot_cool(&h, 100, NS_PER_S + HOT_NS);
	assert_int_equal(h.n, 3);
	/* The file was cut. */
	hot_cool(&h, 20, NS_PER_S + HOT_NS);
	assert_int_equal(h.n, 1);
	assert_true(follows(&h, 19));
	hot_clear(&h);
	assert_int_equal(h.n, 0);
}

static void
test_no_more_than_there_is_room_for(void **state)
{
	struct hot h = { 0 };
	size_t cell;

	(void)state;
	for (cell = 0; cell < 1000; cell++)
		hot_changed(&h, cell * 10, 0);
	assert_int_equal(h.n, HOT_MAX);
	assert_int_equal(h.changed, 1000);
	hot_drop(&h, 0);
	assert_int_equal(h.n, HOT_MAX - 1);
	assert_false(follows(&h, 0));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_cell_and_its_neighbours),
		cmocka_unit_test(test_the_first_cell_has_one_neighbour),
		cmocka_unit_test(test_they_cool_off),
		cmocka_unit_test(test_no_more_than_there_is_room_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
