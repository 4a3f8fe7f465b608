#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "pagetide/own.h"
#include "pagetide/strbuf.h"

#define KNOWN (LAYER_BIT(LAYER_MAPPED) | LAYER_BIT(LAYER_CACHED) | \
	LAYER_BIT(LAYER_DIRTY) | LAYER_BIT(LAYER_PRIVATE))

static struct layer_pages
pages(uint64_t mapped, uint64_t cached)
{
	struct layer_pages p = { .known = KNOWN };

	p.count[LAYER_MAPPED] = mapped;
	p.count[LAYER_CACHED] = cached;
	return p;
}

static void
assert_says(const struct own *o, bool no_cache, const char *want)
{
	struct strbuf out = STRBUF_INIT;

	own_text(o, no_cache, &out);
	assert_string_equal(out.s, want);
	strbuf_done(&out);
}

static void
what_changed_and_what_did_not(void **state)
{
	struct own o = { .asked = 1, .before = pages(16384, 16384),
		.after = pages(0, 16384) };

	(void)state;
	assert_says(&o, false, "mapped 16384 -> 0  cached 16384 =");
	assert_says(&o, true, "mapped 16384 -> 0");
	o.before.count[LAYER_DIRTY] = 5;
	assert_says(&o, false,
	    "mapped 16384 -> 0  cached 16384 =  dirty 5 -> 0");
	o.after.known &= ~LAYER_BIT(LAYER_CACHED);
	assert_says(&o, false, "mapped 16384 -> 0  cached ?  dirty 5 -> 0");
}

static void
faults_and_what_lies_beside(void **state)
{
	struct own o = { .asked = 1, .before = pages(0, 0),
		.after = pages(256, 256), .faults_known = 1, .minor = 15,
		.major = 1, .read_bytes = 1 << 20 };

	(void)state;
	assert_says(&o, false, "mapped 0 -> 256  cached 0 -> 256  minor +15  "
	    "major +1  read +1.0 MiB");
	o.minor = o.major = o.read_bytes = 0;
	o.rest_before = pages(7, 7);
	o.rest_after = pages(15, 1007);
	assert_says(&o, false, "mapped 0 -> 256  cached 0 -> 256  beside it "
	    "mapped +8, cached +1000");
}

static void
when_the_last_page_came(void **state)
{
	struct own o = { .asked = 1, .before = pages(0, 0),
		.after = pages(0, 2048), .in_flight = 2048,
		.arrived_ns = 11200000 };
	static const char *const want[] = {
		[OWN_ARRIVAL_UNKNOWN] = "mapped 0 =  cached 0 -> 2048",
		[OWN_ARRIVAL_UNDER_WAY] =
		    "mapped 0 =  cached 0 -> 2048  2048 on their way",
		[OWN_ARRIVAL_THERE] =
		    "mapped 0 =  cached 0 -> 2048  all there at its return",
		[OWN_ARRIVAL_LAST] = "mapped 0 =  cached 0 -> 2048  "
		    "last page arrived after 11.2 ms",
		[OWN_ARRIVAL_LATE] =
		    "mapped 0 =  cached 0 -> 2048  2048 not there after 1 s",
		[OWN_ARRIVAL_CUT] = "mapped 0 =  cached 0 -> 2048  "
		    "last page not seen: the next act",
	};

	(void)state;
	for (size_t i = 0; i < sizeof want / sizeof want[0]; i++) {
		o.arrival = (uint32_t)i;
		assert_says(&o, false, want[i]);
	}
}

static void
nothing_that_was_not_counted(void **state)
{
	struct own o = { 0 };
	int64_t delta = 77;

	(void)state;
	assert_says(&o, false, "");
	o.asked = 1;
	assert_false(own_counted(&o));
	assert_says(&o, false, "not counted");
	assert_false(own_change(&o, LAYER_MAPPED, &delta));
	assert_int_equal(delta, 77);
	o.faults_known = 1;
	o.minor = 3;
	assert_says(&o, false, "not counted  minor +3");
}

static void
change_is_of_all_that_was_counted(void **state)
{
	struct own o = { .asked = 1, .before = pages(10, 10),
		.after = pages(0, 10) };
	int64_t delta;

	(void)state;
	assert_true(own_change(&o, LAYER_MAPPED, &delta));
	assert_int_equal(delta, -10);
	assert_false(own_knows_rest(&o, LAYER_MAPPED));
	o.rest_before = pages(5, 5);
	o.rest_after = pages(2, 5);
	assert_true(own_knows_rest(&o, LAYER_MAPPED));
	assert_true(own_change(&o, LAYER_MAPPED, &delta));
	assert_int_equal(delta, -13);
	assert_false(own_change(&o, LAYER_EVICTED, &delta));
}

static void
mincore_sees_pages_late(void **state)
{
	struct own o = { .asked = 1, .before = pages(0, 0),
		.after = pages(0, 256), .faults_known = 1, .read_bytes = 4096 };

	(void)state;
	assert_false(own_reads_on(&o, LAYER_CACHED));
	own_forget_late(&o);
	assert_true(own_knows(&o, LAYER_CACHED));
	o.before.known &= ~LAYER_BIT(LAYER_DIRTY);
	assert_true(own_reads_on(&o, LAYER_CACHED));
	assert_false(own_reads_on(&o, LAYER_MAPPED));
	o.read_bytes = 0;
	assert_false(own_reads_on(&o, LAYER_CACHED));
	o.faults_known = 0;
	assert_true(own_reads_on(&o, LAYER_CACHED));
	/* Those of an act before are not this one's. */
	own_forget_late(&o);
	assert_says(&o, false, "mapped 0 =  cached ?");
	o.before = o.after = pages(0, 256);
	o.before.known &= ~LAYER_BIT(LAYER_DIRTY);
	own_forget_late(&o);
	assert_says(&o, false, "mapped 0 =  cached 256 =");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mincore_sees_pages_late),
		cmocka_unit_test(what_changed_and_what_did_not),
		cmocka_unit_test(faults_and_what_lies_beside),
		cmocka_unit_test(when_the_last_page_came),
		cmocka_unit_test(nothing_that_was_not_counted),
		cmocka_unit_test(change_is_of_all_that_was_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
