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
#include "pagetide/strbuf.h"

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
	ring_clear(y->ring);
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
			full.scene.paused = cols % 3 == 0;
			full.scene.read_only = rows % 7 == 0;
			full.scene.expand = cols % 11 == 0 ? EXPAND_MAP
			    : cols % 5 == 0 ? EXPAND_EVENTS : EXPAND_NOTHING;
			full.scene.latency = rows % 3 == 0;
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
	y.scene.help = synth_help;
	y.scene.n_help = SYNTH_N(synth_help);
	y.scene.prompt = "goto ";
	y.scene.input = "\xe6\x97\xa5" "12M";
	for (int rows = 1; rows <= 45; rows += 2)
		for (int cols = 1; cols <= 130; cols += 3) {
			y.scene.help_top = (size_t)(cols % 40);
			y.scene.input_cursor = (size_t)(cols % 9);
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
	shows(&y, 120, 40, "pagetide  f64m | 64.0 MiB = 16384 pages of 4K | "
	    "ext4, readahead 128K | pid 4711 MAP_SHARED r--");
	shows(&y, 120, 40, "LIVE 10/s");
	shows(&y, 120, 40, "page cache 5617/16384 = 34.2 % = 21.9 MiB | "
	    "mapped 2706 = 10.5 MiB | read 53.9 MiB | advice SEQUENTIAL");
	shows(&y, 120, 40, "cell 64K = 16 pages, row 4M");
	shows(&y, 120, 40, "minor faults          60/s         1053");
	shows(&y, 120, 40, "pages cached          +510");
	shows(&y, 120, 40, "own cost: CPU <= 1 %, scan <= 1.0 ms");
	shows(&y, 120, 40, "by mincore, pagemap, age <= 1 s");
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

/* What stands before "=" is exact, and one is no plural. */
static void
small_files_are_counted_right(void **state)
{
	struct synth y;

	(void)state;
	synth_init(&y);
	y.sample.target.size_bytes = 4097;
	y.sample.target.pages = 2;
	shows(&y, 120, 40, "| 4097 B = 2 pages of 4K |");
	y.sample.target.size_bytes = 4096;
	y.sample.target.pages = 1;
	shows(&y, 120, 40, "| 4.0 KiB = 1 page of 4K |");
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
	shows(&y, 120, 40, "at 11968K  pages 2992..3007");
	shows(&y, 120, 40, "cached           16 of 16");
	shows(&y, 120, 40, "mapped           13 of 16");
	viewport_zoom_pages(&y.vp);
	shows(&y, 120, 40, "at 12004K  page 3001");
	shows(&y, 120, 40, "next touch: none");
	viewport_goto(&y.vp, 3003);
	shows(&y, 120, 40, "next touch: minor fault");
	viewport_goto(&y.vp, 6000);
	shows(&y, 120, 40, "next touch: major fault");
	cells_forget(&y.overview, LAYER_BIT(LAYER_MAPPED));
	shows(&y, 120, 40, "next touch ?");
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
	ring_clear(y.ring);
	for (uint64_t i = 0; i < 4; i++) {
		t.t_ns = SYNTH_NOW_NS - (3 - i) * 5 * NS_PER_S;
		t.counters.v[COUNTER_MINOR] = i * 200;
		ring_push(y.ring, &t);
	}
	shows(&y, 120, 40, "NOW                last 5 s  since start");
	shows(&y, 120, 40, "minor faults          40/s");
	/* Ticks later than the picture, as while paused, do not count. */
	y.scene.now_ns = SYNTH_NOW_NS - 11 * NS_PER_S;
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
	y.scene.cpu_bound_pct = 0;
	y.scene.scan_bound_ns = 0;
	cells_forget(&y.overview, LAYER_ALL);
	ring_clear(y.ring);
	shows(&y, 120, 40, "page cache ?/16384 = ? | mapped ? | read ? | "
	    "advice ?");
	shows(&y, 120, 40, "\nresidency: not the owner, no write permission\n");
	shows(&y, 120, 40, "X???????????????");
	shows(&y, 120, 40, "minor faults             ?            ?");
	shows(&y, 120, 40, "own cost: CPU ?, scan ?");
	shows(&y, 10, 1, "resident ?");
	hides(&y, 120, 40, "peak");
	make_empty(&y);
	shows(&y, 120, 40, "nothing measured yet");
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
	y.sample.scan.why_not[LAYER_DIRTY] = "only cachestat tells it";
	shows(&y, 120, 40, " PAGE CACHE (all processes), by mincore |");
	shows(&y, 120, 40, "| by mincore\n");
	shows(&y, 80, 24, " PAGE CACHE, by mincore |");
	shows(&y, 120, 40, "\nfell back\n");
	y.scene.view = VIEW_INFLIGHT;
	shows(&y, 120, 40, "IN FLIGHT (being read), by cachestat minus "
	    "mincore |");
	shows(&y, 120, 44, "| by cachestat minus mincore\n");
	shows(&y, 120, 40, "\nfell back\n");
	y.scene.view = VIEW_DIRTY;
	shows(&y, 120, 40, " DIRTY in whole folios |");
	shows(&y, 80, 24, " DIRTY in whole folios |");
	shows(&y, 120, 40, "| nothing tells it here\n");
	shows(&y, 120, 40, "| one byte written may count as 512 pages\n");
	shows(&y, 120, 40, "\nonly cachestat tells it\n");
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
	hides(&y, 120, 40, "in flight");
	y.sample.total[LAYER_DIRTY] = 12;
	y.sample.total[LAYER_WRITEBACK] = 3;
	shows(&y, 120, 40, "| dirty 12 | writeback 3 |");
	y.sample.total_known |= LAYER_BIT(LAYER_INFLIGHT);
	shows(&y, 120, 40, "| writeback 3 | in flight 7\n");
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
		shows(&y, 120, 40, "| by mincore, pagemap, age <= 1 s\n");
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
	y.scene.latency = true;
	y.sample.worker.latency_known = false;
	shows(&y, 120, 40, "| LATENCY");
	shows(&y, 120, 40, "| ?\n");
	l = &y.sample.worker.latency;
	*l = (struct latency){ .stray_minor = 3 };
	y.sample.worker.latency_known = true;
	l->count[LATENCY_NO_FAULT][5] = 1234;
	l->count[LATENCY_MINOR][12] = 97;
	l->count[LATENCY_MINOR][14] = 3;
	shows(&y, 200, 60, "| touches         1234       100         .");
	shows(&y, 200, 60, "| p50 <=         32 ns    4.1 us         -");
	shows(&y, 200, 60, "| p99 <=         32 ns   16.4 us         -");
	shows(&y, 200, 60, "| beside them +3 minor +0 major");
	shows(&y, 200, 60, "| <= 4.1 us          .        97         .");
	shows(&y, 200, 60, "| <= 8.2 us          .         .         .");
	/* Without room for the gaps only what was touched. */
	l->count[LATENCY_MAJOR][LATENCY_BUCKETS - 1] = 1;
	hides(&y, 200, 60, "<= 8.2 us");
	shows(&y, 200, 60, "| p50 <=         32 ns    4.1 us         ?");
	shows(&y, 200, 60, "| longer             .         .         1");
	for (int b = 0; b < LATENCY_BUCKETS; b++)
		l->count[LATENCY_MAJOR][b] = 1;
	shows(&y, 120, 30, "| ... more rows than room\n");
	synth_done(&y);
}

static void
paused_cannot_be_missed(void **state)
{
	struct synth y;

	(void)state;
	synth_init(&y);
	y.scene.paused = true;
	for (int rows = 1; rows <= 45; rows++)
		for (int cols = 20; cols <= 130; cols++)
			shows(&y, cols, rows, "PAUSED");
	hides(&y, 120, 40, "LIVE");
	shows(&y, 120, 40, "\n PAUSED  | PAGE CACHE");
	hides(&y, 120, 40, "since\n");
	y.scene.events_since = 1;
	shows(&y, 120, 40, "\n PAUSED  | +1 event | PAGE CACHE");
	y.scene.events_since = 3;
	shows(&y, 120, 40, "\n PAUSED  | +3 events | PAGE CACHE");
	shows(&y, 80, 24, "\n PAUSED  | +3 events | PAGE CACHE");
	shows(&y, 120, 40, "within a second  paused: +3 since\n");
	synth_done(&y);
}

static void
read_only_speaks_of_no_worker(void **state)
{
	struct synth y;

	(void)state;
	synth_init(&y);
	y.scene.read_only = true;
	y.sample.worker = (struct worker_facts){ 0 };
	shows(&y, 120, 40, "read-only: watching");
	hides(&y, 120, 40, "advice");
	hides(&y, 120, 40, "minor faults   ");
	synth_done(&y);
}

static void
names_cannot_hurt_the_terminal(void **state)
{
	struct synth y;

	(void)state;
	synth_init(&y);
	y.sample.target.path = "/tmp/\033[2Jevil\n\x9b" "31m";
	shows(&y, 120, 40, "pagetide  ?[2Jevil??31m |");
	y.sample.target.path = "/x/a-very-long-name-that-has-no-room-at-all";
	shows(&y, 30, 10, " a-very-long-name.. LIVE");
	y.sample.target.path = NULL;
	shows(&y, 120, 40, "pagetide  ? |");
	synth_done(&y);
}

static void
events_end_with_the_newest(void **state)
{
	struct synth y;
	struct event *e;

	(void)state;
	synth_init(&y);
	shows(&y, 120, 40, "22:13:00 D madvise(map+8M, 4194304, "
	    "MADV_DONTNEED)      = 0  cached +0  mapped -1024  minor +0  "
	    "major +0  read +0 B\n");
	shows(&y, 120, 46, "within a second\n22:12:30 S madvise(map+0, ");
	shows(&y, 120, 40, "MADV_POPULATE_READ) = -1 EINVAL\n");
	shows(&y, 120, 40, "MADV_WILLNEED)    = 0  ...\n\n?");
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
	    "minor +435  major +1  read +64.0 MiB  forecast 0/16384: read");
	shows(&y, 80, 24, "  read +64.0 MiB ..\n");
	y.scene.expand = EXPAND_EVENTS;
	shows(&y, 80, 24, "22:13:20 C madvise(map, 1, X) = 0\n"
	    "           cached +16384  mapped +16384  minor +435  major +1  "
	    "read +64.0 MiB\n           forecast 0/16384: read\n");
	snprintf(e->effect, sizeof e->effect, "%0149d", 7);
	shows(&y, 80, 24, "= 0\n           0000000");
	shows(&y, 80, 24, "000..\n\n?");
	y.scene.expand = EXPAND_NOTHING;
	/* Too long for the screen: cut where it can be seen. */
	events_add(y.events, EVENT_NOTE, 0, "%0100d", 7);
	shows(&y, 60, 24, "000000000..\n");
	synth_done(&y);
}

static void
the_last_lines_speak_to_the_user(void **state)
{
	struct synth y;

	(void)state;
	synth_init(&y);
	shows(&y, 200, 60, "\n? Help  Space Pause  v View  + - Zoom  / Go to");
	shows(&y, 120, 40, "\n? Help Space Pause v View +- Zoom / Go to");
	shows(&y, 20, 5, "\n? Help Space Pause\n");
	y.scene.message = "saved";
	shows(&y, 20, 5, "\nsaved\n?");
	y.scene.prompt = "go to: ";
	y.scene.input = "12M and so on for ever";
	y.scene.input_cursor = 22;
	shows(&y, 20, 5, "\ngo to:  on for ever\n?");
	y.scene.input_cursor = 0;
	shows(&y, 20, 5, "\ngo to: 12M and so on\n?");
	/* Of a question that is too long the end is what matters. */
	y.scene.prompt = "madvise(map+0, 4096, MADV_PAGEOUT) may drop pages. "
	    "Do it? y/[n] ";
	y.scene.input = "";
	shows(&y, 40, 12, "\n..AGEOUT) may drop pages. Do it? y/[n]\n?");
	shows(&y, 20, 5, "\n..es. Do it? y/[n]\n?");
	shows(&y, 120, 40, "\nmadvise(map+0, 4096, MADV_PAGEOUT) may drop");
	y.scene.prompt = NULL;
	y.scene.message = "nothing of this was done";
	shows(&y, 20, 5, "\nnothing of this wa..\n?");
	synth_done(&y);
}

static void
help_scrolls_to_its_end(void **state)
{
	struct synth y;

	(void)state;
	synth_init(&y);
	y.scene.help = synth_help;
	y.scene.n_help = SYNTH_N(synth_help);
	shows(&y, 80, 24, "\n KEYS\n Look\n   Space    freeze");
	shows(&y, 80, 24, "half the pages a cell\n\n Move and select\n");
	shows(&y, 80, 10, " KEYS  lines 1 to 6 of 18\n");
	hides(&y, 80, 10, "end pagetide");
	y.scene.help_top = 1000;
	shows(&y, 80, 10, " KEYS  lines 13 to 18 of 18\n");
	shows(&y, 80, 10, "   q        end pagetide (Ctrl-C too)\n");
	y.scene.help_top = 0;
	shows(&y, 120, 13, "end pagetide");
	shows(&y, 120, 10, " KEYS  lines 1 to 12 of 18\n");
	synth_done(&y);
}

/* A column of what is under the mouse is the cell drawn there. */
static void
the_mouse_finds_its_cell(void **state)
{
	struct synth y;
	size_t cell, n = 0;
	unsigned w, h;

	(void)state;
	synth_init(&y);
	synth_size(&y, 120, 40);
	for (int row = -1; row <= 40; row++)
		for (int x = -1; x <= 120; x++)
			if (screen_cell_at(120, 40, &y.scene, x, row, &cell))
				assert_int_equal(cell, n++);
	assert_int_equal(n, 1024);
	assert_false(screen_cell_at(10, 3, &y.scene, 0, 0, &cell));
	screen_map_size(10, 3, false, &w, &h);
	assert_int_equal(w, 1);
	assert_int_equal(h, 1);
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
	ring_clear(y.ring);
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
	shows(&y, 120, 50, "| limit 16.0 MiB, used 15.0 MiB | read ");
	for (int rows = 30; rows <= 50; rows += 10)
		shows(&y, 120, rows,
		    "limit hits 865, system PSI 16.0/1.0 %");
	shows(&y, 120, 50, "refaults  ");
	shows(&y, 120, 50, "steals (system)  ");
	shows(&y, 80, 24, "limit 16.0 MiB, used 15.0 MiB");
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
	shows(&y, 120, 50, "limit off, PSI ?");
	shows(&y, 120, 50, "| limit off, used ? | ");
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
	    "private 1024, Private_Dirty 4.0 MiB | read 53.9 MiB | advice ");
	shows(&y, 160, 40, "= 34.2 % = 21.9 MiB | mapped 2706 = 10.5 MiB | "
	    "private 1024, Private_Dirty 4.0 MiB | read 53.9 MiB | advice ");
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
		cmocka_unit_test(small_files_are_counted_right),
		cmocka_unit_test(the_inspector_follows_the_cursor),
		cmocka_unit_test(now_is_as_long_as_it_is),
		cmocka_unit_test(unknown_is_said_not_shown_as_a_number),
		cmocka_unit_test(every_view_names_its_interface),
		cmocka_unit_test(words_of_views_fit),
		cmocka_unit_test(what_moves_is_counted),
		cmocka_unit_test(copies_are_counted_beside_the_rest),
		cmocka_unit_test(a_memory_limit_is_in_sight),
		cmocka_unit_test(a_page_has_an_address),
		cmocka_unit_test(the_cost_is_always_there),
		cmocka_unit_test(memory_has_no_page_cache),
		cmocka_unit_test(advice_that_differs_is_mixed),
		cmocka_unit_test(the_latency_panel_tells_each_touch),
		cmocka_unit_test(paused_cannot_be_missed),
		cmocka_unit_test(read_only_speaks_of_no_worker),
		cmocka_unit_test(names_cannot_hurt_the_terminal),
		cmocka_unit_test(events_end_with_the_newest),
		cmocka_unit_test(the_last_lines_speak_to_the_user),
		cmocka_unit_test(help_scrolls_to_its_end),
		cmocka_unit_test(the_mouse_finds_its_cell),
		cmocka_unit_test(an_idle_screen_stands_still),
	};

	setlocale(LC_ALL, "C.UTF-8");
	setenv("TZ", "UTC", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
