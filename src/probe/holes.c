#include "config.h"

#include "holes.h"

#include <errno.h>
#include <unistd.h>

#include "pagetide/clock.h"
#include "pagetide/target.h"

void
holes_init(struct holes *h, const struct target *target, struct cells *grid)
{
	*h = (struct holes){ .target = target, .grid = grid, .stale = true };
}

void
holes_reshaped(struct holes *h)
{
	storage_forget(h->target->storage, &h->job);
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
 * Does the filesystem report holes? One that can't says that all is data, as
 * one does of a file without holes: then it depends on whether that much is
 * stored. NULL, or why not; *none: there is no hole.
 */
static const char *
judge(const struct storage_answer *answer, bool *none)
{
	const struct stat *st = &answer->st;

	*none = false;
	if (answer->err != 0 || !S_ISREG(st->st_mode))
		return "only regular files have holes";
	if (answer->hole_err != 0)
		return "this filesystem does not report holes (SEEK_HOLE)";
	if (answer->first_hole_bytes < (uint64_t)st->st_size)
		return NULL;
	*none = true;
	if (st->st_blocks * INT64_C(512) >= st->st_size)
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

/* Asks for the next stretches, as many as are allowed. */
static void
ask(struct holes *h)
{
	unsigned left = h->wanted ? STORAGE_RUNS_MAX : HOLES_FREE - h->runs;

	h->job = (struct storage_job){ .op = STORAGE_HOLES,
		.fd = h->target->fd, .page = h->tally.page,
		.page_bytes = h->target->facts.page_bytes,
		.max_runs = left < STORAGE_RUNS_MAX ? left :
		    STORAGE_RUNS_MAX };
	storage_ask(h->target->storage, &h->job);
}

/* The first answer of a pass: the file as it is now, unless one answer does
 * for all. */
static void
take_first(struct holes *h)
{
	bool none;

	h->first = false;
	h->st = h->job.answer.st;
	h->why = judge(&h->job.answer, &none);
	if (h->why != NULL)
		tally_unknown(&h->tally, h->grid->pages);
	else if (none)
		tally_add(&h->tally, h->grid->pages, 0);
	else
		return;
	finish(h);
}

/* One stretch of hole and one of data. */
static void
take_run(struct holes *h, const struct hole_run *run)
{
	uint64_t page = h->tally.page;

	h->runs++;
	if (run->hole_end > page)
		tally_add(&h->tally, run->hole_end - page,
		    run->hole_end - page);
	if (run->data_end > run->hole_end)
		tally_add(&h->tally, run->data_end - run->hole_end, 0);
}

static void
take(struct holes *h)
{
	const struct storage_answer *answer = &h->job.answer;
	unsigned i;

	h->job.done = false;
	if (h->first)
		take_first(h);
	for (i = 0; h->under_way && i < answer->n_runs; i++) {
		take_run(h, &answer->run[i]);
		if (h->tally.page >= tally_end(&h->tally))
			finish(h);
	}
	if (!h->under_way || answer->runs_err == 0)
		return;
	/* Cut shorter meanwhile: it has changed, so it is redone. */
	h->runs++;
	tally_unknown(&h->tally, UINT64_MAX);
	finish(h);
}

/* Measures from the start of the grid. */
static void
start(struct holes *h)
{
	storage_forget(h->target->storage, &h->job);
	h->stale = false;
	h->runs = 0;
	h->cost_ns = 0;
	h->under_way = h->grid->pages > 0;
	if (!h->under_way)
		return;
	h->first = true;
	tally_start(&h->tally, h->grid, LAYER_HOLE, h->grid->first_page);
	ask(h);
	if (h->job.done)
		take(h);
}

void
holes_begin(struct holes *h, bool wanted)
{
	h->wanted = wanted;
	if (goes_on(h) && !h->stale)
		return;
	if (!h->stale && clock_now_ns() < h->end_ns + 3 * h->cost_ns)
		return;
	if (h->stale || !same_file(&h->target->st, &h->st))
		start(h);
}

bool
holes_step(struct holes *h, uint64_t deadline_ns)
{
	uint64_t start_ns = clock_now_ns(), now_ns = start_ns;
	bool hangs = false;

	while (goes_on(h) && !hangs && now_ns < deadline_ns) {
		if (!h->job.busy)
			ask(h);
		if (storage_try(h->target->storage, &h->job, deadline_ns))
			take(h);
		hangs = h->job.busy;
		now_ns = clock_now_ns();
	}
	h->cost_ns += now_ns - start_ns;
	return hangs || !goes_on(h);
}

void
holes_done(struct holes *h)
{
	storage_forget(h->target->storage, &h->job);
}
