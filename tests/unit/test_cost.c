/* What pagetide itself costs. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "pagetide/clock.h"
#include "pagetide/sample.h"
#include "pagetide/watch.h"

#include "../../src/watch/cost.h"

/* A sample after so many ms, whose scan took so long. */
static void
feed(struct cost *c, uint64_t at_ms, uint64_t scan_ns)
{
	const struct sample s = { .t_ns = NS_PER_S + at_ms * NS_PER_MS,
		.scan.duration_ns = scan_ns };

	cost_feed(c, &s);
}

/* Something can be said after a second; then it stands for ten. */
static void
soon_known_then_steady(void **state)
{
	struct cost c = { 0 };

	(void)state;
	feed(&c, 0, 1000);
	feed(&c, 999, 2500);
	assert_int_equal(c.shown.cpu_pct, 0);
	assert_int_equal(c.shown.scan_ns, 0);
	feed(&c, 1000, 1500);
	assert_true(c.shown.cpu_pct >= 1);
	assert_int_equal(c.shown.scan_ns, 5000);
	feed(&c, 2000, 70000);
	feed(&c, 10999, 1000);
	assert_int_equal(c.shown.scan_ns, 5000);
	feed(&c, 11000, 1000);
	assert_int_equal(c.shown.scan_ns, 100000);
	feed(&c, 21000, 1000);
	assert_int_equal(c.shown.scan_ns, 1000);
}

/* Real CPU time says nothing beside a clock that stands. */
static void
never_known_on_a_fixed_clock(void **state)
{
	struct cost c = { 0 };

	(void)state;
	clock_fix(NS_PER_S, NS_PER_S);
	feed(&c, 0, 1000);
	feed(&c, 30000, 1000);
	clock_release();
	assert_int_equal(c.shown.cpu_pct, 0);
	assert_int_equal(c.shown.scan_ns, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(soon_known_then_steady),
		cmocka_unit_test(never_known_on_a_fixed_clock),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
