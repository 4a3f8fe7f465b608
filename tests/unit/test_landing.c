#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "pagetide/landing.h"

static int
setup(void **state)
{
	static struct landing l;

	landing_init(&l);
	landing_begin(&l, LANDING_BY_FAULTS, 1000, 0);
	*state = &l;
	return 0;
}

static int
teardown(void **state)
{
	landing_done(*state);
	return 0;
}

static void
counts_page_by_page(void **state)
{
	struct landing *l = *state;
	struct landing_slot at;

	landing_add(l, 3, false, 1, 50);
	landing_add(l, 3, true, 1, 40);
	landing_add(l, 999, false, 4, 60);
	landing_add(l, 1000, false, 1, 70);
	assert_int_equal(l->minor, 5);
	assert_int_equal(l->major, 1);
	assert_int_equal(l->last_ns, 60);
	assert_true(landing_range(l, 3, 1, &at));
	assert_int_equal(at.minor, 1);
	assert_int_equal(at.major, 1);
	assert_int_equal(at.last_ns, 50);
	assert_true(landing_range(l, 4, 995, &at));
	assert_int_equal(at.minor, 0);
	assert_true(landing_range(l, 0, 1000, &at));
	assert_int_equal(at.minor, 5);
	assert_false(landing_range(l, 1, 1000, &at));
	assert_false(landing_range(l, 1, 0, &at));
}

/* A slot of several pages says nothing of one of them, unless it has none. */
static void
slots_of_many_pages(void **state)
{
	struct landing *l = *state;
	struct landing_slot at;

	landing_begin(l, LANDING_BY_FAULTS, LANDING_SLOTS_MAX * 4 + 1, 0);
	assert_true(l->n_slots <= LANDING_SLOTS_MAX);
	assert_int_equal(l->shift, 3);
	assert_int_equal(l->minor, 0);
	landing_add(l, 17, false, 1, 5);
	landing_add(l, LANDING_SLOTS_MAX * 4, false, 1, 6);
	assert_true(landing_range(l, 16, 8, &at));
	assert_int_equal(at.minor, 1);
	assert_false(landing_range(l, 17, 1, &at));
	assert_false(landing_range(l, 16, 4, &at));
	assert_true(landing_range(l, 24, 1, &at));
	assert_true(landing_range(l, LANDING_SLOTS_MAX * 4, 1, &at));
	assert_int_equal(at.minor, 1);
}

static void
hottest_come_first(void **state)
{
	struct landing *l = *state;
	uint64_t at[2];

	assert_int_equal(landing_hottest(l, at, 2), 0);
	landing_add(l, 10, false, 2, 1);
	landing_add(l, 20, true, 5, 1);
	landing_add(l, 30, false, 3, 1);
	assert_int_equal(landing_hottest(l, at, 2), 2);
	assert_int_equal(at[0], 20);
	assert_int_equal(at[1], 30);
}

static void
sites(void **state)
{
	struct landing *l = *state;
	const struct landing_site *at[3];

	landing_add_site(l, 0x1000, 1);
	landing_add_site(l, 0x2000, 2);
	landing_add_site(l, 0x2000, 2);
	landing_add_site(l, UINT64_C(0xffffffff81000000), 1);
	landing_add_site(l, UINT64_C(0xffffffff82000000), 1);
	assert_int_equal(landing_sites(l, at, 3), 3);
	assert_int_equal(at[0]->ip, 0x2000);
	assert_int_equal(at[0]->faults, 4);
	assert_true(landing_site_is_kernel(at[1]->ip));
	assert_int_equal(at[1]->faults, 2);
	assert_int_equal(at[2]->ip, 0x1000);
	for (uint64_t ip = 1; ip <= LANDING_SITES; ip++)
		landing_add_site(l, ip << 20, 1);
	assert_int_equal(l->sites_lost, 3);
}

static void
copies(void **state)
{
	struct landing *l = *state, copy;
	struct landing_slot at;

	landing_init(&copy);
	landing_add(l, 7, false, 1, 5);
	landing_copy(&copy, l);
	landing_add(l, 7, false, 1, 6);
	assert_true(landing_range(&copy, 7, 1, &at));
	assert_int_equal(at.minor, 1);
	landing_done(l);
	landing_copy(&copy, l);
	assert_int_equal(copy.by, LANDING_OFF);
	assert_false(landing_range(&copy, 7, 1, &at));
	landing_done(&copy);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(counts_page_by_page, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(slots_of_many_pages, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(hottest_come_first, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(sites, setup, teardown),
		cmocka_unit_test_setup_teardown(copies, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
