/* A made-up scene for the tests of the views. */
#ifndef PAGETIDE_SYNTH_H
#define PAGETIDE_SYNTH_H

#include <stdio.h>
#include <string.h>

#include "pagetide/advice.h"
#include "pagetide/cells.h"
#include "pagetide/changes.h"
#include "pagetide/clock.h"
#include "pagetide/event.h"
#include "pagetide/ring.h"
#include "pagetide/sample.h"
#include "pagetide/scene.h"
#include "pagetide/viewport.h"
#include "pagetide/history.h"
#include "pagetide/waterfall.h"

#define SYNTH_PAGES 16384
#define SYNTH_TICKS 1000
#define SYNTH_NOW_NS (1000 * NS_PER_S)
#define SYNTH_WALL_NS (UINT64_C(1700000000) * NS_PER_S)

struct synth {
	struct sample	 sample;
	struct cells	 overview, shown;
	struct viewport	 vp;
	struct ring	*ring;
	struct events	*events;
	struct changes	*changes;
	struct waterfall *fall;
	struct scene	 scene;
};

static struct key_help synth_footer[] = {
	{ "f r", "walk", "walk", NULL, false, 0 },
	{ "t", "touch", "walk", NULL, false, 6 },
	{ "N S R", "advice", "hint", NULL, false, 5 },
	{ "W P", "bring in", "hint", NULL, false, 4 },
	{ "D E", "drop", "hint", NULL, false, 3 },
	{ "v", "views", "look", NULL, false, 2 },
	{ "+ -", "zoom", "look", NULL, false, 10 },
	{ "Space", "freeze", "look", NULL, false, 9 },
	{ "?", "help", "look", NULL, false, 0 },
	{ "q", "quit", "look", NULL, false, 1 },
};

static struct key_help __attribute__((unused)) synth_help[] = {
	{ "Space", "freeze the picture, or go on", "Look", NULL, false, 0 },
	{ "v Tab", "next view", "Look", NULL, false, 0 },
	{ "+ =", "half the pages a cell", "Look", NULL, false, 0 },
	{ "h Left", "cell to the left", "Move and select", NULL, false, 0 },
	{ "l Right", "cell to the right", "Move and select", NULL, false, 0 },
	{ "/", "go to 12M, 50% or 0x1f000", "Move and select", NULL, false, 0 },
	{ "f", "forward, page by page", "Walk", NULL, false, 0 },
	{ "E", "not here: file system keeps its pages", "Hint", NULL, false, 0 },
	{ "q", "end pagetide (Ctrl-C too)", "Other", NULL, false, 0 },
};

#define SYNTH_N(table) (sizeof table / sizeof table[0])

/* The first 20 MiB cached, 12 of them mapped, some pages near the end. */
static inline void
synth_fill(struct cells *c)
{
	cells_reshape(c, 0, SYNTH_PAGES, 0);
	for (size_t i = 0; i < c->n; i++) {
		int cached = i < 5120 || (i > 14336 && i * i % 37 < 9);
		int mapped = i >= 1024 && i < 4096 && (i < 3000 || i % 3);

		cells_set(c, i, LAYER_CACHED, (uint32_t)cached, SYNTH_NOW_NS);
		cells_set(c, i, LAYER_MAPPED, (uint32_t)mapped, SYNTH_NOW_NS);
	}
}

static inline void
synth_sample(struct synth *y)
{
	struct sample *s = &y->sample;

	*s = (struct sample){ .seq = 601, .t_ns = SYNTH_NOW_NS,
		.wall_ns = SYNTH_WALL_NS, .overview = &y->overview,
		.vmas_known = true, .n_vmas = 1 };
	s->target = (struct target_facts){ .path = "/srv/data/f64m",
		.filesystem = "ext4", .size_bytes = SYNTH_PAGES * 4096,
		.pages = SYNTH_PAGES, .page_bytes = 4096,
		.readahead_bytes = 131072, .readahead_known = true };
	s->worker = (struct worker_facts){ .alive = true, .pid = 4711,
		.map_pages = SYNTH_PAGES, .running = true,
		.kind = PATTERN_SEQUENTIAL,
		.cursor_known = true, .cursor_page = 5119,
		.pace_per_s = 1000 };
	s->scan = (struct scan_facts){ .cached_by = "mincore",
		.mapped_by = "pagemap", .duration_ns = 800000,
		.oldest_ns = SYNTH_NOW_NS - 100 * NS_PER_MS,
		.complete = true };
	s->vma[0] = (struct vma_range){ 0, SYNTH_PAGES, VMF_SEQ };
	s->counters.known = COUNTER_BIT(COUNTER_COUNT) - 1;
	s->base.known = COUNTER_BIT(COUNTER_COUNT) - 1;
	s->total_known = LAYER_BIT(LAYER_CACHED) | LAYER_BIT(LAYER_MAPPED);
	cells_total(&y->overview, LAYER_CACHED, &s->total[LAYER_CACHED]);
	cells_total(&y->overview, LAYER_MAPPED, &s->total[LAYER_MAPPED]);
}

/* 60 s at 10 samples a second, with bursts and one gap. */
static inline void
synth_ring(struct synth *y)
{
	struct counters c = { .known = COUNTER_BIT(COUNTER_COUNT) - 1 };

	/* They end with the totals of the sample. */
	c.v[COUNTER_CACHED] = y->sample.total[LAYER_CACHED] - 100 * 51;
	c.v[COUNTER_MAPPED] = y->sample.total[LAYER_MAPPED];
	for (uint64_t i = 0; i <= 600; i++) {
		struct tick t = { SYNTH_NOW_NS - (600 - i) * 100 * NS_PER_MS,
			c, i >= 300 && i <= 340 };

		ring_push(y->ring, &t);
		c.v[COUNTER_MINOR] += i > 100 && i < 260 ? 2 : i > 400 ?
		    1 + i % 60 / 10 : 0;
		c.v[COUNTER_MAJOR] += i == 101 || (i > 450 && i % 9 == 0);
		c.v[COUNTER_READ_BYTES] += i > 100 && i < 260 ? 131072 :
		    i > 480 ? 300000 : 0;
		c.v[COUNTER_CACHED] += i >= 500 ? 51 : 0;
		y->sample.counters = t.counters;
	}
}

static inline void
synth_event(struct synth *y, uint64_t before_ns, enum event_kind kind,
    char mark, const char *text, const char *result, const char *effect)
{
	struct event *e = events_add(y->events, kind, mark, "%s", text);

	e->t_ns = SYNTH_NOW_NS - before_ns;
	e->wall_ns = SYNTH_WALL_NS - before_ns;
	snprintf(e->result, sizeof e->result, "%s", result);
	snprintf(e->effect, sizeof e->effect, "%s", effect);
	y->scene.events_then = events_now(y->events);
}

static inline void
synth_events(struct synth *y)
{
	synth_event(y, 58 * NS_PER_S, EVENT_WORKER, 0,
	    "worker 4711 maps f64m, 16384 pages", "", "");
	synth_event(y, 50 * NS_PER_S, EVENT_HINT, 'S',
	    "madvise(map+0, 64M, MADV_SEQUENTIAL)", "= 0",
	    "cached +2099  mapped +66  minor +66  major +0  read +8.2 MiB");
	synth_event(y, 20 * NS_PER_S, EVENT_HINT, 'D',
	    "madvise(map+8M, 4M, MADV_DONTNEED)", "= 0",
	    "cached +0  mapped -1024  minor +0  major +0  read +0 B");
	synth_event(y, 14 * NS_PER_S, EVENT_HINT, 'P',
	    "madvise(map+8M, 4M, MADV_POPULATE_READ)", "= -1 EINVAL", "");
	synth_event(y, 9 * NS_PER_S, EVENT_OUTSIDE, 0,
	    "somebody else brought 512 pages into the cache", "", "");
	synth_event(y, 4 * NS_PER_S, EVENT_WORK, 'f',
	    "walk sequential, 16384 pages, 1000/s", "", "");
	synth_event(y, NS_PER_S / 2, EVENT_HINT, 'W',
	    "madvise(map+32M, 32M, MADV_WILLNEED)", "= 0", "");
}

static inline void
synth_scene(struct synth *y)
{
	y->scene = (struct scene){ .sample = &y->sample, .shown = &y->shown,
		.vp = &y->vp, .ring = y->ring, .events = y->events,
		.events_then = events_now(y->events),
		.changes = y->changes,
		.view = VIEW_CACHE, .now_ns = SYNTH_NOW_NS,
		.column_ns = 2 * NS_PER_S, .times.fade_ns = 3 * NS_PER_S,
		.cost = { 10, 1, NS_PER_MS },
		.footer = { synth_footer, SYNTH_N(synth_footer), 0 } };
}

/* Of a history that has nothing. */
static inline void
synth_fall(struct synth *y)
{
	struct fall_shape shape = waterfall_shape(&y->vp, y->scene.column_ns);
	struct history *none = history_new(0);

	waterfall_fill(y->fall, &shape, none, y->scene.sample);
	y->scene.times.fall = y->fall;
	history_free(none);
}

static inline void
synth_init(struct synth *y)
{
	memset(y, 0, sizeof *y);
	cells_init(&y->overview);
	cells_init(&y->shown);
	y->ring = ring_new(SYNTH_TICKS);
	y->events = events_new(50);
	y->changes = changes_new();
	y->fall = waterfall_new();
	viewport_init(&y->vp, SYNTH_PAGES);
	synth_fill(&y->overview);
	synth_sample(y);
	synth_ring(y);
	synth_events(y);
	synth_scene(y);
	synth_fall(y);
}

static inline void
synth_done(struct synth *y)
{
	cells_done(&y->overview);
	cells_done(&y->shown);
	ring_free(y->ring);
	events_free(y->events);
	changes_free(y->changes);
	waterfall_free(y->fall);
}

/* History is to begin anew. */
static inline void
synth_no_ticks(struct synth *y)
{
	ring_free(y->ring);
	y->scene.ring = y->ring = ring_new(SYNTH_TICKS);
}

/* As the app does before each picture. */
static inline void
synth_size(struct synth *y, int cols, int rows)
{
	unsigned w, h;

	screen_map_size(cols, rows, y->scene.expand, &w, &h);
	viewport_resize(&y->vp, w, h);
	cells_reshape(&y->shown, y->vp.first_page,
	    viewport_shown_pages(&y->vp), y->vp.shift);
	sample_project(&y->sample, &y->shown);
	synth_fall(y);
	if (!y->scene.frozen)
		y->scene.events_then = events_now(y->scene.events);
}

#endif
