#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "pagetide/cells.h"
#include "pagetide/clock.h"
#include "pagetide/sample.h"

#include "../../src/source/moves.h"

#define PAGES 64

/* A process whose page tables are looked at in passes. */
struct looked {
	struct moves	moves;
	struct cells	cells;
	struct sample	s;
};

static void
looked_init(struct looked *l, unsigned shift)
{
	*l = (struct looked){ .s.worker = { .process = 4711,
		.map_addr = 0x1000, .map_pages = PAGES },
		.s.total_known = LAYER_BIT(LAYER_MAPPED) };
	cells_init(&l->cells);
	cells_reshape(&l->cells, 0, PAGES, shift);
	l->s.overview = &l->cells;
	for (size_t i = 0; i < l->cells.n; i++)
		cells_set(&l->cells, i, LAYER_MAPPED, 0, 1);
}

static void
looked_done(struct looked *l)
{
	moves_forget(&l->moves);
	cells_done(&l->cells);
}

static void
set(struct looked *l, size_t cell, uint32_t mapped)
{
	cells_set(&l->cells, cell, LAYER_MAPPED, mapped, 1);
}

/* A sample of a pass that began so long after the one before. */
static const struct pte_moves *
pass(struct looked *l, uint64_t ns)
{
	l->s.scan.pass_ns += ns;
	l->s.worker.moves = (struct pte_moves){ 0 };
	moves_feed(&l->moves, &l->s);
	return &l->s.worker.moves;
}

static void
two_passes_tell_what_came_and_went(void **state)
{
	const struct pte_moves *m;
	struct looked l;

	(void)state;
	looked_init(&l, 0);
	set(&l, 3, 1);
	assert_false(pass(&l, 7 * NS_PER_S)->known);
	set(&l, 3, 0);
	set(&l, 4, 1);
	set(&l, 5, 1);
	assert_false(pass(&l, 0)->known);
	m = pass(&l, 2 * NS_PER_S);
	assert_true(m->known && m->exact);
	assert_int_equal(m->came_pages, 2);
	assert_int_equal(m->went_pages, 1);
	assert_int_equal(m->within_ns, 2 * NS_PER_S);
	/* Until the next one that stands. */
	m = pass(&l, 0);
	assert_int_equal(m->came_pages, 2);
	m = pass(&l, NS_PER_S);
	assert_int_equal(m->came_pages, 0);
	assert_int_equal(m->went_pages, 0);
	assert_int_equal(m->within_ns, NS_PER_S);
	assert_int_equal(m->came_all_pages, 2);
	assert_int_equal(m->went_all_pages, 1);
	looked_done(&l);
}

/* Quick passes are told together, a second of them. */
static void
a_second_is_told_at_least(void **state)
{
	const struct pte_moves *m = NULL;
	struct looked l;

	(void)state;
	looked_init(&l, 0);
	pass(&l, NS_PER_S);
	for (unsigned i = 0; i < 200; i++) {
		set(&l, 9, i % 2 == 0);
		m = pass(&l, NS_PER_S / 10);
	}
	assert_int_equal(m->within_ns, NS_PER_S);
	assert_int_equal(m->came_pages, 5);
	assert_int_equal(m->went_pages, 5);
	assert_int_equal(m->came_all_pages, 100);
	looked_done(&l);
}

/* Of cells of several pages only what is net is seen. */
static void
coarse_cells_are_not_exact(void **state)
{
	const struct pte_moves *m;
	struct looked l;

	(void)state;
	looked_init(&l, 2);
	set(&l, 1, 3);
	pass(&l, NS_PER_S);
	set(&l, 1, 2);
	set(&l, 2, 4);
	m = pass(&l, NS_PER_S);
	assert_true(m->known);
	assert_false(m->exact);
	assert_int_equal(m->came_pages, 4);
	assert_int_equal(m->went_pages, 1);
	looked_done(&l);
}

/* Nothing came where another mapping is, or the pages were not known. */
static void
another_mapping_begins_anew(void **state)
{
	struct looked l;

	(void)state;
	looked_init(&l, 0);
	pass(&l, NS_PER_S);
	assert_true(pass(&l, NS_PER_S)->known);
	l.s.worker.map_addr = 0x9000;
	set(&l, 1, 1);
	assert_false(pass(&l, NS_PER_S)->known);
	assert_true(pass(&l, NS_PER_S)->known);
	l.s.total_known = 0;
	assert_false(pass(&l, NS_PER_S)->known);
	l.s.total_known = LAYER_BIT(LAYER_MAPPED);
	assert_false(pass(&l, NS_PER_S)->known);
	assert_true(pass(&l, NS_PER_S)->known);
	l.s.worker.process = 0;
	assert_false(pass(&l, NS_PER_S)->known);
	looked_done(&l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_passes_tell_what_came_and_went),
		cmocka_unit_test(a_second_is_told_at_least),
		cmocka_unit_test(coarse_cells_are_not_exact),
		cmocka_unit_test(another_mapping_begins_anew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
