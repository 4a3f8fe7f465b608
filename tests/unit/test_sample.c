#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdbool.h>
#include <string.h>

#include <cmocka.h>

#include "pagetide/advice.h"
#include "pagetide/sample.h"

#include "cells_rig.h"

static void
some_counters_are_levels(void **state)
{
	(void)state;
	for (int c = 0; c < COUNTER_COUNT; c++)
		assert_int_equal(counter_table[c].gauge,
		    c == COUNTER_RSS_PAGES || c == COUNTER_CACHED ||
		    c == COUNTER_MAPPED || c == COUNTER_PRIVATE ||
		    c == COUNTER_WORKING_SET);
}

static void
a_change_needs_both_sides(void **state)
{
	struct counters older = { .known = COUNTER_BIT(COUNTER_MINOR) |
	    COUNTER_BIT(COUNTER_CACHED) }, newer = older;
	int64_t delta = 42;

	(void)state;
	older.v[COUNTER_MINOR] = older.v[COUNTER_CACHED] = 7;
	newer.v[COUNTER_MINOR] = 10;
	assert_true(counters_change(&older, &newer, COUNTER_MINOR, &delta));
	assert_int_equal(delta, 3);
	/* Only a gauge may fall. */
	assert_true(counters_change(&older, &newer, COUNTER_CACHED, &delta));
	assert_int_equal(delta, -7);
	assert_false(counters_change(&newer, &older, COUNTER_MINOR, &delta));
	newer.known = COUNTER_BIT(COUNTER_CACHED);
	assert_false(counters_change(&older, &newer, COUNTER_MINOR, &delta));
	assert_false(counters_change(&newer, &older, COUNTER_MINOR, &delta));
	assert_int_equal(delta, -7);
}

static void
the_finest_grid_answers(void **state)
{
	struct cells	overview, zoom, shown;
	struct sample	s = { .seq = 1 };
	size_t		i;

	(void)state;
	cells_init(&overview);
	cells_init(&zoom);
	cells_init(&shown);
	cells_reshape(&overview, 0, 64, 4);
	cells_set(&overview, 0, LAYER_CACHED, 5, 5);
	fill_cells(&overview, 1, 4, LAYER_CACHED, true, 5);
	cells_reshape(&zoom, 8, 16, 0);
	for (i = 0; i < 16; i++)
		cells_set(&zoom, i, LAYER_CACHED, i % 2, 6);
	cells_reshape(&shown, 0, 64, 1);
	/* What an earlier sample said is gone. */
	fill_cells(&shown, 0, 32, LAYER_DIRTY, true, 3);
	fill_cells(&shown, 0, 32, LAYER_CACHED, true, 3);
	sample_project(&s, &shown);
	for (i = 0; i < 32; i++)
		assert_int_equal(shown.known[i], 0);
	s.overview = &overview;
	sample_project(&s, &shown);
	for (i = 0; i < 32; i++)
		assert_int_equal(cells_level(&shown, i, LAYER_CACHED),
		    i < 8 ? LEVEL_UNKNOWN : LEVEL_ALL);
	s.zoom = &zoom;
	sample_project(&s, &shown);
	for (i = 0; i < 32; i++) {
		assert_false(cells_known(&shown, i, LAYER_DIRTY));
		assert_int_equal(cells_known(&shown, i, LAYER_CACHED), i >= 4);
		if (i >= 4)
			assert_int_equal(shown.count[LAYER_CACHED][i],
			    i < 12 ? 1 : 2);
	}
	assert_int_equal(shown.stamp_ns[4], 6);
	assert_int_equal(shown.stamp_ns[12], 5);
	cells_done(&overview);
	cells_done(&zoom);
	cells_done(&shown);
}

static void
vmflags_over_a_range(void **state)
{
	struct sample	s = { .vmas_known = true, .n_vmas = 3 };
	unsigned	flags = 77;
	unsigned	differ = 77;

	(void)state;
	s.vma[0] = (struct vma_range){ 0, 100, 0 };
	s.vma[1] = (struct vma_range){ 100, 50, VMF_SEQ };
	s.vma[2] = (struct vma_range){ 150, 50, VMF_SEQ };
	assert_true(sample_vmflags(&s, 0, 100, &flags, &differ));
	assert_int_equal(flags, 0);
	assert_int_equal(differ, 0);
	assert_true(sample_vmflags(&s, 99, 2, &flags, &differ));
	assert_int_equal(flags, 0);
	assert_int_equal(differ, VMF_SEQ);
	assert_true(sample_vmflags(&s, 100, 100, &flags, &differ));
	assert_int_equal(flags, VMF_SEQ);
	assert_int_equal(differ, 0);
	assert_true(sample_vmflags(&s, 0, 200, &flags, &differ));
	assert_int_equal(flags, 0);
	assert_int_equal(differ, VMF_SEQ);
	s.vma[2].vmflags = 0;
	assert_true(sample_vmflags(&s, 0, 200, &flags, &differ));
	assert_int_equal(differ, VMF_SEQ);
	s.vma[2].vmflags = VMF_RAND;
	assert_true(sample_vmflags(&s, 120, 60, &flags, &differ));
	assert_int_equal(flags, VMF_SEQ);
	assert_int_equal(differ, VMF_SEQ | VMF_RAND);
}

static void
vmflags_that_are_not_known(void **state)
{
	struct sample	s = { .vmas_known = true, .n_vmas = 2 };
	unsigned	flags = 77;
	unsigned	differ = 77;

	(void)state;
	s.vma[0] = (struct vma_range){ 10, 10, 0 };
	s.vma[1] = (struct vma_range){ 30, 10, 0 };
	assert_false(sample_vmflags(&s, 9, 2, &flags, &differ));
	assert_false(sample_vmflags(&s, 15, 6, &flags, &differ));
	assert_false(sample_vmflags(&s, 10, 30, &flags, &differ));
	assert_false(sample_vmflags(&s, 35, 6, &flags, &differ));
	assert_false(sample_vmflags(&s, 10, 0, &flags, &differ));
	s.vmas_known = false;
	assert_false(sample_vmflags(&s, 10, 10, &flags, &differ));
	assert_int_equal(flags, 77);
	assert_int_equal(differ, 77);
}

static void
pages_are_counted_exactly(void **state)
{
	struct cells	overview;
	struct sample	s = { .seq = 1, .scan = { .pass_ns = 100 } };
	uint64_t	n = 77;

	(void)state;
	cells_init(&overview);
	assert_false(sample_count(&s, LAYER_CACHED, 0, 1, 0, &n));
	s.overview = &overview;
	cells_reshape(&overview, 0, 60, 3);
	/* Newer than the pass, but perhaps in another layer. */
	fill_cells(&overview, 0, 8, LAYER_CACHED, false, 200);
	cells_set(&overview, 1, LAYER_CACHED, 3, 200);
	cells_set(&overview, 2, LAYER_CACHED, 8, 200);
	cells_set(&overview, 7, LAYER_CACHED, 4, 200);
	assert_true(sample_count(&s, LAYER_CACHED, 0, 60, 100, &n));
	assert_int_equal(n, 15);
	assert_true(sample_count(&s, LAYER_CACHED, 8, 16, 0, &n));
	assert_int_equal(n, 11);
	/* Part of a cell: only where it is full or empty. */
	assert_false(sample_count(&s, LAYER_CACHED, 4, 8, 0, &n));
	assert_true(sample_count(&s, LAYER_CACHED, 20, 8, 0, &n));
	assert_int_equal(n, 4);
	assert_true(sample_count(&s, LAYER_CACHED, 58, 2, 0, &n));
	assert_int_equal(n, 2);
	n = 77;
	assert_false(sample_count(&s, LAYER_CACHED, 0, 60, 101, &n));
	assert_false(sample_count(&s, LAYER_CACHED, 0, 61, 0, &n));
	assert_false(sample_count(&s, LAYER_MAPPED, 0, 60, 0, &n));
	assert_int_equal(n, 77);
	cells_done(&overview);
}

/* What the worker's own start cost is no part of it. */
static void
totals_begin_at_the_base(void **state)
{
	struct sample	 s = { 0 };
	struct counters	 now = { .known = COUNTER_BIT(COUNTER_MINOR) };
	uint64_t	 n = 77;

	(void)state;
	now.v[COUNTER_MINOR] = 312;
	assert_false(sample_since(&s, &now, COUNTER_MINOR, &n));
	s.base = now;
	assert_true(sample_since(&s, &now, COUNTER_MINOR, &n));
	assert_int_equal(n, 0);
	now.v[COUNTER_MINOR] = 317;
	assert_true(sample_since(&s, &now, COUNTER_MINOR, &n));
	assert_int_equal(n, 5);
	assert_false(sample_since(&s, &now, COUNTER_MAJOR, &n));
	now.v[COUNTER_MINOR] = 311;
	assert_false(sample_since(&s, &now, COUNTER_MINOR, &n));
	now.known = 0;
	assert_false(sample_since(&s, &now, COUNTER_MINOR, &n));
	assert_int_equal(n, 5);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(totals_begin_at_the_base),
		cmocka_unit_test(some_counters_are_levels),
		cmocka_unit_test(a_change_needs_both_sides),
		cmocka_unit_test(pages_are_counted_exactly),
		cmocka_unit_test(the_finest_grid_answers),
		cmocka_unit_test(vmflags_over_a_range),
		cmocka_unit_test(vmflags_that_are_not_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
