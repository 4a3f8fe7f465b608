#include "config.h"

#include "pagetide/diagnosis.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "pagetide/advice.h"
#include "pagetide/pattern.h"
#include "pagetide/units.h"

#define TOUCHES_MIN	32	/* faults, for a share to mean something */
#define WAITS_MIN	8
#define PAGES_MIN	256	/* 1 MiB of 4 KiB pages */
#define RANDOM_PAYS	12	/* pages read for a touch */

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

static int64_t
permille(int64_t part, int64_t whole)
{
	return whole > 0 ? part * 1000 / whole : -1;
}

/* The share of touches with a major fault, of few of them none. */
static int64_t
major_share(const struct diagnosis_facts *f)
{
	if (f->v[FACT_MAJOR] < TOUCHES_MIN)
		return -1;
	return permille(f->v[FACT_MAJOR], f->v[FACT_TOUCHES]);
}

/* Does the advice keep readahead from working for this walk? */
static bool
random_at_fault(const struct diagnosis_facts *f)
{
	return (f->v[FACT_VMFLAGS] & VMF_RAND) != 0 &&
	    (order_table[f->v[FACT_PATTERN]].forward ||
	    order_table[f->v[FACT_PATTERN]].backward);
}

static bool
sequential_at_fault(const struct diagnosis_facts *f)
{
	return (f->v[FACT_VMFLAGS] & VMF_SEQ) != 0 &&
	    order_table[f->v[FACT_PATTERN]].backward;
}

/* Would RANDOM be another advice, and suit the walk? */
static bool
random_would_suit(const struct diagnosis_facts *f)
{
	return (f->v[FACT_VMFLAGS] & VMF_RAND) == 0 &&
	    order_table[f->v[FACT_PATTERN]].jumps;
}

/* Are all touches of the span those of the walk, of this kind? */
static bool
only_the_walk(const struct diagnosis_facts *f, enum touch_op op)
{
	return f->v[FACT_ALONE] != 0 && f->v[FACT_HINTS] == 0 &&
	    f->v[FACT_OP] == op;
}

/* Pages that were in memory before, and read again: counted, or else those
 * beyond all that there is to read. */
static int64_t
read_again(const struct diagnosis_facts *f)
{
	int64_t beyond = f->v[FACT_READ_PAGES] - f->v[FACT_PAGES];

	return f->v[FACT_REFAULTS] > beyond ? f->v[FACT_REFAULTS] : beyond;
}

/* Does all of the target fit the worker's memory limit, if it has one? */
static bool
fits(const struct diagnosis_facts *f)
{
	return (f->known & FACT_BIT(FACT_LIMIT_PAGES)) == 0 ||
	    f->v[FACT_PAGES] <= f->v[FACT_LIMIT_PAGES];
}

/* Will the walk come to all pages that would be read ahead of it? */
static bool
reading_pays(const struct diagnosis_facts *f)
{
	return fits(f) && !order_table[f->v[FACT_PATTERN]].jumps;
}

/*
 * Would populating take less than the faults? A walk in order comes to all
 * pages, another one has come to some of them. What a page takes is in the
 * header.
 */
static bool
populate_pays(const struct diagnosis_facts *f)
{
	int64_t pages = order_table[f->v[FACT_PATTERN]].jumps ?
	    f->v[FACT_PAGES] : f->v[FACT_TOUCHES];

	return fits(f) &&
	    12 * f->v[FACT_MAJOR] + 20 * f->v[FACT_MINOR] >= pages;
}

/* Would copying all pages at once have taken less? */
static bool
copying_pays(const struct diagnosis_facts *f)
{
	return fits(f) && f->v[FACT_PRIVATE] * 5 >= f->v[FACT_PAGES] * 4;
}

/* Measures, in the order of the table. */

static int64_t
measure_refaults(const struct diagnosis_facts *f)
{
	if (read_again(f) < TOUCHES_MIN || f->v[FACT_STEALS] < TOUCHES_MIN ||
	    f->v[FACT_LIMIT_HITS] == 0)
		return -1;
	return permille(read_again(f), f->v[FACT_ALL_TOUCHES]);
}

static int64_t
measure_refaults_readahead(const struct diagnosis_facts *f)
{
	if (!random_would_suit(f) ||
	    f->v[FACT_READ_PAGES] <
	    RANDOM_PAYS * f->v[FACT_ALL_TOUCHES])
		return -1;
	return measure_refaults(f);
}

static int64_t
measure_set(const struct diagnosis_facts *f)
{
	if (f->v[FACT_SET_PAGES] <= f->v[FACT_LIMIT_PAGES] ||
	    measure_refaults(f) < 0)
		return -1;
	return major_share(f);
}

/* Of pages that reclaim took: those that came back, no more than were read
 * again anywhere. */
static int64_t
came_back(const struct diagnosis_facts *f)
{
	int64_t gone = -f->v[FACT_EVICTED];

	return gone < f->v[FACT_SYS_REFAULTS] ? gone :
	    f->v[FACT_SYS_REFAULTS];
}

static int64_t
measure_reclaimed(const struct diagnosis_facts *f)
{
	if (f->v[FACT_HINTS] != 0 || f->v[FACT_READ_PAGES] < came_back(f))
		return -1;
	return came_back(f);
}

static int64_t
measure_random(const struct diagnosis_facts *f)
{
	return random_at_fault(f) ? major_share(f) : -1;
}

static int64_t
measure_backward(const struct diagnosis_facts *f)
{
	return sequential_at_fault(f) ? major_share(f) : -1;
}

static int64_t
measure_major(const struct diagnosis_facts *f)
{
	return random_at_fault(f) || sequential_at_fault(f) ? -1 :
	    major_share(f);
}

static int64_t
measure_unused(const struct diagnosis_facts *f)
{
	int64_t unused = f->v[FACT_READ_PAGES] - f->v[FACT_TOUCHES];

	if (!random_would_suit(f) || f->v[FACT_TOUCHES] == 0 ||
	    f->v[FACT_REACH] > f->v[FACT_PAGES] / RANDOM_PAYS ||
	    (!only_the_walk(f, TOUCH_READ) && !only_the_walk(f, TOUCH_WRITE)) ||
	    unused <= 2 * f->v[FACT_READAHEAD_PAGES])
		return -1;
	return f->v[FACT_READ_PAGES] / f->v[FACT_TOUCHES];
}

static int64_t
measure_waits(const struct diagnosis_facts *f)
{
	if (f->v[FACT_WAITS] < WAITS_MIN || f->v[FACT_READ_PAGES] == 0)
		return -1;
	return permille(f->v[FACT_WAITS], f->v[FACT_MINOR]);
}

static int64_t
measure_copies(const struct diagnosis_facts *f)
{
	if (f->v[FACT_ANON] != 0 || !only_the_walk(f, TOUCH_WRITE) ||
	    f->v[FACT_PRIVATE] < PAGES_MIN)
		return -1;
	return permille(f->v[FACT_PRIVATE], f->v[FACT_TOUCHES]);
}

static int64_t
measure_first_touch(const struct diagnosis_facts *f)
{
	if (f->v[FACT_OP] != TOUCH_READ || f->v[FACT_MINOR] < TOUCHES_MIN)
		return -1;
	return permille(f->v[FACT_MINOR], f->v[FACT_TOUCHES]);
}

static int64_t
measure_short(const struct diagnosis_facts *f)
{
	return f->verdict.kind == VERDICT_SHORT && f->verdict.why != NULL ?
	    1 : -1;
}

static int64_t
measure_no_effect(const struct diagnosis_facts *f)
{
	return f->verdict.kind == VERDICT_REFUSED ||
	    f->verdict.kind == VERDICT_STAY ? 1 : -1;
}

/* What was measured, in words. */

static const char *
span(char buf[UNITS_MAX], const struct diagnosis_facts *f)
{
	return units_duration(buf, (uint64_t)f->v[FACT_SPAN_NS]);
}

static void
text_refaults(char *buf, size_t size, const struct diagnosis_facts *f)
{
	char in[UNITS_MAX];

	snprintf(buf, size, "%" PRId64 " pages read again, %" PRId64
	    " stolen%s in %s", read_again(f), f->v[FACT_STEALS],
	    f->v[FACT_STEALS_SYSTEM] != 0 ? " (system)" : "", span(in, f));
}

static void
text_set(char *buf, size_t size, const struct diagnosis_facts *f)
{
	char in[UNITS_MAX];

	snprintf(buf, size, "%" PRId64 " of %" PRId64 " touches major in %s, "
	    "%" PRId64 " pages in use, limit %" PRId64, f->v[FACT_MAJOR],
	    f->v[FACT_TOUCHES], span(in, f), f->v[FACT_SET_PAGES],
	    f->v[FACT_LIMIT_PAGES]);
}

static void
text_reclaimed(char *buf, size_t size, const struct diagnosis_facts *f)
{
	char in[UNITS_MAX];

	snprintf(buf, size, "%" PRId64 " reclaimed pages read again in %s",
	    came_back(f), span(in, f));
}

static void
text_major(char *buf, size_t size, const struct diagnosis_facts *f)
{
	char in[UNITS_MAX];

	snprintf(buf, size, "%" PRId64 " of %" PRId64 " touches major in %s",
	    f->v[FACT_MAJOR], f->v[FACT_TOUCHES], span(in, f));
}

static void
text_unused(char *buf, size_t size, const struct diagnosis_facts *f)
{
	char in[UNITS_MAX];

	snprintf(buf, size, "%" PRId64 " pages read for %" PRId64
	    " touches in %s", f->v[FACT_READ_PAGES], f->v[FACT_TOUCHES],
	    span(in, f));
}

static void
text_waits(char *buf, size_t size, const struct diagnosis_facts *f)
{
	char in[UNITS_MAX], wait[UNITS_MAX];

	snprintf(buf, size, "%" PRId64 " of %" PRId64
	    " minor faults over %s in %s", f->v[FACT_WAITS], f->v[FACT_MINOR],
	    units_duration(wait, UINT64_C(1) << DIAGNOSIS_WAIT_BUCKET),
	    span(in, f));
}

static void
text_copies(char *buf, size_t size, const struct diagnosis_facts *f)
{
	char in[UNITS_MAX];

	snprintf(buf, size, "%" PRId64 " pages copied by %" PRId64
	    " writes in %s", f->v[FACT_PRIVATE], f->v[FACT_TOUCHES],
	    span(in, f));
}

static void
text_first_touch(char *buf, size_t size, const struct diagnosis_facts *f)
{
	char in[UNITS_MAX];

	snprintf(buf, size, "%" PRId64 " of %" PRId64 " touches minor in %s",
	    f->v[FACT_MINOR], f->v[FACT_TOUCHES], span(in, f));
}

static void
text_short(char *buf, size_t size, const struct diagnosis_facts *f)
{
	snprintf(buf, size, "%s: %" PRIu64 " of %" PRIu64 " pages came",
	    advice_table[f->verdict_advice].name, f->verdict.pages,
	    f->verdict.of);
}

static void
text_no_effect(char *buf, size_t size, const struct diagnosis_facts *f)
{
	const char *name = advice_table[f->verdict_advice].name;

	if (f->verdict.kind == VERDICT_REFUSED)
		snprintf(buf, size, "%s: refused", name);
	else
		snprintf(buf, size, "%s: %" PRIu64 " of %" PRIu64
		    " pages stay cached", name, f->verdict.pages,
		    f->verdict.of);
}

#define NEED_POPULATE (FACT_BIT(FACT_MAJOR) | FACT_BIT(FACT_MINOR) | \
	FACT_BIT(FACT_PAGES) | FACT_BIT(FACT_PATTERN))
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

const struct diagnosis_rule diagnosis_table[] = {
	{ "refaults-readahead", DIAGNOSIS_MAJOR, NEED_REFAULTS | NEED_ADVICE,
	    measure_refaults_readahead, 50, 25, text_refaults,
	    "thrash: readahead pushes out what is used", "advise random",
	    NULL },
	{ "set", DIAGNOSIS_MAJOR, NEED_MAJOR | NEED_REFAULTS |
	    FACT_BIT(FACT_SET_PAGES) | FACT_BIT(FACT_LIMIT_PAGES),
	    measure_set, 50, 25, text_set,
	    "thrash: the working set is over memory", NULL, NULL },
	{ "refaults", DIAGNOSIS_MAJOR, NEED_REFAULTS,
	    measure_refaults, 50, 25, text_refaults,
	    "thrash: more pages in use than the memory limit keeps", NULL,
	    NULL },
	{ "reclaimed", DIAGNOSIS_MAJOR, FACT_BIT(FACT_SPAN_NS) |
	    FACT_BIT(FACT_EVICTED) | FACT_BIT(FACT_READ_PAGES) |
	    FACT_BIT(FACT_SYS_REFAULTS) | FACT_BIT(FACT_HINTS) | FACT_BIT(FACT_PAGES),
	    measure_reclaimed, PAGES_MIN, PAGES_MIN / 2, text_reclaimed,
	    "reclaim took them before their next use", "advise mlock", fits },
	{ "random", DIAGNOSIS_MAJOR, NEED_MAJOR | NEED_ADVICE,
	    measure_random, 50, 25, text_major,
	    "RANDOM forbids readahead to a walk in order", "advise normal",
	    NULL },
	{ "backward", DIAGNOSIS_MAJOR, NEED_MAJOR | NEED_ADVICE,
	    measure_backward, 50, 25, text_major,
	    "SEQUENTIAL reads on from a miss, the walk goes back",
	    "advise normal", NULL },
	{ "major", DIAGNOSIS_MAJOR, NEED_MAJOR | NEED_ADVICE |
	    NEED_POPULATE,
	    measure_major, 50, 25, text_major,
	    "absent pages, each waited for in its fault", "advise populate",
	    populate_pays },
	{ "unused", DIAGNOSIS_READ, NEED_ONLY | NEED_ADVICE |
	    FACT_BIT(FACT_READ_PAGES) | FACT_BIT(FACT_READAHEAD_PAGES) |
	    FACT_BIT(FACT_REACH) | FACT_BIT(FACT_PAGES),
	    measure_unused, RANDOM_PAYS, 8, text_unused,
	    "readahead loads pages that no touch asked for",
	    "advise random", NULL },
	{ "waits", DIAGNOSIS_MINOR, NEED_MINOR | FACT_BIT(FACT_WAITS) |
	    FACT_BIT(FACT_READ_PAGES) | FACT_BIT(FACT_PAGES) |
	    FACT_BIT(FACT_PATTERN),
	    measure_waits, 50, 25, text_waits,
	    "in the cache, but still being read", "advise willneed-all",
	    reading_pays },
	{ "copies", DIAGNOSIS_MINOR, NEED_ONLY | FACT_BIT(FACT_ANON) |
	    FACT_BIT(FACT_PRIVATE) | FACT_BIT(FACT_PAGES),
	    measure_copies, 500, 250, text_copies,
	    "the first write to a private page copies it",
	    "advise populate-write", copying_pays },
	{ "first-touch", DIAGNOSIS_MINOR, NEED_MINOR | FACT_BIT(FACT_OP) |
	    NEED_POPULATE,
	    measure_first_touch, 50, 25, text_first_touch,
	    "in memory, but had no PTE", "advise populate",
	    populate_pays },
	{ "short", DIAGNOSIS_HINT, FACT_BIT(FACT_VERDICT),
	    measure_short, 1, 1, text_short,
	    NULL, NULL, NULL },
	{ "no-effect", DIAGNOSIS_HINT, FACT_BIT(FACT_VERDICT),
	    measure_no_effect, 1, 1, text_no_effect, NULL, NULL, NULL },
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

static void
add_item(struct diagnosis *d, const struct diagnosis_rule *r,
    const struct diagnosis_facts *f)
{
	struct diagnosis_item *it = &d->item[d->n++];
	bool hint = r->group == DIAGNOSIS_HINT;

	it->rule = r->name;
	it->cause = r->cause != NULL ? r->cause : f->verdict.why;
	if (hint)
		it->command = f->verdict.command;
	else
		it->command = r->pays == NULL || r->pays(f) ? r->command :
		    NULL;
	r->text(it->text, sizeof it->text, f);
}

void
diagnosis_update(struct diagnosis *d, const struct diagnosis_facts *f)
{
	const unsigned walk = FACT_BIT(FACT_SPAN_NS) | FACT_BIT(FACT_TOUCHES);
	unsigned told = 0, i;
	uint32_t held = 0;

	d->known = (f->known & walk) == walk;
	d->span_ns = d->known ? (uint64_t)f->v[FACT_SPAN_NS] : 0;
	d->n = 0;
	for (i = 0; i < diagnosis_count; i++) {
		const struct diagnosis_rule *r = &diagnosis_table[i];

		if (!holds(r, d->held & (1u << i), f))
			continue;
		held |= 1u << i;
		if ((told & (1u << r->group)) == 0)
			add_item(d, r, f);
		told |= 1u << r->group;
	}
	d->held = held;
}
