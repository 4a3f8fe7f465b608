#include "config.h"

#include "pagetide/ui.h"

#include <stdio.h>
#include <stdlib.h>

#include "pagetide/browse.h"
#include "pagetide/changes.h"
#include "pagetide/clock.h"
#include "pagetide/death.h"
#include "pagetide/event.h"
#include "pagetide/orders.h"
#include "pagetide/race.h"
#include "pagetide/said.h"
#include "pagetide/tty.h"
#include "pagetide/typed.h"
#include "pagetide/waterfall.h"
#include "pagetide/xalloc.h"

#include "footer.h"
#include "held.h"
#include "lessons.h"

/* Columns that a cell has at least where it is seen from afar: a square. */
#define WIDE_COLS 2

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
	waterfall_free(ui->graph.fall);
	changes_free(ui->changes);
	changes_free(ui->then.changes);
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
	int layer = view_table[ui->view].layer;

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
	ui_look(ui);
	ui->look.due = true;
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

/* The keys that lead to each view in the list of them. */
static void
get_view_keys(struct scene_list *list)
{
	char line[64];

	for (int i = 0; i < VIEW_COUNT; i++) {
		snprintf(line, sizeof line, "view %s", view_table[i].name);
		binding_key(list->key[i], sizeof list->key[i], BIND_VIEWS,
		    line);
	}
}

/* The rows that come from the binding table, for as long as they are drawn. */
static void
get_keys(struct scene *sc, const struct ui *ui)
{
	binding_acts *hidden = ui->opts.read_only ||
	    ui->opts.replay != UI_REPLAY_NONE ? ui->commands->acts : NULL;

	sc->footer.row = footer_rows(ui, hidden, &sc->footer.n);
	if (ui->list.help) {
		sc->help.row = ui->list.row;
		sc->help.n = ui->list.n;
	}
	sc->help.one = ui->list.one;
	sc->help.page = ui->list.page;
	sc->help.find = ui->list.find;
	sc->list.views = ui->list.views;
	if (ui->list.views)
		get_view_keys(&sc->list);
}

/* What rates and graphs end with. On a terminal they stand for a while, so
 * that they can be read. */
static uint64_t
rates_ns(const struct ui *ui)
{
	if (ui->frozen)
		return ui->past.sample.t_ns;
	return ui->opts.terminal ? ui->watch->held_ns :
	    ui->watch->live.t_ns;
}

/* What the picture is of: the newest, for which there is room, or the past. */
static const struct snapshot *
shown(const struct ui *ui, struct snapshot *newest)
{
	if (ui->frozen)
		return &ui->past;
	watch_snapshot(ui->watch, newest);
	return newest;
}

/* What the rules say, else what they said last; with the keys for it. */
static void
scene_findings(struct scene *sc, const struct ui *ui,
    const struct findings *findings, const char *no_worker)
{
	const struct diagnosis *shown = &findings->now;

	if (ui->opts.read_only)
		return;
	if (!sc->sample->worker.alive)
		sc->rules.no_worker = no_worker;
	sc->rules.now = shown;
	if (shown->n == 0 && findings->last_wall_ns != 0) {
		sc->rules.before = shown = &findings->last;
		sc->rules.before_wall_ns = findings->last_wall_ns;
	}
	if (ui->opts.replay != UI_REPLAY_NONE)
		return;		/* nothing helps what is over */
	ui_key_for(ui, sc->rules.restart, "restart");
	for (unsigned i = 0; i < shown->n; i++)
		if (shown->item[i].command != NULL)
			binding_key(sc->rules.key[i],
			    sizeof sc->rules.key[i], BIND_MAIN,
			    shown->item[i].command);
}

/* The keys that a beginner needs, whatever they are bound to. */
static void
scene_invite(struct scene *sc, const struct ui *ui)
{
	static const char *const line[INVITE_COUNT] = {
		[INVITE_WALK] = "work sequential",
		[INVITE_TOUCH] = "touch",
		[INVITE_EVICT] = "advise evict",
		[INVITE_LESSON] = "lesson",
	};

	if (ui->opts.replay != UI_REPLAY_NONE)
		return;
	for (int i = 0; i < INVITE_COUNT; i++)
		binding_key(sc->rules.invite[i], sizeof sc->rules.invite[i],
		    BIND_MAIN, line[i]);
	if (!lessons_are_new(ui))
		sc->rules.invite[INVITE_LESSON][0] = '\0';
}

/* Events that came after the newest that is shown. */
static uint64_t
events_skipped(const struct ui *ui, const struct snapshot *s)
{
	uint64_t shown = ui->list.event;
	uint64_t last = events_last_then(ui->watch->events, &s->events);

	return shown == 0 || shown >= last ? 0 : last - shown;
}

/* Is the page cache all there is to be seen? */
static bool
sees_cache_only(const struct ui *ui, const struct sample *s)
{
	return ui->opts.read_only && s->worker.process == 0;
}

static void
scene_fill(struct scene *sc, struct ui *ui, const struct snapshot *s)
{
	*sc = (struct scene){
		.sample = &s->sample,
		.shown = &ui->shown,
		.vp = &ui->vp,
		.ring = ui->watch->ring,
		.events = ui->watch->events,
		.events_then = s->events,
		.changes = held_changes(ui),
		.view = ui->view,
		.now_ns = rates_ns(ui),
		.column_ns = ui->graph.column_ns,
		.graphs = sees_cache_only(ui, &s->sample) ? GRAPHS_SETS :
		    ui->graph.what,
		.frozen = ui->frozen && !ui->then.plays,
		.times = { UI_FADE_NS, ui->then.back_ns, ui->then.reach_ns,
			ui->then.plays ? ui->then.speed_pct : 0,
			held_waterfall(ui, &s->sample) },
		.read_only = sees_cache_only(ui, &s->sample),
		.expand = ui_expand(ui),
		.side = { ui->side, &s->acted.touched, &s->acted.readahead,
		    held_landing(ui), held_sharers(ui) },
		.cost = s->cost,
		.message = ui->said->line[0] != '\0' ? ui->said->line : NULL,
		.message_is_error = ui->said->is_error,
		.comparing = ui->list.compare,
	};
	sc->list.lessons = &ui->lessons->list;
	if (ui->lessons->run != NULL)
		lessons_look(ui->lessons, &sc->list.lesson);
	sc->list.events_skip = events_skipped(ui, s);
	sc->comparing.of = ui->act->compare;
	browse_look(ui->list.browse, &sc->list.browse);
	scene_findings(sc, ui, &s->findings, ui->frozen ?
	    s->acted.no_worker : death_why(ui->act));
	scene_invite(sc, ui);
	if (ui->prompt.run[0] != '\0') {
		sc->prompt.label = ui->prompt.label;
		sc->prompt.input = ui->prompt.text.s;
		sc->prompt.cursor = ui->prompt.cursor;
		sc->prompt.hint = ui->prompt.hint.s;
	}
}

void
ui_draw(struct ui *ui)
{
	const struct snapshot *past;
	struct snapshot newest;
	struct sample sample;
	struct scene scene;

	measure_look(ui);
	past = shown(ui, &newest);
	sample = past->sample;
	held_totals(ui, &sample);
	scene_fill(&scene, ui, past);
	scene.sample = &sample;
	get_keys(&scene, ui);
	frame_clear(&ui->frame);
	screen_draw(&ui->frame, &scene);
	binding_free(scene.footer.row, scene.footer.n);
	ui->said->dirty = ui->said->urgent = false;
}
