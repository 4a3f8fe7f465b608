#include "config.h"

#include "watching.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pagetide/exits.h"
#include "pagetide/act.h"
#include "pagetide/history.h"
#include "pagetide/log.h"
#include "pagetide/output.h"
#include "pagetide/said.h"
#include "pagetide/strbuf.h"
#include "pagetide/xalloc.h"

#include "app.h"
#include "batch.h"
#include "keep.h"
#include "loop.h"
#include "rangescmd.h"
#include "replay.h"

/* What is printed of a recording. */
struct printing {
	struct app	*app;
	uint64_t	 printed, told_event;
	struct strbuf	*why;		/* not empty: it failed */
};

static void
print_sample(void *arg)
{
	struct printing *p = arg;
	char *text;

	if (p->why->len > 0 || (p->app->opts->count != 0 &&
	    p->printed++ >= p->app->opts->count))
		return;
	text = batch_text(p->app, &p->told_event);
	output_text(text, p->why);
	free(text);
}

/* All of the recording is there, and what a script made of it; without one the
 * last picture. */
static int
export(struct app *app, bool scripted, struct strbuf *why)
{
	const struct opts *o = app->opts;

	if (ui_export_is_of_past(o->export) &&
	    history_oldest_ns(app->watch.history) >
	    replay_first_ns(app->replay)) {
		strbuf_adds(why, "not all of the recording could be kept: "
		    "--history SIZE");
		return EXIT_FAIL;
	}
	if (!scripted)
		ui_show_newest(&app->ui);
	return ui_export(&app->ui, o->export, why) == 0 ? EXIT_OK :
	    EXIT_FAIL;
}

/* A recording without a terminal: what the mode prints of it, or the script on
 * all of it. */
static int
run_replay(struct app *app, struct strbuf *why)
{
	struct printing p = { .app = app, .why = why };
	enum opts_mode mode = app->opts->mode;
	bool scripted = app->ui.script != NULL;
	int status;

	if (app->opts->export != NULL)
		ui_resized(&app->ui, app->ui.frame.cols,
		    app->ui.frame.rows);
	if (mode == MODE_PLAIN || mode == MODE_NDJSON)
		replay_each(app->replay, print_sample, &p);
	status = replay_all(app, why);
	if (status == EXIT_OK && app->ui.script != NULL)
		status = loop_run(app, why);
	if (status == EXIT_OK && app->opts->export != NULL)
		status = export(app, scripted, why);
	else if (status == EXIT_OK && mode == MODE_JSON)
		print_sample(&p);
	if (why->len == 0 && replay_wrong(app->replay) != NULL)
		strbuf_adds(why, replay_wrong(app->replay));
	return status == EXIT_OK && why->len > 0 ? EXIT_FAIL : status;
}

static int
run_app(struct app *app, struct strbuf *why)
{
	if (opts_has_screen(app->opts) &&
	    act_map_check(&app->act, &app->opts->act.map, why) != 0)
		return EXIT_FAIL;
	if (app->replay != NULL && app->opts->mode != MODE_LIVE)
		return run_replay(app, why);
	if (app->opts->mode == MODE_RANGES)
		return rangescmd_run(app, why);
	if (app->opts->mode == MODE_JSON || (app->opts->count == 1 &&
	    !opts_has_screen(app->opts)))
		return batch_one(app, why);
	return loop_run(app, why);
}

/* The log is not to go into what is looked at. 0, or an exit status with why.
 */
static int
check_log(const struct app *app, struct strbuf *why)
{
	const struct target_facts *t = &app->watch.live.target;
	const char *recording = app->opts->ui.replayed;
	struct stat st = { .st_dev = t->dev, .st_ino = t->ino };

	if ((recording != NULL && (strcmp(recording, "-") == 0 ?
	    fstat(STDIN_FILENO, &st) : stat(recording, &st)) != 0) ||
	    !log_is_file(st.st_dev, st.st_ino))
		return EXIT_OK;
	strbuf_addf(why, "--log %s is the %s", app->opts->log,
	    recording != NULL ? "recording" : "file that is watched");
	return EXIT_FAIL;
}

int
watching_run(const struct opts *o, struct watching *with,
    struct script **script, int *sig, struct strbuf *why)
{
	struct app *app = xcalloc(1, sizeof *app);
	bool given_up;
	int status;

	app->watch.storage = with->storage;
	app->found = with->found;
	app->ui.list.browse = with->browse;
	status = app_open(app, o, why);
	with->opened = status == EXIT_OK;
	given_up = status != EXIT_OK && app->ui.quit;
	if (status == EXIT_OK)
		status = check_log(app, why);
	if (status == EXIT_OK) {
		app->ui.script = *script;
		if (with->say != NULL)
			said_error(&app->said, "%s", with->say);
		keep_begin(app);
		status = run_app(app, why);
		if (!ui_end_writing(&app->ui, why) && status == EXIT_OK)
			status = EXIT_FAIL;
		if (app_recorded(app, why) != 0 && status == EXIT_OK)
			status = EXIT_FAIL;
		keep_end(app, why);
		/* What is left of it is for what is watched next. */
		*script = app->ui.script;
	}
	*sig = app->exit_signal;
	app_close(app);
	free(app);
	return given_up ? EXIT_OK : status;
}
