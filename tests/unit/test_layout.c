#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "pagetide/layout.h"
#include "pagetide/viewport.h"

#define COLS 200
#define ROWS 60
#define N_PANELS 13

/* All panels; those that go by height in the order in which they go. */
static void
panels(const struct layout *l, struct rect out[N_PANELS])
{
	const struct rect all[N_PANELS] = { l->diagnosis, l->events, l->graphs,
		l->bar, l->ruler, l->viewline, l->status, l->footer,
		l->header, l->message, l->map, l->labels, l->side };

	memcpy(out, all, sizeof all);
}
#define N_BY_HEIGHT 9

static int
there(const struct rect *r)
{
	return r->w > 0 && r->h > 0;
}

static int
overlap(const struct rect *a, const struct rect *b)
{
	return there(a) && there(b) && a->x < b->x + b->w &&
	    b->x < a->x + a->w && a->y < b->y + b->h && b->y < a->y + a->h;
}

static void
check_size(int cols, int rows, enum expand expand)
{
	struct rect r[N_PANELS];
	struct layout l;

	layout_compute(&l, cols, rows, expand);
	panels(&l, r);
	for (int i = 0; i < N_PANELS; i++) {
		assert_true(r[i].x >= 0 && r[i].y >= 0);
		assert_true(r[i].w >= 0 && r[i].h >= 0);
		if (!there(&r[i]))
			continue;
		assert_true(r[i].x + r[i].w <= cols);
		assert_true(r[i].y + r[i].h <= rows);
		for (int k = 0; k < i; k++)
			assert_false(overlap(&r[i], &r[k]));
	}
	assert_int_equal(l.tiny, cols < 20 || rows < 5);
	if (l.tiny)
		return;
	assert_true(there(&l.map));
	assert_true(l.map.h >= 2);
	assert_int_equal(l.labels.w + l.map.w + l.side.w, cols);
	assert_true(there(&l.header) && there(&l.message));
	if (there(&l.labels))
		assert_int_equal(l.labels.h, l.map.h);
}

static void
panels_are_inside_and_apart(void **state)
{
	(void)state;
	for (int rows = 1; rows <= ROWS; rows++)
		for (int cols = 1; cols <= COLS; cols++) {
			check_size(cols, rows, EXPAND_NOTHING);
			check_size(cols, rows, EXPAND_MAP);
			check_size(cols, rows, EXPAND_EVENTS);
		}
	check_size(400, 120, EXPAND_NOTHING);
}

/* For the back of a room: map, numbers, caption and message, from top to
 * bottom, and nothing else. */
static void
presenting_shows_four_things(void **state)
{
	struct layout l;

	(void)state;
	for (int rows = 5; rows <= ROWS; rows++)
		for (int cols = 20; cols <= COLS; cols++) {
			layout_compute(&l, cols, rows, EXPAND_PRESENT);
			assert_true(l.map.w == cols && l.map.h >= 2);
			assert_true(l.map.h <= l.numbers.y);
			assert_int_equal(l.numbers.y + l.numbers.h,
			    l.caption.y);
			assert_int_equal(l.caption.y + l.caption.h,
			    l.message.y);
			assert_int_equal(l.message.y + 1, rows);
			assert_true(rows < 20 || (l.numbers.h == 6 &&
			    l.caption.h == 2 && l.map.h >= rows / 2));
			assert_int_equal(l.header.h + l.status.h + l.bar.h +
			    l.ruler.h + l.labels.w + l.side.w + l.viewline.h +
			    l.graphs.h + l.events.h + l.footer.h, 0);
		}
}

/* A panel that is there has all with it that are shed later. */
static void
panels_go_in_the_stated_order(void **state)
{
	struct rect r[N_PANELS];
	struct layout l;

	(void)state;
	for (int rows = 5; rows <= ROWS; rows++)
		for (int cols = 20; cols <= COLS; cols++) {
			layout_compute(&l, cols, rows, EXPAND_NOTHING);
			panels(&l, r);
			for (int i = 1; i < N_BY_HEIGHT; i++)
				assert_true(there(&r[i]) ||
				    !there(&r[i - 1]));
			assert_int_equal(there(&l.side), cols >= 100);
			assert_int_equal(there(&l.labels), cols >= 40);
		}
}

/* What is there stays there when the screen grows. */
static void
growing_takes_nothing_away(void **state)
{
	struct rect r[N_PANELS], more[N_PANELS];
	struct layout l;

	(void)state;
	for (int rows = 5; rows < ROWS; rows++)
		for (int cols = 20; cols < COLS; cols++) {
			layout_compute(&l, cols, rows, EXPAND_NOTHING);
			panels(&l, r);
			layout_compute(&l, cols, rows + 1, EXPAND_NOTHING);
			panels(&l, more);
			for (int i = 0; i < N_PANELS; i++)
				assert_true(there(&more[i]) || !there(&r[i]));
			layout_compute(&l, cols + 1, rows, EXPAND_NOTHING);
			panels(&l, more);
			for (int i = 0; i < N_PANELS; i++)
				assert_true(there(&more[i]) || !there(&r[i]));
		}
}

/* How much of the map's room its cells take, in parts of 1000. */
static unsigned
filled(int cols, int rows, enum expand expand, uint64_t pages)
{
	struct layout l;
	struct viewport vp;

	layout_compute(&l, cols, rows, expand);
	viewport_init(&vp, pages);
	viewport_resize(&vp, (unsigned)l.map.w, (unsigned)l.map.h);
	assert_int_equal(viewport_shown_pages(&vp), pages);
	return (unsigned)(viewport_cells(&vp) * vp.cell_cols * 1000 /
	    (size_t)(l.map.w * l.map.h));
}

/* From 80x24 to 200x60, files from 4096 pages: at least 55 % of the room, and
 * 80 % in the middle. */
static void
the_map_fills_its_room(void **state)
{
	static const uint64_t pages[] = { 4096, 4100, 6000, 8192, 12345, 16384,
		16640, 65536, 99999, 262144, 999983, UINT64_C(1) << 32 };
	static unsigned count[1001];
	unsigned all = 0, below = 0, part = 0;

	(void)state;
	for (int rows = 24; rows <= 60; rows++)
		for (int cols = 80; cols <= 200; cols++)
			for (int i = 0; i < 24; i++) {
				part = filled(cols, rows, i % 2 ? EXPAND_MAP :
				    EXPAND_NOTHING, pages[i / 2]);
				assert_in_range(part, 550, 1000);
				count[part]++;
				all++;
			}
	for (part = 0; below + count[part] < all / 2; part++)
		below += count[part];
	assert_in_range(part, 800, 1000);
}

/* The main case has room for 1024 cells and all of the panels. */
static void
the_lecture_size(void **state)
{
	struct layout l;

	(void)state;
	layout_compute(&l, 120, 40, EXPAND_NOTHING);
	assert_int_equal(l.map.w, 65);
	assert_int_equal(l.map.h, 16);
	assert_int_equal(l.graphs.h, 9);
	assert_int_equal(l.events.h, 6);
	assert_int_equal(l.diagnosis.h, 2);
	assert_int_equal(l.side.w, 44);
	assert_int_equal(l.footer.y, 39);
	layout_compute(&l, 80, 24, EXPAND_NOTHING);
	assert_int_equal(l.map.w, 69);
	assert_int_equal(l.map.h, 9);
	assert_int_equal(l.side.w, 0);
	assert_false(there(&l.diagnosis));
}

static void
expanded_leaves_the_map(void **state)
{
	struct layout l;

	(void)state;
	layout_compute(&l, 120, 40, EXPAND_MAP);
	assert_int_equal(l.map.w, 109);
	assert_int_equal(l.map.h, 34);
	assert_true(there(&l.viewline) && there(&l.footer) &&
	    there(&l.labels) && there(&l.ruler) && there(&l.status));
	assert_false(there(&l.graphs) || there(&l.events) || there(&l.side) ||
	    there(&l.diagnosis) || there(&l.bar));
}

/* All but the graphs stays where it is. */
static void
events_take_the_graphs(void **state)
{
	struct layout l, plain;

	(void)state;
	for (int rows = 5; rows <= ROWS; rows++) {
		layout_compute(&plain, 120, rows, EXPAND_NOTHING);
		layout_compute(&l, 120, rows, EXPAND_EVENTS);
		if (there(&plain.events)) {
			assert_int_equal(l.graphs.h, 0);
			assert_int_equal(l.events.y, plain.graphs.y);
			assert_int_equal(l.events.h,
			    plain.graphs.h + plain.events.h);
			l.events = plain.events;
			l.graphs = plain.graphs;
		}
		assert_memory_equal(&l, &plain, sizeof l);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(panels_are_inside_and_apart),
		cmocka_unit_test(presenting_shows_four_things),
		cmocka_unit_test(panels_go_in_the_stated_order),
		cmocka_unit_test(growing_takes_nothing_away),
		cmocka_unit_test(the_map_fills_its_room),
		cmocka_unit_test(the_lecture_size),
		cmocka_unit_test(expanded_leaves_the_map),
		cmocka_unit_test(events_take_the_graphs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
