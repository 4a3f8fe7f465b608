#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "diag_rig.h"

#include "pagetide/advice.h"
#include "pagetide/clock.h"
#include "pagetide/order.h"
#include "pagetide/pattern.h"

/* What helps costs something, too: it is not told where that is more, nor
 * where it would do nothing. */
static void
helps(const char *rule, enum diagnosis_fact fact, int64_t v, const char *want)
{
	struct diagnosis_facts f = diag_facts_of(diag_just_of(rule));
	struct diagnosis d;

	f.v[fact] = v;
	d = diag_told(&f);
	assert_int_equal(d.n, 1);
	assert_string_equal(d.item[0].rule, rule);
	assert_string_equal(d.item[0].text, diag_just_of(rule)->text);
	diag_same_text(d.item[0].command, want);
}

static void
test_helps(void **state)
{
	static const struct {
		const char	*rule;
		enum diagnosis_fact fact;
		int64_t		 v;
		const char	*command;
	} rows[] = {
		{ "major", FACT_RANGE, 601, NULL },
		{ "major", FACT_FAULT_NS, 600 * 5000 - 1, NULL },
		{ "major", FACT_VMFLAGS, VMF_RAND, "advise willneed-all" },
		{ "major", FACT_READAHEAD_PAGES, 0, "advise willneed-all" },
		{ "major", FACT_CAN, 0, "advise willneed-all" },
		{ "random", FACT_READAHEAD_PAGES, 0, NULL },
		{ "random", FACT_LIMIT_PAGES, 128, "advise normal" },
		{ "random", FACT_LIMIT_PAGES, 127, NULL },
		{ "backward", FACT_READAHEAD_PAGES, 0, NULL },
		{ "reclaimed", FACT_CAN, DIAGNOSIS_CAN_POPULATE, NULL },
		{ "reclaimed", FACT_MAP_FLAGS,
		    MAP_SPEC_PRIVATE | MAP_SPEC_WRITE, NULL },
		{ "unused", FACT_VMFLAGS, VMF_HUGE, NULL },
		{ "waits", FACT_REACH, 13107, NULL },
		{ "waits", FACT_PATTERN, PATTERN_LOOP, "advise willneed-all" },
		{ "waits", FACT_PATTERN, PATTERN_RANDOM, NULL },
		{ "copies", FACT_RANGE, 626, NULL },
		{ "copies", FACT_CAN, 0, NULL },
		{ "copies", FACT_VMFLAGS, VMF_RAND, "advise populate-write" },
		{ "zero-page", FACT_REACH, 13107, NULL },
		{ "zero-page", FACT_CAN, 0, NULL },
		{ "zero-page", FACT_LIMIT_PAGES, 1, "advise populate" },
		{ "zero-fill", FACT_REACH, 13107, NULL },
		{ "zero-fill", FACT_CAN, 0, NULL },
		{ "first-touch", FACT_FAULT_NS, 16384 * 130 - 1, NULL },
		{ "first-touch", FACT_ABSENT, 1, NULL },
		{ "first-touch", FACT_CAN, 0, NULL },
	};
	/* What brings in all pages is no help where they do not fit. */
	static const struct { const char *rule; int times; } all[] = {
		{ "reclaimed", 1 }, { "major", 1 }, { "waits", 1 },
		{ "copies", 2 }, { "zero-fill", 1 }, { "first-touch", 1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		helps(rows[i].rule, rows[i].fact, rows[i].v, rows[i].command);
	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
		const struct just *j = diag_just_of(all[i].rule);
		int64_t n = diag_facts_of(j).v[FACT_RANGE] * all[i].times;

		helps(j->rule, FACT_LIMIT_PAGES, n, j->command);
		helps(j->rule, FACT_LIMIT_PAGES, n - 1, NULL);
	}
}

/* What a help depends on and nobody knows: no help is named. */
static void
test_helps_only_knowing(void **state)
{
	static const struct {
		const char	*rule;
		enum diagnosis_fact unknown;
	} rows[] = {
		{ "reclaimed", FACT_RANGE }, { "reclaimed", FACT_CAN },
		{ "reclaimed", FACT_MAP_FLAGS },
		{ "random", FACT_READAHEAD_PAGES },
		{ "backward", FACT_READAHEAD_PAGES },
		{ "major", FACT_RANGE }, { "major", FACT_FAULT_NS },
		{ "major", FACT_CAN }, { "major", FACT_MAP_FLAGS },
		{ "waits", FACT_RANGE }, { "waits", FACT_REACH },
		{ "copies", FACT_RANGE }, { "copies", FACT_ABSENT },
		{ "copies", FACT_CAN }, { "copies", FACT_VMFLAGS },
		{ "zero-page", FACT_RANGE }, { "zero-page", FACT_CAN },
		{ "zero-fill", FACT_RANGE }, { "zero-fill", FACT_CAN },
		{ "first-touch", FACT_RANGE }, { "first-touch", FACT_CAN },
		{ "first-touch", FACT_ABSENT },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct diagnosis_facts f =
		    diag_facts_of(diag_just_of(rows[i].rule));
		struct diagnosis d;

		f.known &= ~FACT_BIT(rows[i].unknown);
		d = diag_told(&f);
		assert_int_equal(d.n, 1);
		assert_string_equal(d.item[0].rule, rows[i].rule);
		if (d.item[0].command != NULL)
			fail_msg("%s without fact %d: %s", rows[i].rule,
			    (int)rows[i].unknown, d.item[0].command);
	}
}

/* Reading page by page, much of it is to be read: as slow as the walk. */
static void
test_helps_slowly(void **state)
{
	struct diagnosis_facts f = diag_facts_of(diag_just_of("copies"));
	struct diagnosis d;

	(void)state;
	f.v[FACT_VMFLAGS] = VMF_RAND;
	f.v[FACT_ABSENT] = 7;
	d = diag_told(&f);
	assert_string_equal(d.item[0].rule, "copies");
	assert_null(d.item[0].command);
	f = diag_facts_of(diag_just_of("first-touch"));
	f.v[FACT_FAULT_NS] = NS_PER_S;
	f.v[FACT_ABSENT] = 16384;
	d = diag_told(&f);
	diag_same_text(d.item[0].command, "advise populate");
	f.v[FACT_READAHEAD_PAGES] = 0;
	d = diag_told(&f);
	assert_null(d.item[0].command);
}

/* Where storage is waited for by writes that copy, the copies are the rest. */
static void
test_helps_writes(void **state)
{
	struct diagnosis_facts f = diag_facts_of(diag_just_of("major"));
	struct diagnosis d;

	(void)state;
	f.v[FACT_OP] = TOUCH_WRITE;
	f.v[FACT_MAP_FLAGS] = MAP_SPEC_PRIVATE | MAP_SPEC_WRITE;
	d = diag_told(&f);
	diag_same_text(d.item[0].command, "advise populate-write");
	f.v[FACT_REACH] = 479;
	d = diag_told(&f);
	diag_same_text(d.item[0].command, "advise populate");
	f.v[FACT_LIMIT_PAGES] = 1199;
	d = diag_told(&f);
	diag_same_text(d.item[0].command, NULL);
}

/* A walk in order comes to all pages. */
static void
test_helps_in_order(void **state)
{
	struct diagnosis_facts f = diag_facts_of(diag_just_of("major"));
	struct diagnosis d;

	(void)state;
	f.v[FACT_PATTERN] = PATTERN_SEQUENTIAL;
	f.v[FACT_RANGE] = f.v[FACT_REACH] = 60000;
	f.v[FACT_FAULT_NS] = 1000 * 5000;
	d = diag_told(&f);
	diag_same_text(d.item[0].command, "advise populate");
	f.v[FACT_FAULT_NS] -= 1000;
	d = diag_told(&f);
	diag_same_text(d.item[0].command, NULL);
	f.v[FACT_FAULT_NS] = 1000 * 5000;
	f.v[FACT_REACH] = 50000;
	d = diag_told(&f);
	diag_same_text(d.item[0].command, NULL);
}

/* What would help is not told where a fact of that is not known; the rule
 * is. */
static void
test_help_needs(void **state)
{
	(void)state;
	for (size_t i = 0; i < diag_justs_n; i++) {
		const struct just *j = &diag_justs[i];
		const struct diagnosis_rule *r = diag_rule_of(j->rule);

		for (int b = 0; b < FACT_COUNT; b++) {
			struct diagnosis_facts f = diag_facts_of(j);
			struct diagnosis d;

			if ((r->help_needs & ~r->needs & FACT_BIT(b)) == 0)
				continue;
			f.known &= ~FACT_BIT(b);
			d = diag_told(&f);
			assert_true(diag_tells(&d, r->name));
			assert_null(d.item[0].command);
		}
	}
}

/* Of two things that would help only the first, if the other is another. */
static void
test_helps_once(void **state)
{
	struct diagnosis_facts f = diag_facts_of(diag_just_of("unused"));
	struct diagnosis d;

	(void)state;
	f.v[FACT_MINOR] = 64;
	f.v[FACT_FAULT_NS] = NS_PER_S;
	d = diag_told(&f);
	assert_int_equal(d.n, 2);
	diag_same_text(d.item[0].command, "advise random");
	assert_string_equal(d.item[1].rule, "first-touch");
	assert_null(d.item[1].command);
	f.v[FACT_VMFLAGS] = VMF_HUGE;
	d = diag_told(&f);
	assert_null(d.item[0].command);
	diag_same_text(d.item[1].command, "advise populate");
}

/* Storage whose readahead is not known. */
static void
test_readahead_unknown(void **state)
{
	struct diagnosis_facts f = diag_facts_of(diag_just_of("unused"));
	struct diagnosis d;

	(void)state;
	f.known &= ~FACT_BIT(FACT_READAHEAD_PAGES);
	d = diag_told(&f);
	assert_true(diag_tells(&d, "unused"));
	f.v[FACT_TOUCHES] = 31;
	d = diag_told(&f);
	assert_false(diag_tells(&d, "unused"));
	f = diag_facts_of(diag_just_of("major"));
	f.known &= ~FACT_BIT(FACT_READAHEAD_PAGES);
	d = diag_told(&f);
	diag_same_text(d.item[0].command, "advise willneed-all");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_helps),
		cmocka_unit_test(test_helps_only_knowing),
		cmocka_unit_test(test_helps_slowly),
		cmocka_unit_test(test_helps_writes),
		cmocka_unit_test(test_helps_in_order),
		cmocka_unit_test(test_help_needs),
		cmocka_unit_test(test_helps_once),
		cmocka_unit_test(test_readahead_unknown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
