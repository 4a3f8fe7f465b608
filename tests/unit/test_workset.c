#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "pagetide/clock.h"
#include "pagetide/workset.h"

#define S	NS_PER_S
#define SLOT	WORKSET_SLOT_NS

static struct workset set;

static void
clear(void)
{
	memset(&set, 0, sizeof set);
	workset_reset(&set);
}

static uint64_t
pages(uint64_t now_ns, uint64_t window_ns)
{
	uint64_t n = UINT64_MAX;

	assert_true(workset_pages(&set, now_ns, window_ns, &n));
	return n;
}

/* A touch of a page whose last one was at before_ns (0: none). */
static void
touch(uint64_t before_ns, uint64_t now_ns)
{
	workset_touch(&set, before_ns != 0 ? workset_slot(before_ns) : 0,
	    workset_slot(now_ns));
}

static void
windows_are_whole_slots(void **state)
{
	(void)state;
	assert_true(workset_is_window(SLOT));
	assert_true(workset_is_window(10 * S));
	assert_true(workset_is_window(WORKSET_WINDOW_MAX_NS));
	assert_false(workset_is_window(0));
	assert_false(workset_is_window(SLOT / 2));
	assert_false(workset_is_window(SLOT + 1));
	assert_false(workset_is_window(WORKSET_WINDOW_MAX_NS + SLOT));
	assert_true(WORKSET_SLOTS * SLOT > WORKSET_WINDOW_MAX_NS);
}

static void
a_window_ends_with_the_present_slot(void **state)
{
	(void)state;
	assert_int_equal(workset_slot(0), 1);
	assert_int_equal(workset_slot(SLOT - 1), 1);
	assert_int_equal(workset_slot(SLOT), 2);
	assert_int_equal(workset_first(100 * S, SLOT), 1001);
	assert_int_equal(workset_first(100 * S, S), 992);
	assert_int_equal(workset_first(100 * S + SLOT - 1, S), 992);
	assert_int_equal(workset_first(100 * S + SLOT, S), 993);
	/* The clock is not that old. */
	assert_int_equal(workset_first(S, 600 * S), 1);
}

static void
nothing_touched_is_none(void **state)
{
	(void)state;
	clear();
	assert_int_equal(pages(0, S), 0);
	assert_int_equal(pages(5000 * S, 600 * S), 0);
}

static void
a_page_counts_until_the_window_has_gone_by(void **state)
{
	(void)state;
	clear();
	touch(0, 100 * S + 50 * NS_PER_MS);
	assert_int_equal(pages(100 * S + 50 * NS_PER_MS, S), 1);
	assert_int_equal(pages(101 * S - 1, S), 1);
	assert_int_equal(pages(101 * S, S), 0);
	assert_int_equal(pages(101 * S, 2 * S), 1);
	assert_int_equal(pages(102 * S, 2 * S), 0);
	/* It is counted at all times for any window. */
	assert_int_equal(pages(699 * S, 600 * S), 1);
	assert_int_equal(pages(700 * S, 600 * S), 0);
	assert_int_equal(pages(100 * S, SLOT), 1);
}

static void
a_page_counts_once(void **state)
{
	(void)state;
	clear();
	touch(0, 10 * S);
	touch(10 * S, 10 * S);
	touch(10 * S, 10 * S + 30 * NS_PER_MS);
	touch(10 * S, 12 * S);
	assert_int_equal(pages(12 * S, 10 * S), 1);
	assert_int_equal(pages(12 * S, SLOT), 1);
	touch(0, 12 * S);
	assert_int_equal(pages(12 * S, SLOT), 2);
	assert_int_equal(pages(22 * S - 1, 10 * S), 2);
	assert_int_equal(pages(22 * S, 10 * S), 0);
}

/* After longer than all slots: nothing of old is counted, or counted down. */
static void
a_long_rest_is_forgotten(void **state)
{
	const uint64_t later = 10 * S + (WORKSET_SLOTS + 5) * SLOT;

	(void)state;
	clear();
	touch(0, 10 * S);
	touch(0, 10 * S);
	touch(10 * S, later);
	assert_int_equal(pages(later, 600 * S), 1);
	touch(10 * S, later);
	assert_int_equal(pages(later, 600 * S), 2);
	touch(later, 1000 * later);
	assert_int_equal(pages(1000 * later, 600 * S), 1);
}

/* The slot that was kept last, and the first that is not. */
static void
the_oldest_slot_falls_out(void **state)
{
	const uint64_t last = 10 * S + (WORKSET_SLOTS - 1) * SLOT;

	(void)state;
	clear();
	touch(0, 10 * S);
	touch(10 * S, last);
	assert_int_equal(pages(last, 600 * S), 1);
	clear();
	touch(0, 10 * S);
	touch(10 * S, last + SLOT);
	assert_int_equal(pages(last + SLOT, 600 * S), 1);
	assert_int_equal(set.pages, 1);
}

static void
a_reset_forgets_all(void **state)
{
	(void)state;
	clear();
	touch(0, 10 * S);
	workset_reset(&set);
	assert_int_equal(pages(10 * S, S), 0);
	touch(0, 10 * S);
	assert_int_equal(pages(10 * S, S), 1);
}

/* While slots are being cleared there is no number. */
static void
a_writer_at_it_is_unknown(void **state)
{
	uint64_t n = 77;

	(void)state;
	clear();
	touch(0, 10 * S);
	set.version++;
	assert_false(workset_pages(&set, 10 * S, S, &n));
	assert_int_equal(n, 77);
	set.version++;
	assert_int_equal(pages(10 * S, S), 1);
}

/* A random life, against a list of all pages. */
#define PAGES 200

static uint64_t last_ns[PAGES];

static uint64_t
oracle(uint64_t now_ns, uint64_t window_ns)
{
	uint64_t first_ns = now_ns / SLOT * SLOT + SLOT, n = 0;
	unsigned i;

	first_ns = first_ns > window_ns ? first_ns - window_ns : 0;
	for (i = 0; i < PAGES; i++)
		n += last_ns[i] != 0 && last_ns[i] >= first_ns;
	return n;
}

/* Mostly short steps; now and then a rest longer than a window, or all. */
static uint64_t
step_ns(void)
{
	static const uint64_t most[] = { 5 * NS_PER_MS, 5 * NS_PER_MS,
		300 * NS_PER_MS, 300 * NS_PER_MS, 20 * S, 2000 * S };
	int kind = rand() % 1000;

	return 1 + (uint64_t)rand() % most[kind < 990 ? kind % 4 :
	    kind < 998 ? 4 : 5];
}

static void
any_life_is_counted_exactly(void **state)
{
	uint64_t now_ns, window;
	unsigned seed, i, page;

	(void)state;
	for (seed = 1; seed <= 20; seed++) {
		srand(seed);
		clear();
		memset(last_ns, 0, sizeof last_ns);
		now_ns = (uint64_t)rand() * 1000 + 1;
		for (i = 0; i < 5000; i++) {
			now_ns += step_ns();
			page = (unsigned)rand() % PAGES;
			if (rand() % 3 != 0) {
				touch(last_ns[page], now_ns);
				last_ns[page] = now_ns;
			}
			window = SLOT * (1 + (uint64_t)rand() % 6000);
			if (rand() % 2 != 0)
				window = SLOT * (1 + (uint64_t)rand() % 30);
			assert_int_equal(pages(now_ns, window),
			    oracle(now_ns, window));
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(windows_are_whole_slots),
		cmocka_unit_test(a_window_ends_with_the_present_slot),
		cmocka_unit_test(nothing_touched_is_none),
		cmocka_unit_test(a_page_counts_until_the_window_has_gone_by),
		cmocka_unit_test(a_page_counts_once),
		cmocka_unit_test(a_long_rest_is_forgotten),
		cmocka_unit_test(the_oldest_slot_falls_out),
		cmocka_unit_test(a_reset_forgets_all),
		cmocka_unit_test(a_writer_at_it_is_unknown),
		cmocka_unit_test(any_life_is_counted_exactly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
