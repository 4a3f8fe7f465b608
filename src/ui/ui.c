#include "config.h"

#include "pagetide/ui.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pagetide/changes.h"
#include "pagetide/clock.h"
#include "pagetide/difference.h"
#include "pagetide/orders.h"
#include "pagetide/race.h"
#include "pagetide/said.h"
#include "pagetide/tty.h"
#include "pagetide/typed.h"
#include "pagetide/units.h"
#include "pagetide/waterfall.h"
#include "pagetide/xalloc.h"

#include "drawn.h"
#include "held.h"
#include "lessons.h"

/* Columns that a cell has at least where it is seen from afar: a square. */
#define WIDE_COLS 2

/* The two moments that the session is for, and where one goes to look at
 * them. */
static void
begin_diff(struct ui *ui)
{
	const struct difference *d = ui->opts.diff;
	const struct moment *m;
	struct ui_want *w = &ui->then.want;
	char wall[UNITS_MAX];

	if (d == NULL)
		return;
	ui->list.diff = difference_copy(d);
	m = strcmp(ui->opts.replayed, d->b.path) == 0 ? &d->b : &d->a;
	/* Times are told to a millisecond: not before it. */
	units_wall(wall, m->s.sample.wall_ns + NS_PER_MS - 1);
	snprintf(w->at, sizeof w->at, "%s", wall);
	w->kind = UI_WANT_TIME;
}

void
ui_open(struct ui *ui, const struct ui_opts *opts)
{
	*ui = (struct ui){ .opts = *opts, .watch = ui->watch, .act = ui->act,
		.said = ui->said, .commands = ui->commands,
		.view = opts->view, .list.view_before = opts->view,
		.list.browse = ui->list.browse, .mouse.on = opts->mouse,
		.graph.column_ns = 2 * NS_PER_S,
		.graph.fall = waterfall_new(), .changes = changes_new(),
		.lessons = xcalloc(1, sizeof *ui->lessons) };
	append_init(&ui->lessons->answers, opts->lesson.answers);
	if (opts->lesson.name != NULL)
		ui->lessons->want = xstrdup(opts->lesson.name);
	strbuf_init(&ui->prompt.text);
	strbuf_init(&ui->prompt.hint);
	strbuf_init(&ui->prompt.tab.typed);
	strbuf_init(&ui->prompt.recall.own);
	strbuf_init(&ui->prompt.recall.needle);
	ui->prompt.typed = typed_new();
	cells_init(&ui->shown);
	snapshot_init(&ui->past);
	frame_init(&ui->frame, opts->cols, opts->rows);
	viewport_init(&ui->vp, ui->watch->live.target.pages);
	begin_diff(ui);
	ui_window(ui, opts->window_ns);
	ui_look(ui);
}

static void
free_lessons(struct lessons *l)
{
	/* Nothing was opened: the target can't be watched. */
	if (l == NULL)
		return;
	lesson_end(l->run);
	append_done(&l->answers);
	lesson_names_free(l->list.name, l->list.n);
	lesson_names_free(l->list.title, l->list.n);
	free(l->want);
	free(l);
}

void
ui_close(struct ui *ui)
{
	cells_done(&ui->shown);
	snapshot_done(&ui->past);
	landing_done(&ui->then.landing);
	free(ui->then.sharers);
	waterfall_free(ui->graph.fall);
	changes_free(ui->changes);
	changes_free(ui->then.changes);
	difference_free(ui->list.diff);
	free_lessons(ui->lessons);
	binding_free(ui->list.row, ui->list.n);
	frame_done(&ui->frame);
	strbuf_done(&ui->prompt.text);
	strbuf_done(&ui->prompt.hint);
	strbuf_done(&ui->prompt.tab.typed);
	strbuf_done(&ui->prompt.recall.own);
	strbuf_done(&ui->prompt.recall.needle);
	typed_free(ui->prompt.typed);
}

int
ui_typed_load(struct ui *ui, const char *path, struct strbuf *why)
{
	return typed_load(ui->prompt.typed, path, why);
}

bool
ui_typed_any(const struct ui *ui)
{
	return typed_any(ui->prompt.typed);
}

int
ui_typed_save(const struct ui *ui, const char *path, struct strbuf *why)
{
	return typed_save(ui->prompt.typed, path, why);
}

void
ui_window(struct ui *ui, uint64_t window_ns)
{
	ui->opts.window_ns = window_ns;
	watch_window(ui->watch, window_ns);
}

const struct sample *
ui_sample(const struct ui *ui)
{
	return ui->frozen ? &ui->past.sample : &ui->watch->live;
}

/* Shows what the sample knows of the viewport. */
static void
project(struct ui *ui)
{
	const struct viewport *vp = &ui->vp;

	cells_reshape(&ui->shown, vp->first_page, viewport_shown_pages(vp),
	    vp->shift);
	sample_project(ui_sample(ui), &ui->shown);
	ui->said->dirty = true;
}

void
ui_look(struct ui *ui)
{
	const struct viewport *vp = &ui->vp;
	int layer = view_info_of(ui->view, &ui->watch->live)->layer;

	ui->look.ahead = false;
	if (!ui->frozen)
		watch_look(ui->watch, vp->first_page,
		    viewport_shown_pages(vp), vp->shift,
		    layer >= 0 ? LAYER_BIT(layer) : 0);
	project(ui);
}

/* The viewport is on the file as the picture has it. */
static void
fit_viewport(struct ui *ui)
{
	uint64_t pages = ui_sample(ui)->target.pages;

	if (pages == ui->vp.pages)
		return;
	viewport_set_pages(&ui->vp, pages);
	ui_look(ui);
}

/* What was said to be going on has ended. */
static void
pass_message(struct ui *ui)
{
	if (!ui->said->passes || ui->watch->live.worker.running ||
	    orders_out(ui->act))
		return;
	ui->said->passes = false;
	ui->said->line[0] = '\0';
	ui->said->dirty = true;
}

void
ui_take(struct ui *ui, bool quiet)
{
	pass_message(ui);
	fit_viewport(ui);
	if (ui->frozen) {
		if (!quiet)
			changes_busy(ui->changes, ui->watch->live.t_ns);
		return;
	}
	project(ui);
	held_ask_cell(ui);
	changes_feed(ui->changes, &ui->shown, quiet, ui->watch->live.t_ns);
}

void
ui_replayed(struct ui *ui)
{
	const struct watch *w = ui->watch;

	ui_take(ui, w->acted.busy_ns != w->live.t_ns);
	if (ui->opts.replay == UI_REPLAY_FILE && !ui->frozen)
		ui_freeze(ui, true);
	ui->said->dirty = true;
}

void
ui_tick(struct ui *ui)
{
	race_step(ui->act);
	if (held_fades(ui))
		ui->said->dirty = true;
}

void
ui_forget(struct ui *ui)
{
	changes_free(ui->changes);
	ui->changes = changes_new();
	waterfall_forget(ui->graph.fall);
	difference_free(ui->list.diff);
	ui->list.diff = NULL;
}

void
ui_freeze(struct ui *ui, bool on)
{
	if (on == ui->frozen)
		return;
	if (on)
		ui_show_newest(ui);
	ui->frozen = ui->act->picture_is_old = on;
	fit_viewport(ui);
	ui_look(ui);
	ui->said->urgent = true;
}

void
ui_show_newest(struct ui *ui)
{
	struct snapshot newest;

	watch_snapshot(ui->watch, &newest);
	snapshot_copy(&ui->past, &newest);
	ui->then.back_ns = 0;
	held_reach(ui);
	held_keep(ui);
	if (!ui->frozen)
		return;
	ui_show_past(ui);
	changes_feed(ui->changes, &ui->shown, true,
	    ui->past.sample.t_ns);
}

void
ui_show_past(struct ui *ui)
{
	held_reach(ui);
	fit_viewport(ui);
	ui_look(ui);
	ui->said->urgent = true;
}

void
ui_set_mouse(struct ui *ui, bool on)
{
	ui->mouse.on = on;
	if (ui->opts.terminal)
		tty_set_mouse(on);
}

void
ui_resized(struct ui *ui, int cols, int rows)
{
	unsigned width, height;

	frame_resize(&ui->frame, cols, rows);
	screen_map_size(cols, rows, ui_room(ui), &width, &height);
	ui->vp.least_cols = ui->expand == EXPAND_PRESENT ? WIDE_COLS : 0;
	viewport_resize(&ui->vp, width, height);
	if (ui->watch->live.seq == 0)
		lessons_offer(ui);
	ui_look(ui);
	ui->said->urgent = true;
}

/* Are the cells on the screen those of the viewport? */
static bool
shows_viewport(const struct ui *ui)
{
	const struct viewport *vp = &ui->vp;

	return ui->shown.first_page == vp->first_page &&
	    ui->shown.shift == vp->shift &&
	    ui->shown.pages == viewport_shown_pages(vp);
}

void
ui_looked(struct ui *ui)
{
	ui->look.ahead = ui->look.due = true;
	ui->said->dirty = true;
}

void
ui_settle(struct ui *ui)
{
	if (ui->look.ahead)
		ui_look(ui);
}

/* Measures what is looked at: once for all the keys that led there. */
static void
measure_look(struct ui *ui)
{
	if (!ui->look.due)
		return;
	ui->look.due = false;
	if (ui->frozen || ui->watch->live.seq == 0)
		return;
	act_begin(ui->act);
	if (watch_step(ui->watch, clock_now_ns() + WATCH_SLICE_NS))
		act_take(ui->act);
}

void
ui_moved(struct ui *ui)
{
	ui->said->dirty = true;
	held_ask_cell(ui);
	if (!shows_viewport(ui))
		ui_looked(ui);
}

void
ui_draw(struct ui *ui)
{
	ui_settle(ui);
	measure_look(ui);
	drawn_draw(ui);
	ui->said->dirty = ui->said->urgent = false;
}
