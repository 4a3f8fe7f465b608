#include "config.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

#include "pagetide/advice.h"
#include "pagetide/clock.h"
#include "pagetide/order.h"

#include "worker_rig.h"

#define PAGES	1024
#define HOUR	WORKSET_WINDOW_MAX_NS

static uint64_t
working_set(void)
{
	uint64_t n = UINT64_MAX;

	assert_int_equal(rig.shared->stamps_err, 0);
	assert_true(workset_pages(&rig.shared->workset, clock_now_ns(), HOUR,
	    &n));
	return n;
}

/* Has the page a stamp? */
static int
is_stamped(uint64_t page)
{
	uint16_t stamp = 0;

	assert_int_equal(pread(rig.memfd, &stamp, sizeof stamp,
	    (off_t)(WORK_STAMPS_OFFSET + (page -
	    rig.shared->stamps_first_page) * sizeof stamp)), sizeof stamp);
	return stamp != 0;
}

/* Exactly the pages [first, first + n) by step are the working set. */
static void
assert_set(uint64_t first, uint64_t n, uint64_t step)
{
	uint64_t i, all = 0;

	for (i = 0; i < PAGES; i++) {
		assert_int_equal(is_stamped(i), i >= first && i < first + n &&
		    (i - first) % step == 0);
		all += is_stamped(i);
	}
	assert_int_equal(working_set(), all);
}

static void
map(uint32_t flags)
{
	assert_int_equal(rig_order((struct order){ .op = ORDER_MAP,
	    .n_pages = PAGES, .map_flags = flags }).err[0], 0);
}

/* However a page is touched. */
static void
every_way_of_touching_counts(void **state)
{
	static const enum touch_op ops[] = { TOUCH_READ, TOUCH_WRITE,
		TOUCH_PREAD, TOUCH_READ_CALL };
	struct pattern_spec spec = { .kind = PATTERN_STRIDE, .passes = 2,
	    .first_page = 100, .n_pages = 300, .stride_pages = 7 };
	unsigned i;

	(void)state;
	rig_begin(PAGES);
	for (i = 0; i < sizeof ops / sizeof ops[0]; i++) {
		map(MAP_SPEC_PRIVATE | MAP_SPEC_WRITE);
		assert_int_equal(working_set(), 0);
		spec.op = ops[i];
		assert_int_equal(rig_walk(spec, 0), 86);
		assert_set(100, 300, 7);
	}
}

static void
hints_are_no_touches_of_pages(void **state)
{
	(void)state;
	rig_begin(PAGES);
	rig_hint_ok("populate", 0, PAGES);
	rig_hint_ok("willneed", 0, PAGES);
	assert_int_equal(working_set(), 0);
	assert_int_equal(is_stamped(0), 0);
}

static void
another_mapping_has_none(void **state)
{
	(void)state;
	rig_begin(PAGES);
	assert_int_equal(rig_walk(rig_all_pages(1), 0), PAGES);
	assert_set(0, PAGES, 1);
	map(0);
	assert_set(0, 0, 1);
}

/* A stopped walk has left its stamps, a slow one does at once. */
static void
stamps_are_never_late(void **state)
{
	struct order work = { .op = ORDER_WORK, .pace_per_s = 1 };
	struct pattern_spec all;
	int i;

	(void)state;
	rig_begin(PAGES);
	all = rig_all_pages(0);
	work.work = all;
	rig_order(work);
	for (i = 0; i < 200 && !is_stamped(0); i++)
		rig_pause_ms(2);
	assert_set(0, 1, 1);
	work.pace_per_s = 0;
	rig_order(work);
	while (rig.shared->touches < 50000)
		rig_pause_ms(2);
	rig_order((struct order){ .op = ORDER_STOP });
	assert_set(0, PAGES, 1);
}

static void
no_files(void)
{
	setrlimit(RLIMIT_FSIZE, &(struct rlimit){ 4096, 4096 });
}

/* Without room for stamps walks go on, and the set is unknown. */
static void
a_limit_on_files_costs_the_set_alone(void **state)
{
	(void)state;
	rig_begin(PAGES);
	rig_start(no_files);
	rig_map();
	assert_int_equal(rig.shared->stamps_err, EFBIG);
	assert_int_equal(rig_walk(rig_all_pages(2), 0), 2 * PAGES);
	assert_int_equal(rig.shared->stamps_err, EFBIG);
}

/* Someone looks all the time: what is seen is never more than there is. */
static void
the_number_is_right_at_any_moment(void **state)
{
	struct order work = { .op = ORDER_WORK };
	uint64_t last = 0, n, end_ns = clock_now_ns() + NS_PER_S;

	(void)state;
	rig_begin(PAGES);
	work.work = rig_all_pages(0);
	rig_order(work);
	while (clock_now_ns() < end_ns) {
		if (!workset_pages(&rig.shared->workset, clock_now_ns(), HOUR,
		    &n))
			continue;
		assert_in_range(n, last, PAGES);
		last = n;
	}
	assert_int_equal(last, PAGES);
	rig_order((struct order){ .op = ORDER_STOP });
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_teardown(f, rig_teardown)
	const struct CMUnitTest tests[] = {
		TEST(every_way_of_touching_counts),
		TEST(hints_are_no_touches_of_pages),
		TEST(another_mapping_has_none),
		TEST(stamps_are_never_late),
		TEST(a_limit_on_files_costs_the_set_alone),
		TEST(the_number_is_right_at_any_moment),
	};

	return cmocka_run_group_tests(tests, rig_group_setup,
	    rig_group_teardown);
}
