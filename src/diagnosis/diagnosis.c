#include "config.h"

#include "pagetide/diagnosis.h"

#include <string.h>

#include "diagparts.h"

/* Facts that many rules need. */
#define NEED_MAJOR (FACT_BIT(FACT_SPAN_NS) | FACT_BIT(FACT_TOUCHES) | \
	FACT_BIT(FACT_MAJOR))
#define NEED_MINOR (FACT_BIT(FACT_SPAN_NS) | FACT_BIT(FACT_TOUCHES) | \
	FACT_BIT(FACT_MINOR))
#define NEED_ADVICE (FACT_BIT(FACT_PATTERN) | FACT_BIT(FACT_VMFLAGS))
#define NEED_REFAULTS (FACT_BIT(FACT_SPAN_NS) | FACT_BIT(FACT_ALL_TOUCHES) | \
	FACT_BIT(FACT_READ_PAGES) | FACT_BIT(FACT_PAGES) | \
	FACT_BIT(FACT_REFAULTS) | FACT_BIT(FACT_STEALS) | \
	FACT_BIT(FACT_STEALS_SYSTEM) | FACT_BIT(FACT_LIMIT_HITS))
#define NEED_ONLY (FACT_BIT(FACT_SPAN_NS) | FACT_BIT(FACT_TOUCHES) | \
	FACT_BIT(FACT_ALONE) | FACT_BIT(FACT_HINTS) | FACT_BIT(FACT_OP))
#define NEED_MAPPED (NEED_MINOR | FACT_BIT(FACT_OP) | FACT_BIT(FACT_ANON))

const struct diagnosis_rule diagnosis_table[] = {
	{ "refaults-readahead", DIAGNOSIS_MAJOR, NEED_REFAULTS | NEED_ADVICE |
	    FACT_BIT(FACT_REACH),
	    diagmeasure_refaults_readahead, 50, 25, NULL, diagtext_refaults,
	    "thrash: readahead pushes out what is used",
	    0, diaghelp_readahead },
	{ "set", DIAGNOSIS_MAJOR, NEED_MAJOR | NEED_REFAULTS |
	    FACT_BIT(FACT_SET_PAGES) | FACT_BIT(FACT_LIMIT_PAGES),
	    diagmeasure_set, 50, 25, NULL, diagtext_set,
	    "thrash: the working set is over memory", 0, NULL },
	{ "refaults", DIAGNOSIS_MAJOR, NEED_REFAULTS,
	    diagmeasure_refaults, 50, 25, diagmeasure_no_refaults,
	    diagtext_refaults,
	    "thrash: more is read than the memory limit keeps", 0, NULL },
	{ "reclaimed", DIAGNOSIS_MAJOR, FACT_BIT(FACT_SPAN_NS) |
	    FACT_BIT(FACT_EVICTED) | FACT_BIT(FACT_EVICTED_OLD) |
	    FACT_BIT(FACT_READ_PAGES) | FACT_BIT(FACT_SYS_REFAULTS) |
	    FACT_BIT(FACT_HINTS),
	    diagmeasure_reclaimed, DIAG_PAGES_MIN, DIAG_PAGES_MIN / 2,
	    diagmeasure_none_reclaimed, diagtext_reclaimed,
	    "reclaim took them before their next use",
	    FACT_BIT(FACT_RANGE) | FACT_BIT(FACT_CAN) |
	    FACT_BIT(FACT_MAP_FLAGS), diaghelp_lock },
	{ "random", DIAGNOSIS_MAJOR, NEED_MAJOR | NEED_ADVICE,
	    diagmeasure_random, 50, 25, NULL, diagtext_major,
	    "RANDOM forbids readahead to a walk in order",
	    FACT_BIT(FACT_READAHEAD_PAGES), diaghelp_normal },
	{ "backward", DIAGNOSIS_MAJOR, NEED_MAJOR | NEED_ADVICE,
	    diagmeasure_backward, 50, 25, NULL, diagtext_major,
	    "SEQUENTIAL reads on from a miss, the walk goes back",
	    FACT_BIT(FACT_READAHEAD_PAGES), diaghelp_normal },
	{ "major", DIAGNOSIS_MAJOR, NEED_MAJOR,
	    diagmeasure_major, 50, 25, NULL, diagtext_major,
	    "absent pages, each waited for in its fault",
	    DIAG_HELP_MAP | FACT_BIT(FACT_OP) | FACT_BIT(FACT_MAP_FLAGS),
	    diaghelp_major },
	{ "unused", DIAGNOSIS_READ, NEED_ONLY | NEED_ADVICE |
	    FACT_BIT(FACT_READ_PAGES) | FACT_BIT(FACT_REACH) |
	    FACT_BIT(FACT_PAGES),
	    diagmeasure_unused, DIAG_RANDOM_PAYS, 8, diagmeasure_none_unused,
	    diagtext_unused,
	    "readahead loads pages that no touch asked for",
	    0, diaghelp_random },
	{ "waits", DIAGNOSIS_MINOR, NEED_MINOR | FACT_BIT(FACT_WAITS) |
	    FACT_BIT(FACT_READ_PAGES),
	    diagmeasure_waits, 50, 25, diagmeasure_no_waits, diagtext_waits,
	    "readahead is late: the fault starts it, or waits for it",
	    DIAG_HELP_RANGE, diaghelp_willneed },
	{ "copies", DIAGNOSIS_MINOR, NEED_ONLY | FACT_BIT(FACT_ANON) |
	    FACT_BIT(FACT_PRIVATE),
	    diagmeasure_copies, 500, 250, diagmeasure_no_copies,
	    diagtext_copies, "the first write to a private page copies it",
	    FACT_BIT(FACT_RANGE) | FACT_BIT(FACT_ABSENT) |
	    FACT_BIT(FACT_CAN) | FACT_BIT(FACT_VMFLAGS), diaghelp_copy },
	{ "zero-page", DIAGNOSIS_MINOR, NEED_MAPPED | FACT_BIT(FACT_PRIVATE),
	    diagmeasure_zero_page, DIAG_MINOR_LEAST, DIAG_MINOR_LEAST / 2,
	    diagmeasure_few_minor, diagtext_minor,
	    "no page yet: each fault maps the page of zeros",
	    DIAG_HELP_RANGE | FACT_BIT(FACT_CAN), diaghelp_zero_page },
	{ "zero-fill", DIAGNOSIS_MINOR, NEED_MAPPED,
	    diagmeasure_zero_fill, DIAG_MINOR_LEAST, DIAG_MINOR_LEAST / 2,
	    NULL, diagtext_minor,
	    "no page yet: each fault makes one, filled with zeros",
	    DIAG_HELP_RANGE | FACT_BIT(FACT_CAN), diaghelp_zero_fill },
	{ "first-touch", DIAGNOSIS_MINOR, NEED_MAPPED,
	    diagmeasure_first_touch, DIAG_MINOR_LEAST, DIAG_MINOR_LEAST / 2,
	    NULL, diagtext_minor, "in memory, but had no PTE",
	    DIAG_HELP_MAP | FACT_BIT(FACT_ABSENT), diaghelp_map },
	{ "short", DIAGNOSIS_HINT, FACT_BIT(FACT_VERDICT),
	    diagmeasure_short, 1, 1, NULL, diagtext_short, NULL, 0, NULL },
	{ "no-effect", DIAGNOSIS_HINT, FACT_BIT(FACT_VERDICT),
	    diagmeasure_no_effect, 1, 1, NULL, diagtext_no_effect,
	    NULL, 0, NULL },
};
const unsigned diagnosis_count =
    sizeof diagnosis_table / sizeof diagnosis_table[0];

static bool
holds(const struct diagnosis_rule *r, bool held,
    const struct diagnosis_facts *f)
{
	return (f->known & r->needs) == r->needs &&
	    r->measure(f) >= (held ? r->keep : r->least);
}

/* Does a fact that is not known decide it? */
static bool
is_open(const struct diagnosis_rule *r, const struct diagnosis_facts *f)
{
	return (f->known & r->needs) != r->needs && r->excluded != NULL &&
	    !r->excluded(f);
}

static const char *
help(const struct diagnosis_rule *r, const struct diagnosis_facts *f)
{
	if (r->group == DIAGNOSIS_HINT)
		return f->verdict.command;
	if (r->help == NULL || (f->known & r->help_needs) != r->help_needs)
		return NULL;
	return r->help(f);
}

/* What helps against one thing must not undo what helps against another: only
 * the first is told, but what helps after a hint, which is about that. */
static bool
is_told_otherwise(const struct diagnosis *d, const char *command)
{
	unsigned i;

	for (i = 0; i < d->n; i++)
		if (d->item[i].command != NULL &&
		    strcmp(d->item[i].command, command) != 0)
			return true;
	return false;
}

static void
add_item(struct diagnosis *d, const struct diagnosis_rule *r,
    const struct diagnosis_facts *f)
{
	struct diagnosis_item *it = &d->item[d->n];

	it->rule = r->name;
	it->cause = r->cause != NULL ? r->cause : f->verdict.why;
	it->command = help(r, f);
	if (it->command != NULL && r->group != DIAGNOSIS_HINT &&
	    is_told_otherwise(d, it->command))
		it->command = NULL;
	r->text(it->text, sizeof it->text, f);
	d->n++;
}

void
diagnosis_update(struct diagnosis *d, const struct diagnosis_facts *f)
{
	const uint64_t walk = FACT_BIT(FACT_SPAN_NS) | FACT_BIT(FACT_TOUCHES);
	unsigned told = 0, i;
	uint32_t held = 0;

	d->known = (f->known & walk) == walk;
	d->span_ns = d->known ? (uint64_t)f->v[FACT_SPAN_NS] : 0;
	d->n = 0;
	for (i = 0; i < diagnosis_count; i++) {
		const struct diagnosis_rule *r = &diagnosis_table[i];

		d->known &= !is_open(r, f);
		if (!holds(r, d->held & (1u << i), f))
			continue;
		held |= 1u << i;
		if ((told & (1u << r->group)) == 0)
			add_item(d, r, f);
		told |= 1u << r->group;
	}
	d->held = held;
}
