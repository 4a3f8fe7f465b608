/* The measures of the rules of the diagnosis. */
#include "config.h"

#include "diagparts.h"

#include "pagetide/advice.h"
#include "pagetide/pattern.h"

/* The share of touches with a major fault, of few of them none. */
static int64_t
major_share(const struct diagnosis_facts *f)
{
	if (f->v[FACT_MAJOR] < DIAG_TOUCHES_MIN)
		return -1;
	return diag_permille(f->v[FACT_MAJOR], f->v[FACT_TOUCHES]);
}

/* That with a minor one. */
static int64_t
minor_share(const struct diagnosis_facts *f)
{
	if (f->v[FACT_MINOR] < DIAG_TOUCHES_MIN)
		return -1;
	return diag_permille(f->v[FACT_MINOR], f->v[FACT_TOUCHES]);
}

/* Are all touches of the span those of the walk, of this kind? */
static bool
only_the_walk(const struct diagnosis_facts *f, enum touch_op op)
{
	return f->v[FACT_ALONE] != 0 && f->v[FACT_HINTS] == 0 &&
	    f->v[FACT_OP] == op;
}

int64_t
diagmeasure_read_again(const struct diagnosis_facts *f)
{
	int64_t beyond = f->v[FACT_READ_PAGES] - f->v[FACT_PAGES];

	return f->v[FACT_REFAULTS] > beyond ? f->v[FACT_REFAULTS] : beyond;
}

int64_t
diagmeasure_refaults(const struct diagnosis_facts *f)
{
	int64_t again = diagmeasure_read_again(f);

	if (again < DIAG_TOUCHES_MIN ||
	    f->v[FACT_STEALS] < DIAG_TOUCHES_MIN ||
	    f->v[FACT_LIMIT_HITS] == 0)
		return -1;
	return diag_permille(again, f->v[FACT_ALL_TOUCHES]);
}

/* Is it not the walk's own pages that take too much room? */
static bool
reads_too_much(const struct diagnosis_facts *f)
{
	if (f->v[FACT_READ_PAGES] >=
	    DIAG_RANDOM_PAYS * f->v[FACT_ALL_TOUCHES] &&
	    (diagwalk_random_would_suit(f) || diagwalk_sequential_at_fault(f)))
		return true;
	return (f->v[FACT_VMFLAGS] & VMF_RAND) == 0 && diagwalk_crowded(f) &&
	    f->v[FACT_REACH] <= f->v[FACT_LIMIT_PAGES];
}

int64_t
diagmeasure_refaults_readahead(const struct diagnosis_facts *f)
{
	return reads_too_much(f) ? diagmeasure_refaults(f) : -1;
}

int64_t
diagmeasure_set(const struct diagnosis_facts *f)
{
	if (f->v[FACT_SET_PAGES] <= f->v[FACT_LIMIT_PAGES] ||
	    diagmeasure_refaults(f) < 0)
		return -1;
	return major_share(f);
}

/* Shadow entries gone, and no more than were read again anywhere. */
static int64_t
refaulted(const struct diagnosis_facts *f)
{
	int64_t gone = -f->v[FACT_EVICTED];

	return gone < f->v[FACT_SYS_REFAULTS] ? gone :
	    f->v[FACT_SYS_REFAULTS];
}

/* The old ones may be among them, all of them. */
int64_t
diagmeasure_came_back(const struct diagnosis_facts *f)
{
	return refaulted(f) - f->v[FACT_EVICTED_OLD];
}

int64_t
diagmeasure_reclaimed(const struct diagnosis_facts *f)
{
	if (f->v[FACT_HINTS] != 0 || f->v[FACT_READ_PAGES] < refaulted(f))
		return -1;
	return diagmeasure_came_back(f);
}

int64_t
diagmeasure_random(const struct diagnosis_facts *f)
{
	return diagwalk_random_at_fault(f) ? major_share(f) : -1;
}

int64_t
diagmeasure_backward(const struct diagnosis_facts *f)
{
	return diagwalk_sequential_at_fault(f) ? major_share(f) : -1;
}

int64_t
diagmeasure_major(const struct diagnosis_facts *f)
{
	return major_share(f);
}

/* More than a walk can ask for by a few misses? */
static bool
reads_more(const struct diagnosis_facts *f)
{
	int64_t unused = f->v[FACT_READ_PAGES] - f->v[FACT_TOUCHES];

	if (!diag_knows(f, FACT_READAHEAD_PAGES))
		return f->v[FACT_TOUCHES] >= DIAG_TOUCHES_MIN;
	return unused > 2 * f->v[FACT_READAHEAD_PAGES];
}

int64_t
diagmeasure_unused(const struct diagnosis_facts *f)
{
	if (!diagwalk_random_would_suit(f) || f->v[FACT_TOUCHES] == 0 ||
	    f->v[FACT_REACH] > f->v[FACT_PAGES] / DIAG_RANDOM_PAYS ||
	    (!only_the_walk(f, TOUCH_READ) && !only_the_walk(f, TOUCH_WRITE)) ||
	    !reads_more(f))
		return -1;
	return f->v[FACT_READ_PAGES] / f->v[FACT_TOUCHES];
}

/* A fault that waits for reading waits for a page of its own. */
int64_t
diagmeasure_waits(const struct diagnosis_facts *f)
{
	if (f->v[FACT_WAITS] < DIAG_WAITS_MIN ||
	    f->v[FACT_READ_PAGES] < f->v[FACT_WAITS])
		return -1;
	return diag_permille(f->v[FACT_WAITS], f->v[FACT_MINOR]);
}

int64_t
diagmeasure_copies(const struct diagnosis_facts *f)
{
	if (f->v[FACT_ANON] != 0 || !only_the_walk(f, TOUCH_WRITE) ||
	    f->v[FACT_PRIVATE] < DIAG_PAGES_MIN)
		return -1;
	return diag_permille(f->v[FACT_PRIVATE], f->v[FACT_TOUCHES]);
}

/* Kernels without a page of zeros for all make one for each load, too. */
static bool
makes_pages(const struct diagnosis_facts *f)
{
	return f->v[FACT_OP] == TOUCH_WRITE ||
	    (diag_knows(f, FACT_PRIVATE) &&
	    2 * f->v[FACT_PRIVATE] >= f->v[FACT_MINOR]);
}

int64_t
diagmeasure_zero_page(const struct diagnosis_facts *f)
{
	return f->v[FACT_ANON] != 0 && f->v[FACT_OP] == TOUCH_READ &&
	    !makes_pages(f) ? minor_share(f) : -1;
}

int64_t
diagmeasure_zero_fill(const struct diagnosis_facts *f)
{
	return f->v[FACT_ANON] != 0 && makes_pages(f) ? minor_share(f) : -1;
}

int64_t
diagmeasure_first_touch(const struct diagnosis_facts *f)
{
	return f->v[FACT_ANON] == 0 && f->v[FACT_OP] == TOUCH_READ ?
	    minor_share(f) : -1;
}

int64_t
diagmeasure_short(const struct diagnosis_facts *f)
{
	return f->verdict.kind == VERDICT_SHORT && f->verdict.why != NULL ?
	    1 : -1;
}

int64_t
diagmeasure_no_effect(const struct diagnosis_facts *f)
{
	return f->verdict.kind == VERDICT_REFUSED ||
	    f->verdict.kind == VERDICT_STAY ? 1 : -1;
}

/* What is known is enough to say no. */

static bool
known_below(const struct diagnosis_facts *f, enum diagnosis_fact fact,
    int64_t least)
{
	return diag_knows(f, fact) && f->v[fact] < least;
}

bool
diagmeasure_no_refaults(const struct diagnosis_facts *f)
{
	return known_below(f, FACT_LIMITED, 1) ||
	    known_below(f, FACT_LIMIT_HITS, 1) ||
	    known_below(f, FACT_STEALS, DIAG_TOUCHES_MIN) ||
	    known_below(f, FACT_READ_PAGES, DIAG_TOUCHES_MIN);
}

bool
diagmeasure_none_reclaimed(const struct diagnosis_facts *f)
{
	return known_below(f, FACT_READ_PAGES, DIAG_PAGES_MIN) ||
	    known_below(f, FACT_SYS_REFAULTS, DIAG_PAGES_MIN) ||
	    (diag_knows(f, FACT_HINTS) && f->v[FACT_HINTS] != 0) ||
	    (diag_knows(f, FACT_EVICTED) &&
	    f->v[FACT_EVICTED] > -DIAG_PAGES_MIN);
}

bool
diagmeasure_none_unused(const struct diagnosis_facts *f)
{
	return f->v[FACT_TOUCHES] == 0 || known_below(f, FACT_READ_PAGES,
	    DIAG_RANDOM_PAYS * f->v[FACT_TOUCHES]) ||
	    (diag_knows(f, FACT_PATTERN) && !diagwalk_jumps(f)) ||
	    (diag_knows(f, FACT_HINTS) && f->v[FACT_HINTS] != 0) ||
	    known_below(f, FACT_ALONE, 1) ||
	    (diag_knows(f, FACT_REACH) && f->v[FACT_REACH] >
	    f->v[FACT_PAGES] / DIAG_RANDOM_PAYS);
}

bool
diagmeasure_no_waits(const struct diagnosis_facts *f)
{
	return f->v[FACT_WAITS] < DIAG_WAITS_MIN ||
	    f->v[FACT_WAITS] * 20 < f->v[FACT_MINOR] ||
	    known_below(f, FACT_READ_PAGES, f->v[FACT_WAITS]);
}

/* A copy takes a fault. */
bool
diagmeasure_no_copies(const struct diagnosis_facts *f)
{
	int64_t faults = f->v[FACT_MINOR] + f->v[FACT_MAJOR];

	return (diag_knows(f, FACT_OP) && f->v[FACT_OP] != TOUCH_WRITE) ||
	    (diag_knows(f, FACT_MAP_FLAGS) &&
	    !mapspec_makes_copies(f->v[FACT_MAP_FLAGS])) ||
	    f->v[FACT_ANON] != 0 || faults < DIAG_PAGES_MIN ||
	    faults * 2 < f->v[FACT_TOUCHES] ||
	    (diag_knows(f, FACT_HINTS) && f->v[FACT_HINTS] != 0) ||
	    known_below(f, FACT_ALONE, 1);
}

bool
diagmeasure_few_minor(const struct diagnosis_facts *f)
{
	return minor_share(f) < DIAG_MINOR_LEAST;
}
