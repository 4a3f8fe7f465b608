#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "pagetide/frame.h"
#include "pagetide/order.h"
#include "pagetide/picture.h"
#include "pagetide/rawindow.h"
#include "pagetide/landing.h"
#include "pagetide/sharers.h"
#include "pagetide/strbuf.h"

#include "../../src/view/sidelatency.h"
#include "synth.h"

/* The screen as plain ASCII; the caller frees. */
static char *
screen(struct synth *y, int cols, int rows)
{
	struct strbuf out = STRBUF_INIT;
	struct frame f;

	synth_size(y, cols, rows);
	frame_init(&f, cols, rows);
	screen_draw(&f, &y->scene);
	picture_text(&out, &f, 1);
	frame_done(&f);
	return strbuf_detach(&out);
}

static void
shows(struct synth *y, int cols, int rows, const char *text)
{
	char *s = screen(y, cols, rows);

	if (strstr(s, text) == NULL)
		fail_msg("no \"%s\" in:\n%s", text, s);
	free(s);
}

static void
hides(struct synth *y, int cols, int rows, const char *text)
{
	char *s = screen(y, cols, rows);

	if (strstr(s, text) != NULL)
		fail_msg("\"%s\" in:\n%s", text, s);
	free(s);
}

/* Nothing measured: no grid, no counters, no worker, no target even. */
static void
make_empty(struct synth *y)
{
	y->sample = (struct sample){ 0 };
	synth_no_ticks(y);
	viewport_init(&y->vp, 0);
	events_free(y->events);
	y->scene.events = y->events = events_new(1);
}

static void
check_frame(const struct frame *f)
{
	for (int i = 0; i < f->cols * f->rows; i++) {
		const struct fcell *c = &f->cell[i];

		assert_true(c->alt >= 0x20 && c->alt <= 0x7e);
		assert_true(c->ch == 0 || c->ch >= 0x20);
		assert_false(c->ch >= 0x7f && c->ch < 0xa0);
		assert_true(c->fg < ROLE_COUNT && c->bg < ROLE_COUNT);
	}
}

/* Draws twice: the same facts must give the same frame. */
static void
draw_size(struct synth *y, int cols, int rows)
{
	struct frame f, again;

	synth_size(y, cols, rows);
	frame_init(&f, cols, rows);
	frame_init(&again, cols, rows);
	screen_draw(&f, &y->scene);
	screen_draw(&again, &y->scene);
	check_frame(&f);
	assert_true(frame_equal(&f, &again));
	frame_done(&f);
	frame_done(&again);
}

static void
every_size_can_be_drawn(void **state)
{
	struct synth full, empty;

	(void)state;
	synth_init(&full);
	synth_init(&empty);
	make_empty(&empty);
	for (int rows = 1; rows <= 45; rows++)
		for (int cols = 1; cols <= 130; cols++) {
			full.scene.view = (enum view_kind)
			    ((rows + cols) % VIEW_COUNT);
			empty.scene.view = full.scene.view;
			full.scene.frozen = cols % 3 == 0;
			full.scene.read_only = rows % 7 == 0;
			full.scene.expand = cols % 11 == 0 ? EXPAND_MAP
			    : cols % 5 == 0 ? EXPAND_EVENTS
			    : cols % 7 == 0 ? EXPAND_PRESENT : EXPAND_NOTHING;
			full.scene.side.panel = (enum side_panel)(rows % 4);
			draw_size(&full, cols, rows);
			draw_size(&empty, cols, rows);
		}
	synth_done(&full);
	synth_done(&empty);
}

static void
every_size_has_help_and_prompt(void **state)
{
	struct synth y;

	(void)state;
	synth_init(&y);
	y.scene.help.row = synth_help;
	y.scene.help.n = SYNTH_N(synth_help);
	y.scene.prompt.label = "goto ";
	y.scene.prompt.input = "\xe6\x97\xa5" "12M";
	for (int rows = 1; rows <= 45; rows += 2)
		for (int cols = 1; cols <= 130; cols += 3) {
			y.scene.help.page = (size_t)(cols % 40);
			y.scene.list.views = cols % 5 == 0;
			y.scene.prompt.cursor = (size_t)(cols % 9);
			draw_size(&y, cols, rows);
		}
	synth_done(&y);
}

static void
the_numbers_are_the_samples(void **state)
{
	struct synth y;

	(void)state;
	synth_init(&y);
	shows(&y, 120, 40, " f64m | 64.0 MiB = 16384 pages | ext4, readahead "
	    "128K | pid 4711 MAP_SHARED r-- | advice SEQUENTIAL");
	shows(&y, 200, 60, " pagetide  f64m | 64.0 MiB");
	shows(&y, 120, 40, "LIVE 10/s");
	shows(&y, 120, 40, "cell 64K = 16 pages, row 4M");
	shows(&y, 120, 40, "minor faults          60/s         1053");
	shows(&y, 120, 40, "pages cached          +510");
	shows(&y, 120, 40, "own cost: CPU <= 1 %, scan <= 1.0 ms");
	shows(&y, 120, 40, "at most 1 s old, by mincore, pagemap");
	shows(&y, 120, 40, "@ sequential 1000/s");
	shows(&y, 120, 40, "all 64M");
	shows(&y, 80, 24, "none  .:+O# all");
	/* What does not fit is left out whole: no "1000/s" without its walk. */
	shows(&y, 40, 12, "PAGE CACHE | none  .:+O# all | all 64M\n");
	shows(&y, 12, 3, "34.2 %\n");
	shows(&y, 19, 3, "resident 34.2 %\n");
	shows(&y, 1, 1, ":\n");
	synth_done(&y);
}

/* The headline: with as much of it as there is room for, and only where it is
 * true of each page. */
static void
the_next_touch_has_its_cost(void **state)
{
	struct synth y;

	(void)state;
	synth_init(&y);
	shows(&y, 120, 40, "\n next touch costs:  major 10767 = 65.7 %   minor "
	    "2911 = 17.7 %   nothing 2706 = 16.5 % | so far ");
	shows(&y, 80, 24, "\n next touch: major 10767 = 65.7 %   minor 2911 = "
	    "17.7 %   nothing 2706 = 16.5 %");
	shows(&y, 60, 20, "\n next touch: major 10767   minor 2911   nothing "
	    "2706\n");
	shows(&y, 40, 12, "\n major 10767 minor 2911 none 2706\n");
	/* One value, one number, whatever rates end with. */
	y.scene.now_ns -= 2 * NS_PER_S;
	shows(&y, 120, 40, "major 10767 = ");
	shows(&y, 120, 40, "= 5617\n");
	y.scene.now_ns += 2 * NS_PER_S;
	y.scene.read_only = true;
	shows(&y, 120, 40, "\n page cache 5617/16384 = 34.2 % = 21.9 MiB");
	y.scene.read_only = false;
	/* A part of it has no next touch. */
	y.sample.worker.map_pages--;
	shows(&y, 120, 40, "\n page cache 5617/16384 = ");
	y.sample.worker.map_pages++;
	/* Pages of memory come without a read. */
	y.sample.target.filesystem = "tmpfs";
	shows(&y, 120, 40, "\n page cache 5617/16384 = ");
	y.sample.target.filesystem = "ext4";
	/* Measured one after the other: more mapped than cached. */
	synth_no_ticks(&y);
	y.sample.counters.v[COUNTER_MAPPED] = 6000;
	shows(&y, 120, 40, "major ?   minor ?   nothing 6000 = 36.6 %");
	synth_done(&y);
}

/* What stands before "=" is exact, and one is no plural. */
static void
small_files_are_counted_right(void **state)
{
	struct synth y;

	(void)state;
	synth_init(&y);
	y.sample.target.size_bytes = 4097;
	y.sample.target.pages = 2;
	shows(&y, 120, 40, "| 4097 B = 2 pages |");
	y.sample.target.size_bytes = 4096;
	y.sample.target.pages = 1;
	shows(&y, 120, 40, "| 4.0 KiB = 1 page |");
	viewport_zoom_pages(&y.vp);
	viewport_select(&y.vp, true);
	shows(&y, 120, 40, ", 1 page ");
	shows(&y, 120, 40, "cell 4K = 1 page, row");
	synth_done(&y);
}

static void
the_inspector_follows_the_cursor(void **state)
{
	struct synth y;

	(void)state;
	synth_init(&y);
	viewport_goto(&y.vp, 3001);
	shows(&y, 120, 40, "at 11.6875M  pages 2992..3007");
	shows(&y, 120, 40, "cached           16 of 16");
	shows(&y, 120, 40, "mapped           13 of 16");
	viewport_zoom_pages(&y.vp);
	shows(&y, 120, 40, "at 11M+740K  page 3001");
	shows(&y, 120, 40, "next touch: none");
	viewport_goto(&y.vp, 3003);
	shows(&y, 120, 40, "next touch: minor fault");
	viewport_goto(&y.vp, 6000);
	shows(&y, 120, 40, "next touch: major fault");
	/* What has a PTE costs nothing, whatever is known of the cache. */
	cells_forget(&y.overview, LAYER_BIT(LAYER_CACHED));
	viewport_goto(&y.vp, 3001);
	shows(&y, 120, 40, "next touch: none");
	viewport_goto(&y.vp, 3003);
	shows(&y, 120, 40, "next touch ?");
	cells_forget(&y.overview, LAYER_BIT(LAYER_MAPPED));
	shows(&y, 120, 40, "next touch ?");
	synth_done(&y);
}

/* A page of a file may be in swap, as a copy, or a guard page. */
static void
a_page_of_a_file_may_be_neither(void **state)
{
	struct synth y;

	(void)state;
	synth_init(&y);
	synth_size(&y, 120, 40);
	viewport_zoom_pages(&y.vp);
	viewport_goto(&y.vp, 3003);
	for (size_t i = 0; i < y.overview.n; i++) {
		cells_set(&y.overview, i, LAYER_SWAPPED, 1, 1);
		cells_set(&y.overview, i, LAYER_GUARD, 0, 1);
	}
	shows(&y, 120, 40, "next touch: major, if not kept yet");
	for (size_t i = 0; i < y.overview.n; i++)
		cells_set(&y.overview, i, LAYER_GUARD, 1, 1);
	shows(&y, 120, 40, "next touch: SIGSEGV");
	cells_forget(&y.overview, LAYER_BIT(LAYER_GUARD) |
	    LAYER_BIT(LAYER_SWAPPED));
	shows(&y, 120, 40, "next touch: minor fault");
	y.sample.worker.process = 4711;
	shows(&y, 120, 40, "next touch ?");
	synth_done(&y);
}

/* Of the layers that a view needs the one that is not known says why. */
static void
kinds_say_which_is_not_told(void **state)
{
	struct synth y;

	(void)state;
	synth_init(&y);
	y.sample.seq = 1;
	y.scene.view = VIEW_KINDS;
	for (int l = 0; l < LAYER_COUNT; l++)
		y.sample.scan.by[l] = "PAGEMAP_SCAN";
	y.sample.scan.by[LAYER_GUARD] = NULL;
	y.sample.scan.why_not[LAYER_GUARD] = "looks as if swapped";
	assert_string_equal(scene_why(&y.scene), "looks as if swapped");
	y.sample.scan.by[LAYER_HUGE] = NULL;
	y.sample.scan.why_not[LAYER_HUGE] = "too old";
	assert_string_equal(scene_why(&y.scene), "too old");
	synth_done(&y);
}

/* Samples 5 s apart: the table says so, and the rate is over that time. */
static void
now_is_as_long_as_it_is(void **state)
{
	struct tick t = { .counters.known = COUNTER_BIT(COUNTER_COUNT) - 1 };
	struct synth y;

	(void)state;
	synth_init(&y);
	shows(&y, 120, 40, "NOW                last 1 s  since start");
	synth_no_ticks(&y);
	for (uint64_t i = 0; i < 4; i++) {
		t.t_ns = SYNTH_NOW_NS - (3 - i) * 5 * NS_PER_S;
		t.counters.v[COUNTER_MINOR] = i * 200;
		ring_push(y.ring, &t);
	}
	shows(&y, 120, 40, "NOW                last 5 s  since start");
	shows(&y, 120, 40, "minor faults          40/s");
	/* Few are counted. */
	t.counters.v[COUNTER_MAJOR] = 1;
	t.t_ns += 5 * NS_PER_S;
	y.scene.now_ns = t.t_ns;
	ring_push(y.ring, &t);
	shows(&y, 120, 40, "major faults             1 ");
	y.scene.now_ns = SYNTH_NOW_NS;
	/* Changes stand for a while, a quantity is of now wherever it is. */
	y.sample.counters.v[COUNTER_CACHED] = 12288;
	y.sample.total[LAYER_CACHED] = 12288;
	y.sample.total_known |= LAYER_BIT(LAYER_CACHED);
	shows(&y, 120, 40, "= 12288\n");
	shows(&y, 120, 40, "major 4096 = 25.0 %");
	/* Ticks later than the picture, as while frozen, do not count. */
	y.scene.now_ns = SYNTH_NOW_NS - 11 * NS_PER_S;
	shows(&y, 120, 40, "= 12288\n");
	shows(&y, 120, 40, "minor faults             ?");
	synth_done(&y);
}

static void
unknown_is_said_not_shown_as_a_number(void **state)
{
	struct synth y;

	(void)state;
	synth_init(&y);
	y.sample.total_known = 0;
	y.sample.scan.why = "residency: not the owner, no write permission";
	y.sample.vmas_known = false;
	y.sample.counters.known = 0;
	y.scene.cost.cpu_pct = 0;
	y.scene.cost.scan_ns = 0;
	cells_forget(&y.overview, LAYER_ALL);
	synth_no_ticks(&y);
	shows(&y, 120, 40, "page cache ?/16384 = ? | mapped ? | read ?");
	shows(&y, 120, 40, "| advice ?");
	shows(&y, 120, 40, "\nresidency: not the owner, no write permission\n");
	shows(&y, 120, 40, "X???????????????");
	shows(&y, 120, 40, "minor faults             ?            ?");
	shows(&y, 120, 40, "own cost: not measured yet");
	shows(&y, 10, 1, "resident ?");
	hides(&y, 120, 40, "peak");
	make_empty(&y);
	shows(&y, 120, 40, "nothing measured yet");
	hides(&y, 120, 40, "CURSOR X  at 0");
	hides(&y, 120, 40, "page cache 0");
	synth_done(&y);
}

/* Who told the layer of a view; if nobody does, why. */
static void
every_view_names_its_interface(void **state)
{
	struct synth y;

	(void)state;
	synth_init(&y);
	y.sample.scan.by[LAYER_CACHED] = "mincore";
	y.sample.scan.by[LAYER_INFLIGHT] = "cachestat minus mincore";
	y.sample.scan.why = "fell back";
	y.sample.scan.why_not[LAYER_DIRTY] = "only cachestat reports it";
	shows(&y, 120, 40, " PAGE CACHE (all processes), by mincore |");
	shows(&y, 120, 48, "| by mincore\n");
	shows(&y, 80, 24, " PAGE CACHE, by mincore |");
	shows(&y, 120, 40, "\nfell back\n");
	y.scene.view = VIEW_INFLIGHT;
	shows(&y, 120, 40, "INCOMPLETE (not up to date), by cachestat minus "
	    "mincore |");
	shows(&y, 120, 48, "| by cachestat minus mincore\n");
	shows(&y, 120, 40, "\nfell back\n");
	y.scene.view = VIEW_DIRTY;
	shows(&y, 120, 40, " DIRTY in whole folios |");
	shows(&y, 80, 24, " DIRTY in whole folios |");
	shows(&y, 120, 40, "| nothing reports it here\n");
	shows(&y, 120, 48, "| one byte written may count as 512 pages\n");
	shows(&y, 120, 40, "\nonly cachestat reports it\n");
	shows(&y, 120, 40, "X???????????????");
	hides(&y, 120, 40, "fell back");
	y.scene.view = VIEW_BOTH;
	hides(&y, 120, 40, "by mincore |");
	shows(&y, 120, 40, "\nfell back\n");
	synth_done(&y);
}

/* Words beside the map that do not fit are left out, so they have to fit. */
static void
words_of_views_fit(void **state)
{
	(void)state;
	for (int v = 0; v < VIEW_COUNT; v++) {
		assert_in_range(strlen(view_table[v].help), 1, 35);
		if (view_table[v].note != NULL)
			assert_in_range(strlen(view_table[v].note), 1, 40);
	}
}

static void
what_moves_is_counted(void **state)
{
	struct synth y;

	(void)state;
	synth_init(&y);
	y.sample.total_known |= LAYER_BIT(LAYER_DIRTY) |
	    LAYER_BIT(LAYER_WRITEBACK);
	y.sample.total[LAYER_INFLIGHT] = 7;
	hides(&y, 120, 40, "dirty 0");
	hides(&y, 120, 40, "writeback 0");
	hides(&y, 120, 40, "incomplete");
	y.sample.total[LAYER_DIRTY] = 12;
	y.sample.total[LAYER_WRITEBACK] = 3;
	shows(&y, 120, 40, "| dirty 12 | writeback 3\n");
	y.sample.total_known |= LAYER_BIT(LAYER_INFLIGHT);
	shows(&y, 200, 60, "| writeback 3 | incomplete 7 | so far ");
	synth_done(&y);
}

static void
a_page_has_an_address(void **state)
{
	struct synth y;

	(void)state;
	synth_init(&y);
	y.sample.worker.map_addr = 0x7f0000000000;
	y.sample.worker.map_pages = 200;
	for (size_t i = 0; i < y.overview.n; i++) {
		cells_set(&y.overview, i, LAYER_DIRTY, i == 199, 1);
		cells_set(&y.overview, i, LAYER_HOLE, 0, 1);
	}
	synth_size(&y, 120, 40);
	hides(&y, 120, 40, "address");
	viewport_zoom_pages(&y.vp);
	viewport_goto(&y.vp, 199);
	shows(&y, 120, 40, "CURSOR X  at 796K  page 199\n");
	shows(&y, 120, 40, "|  address          0x7f00000c7000\n");
	shows(&y, 120, 40, "|  dirty            1 of 1\n");
	shows(&y, 120, 50, "|  none: hole\n");
	viewport_goto(&y.vp, 200);
	hides(&y, 120, 40, "address");
	shows(&y, 120, 50, "|  none: dirty, hole\n");
	/* Several lines: a comma ends each but the last, and no field's name
	 * is shown. */
	for (size_t i = 0; i < y.overview.n; i++)
		for (int l = LAYER_DIRTY; l < LAYER_COUNT; l++)
			cells_set(&y.overview, i, (enum layer)l, 0, 1);
	shows(&y, 120, 60, "|  none: dirty, writeback, evicted,\n");
	shows(&y, 200, 60, "evicted lately");
	hides(&y, 200, 60, "_evicted");
	hides(&y, 100, 60, "_evicted");
	y.sample.worker.map_pages = 201;
	shows(&y, 120, 40, "0x7f00000c8000");
	y.sample.worker.alive = false;
	hides(&y, 120, 40, "address");
	synth_done(&y);
}

/* What looking costs and how old it is stands on every screen with a panel,
 * however much there is to say of the cursor and the view. */
static void
the_cost_is_always_there(void **state)
{
	struct synth y;

	(void)state;
	synth_init(&y);
	y.sample.worker.map_addr = 0x7f0000000000;
	y.sample.worker.map_flags = MAP_SPEC_PRIVATE | MAP_SPEC_WRITE;
	y.sample.worker.private_dirty_known = true;
	y.sample.worker.private_dirty_bytes = 12 << 20;
	for (int l = 0; l < LAYER_COUNT; l++)
		for (size_t i = 0; i < y.overview.n; i++)
			cells_set(&y.overview, i, (enum layer)l, i % 2, 1);
	synth_size(&y, 120, 40);
	viewport_zoom_pages(&y.vp);
	for (int v = 0; v < VIEW_COUNT; v++) {
		y.scene.view = (enum view_kind)v;
		shows(&y, 120, 40, "| own cost: CPU <= 1 %, scan <= 1.0 ms\n");
		shows(&y, 120, 40, "| at most 1 s old, by mincore, pagemap\n");
		shows(&y, 100, 30, "| own cost: CPU <= 1 %");
	}
	y.scene.view = VIEW_PRIVATE;
	viewport_fit(&y.vp);
	cells_forget(&y.overview, LAYER_ALL & ~LAYER_BIT(LAYER_CACHED) &
	    ~LAYER_BIT(LAYER_MAPPED) & ~LAYER_BIT(LAYER_PRIVATE));
	shows(&y, 120, 40, "|  Private_Dirty                  12.0 MiB\n");
	synth_done(&y);
}

/* What is in no page cache is not said to be unknown there. */
static void
memory_has_no_page_cache(void **state)
{
	struct synth y;

	(void)state;
	synth_init(&y);
	y.sample.target.anon = true;
	y.sample.total_known &= ~LAYER_BIT(LAYER_CACHED);
	cells_forget(&y.overview, LAYER_BIT(LAYER_CACHED));
	synth_size(&y, 120, 40);
	viewport_zoom_pages(&y.vp);
	viewport_goto(&y.vp, 3001);
	hides(&y, 120, 40, "|  cached ");
	hides(&y, 120, 40, "|  pages cached");
	shows(&y, 120, 40, "next touch: none");
	viewport_goto(&y.vp, 6000);
	shows(&y, 120, 40, "next touch: fault, major if swapped");
	synth_done(&y);
}

static void
advice_that_differs_is_mixed(void **state)
{
	struct synth y;

	(void)state;
	synth_init(&y);
	y.sample.n_vmas = 2;
	y.sample.vma[0] = (struct vma_range){ 0, 8192, VMF_RAND };
	y.sample.vma[1] = (struct vma_range){ 8192, 8192, 0 };
	shows(&y, 120, 40, "| advice mixed");
	synth_size(&y, 120, 40);
	viewport_goto(&y.vp, 0);
	viewport_select(&y.vp, true);
	viewport_goto(&y.vp, 255);
	shows(&y, 120, 40, "| advice RANDOM");
	shows(&y, 120, 40, "= 0..1M, 256 pages");
	synth_done(&y);
}

/* Columns of numbers under their kinds; what is not known is said. */
static void
the_latency_panel_tells_each_touch(void **state)
{
	struct synth y;
	struct latency *l;

	(void)state;
	synth_init(&y);
	y.scene.side.panel = SIDE_LATENCY;
	y.sample.worker.latency_known = false;
	shows(&y, 120, 40, "| LATENCY");
	shows(&y, 120, 40, "| ?\n");
	l = &y.sample.worker.latency;
	*l = (struct latency){ .stray_minor = 3 };
	y.sample.worker.latency_known = true;
	l->count[LATENCY_NO_FAULT][5] = 1234;
	l->count[LATENCY_MINOR][11] = 97;
	l->count[LATENCY_MINOR][14] = 3;
	shows(&y, 200, 60, "| touches         1234       100         .");
	shows(&y, 200, 60, "| p50 <=         50 ns    5.0 us         -");
	shows(&y, 200, 60, "| p99 <=         50 ns   50.0 us         -");
	shows(&y, 200, 60, "| beside them +3 minor +0 major");
	shows(&y, 200, 60, "| <= 5.0 us          .        97         .");
	shows(&y, 200, 60, "| <= 10.0 us         .         .         .");
	/* Without room for the gaps only what was touched. */
	l->count[LATENCY_MAJOR][LATENCY_BUCKETS - 1] = 1;
	hides(&y, 200, 60, "<= 10.0 us");
	shows(&y, 200, 60, "| p50 <=         50 ns    5.0 us         ?");
	shows(&y, 200, 60, "| longer             .         .         1");
	synth_done(&y);
}

/* At the least width that has all columns. */
static void
windows_of_readahead_are_listed(void **state)
{
	static struct readahead r;
	struct rawindow w = { .first_page = 1048576, .pages = 2048,
		.async_pages = 512, .trigger_page = 1048000,
		.kind = RAWINDOW_AROUND, .order = 9 };
	struct synth y;

	(void)state;
	synth_init(&y);
	r.known = r.exact = true;
	readahead_add(&r, &w);
	y.scene.side.readahead = &r;
	y.scene.view = VIEW_READAHEAD;
	shows(&y, 120, 40, "first+pages  kind    marker trigger order\n");
	shows(&y, 120, 40, "1048576+2048 around 1050112 1048000     9\n");
	synth_done(&y);
}

/* Where not all rows fit the fastest share one, and no touch is lost: also
 * where there are empty rows between. */
static void
slowest_are_there(struct synth *y, int step)
{
	struct latency *l = &y->sample.worker.latency;

	*l = (struct latency){ .stray_minor = 0 };
	y->sample.worker.latency_known = true;
	for (int b = LATENCY_BUCKETS - 1; b >= 0; b -= step)
		l->count[LATENCY_MAJOR][b] = 1;
	for (int rows = 6; rows < 50; rows++) {
		const char *last = rows == 6 ? "any time" : "longer  ";
		struct strbuf out = STRBUF_INIT;
		struct frame f;

		frame_init(&f, 46, rows);
		sidelatency_draw(&f, (struct rect){ 0, 0, 46, rows },
		    &y->scene);
		picture_text(&out, &f, 1);
		assert_non_null(strstr(out.s, last));
		if (rows == 10 && step == 1)
			assert_non_null(strstr(out.s, "<= 500 s          "
			    " .         .        36\n"));
		frame_done(&f);
		strbuf_done(&out);
	}
}

static void
the_slowest_touches_are_always_there(void **state)
{
	struct synth y;

	(void)state;
	synth_init(&y);
	for (int step = 1; step <= 4; step++)
		slowest_are_there(&y, step);
	synth_done(&y);
}

static void
frozen_cannot_be_missed(void **state)
{
	struct event *hint;
	struct synth y;

	(void)state;
	synth_init(&y);
	y.scene.frozen = true;
	for (int rows = 1; rows <= 45; rows++)
		for (int cols = 20; cols <= 130; cols++)
			shows(&y, cols, rows, "FROZEN");
	hides(&y, 120, 40, "LIVE");
	shows(&y, 120, 40, "\n FROZEN  | PAGE CACHE");
	hides(&y, 120, 40, "since\n");
	events_add(y.events, EVENT_NOTE, 0, "a note");
	shows(&y, 120, 40, "\n FROZEN  | +1 event | PAGE CACHE");
	events_add(y.events, EVENT_NOTE, 0, "a note");
	events_add(y.events, EVENT_NOTE, 0, "a note");
	shows(&y, 120, 40, "\n FROZEN  | +3 events | PAGE CACHE");
	shows(&y, 80, 24, "\n FROZEN  | +3 events | PAGE CACHE");
	shows(&y, 120, 40, "within a second  frozen: +3 since\n");
	hides(&y, 120, 40, "a note");
	/* What a hint of then is measured to have done is not of then. */
	hint = events_get(y.events, events_last(y.events) - 3);
	snprintf(hint->effect, sizeof hint->effect, "cached +7");
	events_finish(y.events, hint);
	shows(&y, 120, 40, "MADV_WILLNEED) = 0  ...\n\n f r");
	y.scene.frozen = false;
	shows(&y, 120, 40, " = 0  cached +7\n");
	shows(&y, 120, 40, "a note");
	synth_done(&y);
}

static void
read_only_speaks_of_no_worker(void **state)
{
	struct synth y;

	(void)state;
	synth_init(&y);
	y.scene.read_only = true;
	y.scene.footer.n = 0;
	y.sample.worker = (struct worker_facts){ 0 };
	shows(&y, 120, 40, "read-only: watching");
	hides(&y, 120, 40, "advice");
	hides(&y, 120, 40, "minor faults   ");
	synth_done(&y);
}

/* Of another process what came in and went out stands in place of a working set,
 * with its time; what is net of cells is said to be at least that. */
static void
another_process_has_no_working_set(void **state)
{
	struct synth y;

	(void)state;
	synth_init(&y);
	y.sample.worker = (struct worker_facts){ .process = 4711,
		.map_pages = SYNTH_PAGES };
	hides(&y, 120, 60, "working set");
	shows(&y, 120, 60, " came in ?, went out ?");
	y.sample.worker.moves = (struct pte_moves){ .known = true,
		.exact = true, .came_pages = 12, .went_pages = 3,
		.within_ns = 2800 * NS_PER_MS };
	shows(&y, 120, 60, " came in 12, went out 3 in 2.8 s");
	for (int cols = 100; cols < 115; cols++)
		shows(&y, cols, 60, " in 12, out 3 in 2.8 s");
	y.sample.worker.moves.exact = false;
	y.sample.worker.moves.went_pages = 0;
	shows(&y, 120, 60, " came in >=12, went out 0 in 2.8 s");
	synth_done(&y);
}

static void
add_site(struct landing *l, uint64_t ip, uint64_t n, const char *place)
{
	landing_add_site(l, 0, ip, n);
	for (struct landing_site *s = l->site; s < l->site + LANDING_SITES; s++)
		if (s->ip == ip)
			snprintf(s->place, sizeof s->place, "%s", place);
}

/* The code that makes faults has room on the whole screen, in any size, and what
 * does not fit is counted. */
static void
the_code_has_the_whole_screen(void **state)
{
	static struct landing l;
	struct synth y;

	(void)state;
	synth_init(&y);
	landing_init(&l);
	landing_begin(&l, LANDING_BY_FAULTS, SYNTH_PAGES, 0);
	landing_add(&l, 7, false, 900, 1);
	for (uint64_t i = 1; i <= 40; i++) {
		char place[LANDING_PLACE];

		snprintf(place, sizeof place, "libcode.so+0x%x", (unsigned)i);
		add_site(&l, i, 1000 - i, place);
	}
	y.scene.view = VIEW_FAULTS;
	y.scene.side.landing = &l;
	shows(&y, 120, 60, " and 34 more places");
	hides(&y, 80, 24, "by the code at");
	y.scene.list.panel = true;
	shows(&y, 120, 40, "libcode.so+0x1 ");
	shows(&y, 120, 40, "libcode.so+0x21 ");
	shows(&y, 120, 40, "more places");
	shows(&y, 120, 60, "libcode.so+0x28  ");
	shows(&y, 80, 24, "by the code at                 faults");
	shows(&y, 80, 24, "libcode.so+0xf                    985");
	shows(&y, 80, 24, "hottest page, code");
	shows(&y, 60, 20, "libcode.so+0x6 ");
	shows(&y, 60, 20, " and 34 more places");
	add_site(&l, 1, 0, "a_function_whose_name_is_longer_than_that_room");
	shows(&y, 80, 24, "a_function_whose_name_is_l..");
	landing_done(&l);
	synth_done(&y);
}

/* Two that map it, looked at for that many pages from one on. */
static void
make_sharers(struct sharers *w, uint64_t cell, uint64_t pages)
{
	*w = (struct sharers){ .on = true, .rounds = 1,
		.took_ns = 12300000, .rest_ns = 2 * NS_PER_S, .looked = 60, .hidden = 2,
		.cell_first = cell, .cell_n = pages };
	sharers_add(w, &(struct sharer){ 4711, "sqlite3", true, false,
	    7732, 16, true, PSS_KNOWN, UINT64_C(1048474),
	    UINT64_MAX });
	sharers_add(w, &(struct sharer){ 4712, "sh", true, false,
	    3, 0, false, PSS_UNREAD, 0, 0 });
	sharers_add(w, &(struct sharer){ 4194304, "make", false, false,
	    0, 0, true, PSS_REFUSED, 0, 1 });
}

static void
who_maps_it_fits_each_panel(void **state)
{
	struct sharers w;
	struct synth y;

	(void)state;
	synth_init(&y);
	y.scene.side.panel = SIDE_WHO;
	y.scene.side.sharers = &w;
	synth_size(&y, 120, 60);
	make_sharers(&w, y.vp.cursor_page, UINT64_C(1) << y.vp.shift);
	w.seen_ns = y.sample.t_ns - NS_PER_S / 2;
	shows(&y, 120, 60, "     pid process  mapped   cell        PSS");
	shows(&y, 120, 60, "    4711 sqlite3    7732     16 1023.9 KiB");
	shows(&y, 120, 60, "    4712 sh            3      -         ..");
	shows(&y, 120, 60, " 4194304 make          ?   maps          ?");
	shows(&y, 120, 60, "1 s old, looked at in 12.3 ms");
	shows(&y, 120, 60, " X: 2 map it, 1+ PTEs");
	shows(&y, 120, 60, "2 processes may not be looked at");
	shows(&y, 120, 60, "PSS: of these mappings, by smaps 1 s old;");
	shows(&y, 120, 60, "PSS ?: its smaps may not be read");
	for (int cols = 100; cols < 115; cols++) {
		shows(&y, cols, 60, "    pid process  mapped");
		shows(&y, cols, 60, "   4711 sqlite3    7732");
		shows(&y, cols, 60, "4194304 make          ?");
		shows(&y, cols, 60, "1 s old, in 12.3 ms");
	}
	synth_done(&y);
}

/* Numbers of another cell are none of the cursor's. */
static void
who_maps_the_cell_is_known_of_that_cell(void **state)
{
	struct sharers w;
	struct synth y;

	(void)state;
	synth_init(&y);
	y.scene.side.panel = SIDE_WHO;
	y.scene.side.sharers = &w;
	synth_size(&y, 120, 60);
	make_sharers(&w, y.vp.cursor_page + 1, UINT64_C(1) << y.vp.shift);
	shows(&y, 120, 60, "   4711 sqlite3    7732      ? 1023.9 KiB");
	shows(&y, 120, 60, "cursor's cell: looking ..");
	make_sharers(&w, y.vp.cursor_page, 0);
	shows(&y, 120, 60, "   4711 sqlite3    7732      ? 1023.9 KiB");
	synth_done(&y);
}

/* The count is the level; where nobody knows, or another picture was asked for,
 * it is none. */
static void
the_view_who_counts_processes(void **state)
{
	struct sharers w;
	struct synth y;

	(void)state;
	synth_init(&y);
	y.scene.view = VIEW_WHO;
	y.scene.side.sharers = &w;
	synth_size(&y, 120, 60);
	make_sharers(&w, 0, 0);
	shows(&y, 120, 60, "??????????");
	w.grid.first = y.vp.first_page;
	w.grid.shift = y.vp.shift;
	w.grid.cells = (uint32_t)viewport_cells(&y.vp);
	for (int i = 1; i < 10; i++)
		w.grid.mapped[i] = (uint16_t)(i - 1);
	w.grid.maybe[10] = 1;
	w.grid.maybe[5] = 1;
	shows(&y, 120, 60, "[X]   ...:::+++OOOOOOOOOOOO###~~~   ");
	shows(&y, 120, 60, "~~ mapped, PTEs unknown");
	w.grid.shift++;
	shows(&y, 120, 60, "??????????");
	w.grid.shift--;
	w.on = false;
	shows(&y, 120, 60, "??????????");
	shows(&y, 120, 60, "nobody looks: :who on");
	synth_done(&y);
}

/* It may be more than there is room for; that some are hidden is seen. */
static void
who_is_hidden_stands_before_who_is_not(void **state)
{
	struct sharers w;
	struct synth y;

	(void)state;
	synth_init(&y);
	y.scene.side.panel = SIDE_WHO;
	y.scene.side.sharers = &w;
	make_sharers(&w, 0, 0);
	for (int i = 0; i < 60; i++)
		sharers_add(&w, &(struct sharer){ 5000 + i, "sh", true, false, 9999,
		    0, false, PSS_UNREAD, 0, 0 });
	shows(&y, 120, 40, "2 processes may not be looked at");
	synth_done(&y);
}

static void
names_cannot_hurt_the_terminal(void **state)
{
	struct synth y;

	(void)state;
	synth_init(&y);
	y.sample.target.path = "/tmp/\033[2Jevil\n\x9b" "31m";
	shows(&y, 120, 40, " ?[2Jevil??31m |");
	y.sample.target.path = "/x/a-very-long-name-that-has-no-room-at-all";
	shows(&y, 30, 10, " a-very-long-name.. LIVE");
	y.sample.target.path = NULL;
	shows(&y, 120, 40, " ? |");
	synth_done(&y);
}

static void
events_end_with_the_newest(void **state)
{
	struct synth y;
	struct event *e;

	(void)state;
	synth_init(&y);
	shows(&y, 120, 40, "22:13:00 D madvise(map+8M, 4M, "
	    "MADV_DONTNEED) = 0  cached +0  mapped -1024  minor +0  "
	    "major +0  read +0 B\n");
	shows(&y, 120, 46, "within a second\n22:12:30 S madvise(map+0, ");
	shows(&y, 120, 40, "MADV_POPULATE_READ) = -1 EINVAL\n");
	shows(&y, 120, 40, "MADV_WILLNEED) = 0  ...\n\n f r");
	/* What others do is one line, the newest. */
	shows(&y, 120, 46, "somebody else brought 512 pages");
	e = events_add(y.events, EVENT_OUTSIDE, 0, "others again");
	e->wall_ns = SYNTH_WALL_NS;
	y.scene.events_then = events_now(y.events);
	shows(&y, 120, 46, "others again");
	hides(&y, 120, 46, "somebody else brought 512 pages");
	/* What it did itself stands beside the call, what followed below. */
	e = events_add(y.events, EVENT_HINT, 'D', "madvise(map+0, 64M, D)");
	e->wall_ns = SYNTH_WALL_NS;
	y.scene.events_then = events_now(y.events);
	snprintf(e->result, sizeof e->result, "= 0 in 38 us");
	snprintf(e->own, sizeof e->own, "mapped 16384 -> 0  cached 16384 =");
	shows(&y, 120, 40, "D) = 0 in 38 us  mapped 16384 -> 0  "
	    "cached 16384 =  ...\n");
	events_finish(y.events, e);
	y.scene.events_then = events_now(y.events);
	shows(&y, 120, 40, "= 0 in 38 us  mapped 16384 -> 0  "
	    "cached 16384 =\n");
	snprintf(e->effect, sizeof e->effect, "then, 1 s, with the walk: "
	    "mapped +2000  minor +506");
	shows(&y, 120, 40, "mapped 16384 -> 0  cached 16384 =\n"
	    "           then, 1 s, with the walk: mapped +2000  minor +506\n");
	shows(&y, 200, 60, "cached 16384 =  then, 1 s, with the walk: ");
	/* No room beside the call: a line below it. */
	e = events_add(y.events, EVENT_HINT, 'C', "madvise(map, 1, X)");
	e->wall_ns = SYNTH_WALL_NS;
	snprintf(e->result, sizeof e->result, "= 0");
	snprintf(e->effect, sizeof e->effect, "cached +1  mapped +22222  "
	    "minor +33333  major +44444  read +0 B");
	shows(&y, 80, 24, "22:13:20 C madvise(map, 1, X) = 0\n"
	    "           cached +1  mapped +22222");
	/* Longer than that line: cut, or a third one where there is room. */
	snprintf(e->effect, sizeof e->effect, "cached +16384  mapped +16384  "
	    "minor +435  major +1  read +64.0 MiB  without readahead");
	shows(&y, 80, 24, "  read +64.0 MiB..\n");
	y.scene.expand = EXPAND_EVENTS;
	shows(&y, 80, 24, "22:13:20 C madvise(map, 1, X) = 0\n"
	    "           cached +16384  mapped +16384  minor +435  major +1  "
	    "read +64.0 MiB\n           without readahead\n");
	snprintf(e->effect, sizeof e->effect, "%0149d", 7);
	shows(&y, 80, 24, "= 0\n           0000000");
	shows(&y, 80, 24, "000..\n\n f r");
	/* Scrolled back: without the newest, and that is said. */
	y.scene.list.events_skip = 1;
	shows(&y, 120, 40, "EVENTS  1 newer below");
	hides(&y, 120, 40, "00000000000");
	y.scene.list.events_skip = 0;
	y.scene.expand = EXPAND_NOTHING;
	/* Too long for the screen: cut where it can be seen. */
	events_add(y.events, EVENT_NOTE, 0, "%0100d", 7);
	shows(&y, 60, 24, "000000000..\n");
	synth_done(&y);
}

/* Large digits; what is not known is no number. */
static void
presenting_has_three_numbers(void **state)
{
	struct synth y;

	(void)state;
	synth_init(&y);
	y.scene.expand = EXPAND_PRESENT;
	y.sample.total[LAYER_CACHED] = y.sample.target.pages;
	shows(&y, 60, 20, "major faults        minor faults        cached\n");
	shows(&y, 60, 20, " #  ### ### # #\n");
	shows(&y, 60, 20, "##  # # # #   #\n");
	y.sample.total_known = 0;
	shows(&y, 60, 20, "     ###\n");
	hides(&y, 60, 20, "##  # # # #   #\n");
	y.scene.read_only = true;
	shows(&y, 60, 20, "pages cached        pages dirty         cached\n");
	synth_done(&y);
}

static void
the_last_lines_speak_to_the_user(void **state)
{
	struct synth y;

	(void)state;
	synth_init(&y);
	/* Parts go by their rank; none is cut, no two keys run together. */
	shows(&y, 120, 40, "\n f r walk  t touch | N S R advice  W P bring in  "
	    "D E drop | v views  + - zoom  Space freeze  ? help  q quit\n");
	shows(&y, 80, 24, "\n f r walk | N S R advice  W P bring in  "
	    "D E drop | v views  ? help  q quit\n");
	/* What is short stands where what goes before it has no room. */
	shows(&y, 60, 24, "\n f r walk  t touch | D E drop | v views  "
	    "? help  q quit\n");
	shows(&y, 20, 5, "\n f r walk | ? help\n");
	y.scene.message = "saved";
	shows(&y, 20, 5, "\nsaved\n f r");
	y.scene.prompt.label = "go to: ";
	y.scene.prompt.input = "12M and so on for ever";
	y.scene.prompt.cursor = 22;
	shows(&y, 20, 5, "\ngo to: ..n for ever\n f r");
	y.scene.prompt.cursor = 0;
	shows(&y, 20, 5, "\ngo to: 12M and so on\n f r");
	/* Of a question that is too long the end is what matters. */
	y.scene.prompt.label = "madvise(map+0, 4096, MADV_PAGEOUT) may drop pages. "
	    "Do it? y/[n] ";
	y.scene.prompt.input = "";
	shows(&y, 40, 12, "\n..AGEOUT) may drop pages. Do it? y/[n]\n f r");
	shows(&y, 20, 5, "\n..es. Do it? y/[n]\n f r");
	shows(&y, 120, 40, "\nmadvise(map+0, 4096, MADV_PAGEOUT) may drop");
	y.scene.prompt.label = NULL;
	y.scene.message = "nothing of this was done";
	shows(&y, 20, 5, "\nnothing of this..\n f r");
	y.scene.message = "nothing of whatever was done";
	shows(&y, 20, 5, "\nnothing of whateve..\n f r");
	y.scene.message = "a bc defghijklmnopqr is";
	shows(&y, 20, 5, "\na bc defghijklmnop..\n f r");
	synth_done(&y);
}

/* The legend of the view, then the rows: page by page, no group broken. */
static void
help_has_pages(void **state)
{
	struct synth y;

	(void)state;
	synth_init(&y);
	y.scene.help.row = synth_help;
	y.scene.help.n = SYNTH_N(synth_help);
	shows(&y, 120, 40, "\n HELP\n PAGE CACHE (all processes)\n");
	shows(&y, 120, 40, "   ## all\n");
	shows(&y, 120, 40, "\n Look\n   Space  freeze");
	shows(&y, 80, 24, " HELP  page 1 of 2\n");
	shows(&y, 80, 24, "\n Look\n   Space  freeze");
	hides(&y, 80, 24, "end pagetide");
	y.scene.help.page = 1;
	shows(&y, 80, 24, "\n HELP  page 2 of 2\n Walk\n"
	    "   f  forward");
	y.scene.help.page = 1000;
	shows(&y, 80, 24, " HELP  page 2 of 2\n");
	shows(&y, 80, 24, "   q  end pagetide (Ctrl-C too)\n");
	/* The legend is that of the view. */
	y.scene.help.page = 0;
	y.scene.view = VIEW_COST;
	shows(&y, 80, 24, "\n COST (of the next touch)\n   ## major: I/O\n");
	synth_done(&y);
}

/* Each row is on its page and on no other, at each size. */
static void
no_row_of_the_help_is_lost(void **state)
{
	struct synth y;

	(void)state;
	synth_init(&y);
	y.scene.help.row = synth_help;
	y.scene.help.n = SYNTH_N(synth_help);
	for (int rows = 6; rows <= 45; rows += 3)
		for (int cols = 60; cols <= 130; cols += 35) {
			size_t pages = screen_help_pages(cols, rows,
			    &y.scene);

			for (size_t i = 0; i < y.scene.help.n * pages; i++) {
				size_t row = i / pages;

				y.scene.help.page = i % pages;
				(screen_help_page_of(cols, rows, &y.scene,
				    row) == i % pages ? shows : hides)(&y,
				    cols, rows, synth_help[row].label);
			}
		}
	synth_done(&y);
}

static void
views_can_be_chosen(void **state)
{
	static const int sizes[][2] = { { 200, 60 }, { 120, 40 }, { 80, 24 },
		{ 60, 20 }, { 40, 12 } };
	struct synth y;

	(void)state;
	synth_init(&y);
	y.scene.list.views = true;
	for (int i = 0; i < VIEW_COUNT; i++)
		snprintf(y.scene.list.key[i], sizeof y.scene.list.key[i],
		    "%c", 'a' + i);
	for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++)
		for (int i = 0; i < VIEW_COUNT; i++) {
			char text[32];

			snprintf(text, sizeof text, " %c %s", 'a' + i,
			    view_table[i].name);
			shows(&y, sizes[k][0], sizes[k][1], text);
		}
	/* Where not all can be there, the one in use is. */
	y.scene.view = VIEW_TOUCHED;
	shows(&y, 20, 6, "touched");
	/* The map stays in sight, and at 80x24 some of it. */
	shows(&y, 120, 40, "      60M |");
	shows(&y, 80, 24, "      16M |");
	synth_done(&y);
}

/* Columns of the screen over a cell, each cell in turn, each as wide. */
static size_t
count_places(const struct synth *y, int cols)
{
	struct frame f = { .cols = cols, .rows = 40 };
	size_t cell, n = 0;

	for (int row = -1; row <= 40; row++)
		for (int x = -1; x <= cols; x++)
			if (screen_cell_at(&f, EXPAND_NOTHING, &y->vp, x, row,
			    &cell))
				assert_int_equal(cell, n++ /
				    y->vp.cell_cols);
	return n;
}

/* Where a walk runs and a part is shown, the line says which. */
static void
the_part_shown_is_said(void **state)
{
	static const int sizes[][2] = { { 60, 20 }, { 80, 24 }, { 120, 40 },
		{ 200, 60 } };
	struct synth y;

	(void)state;
	synth_init(&y);
	y.scene.view = VIEW_BOTH;
	for (size_t i = 0; i < SYNTH_N(sizes); i++) {
		synth_size(&y, sizes[i][0], sizes[i][1]);
		viewport_goto(&y.vp, 4096);
		viewport_zoom_pages(&y.vp);
		shows(&y, sizes[i][0], sizes[i][1], " of 64M | @ sequential");
		shows(&y, sizes[i][0], sizes[i][1], "\n BOTH | ");
	}
	synth_done(&y);
}

/* A column of what is under the mouse is the cell drawn there. */
static void
the_mouse_finds_its_cell(void **state)
{
	struct frame tiny = { .cols = 10, .rows = 3 };
	struct synth y;
	unsigned w, h, seen = 0;
	size_t cell;

	(void)state;
	synth_init(&y);
	synth_size(&y, 120, 40);
	assert_int_equal(count_places(&y, 120), 1024);
	/* At each size: no place beside is one. */
	for (int cols = 30; cols < 200; cols += 7) {
		synth_size(&y, cols, 40);
		assert_int_equal(count_places(&y, cols),
		    viewport_cells(&y.vp) * y.vp.cell_cols);
		seen |= 1u << y.vp.cell_cols;
	}
	assert_int_equal(seen & ~4u, 2u | 8u);
	synth_size(&y, 120, 40);
	/* Fewer cells than there is room for; the last row is short. */
	y.vp.pages = 100;
	viewport_zoom_pages(&y.vp);
	assert_int_equal(count_places(&y, 120), 100);
	assert_false(screen_cell_at(&tiny, EXPAND_NOTHING, &y.vp, 0, 0,
	    &cell));
	screen_map_size(10, 3, false, &w, &h);
	assert_int_equal(w, 1);
	assert_int_equal(h, 1);
	synth_done(&y);
}

/* Memory without a file is in no page cache: its bar is of what is mapped. */
static void
the_bar_is_known_without_a_file(void **state)
{
	struct synth y;

	(void)state;
	synth_init(&y);
	y.scene.view = VIEW_KINDS;
	cells_forget(&y.overview, LAYER_BIT(LAYER_CACHED));
	shows(&y, 120, 40, "whole |?");
	y.sample.target.anon = true;
	hides(&y, 120, 40, "whole |?");
	synth_done(&y);
}

/* The bar is the whole file, from its first column to its last. */
static void
the_mouse_finds_its_page_on_the_bar(void **state)
{
	struct frame f = { .cols = 120, .rows = 40 };
	uint64_t page = 0, last = 0, n = 0;
	struct synth y;

	(void)state;
	synth_init(&y);
	synth_size(&y, 120, 40);
	viewport_zoom_pages(&y.vp);
	for (int row = 0; row < 40; row++)
		for (int x = -1; x <= 120; x++) {
			if (!screen_bar_at(&f, EXPAND_NOTHING, &y.vp, x, row,
			    &page))
				continue;
			assert_true(n == 0 ? page == 0 : page > last);
			last = page;
			n++;
		}
	assert_int_equal(n, y.vp.cols * y.vp.cell_cols);
	assert_int_equal(last, y.vp.pages - y.vp.pages / n);
	y.vp.pages = UINT64_MAX / 4096;
	assert_true(screen_bar_at(&f, EXPAND_NOTHING, &y.vp, 11, 2, &page));
	assert_int_equal(page, 0);
	synth_done(&y);
}

/* Keys that do nothing here are dim, and what they would do. */
static void
refused_keys_are_dim(void **state)
{
	struct key_help rows[] = {
		{ "W", "bring in", "hint", NULL, false, 0 },
		{ "N t", "refused", "hint", NULL, true, 0 },
	};
	struct synth y;
	struct frame f;

	(void)state;
	synth_init(&y);
	y.scene.footer = (struct key_rows){ .row = rows, .n = 2 };
	synth_size(&y, 120, 40);
	frame_init(&f, 120, 40);
	screen_draw(&f, &y.scene);
	for (int x = 1; x < 2 + 10 + 2 + 11 - 1; x++) {
		const struct fcell *c = &f.cell[39 * 120 + x];

		if (c->ch != U' ')
			assert_int_equal(c->fg, x == 1 ? ROLE_KEY : x < 12 ?
			    ROLE_TEXT : ROLE_DIM);
	}
	frame_done(&f);
	shows(&y, 120, 40, " W bring in  N t refused");
	synth_done(&y);
}

/* What a press in the footer presses, for each of its columns. */
static void
the_mouse_finds_its_key(void **state)
{
	static struct key_help rows[] = {
		{ "N S R", "advice", "a", NULL, false, 0 },
		{ "t", "touch it", "a", NULL, false, 0 },
		{ "Esc", "back", "b", NULL, false, 0 },
	};
	static const char want[] =
	    "NNSNRNNNNNNN  tttttttttt   EEEEEEEEE";
	/* of "N S R advice  t touch it | Esc back" */
	struct synth y;
	struct frame f;

	(void)state;
	synth_init(&y);
	y.scene.footer = (struct key_rows){ .row = rows,
		.n = SYNTH_N(rows) };
	synth_size(&y, 80, 24);
	frame_init(&f, 80, 24);
	screen_draw(&f, &y.scene);
	for (int x = 0; x < 80; x++) {
		char *key = screen_key_at(&f, EXPAND_NOTHING, x, 23);
		char is = key != NULL ? key[0] : ' ';
		size_t at = (size_t)x - 1;

		if (x == 0 || at >= sizeof want - 1)
			assert_null(key);
		else if (want[at] != is)
			fail_msg("column %d: %c, not %c", x, is, want[at]);
		assert_true(key == NULL || is != 'E' ||
		    strcmp(key, "Esc") == 0);
		free(key);
	}
	assert_null(screen_key_at(&f, EXPAND_NOTHING, 2, 22));
	frame_done(&f);
	synth_done(&y);
}

/* Time goes by and nothing happens: full graphs of zeros stay as they are. */
static void
an_idle_screen_stands_still(void **state)
{
	struct tick t = { .counters.known = COUNTER_BIT(COUNTER_COUNT) - 1 };
	struct frame f, later;
	struct synth y;

	(void)state;
	synth_init(&y);
	events_free(y.events);
	y.scene.events = y.events = events_new(1);
	synth_no_ticks(&y);
	frame_init(&f, 120, 40);
	frame_init(&later, 120, 40);
	synth_size(&y, 120, 40);
	for (int i = 0; i < 1200; i++) {
		t.t_ns += 100 * NS_PER_MS;
		ring_push(y.ring, &t);
		y.sample.seq++;
		y.sample.t_ns = y.scene.now_ns = t.t_ns;
		y.sample.wall_ns += 100 * NS_PER_MS;
		y.sample.scan.oldest_ns = t.t_ns - 20 * NS_PER_MS;
		if (i < 1000)
			continue;
		screen_draw(i == 1000 ? &f : &later, &y.scene);
		if (i > 1000)
			assert_true(frame_equal(&f, &later));
	}
	frame_done(&f);
	frame_done(&later);
	synth_done(&y);
}

/* All of them find room at 120 columns. */
static void
a_memory_limit_is_in_sight(void **state)
{
	struct synth y;
	struct memory_facts *m = &y.sample.memory;

	(void)state;
	synth_init(&y);
	hides(&y, 120, 50, "refaults");
	hides(&y, 120, 50, "limit");
	*m = (struct memory_facts){ .limited = true, .limit_known = true,
		.usage_known = true, .hits_known = true,
		.limit_bytes = 16 << 20, .usage_bytes = 15 << 20,
		.limit_hits = 865, .steals_by = "system",
		.pressure_known = true, .some_avg10_bp = 1604,
		.full_avg10_bp = 99 };
	shows(&y, 120, 50, "| limit 16.0 MiB, used 15.0 MiB\n");
	for (int rows = 30; rows <= 50; rows += 10)
		shows(&y, 120, rows,
		    "limit hits 865, system PSI 16.0/1.0 %");
	shows(&y, 120, 50, "refaults  ");
	shows(&y, 120, 50, "steals (system)  ");
	shows(&y, 80, 24, "none 2706 | limit 16.0 MiB, used 15.0 MiB");
	m->pressure_own = true;
	m->steals_by = "cgroup";
	shows(&y, 120, 50, "limit hits 865, PSI 16.0/1.0 %");
	shows(&y, 120, 50, "steals  ");
	/* What is not known is no number. */
	*m = (struct memory_facts){ .limited = true };
	shows(&y, 120, 50, "limit hits ?, PSI ?");
	shows(&y, 120, 50, "| limit ?, used ? | ");
	m->limit_known = true;
	m->limit_bytes = UINT64_MAX;
	/* Taken off, nothing is left of it. */
	hides(&y, 120, 50, "limit");
	hides(&y, 120, 50, "PSI");
	hides(&y, 120, 50, "refaults");
	hides(&y, 120, 50, "steals");
	synth_done(&y);
}

/* The box of memory: the limit's place is where it is, not how full. */
static void
memory_is_a_box(void **state)
{
	struct synth y;
	struct memory_facts *m = &y.sample.memory;

	(void)state;
	synth_init(&y);
	y.scene.side.panel = SIDE_MEMORY;
	shows(&y, 120, 40, "| MEMORY  ?\n");
	m->machine = (struct machine_facts){ .known = true,
		.total_bytes = UINT64_C(1) << 30, .free_bytes = 512 << 20,
		.file_bytes = 256 << 20, .anon_bytes = 128 << 20 };
	shows(&y, 120, 40, "| MEMORY  of the machine, 1.0 GiB\n");
	shows(&y, 120, 40, "| .. free               512.0 MiB\n");
	shows(&y, 120, 40, "| :: file cache, clean  256.0 MiB\n");
	shows(&y, 120, 40, "| ++ anonymous          128.0 MiB\n");
	hides(&y, 120, 40, "refaults");
	m->limited = m->limit_known = m->usage_known = m->parts_known = true;
	m->limit_bytes = 16 << 20;
	m->usage_bytes = m->file_bytes = 12 << 20;
	shows(&y, 120, 40, "| MEMORY  of the worker's cgroup\n");
	shows(&y, 120, 40, "-- limit 16M -----");
	shows(&y, 120, 40, "| .. free                 4.0 MiB\n");
	/* Which of them are dirty is not known here. */
	shows(&y, 120, 40, "| :: file cache          12.0 MiB\n");
	shows(&y, 120, 40, "| !! file cache, dirty          ?\n");
	shows(&y, 120, 40, "refaults ");
	shows(&y, 120, 40, "steals ");
	synth_done(&y);
}

static void
copies_are_counted_beside_the_rest(void **state)
{
	struct synth y;

	(void)state;
	synth_init(&y);
	y.sample.worker.map_flags = MAP_SPEC_PRIVATE;
	hides(&y, 120, 40, "| private");
	y.sample.worker.map_flags |= MAP_SPEC_WRITE;
	y.sample.total[LAYER_PRIVATE] = 1024;
	y.sample.total_known |= LAYER_BIT(LAYER_PRIVATE);
	y.sample.worker.private_dirty_known = true;
	y.sample.worker.private_dirty_bytes = 4 << 20;
	shows(&y, 120, 40, "page cache 5617/16384 = 34.2 % | mapped 2706 | "
	    "private 1024, Private_Dirty 4.0 MiB | read 53.9 MiB");
	shows(&y, 160, 40, "= 34.2 % = 21.9 MiB | mapped 2706 = 10.5 MiB | "
	    "private 1024, Private_Dirty 4.0 MiB | read 53.9 MiB");
	y.sample.total_known &= ~LAYER_BIT(LAYER_PRIVATE);
	y.sample.worker.private_dirty_known = false;
	shows(&y, 120, 40, "| private ? | read ");
	synth_done(&y);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_size_can_be_drawn),
		cmocka_unit_test(every_size_has_help_and_prompt),
		cmocka_unit_test(the_numbers_are_the_samples),
		cmocka_unit_test(the_next_touch_has_its_cost),
		cmocka_unit_test(small_files_are_counted_right),
		cmocka_unit_test(the_inspector_follows_the_cursor),
		cmocka_unit_test(now_is_as_long_as_it_is),
		cmocka_unit_test(unknown_is_said_not_shown_as_a_number),
		cmocka_unit_test(every_view_names_its_interface),
		cmocka_unit_test(words_of_views_fit),
		cmocka_unit_test(what_moves_is_counted),
		cmocka_unit_test(memory_is_a_box),
		cmocka_unit_test(copies_are_counted_beside_the_rest),
		cmocka_unit_test(a_memory_limit_is_in_sight),
		cmocka_unit_test(a_page_has_an_address),
		cmocka_unit_test(the_cost_is_always_there),
		cmocka_unit_test(memory_has_no_page_cache),
		cmocka_unit_test(advice_that_differs_is_mixed),
		cmocka_unit_test(the_latency_panel_tells_each_touch),
		cmocka_unit_test(frozen_cannot_be_missed),
		cmocka_unit_test(windows_of_readahead_are_listed),
		cmocka_unit_test(the_slowest_touches_are_always_there),
		cmocka_unit_test(read_only_speaks_of_no_worker),
		cmocka_unit_test(another_process_has_no_working_set),
		cmocka_unit_test(the_code_has_the_whole_screen),
		cmocka_unit_test(who_maps_it_fits_each_panel),
		cmocka_unit_test(who_maps_the_cell_is_known_of_that_cell),
		cmocka_unit_test(the_view_who_counts_processes),
		cmocka_unit_test(who_is_hidden_stands_before_who_is_not),
		cmocka_unit_test(a_page_of_a_file_may_be_neither),
		cmocka_unit_test(kinds_say_which_is_not_told),
		cmocka_unit_test(names_cannot_hurt_the_terminal),
		cmocka_unit_test(events_end_with_the_newest),
		cmocka_unit_test(presenting_has_three_numbers),
		cmocka_unit_test(the_last_lines_speak_to_the_user),
		cmocka_unit_test(the_part_shown_is_said),
		cmocka_unit_test(help_has_pages),
		cmocka_unit_test(no_row_of_the_help_is_lost),
		cmocka_unit_test(views_can_be_chosen),
		cmocka_unit_test(the_mouse_finds_its_cell),
		cmocka_unit_test(the_bar_is_known_without_a_file),
		cmocka_unit_test(the_mouse_finds_its_page_on_the_bar),
		cmocka_unit_test(refused_keys_are_dim),
		cmocka_unit_test(the_mouse_finds_its_key),
		cmocka_unit_test(an_idle_screen_stands_still),
	};

	setlocale(LC_ALL, "C.UTF-8");
	setenv("TZ", "UTC", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
