#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "pagetide/advice.h"
#include "pagetide/clock.h"
#include "pagetide/diagnosis.h"
#include "pagetide/pattern.h"

#define CHANGES_MAX 16

/* Facts in which no rule holds, all of them known. */
static const struct diagnosis_facts quiet = {
	.known = (1u << FACT_COUNT) - 1,
	.v = {
		[FACT_SPAN_NS] = 2 * NS_PER_S,
		[FACT_TOUCHES] = 1000,
		[FACT_ALL_TOUCHES] = 1000,
		[FACT_ALONE] = 1,
		[FACT_PAGES] = 16384,
		[FACT_READAHEAD_PAGES] = 32,
		[FACT_SET_PAGES] = 1000,
		[FACT_LIMIT_PAGES] = 65536,
		[FACT_LIMIT_HITS] = 1,
		[FACT_REACH] = 16384 / 12,
	},
};

/*
 * A rule that just holds, its words, the fact that is about it with the
 * last value at which it does not, and with the last one at which it goes on
 * if it held before.
 */
struct just {
	const char	*rule;
	struct { enum diagnosis_fact fact; int64_t v; } set[CHANGES_MAX];
	struct verdict	 verdict;
	const char	*advice;	/* of the verdict */
	const char	*text, *cause, *command;
	enum diagnosis_fact	about;
	int64_t		 below, kept;
};

static const struct just justs[] = {
	{ .rule = "refaults-readahead",
	    .set = { { FACT_PATTERN, PATTERN_RANDOM }, { FACT_REFAULTS, 50 },
		{ FACT_STEALS, 4000 }, { FACT_READ_PAGES, 12000 },
		{ FACT_HINTS, 1 } },
	    .text = "50 pages read again, 4000 stolen in 2.0 s",
	    .cause = "thrash: readahead pushes out what is used",
	    .command = "advise random",
	    .about = FACT_REFAULTS, .below = 49, .kept = 32 },
	{ .rule = "refaults",
	    .set = { { FACT_REFAULTS, 50 }, { FACT_STEALS, 32 } },
	    .text = "50 pages read again, 32 stolen in 2.0 s",
	    .cause = "thrash: more pages in use than the memory limit keeps",
	    .about = FACT_REFAULTS, .below = 49, .kept = 32 },
	/* Shadow entries were lost: more was read than there is. */
	{ .rule = "refaults",
	    .set = { { FACT_READ_PAGES, 16434 }, { FACT_STEALS, 12000 } },
	    .text = "50 pages read again, 12000 stolen in 2.0 s",
	    .cause = "thrash: more pages in use than the memory limit keeps",
	    .about = FACT_READ_PAGES, .below = 16433, .kept = 16416 },
	{ .rule = "set",
	    .set = { { FACT_MAJOR, 50 }, { FACT_SET_PAGES, 4097 },
		{ FACT_REFAULTS, 32 }, { FACT_STEALS, 32 },
		{ FACT_LIMIT_PAGES, 4096 } },
	    .text = "50 of 1000 touches major in 2.0 s, 4097 pages in use, "
		"limit 4096",
	    .cause = "thrash: the working set is over memory",
	    .about = FACT_MAJOR, .below = 49, .kept = 32 },
	{ .rule = "reclaimed",
	    .set = { { FACT_EVICTED, -256 }, { FACT_READ_PAGES, 256 },
		{ FACT_SYS_REFAULTS, 300 } },
	    .text = "256 reclaimed pages read again in 2.0 s",
	    .cause = "reclaim took them before their next use",
	    .command = "advise mlock",
	    .about = FACT_EVICTED, .below = -255, .kept = -128 },
	{ .rule = "random",
	    .set = { { FACT_MAJOR, 50 }, { FACT_VMFLAGS, VMF_RAND },
		{ FACT_PATTERN, PATTERN_LOOP } },
	    .text = "50 of 1000 touches major in 2.0 s",
	    .cause = "RANDOM forbids readahead to a walk in order",
	    .command = "advise normal",
	    .about = FACT_MAJOR, .below = 49, .kept = 32 },
	{ .rule = "backward",
	    .set = { { FACT_MAJOR, 50 }, { FACT_VMFLAGS, VMF_SEQ },
		{ FACT_PATTERN, PATTERN_BACKWARD } },
	    .text = "50 of 1000 touches major in 2.0 s",
	    .cause = "SEQUENTIAL reads on from a miss, the walk goes back",
	    .command = "advise normal",
	    .about = FACT_MAJOR, .below = 49, .kept = 32 },
	{ .rule = "major",
	    .set = { { FACT_MAJOR, 50 }, { FACT_PATTERN, PATTERN_RANDOM },
		{ FACT_VMFLAGS, VMF_RAND },
		{ FACT_PAGES, 600 } },
	    .text = "50 of 1000 touches major in 2.0 s",
	    .cause = "absent pages, each waited for in its fault",
	    .command = "advise populate",
	    .about = FACT_MAJOR, .below = 49, .kept = 32 },
	{ .rule = "unused",
	    .set = { { FACT_PATTERN, PATTERN_RANDOM }, { FACT_TOUCHES, 64 },
		{ FACT_READ_PAGES, 768 } },
	    .text = "768 pages read for 64 touches in 2.0 s",
	    .cause = "readahead loads pages that no touch asked for",
	    .command = "advise random",
	    .about = FACT_READ_PAGES, .below = 767, .kept = 512 },
	{ .rule = "waits",
	    .set = { { FACT_MINOR, 200 }, { FACT_OP, TOUCH_WRITE },
		{ FACT_WAITS, 10 }, { FACT_READ_PAGES, 1000 } },
	    .text = "10 of 200 minor faults over 131 us in 2.0 s",
	    .cause = "in the cache, but still being read",
	    .command = "advise willneed-all",
	    .about = FACT_WAITS, .below = 9, .kept = 8 },
	{ .rule = "copies",
	    .set = { { FACT_OP, TOUCH_WRITE }, { FACT_PRIVATE, 500 },
		{ FACT_PAGES, 625 } },
	    .text = "500 pages copied by 1000 writes in 2.0 s",
	    .cause = "the first write to a private page copies it",
	    .command = "advise populate-write",
	    .about = FACT_PRIVATE, .below = 499, .kept = 256 },
	{ .rule = "first-touch",
	    .set = { { FACT_MINOR, 50 }, { FACT_PAGES, 1000 },
		{ FACT_PATTERN, PATTERN_RANDOM } },
	    .text = "50 of 1000 touches minor in 2.0 s",
	    .cause = "in memory, but had no PTE",
	    .command = "advise populate",
	    .about = FACT_MINOR, .below = 49, .kept = 32 },
	{ .rule = "short", .advice = "willneed",
	    .verdict = { VERDICT_SHORT, "one call reads no more",
		"advise willneed-all", 2048, 16384 },
	    .text = "willneed: 2048 of 16384 pages came",
	    .cause = "one call reads no more",
	    .command = "advise willneed-all" },
	{ .rule = "no-effect", .advice = "pageout",
	    .verdict = { VERDICT_STAY, "dirty pages stay: it writes nothing",
		"advise fsync", 512, 513 },
	    .text = "pageout: 512 of 513 pages stay cached",
	    .cause = "dirty pages stay: it writes nothing",
	    .command = "advise fsync" },
	{ .rule = "no-effect", .advice = "dontneed",
	    .verdict = { VERDICT_REFUSED, "the range is locked",
		"advise munlock", 0, 0 },
	    .text = "dontneed: refused",
	    .cause = "the range is locked",
	    .command = "advise munlock" },
	{ .rule = "refaults",
	    .set = { { FACT_REFAULTS, 50 }, { FACT_STEALS, 32 },
		{ FACT_STEALS_SYSTEM, 1 } },
	    .text = "50 pages read again, 32 stolen (system) in 2.0 s",
	    .cause = "thrash: more pages in use than the memory limit keeps",
	    .about = FACT_REFAULTS, .below = 49, .kept = 32 },
};
#define N_JUSTS (sizeof justs / sizeof justs[0])

static struct diagnosis_facts
facts_of(const struct just *j)
{
	struct diagnosis_facts f = quiet;

	for (size_t i = 0; i < CHANGES_MAX && j->set[i].v != 0; i++)
		f.v[j->set[i].fact] = j->set[i].v;
	f.verdict = j->verdict;
	if (j->advice != NULL)
		f.verdict_advice = (unsigned)advice_find(j->advice);
	return f;
}

static const struct diagnosis_rule *
rule_of(const char *name)
{
	for (unsigned i = 0; i < diagnosis_count; i++)
		if (strcmp(diagnosis_table[i].name, name) == 0)
			return &diagnosis_table[i];
	fail_msg("no rule %s", name);
	return NULL;
}

/* What is told of facts, by one that told nothing before. */
static struct diagnosis
told(const struct diagnosis_facts *f)
{
	struct diagnosis d = { 0 };

	diagnosis_update(&d, f);
	return d;
}

static bool
tells(const struct diagnosis *d, const char *rule)
{
	for (unsigned i = 0; i < d->n; i++)
		if (strcmp(d->item[i].rule, rule) == 0)
			return true;
	return false;
}

static void
same_text(const char *got, const char *want)
{
	if (want == NULL)
		assert_null(got);
	else if (got == NULL)
		fail_msg("nothing instead of \"%s\"", want);
	else
		assert_string_equal(got, want);
}

static void
test_words(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_JUSTS; i++) {
		struct diagnosis_facts f = facts_of(&justs[i]);
		struct diagnosis d = told(&f);

		assert_true(d.known);
		assert_int_equal(d.span_ns, 2 * NS_PER_S);
		assert_int_equal(d.n, 1);
		assert_string_equal(d.item[0].rule, justs[i].rule);
		assert_string_equal(d.item[0].text, justs[i].text);
		same_text(d.item[0].cause, justs[i].cause);
		same_text(d.item[0].command, justs[i].command);
	}
}

static void
test_every_rule_is_tested(void **state)
{
	(void)state;
	for (unsigned r = 0; r < diagnosis_count; r++) {
		bool found = false;

		for (size_t i = 0; i < N_JUSTS; i++)
			found |= strcmp(justs[i].rule,
			    diagnosis_table[r].name) == 0;
		if (!found)
			fail_msg("no test of %s", diagnosis_table[r].name);
	}
}

static void
test_below(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_JUSTS; i++) {
		struct diagnosis_facts f = facts_of(&justs[i]);
		struct diagnosis d;

		if (justs[i].advice != NULL)
			f.verdict.kind = VERDICT_REMARK;
		else
			f.v[justs[i].about] = justs[i].below;
		d = told(&f);
		if (tells(&d, justs[i].rule))
			fail_msg("%s: %s", justs[i].rule, d.item[0].text);
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
		{ "reclaimed", FACT_READ_PAGES, 255 },
		{ "unused", FACT_REACH, 16384 / 12 + 1 },
	};

	(void)state;
	for (size_t k = 0; k < sizeof by / sizeof by[0]; k++)
		for (size_t i = 0; i < N_JUSTS; i++) {
			struct diagnosis_facts f = facts_of(&justs[i]);
			struct diagnosis d;

			if (strcmp(justs[i].rule, by[k].rule) != 0)
				continue;
			f.v[by[k].fact] = by[k].v;
			d = told(&f);
			if (tells(&d, by[k].rule))
				fail_msg("%s: fact %d", by[k].rule,
				    (int)by[k].fact);
		}
}

static void
test_keeps(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_JUSTS; i++) {
		struct diagnosis_facts f = facts_of(&justs[i]);
		struct diagnosis d = told(&f);

		if (justs[i].advice != NULL)
			continue;
		f.v[justs[i].about] = justs[i].kept;
		diagnosis_update(&d, &f);
		if (!tells(&d, justs[i].rule))
			fail_msg("%s was not kept", justs[i].rule);
		/* Numbers are of now. */
		assert_string_not_equal(d.item[0].text, justs[i].text);
		f.v[justs[i].about] += justs[i].kept < 0 ? 1 : -1;
		diagnosis_update(&d, &f);
		if (tells(&d, justs[i].rule))
			fail_msg("%s was kept too long", justs[i].rule);
		/* Gone: it takes all of the threshold to come back. */
		f.v[justs[i].about] = justs[i].below;
		diagnosis_update(&d, &f);
		assert_false(tells(&d, justs[i].rule));
	}
}

static void
test_needs(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_JUSTS; i++) {
		unsigned needs = rule_of(justs[i].rule)->needs;

		for (int b = 0; b < FACT_COUNT; b++) {
			struct diagnosis_facts f = facts_of(&justs[i]);
			struct diagnosis d;

			f.known &= ~FACT_BIT(b);
			d = told(&f);
			if (tells(&d, justs[i].rule) ==
			    ((needs & FACT_BIT(b)) != 0))
				fail_msg("%s: fact %d", justs[i].rule, b);
			/* Then nothing else is said instead of it. */
			for (unsigned k = 0; k < d.n; k++)
				assert_true(rule_of(d.item[k].rule)->group ==
				    rule_of(justs[i].rule)->group);
		}
	}
}

static void
test_nothing_known(void **state)
{
	struct diagnosis_facts f = facts_of(&justs[0]);
	struct diagnosis d;

	(void)state;
	f.known = 0;
	d = told(&f);
	assert_false(d.known);
	assert_int_equal(d.n, 0);
	d = told(&quiet);
	assert_true(d.known);
	assert_int_equal(d.n, 0);
}

/* What a rule is about is not the case, however high the number. */
static void
test_conditions(void **state)
{
	static const struct {
		size_t	i;
		enum diagnosis_fact	fact;
		int64_t	v;
	} rows[] = {
		{ 0, FACT_VMFLAGS, VMF_RAND }, { 0, FACT_READ_PAGES, 11999 },
		{ 0, FACT_PATTERN, PATTERN_SEQUENTIAL }, { 0, FACT_STEALS, 31 },
		{ 1, FACT_STEALS, 31 },
		{ 3, FACT_SET_PAGES, 4096 }, { 3, FACT_STEALS, 31 },
		{ 3, FACT_REFAULTS, 31 },
		{ 4, FACT_READ_PAGES, 255 }, { 4, FACT_HINTS, 1 },
		{ 5, FACT_PATTERN, PATTERN_STRIDE }, { 5, FACT_VMFLAGS, 0 },
		{ 6, FACT_PATTERN, PATTERN_SEQUENTIAL },
		{ 6, FACT_VMFLAGS, VMF_HUGE },
		{ 7, FACT_PATTERN, PATTERN_SEQUENTIAL },
		{ 8, FACT_VMFLAGS, VMF_RAND }, { 8, FACT_HINTS, 1 },
		{ 8, FACT_PATTERN, PATTERN_BACKWARD }, { 8, FACT_ALONE, 0 },
		{ 8, FACT_OP, TOUCH_PREAD }, { 8, FACT_READAHEAD_PAGES, 352 },
		{ 8, FACT_TOUCHES, 0 },
		{ 9, FACT_READ_PAGES, 0 },
		{ 10, FACT_ANON, 1 }, { 10, FACT_OP, TOUCH_READ },
		{ 10, FACT_HINTS, 1 }, { 10, FACT_ALONE, 0 },
		{ 11, FACT_OP, TOUCH_WRITE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct diagnosis_facts f = facts_of(&justs[rows[i].i]);
		struct diagnosis d;

		f.v[rows[i].fact] = rows[i].v;
		d = told(&f);
		if (tells(&d, justs[rows[i].i].rule))
			fail_msg("%s with fact %d = %d", d.item[0].rule,
			    (int)rows[i].fact, (int)rows[i].v);
	}
}

/* What helps costs something, too: it is not told where that is more. */
static void
helps(size_t just, enum diagnosis_fact fact, int64_t v, bool want)
{
	struct diagnosis_facts f = facts_of(&justs[just]);
	struct diagnosis d;

	f.v[fact] = v;
	d = told(&f);
	assert_int_equal(d.n, 1);
	assert_string_equal(d.item[0].text, justs[just].text);
	same_text(d.item[0].command, want ? justs[just].command : NULL);
}

static void
test_pays(void **state)
{
	static const struct { size_t i; int64_t pages; } rows[] = {
		{ 7, 600 }, { 10, 625 }, { 11, 1000 },
	};
	static const size_t all[] = { 4, 7, 9, 10, 11 };

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		helps(rows[i].i, FACT_PAGES, rows[i].pages, true);
		helps(rows[i].i, FACT_PAGES, rows[i].pages + 1, false);
	}
	/* What brings in all pages is no help where they do not fit. */
	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
		struct diagnosis_facts f = facts_of(&justs[all[i]]);

		helps(all[i], FACT_LIMIT_PAGES, f.v[FACT_PAGES], true);
		helps(all[i], FACT_LIMIT_PAGES, f.v[FACT_PAGES] - 1, false);
	}
	helps(9, FACT_PATTERN, PATTERN_LOOP, true);
	helps(9, FACT_PATTERN, PATTERN_RANDOM, false);
}

/* A walk in order comes to all pages. */
static void
test_pays_in_order(void **state)
{
	(void)state;
	for (int minor = 19; minor <= 20; minor++) {
		struct diagnosis_facts f = facts_of(&justs[7]);
		struct diagnosis d;

		f.v[FACT_PATTERN] = PATTERN_SEQUENTIAL;
		f.v[FACT_VMFLAGS] = 0;
		f.v[FACT_PAGES] = 60000;
		f.v[FACT_MINOR] = minor;
		d = told(&f);
		assert_int_equal(d.n, 1);
		same_text(d.item[0].command,
		    minor == 20 ? "advise populate" : NULL);
	}
}

/* A share of few touches means nothing. */
static void
test_few(void **state)
{
	struct diagnosis_facts f = quiet;
	struct diagnosis d;

	(void)state;
	f.v[FACT_TOUCHES] = f.v[FACT_MAJOR] = 31;
	d = told(&f);
	assert_int_equal(d.n, 0);
	f.v[FACT_TOUCHES] = f.v[FACT_MAJOR] = 32;
	d = told(&f);
	assert_int_equal(d.n, 1);
	assert_string_equal(d.item[0].text, "32 of 32 touches major in 2.0 s");
	f.v[FACT_MAJOR] = 0;
	f.v[FACT_MINOR] = 31;
	d = told(&f);
	assert_int_equal(d.n, 0);
	f.v[FACT_MINOR] = 32;
	d = told(&f);
	assert_int_equal(d.n, 1);
	assert_string_equal(d.item[0].text, "32 of 32 touches minor in 2.0 s");
}

/* Pages were reclaimed, or that is not known. */
static void
test_short_without_cause(void **state)
{
	struct diagnosis_facts f = quiet;
	struct diagnosis d;

	(void)state;
	f.verdict = (struct verdict){ VERDICT_SHORT, NULL, NULL, 900, 1000 };
	d = told(&f);
	assert_int_equal(d.n, 0);
}

/* The gravest first, and of a group only that. */
static void
test_order(void **state)
{
	static const char *const want[] = { "refaults-readahead", "unused",
		"waits", "short" };
	struct diagnosis_facts f = facts_of(&justs[12]);
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
	d = told(&f);
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
		cmocka_unit_test(test_nothing_known),
		cmocka_unit_test(test_conditions),
		cmocka_unit_test(test_pays),
		cmocka_unit_test(test_pays_in_order),
		cmocka_unit_test(test_few),
		cmocka_unit_test(test_short_without_cause),
		cmocka_unit_test(test_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
