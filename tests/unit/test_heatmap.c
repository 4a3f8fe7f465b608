#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "../../src/view/heatmap.h"
#include "../../src/view/legend.h"
#include "../../src/view/mapdraw.h"
#include "pagetide/frame.h"
#include "pagetide/layout.h"
#include "pagetide/rawindow.h"

#include "synth.h"

/* A scene of one row of 8 cells of 4 pages, without marks. */
static void
eight_cells(struct synth *y)
{
	synth_init(y);
	viewport_init(&y->vp, 32);
	viewport_resize(&y->vp, 8, 1);
	viewport_goto(&y->vp, 31);
	y->sample.worker.alive = false;
	cells_reshape(&y->shown, 0, 32, 2);
}

static void
set(struct synth *y, size_t i, uint32_t cached, uint32_t mapped)
{
	cells_set(&y->shown, i, LAYER_CACHED, cached, 1);
	cells_set(&y->shown, i, LAYER_MAPPED, mapped, 1);
}

static void
levels_show_the_counts(void **state)
{
	static const char glyph[] = { ' ', '.', ':', '+', '#' };
	static const enum role role[] = { ROLE_LEVEL_0, ROLE_LEVEL_1,
		ROLE_LEVEL_2, ROLE_LEVEL_3, ROLE_LEVEL_5 };
	struct synth y;
	struct fcell c;

	(void)state;
	eight_cells(&y);
	for (uint32_t n = 0; n <= 4; n++) {
		set(&y, n, n, 4 - n);
		c = heatmap_cell(&y.scene, n, 0);
		assert_int_equal(c.ch, ' ');
		assert_int_equal(c.alt, glyph[n]);
		assert_int_equal(c.bg, role[n]);
	}
	y.scene.view = VIEW_MAPPED;
	for (uint32_t n = 0; n <= 4; n++)
		assert_int_equal(heatmap_cell(&y.scene, n, 0).bg, role[4 - n]);
	c = heatmap_cell(&y.scene, 5, 0);
	assert_int_equal(c.ch, '?');
	assert_int_equal(c.alt, '?');
	assert_int_equal(c.bg, ROLE_UNKNOWN);
	synth_done(&y);
}

/* Each view of a layer shows that layer and no other. */
static void
views_show_their_layer(void **state)
{
	struct synth y;

	(void)state;
	for (int v = 0; v < VIEW_COUNT; v++) {
		int layer = view_table[v].layer;

		if (layer < 0)
			continue;
		eight_cells(&y);
		y.scene.view = (enum view_kind)v;
		for (int l = 0; l < LAYER_COUNT; l++)
			cells_set(&y.shown, 2, (enum layer)l,
			    l == layer ? 4 : 0, 1);
		cells_set(&y.shown, 3, (enum layer)layer, 1, 1);
		assert_int_equal(heatmap_cell(&y.scene, 1, 0).alt, '?');
		assert_int_equal(heatmap_cell(&y.scene, 2, 0).alt, '#');
		assert_int_equal(heatmap_cell(&y.scene, 3, 0).alt, '.');
		synth_done(&y);
	}
	assert_int_equal(view_table[VIEW_HOLES].layer, LAYER_HOLE);
	assert_int_equal(view_table[VIEW_INFLIGHT].layer, LAYER_INFLIGHT);
	assert_int_equal(view_table[VIEW_RECENT].layer, LAYER_RECENT);
}

/* Only exactly none and exactly all may look so, however large a cell is. */
static void
nearly_all_is_not_all(void **state)
{
	struct synth y;

	(void)state;
	eight_cells(&y);
	viewport_init(&y.vp, 32768);
	viewport_resize(&y.vp, 8, 1);
	viewport_goto(&y.vp, 32767);
	cells_reshape(&y.shown, 0, 32768, 12);
	set(&y, 0, 1, 0);
	set(&y, 1, 4095, 0);
	set(&y, 2, 4096, 0);
	set(&y, 3, 0, 0);
	assert_int_equal(heatmap_cell(&y.scene, 0, 0).alt, '.');
	assert_int_equal(heatmap_cell(&y.scene, 1, 0).alt, 'O');
	assert_int_equal(heatmap_cell(&y.scene, 2, 0).alt, '#');
	assert_int_equal(heatmap_cell(&y.scene, 3, 0).alt, ' ');
	synth_done(&y);
}

static void
both_shows_two_layers(void **state)
{
	static const struct {
		uint32_t	cached, mapped;
		char		alt;
	} t[] = {
		{ 0, 0, ' ' }, { 1, 0, '-' }, { 4, 0, '_' }, { 4, 1, '-' },
		{ 4, 4, '#' }, { 2, 2, '-' },
	};
	struct synth y;
	struct fcell c;

	(void)state;
	eight_cells(&y);
	y.scene.view = VIEW_BOTH;
	for (size_t i = 0; i < SYNTH_N(t); i++) {
		set(&y, i, t[i].cached, t[i].mapped);
		assert_int_equal(heatmap_cell(&y.scene, i, 0).alt, t[i].alt);
	}
	c = heatmap_cell(&y.scene, 2, 0);
	assert_int_equal(c.ch, 0x2580);
	assert_int_equal(c.fg, ROLE_LEVEL_0);
	assert_int_equal(c.bg, ROLE_LEVEL_5);
	c = heatmap_cell(&y.scene, 4, 0);
	assert_int_equal(c.ch, ' ');
	assert_int_equal(c.bg, ROLE_LEVEL_5);
	cells_set(&y.shown, 6, LAYER_CACHED, 4, 1);
	c = heatmap_cell(&y.scene, 6, 0);
	assert_int_equal(c.alt, '?');
	assert_int_equal(c.fg, ROLE_UNKNOWN);
	assert_int_equal(c.bg, ROLE_LEVEL_5);
	synth_done(&y);
}

static void
cost_shows_the_dearest_touch(void **state)
{
	static const struct {
		uint32_t	cached, mapped;
		enum role	bg;
		char		ch, alt;
	} t[] = {
		{ 0, 0, ROLE_COST_MAJOR, ' ', '#' },
		{ 3, 3, ROLE_COST_MAJOR, '.', '%' },
		{ 4, 0, ROLE_COST_MINOR, ' ', '+' },
		{ 4, 3, ROLE_COST_MINOR, '.', '-' },
		{ 4, 4, ROLE_COST_NONE, ' ', '.' },
	};
	struct synth y;
	struct fcell c;

	(void)state;
	eight_cells(&y);
	y.scene.view = VIEW_COST;
	for (size_t i = 0; i < SYNTH_N(t); i++) {
		set(&y, i, t[i].cached, t[i].mapped);
		c = heatmap_cell(&y.scene, i, 0);
		assert_int_equal(c.bg, t[i].bg);
		assert_int_equal(c.ch, t[i].ch);
		assert_int_equal(c.alt, t[i].alt);
	}
	/* A copy needs no page in the cache. */
	set(&y, 4, 0, 4);
	assert_int_equal(heatmap_cell(&y.scene, 4, 0).bg, ROLE_COST_NONE);
	/* Is the page without a PTE one of those not cached? Who knows. */
	set(&y, 4, 3, 3);
	cells_set(&y.shown, 4, LAYER_PRIVATE, 1, 1);
	assert_int_equal(heatmap_cell(&y.scene, 4, 0).bg, ROLE_UNKNOWN);
	cells_set(&y.shown, 4, LAYER_PRIVATE, 0, 1);
	assert_int_equal(heatmap_cell(&y.scene, 4, 0).bg, ROLE_COST_MAJOR);
	cells_set(&y.shown, 5, LAYER_CACHED, 0, 1);
	assert_int_equal(heatmap_cell(&y.scene, 5, 0).bg, ROLE_UNKNOWN);
	/* Nor does one in swap, whose touch is not minor; a guard page's is
	 * none of these. */
	set(&y, 7, 4, 2);
	cells_set(&y.shown, 7, LAYER_SWAPPED, 1, 1);
	assert_int_equal(heatmap_cell(&y.scene, 7, 0).bg, ROLE_UNKNOWN);
	cells_set(&y.shown, 7, LAYER_SWAPPED, 0, 1);
	cells_set(&y.shown, 7, LAYER_GUARD, 2, 1);
	assert_int_equal(heatmap_cell(&y.scene, 7, 0).bg, ROLE_UNKNOWN);
	cells_set(&y.shown, 7, LAYER_GUARD, 0, 1);
	assert_int_equal(heatmap_cell(&y.scene, 7, 0).bg, ROLE_COST_MINOR);
	/* Of a process that may have some, and nobody knows. */
	y.sample.worker.process = 4711;
	assert_int_equal(heatmap_cell(&y.scene, 7, 0).bg, ROLE_COST_MINOR);
	assert_int_equal(heatmap_cell(&y.scene, 3, 0).bg, ROLE_UNKNOWN);
	y.sample.worker.process = 0;
	assert_int_equal(heatmap_cell(&y.scene, 3, 0).bg, ROLE_COST_MINOR);
	/* What has its PTEs costs nothing, whatever is cached. */
	cells_set(&y.shown, 6, LAYER_MAPPED, 3, 1);
	assert_int_equal(heatmap_cell(&y.scene, 6, 0).bg, ROLE_UNKNOWN);
	cells_set(&y.shown, 6, LAYER_MAPPED, 4, 1);
	assert_int_equal(heatmap_cell(&y.scene, 6, 0).bg, ROLE_COST_NONE);
	synth_done(&y);
}

static void
feed(struct synth *y, uint32_t a, uint32_t b, bool quiet, uint64_t t_ns)
{
	cells_set(&y->shown, 0, LAYER_CACHED, a, t_ns);
	cells_set(&y->shown, 1, LAYER_CACHED, b, t_ns);
	cells_set(&y->shown, 2, LAYER_CACHED, 1, t_ns);
	changes_feed(y->changes, &y->shown, quiet, t_ns);
}

static void
changes_fade_and_tell_who(void **state)
{
	const uint64_t t0 = SYNTH_NOW_NS - 10 * NS_PER_S;
	struct synth y;
	struct fcell c;

	(void)state;
	eight_cells(&y);
	y.scene.view = VIEW_CHANGED;
	y.scene.times.fade_ns = 4 * NS_PER_S;
	feed(&y, 0, 4, false, t0);
	feed(&y, 2, 3, false, t0 + NS_PER_S);
	for (uint64_t step = 0; step < 4; step++) {
		y.scene.now_ns = t0 + NS_PER_S + step * NS_PER_S;
		c = heatmap_cell(&y.scene, 0, 0);
		assert_int_equal(c.bg, ROLE_CAME_0 + step);
		assert_int_equal(c.alt, '+');
		c = heatmap_cell(&y.scene, 1, 0);
		assert_int_equal(c.bg, ROLE_WENT_0 + step);
		assert_int_equal(c.alt, '-');
	}
	y.scene.now_ns = t0 + 5 * NS_PER_S;
	c = heatmap_cell(&y.scene, 0, 0);
	assert_int_equal(c.bg, ROLE_LEVEL_0);
	assert_int_equal(c.alt, ' ');
	assert_int_equal(heatmap_cell(&y.scene, 2, 0).alt, ' ');
	assert_int_equal(heatmap_cell(&y.scene, 3, 0).alt, '?');
	feed(&y, 3, 2, true, t0 + 6 * NS_PER_S);
	feed(&y, 4, 1, true, t0 + 7 * NS_PER_S);
	y.scene.now_ns = t0 + 7 * NS_PER_S;
	c = heatmap_cell(&y.scene, 0, 0);
	assert_int_equal(c.ch, '>');
	assert_int_equal(c.bg, ROLE_OUTSIDE_0);
	assert_int_equal(heatmap_cell(&y.scene, 1, 0).ch, '<');
	synth_done(&y);
}

static void
marks_leave_the_level(void **state)
{
	struct synth y;
	struct fcell c;

	(void)state;
	eight_cells(&y);
	for (size_t i = 0; i < 8; i++)
		set(&y, i, i == 2 ? 2 : 4, 0);
	y.sample.worker.alive = true;
	y.sample.worker.cursor_page = 5;
	viewport_goto(&y.vp, 16);
	viewport_select(&y.vp, true);
	viewport_goto(&y.vp, 9);
	c = heatmap_cell(&y.scene, 2, 0);
	assert_int_equal(c.ch, 'X');
	assert_int_equal(c.alt, 'X');
	assert_int_equal(c.bg, ROLE_LEVEL_2);
	assert_int_equal(c.fg, ROLE_ON_CELL);
	assert_int_equal(c.attr, ATTR_REVERSE);
	/* From the anchor on every fourth cell; without colours they keep
	 * what they say. */
	c = heatmap_cell(&y.scene, 4, 0);
	assert_int_equal(c.ch, '=');
	assert_int_equal(c.alt, '#');
	assert_int_equal(c.bg, ROLE_LEVEL_5);
	assert_int_equal(c.fg, ROLE_ON_FULL);
	assert_int_equal(c.attr, ATTR_REVERSE);
	assert_int_equal(heatmap_cell(&y.scene, 3, 0).ch, ' ');
	assert_int_equal(heatmap_cell(&y.scene, 5, 0).attr, 0);
	viewport_goto(&y.vp, 0);
	assert_int_equal(heatmap_cell(&y.scene, 2, 0).attr, 0);
	y.sample.worker.cursor_page = 31;
	assert_int_equal(heatmap_cell(&y.scene, 1, 0).attr, 0);
	viewport_goto(&y.vp, 9);
	y.sample.worker.cursor_page = 5;
	c = heatmap_cell(&y.scene, 1, 0);
	assert_int_equal(c.ch, '@');
	assert_int_equal(c.alt, '@');
	assert_int_equal(c.attr, ATTR_REVERSE);
	y.sample.worker.alive = false;
	assert_int_equal(heatmap_cell(&y.scene, 1, 0).ch, ' ');
	synth_done(&y);
}

/* Cursor, worker and range are inverted in every view, whatever their cells
 * show, at each width; what they are inverted to stands out. */
static void
marks_are_seen_in_every_view(void **state)
{
	static const char *const cursor[] = { "", "X", "X ", "[X]" };
	static const char *const worker[] = { "", "@", "@ ", " @ " };
	struct synth y;
	struct fcell c;

	(void)state;
	for (unsigned w = 1; w <= 3; w++)
		for (int v = 0; v < VIEW_COUNT; v++) {
			eight_cells(&y);
			y.scene.view = (enum view_kind)v;
			for (size_t i = 0; i < 8; i++)
				set(&y, i, i % 5, i % 3);
			y.vp.cell_cols = w;
			y.sample.worker.alive = true;
			y.sample.worker.cursor_page = 5;
			viewport_goto(&y.vp, 23);
			viewport_select(&y.vp, true);
			viewport_goto(&y.vp, 9);
			for (unsigned k = 0; k < w; k++) {
				c = heatmap_cell(&y.scene, 2, k);
				assert_int_equal(c.alt, cursor[w][k]);
				assert_true(c.attr & ATTR_REVERSE);
				c = heatmap_cell(&y.scene, 1, k);
				assert_int_equal(c.alt, worker[w][k]);
				assert_true(c.attr & ATTR_REVERSE);
				c = heatmap_cell(&y.scene, 5, k);
				assert_int_equal(c.attr & ATTR_REVERSE, k ? 0 :
				    ATTR_REVERSE);
				c = heatmap_cell(&y.scene, 4, k);
				assert_int_equal(c.attr & ATTR_REVERSE,
				    w == 1 || k ? 0 : ATTR_REVERSE);
			}
			y.sample.worker.cursor_page = 9;
			c = heatmap_cell(&y.scene, 2, w / 2);
			assert_int_equal(c.ch, w == 1 ? 'X' : '@');
			synth_done(&y);
		}
}

/* What stands in a column and row of the map's room. */
static void
check_place(const struct frame *f, const struct layout *l,
    const struct synth *y, int x, int row)
{
	const struct fcell *c = &f->cell[(l->map.y + row) * f->cols +
	    l->map.x + x];
	unsigned column = (unsigned)x / y->vp.cell_cols;
	size_t i = (size_t)row * y->vp.cols + column;

	if (column >= y->vp.cols || i >= viewport_cells(&y->vp))
		assert_int_equal(c->bg, ROLE_TEXT);
	else
		assert_int_equal(c->bg, ROLE_LEVEL_0 +
		    (int)cells_level(&y->shown, i, LAYER_CACHED));
}

/* Every cell of the drawn map has the colour of its count. */
static void
the_picture_is_the_counts(void **state)
{
	static const int sizes[][2] = { { 120, 40 }, { 80, 24 }, { 40, 12 },
		{ 23, 9 }, { 200, 60 } };
	struct layout l;
	struct frame f;
	struct synth y;

	(void)state;
	synth_init(&y);
	frame_init(&f, 1, 1);
	for (size_t k = 0; k < SYNTH_N(sizes); k++) {
		synth_size(&y, sizes[k][0], sizes[k][1]);
		frame_resize(&f, sizes[k][0], sizes[k][1]);
		layout_compute(&l, f.cols, f.rows, false);
		mapdraw(&f, &l, &y.scene);
		assert_int_equal(viewport_cells(&y.vp), y.shown.n);
		for (int at = 0; at < l.map.w * l.map.h; at++)
			check_place(&f, &l, &y, at % l.map.w, at / l.map.w);
	}
	frame_done(&f);
	synth_done(&y);
}

/* What a frame says in w columns from x. */
static const char *
text_at(const struct frame *f, int x, int y, int w)
{
	static char buf[128];
	int i;

	for (i = 0; i < w; i++)
		buf[i] = f->cell[y * f->cols + x + i].alt;
	buf[i] = '\0';
	return buf;
}

static void
offsets_are_exact_or_marked(void **state)
{
	struct layout l;
	struct frame f;
	struct synth y;

	(void)state;
	synth_init(&y);
	frame_init(&f, 80, 24);
	layout_compute(&l, 80, 24, false);
	synth_size(&y, 80, 24);
	mapdraw(&f, &l, &y.scene);
	assert_string_equal(text_at(&f, 0, l.map.y, 11), "        0>|");
	assert_string_equal(text_at(&f, 0, l.map.y + 7, 11), "      56M |");
	assert_string_equal(text_at(&f, l.map.x, l.ruler.y, 24),
	    "0       +1M     +2M     ");
	/* 10 TiB at one page a cell fits in gigabytes only. */
	viewport_set_pages(&y.vp, UINT64_C(10) << 28);
	viewport_goto(&y.vp, (UINT64_C(10) << 28) - 1);
	viewport_zoom_pages(&y.vp);
	frame_clear(&f);
	mapdraw(&f, &l, &y.scene);
	assert_string_equal(text_at(&f, 0, l.map.y, 11), "  ~10239G |");
	frame_done(&f);
	synth_done(&y);
}

static void
every_view_has_a_legend(void **state)
{
	size_t n;

	(void)state;
	for (int v = 0; v < VIEW_COUNT; v++) {
		const struct swatch *s = heatmap_legend((enum view_kind)v, &n);

		assert_in_range(n, 4, 10);
		assert_int_equal(s[n - 1].cell.bg, ROLE_UNKNOWN);
		for (size_t i = 0; i < n; i++)
			for (size_t k = 0; k < i; k++)
				assert_memory_not_equal(&s[i].cell,
				    &s[k].cell, sizeof s[i].cell);
		assert_int_equal(view_find(view_table[v].name), v);
	}
	assert_int_equal(view_find("nothing"), -1);
}

/* The backgrounds, and the foregrounds of half blocks, of cells. */
static uint64_t
colours_of(struct fcell c)
{
	uint64_t set = UINT64_C(1) << c.bg;

	return c.ch == 0x2580 ? set | UINT64_C(1) << c.fg : set;
}

/* Eight cells with what there may be, of some layers unknown. */
static void
fill_at_random(struct synth *y)
{
	for (size_t i = 0; i < 8; i++)
		for (int l = 0; l < LAYER_COUNT; l++) {
			y->shown.known[i] &= ~LAYER_BIT(l);
			if (l != LAYER_PRIVATE && random() % 9 != 0)
				cells_set(&y->shown, i, (enum layer)l,
				    (uint32_t)random() % 9 / 2, 1);
		}
}

/* Each colour of the map is in the legend, and no other: what a legend of
 * "some mapped" in grey left unexplained was blue. */
static void
the_legend_has_the_colours_of_the_map(void **state)
{
	struct synth y;

	(void)state;
	eight_cells(&y);
	viewport_goto(&y.vp, 0);
	for (int v = 0; v < VIEW_COUNT; v++)
		for (unsigned seed = 0; seed < 300 && v != VIEW_WATERFALL;
		    seed++) {
			uint64_t map = 0, legend = 0;
			unsigned seen;
			size_t n;
			const struct swatch *sw = heatmap_legend(
			    (enum view_kind)v, &n);

			srandom(seed);
			y.scene.view = (enum view_kind)v;
			fill_at_random(&y);
			seen = legend_seen(&y.scene);
			for (size_t i = 0; i < 8; i++)
				map |= colours_of(heatmap_plain_cell(&y.scene,
				    i));
			for (size_t i = 0; i < n; i++)
				if (seen & 1u << i)
					legend |= colours_of(sw[i].cell);
			if (v != VIEW_BOTH || map == legend) {
				assert_int_equal(map, legend);
				continue;
			}
			/* What is cached in full has no colour of its own. */
			assert_int_equal(map & ~legend, 0);
			assert_int_equal(legend & ~map,
			    UINT64_C(1) << ROLE_LEVEL_0);
		}
	synth_done(&y);
}

/* A window is drawn where its pages are; what was evicted has none. */
static void
windows_go_with_their_pages(void **state)
{
	static struct readahead r;
	struct rawindow w = { .first_page = 4, .pages = 8,
		.async_pages = 4, .trigger_page = 4, .kind = RAWINDOW_SYNC };
	struct synth y;

	(void)state;
	eight_cells(&y);
	y.scene.view = VIEW_READAHEAD;
	r.known = true;
	readahead_add(&r, &w);
	y.scene.side.readahead = &r;
	for (size_t i = 0; i < 3; i++)
		set(&y, i, 4, 0);
	assert_int_equal(heatmap_cell(&y.scene, 0, 0).alt, '.');
	assert_int_equal(heatmap_cell(&y.scene, 1, 0).alt, '^');
	assert_int_equal(heatmap_cell(&y.scene, 2, 0).alt, 'M');
	assert_int_equal(heatmap_cell(&y.scene, 3, 0).alt, '?');
	set(&y, 1, 0, 0);
	set(&y, 2, 1, 0);
	assert_int_equal(heatmap_cell(&y.scene, 1, 0).alt, ' ');
	assert_int_equal(heatmap_cell(&y.scene, 2, 0).alt, 'M');
	synth_done(&y);
}

/* Its map is made of rows. */
static void
so_has_that_of_the_waterfall(void **state)
{
	uint64_t map = 0, legend = 0;
	const struct swatch *sw;
	struct layout l;
	struct frame f;
	struct synth y;
	unsigned seen;
	size_t n;

	(void)state;
	synth_init(&y);
	frame_init(&f, 120, 40);
	layout_compute(&l, 120, 40, false);
	synth_size(&y, 120, 40);
	y.scene.view = VIEW_WATERFALL;
	mapdraw(&f, &l, &y.scene);
	for (int x = 0; x < l.map.w; x++)
		for (int row = 0; row < l.map.h; row++)
			map |= UINT64_C(1) << f.cell[(l.map.y + row) * f.cols +
			    l.map.x + x].bg;
	sw = heatmap_legend(VIEW_WATERFALL, &n);
	seen = legend_seen(&y.scene);
	for (size_t i = 0; i < n; i++)
		if (seen & 1u << i)
			legend |= UINT64_C(1) << sw[i].cell.bg;
	/* Where nothing is kept a "?" stands without a colour. */
	assert_int_equal(map | UINT64_C(1) << ROLE_UNKNOWN,
	    legend | UINT64_C(1) << ROLE_TEXT);
	frame_done(&f);
	synth_done(&y);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(levels_show_the_counts),
		cmocka_unit_test(views_show_their_layer),
		cmocka_unit_test(nearly_all_is_not_all),
		cmocka_unit_test(both_shows_two_layers),
		cmocka_unit_test(cost_shows_the_dearest_touch),
		cmocka_unit_test(changes_fade_and_tell_who),
		cmocka_unit_test(marks_leave_the_level),
		cmocka_unit_test(marks_are_seen_in_every_view),
		cmocka_unit_test(the_picture_is_the_counts),
		cmocka_unit_test(offsets_are_exact_or_marked),
		cmocka_unit_test(every_view_has_a_legend),
		cmocka_unit_test(the_legend_has_the_colours_of_the_map),
		cmocka_unit_test(windows_go_with_their_pages),
		cmocka_unit_test(so_has_that_of_the_waterfall),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
