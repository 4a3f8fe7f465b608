/* What the diagnosis asks of a walk: how it goes from page to page. */
#include "config.h"

#include "diagparts.h"

#include "pagetide/advice.h"
#include "pagetide/pattern.h"

/* How a walk goes from page to page. */
static const struct {
	bool	forward, backward, jumps;
} order_table[PATTERN_COUNT] = {
	[PATTERN_SEQUENTIAL] = { .forward = true },
	[PATTERN_BACKWARD] = { .backward = true },
	[PATTERN_RANDOM] = { .jumps = true },
	[PATTERN_STRIDE] = { .jumps = true },
	[PATTERN_PERMUTATION] = { .jumps = true },
	[PATTERN_HOTSPOT] = { .jumps = true },
	[PATTERN_LOOP] = { .forward = true },
	[PATTERN_CHUNKED] = { .forward = true },
};

bool
diagwalk_jumps(const struct diagnosis_facts *f)
{
	return order_table[f->v[FACT_PATTERN]].jumps;
}

bool
diagwalk_backward(const struct diagnosis_facts *f)
{
	return order_table[f->v[FACT_PATTERN]].backward;
}

bool
diagwalk_ordered(const struct diagnosis_facts *f)
{
	return order_table[f->v[FACT_PATTERN]].forward ||
	    diagwalk_backward(f);
}

bool
diagwalk_random_at_fault(const struct diagnosis_facts *f)
{
	return (f->v[FACT_VMFLAGS] & VMF_RAND) != 0 && diagwalk_ordered(f);
}

bool
diagwalk_sequential_at_fault(const struct diagnosis_facts *f)
{
	return (f->v[FACT_VMFLAGS] & VMF_SEQ) != 0 && diagwalk_backward(f);
}

bool
diagwalk_random_would_suit(const struct diagnosis_facts *f)
{
	return (f->v[FACT_VMFLAGS] & VMF_RAND) == 0 && diagwalk_jumps(f);
}

bool
diagwalk_crowded(const struct diagnosis_facts *f)
{
	return diag_knows(f, FACT_LIMIT_PAGES) &&
	    diag_knows(f, FACT_READAHEAD_PAGES) &&
	    4 * f->v[FACT_READAHEAD_PAGES] > f->v[FACT_LIMIT_PAGES];
}
