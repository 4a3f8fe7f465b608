#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdbool.h>
#include <stdlib.h>

#include <cmocka.h>

#include "pagetide/cells.h"

#include "cells_rig.h"

/* What a page is, kept page by page: two layers are enough to mix them up. */
#define ORACLE_MAX 5000
static const enum layer oracle_layers[] = { LAYER_CACHED, LAYER_DIRTY };
static bool oracle[2][ORACLE_MAX];

/* Uniform enough for tests, the same on every run. */
static uint64_t
below(uint64_t n)
{
	return (((uint64_t)random() << 31) ^ (uint64_t)random()) % n;
}

/* Runs of pages, long and short, so that whole cells come out uniform too. */
static void
oracle_make(unsigned seed)
{
	uint64_t	page, len;
	int		k;
	bool		on;

	srandom(seed);
	for (k = 0; k < 2; k++) {
		on = below(2);
		for (page = 0; page < ORACLE_MAX; on = !on) {
			len = 1 + below(below(4) == 0 ? 700 : 20);
			for (; len > 0 && page < ORACLE_MAX; len--)
				oracle[k][page++] = on;
		}
	}
}

static uint32_t
oracle_count(int k, uint64_t from, uint64_t n)
{
	uint32_t	count = 0;
	uint64_t	page;

	for (page = from; page < from + n; page++)
		count += oracle[k][page];
	return count;
}

/* A grid of [first, first + pages) that knows both layers exactly. */
static void
grid_make(struct cells *c, uint64_t first, uint64_t pages, unsigned shift,
    uint64_t now_ns)
{
	size_t	i;
	int	k;

	cells_reshape(c, first, pages, shift);
	for (k = 0; k < 2; k++)
		for (i = 0; i < c->n; i++)
			cells_set(c, i, oracle_layers[k], oracle_count(k,
			    cells_page(c, i), cells_pages(c, i)), now_ns);
}

static const uint64_t sizes[] = { 1, 2, 3, 63, 64, 65, 1000, 1024, 4097 };
#define N_SIZES (sizeof sizes / sizeof sizes[0])

static void
sum_over_cells_is_the_total(void **state)
{
	struct cells	c;
	uint64_t	total, pages;
	unsigned	seed, shift;
	size_t		s, i;

	(void)state;
	cells_init(&c);
	for (seed = 0; seed < 20; seed++) {
		oracle_make(seed);
		for (s = 0; s < N_SIZES; s++)
			for (shift = 0; shift < 15; shift++) {
				grid_make(&c, seed, sizes[s], shift, 1);
				assert_true(cells_total(&c, LAYER_CACHED,
				    &total));
				assert_int_equal(total, oracle_count(0, seed,
				    sizes[s]));
				for (i = pages = 0; i < c.n; i++)
					pages += cells_pages(&c, i);
				assert_int_equal(pages, sizes[s]);
			}
	}
	cells_done(&c);
}

static void
empty_and_full_cells_are_exact(void **state)
{
	struct cells	c;
	unsigned	seed, shift;
	uint32_t	count;
	size_t		i;

	(void)state;
	cells_init(&c);
	for (seed = 0; seed < 20; seed++)
		for (shift = 0; shift < 12; shift++) {
			oracle_make(seed);
			grid_make(&c, 7, 4097, shift, 1);
			for (i = 0; i < c.n; i++) {
				count = oracle_count(0, cells_page(&c, i),
				    cells_pages(&c, i));
				assert_int_equal(cells_level(&c, i,
				    LAYER_CACHED) == LEVEL_NONE, count == 0);
				assert_int_equal(cells_level(&c, i,
				    LAYER_CACHED) == LEVEL_ALL,
				    count == cells_pages(&c, i));
			}
		}
	cells_done(&c);
}

/* The definition, in exact fractions. */
static enum level
level_by_definition(uint64_t count, uint64_t pages)
{
	if (count == 0)
		return LEVEL_NONE;
	if (count == pages)
		return LEVEL_ALL;
	if (100 * count <= 25 * pages)
		return LEVEL_Q1;
	if (100 * count <= 50 * pages)
		return LEVEL_Q2;
	return 100 * count <= 75 * pages ? LEVEL_Q3 : LEVEL_Q4;
}

static void
levels_follow_the_definition(void **state)
{
	uint64_t	count, pages;

	(void)state;
	for (pages = 1; pages <= 300; pages++)
		for (count = 0; count <= pages; count++)
			assert_int_equal(level_of(count, pages),
			    level_by_definition(count, pages));
	assert_int_equal(level_of(1, UINT64_C(1) << 40), LEVEL_Q1);
	assert_int_equal(level_of((UINT64_C(1) << 40) - 1, UINT64_C(1) << 40),
	    LEVEL_Q4);
	assert_int_equal(level_of(0, 0), LEVEL_NONE);
}

static void
a_new_shape_is_unknown(void **state)
{
	struct cells	c;
	uint64_t	total = 77;
	size_t		i;

	(void)state;
	cells_init(&c);
	assert_true(cells_total(&c, LAYER_CACHED, &total));
	assert_int_equal(total, 0);
	oracle_make(1);
	grid_make(&c, 0, 1000, 0, 5);
	assert_int_equal(c.n, 1000);
	cells_reshape(&c, 32, 1000, 4);
	assert_int_equal(c.n, 63);
	assert_int_equal(cells_pages(&c, 61), 16);
	assert_int_equal(cells_pages(&c, 62), 8);
	assert_int_equal(cells_page(&c, 62), 32 + 62 * 16);
	total = 77;
	assert_false(cells_total(&c, LAYER_CACHED, &total));
	assert_int_equal(total, 77);
	for (i = 0; i < c.n; i++) {
		assert_int_equal(cells_level(&c, i, LAYER_CACHED),
		    LEVEL_UNKNOWN);
		assert_int_equal(c.stamp_ns[i], 0);
	}
	assert_int_equal(cells_oldest_ns(&c), 0);
	cells_done(&c);
}

static void
one_unknown_cell_makes_the_total_unknown(void **state)
{
	struct cells	c;
	uint64_t	total = 9;

	(void)state;
	cells_init(&c);
	cells_reshape(&c, 0, 40, 4);
	fill_cells(&c, 0, 2, LAYER_CACHED, true, 3);
	assert_false(cells_total(&c, LAYER_CACHED, &total));
	assert_int_equal(total, 9);
	cells_set(&c, 2, LAYER_CACHED, 5, 4);
	assert_true(cells_total(&c, LAYER_CACHED, &total));
	assert_int_equal(total, 37);
	assert_false(cells_total(&c, LAYER_MAPPED, &total));
	cells_done(&c);
}

static void
fill_knows_the_short_last_cell(void **state)
{
	struct cells	c;
	uint64_t	total;

	(void)state;
	cells_init(&c);
	cells_reshape(&c, 0, 35, 4);
	fill_cells(&c, 0, 3, LAYER_HOLE, true, 3);
	fill_cells(&c, 0, 3, LAYER_LOCKED, false, 3);
	assert_int_equal(c.count[LAYER_HOLE][0], 16);
	assert_int_equal(c.count[LAYER_HOLE][2], 3);
	assert_int_equal(cells_level(&c, 2, LAYER_HOLE), LEVEL_ALL);
	assert_int_equal(cells_level(&c, 2, LAYER_LOCKED), LEVEL_NONE);
	assert_true(cells_total(&c, LAYER_HOLE, &total));
	assert_int_equal(total, 35);
	fill_cells(&c, 1, 1, LAYER_HOLE, false, 4);
	assert_int_equal(c.count[LAYER_HOLE][1], 16);
	cells_done(&c);
}

static void
a_count_without_room_is_unknown(void **state)
{
	struct cells	big, sum;
	uint64_t	half = UINT64_C(1) << 31;

	(void)state;
	cells_init(&big);
	cells_init(&sum);
	cells_reshape(&big, 0, 2 * half, 31);
	cells_reshape(&sum, 0, 2 * half, 32);
	fill_cells(&big, 0, 2, LAYER_HOLE, true, 1);
	cells_set(&big, 0, LAYER_CACHED, half, 1);
	cells_set(&big, 1, LAYER_CACHED, half - 1, 1);
	cells_fill_in(&sum, &big);
	assert_int_equal(cells_level(&sum, 0, LAYER_HOLE), LEVEL_UNKNOWN);
	assert_int_equal(sum.count[LAYER_CACHED][0], UINT32_MAX);
	assert_int_equal(cells_level(&sum, 0, LAYER_CACHED), LEVEL_Q4);
	cells_done(&big);
	cells_done(&sum);
}

static void
forget_takes_only_its_layers(void **state)
{
	struct cells	c;

	(void)state;
	cells_init(&c);
	cells_reshape(&c, 0, 8, 2);
	fill_cells(&c, 0, 2, LAYER_CACHED, true, 10);
	fill_cells(&c, 0, 2, LAYER_MAPPED, true, 20);
	fill_cells(&c, 1, 2, LAYER_MAPPED, true, 15);
	assert_int_equal(cells_oldest_ns(&c), 15);
	cells_forget(&c, LAYER_BIT(LAYER_MAPPED));
	assert_true(cells_known(&c, 0, LAYER_CACHED));
	assert_false(cells_known(&c, 0, LAYER_MAPPED));
	cells_forget(&c, LAYER_ALL);
	assert_false(cells_known(&c, 1, LAYER_CACHED));
	assert_int_equal(cells_oldest_ns(&c), 0);
	cells_done(&c);
}

static void
copies_are_equal_and_apart(void **state)
{
	struct cells	a, b;
	size_t		i;

	(void)state;
	cells_init(&a);
	cells_init(&b);
	assert_true(cells_same_shape(&a, &b));
	oracle_make(3);
	grid_make(&a, 64, 777, 3, 8);
	cells_forget(&a, LAYER_BIT(LAYER_DIRTY));
	cells_reshape(&b, 0, 4000, 0);
	assert_false(cells_same_shape(&a, &b));
	cells_copy(&b, &a);
	assert_true(cells_same_shape(&a, &b));
	assert_int_equal(b.n, a.n);
	for (i = 0; i < a.n; i++) {
		assert_int_equal(b.known[i], LAYER_BIT(LAYER_CACHED));
		assert_int_equal(b.stamp_ns[i], 8);
		assert_int_equal(b.count[LAYER_CACHED][i],
		    a.count[LAYER_CACHED][i]);
	}
	cells_set(&b, 0, LAYER_CACHED, 1, 9);
	cells_set(&a, 0, LAYER_CACHED, 2, 9);
	assert_int_equal(b.count[LAYER_CACHED][0], 1);
	cells_reshape(&a, 64, 777, 4);
	assert_false(cells_same_shape(&a, &b));
	cells_reshape(&a, 65, 777, 3);
	assert_false(cells_same_shape(&a, &b));
	cells_reshape(&a, 64, 778, 3);
	assert_false(cells_same_shape(&a, &b));
	cells_done(&a);
	cells_done(&b);
}

static void
a_page_is_in_its_cell(void **state)
{
	struct cells	c;
	uint64_t	page;
	unsigned	shift;
	size_t		i;

	(void)state;
	cells_init(&c);
	for (shift = 0; shift < 12; shift++) {
		cells_reshape(&c, 13, 1001, shift);
		for (page = 13; page < 13 + 1001; page++) {
			i = cells_index(&c, page);
			assert_true(i < c.n);
			assert_true(page >= cells_page(&c, i));
			assert_true(page < cells_page(&c, i) +
			    cells_pages(&c, i));
		}
	}
	cells_done(&c);
}

static void
fit_shift_is_the_least(void **state)
{
	uint64_t	pages, max;
	unsigned	shift;
	int		n;

	(void)state;
	srandom(5);
	for (n = 0; n < 20000; n++) {
		pages = below(UINT64_C(1) << (1 + below(45)));
		max = 1 + below(1 + below(40000));
		shift = cells_fit_shift(pages, max);
		assert_true(max << shift >= pages);
		if (shift > 0)
			assert_true(max << (shift - 1) < pages);
	}
	assert_int_equal(cells_fit_shift(0, 5), 0);
	assert_int_equal(cells_fit_shift(UINT64_C(1) << 40, 16384), 26);
	assert_int_equal(cells_fit_shift((UINT64_C(1) << 40) + 1, 16384), 27);
	assert_int_equal(cells_fit_shift(16384, 1088), 4);
	assert_int_equal(cells_fit_shift(8, 0), 3);
}

/* Forgets single layers of some cells, and gives the cells various stamps. */
static void
grid_spoil(struct cells *c)
{
	size_t	i;

	for (i = 0; i < c->n; i++) {
		c->stamp_ns[i] = 100 + below(50);
		if (below(8) == 0)
			c->known[i] &= ~LAYER_BIT(oracle_layers[below(2)]);
	}
}

/* Can src answer exactly for layer k of the pages [from, from + n)? */
static bool
answerable(const struct cells *src, int k, uint64_t from, uint64_t n)
{
	uint64_t	page, cell, len, count;
	size_t		j;

	for (page = from; page < from + n; page++) {
		if (page < src->first_page ||
		    page >= src->first_page + src->pages)
			return false;
		j = (page - src->first_page) >> src->shift;
		if (!cells_known(src, j, oracle_layers[k]))
			return false;
		cell = cells_page(src, j);
		len = cells_pages(src, j);
		count = oracle_count(k, cell, len);
		if (count != 0 && count != len &&
		    (cell < from || cell + len > from + n))
			return false;
	}
	return true;
}

/* The oldest stamp of the cells of src under [from, from + n). */
static uint64_t
oldest_under(const struct cells *src, uint64_t from, uint64_t n)
{
	uint64_t	page, stamp, oldest = UINT64_MAX;

	for (page = from; page < from + n; page++) {
		stamp = src->stamp_ns[(page - src->first_page) >> src->shift];
		if (stamp < oldest)
			oldest = stamp;
	}
	return oldest;
}

static void
check_projection(const struct cells *dst, const struct cells *src)
{
	uint64_t	page, n;
	size_t		i;
	bool		known, any;
	int		k;

	for (i = 0; i < dst->n; i++) {
		page = cells_page(dst, i);
		n = cells_pages(dst, i);
		any = false;
		for (k = 0; k < 2; k++) {
			known = answerable(src, k, page, n);
			any |= known;
			assert_int_equal(cells_known(dst, i,
			    oracle_layers[k]), known);
			if (known)
				assert_int_equal(
				    dst->count[oracle_layers[k]][i],
				    oracle_count(k, page, n));
		}
		assert_int_equal(dst->known[i] != 0, any);
		assert_int_equal(dst->stamp_ns[i],
		    any ? oldest_under(src, page, n) : 0);
	}
}

static void
projections_are_exact_or_unknown(void **state)
{
	struct cells	src, dst;
	unsigned	seed;
	uint64_t	first, pages;

	(void)state;
	cells_init(&src);
	cells_init(&dst);
	for (seed = 0; seed < 1500; seed++) {
		oracle_make(seed);
		first = below(600);
		pages = 1 + below(2000);
		grid_make(&src, first, pages, below(9), 1);
		if (seed % 3 != 0)
			grid_spoil(&src);
		first = below(1200);
		pages = 1 + below(2000);
		cells_reshape(&dst, first, pages, below(11));
		cells_fill_in(&dst, &src);
		check_projection(&dst, &src);
		/* Nothing of the first time is left the second time. */
		grid_spoil(&src);
		cells_reshape(&dst, dst.first_page, dst.pages, dst.shift);
		cells_fill_in(&dst, &src);
		check_projection(&dst, &src);
	}
	cells_done(&src);
	cells_done(&dst);
}

static void
finer_to_coarser_loses_nothing(void **state)
{
	struct cells	src, dst;
	unsigned	fine, coarse;
	uint64_t	total;
	size_t		s;

	(void)state;
	cells_init(&src);
	cells_init(&dst);
	oracle_make(42);
	for (s = 0; s < N_SIZES; s++)
		for (fine = 0; fine < 13; fine++)
			for (coarse = fine; coarse < 14; coarse++) {
				grid_make(&src, 0, sizes[s], fine, 6);
				cells_reshape(&dst, 0, sizes[s], coarse);
				cells_fill_in(&dst, &src);
				assert_true(cells_total(&dst, LAYER_DIRTY,
				    &total));
				assert_int_equal(total,
				    oracle_count(1, 0, sizes[s]));
				assert_int_equal(cells_oldest_ns(&dst), 6);
			}
	cells_done(&src);
	cells_done(&dst);
}

static void
uniform_cells_answer_finer_ones(void **state)
{
	struct cells	src, dst;
	size_t		i;

	(void)state;
	cells_init(&src);
	cells_init(&dst);
	cells_reshape(&src, 0, 40, 4);
	fill_cells(&src, 0, 1, LAYER_CACHED, true, 7);
	cells_set(&src, 1, LAYER_CACHED, 15, 7);
	fill_cells(&src, 2, 3, LAYER_CACHED, false, 7);
	cells_reshape(&dst, 0, 40, 1);
	cells_fill_in(&dst, &src);
	for (i = 0; i < 8; i++)
		assert_int_equal(cells_level(&dst, i, LAYER_CACHED), LEVEL_ALL);
	for (; i < 16; i++)
		assert_int_equal(cells_level(&dst, i, LAYER_CACHED),
		    LEVEL_UNKNOWN);
	for (; i < 20; i++)
		assert_int_equal(cells_level(&dst, i, LAYER_CACHED),
		    LEVEL_NONE);
	cells_done(&src);
	cells_done(&dst);
}

static void
fill_in_keeps_what_is_known(void **state)
{
	struct cells	dst, src;

	(void)state;
	cells_init(&dst);
	cells_init(&src);
	cells_reshape(&dst, 0, 32, 3);
	cells_reshape(&src, 0, 32, 3);
	cells_set(&dst, 1, LAYER_CACHED, 3, 50);
	fill_cells(&src, 0, 4, LAYER_CACHED, true, 40);
	fill_cells(&src, 0, 2, LAYER_MAPPED, false, 40);
	cells_fill_in(&dst, &src);
	assert_int_equal(dst.count[LAYER_CACHED][0], 8);
	assert_int_equal(dst.count[LAYER_CACHED][1], 3);
	assert_int_equal(cells_level(&dst, 1, LAYER_MAPPED), LEVEL_NONE);
	assert_false(cells_known(&dst, 2, LAYER_MAPPED));
	assert_int_equal(dst.stamp_ns[1], 40);
	cells_set(&dst, 2, LAYER_CACHED, 5, 30);
	fill_cells(&src, 2, 3, LAYER_MAPPED, true, 45);
	cells_fill_in(&dst, &src);
	assert_int_equal(dst.stamp_ns[2], 30);
	assert_int_equal(dst.count[LAYER_MAPPED][2], 8);
	cells_done(&dst);
	cells_done(&src);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sum_over_cells_is_the_total),
		cmocka_unit_test(empty_and_full_cells_are_exact),
		cmocka_unit_test(levels_follow_the_definition),
		cmocka_unit_test(a_new_shape_is_unknown),
		cmocka_unit_test(one_unknown_cell_makes_the_total_unknown),
		cmocka_unit_test(fill_knows_the_short_last_cell),
		cmocka_unit_test(a_count_without_room_is_unknown),
		cmocka_unit_test(forget_takes_only_its_layers),
		cmocka_unit_test(copies_are_equal_and_apart),
		cmocka_unit_test(a_page_is_in_its_cell),
		cmocka_unit_test(fit_shift_is_the_least),
		cmocka_unit_test(projections_are_exact_or_unknown),
		cmocka_unit_test(finer_to_coarser_loses_nothing),
		cmocka_unit_test(uniform_cells_answer_finer_ones),
		cmocka_unit_test(fill_in_keeps_what_is_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
