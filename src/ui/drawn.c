/* What the picture is drawn from. */
#include "config.h"

#include "drawn.h"

#include <stdio.h>

#include "pagetide/binding.h"
#include "pagetide/browse.h"
#include "pagetide/death.h"
#include "pagetide/event.h"
#include "pagetide/race.h"
#include "pagetide/said.h"
#include "pagetide/scene.h"
#include "pagetide/ui.h"

#include "command.h"
#include "footer.h"
#include "held.h"
#include "lessons.h"

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
	sc->footer.row = footer_rows(ui, ui_hidden(ui), &sc->footer.n);
	if (ui->list.help) {
		sc->help.row = ui->list.row;
		sc->help.n = ui->list.n;
	}
	sc->help.one = ui->list.one;
	sc->help.page = ui->list.page;
	sc->help.find = ui->list.find;
	sc->list.panel = ui->list.panel;
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
	sc->comparing.diff = held_diff(ui);
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
drawn_draw(struct ui *ui)
{
	const struct snapshot *past;
	struct snapshot newest;
	struct sample sample;
	struct scene scene;

	past = shown(ui, &newest);
	sample = past->sample;
	held_totals(ui, &sample);
	scene_fill(&scene, ui, past);
	scene.sample = &sample;
	get_keys(&scene, ui);
	frame_clear(&ui->frame);
	screen_draw(&ui->frame, &scene);
	binding_free(scene.footer.row, scene.footer.n);
}
