#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdbool.h>

#include <cmocka.h>

#include "pagetide/clock.h"
#include "pagetide/history.h"
#include "pagetide/viewport.h"
#include "pagetide/waterfall.h"

#include "madeup.h"

#define SLOT_NS (2 * NS_PER_S)
#define MIB ((uint64_t)1 << 20)
#define ROWS 12

/* What the cells of a row are, straight from the sample. */
static void
is_of(const struct waterfall *w, const struct fall_row *row,
    const struct sample *s)
{
	const struct fall_shape *shape = waterfall_shown(w);
	struct cells c;

	cells_init(&c);
	cells_reshape(&c, shape->first_page, shape->pages, shape->grid.shift);
	sample_project(s, &c);
	assert_int_equal(c.n, waterfall_cells(w));
	for (size_t i = 0; i < c.n; i++)
		assert_int_equal(row->level[i], cells_level(&c, i,
		    sample_main_layer(s)));
	cells_done(&c);
}

struct last {
	uint64_t	 slot, now_ns;
	struct snapshot	*out;
	bool		 found;
};

static void
is_later(void *arg, const struct snapshot *s)
{
	struct last *l = arg;

	if (waterfall_slot(s->sample.t_ns, SLOT_NS) != l->slot ||
	    s->sample.t_ns > l->now_ns)
		return;
	snapshot_copy(l->out, s);
	l->found = true;
}

/* The last snapshot of the slot that is not younger than now; false: there is
 * none. */
static bool
last_in(const struct history *h, uint64_t slot, uint64_t now_ns,
    struct snapshot *out)
{
	struct last l = { slot, now_ns, out, false };

	history_each(h, 0, history_len(h), is_later, &l);
	return l.found;
}

/* Each row is what the history says, and nothing else. */
static void
rows_are_right(const struct waterfall *w, const struct history *h,
    const struct sample *now)
{
	struct snapshot s = { 0 };
	struct fall_row row;
	unsigned heads = 0;
	bool there;

	for (unsigned y = 0; y < ROWS; y++) {
		row = waterfall_row(w, y);
		heads += row.kind == FALL_HEAD;
		if (row.kind == FALL_HEAD || row.slot == 0)
			continue;
		assert_int_equal(row.slot % ROWS, y);
		there = last_in(h, row.slot, now->t_ns, &s);
		if (row.kind == FALL_KNOWN)
			assert_true(there);
		else
			assert_false(there);
		if (there)
			is_of(w, &row, &s.sample);
		if (row.kind == FALL_NOT_KEPT)
			assert_true(row.slot * SLOT_NS <
			    history_oldest_ns(h));
	}
	assert_int_equal(heads, 1);
	snapshot_done(&s);
}

static void
follows_what_is_kept(void **state)
{
	struct history *h = history_new(MIB);
	struct waterfall *w = waterfall_new();
	struct snapshot past = { 0 };
	struct fall_shape shape;
	struct viewport vp;
	struct madeup m;

	(void)state;
	madeup_init(&m, 5);
	viewport_init(&vp, m.now.sample.target.pages);
	viewport_resize(&vp, 64, ROWS);
	for (unsigned i = 0; i < 500; i++) {
		madeup_step(&m);
		/* Any byte of it may be another now; this one is read. */
		m.now.sample.target.anon = madeup_one_in(3);
		history_keep(h, &m.now);
		if (!madeup_one_in(12) || history_len(h) == 0)
			continue;
		shape = waterfall_shape(&vp, SLOT_NS);
		waterfall_fill(w, &shape, h, &m.now.sample);
		rows_are_right(w, h, &m.now.sample);
		assert_true(history_at(h, madeup_below(history_len(h)),
		    &past));
		waterfall_fill(w, &shape, h, &past.sample);
		rows_are_right(w, h, &past.sample);
	}
	snapshot_done(&past);
	madeup_done(&m);
	waterfall_free(w);
	history_free(h);
}

/* n samples, half a slot apart, all of it cached from one of them on. */
static struct history *
simple(struct snapshot *s, struct cells *c, unsigned n, unsigned from)
{
	struct history *h = history_new(64 * MIB);

	for (unsigned i = 1; i <= n; i++) {
		for (size_t k = 0; k < c->n; k++)
			cells_set(c, k, LAYER_CACHED, i >= from ? 4 : 0, i);
		s->sample.seq = i;
		s->sample.t_ns = i * SLOT_NS / 2;
		history_keep(h, s);
	}
	return h;
}

/* Rows that are there are not made again: they stay, even where another
 * history would have them differ. That is what a frame does not cost. */
static void
keeps_its_rows(void **state)
{
	struct snapshot s = { .sample = { .target = { .pages = 64,
		.page_bytes = 4096, .size_bytes = 64 * 4096 } } };
	struct waterfall *w = waterfall_new();
	struct history *full, *empty;
	struct fall_shape shape;
	struct viewport vp;
	struct cells c;

	(void)state;
	cells_init(&c);
	cells_reshape(&c, 0, 64, 2);
	s.sample.overview = &c;
	viewport_init(&vp, 64);
	viewport_resize(&vp, 16, ROWS);
	shape = waterfall_shape(&vp, SLOT_NS);
	empty = simple(&s, &c, 100, 1000);
	full = simple(&s, &c, 100, 1);
	waterfall_fill(w, &shape, empty, &s.sample);
	waterfall_fill(w, &shape, full, &s.sample);
	for (unsigned y = 0; y < ROWS; y++) {
		struct fall_row row = waterfall_row(w, y);

		if (row.kind == FALL_HEAD)
			continue;
		assert_int_equal(row.kind, FALL_KNOWN);
		assert_int_equal(row.level[0], row.slot == 49 ? LEVEL_ALL :
		    LEVEL_NONE);
	}
	waterfall_forget(w);
	waterfall_fill(w, &shape, full, &s.sample);
	assert_int_equal(waterfall_row(w, 0).level[0], LEVEL_ALL);
	waterfall_free(w);
	history_free(full);
	history_free(empty);
	cells_done(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(follows_what_is_kept),
		cmocka_unit_test(keeps_its_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
