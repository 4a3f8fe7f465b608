#include "config.h"

#include "touched.h"

#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>
#include <unistd.h>

#include "pagetide/clock.h"
#include "pagetide/order.h"
#include "pagetide/subject.h"

/* Rests after a pass, in times of what it cost. */
#define REST_WANTED	3
#define REST		99

static uint64_t
least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

void
touched_init(struct touched *t, const struct subject *subject,
    struct cells *grid)
{
	*t = (struct touched){ .subject = subject, .grid = grid, .stale = true };
}

void
touched_reshaped(struct touched *t)
{
	t->stale = true;
	t->under_way = false;
	t->cost_ns = t->end_ns = 0;
	cells_forget(t->grid, LAYER_BIT(LAYER_TOUCHED));
}

const char *
touched_why(const struct subject *subject)
{
	const struct work_shared *shared = subject->shared;

	if (subject->foreign != NULL)
		return "touches of another process are not known: "
		    "see what came in, went out, and its faults (F)";
	if (subject->pid == 0 || shared == NULL)
		return "no worker: this is about its touches";
	if (atomic_load(&shared->stamps_err) == ENOSPC)
		return "too many pages far apart were touched to note them all";
	if (subject->shared_fd <= 0 ||
	    atomic_load(&shared->stamps_err) != 0)
		return "the worker can't note which pages it touched";
	if (atomic_load(&shared->stamps_version) == 0)
		return "the worker has not mapped the file yet";
	return NULL;
}

bool
touched_pages(const struct subject *subject, uint64_t now_ns,
    uint64_t window_ns, uint64_t *pages)
{
	return touched_why(subject) == NULL && window_ns > 0 &&
	    workset_pages(&subject->shared->workset, now_ns, window_ns, pages);
}

/* What there is now; false: not to be had. */
static bool
look(const struct touched *t, uint64_t now_ns, uint64_t window_ns,
    struct touched_state *now)
{
	const struct work_shared *shared = t->subject->shared;

	if (!touched_pages(t->subject, now_ns, window_ns, &now->pages))
		return false;
	now->writes = atomic_load(&shared->stamps_writes);
	now->version = atomic_load(&shared->stamps_version);
	return now->version % 2 == 0;
}

static bool
same_state(const struct touched_state *a, const struct touched_state *b)
{
	return a->version == b->version && a->writes == b->writes &&
	    a->pages == b->pages;
}

/* Is what the grid says about a mapping that is no more? */
static bool
is_other(const struct touched *t)
{
	return touched_why(t->subject) != NULL ||
	    atomic_load(&t->subject->shared->stamps_version) !=
	    t->state.version;
}

/* Counts from the grid's first page on what is in the window now. */
static void
start(struct touched *t, uint64_t first_slot)
{
	const struct work_shared *shared = t->subject->shared;
	uint64_t base = atomic_load(&shared->stamps_base);

	t->first_page = atomic_load(&shared->stamps_first_page);
	t->pages = atomic_load(&shared->stamps_pages);
	t->from = first_slot > base ? least(first_slot - base,
	    UINT16_MAX + 1U) : 1;
	t->cost_ns = 0;
	t->under_way = true;
	tally_start(&t->tally, t->grid, LAYER_TOUCHED, t->grid->first_page);
}

void
touched_begin(struct touched *t, uint64_t window_ns, bool wanted)
{
	uint64_t now_ns = clock_now_ns();
	struct touched_state now;

	if (t->under_way || t->grid->pages == 0)
		return;
	if (!t->stale && is_other(t))
		touched_reshaped(t);
	if (now_ns < t->end_ns + (wanted ? REST_WANTED : REST) *
	    t->cost_ns || !look(t, now_ns, window_ns, &now) ||
	    (!t->stale && same_state(&now, &t->state)))
		return;
	t->state = now;
	start(t, workset_first(now_ns, window_ns));
}

static uint64_t
count_from(const uint16_t *stamp, uint64_t n, uint32_t from)
{
	uint64_t i, count = 0;

	for (i = 0; i < n; i++)
		count += stamp[i] >= from;
	return count;
}

/* Counts n stamps into their cells. */
static void
add_stamps(struct touched *t, const uint16_t *stamp, uint64_t n)
{
	struct tally *tally = &t->tally;
	uint64_t part;

	for (; n > 0; n -= part, stamp += part) {
		part = least(n, tally_cell_end(tally) - tally->page);
		tally_add(tally, part, count_from(stamp, part, t->from));
	}
}

/* Pages with stamps from the tally's on, up to n; where those are a hole
 * nothing was touched. */
static void
advance_inside(struct touched *t, uint64_t n)
{
	uint64_t at = t->tally.page - t->first_page;
	off_t offset = (off_t)(WORK_STAMPS_OFFSET + at * sizeof *t->stamp);
	off_t data = lseek(t->subject->shared_fd, offset, SEEK_DATA);
	ssize_t got;

	if (data < 0 && errno == ENXIO) {
		tally_add(&t->tally, n, 0);
	} else if (data > offset) {
		tally_add(&t->tally, least(n, (uint64_t)(data - offset) /
		    sizeof *t->stamp), 0);
	} else {
		n = least(n, TOUCHED_CHUNK);
		got = pread(t->subject->shared_fd, t->stamp,
		    n * sizeof *t->stamp, offset);
		if (got == (ssize_t)(n * sizeof *t->stamp))
			add_stamps(t, t->stamp, n);
		else
			tally_unknown(&t->tally, n);
	}
}

/* The next stretch: nobody touches what is not mapped. */
static void
advance(struct touched *t)
{
	uint64_t page = t->tally.page, end = tally_end(&t->tally);
	uint64_t behind = t->first_page + t->pages;

	if (page < t->first_page)
		tally_add(&t->tally, least(t->first_page, end) - page, 0);
	else if (page < behind)
		advance_inside(t, least(behind, end) - page);
	else
		tally_add(&t->tally, end - page, 0);
}

/* The pass is over; what was read while all stamps changed is nothing. */
static void
finish(struct touched *t, uint64_t now_ns)
{
	t->under_way = false;
	t->end_ns = now_ns;
	t->stale = atomic_load(&t->subject->shared->stamps_version) !=
	    t->state.version;
	if (t->stale)
		cells_forget(t->grid, LAYER_BIT(LAYER_TOUCHED));
}

bool
touched_step(struct touched *t, uint64_t deadline_ns)
{
	uint64_t start_ns = clock_now_ns(), now_ns = start_ns;

	if (!t->under_way)
		return true;
	if (touched_why(t->subject) != NULL)
		touched_reshaped(t);
	while (t->under_way && now_ns < deadline_ns) {
		advance(t);
		now_ns = clock_now_ns();
		if (t->tally.page >= tally_end(&t->tally))
			finish(t, now_ns);
	}
	t->cost_ns += now_ns - start_ns;
	return !t->under_way;
}
