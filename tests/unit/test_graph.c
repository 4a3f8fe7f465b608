#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../src/view/graph.h"
#include "pagetide/frame.h"
#include "pagetide/ring.h"

#include "synth.h"

#define S NS_PER_S
#define MS NS_PER_MS

static void
push(struct ring *r, uint64_t t_ns, uint64_t minor, bool gap)
{
	struct tick t = { .t_ns = t_ns, .gap = gap };

	t.counters.v[COUNTER_MINOR] = minor;
	t.counters.known = COUNTER_BIT(COUNTER_MINOR);
	ring_push(r, &t);
}

static void
columns_are_multiples(void **state)
{
	(void)state;
	assert_int_equal(waterfall_slot(0, 2 * S), 0);
	assert_int_equal(waterfall_slot(2 * S, 2 * S), 0);
	assert_int_equal(waterfall_slot(2 * S + 1, 2 * S), 1);
	assert_int_equal(waterfall_slot(4 * S, 2 * S), 1);
}

static void
rates_are_exact_and_a_gap_is_no_zero(void **state)
{
	struct ring *r = ring_new(20);
	struct graph_column col[5];

	(void)state;
	push(r, 1 * S, 100, false);
	push(r, 2 * S, 160, false);	/* column 1 to 2 s: 60 in 1 s */
	push(r, 2 * S + 500 * MS, 160, false);
	push(r, 3 * S, 160, false);	/* nothing at all: a zero */
	push(r, 4 * S, 500, true);	/* a gap */
	push(r, 4 * S + 250 * MS, 510, false);
	push(r, 5 * S, 525, false);	/* 25 in 1 s */
	graph_columns(r, COUNTER_MINOR, S, 5 * S, col, 5);
	assert_false(col[0].known);
	assert_true(col[1].known);
	assert_float_equal(col[1].per_s, 60, 1e-9);
	assert_true(col[2].known);
	assert_float_equal(col[2].per_s, 0, 0);
	assert_false(col[3].known);
	assert_true(col[4].known);
	assert_float_equal(col[4].per_s, 25, 1e-9);
	graph_columns(r, COUNTER_MAJOR, S, 5 * S, col, 5);
	for (int i = 0; i < 5; i++)
		assert_false(col[i].known);
	ring_free(r);
}

/* The same sums as ring_rate_over() gives. */
static void
columns_agree_with_the_ring(void **state)
{
	struct graph_column col[40];
	struct synth y;
	double per_s;

	(void)state;
	synth_init(&y);
	graph_columns(y.ring, COUNTER_READ_BYTES, 2 * S, SYNTH_NOW_NS, col,
	    40);
	for (uint64_t i = 0; i < 40; i++) {
		uint64_t k = waterfall_slot(SYNTH_NOW_NS, 2 * S) - 39 + i;
		bool known = ring_rate_over(y.ring, COUNTER_READ_BYTES,
		    k * 2 * S, (k + 1) * 2 * S, &per_s);

		assert_int_equal(col[i].known, known);
		if (known)
			assert_float_equal(col[i].per_s, per_s, 1e-6);
	}
	synth_done(&y);
}

/* As time goes on a column moves left and keeps its value. */
static void
columns_do_not_crawl(void **state)
{
	struct graph_column before[30], after[30];
	struct synth y;

	(void)state;
	synth_init(&y);
	graph_columns(y.ring, COUNTER_MINOR, 2 * S, SYNTH_NOW_NS - 11 * S,
	    before, 30);
	for (uint64_t late = 100; late <= 900; late += 100) {
		graph_columns(y.ring, COUNTER_MINOR, 2 * S, SYNTH_NOW_NS -
		    10 * S - late * MS, after, 30);
		for (int i = 0; i < 29; i++)
			assert_float_equal(before[i].per_s, after[i].per_s,
			    1e-9);
	}
	graph_columns(y.ring, COUNTER_MINOR, 2 * S, SYNTH_NOW_NS - 9 * S,
	    after, 30);
	for (int i = 0; i < 28; i++) {
		assert_int_equal(before[i + 1].known, after[i].known);
		assert_float_equal(before[i + 1].per_s, after[i].per_s, 1e-9);
	}
	synth_done(&y);
}

/* Samples further apart than columns: what is between them is measured. */
static void
slow_samples_fill_their_columns(void **state)
{
	struct ring *r = ring_new(5);
	struct graph_column col[6];

	(void)state;
	push(r, 1 * S, 0, false);
	push(r, 5 * S, 400, false);
	graph_columns(r, COUNTER_MINOR, S, 6 * S, col, 6);
	assert_false(col[0].known);
	for (int i = 1; i < 5; i++) {
		assert_true(col[i].known);
		assert_float_equal(col[i].per_s, 100, 1e-9);
	}
	assert_false(col[5].known);
	/* While frozen, what comes later is not there yet. */
	graph_columns(r, COUNTER_MINOR, S, 4 * S, col, 6);
	for (int i = 0; i < 6; i++)
		assert_false(col[i].known);
	ring_free(r);
}

static void
the_scale_goes_in_steps(void **state)
{
	(void)state;
	assert_float_equal(graph_scale(0, false), 1, 0);
	assert_float_equal(graph_scale(1, false), 1, 0);
	assert_float_equal(graph_scale(1.4, false), 2, 0);
	assert_float_equal(graph_scale(54, false), 100, 0);
	assert_float_equal(graph_scale(100, false), 100, 0);
	assert_float_equal(graph_scale(101, false), 200, 0);
	assert_float_equal(graph_scale(1, true), 1024, 0);
	assert_float_equal(graph_scale(3.0 * 1048576, true), 5.0 * 1048576, 0);
	assert_float_equal(graph_scale(600.0 * 1024, true), 1048576, 0);
}

/* Height of the bar in column x, in half rows. */
static int
height(const struct frame *f, int x, enum role role)
{
	int halves = 0;

	for (int y = 0; y < f->rows; y++) {
		const struct fcell *c = &f->cell[y * f->cols + x];

		halves += c->bg == role ? 2 : c->fg == role ? 1 : 0;
	}
	return halves;
}

/* Three graphs of 10 columns; 1 s a column, 10 half rows of bars. */
static void
bars_are_linear(void **state)
{
	static const unsigned rate[] = { 0, 1, 10, 50, 100, 0 };
	static const int halves[] = { 0, 1, 1, 5, 10, 0 };
	uint64_t t = 100 * S, sum = 0;
	struct synth y;
	struct frame f;

	(void)state;
	synth_init(&y);
	synth_no_ticks(&y);
	push(y.ring, t, 0, false);
	for (size_t i = 0; i < SYNTH_N(rate); i++)
		push(y.ring, t += S, sum += rate[i], false);
	y.scene.now_ns = t;
	y.scene.column_ns = S;
	frame_init(&f, 36, 7);
	graph_draw(&f, (struct rect){ 0, 0, 36, 7 }, &y.scene);
	for (int i = 0; i < 6; i++)
		assert_int_equal(height(&f, 4 + i, ROLE_GRAPH_MINOR),
		    halves[i]);
	/* Unknown: a dot on the base line and no bar. Zero: nothing. */
	for (int x = 0; x < 4; x++)
		assert_int_equal(f.cell[5 * 36 + x].ch, '.');
	assert_int_equal(f.cell[5 * 36 + 4].ch, ' ');
	assert_int_equal(height(&f, 13, ROLE_GRAPH_MAJOR), 0);
	assert_int_equal(f.cell[5 * 36 + 22].ch, '.');
	frame_done(&f);
	synth_done(&y);
}

static void
title_is(struct synth *y, int cols, const char *text)
{
	char line[200];
	struct frame f;

	frame_init(&f, cols, 7);
	graph_draw(&f, (struct rect){ 0, 0, cols, 7 }, &y->scene);
	for (int x = 0; x < cols; x++)
		line[x] = f.cell[x].alt;
	line[cols] = '\0';
	if (strstr(line, text) == NULL)
		fail_msg("no \"%s\" in \"%s\"", text, line);
	frame_done(&f);
}

/* One fault in two seconds is one, not half of one. */
static void
little_is_counted(void **state)
{
	struct graph_column col[3];
	uint64_t t = 100 * S;
	struct synth y;
	struct frame f;

	(void)state;
	synth_init(&y);
	synth_no_ticks(&y);
	push(y.ring, t, 7, false);
	push(y.ring, t += S, 8, false);
	push(y.ring, t += S, 8, false);
	y.scene.now_ns = t;
	y.scene.column_ns = 2 * S;
	graph_columns(y.ring, COUNTER_MINOR, 2 * S, t, col, 3);
	assert_float_equal(col[2].counted, 1, 0);
	assert_false(col[2].shared);
	title_is(&y, 150, "minor faults  ");
	title_is(&y, 150, " peak 1 in 2 s, top 10 |");
	title_is(&y, 120, " peak 1 in 2 s, top 10 |");
	title_is(&y, 72, " 1 in 2 s of 10 |");
	frame_init(&f, 36, 7);
	graph_draw(&f, (struct rect){ 0, 0, 36, 7 }, &y.scene);
	assert_int_equal(height(&f, 9, ROLE_GRAPH_MINOR), 1);
	frame_done(&f);
	/* From ten on there is a rate. */
	push(y.ring, t += S, 18, false);
	y.scene.now_ns = t;
	title_is(&y, 150, " peak 10, top 10 |");
	/* Columns that share an interval have no counts. */
	push(y.ring, t += 10 * S, 23, false);
	y.scene.now_ns = t;
	y.scene.column_ns = S;
	graph_columns(y.ring, COUNTER_MINOR, S, t, col, 3);
	assert_true(col[2].shared);
	title_is(&y, 60, " 10 of 10 |");
	synth_done(&y);
}

static void
marks_stand_under_their_column(void **state)
{
	struct synth y;
	struct frame f;
	int last = 38 - 1;

	(void)state;
	synth_init(&y);
	frame_init(&f, 120, 10);
	graph_draw(&f, (struct rect){ 0, 0, 120, 10 }, &y.scene);
	for (int g = 0; g < 3; g++) {
		const struct fcell *axis = &f.cell[9 * 120 + g * 41];

		assert_int_equal(axis[last].ch, 'W');
		assert_int_equal(axis[last].fg, ROLE_MARK);
		assert_int_equal(axis[last - 2].ch, 'f');
		assert_int_equal(axis[last - 10].ch, 'D');
		assert_int_equal(axis[last - 25].ch, 'S');
		assert_int_equal(axis[last - 9].ch, ' ');
	}
	/* Back to the first column, and no further. */
	synth_event(&y, 38 * 2 * S, EVENT_HINT, 'Q', "too long ago", "", "");
	graph_draw(&f, (struct rect){ 0, 0, 120, 10 }, &y.scene);
	assert_int_not_equal(f.cell[9 * 120].ch, 'Q');
	synth_event(&y, 37 * 2 * S, EVENT_HINT, 'Z', "just seen", "", "");
	graph_draw(&f, (struct rect){ 0, 0, 120, 10 }, &y.scene);
	assert_int_equal(f.cell[9 * 120].ch, 'Z');
	synth_event(&y, S, EVENT_HINT, 'N', "second", "", "");
	graph_draw(&f, (struct rect){ 0, 0, 120, 10 }, &y.scene);
	assert_int_equal(f.cell[9 * 120 + last].ch, '*');
	/* Paused before that one: it is not there. */
	y.scene.events_then.last--;
	graph_draw(&f, (struct rect){ 0, 0, 120, 10 }, &y.scene);
	assert_int_equal(f.cell[9 * 120 + last].ch, 'W');
	frame_done(&f);
	synth_done(&y);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(columns_are_multiples),
		cmocka_unit_test(rates_are_exact_and_a_gap_is_no_zero),
		cmocka_unit_test(columns_agree_with_the_ring),
		cmocka_unit_test(columns_do_not_crawl),
		cmocka_unit_test(slow_samples_fill_their_columns),
		cmocka_unit_test(the_scale_goes_in_steps),
		cmocka_unit_test(bars_are_linear),
		cmocka_unit_test(little_is_counted),
		cmocka_unit_test(marks_stand_under_their_column),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
