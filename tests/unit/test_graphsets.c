#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../src/view/graph.h"
#include "../../src/view/graphsets.h"
#include "pagetide/frame.h"
#include "pagetide/ring.h"

#include "synth.h"

#define S NS_PER_S
#define MS NS_PER_MS
#define UNKNOWN UINT64_MAX

static struct synth y;
static struct frame f;

static int
setup(void **state)
{
	(void)state;
	synth_init(&y);
	synth_no_ticks(&y);
	y.scene.column_ns = S;
	y.scene.graphs = GRAPHS_SETS;
	y.sample.worker.window_ns = 10 * S;
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	synth_done(&y);
	return 0;
}

static void
put(struct tick *t, enum counter c, uint64_t v)
{
	if (v == UNKNOWN)
		return;
	t->counters.v[c] = v;
	t->counters.known |= COUNTER_BIT(c);
}

static void
push(uint64_t t_ns, uint64_t cached, uint64_t mapped, uint64_t touched)
{
	struct tick t = { .t_ns = t_ns };

	put(&t, COUNTER_CACHED, cached);
	put(&t, COUNTER_MAPPED, mapped);
	put(&t, COUNTER_WORKING_SET, touched);
	ring_push(y.ring, &t);
	y.scene.now_ns = t_ns;
}

static void
draw(int cols, int rows)
{
	frame_init(&f, cols, rows);
	graph_draw(&f, (struct rect){ 0, 0, cols, rows }, &y.scene);
}

static struct fcell
at(int x, int row)
{
	return f.cell[row * f.cols + x];
}

/* The text of a line, without the blanks at its end. */
static const char *
line(int row)
{
	static char text[400];
	int n = 0;

	for (int x = 0; x < f.cols; x++) {
		text[x] = at(x, row).bg == ROLE_TEXT ? (char)at(x, row).ch :
		    at(x, row).alt;
		if (text[x] != ' ')
			n = x + 1;
	}
	text[n] = '\0';
	return text;
}

static void
a_column_is_its_newest_sample(void **state)
{
	const struct tick *col[4];

	(void)state;
	push(S / 2, 1, 1, 1);
	push(S, 2, 1, 1);		/* the last of column 0 */
	push(S + 1, 3, 1, 1);
	push(2 * S - 1, 4, 1, 1);
	push(3 * S + MS, 5, 1, 1);	/* none in column 2 */
	graphsets_ticks(y.ring, S, 3 * S + MS, col, 4);
	assert_int_equal(col[0]->counters.v[COUNTER_CACHED], 2);
	assert_int_equal(col[1]->counters.v[COUNTER_CACHED], 4);
	assert_null(col[2]);
	assert_int_equal(col[3]->counters.v[COUNTER_CACHED], 5);
	/* Paused: what came later is not there. */
	graphsets_ticks(y.ring, S, S + MS, col, 4);
	assert_null(col[0]);
	assert_null(col[1]);
	assert_int_equal(col[2]->counters.v[COUNTER_CACHED], 2);
	assert_int_equal(col[3]->counters.v[COUNTER_CACHED], 3);
}

/* Eight half rows for eight pages. */
static void
one_scale_for_all(void **state)
{
	(void)state;
	push(100 * S, 8, 5, 2);
	draw(60, 6);
	assert_int_equal(at(59, 4).bg, ROLE_SET_TOUCHED);
	assert_int_equal(at(59, 4).ch, ' ');
	assert_int_equal(at(59, 4).alt, '#');
	assert_int_equal(at(59, 3).bg, ROLE_SET_MAPPED);
	assert_int_equal(at(59, 3).alt, '+');
	/* The fifth half row is the lower half. */
	assert_int_equal(at(59, 2).fg, ROLE_SET_MAPPED);
	assert_int_equal(at(59, 2).bg, ROLE_SET_CACHED);
	assert_int_equal(at(59, 2).ch, U'\u2584');
	assert_int_equal(at(59, 1).bg, ROLE_SET_CACHED);
	assert_int_equal(at(59, 1).alt, ':');
	frame_done(&f);
}

static void
half_a_row_at_least(void **state)
{
	(void)state;
	push(100 * S, 1024, 1, 0);
	draw(60, 6);
	assert_int_equal(at(59, 4).fg, ROLE_SET_MAPPED);
	assert_int_equal(at(59, 4).bg, ROLE_SET_CACHED);
	for (int row = 1; row < 4; row++)
		assert_int_equal(at(59, row).bg, ROLE_SET_CACHED);
	frame_done(&f);
}

/* What ends where another does is not seen: that is said. */
static void
equal_sets_are_marked(void **state)
{
	(void)state;
	push(100 * S, 8, 4, 4);
	push(101 * S, 8, 8, 8);
	push(102 * S, 8, 3, 3);
	push(103 * S, 3, 3, 8);
	push(104 * S, 8, 0, 0);
	draw(60, 6);
	assert_int_equal(at(55, 3).ch, '=');
	assert_int_equal(at(55, 3).bg, ROLE_SET_TOUCHED);
	assert_int_equal(at(55, 4).ch, ' ');
	assert_int_equal(at(55, 1).ch, ' ');
	assert_int_equal(at(56, 1).ch, '=');
	assert_int_equal(at(56, 1).bg, ROLE_SET_TOUCHED);
	/* In a lower half, before a larger set. */
	assert_int_equal(at(57, 3).ch, '=');
	assert_int_equal(at(57, 3).bg, ROLE_SET_CACHED);
	/* The working set may be the largest: no page of it was left. */
	assert_int_equal(at(58, 1).bg, ROLE_SET_TOUCHED);
	assert_int_equal(at(58, 4).bg, ROLE_SET_MAPPED);
	assert_int_equal(at(58, 3).ch, '=');
	/* Two that are none have no end. */
	assert_int_equal(at(59, 4).ch, ' ');
	frame_done(&f);
}

static void
unknown_is_a_gap(void **state)
{
	(void)state;
	push(100 * S, 8, 8, 8);
	push(101 * S, UNKNOWN, UNKNOWN, UNKNOWN);
	push(102 * S, 8, UNKNOWN, UNKNOWN);
	push(103 * S, 0, 0, 0);
	draw(60, 6);
	assert_int_equal(at(55, 4).ch, '.');
	assert_int_equal(at(55, 4).fg, ROLE_DIM);
	assert_int_equal(at(56, 4).bg, ROLE_SET_TOUCHED);
	assert_int_equal(at(57, 4).ch, '.');
	assert_int_equal(at(58, 4).bg, ROLE_SET_CACHED);
	assert_int_equal(at(58, 1).ch, ' ');
	assert_int_equal(at(59, 4).ch, ' ');
	assert_int_equal(at(59, 4).bg, ROLE_TEXT);
	frame_done(&f);
}

static void
the_legend_says_how_much(void **state)
{
	(void)state;
	push(99 * S, 3000, 3000, 3000);
	push(100 * S, 2048, 512, UNKNOWN);
	draw(170, 6);
	assert_string_equal(line(0), "## working set (10 s) ?  "
	    "++ resident set 512 = 2.0 MiB  :: page cache 2048 = 8.0 MiB  "
	    "= several                                  "
	    "peak 11.7 MiB, top 16.0 MiB, 1 s a column");
	frame_done(&f);
	draw(110, 6);
	assert_string_equal(line(0), "## working set (10 s) ?  "
	    "++ resident set 2.0 MiB  :: page cache 8.0 MiB        "
	    "    peak 11.7 MiB, top 16.0 MiB");
	frame_done(&f);
	draw(70, 6);
	assert_string_equal(line(0), "## touched (10 s) ?  ++ mapped 2.0M  "
	    ":: cache 8.0M      11.7M of 16.0M");
	frame_done(&f);
}

/* As wide as three: a fifth of their time a column, if samples come so soon. */
static void
columns_are_finer_where_samples_are_close(void **state)
{
	(void)state;
	y.scene.column_ns = 2 * S;
	push(100 * S, 8, 5, 2);
	assert_int_equal(graphsets_column_ns(&y.scene), 2 * S);
	push(101 * S, 8, 5, 2);
	assert_int_equal(graphsets_column_ns(&y.scene), 2 * S);
	push(101 * S + 100 * MS, 8, 5, 2);
	assert_int_equal(graphsets_column_ns(&y.scene), 400 * MS);
	/* One that comes late changes nothing. */
	push(102 * S + 500 * MS, 8, 5, 2);
	assert_int_equal(graphsets_column_ns(&y.scene), 400 * MS);
}

/* Below the limit of memory there is room up to it. */
static void
the_limit_is_a_line(void **state)
{
	struct memory_facts *m = &y.sample.memory;

	(void)state;
	push(100 * S, 2048, 512, 256);
	m->limited = m->limit_known = true;
	m->limit_bytes = 16 << 20;
	draw(160, 6);
	assert_non_null(strstr(line(0), "-- limit 16M  = several "));
	assert_non_null(strstr(line(0), "top 16.0 MiB"));
	for (int x = 0; x < 160; x++)
		assert_int_equal(at(x, 1).ch, '-');
	assert_int_equal(at(0, 1).fg, ROLE_WARN);
	frame_done(&f);
	/* In front of what is larger. */
	m->limit_bytes = 4 << 20;
	draw(160, 6);
	assert_non_null(strstr(line(0), "top 8.0 MiB"));
	assert_int_equal(at(159, 3).ch, '-');
	assert_int_equal(at(159, 3).bg, ROLE_SET_CACHED);
	assert_int_equal(at(0, 3).ch, '-');
	frame_done(&f);
	/* Far off, taken off, unknown: none. */
	for (int i = 0; i < 3; i++) {
		m->limit_bytes = i == 0 ? UINT64_C(1) << 40 : UINT64_MAX;
		m->limit_known = i < 2;
		draw(160, 6);
		for (int row = 1; row < 5; row++)
			assert_int_not_equal(at(0, row).ch, '-');
		assert_true(i == 0 || strstr(line(0), "limit") == NULL);
		frame_done(&f);
	}
}

/* Without a worker the page cache is all there is to see. */
static void
read_only_has_the_page_cache(void **state)
{
	(void)state;
	y.scene.read_only = true;
	push(100 * S, 512, UNKNOWN, UNKNOWN);
	draw(110, 6);
	assert_non_null(strstr(line(0), ":: page cache 512 = 2.0 MiB   "));
	assert_non_null(strstr(line(0), "peak 2.0 MiB, top 2.0 MiB"));
	assert_null(strstr(line(0), "set"));
	assert_null(strstr(line(0), "several"));
	assert_int_equal(at(109, 1).bg, ROLE_SET_CACHED);
	frame_done(&f);
}

static void
memory_has_no_page_cache(void **state)
{
	(void)state;
	y.sample.target.anon = true;
	push(100 * S, UNKNOWN, 512, 256);
	draw(110, 6);
	assert_string_equal(line(0), "## working set (10 s) 256 = 1.0 MiB  "
	    "++ resident set 512 = 2.0 MiB  = several      "
	    "  peak 2.0 MiB, top 2.0 MiB");
	frame_done(&f);
}

/* At every size: nothing is drawn beside the frame, and nothing fails. */
static void
any_size_will_do(void **state)
{
	(void)state;
	push(100 * S, 8, 4, 4);
	for (int cols = 1; cols < 130; cols += 3) {
		for (int rows = 1; rows < 14; rows++) {
			draw(cols, rows);
			frame_done(&f);
		}
	}
}

int
main(void)
{
#define TEST(t) cmocka_unit_test_setup_teardown(t, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_column_is_its_newest_sample),
		TEST(one_scale_for_all),
		TEST(half_a_row_at_least),
		TEST(equal_sets_are_marked),
		TEST(unknown_is_a_gap),
		TEST(the_legend_says_how_much),
		TEST(columns_are_finer_where_samples_are_close),
		TEST(the_limit_is_a_line),
		TEST(read_only_has_the_page_cache),
		TEST(memory_has_no_page_cache),
		TEST(any_size_will_do),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
