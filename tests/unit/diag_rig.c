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

/* Facts in which no rule holds, all of them known. */
const struct diagnosis_facts diag_quiet = {
	.known = (UINT64_C(1) << FACT_COUNT) - 1,
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
		[FACT_RANGE] = 16384,
		[FACT_REACH] = 16384 / 12,
		[FACT_LIMITED] = 1,
		[FACT_CAN] = DIAGNOSIS_CAN_POPULATE | DIAGNOSIS_CAN_LOCK,
	},
};

const struct just diag_justs[] = {
	{ .rule = "refaults-readahead",
	    .set = { { FACT_PATTERN, PATTERN_RANDOM }, { FACT_REFAULTS, 50 },
		{ FACT_STEALS, 4000 }, { FACT_READ_PAGES, 12000 },
		{ FACT_HINTS, 1 } },
	    .text = "50 pages read again, 4000 stolen in 2.0 s",
	    .cause = "thrash: readahead pushes out what is used",
	    .command = "advise random",
	    .about = FACT_REFAULTS, .below = 49, .kept = 32 },
	{ .rule = "refaults",
	    .set = { { FACT_REFAULTS, 50 }, { FACT_STEALS, 32 },
		{ FACT_READ_PAGES, 60 } },
	    .text = "50 pages read again, 32 stolen in 2.0 s",
	    .cause = "thrash: more is read than the memory limit keeps",
	    .about = FACT_REFAULTS, .below = 49, .kept = 32 },
	/* Shadow entries were lost: more was read than there is. */
	{ .rule = "refaults",
	    .set = { { FACT_READ_PAGES, 16434 }, { FACT_STEALS, 12000 } },
	    .text = "50 pages read again, 12000 stolen in 2.0 s",
	    .cause = "thrash: more is read than the memory limit keeps",
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
		{ FACT_RANGE, 600 }, { FACT_FAULT_NS, 600 * 5000 } },
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
		{ FACT_WAITS, 10 }, { FACT_READ_PAGES, 1000 },
		{ FACT_REACH, 13108 } },
	    .text = "10 of 200 minor faults over 200 us in 2.0 s",
	    .cause = "readahead is late: the fault starts it, or waits for it",
	    .command = "advise willneed-all",
	    .about = FACT_WAITS, .below = 9, .kept = 8 },
	{ .rule = "copies",
	    .set = { { FACT_OP, TOUCH_WRITE }, { FACT_PRIVATE, 500 },
		{ FACT_MINOR, 500 }, { FACT_RANGE, 625 },
		{ FACT_MAP_FLAGS, MAP_SPEC_PRIVATE | MAP_SPEC_WRITE } },
	    .text = "500 pages copied by 1000 writes in 2.0 s",
	    .cause = "the first write to a private page copies it",
	    .command = "advise populate-write",
	    .about = FACT_PRIVATE, .below = 499, .kept = 256 },
	{ .rule = "first-touch",
	    .set = { { FACT_MINOR, 150 }, { FACT_FAULT_NS, 16384 * 130 },
		{ FACT_PATTERN, PATTERN_RANDOM } },
	    .text = "150 of 1000 touches minor in 2.0 s",
	    .cause = "in memory, but had no PTE",
	    .command = "advise populate",
	    .about = FACT_MINOR, .below = 149, .kept = 75 },
	{ .rule = "zero-page",
	    .set = { { FACT_MINOR, 150 }, { FACT_ANON, 1 },
		{ FACT_REACH, 13108 } },
	    .text = "150 of 1000 touches minor in 2.0 s",
	    .cause = "no page yet: each fault maps the page of zeros",
	    .command = "advise populate",
	    .about = FACT_MINOR, .below = 149, .kept = 75 },
	{ .rule = "zero-fill",
	    .set = { { FACT_MINOR, 150 }, { FACT_ANON, 1 },
		{ FACT_OP, TOUCH_WRITE }, { FACT_REACH, 13108 } },
	    .text = "150 of 1000 touches minor in 2.0 s",
	    .cause = "no page yet: each fault makes one, filled with zeros",
	    .command = "advise populate-write",
	    .about = FACT_MINOR, .below = 149, .kept = 75 },
	{ .rule = "short", .advice = "willneed",
	    .verdict = { .kind = VERDICT_SHORT,
		.why = "one call reads no more",
		.command = "advise willneed-all",
		.pages = 2048, .of = 16384 },
	    .text = "willneed: 2048 of 16384 pages came",
	    .cause = "one call reads no more",
	    .command = "advise willneed-all" },
	{ .rule = "no-effect", .advice = "pageout",
	    .verdict = { .kind = VERDICT_STAY,
		.why = "dirty pages stay: it writes nothing",
		.command = "advise fsync",
		.pages = 512, .of = 513 },
	    .text = "pageout: 512 of 513 pages stay cached",
	    .cause = "dirty pages stay: it writes nothing",
	    .command = "advise fsync" },
	{ .rule = "no-effect", .advice = "dontneed",
	    .verdict = { .kind = VERDICT_REFUSED,
		.why = "the range is locked",
		.command = "advise munlock",
		.pages = 0, .of = 0 },
	    .text = "dontneed: refused",
	    .cause = "the range is locked",
	    .command = "advise munlock" },
	{ .rule = "refaults",
	    .set = { { FACT_REFAULTS, 50 }, { FACT_STEALS, 32 },
		{ FACT_STEALS_SYSTEM, 1 } },
	    .text = "50 pages read again, 32 stolen (system) in 2.0 s",
	    .cause = "thrash: more is read than the memory limit keeps",
	    .about = FACT_REFAULTS, .below = 49, .kept = 32 },
};
const size_t diag_justs_n = sizeof diag_justs / sizeof diag_justs[0];

/* The first row of a rule. */
const struct just *
diag_just_of(const char *rule)
{
	for (size_t i = 0; i < diag_justs_n; i++)
		if (strcmp(diag_justs[i].rule, rule) == 0)
			return &diag_justs[i];
	fail_msg("no row of %s", rule);
	return NULL;
}

struct diagnosis_facts
diag_facts_of(const struct just *j)
{
	struct diagnosis_facts f = diag_quiet;

	for (size_t i = 0; i < CHANGES_MAX && j->set[i].v != 0; i++)
		f.v[j->set[i].fact] = j->set[i].v;
	f.verdict = j->verdict;
	if (j->advice != NULL)
		f.verdict_advice = (unsigned)advice_find(j->advice);
	return f;
}

const struct diagnosis_rule *
diag_rule_of(const char *name)
{
	for (unsigned i = 0; i < diagnosis_count; i++)
		if (strcmp(diagnosis_table[i].name, name) == 0)
			return &diagnosis_table[i];
	fail_msg("no rule %s", name);
	return NULL;
}

/* What is told of facts, by one that told nothing before. */
struct diagnosis
diag_told(const struct diagnosis_facts *f)
{
	struct diagnosis d = { 0 };

	diagnosis_update(&d, f);
	return d;
}

bool
diag_tells(const struct diagnosis *d, const char *rule)
{
	for (unsigned i = 0; i < d->n; i++)
		if (strcmp(d->item[i].rule, rule) == 0)
			return true;
	return false;
}

void
diag_same_text(const char *got, const char *want)
{
	if (want == NULL)
		assert_null(got);
	else if (got == NULL)
		fail_msg("nothing instead of \"%s\"", want);
	else
		assert_string_equal(got, want);
}
