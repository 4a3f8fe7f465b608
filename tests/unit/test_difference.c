/* What differs between two moments. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "pagetide/difference.h"

#define PAGES 64

/* A grid of so many pages a cell, all known, with nothing in it. */
static void
make_grid(struct cells *c, unsigned shift)
{
	cells_reshape(c, 0, PAGES, shift);
	for (size_t i = 0; i < c->n; i++)
		c->known[i] = LAYER_ALL;
	for (int l = 0; l < LAYER_COUNT; l++)
		for (size_t i = 0; i < c->n; i++)
			c->count[l][i] = 0;
}

static void
make_moment(struct moment *m, unsigned shift)
{
	make_grid(&m->s.overview, shift);
	m->s.sample.overview = &m->s.overview;
	m->s.sample.seq = 1;
	m->s.sample.target.pages = PAGES;
	m->s.sample.target.page_bytes = 4096;
	m->s.sample.target.size_bytes = PAGES * 4096;
}

static struct difference *
make(unsigned a_shift, unsigned b_shift)
{
	struct difference *d = difference_new();

	make_moment(&d->a, a_shift);
	make_moment(&d->b, b_shift);
	return d;
}

static void
cells_say_which_way(void **state)
{
	struct difference *d = make(2, 2), *copy;
	uint32_t **a = d->a.s.overview.count, **b = d->b.s.overview.count;

	(void)state;
	b[LAYER_CACHED][1] = 4;
	a[LAYER_MAPPED][2] = 1;
	a[LAYER_MAPPED][3] = b[LAYER_CACHED][3] = 2;
	b[LAYER_DIRTY][4] = 1;
	/* What left a trace went all the same. */
	a[LAYER_CACHED][5] = b[LAYER_EVICTED][5] = 4;
	d->a.s.overview.known[6] = 0;
	difference_make(d);
	assert_false(d->same);
	copy = difference_copy(d);
	difference_free(d);
	assert_int_equal(difference_kind(copy, 0), DIFFERENCE_NONE);
	assert_int_equal(difference_kind(copy, 1), DIFFERENCE_CAME);
	assert_int_equal(difference_kind(copy, 2), DIFFERENCE_WENT);
	assert_int_equal(difference_kind(copy, 3), DIFFERENCE_OTHER);
	assert_int_equal(difference_kind(copy, 4), DIFFERENCE_OTHER);
	assert_int_equal(difference_kind(copy, 5), DIFFERENCE_WENT);
	assert_int_equal(difference_kind(copy, 6), DIFFERENCE_UNKNOWN);
	assert_int_equal(difference_kind(copy, 999), DIFFERENCE_UNKNOWN);
	assert_int_equal(difference_layers(copy, 3),
	    LAYER_BIT(LAYER_CACHED) | LAYER_BIT(LAYER_MAPPED));
	assert_int_equal(copy->layer[LAYER_CACHED].came_pages, 6);
	assert_int_equal(copy->layer[LAYER_CACHED].went_pages, 4);
	assert_true(difference_is_told(copy, LAYER_DIRTY));
	assert_false(difference_is_told(copy, LAYER_HOLE));
	difference_free(copy);
}

/* In finer cells all or none of a coarse one is known, in coarser ones the
 * sum; the totals stay. */
static void
one_may_look_closer(void **state)
{
	struct difference *d = make(2, 0);
	struct cells shown;

	(void)state;
	d->a.s.overview.count[LAYER_CACHED][1] = 4;
	d->a.s.overview.count[LAYER_CACHED][2] = 2;
	difference_make(d);
	cells_init(&shown);
	cells_reshape(&shown, 4, 8, 0);
	difference_look(d, &shown);
	assert_int_equal(d->at[0].n, 8);
	assert_int_equal(difference_kind(d, 3), DIFFERENCE_WENT);
	assert_true(difference_is_at(d, 3, LAYER_CACHED));
	assert_false(difference_is_at(d, 4, LAYER_CACHED));
	assert_false(cells_known(&d->at[0], 4, LAYER_CACHED));
	cells_reshape(&shown, 0, PAGES, 4);
	difference_look(d, &shown);
	assert_int_equal(difference_kind(d, 0), DIFFERENCE_WENT);
	assert_int_equal(d->at[0].count[LAYER_CACHED][0], 6);
	assert_int_equal(d->layer[LAYER_CACHED].cells, 2);
	cells_done(&shown);
	difference_free(d);
}

/* One is shorter: what the other has more of is unknown. */
static void
what_one_has_more_is_unknown(void **state)
{
	struct difference *d = make(2, 2);
	struct cells shown;

	(void)state;
	cells_reshape(&d->b.s.overview, 0, PAGES / 2, 2);
	for (size_t i = 0; i < d->b.s.overview.n; i++)
		d->b.s.overview.known[i] = 0;
	d->b.s.sample.target.pages = PAGES / 2;
	d->b.s.sample.target.size_bytes = PAGES / 2 * 4096;
	difference_make(d);
	assert_int_equal(d->at[0].n, PAGES / 2 / 4);
	assert_false(d->same);
	cells_init(&shown);
	cells_reshape(&shown, 0, PAGES, 2);
	difference_look(d, &shown);
	assert_int_equal(difference_kind(d, 12), DIFFERENCE_UNKNOWN);
	cells_done(&shown);
	difference_free(d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cells_say_which_way),
		cmocka_unit_test(one_may_look_closer),
		cmocka_unit_test(what_one_has_more_is_unknown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
