#include "config.h"

#include "scan.h"

#include <string.h>

#include "pagetide/clock.h"

/* What the active cells may take of one scan_begin(). */
#define ACTIVE_SLICE_NS (2 * NS_PER_MS)

void
scan_init(struct scan *s)
{
	memset(s, 0, sizeof *s);
	cells_init(&s->grid);
	s->pass = (struct pass){ .grid = &s->grid, .by = &s->by,
		.active = &s->active };
	s->rest = SCAN_REST_MIN;
}

void
scan_done(struct scan *s)
{
	cells_done(&s->grid);
}

/* Begins with these stages over the whole grid. */
static void
start(struct scan *s, unsigned stages)
{
	pass_start(&s->pass, stages, s->grid.first_page, cells_end(&s->grid));
}

void
scan_restart(struct scan *s)
{
	start(s, pass_stages(&s->by));
	s->whole = true;
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
	if (same_cells && s->pass.under_way &&
	    s->pass.page < cells_end(&s->grid)) {
		s->pass.end = cells_end(&s->grid);
		return;
	}
	start(s, 0);
	s->spent_ns = s->spent_cpu_ns = 0;
	if (!same_cells) {
		s->covered = false;
		s->cost_ns = s->cpu_ns = s->end_ns = s->pass_ns = 0;
		active_clear(&s->active);
	}
}

void
scan_set_reader(struct scan *s, enum scan_stage stage,
    const struct scan_reader *reader, void *self)
{
	const struct scan_reader *old = s->by.reader[stage];
	struct pass *p = &s->pass;

	if (old != NULL)
		cells_forget(&s->grid, old->layers);
	s->by.reader[stage] = reader;
	s->by.self[stage] = self;
	s->by.ask_max = 0;
	if (p->under_way && p->stage == stage)
		p->under_way = false;
	p->todo &= ~(1u << stage);
	if (!s->covered && !p->under_way)
		scan_restart(s);
	else if (reader != NULL)
		p->todo |= 1u << stage;
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

	if (s->pass.todo != 0)
		return;
	if (!s->covered || s->hurry || now_ns >= s->end_ns + rest_ns(s)) {
		scan_restart(s);
		return;
	}
	active_expire(&s->active, s->grid.n, now_ns);
	s->active_due = s->active.n > 0;
}

/*
 * Few changes are measured cell by cell: no reason to look at all the others
 * more often.
 */
static void
adapt_rest(struct scan *s)
{
	if (s->active.changed > ACTIVE_MAX / 3)
		s->rest = SCAN_REST_MIN;
	else if (s->rest < SCAN_REST_MAX)
		s->rest = s->rest * SCAN_REST_MORE < SCAN_REST_MAX ?
		    s->rest * SCAN_REST_MORE : SCAN_REST_MAX;
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
	s->active.changed = 0;
	s->whole = false;
	s->spent_ns = s->spent_cpu_ns = 0;
}

/* All stages of one cell, beside the pass under way; false if deadline_ns came
 * before the end. */
static bool
measure_cell(struct scan *s, size_t cell, uint64_t deadline_ns)
{
	struct pass p = { .grid = &s->grid, .by = &s->by,
		.active = &s->active };

	pass_start(&p, pass_stages(&s->by), cells_page(&s->grid, cell),
	    cells_cell_end(&s->grid, cell));
	return pass_step(&p, deadline_ns);
}

/* Measures the active cells, as many as there is time for; the others come
 * first the next time. */
static void
step_active(struct scan *s, uint64_t deadline_ns)
{
	struct active *a = &s->active;
	uint64_t end_ns = clock_now_ns() + ACTIVE_SLICE_NS;
	unsigned left;

	if (end_ns > deadline_ns)
		end_ns = deadline_ns;
	for (left = a->n; left > 0 && clock_now_ns() < end_ns; left--) {
		if (a->next >= a->n)
			a->next = 0;
		if (measure_cell(s, a->cells[a->next].cell, end_ns))
			a->next++;
		else if (left == a->n && end_ns < deadline_ns)
			active_drop(a, a->next);
	}
	s->active_due = false;
}

bool
scan_step(struct scan *s, uint64_t deadline_ns)
{
	uint64_t start_ns, now_ns, cpu_ns;
	bool done;

	if (s->active_due)
		step_active(s, deadline_ns);
	if (s->pass.todo == 0)
		return true;
	start_ns = clock_now_ns();
	cpu_ns = clock_cpu_ns();
	done = pass_step(&s->pass, deadline_ns);
	now_ns = clock_now_ns();
	s->spent_ns += now_ns - start_ns;
	s->spent_cpu_ns += clock_cpu_ns() - cpu_ns;
	if (done)
		finish(s, now_ns);
	return done;
}

void
scan_tail(struct scan *s, uint64_t old_pages, uint64_t within_ns)
{
	struct cells *grid = &s->grid;
	struct pass tail = { .grid = grid, .by = &s->by };
	uint64_t from = old_pages;

	if (grid->pages == 0)
		return;
	if (from >= grid->pages)
		from = grid->pages - 1;
	pass_start(&tail, pass_stages(&s->by),
	    from >> grid->shift << grid->shift, cells_end(grid));
	pass_step(&tail, clock_now_ns() + within_ns);
}
