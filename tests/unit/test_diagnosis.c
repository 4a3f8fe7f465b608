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
#include "pagetide/pattern.h"

static void
test_words(void **state)
{
	(void)state;
	for (size_t i = 0; i < diag_justs_n; i++) {
		struct diagnosis_facts f = diag_facts_of(&diag_justs[i]);
		struct diagnosis d = diag_told(&f);

		assert_true(d.known);
		assert_int_equal(d.span_ns, 2 * NS_PER_S);
		assert_int_equal(d.n, 1);
		assert_string_equal(d.item[0].rule, diag_justs[i].rule);
		assert_string_equal(d.item[0].text, diag_justs[i].text);
		diag_same_text(d.item[0].cause, diag_justs[i].cause);
		diag_same_text(d.item[0].command, diag_justs[i].command);
	}
}

static void
test_every_rule_is_tested(void **state)
{
	(void)state;
	for (unsigned r = 0; r < diagnosis_count; r++) {
		bool found = false;

		for (size_t i = 0; i < diag_justs_n; i++)
			found |= strcmp(diag_justs[i].rule,
			    diagnosis_table[r].name) == 0;
		if (!found)
			fail_msg("no test of %s", diagnosis_table[r].name);
	}
}

static void
test_below(void **state)
{
	(void)state;
	for (size_t i = 0; i < diag_justs_n; i++) {
		struct diagnosis_facts f = diag_facts_of(&diag_justs[i]);
		struct diagnosis d;

		if (diag_justs[i].advice != NULL)
			f.verdict.kind = VERDICT_REMARK;
		else
			f.v[diag_justs[i].about] = diag_justs[i].below;
		d = diag_told(&f);
		if (diag_tells(&d, diag_justs[i].rule))
			fail_msg("%s: %s", diag_justs[i].rule, d.item[0].text);
	}
}

/* What others did while the worker read, and what the walk will do yet. */
static void
test_silenced(void **state)
{
	static const struct {
		const char	*rule;
		enum diagnosis_fact fact;
		int64_t		 v;
	} by[] = {
		{ "refaults-readahead", FACT_LIMIT_HITS, 0 },
		{ "refaults", FACT_LIMIT_HITS, 0 },
		{ "set", FACT_LIMIT_HITS, 0 },
		{ "reclaimed", FACT_SYS_REFAULTS, 255 },
		{ "reclaimed", FACT_EVICTED_OLD, 1 },
		{ "reclaimed", FACT_READ_PAGES, 255 },
		{ "unused", FACT_REACH, 16384 / 12 + 1 },
	};

	(void)state;
	for (size_t k = 0; k < sizeof by / sizeof by[0]; k++)
		for (size_t i = 0; i < diag_justs_n; i++) {
			const struct just *j = &diag_justs[i];
			struct diagnosis_facts f = diag_facts_of(j);
			struct diagnosis d;

			if (strcmp(diag_justs[i].rule, by[k].rule) != 0)
				continue;
			f.v[by[k].fact] = by[k].v;
			d = diag_told(&f);
			if (diag_tells(&d, by[k].rule))
				fail_msg("%s: fact %d", by[k].rule,
				    (int)by[k].fact);
		}
}

static void
test_keeps(void **state)
{
	(void)state;
	for (size_t i = 0; i < diag_justs_n; i++) {
		struct diagnosis_facts f = diag_facts_of(&diag_justs[i]);
		struct diagnosis d = diag_told(&f);

		if (diag_justs[i].advice != NULL)
			continue;
		f.v[diag_justs[i].about] = diag_justs[i].kept;
		diagnosis_update(&d, &f);
		if (!diag_tells(&d, diag_justs[i].rule))
			fail_msg("%s was not kept", diag_justs[i].rule);
		/* Numbers are of now. */
		assert_string_not_equal(d.item[0].text, diag_justs[i].text);
		f.v[diag_justs[i].about] += diag_justs[i].kept < 0 ? 1 : -1;
		diagnosis_update(&d, &f);
		if (diag_tells(&d, diag_justs[i].rule))
			fail_msg("%s was kept too long", diag_justs[i].rule);
		/* Gone: it takes all of the threshold to come back. */
		f.v[diag_justs[i].about] = diag_justs[i].below;
		diagnosis_update(&d, &f);
		assert_false(diag_tells(&d, diag_justs[i].rule));
	}
}

static void
test_needs(void **state)
{
	(void)state;
	for (size_t i = 0; i < diag_justs_n; i++) {
		uint64_t needs = diag_rule_of(diag_justs[i].rule)->needs;

		for (int b = 0; b < FACT_COUNT; b++) {
			const struct just *j = &diag_justs[i];
			struct diagnosis_facts f = diag_facts_of(j);
			struct diagnosis d;

			f.known &= ~FACT_BIT(b);
			d = diag_told(&f);
			if (diag_tells(&d, diag_justs[i].rule) ==
			    ((needs & FACT_BIT(b)) != 0))
				fail_msg("%s: fact %d", diag_justs[i].rule, b);
			/* Then nothing else is said instead of it. */
			for (unsigned k = 0; k < d.n; k++)
				assert_true(diag_rule_of(d.item[k].rule)->group ==
				    diag_rule_of(diag_justs[i].rule)->group);
		}
	}
}

/* Loads that leave a page of one's own: the kernel has no page of zeros. */
static void
test_loads_that_make_pages(void **state)
{
	struct diagnosis_facts f = diag_facts_of(diag_just_of("zero-page"));
	struct diagnosis d;

	(void)state;
	f.v[FACT_PRIVATE] = 74;
	d = diag_told(&f);
	assert_true(diag_tells(&d, "zero-page"));
	assert_false(diag_tells(&d, "zero-fill"));
	f.v[FACT_PRIVATE] = 75;
	d = diag_told(&f);
	assert_false(diag_tells(&d, "zero-page"));
	assert_true(diag_tells(&d, "zero-fill"));
	diag_same_text(d.item[0].command, "advise populate");
}

static void
test_nothing_known(void **state)
{
	struct diagnosis_facts f = diag_facts_of(&diag_justs[0]);
	struct diagnosis d;

	(void)state;
	f.known = 0;
	d = diag_told(&f);
	assert_false(d.known);
	assert_int_equal(d.n, 0);
	d = diag_told(&diag_quiet);
	assert_true(d.known);
	assert_int_equal(d.n, 0);
}

/* What a rule is about is not the case, however high the number. */
static void
test_conditions(void **state)
{
	static const struct {
		const char	*rule;
		enum diagnosis_fact	fact;
		int64_t	v;
	} rows[] = {
		{ "refaults-readahead", FACT_VMFLAGS, VMF_RAND },
		{ "refaults-readahead", FACT_READ_PAGES, 11999 },
		{ "refaults-readahead", FACT_PATTERN,
		    PATTERN_SEQUENTIAL },
		{ "refaults-readahead", FACT_STEALS, 31 },
		{ "refaults", FACT_STEALS, 31 },
		{ "set", FACT_SET_PAGES, 4096 },
		{ "set", FACT_STEALS, 31 },
		{ "set", FACT_REFAULTS, 31 },
		{ "reclaimed", FACT_READ_PAGES, 255 },
		{ "reclaimed", FACT_EVICTED_OLD, 129 },
		{ "reclaimed", FACT_HINTS, 1 },
		{ "random", FACT_PATTERN, PATTERN_STRIDE },
		{ "random", FACT_VMFLAGS, 0 },
		{ "backward", FACT_PATTERN, PATTERN_SEQUENTIAL },
		{ "backward", FACT_VMFLAGS, VMF_HUGE },
		{ "unused", FACT_VMFLAGS, VMF_RAND },
		{ "unused", FACT_HINTS, 1 },
		{ "unused", FACT_PATTERN, PATTERN_BACKWARD },
		{ "unused", FACT_ALONE, 0 },
		{ "unused", FACT_OP, TOUCH_PREAD },
		{ "unused", FACT_READAHEAD_PAGES, 352 },
		{ "unused", FACT_TOUCHES, 0 },
		{ "unused", FACT_REACH, 16384 / 12 + 1 },
		{ "waits", FACT_READ_PAGES, 0 },
		{ "copies", FACT_ANON, 1 },
		{ "copies", FACT_OP, TOUCH_READ },
		{ "copies", FACT_HINTS, 1 },
		{ "copies", FACT_ALONE, 0 },
		{ "first-touch", FACT_OP, TOUCH_WRITE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct just *j = diag_just_of(rows[i].rule);
		struct diagnosis_facts f = diag_facts_of(j);
		struct diagnosis d;

		f.v[rows[i].fact] = rows[i].v;
		d = diag_told(&f);
		if (diag_tells(&d, rows[i].rule))
			fail_msg("%s with fact %d = %d", d.item[0].rule,
			    (int)rows[i].fact, (int)rows[i].v);
	}
}

/*
 * What was told once, and was not so. Each is the facts of one measurement.
 */
static void
test_lies(void **state)
{
	static const struct {
		const char	*what, *rule;	/* that was told */
		struct {
			enum diagnosis_fact fact;
			int64_t	v;
		} set[CHANGES_MAX];
	} lies[] = {
		/* Fault-around maps 16 pages a fault. */
		{ "a healthy walk over cached pages", "first-touch",
		    { { FACT_TOUCHES, 8192 }, { FACT_MINOR, 512 },
			{ FACT_REACH, 8192 } } },
		{ "the first two seconds of a random one", "first-touch",
		    { { FACT_TOUCHES, 4000 }, { FACT_MINOR, 512 },
			{ FACT_PATTERN, PATTERN_RANDOM } } },
		{ "anonymous memory", "first-touch",
		    { { FACT_MINOR, 1000 }, { FACT_ANON, 1 } } },
		{ "the machine was busy", "waits",
		    { { FACT_MINOR, 512 }, { FACT_WAITS, 40 },
			{ FACT_READ_PAGES, 7 } } },
		{ "a set within the limit, and more readahead", "refaults",
		    { { FACT_PATTERN, PATTERN_LOOP }, { FACT_REFAULTS, 2101 },
			{ FACT_STEALS, 3000 }, { FACT_READ_PAGES, 4149 },
			{ FACT_TOUCHES, 7680 }, { FACT_ALL_TOUCHES, 7680 },
			{ FACT_REACH, 1536 }, { FACT_LIMIT_PAGES, 2048 },
			{ FACT_READAHEAD_PAGES, 2048 } } },
		{ "back under SEQUENTIAL, short of memory", "set",
		    { { FACT_PATTERN, PATTERN_BACKWARD },
			{ FACT_VMFLAGS, VMF_SEQ }, { FACT_REFAULTS, 2204751 },
			{ FACT_STEALS, 3369376 }, { FACT_MAJOR, 1000 },
			{ FACT_READ_PAGES, 2212943 },
			{ FACT_SET_PAGES, 8192 }, { FACT_REACH, 8192 },
			{ FACT_LIMIT_PAGES, 2048 },
			{ FACT_READAHEAD_PAGES, 2048 } } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof lies / sizeof lies[0]; i++) {
		struct diagnosis_facts f = diag_quiet;
		struct diagnosis d;

		for (int k = 0; k < CHANGES_MAX && lies[i].set[k].v != 0; k++)
			f.v[lies[i].set[k].fact] = lies[i].set[k].v;
		d = diag_told(&f);
		if (diag_tells(&d, lies[i].rule))
			fail_msg("%s: %s", lies[i].what, lies[i].rule);
	}
}

/* What would help there, found by trying. */
static void
test_readahead_too_much(void **state)
{
	const struct just *j = diag_just_of("refaults-readahead");
	struct diagnosis_facts f = diag_facts_of(j);
	struct diagnosis d;

	(void)state;
	f.v[FACT_PATTERN] = PATTERN_LOOP;
	f.v[FACT_LIMIT_PAGES] = 127;
	f.v[FACT_REACH] = 127;
	d = diag_told(&f);
	assert_string_equal(d.item[0].rule, "refaults-readahead");
	diag_same_text(d.item[0].command, "advise random");
	f.v[FACT_REACH] = 128;
	d = diag_told(&f);
	assert_string_equal(d.item[0].rule, "refaults");
	f.v[FACT_PATTERN] = PATTERN_BACKWARD;
	f.v[FACT_VMFLAGS] = VMF_SEQ;
	d = diag_told(&f);
	assert_string_equal(d.item[0].rule, "refaults-readahead");
	diag_same_text(d.item[0].command, "advise normal");
}

/* "Nothing stands out" is said where no rule can hold, whatever the facts are
 * that are not known. */
static void
test_open(void **state)
{
	static const struct {
		const char	*rule;
		enum diagnosis_fact unknown;
	} rows[] = {
		{ "refaults", FACT_REFAULTS },
		{ "reclaimed", FACT_EVICTED },
		{ "reclaimed", FACT_EVICTED_OLD },
		{ "reclaimed", FACT_SYS_REFAULTS },
		{ "unused", FACT_VMFLAGS }, { "unused", FACT_PATTERN },
		{ "unused", FACT_READ_PAGES },
		{ "waits", FACT_READ_PAGES },
		{ "copies", FACT_PRIVATE }, { "copies", FACT_OP },
		{ "first-touch", FACT_OP }, { "zero-page", FACT_OP },
		{ "zero-page", FACT_PRIVATE }, { "zero-fill", FACT_OP },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct just *j = diag_just_of(rows[i].rule);
		struct diagnosis_facts f = diag_facts_of(j);
		struct diagnosis d;

		f.known &= ~FACT_BIT(rows[i].unknown);
		d = diag_told(&f);
		assert_int_equal(d.n, 0);
		if (d.known)
			fail_msg("%s without fact %d", rows[i].rule,
			    (int)rows[i].unknown);
		/* The same, with nothing that would have to be told. */
		f = diag_quiet;
		f.known &= ~FACT_BIT(rows[i].unknown);
		d = diag_told(&f);
		assert_int_equal(d.n, 0);
		if (!d.known)
			fail_msg("fact %d", (int)rows[i].unknown);
	}
}

/* A worker without a limit: what only a limit tells is not missing. */
static void
test_no_limit(void **state)
{
	struct diagnosis_facts f = diag_quiet;
	struct diagnosis d;

	(void)state;
	f.v[FACT_LIMITED] = 0;
	/* Nothing was touched yet. */
	f.v[FACT_TOUCHES] = f.v[FACT_ALL_TOUCHES] = 0;
	f.known &= ~(FACT_BIT(FACT_PATTERN) | FACT_BIT(FACT_OP) |
	    FACT_BIT(FACT_RANGE) | FACT_BIT(FACT_REACH) |
	    FACT_BIT(FACT_VMFLAGS));
	d = diag_told(&f);
	assert_int_equal(d.n, 0);
	assert_true(d.known);
	f.known = diag_quiet.known;
	f.v[FACT_READ_PAGES] = 5000;
	f.v[FACT_TOUCHES] = 5000;
	f.known &= ~(FACT_BIT(FACT_REFAULTS) | FACT_BIT(FACT_STEALS) |
	    FACT_BIT(FACT_STEALS_SYSTEM) | FACT_BIT(FACT_LIMIT_HITS) |
	    FACT_BIT(FACT_LIMIT_PAGES));
	d = diag_told(&f);
	assert_int_equal(d.n, 0);
	assert_true(d.known);
}

/* Major faults are told also where nothing is known of the walk. */
static void
test_major_alone(void **state)
{
	struct diagnosis_facts f = diag_facts_of(diag_just_of("random"));
	struct diagnosis d;

	(void)state;
	f.known &= ~(FACT_BIT(FACT_VMFLAGS) | FACT_BIT(FACT_PATTERN));
	d = diag_told(&f);
	assert_int_equal(d.n, 1);
	assert_string_equal(d.item[0].rule, "major");
	assert_null(d.item[0].command);
}

/* A share of few touches means nothing. */
static void
test_few(void **state)
{
	struct diagnosis_facts f = diag_quiet;
	struct diagnosis d;

	(void)state;
	f.v[FACT_TOUCHES] = f.v[FACT_MAJOR] = 31;
	d = diag_told(&f);
	assert_int_equal(d.n, 0);
	f.v[FACT_TOUCHES] = f.v[FACT_MAJOR] = 32;
	d = diag_told(&f);
	assert_int_equal(d.n, 1);
	assert_string_equal(d.item[0].text, "32 of 32 touches major in 2.0 s");
	f.v[FACT_MAJOR] = 0;
	f.v[FACT_MINOR] = 31;
	d = diag_told(&f);
	assert_int_equal(d.n, 0);
	f.v[FACT_TOUCHES] = 32;
	f.v[FACT_MINOR] = 32;
	d = diag_told(&f);
	assert_int_equal(d.n, 1);
	assert_string_equal(d.item[0].text, "32 of 32 touches minor in 2.0 s");
}

/* Pages were reclaimed, or that is not known. */
static void
test_short_without_cause(void **state)
{
	struct diagnosis_facts f = diag_quiet;
	struct diagnosis d;

	(void)state;
	f.verdict = (struct verdict){ .kind = VERDICT_SHORT, .pages = 900,
	    .of = 1000 };
	d = diag_told(&f);
	assert_int_equal(d.n, 0);
}

/* The gravest first, and of a group only that. */
static void
test_order(void **state)
{
	static const char *const want[] = { "refaults-readahead", "unused",
		"waits", "short" };
	struct diagnosis_facts f = diag_facts_of(diag_just_of("short"));
	struct diagnosis d;

	(void)state;
	f.v[FACT_PATTERN] = PATTERN_RANDOM;
	f.v[FACT_MAJOR] = 900;
	f.v[FACT_MINOR] = 100;
	f.v[FACT_WAITS] = 50;
	f.v[FACT_REFAULTS] = 5000;
	f.v[FACT_STEALS] = 9000;
	f.v[FACT_READ_PAGES] = 12000;
	f.v[FACT_SET_PAGES] = 5000;
	f.v[FACT_LIMIT_PAGES] = 4096;
	f.v[FACT_EVICTED] = -900;
	f.v[FACT_SYS_REFAULTS] = 900;
	d = diag_told(&f);
	assert_int_equal(d.n, 4);
	for (int i = 0; i < 4; i++)
		assert_string_equal(d.item[i].rule, want[i]);
	/* The next one of the group is told once that has gone. */
	f.v[FACT_VMFLAGS] = VMF_RAND;
	diagnosis_update(&d, &f);
	assert_int_equal(d.n, 3);
	assert_string_equal(d.item[0].rule, "set");
	f.known &= ~FACT_BIT(FACT_SET_PAGES);
	diagnosis_update(&d, &f);
	assert_string_equal(d.item[0].rule, "refaults");
	f.known &= ~FACT_BIT(FACT_REFAULTS);
	diagnosis_update(&d, &f);
	assert_string_equal(d.item[0].rule, "reclaimed");
	f.known &= ~FACT_BIT(FACT_EVICTED);
	diagnosis_update(&d, &f);
	assert_string_equal(d.item[0].rule, "major");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_every_rule_is_tested),
		cmocka_unit_test(test_below),
		cmocka_unit_test(test_silenced),
		cmocka_unit_test(test_keeps),
		cmocka_unit_test(test_needs),
		cmocka_unit_test(test_loads_that_make_pages),
		cmocka_unit_test(test_nothing_known),
		cmocka_unit_test(test_conditions),
		cmocka_unit_test(test_lies),
		cmocka_unit_test(test_readahead_too_much),
		cmocka_unit_test(test_open),
		cmocka_unit_test(test_no_limit),
		cmocka_unit_test(test_major_alone),
		cmocka_unit_test(test_few),
		cmocka_unit_test(test_short_without_cause),
		cmocka_unit_test(test_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
