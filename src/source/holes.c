#include "config.h"

#include "holes.h"

#include <errno.h>
#include <unistd.h>

#include "pagetide/clock.h"
#include "pagetide/target.h"

int
holes_next(int fd, uint64_t page_bytes, uint64_t page, struct hole_run *run)
{
	off_t data, hole;

	data = lseek(fd, page * page_bytes, SEEK_DATA);
	if (data < 0) {
		run->hole_end = run->data_end = UINT64_MAX;
		return errno == ENXIO ? 0 : -errno;
	}
	hole = lseek(fd, data, SEEK_HOLE);
	if (hole <= data)
		return hole < 0 ? -errno : -EINVAL;
	run->hole_end = data / page_bytes;
	run->data_end = (hole - 1) / page_bytes + 1;
	return 0;
}

void
holes_init(struct holes *h, const struct target *target, struct cells *grid)
{
	*h = (struct holes){ .target = target, .grid = grid, .stale = true };
}

void
holes_reshaped(struct holes *h)
{
	h->stale = true;
	h->under_way = false;
	h->cost_ns = h->end_ns = 0;
}

static bool
same_time(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

/* Nothing has been written, cut or punched in between? */
static bool
same_file(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino &&
	    a->st_size == b->st_size && a->st_blocks == b->st_blocks &&
	    same_time(&a->st_mtim, &b->st_mtim) &&
	    same_time(&a->st_ctim, &b->st_ctim);
}

/*
 * Does the filesystem tell holes? One that can't says that all is data, as
 * one does of a file without holes: then it depends on whether that much is
 * stored. NULL, or why not; *none: there is no hole.
 */
static const char *
probe(const struct holes *h, bool *none)
{
	off_t hole;

	*none = false;
	if (!S_ISREG(h->st.st_mode))
		return "only regular files have holes";
	hole = lseek(h->target->fd, 0, SEEK_HOLE);
	if (hole < 0)
		return "this filesystem does not tell holes (SEEK_HOLE)";
	if (hole < h->st.st_size)
		return NULL;
	*none = true;
	if (h->st.st_blocks * INT64_C(512) >= h->st.st_size)
		return NULL;
	return "holes unknown: compressed, or a filesystem without SEEK_HOLE";
}

static void
finish(struct holes *h)
{
	h->under_way = false;
	h->end_ns = clock_now_ns();
}

/* May the pass go on? */
static bool
goes_on(const struct holes *h)
{
	return h->under_way && (h->wanted || h->runs < HOLES_FREE);
}

/* Measures from the start of the grid, unless one answer does for all. */
static void
start(struct holes *h)
{
	bool none;

	h->stale = false;
	h->runs = 0;
	h->cost_ns = 0;
	h->why = probe(h, &none);
	h->under_way = h->grid->pages > 0;
	if (!h->under_way)
		return;
	tally_start(&h->tally, h->grid, LAYER_HOLE, h->grid->first_page);
	if (h->why != NULL)
		tally_unknown(&h->tally, h->grid->pages);
	else if (none)
		tally_add(&h->tally, h->grid->pages, 0);
	else
		return;
	finish(h);
}

void
holes_begin(struct holes *h)
{
	struct stat st;

	if (goes_on(h) && !h->stale)
		return;
	if (!h->stale && clock_now_ns() < h->end_ns + 3 * h->cost_ns)
		return;
	if (fstat(h->target->fd, &st) != 0 ||
	    (!h->stale && same_file(&st, &h->st)))
		return;
	h->st = st;
	start(h);
}

/* One stretch of hole and one of data. */
static void
advance(struct holes *h)
{
	uint64_t page = h->tally.page;
	struct hole_run run;

	h->runs++;
	if (holes_next(h->target->fd, h->target->facts.page_bytes, page,
	    &run) != 0) {
		/* Cut shorter meanwhile: it has changed, so it is redone. */
		tally_unknown(&h->tally, UINT64_MAX);
		return;
	}
	tally_add(&h->tally, run.hole_end - page, run.hole_end - page);
	if (run.data_end > run.hole_end)
		tally_add(&h->tally, run.data_end - run.hole_end, 0);
}

bool
holes_step(struct holes *h, uint64_t deadline_ns)
{
	uint64_t start_ns = clock_now_ns(), now_ns = start_ns;

	while (goes_on(h) && now_ns < deadline_ns) {
		advance(h);
		if (h->tally.page >= tally_end(&h->tally))
			finish(h);
		now_ns = clock_now_ns();
	}
	h->cost_ns += now_ns - start_ns;
	return !goes_on(h);
}
