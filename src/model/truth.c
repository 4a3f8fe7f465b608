#include "config.h"

#include "pagetide/truth.h"

#include <stddef.h>
#include <string.h>

/* Most pages of one request to a disk with small requests: WILLNEED brings
 * as many where readahead is shorter. */
#define LEAST_AHEAD	8
/* Major faults more than windows: storage still at it when touched. */
#define MAJOR_SLACK	4

/*
 * From there on MADV_POPULATE_READ goes on with a fault that had to wait for
 * storage, which then counts as major; before, it began with it anew, and
 * found the page read: a minor one. Stable kernels may have it, too.
 */
#define POPULATE_RETRIES	LINUXVER(6, 9)

const char *const truth_on_name[TRUTH_ON_COUNT] = {
	[TRUTH_SHARED] = "shared",
	[TRUTH_PRIVATE] = "private",
	[TRUTH_ANON] = "anon",
};

const char *const truth_state_name[TRUTH_STATE_COUNT] = {
	[TRUTH_COLD] = "cold",
	[TRUTH_CACHED] = "cached",
	[TRUTH_FOLIOS] = "folios",
	[TRUTH_MAPPED] = "mapped",
	[TRUTH_WRITTEN] = "written",
	[TRUTH_LOCKED] = "locked",
	[TRUTH_ELSEWHERE] = "by other",
	[TRUTH_BOTH] = "by both",
	[TRUTH_DIRTY] = "dirty",
	[TRUTH_SWAPPED] = "swapped",
};

const char *const truth_col_name[TRUTH_COLS] = {
	[TRUTH_COL_CACHED] = "cached_pages",
	[TRUTH_COL_MAPPED] = "mapped_pages",
	[TRUTH_COL_PRIVATE] = "private_pages",
	[TRUTH_COL_DIRTY] = "dirty_pages",
	[TRUTH_COL_EVICTED] = "evicted_pages",
	[TRUTH_COL_FILE] = "file_cached_pages",
	[TRUTH_COL_CALL_MINOR] = "call_minor_faults",
	[TRUTH_COL_CALL_MAJOR] = "call_major_faults",
	[TRUTH_COL_MINOR] = "next_minor_faults",
	[TRUTH_COL_MAJOR] = "next_major_faults",
	[TRUTH_COL_READ] = "next_file_cached_pages",
	[TRUTH_COL_FLAGS] = "vmflags",
	[TRUTH_COL_ERRNO] = "errno",
};

/* How a state is recognised: truth_pages. */
static const struct {
	uint8_t		 cached, mapped;
} states[TRUTH_STATE_COUNT] = {
	[TRUTH_COLD] = { PAGES_NONE, PAGES_NONE },
	[TRUTH_CACHED] = { PAGES_ALL, PAGES_NONE },
	[TRUTH_FOLIOS] = { PAGES_ALL, PAGES_NONE },
	[TRUTH_MAPPED] = { PAGES_ALL, PAGES_ALL },
	[TRUTH_WRITTEN] = { PAGES_ALL, PAGES_ALL },
	[TRUTH_LOCKED] = { PAGES_ALL, PAGES_ALL },
	[TRUTH_ELSEWHERE] = { PAGES_ALL, PAGES_NONE },
	[TRUTH_BOTH] = { PAGES_ALL, PAGES_ALL },
	[TRUTH_DIRTY] = { PAGES_ALL, PAGES_NONE },
	[TRUTH_SWAPPED] = { PAGES_NONE, PAGES_NONE },
};

static const struct {
	unsigned	 needs;
	const char	*why_not;	/* where the machine has it not */
} needs_table[] = {
	{ TRUTH_NEEDS_GUARD, "pagetide does not give this hint" },
	{ TRUTH_NEEDS_REMOVE, "pagetide never punches holes" },
	{ TRUTH_NEEDS_STRANGER, "only root can become somebody else" },
	{ TRUTH_NEEDS_STORAGE, "no folder on storage, only tmpfs" },
	{ TRUTH_NEEDS_CACHESTAT, "cachestat does not answer here" },
	{ TRUTH_NEEDS_SWAP, "no swap" },
	{ TRUTH_NEEDS_NO_SWAP, "there is swap: see the row for it" },
	{ TRUTH_NEEDS_THP, "no transparent huge pages" },
	{ TRUTH_NEEDS_FOLIOS, "no large folios on this filesystem" },
	{ TRUTH_NEEDS_MEMLOCK, "may not lock as much (ulimit -l)" },
	{ TRUTH_NEEDS_DIRECT, "no O_DIRECT on this filesystem" },
	{ TRUTH_NEEDS_ONFAULT, "VmFlags do not show it (Linux 6.2 does)" },
	{ TRUTH_NEEDS_ZERO_PAGE, "this kernel maps no page of zeros" },
	{ TRUTH_NEEDS_NO_ZERO_PAGE, "this kernel maps the page of zeros" },
};
#define N_NEEDS (sizeof needs_table / sizeof needs_table[0])

bool
truth_is_of(const struct truth_row *row, const char *hint)
{
	unsigned i;

	if (strcmp(row->name, hint) == 0)
		return true;
	for (i = 0; i < TRUTH_ACTS; i++)
		if (row->act[i].kind == ACT_HINT &&
		    strcmp(row->act[i].advice, hint) == 0)
			return true;
	return false;
}

uint64_t
truth_pages_of(const struct truth_row *row, const struct truth_facts *f)
{
	return row->how & TRUTH_WHOLE ? f->file_pages : f->region_pages;
}

/* All TRUTH_NEEDS_ bits of a row. */
static unsigned
needs_of(const struct truth_row *row)
{
	unsigned needs = row->needs;

	if (row->on != TRUTH_ANON)
		needs |= TRUTH_NEEDS_STORAGE;
	if (row->pages[TRUTH_COL_DIRTY] != PAGES_ANY ||
	    row->pages[TRUTH_COL_EVICTED] != PAGES_ANY ||
	    row->state == TRUTH_DIRTY)
		needs |= TRUTH_NEEDS_CACHESTAT;
	if (row->state == TRUTH_SWAPPED)
		needs |= TRUTH_NEEDS_SWAP;
	if (row->state == TRUTH_FOLIOS)
		needs |= TRUTH_NEEDS_FOLIOS;
	if (row->state == TRUTH_LOCKED)
		needs |= TRUTH_NEEDS_MEMLOCK;
	return needs;
}

const char *
truth_why_not(const struct truth_row *row, const struct truth_facts *f)
{
	unsigned missing = needs_of(row) & ~f->has;
	unsigned i;

	for (i = 0; i < N_NEEDS; i++)
		if (missing & needs_table[i].needs)
			return needs_table[i].why_not;
	if (f->linux_version < row->since)
		return "this kernel is older than the hint";
	return NULL;
}

/* The numbers that the ranges below end with. */
enum quantity {
	Q_NONE,
	Q_ONE,
	Q_TWO,
	Q_ALL,			/* pages of the region */
	Q_FILE,			/* of the file */
	Q_EACH_LEAST,		/* faults, where each page has one */
	Q_AROUND,		/* where each maps what is around it */
	Q_AROUND_TWICE,		/* a page under readahead is left out */
	Q_AROUND_HALF,		/* where folios are larger than that */
	Q_HUGE,			/* where each maps a huge page */
	Q_HUGE_MORE,
	Q_UNALIGNED,		/* where only one huge page fits in */
	Q_COLD_MINOR,		/* where readahead may be shorter, at most */
	Q_WINDOWS,		/* major faults of a cold walk, at most */
	Q_POPULATE_MAJOR,	/* major faults of POPULATE_READ, at least */
	Q_AHEAD,		/* pages that one call brings, at least */
	Q_AHEAD_MINOR,		/* faults after it: minor ones, at least */
	Q_AHEAD_MAJOR,		/* and major ones, at most */
	Q_WINDOW,		/* pages of the file around a miss, at least */
	Q_BUT_ONE,
	Q_COUNT
};

/* Windows of readahead for n cold pages one after the other, at most. */
static uint64_t
most_windows(const struct truth_facts *f, uint64_t n)
{
	if (!f->readahead_known || f->readahead_pages == 0)
		return n;
	return 2 * n / f->readahead_pages + MAJOR_SLACK;
}

/* Minor faults of it, at most: what is around a page is mapped with it as far
 * as it has come. */
static uint64_t
most_minor(const struct truth_facts *f, uint64_t n)
{
	uint64_t around = 2 * n / f->around_pages;
	uint64_t windows = most_windows(f, n);

	return windows > around ? windows : around;
}

/* Pages around a miss afterwards, at least: all of the file, if readahead
 * reaches as far to both sides. */
static uint64_t
least_window(const struct truth_facts *f, uint64_t n)
{
	if (f->readahead_known && f->readahead_pages >= 2 * f->file_pages)
		return f->file_pages;
	return n;
}

static void
quantities(const struct truth_row *row, const struct truth_facts *f,
    uint64_t q[Q_COUNT])
{
	uint64_t n = truth_pages_of(row, f), around = n / f->around_pages;
	bool at_once = f->readahead_known && f->readahead_pages >= n;

	q[Q_NONE] = 0;
	q[Q_ONE] = 1;
	q[Q_TWO] = 2;
	q[Q_ALL] = n;
	q[Q_FILE] = f->file_pages;
	q[Q_EACH_LEAST] = row->on == TRUTH_ANON && f->anon_folios ? 1 : n;
	q[Q_AROUND] = around;
	q[Q_AROUND_TWICE] = 2 * around;
	q[Q_AROUND_HALF] = around / 2;
	q[Q_HUGE] = n / f->huge_pages;
	q[Q_HUGE_MORE] = q[Q_HUGE] + 1;
	q[Q_UNALIGNED] = n - f->huge_pages + 1;
	q[Q_COLD_MINOR] = most_minor(f, n);
	q[Q_WINDOWS] = most_windows(f, n);
	q[Q_POPULATE_MAJOR] = f->linux_version < POPULATE_RETRIES ? 0 : 1;
	q[Q_AHEAD] = at_once || n < LEAST_AHEAD ? n : LEAST_AHEAD;
	q[Q_AHEAD_MINOR] = at_once ? around : 0;
	q[Q_AHEAD_MAJOR] = at_once ? 0 : q[Q_WINDOWS];
	q[Q_WINDOW] = least_window(f, n);
	q[Q_BUT_ONE] = n - 1;
}

struct ends { uint8_t lo, hi; };	/* of a range: enum quantity */

static const struct ends pages_ends[] = {
	[PAGES_NONE] = { Q_NONE, Q_NONE },
	[PAGES_ALL] = { Q_ALL, Q_ALL },
	[PAGES_SOME] = { Q_ONE, Q_ALL },
	[PAGES_FEW] = { Q_TWO, Q_ALL },
	[PAGES_AHEAD] = { Q_AHEAD, Q_ALL },
	[PAGES_WINDOW] = { Q_WINDOW, Q_FILE },
};

static const struct {
	struct ends	 minor, major;
} cost_ends[] = {
	[COST_NONE] = { { Q_NONE, Q_NONE }, { Q_NONE, Q_NONE } },
	[COST_CACHED] = { { Q_AROUND, Q_AROUND_TWICE }, { Q_NONE, Q_NONE } },
	[COST_FOLIOS] = { { Q_ONE, Q_AROUND_HALF }, { Q_NONE, Q_NONE } },
	[COST_MARKED] = { { Q_AROUND, Q_ALL }, { Q_NONE, Q_NONE } },
	[COST_COLD] = { { Q_NONE, Q_COLD_MINOR }, { Q_ONE, Q_WINDOWS } },
	[COST_AHEAD] = { { Q_AHEAD_MINOR, Q_COLD_MINOR },
	    { Q_NONE, Q_AHEAD_MAJOR } },
	[COST_READ_AT_ONCE] = { { Q_ONE, Q_COLD_MINOR },
	    { Q_NONE, Q_NONE } },
	[COST_POPULATE] = { { Q_NONE, Q_COLD_MINOR },
	    { Q_POPULATE_MAJOR, Q_WINDOWS } },
	[COST_MINOR_EACH] = { { Q_EACH_LEAST, Q_ALL }, { Q_NONE, Q_NONE } },
	[COST_MAJOR_EACH] = { { Q_NONE, Q_NONE }, { Q_ALL, Q_ALL } },
	[COST_HUGE_FILE] = { { Q_NONE, Q_AROUND_HALF },
	    { Q_ONE, Q_HUGE_MORE } },
	[COST_HUGE_ANON] = { { Q_HUGE, Q_UNALIGNED }, { Q_NONE, Q_NONE } },
	[COST_SWAP_IN] = { { Q_NONE, Q_BUT_ONE }, { Q_ONE, Q_ALL } },
};

static struct truth_range
range_of(const struct truth_row *row, const struct truth_facts *f,
    const struct ends *e)
{
	uint64_t q[Q_COUNT];

	quantities(row, f, q);
	return (struct truth_range){ q[e->lo], q[e->hi] };
}

/* Of anything but PAGES_SAME. */
static bool
pages_range(const struct truth_row *row, const struct truth_facts *f,
    enum truth_pages want, struct truth_range *r)
{
	if (want == PAGES_ANY)
		return false;
	*r = range_of(row, f, &pages_ends[want]);
	return true;
}

/* What is expected of the faults in one of the four columns for them. */
static bool
expects_faults(const struct truth_row *row, const struct truth_facts *f,
    enum truth_col col, struct truth_range *r)
{
	bool call = col == TRUTH_COL_CALL_MINOR || col == TRUTH_COL_CALL_MAJOR;
	bool minor = col == TRUTH_COL_CALL_MINOR || col == TRUTH_COL_MINOR;
	enum truth_cost cost = call ? row->call : row->next;

	if (cost == COST_ANY)
		return false;
	*r = range_of(row, f, minor ? &cost_ends[cost].minor
	    : &cost_ends[cost].major);
	return true;
}

bool
truth_expects(const struct truth_row *row, const struct truth_facts *f,
    const struct truth_seen *s, enum truth_col col, struct truth_range *r)
{
	if (col == TRUTH_COL_READ)
		return pages_range(row, f, row->read, r);
	if (col >= TRUTH_PAGE_COLS)
		return expects_faults(row, f, col, r);
	if (row->pages[col] != PAGES_SAME)
		return pages_range(row, f, row->pages[col], r);
	*r = (struct truth_range){ s->before[col], s->before[col] };
	return (s->before_known & TRUTH_BIT(col)) != 0;
}

/* Was a number before the acts as it should be? */
static bool
was(const struct truth_row *row, const struct truth_facts *f,
    const struct truth_seen *s, enum truth_col col, enum truth_pages want)
{
	struct truth_range r;

	if (!pages_range(row, f, want, &r))
		return true;
	return (s->before_known & TRUTH_BIT(col)) != 0 &&
	    s->before[col] >= r.lo && s->before[col] <= r.hi;
}

/* What a written region is beside mapped; dirty pages not everybody counts. */
static bool
was_written(const struct truth_row *row, const struct truth_facts *f,
    const struct truth_seen *s)
{
	if (row->on == TRUTH_SHARED)
		return !(f->has & TRUTH_NEEDS_CACHESTAT) ||
		    was(row, f, s, TRUTH_COL_DIRTY, PAGES_ALL);
	return row->state == TRUTH_DIRTY ||
	    was(row, f, s, TRUTH_COL_PRIVATE, PAGES_ALL);
}

bool
truth_is_ready(const struct truth_row *row, const struct truth_facts *f,
    const struct truth_seen *s)
{
	bool written = row->state == TRUTH_WRITTEN ||
	    row->state == TRUTH_DIRTY;

	if (!was(row, f, s, TRUTH_COL_MAPPED, states[row->state].mapped))
		return false;
	if (row->on != TRUTH_ANON &&
	    !was(row, f, s, TRUTH_COL_CACHED, states[row->state].cached))
		return false;
	if (row->state == TRUTH_COLD && row->on != TRUTH_ANON &&
	    !was(row, f, s, TRUTH_COL_FILE, PAGES_NONE))
		return false;
	return !written || was_written(row, f, s);
}

static bool
fits(const struct truth_row *row, const struct truth_facts *f,
    const struct truth_seen *s, enum truth_col col)
{
	struct truth_range r;

	if (!truth_expects(row, f, s, col, &r))
		return true;
	return (s->after_known & TRUTH_BIT(col)) != 0 &&
	    s->after[col] >= r.lo && s->after[col] <= r.hi;
}

static bool
flags_fit(const struct truth_row *row, const struct truth_seen *s)
{
	unsigned want = (s->flags_before | row->flags_on) & ~row->flags_off;

	if (row->how & TRUTH_NO_MAPPING)
		return true;
	return (s->before_known & s->after_known &
	    TRUTH_BIT(TRUTH_COL_FLAGS)) != 0 && s->flags_after == want;
}

unsigned
truth_differs(const struct truth_row *row, const struct truth_facts *f,
    const struct truth_seen *s)
{
	unsigned differs = 0, i;

	for (i = 0; i < TRUTH_NUMBERS; i++)
		if (!fits(row, f, s, i))
			differs |= TRUTH_BIT(i);
	if (!flags_fit(row, s))
		differs |= TRUTH_BIT(TRUTH_COL_FLAGS);
	for (i = 0; i < TRUTH_ACTS; i++)
		if (row->act[i].kind != ACT_NONE && row->err[i] != s->err[i])
			differs |= TRUTH_BIT(TRUTH_COL_ERRNO);
	return differs;
}

bool
truth_is_settled(const struct truth_row *row, const struct truth_facts *f,
    const struct truth_seen *s)
{
	unsigned i;

	for (i = 0; i < TRUTH_PAGE_COLS; i++)
		if (!fits(row, f, s, i))
			return false;
	return true;
}
