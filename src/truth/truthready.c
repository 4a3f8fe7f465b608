#include "config.h"

#include "truthready.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "pagetide/advice.h"
#include "pagetide/clock.h"

#include "truthlab.h"

/* Few enough for one request of any disk. */
#define BRING_PAGES	32
#define PAST_END_PAGES	16
/* "nobody" on most systems. */
#define STRANGER	65534

/* The parts of making a region ready, in this order. */
enum {
	STEP_REFILL = 1 << 0,	/* large folios into the cache */
	STEP_BRING = 1 << 1,	/* single pages into the cache */
	STEP_READ = 1 << 2,
	STEP_WRITE = 1 << 3,
	STEP_LOCK = 1 << 4,
	STEP_UNMAP = 1 << 5,	/* the PTEs go */
	STEP_SWAP = 1 << 6,
	STEP_OTHER = 1 << 7,	/* another process maps and reads it */
};

static const unsigned steps[TRUTH_STATE_COUNT] = {
	[TRUTH_COLD] = 0,
	[TRUTH_CACHED] = STEP_BRING,
	[TRUTH_FOLIOS] = STEP_REFILL,
	[TRUTH_MAPPED] = STEP_BRING | STEP_READ,
	[TRUTH_WRITTEN] = STEP_BRING | STEP_WRITE,
	[TRUTH_LOCKED] = STEP_BRING | STEP_READ | STEP_LOCK,
	[TRUTH_ELSEWHERE] = STEP_BRING | STEP_OTHER,
	[TRUTH_BOTH] = STEP_BRING | STEP_READ | STEP_OTHER,
	[TRUTH_DIRTY] = STEP_BRING | STEP_WRITE | STEP_UNMAP,
	[TRUTH_SWAPPED] = STEP_WRITE | STEP_SWAP,
};

static const uint32_t map_flags[TRUTH_ON_COUNT] = {
	[TRUTH_SHARED] = MAP_SPEC_WRITE,
	[TRUTH_PRIVATE] = MAP_SPEC_PRIVATE | MAP_SPEC_WRITE,
	[TRUTH_ANON] = MAP_SPEC_PRIVATE | MAP_SPEC_WRITE | MAP_SPEC_ANON,
};

void
truthready_init(struct truth_run *r, struct truthlab *lab,
    const struct truth_facts *f, struct truth_result *res)
{
	uint64_t n = truth_pages_of(res->row, f);

	*r = (struct truth_run){ .lab = lab, .facts = f, .row = res->row,
		.map_pages = f->file_pages +
		    (res->row->how & TRUTH_PAST_END ? PAST_END_PAGES : 0),
		.first_page = (f->file_pages - n) / 2, .n_pages = n,
		.seen = &res->seen, .why_not = res->why_not,
		.why_size = sizeof res->why_not };
}

int
truthready_hint(struct truth_run *r, const char *name, uint64_t first_page,
    uint64_t n_pages, int *err)
{
	struct order o = { .op = ORDER_ADVISE, .advice = advice_find(name),
		.first_page = first_page, .n_pages = n_pages,
		.chunk_pages = BRING_PAGES };

	return truthlab_order(r->lab, LAB_MINE, &o, err);
}

/* The same where it has to succeed. */
static int
must_hint(struct truth_run *r, const char *name, uint64_t first_page,
    uint64_t n_pages)
{
	int err = 0, rc = truthready_hint(r, name, first_page, n_pages, &err);

	if (rc == 0 && err != 0)
		snprintf(r->why_not, r->why_size, "can't make it ready: %s: "
		    "%s", name, strerrorname_np(err));
	return rc != 0 ? rc : -err;
}

static int
map_with(struct truth_run *r, int hand, uint32_t flags, int *err)
{
	struct order o = { .op = ORDER_MAP, .map_flags = flags,
		.n_pages = r->map_pages };

	return truthlab_order(r->lab, hand, &o, err);
}

int
truthready_map(struct truth_run *r, uint32_t flags, int *err)
{
	return map_with(r, LAB_MINE, map_flags[r->row->on] | flags, err);
}

static int
must_map(struct truth_run *r, int hand, uint32_t flags)
{
	int err = 0, rc = map_with(r, hand, flags, &err);

	if (rc == 0 && err != 0)
		snprintf(r->why_not, r->why_size, "can't map: %s",
		    strerrorname_np(err));
	return rc != 0 ? rc : -err;
}

int
truthready_look(struct truth_run *r)
{
	return truthlab_look(r->lab, r->row->on, r->first_page, r->n_pages,
	    &r->look);
}

int
truthready_await(struct truth_run *r, enum truth_col col,
    struct truth_range want)
{
	uint64_t until_ns = clock_now_ns() + TRUTH_SETTLE_NS;
	int rc;

	do
		rc = truthready_look(r);
	while (rc == 0 &&
	    (r->look.page[col] < want.lo || r->look.page[col] > want.hi) &&
	    clock_now_ns() < until_ns &&
	    (rc = truthlab_pause(r->lab, TRUTH_STEP_MS)) == 0);
	return rc;
}

/* All pages of the file out of the cache: what is dirty is written first. */
static int
chill(struct truth_run *r)
{
	uint64_t until_ns = clock_now_ns() + TRUTH_SETTLE_NS;
	uint64_t n = r->facts->file_pages;
	int rc;

	rc = must_map(r, LAB_MINE, 0);
	if (rc == 0)
		rc = must_hint(r, "fsync", 0, n);
	while (rc == 0) {
		rc = must_hint(r, "fadvise-dontneed", 0, n);
		if (rc == 0)
			rc = truthready_look(r);
		if (r->look.page[TRUTH_COL_FILE] == 0 ||
		    clock_now_ns() >= until_ns)
			break;
		/* Reads that nobody waits for are still under way. */
		if (rc == 0)
			rc = truthlab_pause(r->lab, TRUTH_STEP_MS);
	}
	return rc;
}

static int
refill(struct truth_run *r)
{
	return scratch_fill(&r->lab->scratch);
}

static int
bring(struct truth_run *r)
{
	const struct truth_range all = { r->n_pages, r->n_pages };
	uint64_t at, end = r->first_page + r->n_pages;
	int rc = 0;

	if (r->row->on == TRUTH_ANON)
		return 0;
	for (at = r->first_page; rc == 0 && at < end; at += BRING_PAGES)
		rc = must_hint(r, "fadvise-willneed", at, BRING_PAGES);
	return rc != 0 ? rc : truthready_await(r, TRUTH_COL_CACHED, all);
}

int
truthready_touch(struct truth_run *r, uint32_t touch_op)
{
	return truthlab_walk(r->lab, LAB_MINE, touch_op, r->first_page,
	    r->n_pages);
}

static int
read_all(struct truth_run *r)
{
	return truthready_touch(r, TOUCH_READ);
}

static int
write_all(struct truth_run *r)
{
	return truthready_touch(r, TOUCH_WRITE);
}

static int
lock(struct truth_run *r)
{
	return must_hint(r, "mlock", r->first_page, r->n_pages);
}

static int
unmap(struct truth_run *r)
{
	return must_hint(r, "dontneed", r->first_page, r->n_pages);
}

static int
swap_out(struct truth_run *r)
{
	const struct truth_range none = { 0, 0 };
	int rc = must_hint(r, "pageout", r->first_page, r->n_pages);

	return rc != 0 ? rc : truthready_await(r, TRUTH_COL_MAPPED, none);
}

static int
let_other_map(struct truth_run *r)
{
	int rc = truthlab_begin_other(r->lab);

	if (rc == 0)
		rc = must_map(r, LAB_OTHER, 0);
	if (rc == 0)
		rc = truthlab_walk(r->lab, LAB_OTHER, TOUCH_READ,
		    r->first_page, r->n_pages);
	return rc;
}

static const struct {
	unsigned	 step;
	int		(*run)(struct truth_run *);
} step_table[] = {
	{ STEP_REFILL, refill },
	{ STEP_BRING, bring },
	{ STEP_READ, read_all },
	{ STEP_WRITE, write_all },
	{ STEP_LOCK, lock },
	{ STEP_UNMAP, unmap },
	{ STEP_SWAP, swap_out },
	{ STEP_OTHER, let_other_map },
};
#define N_STEPS (sizeof step_table / sizeof step_table[0])

int
truthready_make(struct truth_run *r)
{
	const struct truth_row *row = r->row;
	unsigned i;
	int rc;

	rc = truthlab_begin(r->lab, row->on,
	    row->needs & TRUTH_NEEDS_STRANGER ? STRANGER : 0);
	if (rc == 0 && row->on != TRUTH_ANON)
		rc = chill(r);
	if (rc == 0)
		rc = must_map(r, LAB_MINE, map_flags[row->on]);
	if (rc == 0 && row->given != NULL)
		rc = must_hint(r, row->given, r->first_page, r->n_pages);
	for (i = 0; rc == 0 && i < N_STEPS; i++)
		if (steps[row->state] & step_table[i].step)
			rc = step_table[i].run(r);
	return rc != 0 ? rc : truthready_look(r);
}

