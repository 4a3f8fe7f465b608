#include "config.h"

#include "app.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "pagetide/changes.h"
#include "pagetide/clock.h"
#include "pagetide/event.h"
#include "pagetide/fake.h"
#include "pagetide/log.h"
#include "pagetide/plain.h"
#include "pagetide/ring.h"
#include "pagetide/target.h"
#include "pagetide/text.h"
#include "pagetide/trail.h"

#include "act.h"
#include "cost.h"
#include "diagnose.h"
#include "outcome.h"
#include "watch.h"

#define RING_TICKS	36000	/* an hour at 10 samples a second */
#define EVENTS_MAX	1000
/* Cells of the overview; a larger screen measures its own. */
#define LIVE_CELLS	4096
/* Few calls do for the total; more than one, or pages could be too many for
 * the count of a cell. */
#define BATCH_CELLS	64

static void
vsay(struct app *app, bool is_error, const char *fmt, va_list ap)
{
	struct strbuf safe = STRBUF_INIT;
	char line[sizeof app->message];

	vsnprintf(line, sizeof line, fmt, ap);
	text_safe(&safe, line);
	snprintf(app->message, sizeof app->message, "%s", safe.s);
	strbuf_done(&safe);
	app->message_is_error = is_error;
	app->dirty = app->urgent = true;
	log_msg("%s%s", is_error ? "error: " : "", app->message);
}

void
app_say(struct app *app, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsay(app, false, fmt, ap);
	va_end(ap);
}

void
app_complain(struct app *app, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsay(app, true, fmt, ap);
	va_end(ap);
}

void
app_log(const struct event *ev)
{
	struct strbuf line = STRBUF_INIT;

	plain_event(&line, ev);
	log_msg("%s", line.s);
	strbuf_done(&line);
}

/* The exit status that says why a target can't be watched. */
static int
open_status(int err)
{
	return err == ENOENT ? EXIT_TARGET : EXIT_FAIL;
}

/* Is anything drawn? */
static bool
draws(const struct opts *o)
{
	return o->mode == MODE_LIVE || o->mode == MODE_HEADLESS;
}

/* How fine the picture of the whole has to be: as what is printed of it, or
 * as most screens. */
static size_t
overview_cells(const struct opts *o)
{
	size_t least = draws(o) ? LIVE_CELLS : BATCH_CELLS;

	return o->cells > least ? o->cells : least;
}

static int
open_live(struct app *app, struct strbuf *why)
{
	struct target *target;

	target = app->opts->anon_bytes > 0
	    ? target_anon(app->opts->anon_bytes, why)
	    : target_open(app->opts->path, why);
	if (target == NULL)
		return open_status(errno);
	target->follow_name = app->opts->follow_name;
	if (live_open(&app->source, target, app->opts->method,
	    overview_cells(app->opts), why) == 0)
		return EXIT_OK;
	target_close(target);
	return EXIT_FAIL;
}

void
app_window(struct app *app, uint64_t window_ns)
{
	app->window_ns = window_ns;
	app->source.ops->window(app->source.self, window_ns);
}

int
app_open(struct app *app, const struct opts *opts, struct strbuf *why)
{
	int status = 0;

	*app = (struct app){ .opts = opts, .view = opts->view,
		.cols = opts->cols, .rows = opts->rows,
		.map_spec = opts->map,
		.pace_per_s = APP_PACE_DEFAULT, .column_ns = 2 * NS_PER_S };
	strbuf_init(&app->prompt.text);
	if (opts->fake)
		app->fake = fake_open(&app->source, opts->seed);
	else
		status = open_live(app, why);
	if (status != 0)
		return status;
	app_window(app, opts->window_ns);
	cells_init(&app->shown);
	cells_init(&app->frozen_overview);
	cells_init(&app->frozen_zoom);
	app->ring = ring_new(RING_TICKS);
	app->events = events_new(EVENTS_MAX);
	app->frozen_events = events_new(EVENTS_MAX);
	app->changes = changes_new();
	app->diagnose.trail = trail_new();
	frame_init(&app->frame, draws(opts) ? app->cols : 1,
	    draws(opts) ? app->rows : 1);
	app->source.ops->read(app->source.self, &app->live, NULL);
	app->live.seq = 0;
	viewport_init(&app->vp, app->live.target.pages);
	app_look(app);
	return 0;
}

void
app_close(struct app *app)
{
	act_worker_stop(app);
	if (app->source.ops != NULL)
		app->source.ops->close(app->source.self);
	cells_done(&app->shown);
	cells_done(&app->frozen_overview);
	cells_done(&app->frozen_zoom);
	ring_free(app->ring);
	events_free(app->events);
	events_free(app->frozen_events);
	changes_free(app->changes);
	trail_free(app->diagnose.trail);
	frame_done(&app->frame);
	strbuf_done(&app->prompt.text);
}

const struct sample *
app_shown_sample(const struct app *app)
{
	return app->paused ? &app->frozen : &app->live;
}

/* Shows what the sample knows of the viewport. */
static void
project(struct app *app)
{
	const struct viewport *vp = &app->vp;

	cells_reshape(&app->shown, vp->first_page, viewport_shown_pages(vp),
	    vp->shift);
	sample_project(app_shown_sample(app), &app->shown);
	app->dirty = true;
}

void
app_look(struct app *app)
{
	const struct viewport *vp = &app->vp;
	int layer = view_table[app->view].layer;

	if (!app->paused) {
		app->source.ops->want(app->source.self,
		    layer >= 0 ? LAYER_BIT(layer) : 0);
		app->source.ops->look(app->source.self, vp->first_page,
		    viewport_shown_pages(vp), vp->shift);
	}
	project(app);
}

void
app_hurry(struct app *app)
{
	if (app->source.ops->hurry != NULL)
		app->source.ops->hurry(app->source.self);
}

void
app_begin(struct app *app)
{
	app->source.ops->begin(app->source.self);
	if (app->fake != NULL)
		act_fake_poll(app);
}

bool
app_step(struct app *app, uint64_t deadline_ns)
{
	int rc = app->source.ops->step(app->source.self, deadline_ns);

	if (rc < 0)
		app_complain(app, "can't measure: %s", strerror(-rc));
	return rc != 0;
}

/* Was the worker idle between the two samples, and for a while before? */
static bool
worker_quiet(const struct app *app, const struct sample *old)
{
	const struct sample *new = &app->live;

	if (!new->worker.alive && app->last_activity_ns == 0)
		return true;
	if (outcome_calling(app) || new->worker.running ||
	    old->worker.running || new->counters.v[COUNTER_TOUCHES] !=
	    old->counters.v[COUNTER_TOUCHES])
		return false;
	return new->t_ns - app->last_activity_ns > WATCH_GRACE_NS;
}

/* The viewport is on the file as the picture has it. */
static void
fit_viewport(struct app *app)
{
	uint64_t pages = app_shown_sample(app)->target.pages;

	if (pages == app->vp.pages)
		return;
	viewport_set_pages(&app->vp, pages);
	app_look(app);
}

/* What can't be logged any more is said once, where it can be seen. */
static void
check_log(struct app *app)
{
	if (log_error() == 0 || app->log_failed)
		return;
	app->log_failed = true;
	events_add(app->events, EVENT_ERROR, 0, "can't write %s: %s",
	    app->opts->log, strerror(-log_error()));
}

void
app_sample(struct app *app)
{
	struct sample old = app->live;
	unsigned notices = 0;
	bool quiet;
	int rc;

	rc = app->source.ops->read(app->source.self, &app->live, &notices);
	if (rc != 0)
		app_complain(app, "can't measure: %s", strerror(-rc));
	app->live.seq = old.seq + 1;
	app->live.base = app->base;
	app->live.gap = app->live.gap || app->gap_next;
	app->gap_next = false;
	if (app->live.t_ns / APP_HOLD_NS != app->held_ns / APP_HOLD_NS)
		app->held_ns = app->live.t_ns;
	quiet = worker_quiet(app, &old);
	if (!quiet && (app->live.worker.running || old.worker.running))
		app->last_activity_ns = app->live.t_ns;
	ring_push_sample(app->ring, &app->live,
	    APP_LATE_NS + 2 * app->opts->interval_ns);
	cost_feed(&app->cost, &app->live);
	check_log(app);
	watch_target(app, notices);
	outcome_feed(app);
	diagnose_sample(app);
	fit_viewport(app);
	if (old.seq > 0 && (notices & SOURCE_FOLLOWED) == 0)
		watch_outside(app, &old, quiet);
	if (app->paused) {
		if (!quiet)
			changes_busy(app->changes, app->live.t_ns);
		return;
	}
	project(app);
	changes_feed(app->changes, &app->shown, quiet, app->live.t_ns);
}

void
app_sample_now(struct app *app)
{
	app_hurry(app);
	app_begin(app);
	app_step(app, clock_now_ns() + APP_SCAN_SLICE_NS);
	app_sample(app);
}

void
app_pause(struct app *app, bool on)
{
	if (on == app->paused)
		return;
	if (on)
		app_step_once(app);
	app->paused = on;
	fit_viewport(app);
	app_look(app);
	app->urgent = true;
}

void
app_step_once(struct app *app)
{
	sample_freeze(&app->frozen, &app->live, &app->frozen_overview,
	    &app->frozen_zoom);
	app->frozen_ns = app->live.t_ns;
	events_copy(app->frozen_events, app->events);
	app->frozen_cost = app->cost;
	app->frozen_told = app->told;
	if (!app->paused)
		return;
	fit_viewport(app);
	app_look(app);
	changes_feed(app->changes, &app->shown, true, app->frozen_ns);
}
