#include "config.h"

#include "ui.h"

#include "pagetide/clock.h"
#include "pagetide/event.h"
#include "pagetide/tty.h"

#include "binding.h"
#include "command.h"

void
ui_resized(struct app *app, int cols, int rows)
{
	unsigned width, height;

	app->cols = cols;
	app->rows = rows;
	frame_resize(&app->frame, cols, rows);
	screen_map_size(cols, rows, app->expand, &width, &height);
	viewport_resize(&app->vp, width, height);
	app_look(app);
	app->urgent = true;
}

/* Are the cells on the screen those of the viewport? */
static bool
shows_viewport(const struct app *app)
{
	const struct viewport *vp = &app->vp;

	return app->shown.first_page == vp->first_page &&
	    app->shown.shift == vp->shift &&
	    app->shown.pages == viewport_shown_pages(vp);
}

void
ui_looked(struct app *app)
{
	app_look(app);
	if (app->paused || app->live.seq == 0)
		return;
	app_begin(app);
	if (app_step(app, clock_now_ns() + APP_SCAN_SLICE_NS))
		app_sample(app);
}

void
ui_moved(struct app *app)
{
	app->dirty = true;
	if (!shows_viewport(app))
		ui_looked(app);
}

void
ui_key(struct app *app, uint32_t key)
{
	const char *line;

	if (app->prompt.kind != PROMPT_NONE) {
		ui_prompt_key(app, key);
		return;
	}
	line = binding_line(app->help_open ? BIND_HELP : BIND_MAIN, key);
	if (line != NULL)
		command_do(app, line);
}

/* The rows that come from the binding table, for as long as they are drawn. */
struct key_rows {
	struct key_help	*footer, *help;
	size_t		 n_footer, n_help;
};

static void
key_rows_get(struct key_rows *k, const struct app *app)
{
	enum binding_mode mode = app->help_open ? BIND_HELP : BIND_MAIN;

	*k = (struct key_rows){ 0 };
	k->footer = binding_footer(mode, app->opts->read_only, &k->n_footer);
	if (app->help_open)
		k->help = binding_help(app->opts->read_only, &k->n_help);
}

/* What rates and graphs end with. On a terminal they stand for a while, so
 * that they can be read. */
static uint64_t
rates_ns(const struct app *app)
{
	if (app->paused)
		return app->frozen_ns;
	return app->opts->mode == MODE_LIVE ? app->held_ns : app->live.t_ns;
}

/* Those of the picture. */
static const struct events *
shown_events(const struct app *app)
{
	return app->paused ? app->frozen_events : app->events;
}

/* What is told of now, else what was told last; with the keys for it. */
static void
scene_told(struct scene *sc, const struct app *app)
{
	const struct told *told = app->paused ? &app->frozen_told : &app->told;
	const struct diagnosis *shown = &told->now;

	if (app->opts->read_only)
		return;
	sc->diagnosis = &told->now;
	if (told->now.n == 0 && told->last_wall_ns != 0) {
		sc->before = shown = &told->last;
		sc->before_wall_ns = told->last_wall_ns;
	}
	for (unsigned i = 0; i < shown->n; i++)
		if (shown->item[i].command != NULL)
			binding_key(sc->diagnosis_key[i],
			    sizeof sc->diagnosis_key[i],
			    shown->item[i].command);
}

static void
scene_fill(struct scene *sc, const struct app *app, const struct key_rows *k)
{
	const struct events *events = shown_events(app);
	const struct cost *cost = app->paused ? &app->frozen_cost : &app->cost;

	*sc = (struct scene){
		.sample = app_shown_sample(app),
		.shown = &app->shown,
		.vp = &app->vp,
		.ring = app->ring,
		.events = events,
		.events_since = events_last(app->events) - events_last(events),
		.changes = app->changes,
		.version = PACKAGE_VERSION,
		.view = app->view,
		.now_ns = rates_ns(app),
		.column_ns = app->column_ns,
		.graphs = app->graphs,
		.fade_ns = APP_FADE_NS,
		.paused = app->paused,
		.read_only = app->opts->read_only,
		.expand = app->expand,
		.latency = app->latency,
		.rate_hz = cost->rate_hz,
		.cpu_bound_pct = cost->cpu_pct,
		.scan_bound_ns = cost->scan_ns,
		.message = app->message[0] != '\0' ? app->message : NULL,
		.message_is_error = app->message_is_error,
		.footer = k->footer,
		.n_footer = k->n_footer,
		.help = k->help,
		.n_help = k->n_help,
		.help_top = app->help_top,
	};
	scene_told(sc, app);
	if (app->prompt.kind != PROMPT_NONE) {
		sc->prompt = app->prompt.label;
		sc->input = app->prompt.text.s;
		sc->input_cursor = app->prompt.cursor;
	}
}

void
ui_draw(struct app *app)
{
	struct key_rows keys;
	struct scene scene;

	key_rows_get(&keys, app);
	scene_fill(&scene, app, &keys);
	frame_clear(&app->frame);
	screen_draw(&app->frame, &scene);
	binding_free(keys.footer, keys.n_footer);
	binding_free(keys.help, keys.n_help);
	app->dirty = app->urgent = false;
}

void
ui_mouse(struct app *app, int x, int y, int button)
{
	struct key_rows keys = { 0 };
	struct scene scene;
	size_t cell;

	scene_fill(&scene, app, &keys);
	if (!screen_cell_at(app->cols, app->rows, &scene, x, y, &cell) ||
	    cell >= app->shown.n)
		return;
	viewport_goto(&app->vp, cells_page(&app->shown, cell));
	if (button == 4)
		viewport_zoom(&app->vp, 1);
	else if (button == 5)
		viewport_zoom(&app->vp, -1);
	ui_looked(app);
	app->urgent = true;
}
