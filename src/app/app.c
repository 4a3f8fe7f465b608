#include "config.h"

#include "app.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pagetide/act.h"
#include "pagetide/death.h"
#include "pagetide/event.h"
#include "pagetide/eventlog.h"
#include "pagetide/exits.h"
#include "pagetide/field.h"
#include "pagetide/outcome.h"
#include "pagetide/recorder.h"
#include "pagetide/snapshot.h"
#include "pagetide/strbuf.h"
#include "pagetide/target.h"
#include "pagetide/xalloc.h"

#include "found.h"
#include "replay.h"
#include "stall.h"

/* Cells of the overview; a larger screen measures its own. */
#define LIVE_CELLS	4096
/* More than one, or pages could be too many for the count of a cell; one line
 * of a file has no cells, and each is a call. */
#define BATCH_CELLS	64
#define LINE_CELLS	16

/* The exit status that says why a target can't be watched. */
static int
open_status(const struct app *app, int err)
{
	if (app->found != NULL && (err == EACCES || err == EPERM))
		return EXIT_UNKNOWN;
	return err == ENOENT ? EXIT_TARGET : EXIT_FAIL;
}

/* How fine the picture of the whole has to be: as what is printed of it, or
 * as most screens. */
static size_t
overview_cells(const struct opts *o)
{
	size_t least = opts_has_screen(o) ? LIVE_CELLS :
	    opts_is_one_line(o) ? LINE_CELLS : BATCH_CELLS;

	return o->cells > least ? o->cells : least;
}

/* NULL with errno; ECANCELED: the user does not want to wait. */
static struct target *
open_target(struct app *app, struct strbuf *why)
{
	struct storage_job job;

	if (app->found != NULL)
		return found_target(app, why);
	if (app->opts->act.anon_bytes > 0)
		return target_anon(app->opts->act.anon_bytes, why);
	target_ask(app->watch.storage, &job, app->opts->path);
	if (stall_wait(app, &job))
		return target_take(app->watch.storage, &job, why);
	storage_forget(app->watch.storage, &job);
	app->ui.quit = true;
	errno = ECANCELED;
	return NULL;
}

/* What is watched: the target, or nothing of this machine. */
static int
open_watch(struct app *app, struct strbuf *why)
{
	const struct opts *o = app->opts;
	struct watch_opts opts = o->watch;
	bool simulated = o->watch.fake || o->watch.replayed;
	struct target *target = simulated ? NULL : open_target(app, why);

	if (target == NULL && !simulated)
		return open_status(app, errno);
	opts.cells = overview_cells(o);
	if (!opts_has_screen(o))
		opts.history_bytes = 0;
	if (opts.replayed && (app->replay = replay_open(o->path, why)) == NULL)
		return EXIT_FAIL;
	if (watch_open(&app->watch, &opts, target, why) == 0)
		return EXIT_OK;
	target_close(target);
	return EXIT_FAIL;
}

/* It has ended; what else the session is for goes on. */
static void
give_up_recording(struct app *app, const char *why)
{
	struct strbuf more = STRBUF_INIT;

	if (app->unrecorded == NULL)
		app->unrecorded = xstrdup(why);
	app->ui.quit = app->ui.quit || opts_only_records(app->opts);

	events_add(app->watch.events, EVENT_ERROR, 0, "%s", why);
	said_error(&app->said, "%s", why);
	recorder_end(app->watch.recorder, &more);
	app->watch.recorder = NULL;
	strbuf_done(&more);
}

static void
record(struct app *app)
{
	struct strbuf why = STRBUF_INIT;
	struct walk_facts walk;
	struct snapshot s;

	if (app->watch.recorder == NULL)
		return;
	outcome_fields(&app->act, &walk);
	watch_snapshot(&app->watch, &s);
	if (recorder_sample(app->watch.recorder, &s, &walk,
	    app->watch.events, &why) != 0)
		give_up_recording(app, why.s);
	strbuf_done(&why);
}

static void
on_taken(void *arg, bool quiet, bool followed)
{
	struct app *app = arg;

	record(app);
	eventlog_write(app->watch.events);
	eventlog_check(app->watch.events);
	if (followed)
		ui_forget(&app->ui);
	ui_take(&app->ui, quiet);
	/* There is nothing left to be printed. */
	if (app->watch.live.worker.process_gone &&
	    !opts_has_screen(app->opts))
		app->ui.quit = true;
}

/* What follows from the kind of session. */
static void
open_parts(struct app *app)
{
	const struct opts *o = app->opts;
	struct act_opts act = o->act;
	struct ui_opts ui = o->ui;

	ui.no_hints = opts_given(o, "read-only");
	ui.record = &o->record;
	act.faults = opts_given(o, "faults");
	act.holds = ui.terminal = o->mode == MODE_LIVE;
	if (!opts_has_screen(o))
		ui.cols = ui.rows = 1;
	act_open(&app->act, &act);
	if (app->found != NULL)
		found_watch(app);
	ui_open(&app->ui, &ui);
}

/* What is asked for at the start is there, or nothing is. */
static int
begin_recording(struct app *app, struct strbuf *why)
{
	const struct recorder_opts *r = &app->opts->record;

	if (strcmp(r->file.path, "-") != 0 && access(r->file.path, F_OK) == 0) {
		tapeproc_why(EEXIST, "write", r->file.path, why);
		return EXIT_FAIL;
	}
	app->watch.recorder = recorder_start(r,
	    app->opts->watch.interval_ns, why);
	return app->watch.recorder != NULL ? 0 : EXIT_FAIL;
}

int
app_open(struct app *app, const struct opts *opts, struct strbuf *why)
{
	int status;

	*app = (struct app){ .opts = opts, .found = app->found,
		.watch.storage = app->watch.storage,
		.watch.said = &app->said,
		.act.watch = &app->watch, .act.said = &app->said,
		.act.taken = on_taken, .act.arg = app,
		.ui.watch = &app->watch, .ui.act = &app->act,
		.ui.said = &app->said, .ui.commands = &command_list,
		.ui.list.browse = app->ui.list.browse };
	status = open_watch(app, why);
	if (status != 0)
		return status;
	open_parts(app);
	return opts->record.file.path != NULL ? begin_recording(app, why) : 0;
}

void
app_begin(struct app *app)
{
	const struct scan_facts *scan = &app->watch.live.scan;
	struct strbuf why = STRBUF_INIT;

	if (!app->opts->ui.read_only &&
	    act_worker_start(&app->act, &why) != 0)
		death_unborn(&app->act, why.s);
	strbuf_done(&why);
	if (scan->cached_by == NULL && scan->why != NULL)
		events_add(app->watch.events, EVENT_NOTE, 0, "%s", scan->why);
}

int
app_recorded(struct app *app, struct strbuf *why)
{
	struct recorder *r[] = { app->ui.run.recorded, app->watch.recorder };
	int rc = 0;

	app->ui.run.recorded = app->watch.recorder = NULL;
	if (app->unrecorded != NULL && why->len == 0)
		strbuf_adds(why, app->unrecorded);
	for (int i = 0; i < 2; i++)
		if (r[i] != NULL && recorder_end(r[i], why) != 0)
			rc = -1;
	return app->unrecorded == NULL ? rc : -1;
}

void
app_close(struct app *app)
{
	struct strbuf why = STRBUF_INIT;

	app_recorded(app, &why);
	strbuf_done(&why);
	free(app->unrecorded);
	replay_close(app->replay);
	act_close(&app->act);
	ui_close(&app->ui);
	watch_close(&app->watch);
}
