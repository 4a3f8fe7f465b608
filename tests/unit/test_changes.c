#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdbool.h>
#include <stdlib.h>

#include <cmocka.h>

#include "pagetide/changes.h"

#include "cells_rig.h"

#define S UINT64_C(1000000000)
#define FADE (3 * S)

/* Four cells of eight pages with these many cached pages and none mapped. */
static void
grid(struct cells *c, uint32_t a, uint32_t b, uint32_t d, uint32_t e,
    uint64_t now_ns)
{
	cells_reshape(c, 0, 32, 3);
	cells_set(c, 0, LAYER_CACHED, a, now_ns);
	cells_set(c, 1, LAYER_CACHED, b, now_ns);
	cells_set(c, 2, LAYER_CACHED, d, now_ns);
	cells_set(c, 3, LAYER_CACHED, e, now_ns);
	fill_cells(c, 0, 4, LAYER_MAPPED, false, now_ns);
}

/* What cell i shows at now, with three steps of a second each. */
static void
assert_change(const struct changes *c, size_t i, uint64_t now_ns,
    enum change kind, int step)
{
	int	got = -1;

	assert_int_equal(changes_at(c, i, now_ns, FADE, 3, &got), kind);
	assert_int_equal(got, step);
}

static void
net_change_came_and_went(void **state)
{
	struct changes	*c = changes_new();
	struct cells	 g;
	size_t		 i;

	(void)state;
	cells_init(&g);
	grid(&g, 0, 8, 4, 4, 10 * S);
	changes_feed(c, &g, false, 10 * S);
	for (i = 0; i < 4; i++)
		assert_change(c, i, 10 * S, CHANGE_NONE, 0);
	assert_false(changes_fading(c, 10 * S, FADE));
	grid(&g, 1, 7, 4, 8, 11 * S);
	changes_feed(c, &g, false, 11 * S);
	assert_change(c, 0, 11 * S, CHANGE_CAME, 0);
	assert_change(c, 1, 11 * S, CHANGE_WENT, 0);
	assert_change(c, 2, 11 * S, CHANGE_NONE, 0);
	assert_change(c, 3, 11 * S, CHANGE_CAME, 0);
	assert_change(c, 4, 11 * S, CHANGE_UNKNOWN, 0);
	cells_done(&g);
	changes_free(c);
	changes_free(NULL);
}

static void
changes_fade_in_steps(void **state)
{
	struct changes	*c = changes_new();
	struct cells	 g;

	(void)state;
	cells_init(&g);
	grid(&g, 0, 0, 0, 0, 10 * S);
	changes_feed(c, &g, false, 10 * S);
	grid(&g, 5, 0, 0, 0, 11 * S);
	changes_feed(c, &g, false, 11 * S);
	assert_change(c, 0, 11 * S, CHANGE_CAME, 0);
	assert_change(c, 0, 12 * S - 1, CHANGE_CAME, 0);
	assert_change(c, 0, 12 * S, CHANGE_CAME, 1);
	assert_change(c, 0, 13 * S, CHANGE_CAME, 2);
	assert_change(c, 0, 14 * S - 1, CHANGE_CAME, 2);
	assert_true(changes_fading(c, 14 * S - 1, FADE));
	assert_change(c, 0, 14 * S, CHANGE_NONE, 0);
	assert_false(changes_fading(c, 14 * S, FADE));
	/* A view of the past (frozen) is not in the future. */
	assert_change(c, 0, 10 * S, CHANGE_CAME, 0);
	cells_done(&g);
	changes_free(c);
}

static void
the_last_change_counts(void **state)
{
	struct changes	*c = changes_new();
	struct cells	 g;

	(void)state;
	cells_init(&g);
	grid(&g, 0, 0, 0, 0, 10 * S);
	changes_feed(c, &g, false, 10 * S);
	grid(&g, 5, 5, 0, 0, 11 * S);
	changes_feed(c, &g, false, 11 * S);
	grid(&g, 4, 5, 0, 0, 12 * S);
	changes_feed(c, &g, false, 12 * S);
	assert_change(c, 0, 12 * S, CHANGE_WENT, 0);
	assert_change(c, 1, 12 * S, CHANGE_CAME, 1);
	grid(&g, 4, 5, 0, 0, 13 * S);
	changes_feed(c, &g, false, 13 * S);
	assert_change(c, 0, 13 * S, CHANGE_WENT, 1);
	assert_true(changes_fading(c, 15 * S - 1, FADE));
	assert_false(changes_fading(c, 15 * S, FADE));
	cells_done(&g);
	changes_free(c);
}

static void
quiet_means_outside(void **state)
{
	struct changes	*c = changes_new();
	struct cells	 g;

	(void)state;
	cells_init(&g);
	grid(&g, 0, 8, 0, 0, 10 * S);
	changes_feed(c, &g, true, 10 * S);
	grid(&g, 3, 5, 0, 0, 11 * S);
	changes_feed(c, &g, true, 11 * S);
	assert_change(c, 0, 11 * S, CHANGE_CAME_OUTSIDE, 0);
	assert_change(c, 1, 11 * S, CHANGE_WENT_OUTSIDE, 0);
	grid(&g, 4, 5, 0, 0, 12 * S);
	changes_feed(c, &g, false, 12 * S);
	assert_change(c, 0, 12 * S, CHANGE_CAME, 0);
	grid(&g, 4, 5, 0, 1, 13 * S);
	changes_feed(c, &g, true, 13 * S);
	assert_change(c, 3, 13 * S, CHANGE_CAME_OUTSIDE, 0);
	cells_done(&g);
	changes_free(c);
}

/* A slow scan sees our touch only after we were at rest again. */
/* As while frozen: the worker was at work before the next feed, which itself
 * finds it idle. */
static void
work_while_nothing_is_fed_counts(void **state)
{
	struct changes	*c = changes_new();
	struct cells	 g, other;

	(void)state;
	cells_init(&g);
	cells_init(&other);
	grid(&g, 0, 0, 0, 0, 10 * S);
	assert_false(changes_are_of(c, &g));
	changes_feed(c, &g, true, 10 * S);
	changes_busy(c, 20 * S);
	grid(&g, 3, 0, 0, 0, 30 * S);
	changes_feed(c, &g, true, 30 * S);
	assert_change(c, 0, 30 * S, CHANGE_CAME, 0);
	assert_true(changes_are_of(c, &g));
	cells_reshape(&other, g.first_page, g.pages, g.shift + 1);
	assert_false(changes_are_of(c, &other));
	cells_done(&other);
	cells_done(&g);
	changes_free(c);
}

static void
a_late_measure_blames_nobody_else(void **state)
{
	struct changes	*c = changes_new();
	struct cells	 g;

	(void)state;
	cells_init(&g);
	grid(&g, 0, 0, 0, 0, 10 * S);
	changes_feed(c, &g, true, 10 * S);
	/* The worker touches; the cells were measured before it did. */
	changes_feed(c, &g, false, 11 * S);
	grid(&g, 4, 0, 0, 0, 12 * S);
	changes_feed(c, &g, true, 12 * S);
	assert_change(c, 0, 12 * S, CHANGE_CAME, 0);
	grid(&g, 8, 0, 0, 0, 13 * S);
	changes_feed(c, &g, true, 13 * S);
	assert_change(c, 0, 13 * S, CHANGE_CAME_OUTSIDE, 0);
	cells_done(&g);
	changes_free(c);
}

static void
dropped_ptes_went_too(void **state)
{
	struct changes	*c = changes_new();
	struct cells	 g;

	(void)state;
	cells_init(&g);
	grid(&g, 8, 8, 8, 0, 10 * S);
	fill_cells(&g, 0, 3, LAYER_MAPPED, true, 10 * S);
	changes_feed(c, &g, false, 10 * S);
	grid(&g, 8, 2, 8, 3, 11 * S);
	cells_set(&g, 1, LAYER_MAPPED, 8, 11 * S);
	cells_set(&g, 2, LAYER_MAPPED, 8, 11 * S);
	changes_feed(c, &g, false, 11 * S);
	assert_change(c, 0, 11 * S, CHANGE_WENT, 0);
	assert_change(c, 1, 11 * S, CHANGE_WENT, 0);
	assert_change(c, 2, 11 * S, CHANGE_NONE, 0);
	assert_change(c, 3, 11 * S, CHANGE_CAME, 0);
	/* The cache goes before the PTEs where both moved. */
	grid(&g, 8, 3, 8, 3, 12 * S);
	changes_feed(c, &g, false, 12 * S);
	assert_change(c, 1, 12 * S, CHANGE_CAME, 0);
	assert_change(c, 2, 12 * S, CHANGE_WENT, 0);
	cells_done(&g);
	changes_free(c);
}

static void
unknown_is_neither_came_nor_went(void **state)
{
	struct changes	*c = changes_new();
	struct cells	 g;

	(void)state;
	cells_init(&g);
	grid(&g, 0, 0, 0, 0, 10 * S);
	cells_forget(&g, LAYER_BIT(LAYER_CACHED));
	changes_feed(c, &g, true, 10 * S);
	assert_change(c, 0, 10 * S, CHANGE_UNKNOWN, 0);
	/* Known now, but not how it came to be. */
	grid(&g, 8, 8, 8, 8, 11 * S);
	changes_feed(c, &g, true, 11 * S);
	assert_change(c, 0, 11 * S, CHANGE_NONE, 0);
	grid(&g, 0, 0, 0, 0, 12 * S);
	cells_forget(&g, LAYER_BIT(LAYER_CACHED));
	cells_set(&g, 1, LAYER_MAPPED, 2, 12 * S);
	changes_feed(c, &g, false, 12 * S);
	assert_change(c, 0, 12 * S, CHANGE_UNKNOWN, 0);
	assert_change(c, 1, 12 * S, CHANGE_CAME, 0);
	/* Without a worker nothing is mapped, and that is no secret. */
	grid(&g, 4, 4, 4, 4, 13 * S);
	cells_forget(&g, LAYER_BIT(LAYER_MAPPED));
	changes_feed(c, &g, true, 13 * S);
	assert_change(c, 0, 13 * S, CHANGE_NONE, 0);
	cells_done(&g);
	changes_free(c);
}

static void
another_geometry_starts_anew(void **state)
{
	struct changes	*c = changes_new();
	struct cells	 g;
	size_t		 i;

	(void)state;
	cells_init(&g);
	grid(&g, 0, 0, 0, 0, 10 * S);
	changes_feed(c, &g, false, 10 * S);
	grid(&g, 8, 8, 8, 8, 11 * S);
	changes_feed(c, &g, false, 11 * S);
	assert_true(changes_fading(c, 11 * S, FADE));
	cells_reshape(&g, 8, 1000, 1);
	fill_cells(&g, 0, g.n, LAYER_CACHED, false, 12 * S);
	changes_feed(c, &g, false, 12 * S);
	assert_false(changes_fading(c, 12 * S, FADE));
	for (i = 0; i < 500; i++)
		assert_change(c, i, 12 * S, CHANGE_NONE, 0);
	assert_change(c, 500, 12 * S, CHANGE_UNKNOWN, 0);
	cells_set(&g, 499, LAYER_CACHED, 1, 13 * S);
	changes_feed(c, &g, false, 13 * S);
	assert_change(c, 499, 13 * S, CHANGE_CAME, 0);
	assert_change(c, 498, 13 * S, CHANGE_NONE, 0);
	cells_done(&g);
	changes_free(c);
}

static void
nothing_was_fed(void **state)
{
	struct changes	*c = changes_new();
	struct cells	 g;

	(void)state;
	assert_false(changes_fading(c, 0, FADE));
	assert_change(c, 0, S, CHANGE_UNKNOWN, 0);
	cells_init(&g);
	changes_feed(c, &g, true, S);
	assert_change(c, 0, S, CHANGE_UNKNOWN, 0);
	cells_done(&g);
	changes_free(c);
}

#define N_CELLS 50

/* Random counts over many samples against the last change of each cell. */
static void
a_long_history_by_hand(void **state)
{
	struct changes	*c = changes_new();
	struct cells	 g;
	uint64_t	 now = S, at[N_CELLS] = { 0 };
	enum change	 kind[N_CELLS] = { CHANGE_NONE };
	uint32_t	 v[N_CELLS] = { 0 }, next;
	bool		 fading, fresh, quiet;
	int		 n, step;
	size_t		 i;

	(void)state;
	srandom(11);
	cells_init(&g);
	cells_reshape(&g, 0, N_CELLS * 8, 3);
	fill_cells(&g, 0, N_CELLS, LAYER_CACHED, false, now);
	changes_feed(c, &g, true, now);
	for (n = 0; n < 500; n++) {
		now += random() % S + 1;
		quiet = random() % 2;
		for (i = 0; i < N_CELLS; i++) {
			next = random() % 10 ? v[i] : random() % 9;
			if (next != v[i]) {
				at[i] = now;
				kind[i] = next > v[i] ? CHANGE_CAME :
				    CHANGE_WENT;
				if (quiet)
					kind[i]++;
			}
			v[i] = next;
			cells_set(&g, i, LAYER_CACHED, next, now);
		}
		changes_feed(c, &g, quiet, now);
		fading = false;
		for (i = 0; i < N_CELLS; i++) {
			fresh = kind[i] != CHANGE_NONE && now - at[i] < FADE;
			fading |= fresh;
			assert_int_equal(changes_at(c, i, now, FADE, 7, &step),
			    fresh ? kind[i] : CHANGE_NONE);
			assert_int_equal(step,
			    fresh ? (now - at[i]) * 7 / FADE : 0);
		}
		assert_int_equal(changes_fading(c, now, FADE), fading);
	}
	cells_done(&g);
	changes_free(c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(net_change_came_and_went),
		cmocka_unit_test(changes_fade_in_steps),
		cmocka_unit_test(the_last_change_counts),
		cmocka_unit_test(quiet_means_outside),
		cmocka_unit_test(work_while_nothing_is_fed_counts),
		cmocka_unit_test(a_late_measure_blames_nobody_else),
		cmocka_unit_test(dropped_ptes_went_too),
		cmocka_unit_test(unknown_is_neither_came_nor_went),
		cmocka_unit_test(another_geometry_starts_anew),
		cmocka_unit_test(nothing_was_fed),
		cmocka_unit_test(a_long_history_by_hand),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
