#include "config.h"

#include "scan.h"

#include <string.h>

#include "pagetide/clock.h"

#include "stage.h"

/* What the cells that changed of late may take of one scan_begin(). */
#define HOT_SLICE_NS (2 * NS_PER_MS)

void
scan_init(struct scan *s)
{
	memset(s, 0, sizeof *s);
	cells_init(&s->grid);
	s->rest = SCAN_REST_MIN;
}

void
scan_done(struct scan *s)
{
	cells_done(&s->grid);
}

static uint64_t
grid_end(const struct scan *s)
{
	return s->grid.first_page + s->grid.pages;
}

void
scan_restart(struct scan *s)
{
	s->todo = stage_all(s);
	s->whole = true;
	s->under_way = false;
	s->hurry = false;
	s->spent_ns = s->spent_cpu_ns = 0;
	s->begin_ns = clock_now_ns();
}

void
scan_shape(struct scan *s, uint64_t first_page, uint64_t pages, unsigned shift)
{
	struct cells old = s->grid;
	bool same_cells = first_page == old.first_page && shift == old.shift;

	if (same_cells && pages == old.pages)
		return;
	cells_init(&s->grid);
	cells_reshape(&s->grid, first_page, pages, shift);
	cells_fill_in(&s->grid, &old);
	cells_done(&old);
	if (same_cells && s->under_way && s->page < grid_end(s)) {
		s->end = grid_end(s);
		return;
	}
	s->todo = 0;
	s->under_way = false;
	s->spent_ns = s->spent_cpu_ns = 0;
	if (!same_cells) {
		s->covered = false;
		s->cost_ns = s->cpu_ns = s->end_ns = s->pass_ns = 0;
		hot_clear(&s->hot);
	}
}

void
scan_set_reader(struct scan *s, enum scan_stage stage,
    const struct scan_reader *reader, void *self)
{
	const struct scan_reader *old = s->reader[stage];

	if (old != NULL)
		cells_forget(&s->grid, old->layers);
	s->reader[stage] = reader;
	s->ask_max = 0;
	s->self[stage] = self;
	if (s->under_way && s->stage == stage)
		s->under_way = false;
	s->todo &= ~(1u << stage);
	if (!s->covered && !s->under_way)
		scan_restart(s);
	else if (reader != NULL)
		s->todo |= 1u << stage;
}

void
scan_stir(struct scan *s)
{
	s->rest = SCAN_REST_MIN;
}

void
scan_hurry(struct scan *s)
{
	s->hurry = true;
	s->rest = SCAN_REST_MIN;
}

/* How long to rest after the last pass. Time in which we did not run (stopped,
 * crowded out) is no reason to wait. */
static uint64_t
rest_ns(const struct scan *s)
{
	uint64_t least = SCAN_REST_MIN * s->cpu_ns;
	uint64_t rest = s->rest * s->cpu_ns;

	if (rest > SCAN_REST_NS)
		rest = SCAN_REST_NS;
	return rest > least ? rest : least;
}

void
scan_begin(struct scan *s)
{
	uint64_t now_ns = clock_now_ns();

	if (s->todo != 0)
		return;
	if (!s->covered || s->hurry || now_ns >= s->end_ns + rest_ns(s)) {
		scan_restart(s);
		return;
	}
	hot_cool(&s->hot, s->grid.n, now_ns);
	s->hot_due = s->hot.n > 0;
}

/* Chooses the next stage; false when the pass is over. */
static bool
next_stage(struct scan *s)
{
	if (s->under_way && s->page < s->end)
		return true;
	if (s->under_way)
		s->todo &= ~(1u << s->stage);
	s->under_way = s->todo != 0;
	if (!s->under_way)
		return false;
	s->stage = __builtin_ctz(s->todo);
	stage_start(s, s->grid.first_page, grid_end(s));
	return s->page < s->end || next_stage(s);
}

/*
 * Few changes are followed cell by cell: no reason to look at all the others
 * more often.
 */
static void
adapt_rest(struct scan *s)
{
	if (s->hot.changed > HOT_MAX / 3)
		s->rest = SCAN_REST_MIN;
	else if (s->rest < SCAN_REST_MAX)
		s->rest *= 2;
}

static void
finish(struct scan *s, uint64_t now_ns)
{
	if (s->whole) {
		s->cost_ns = s->spent_ns;
		s->cpu_ns = s->spent_cpu_ns;
		s->pass_ns = s->begin_ns;
		s->end_ns = now_ns;
		if (s->covered)
			adapt_rest(s);
		s->covered = true;
	}
	s->hot.changed = 0;
	s->whole = false;
	s->spent_ns = s->spent_cpu_ns = 0;
}

/* Measures the cells that changed of late, as many as there is time for; the
 * others come first the next time. */
static void
step_hot(struct scan *s, uint64_t deadline_ns)
{
	struct hot *h = &s->hot;
	uint64_t end_ns = clock_now_ns() + HOT_SLICE_NS;
	unsigned left;

	if (end_ns > deadline_ns)
		end_ns = deadline_ns;
	for (left = h->n; left > 0 && clock_now_ns() < end_ns; left--) {
		if (h->next >= h->n)
			h->next = 0;
		if (stage_cell(s, h->cells[h->next].cell, end_ns))
			h->next++;
		else if (left == h->n && end_ns < deadline_ns)
			hot_drop(h, h->next);
	}
	s->hot_due = false;
}

bool
scan_step(struct scan *s, uint64_t deadline_ns)
{
	uint64_t start_ns, now_ns, cpu_ns;
	bool more;

	if (s->hot_due)
		step_hot(s, deadline_ns);
	if (s->todo == 0)
		return true;
	start_ns = now_ns = clock_now_ns();
	cpu_ns = clock_cpu_ns();
	while ((more = next_stage(s)) && now_ns < deadline_ns)
		now_ns = stage_step(s, now_ns);
	s->spent_ns += now_ns - start_ns;
	s->spent_cpu_ns += clock_cpu_ns() - cpu_ns;
	if (!more)
		finish(s, now_ns);
	return !more;
}

void
scan_tail(struct scan *s, uint64_t old_pages, uint64_t within_ns)
{
	struct cells *grid = &s->grid;
	struct scan tail;
	uint64_t from;
	int i;

	if (grid->pages == 0)
		return;
	from = old_pages < grid->pages ? old_pages : grid->pages - 1;
	from = from >> grid->shift << grid->shift;
	scan_init(&tail);
	scan_shape(&tail, from, grid->pages - from, grid->shift);
	for (i = 0; i < SCAN_STAGES; i++)
		scan_set_reader(&tail, i, s->reader[i], s->self[i]);
	scan_step(&tail, clock_now_ns() + within_ns);
	cells_fill_in(grid, &tail.grid);
	scan_done(&tail);
}
