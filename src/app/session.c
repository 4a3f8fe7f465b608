#include "config.h"

#include "session.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pagetide/log.h"
#include "pagetide/text.h"
#include "pagetide/tty.h"
#include "pagetide/xalloc.h"

#include "app.h"
#include "batch.h"
#include "demo.h"
#include "loop.h"
#include "script.h"

static void
print_error(const char *text)
{
	struct strbuf safe = STRBUF_INIT;

	text_safe(&safe, text);
	fprintf(stderr, "pagetide: %s\n", safe.s);
	strbuf_done(&safe);
}

static int
run_app(struct app *app, struct strbuf *why)
{
	if (app->opts->script != NULL) {
		app->script = script_open(app->opts->script, why);
		if (app->script == NULL)
			return EXIT_FAIL;
	}
	if (app->opts->mode == MODE_LIVE || app->opts->mode == MODE_HEADLESS)
		return loop_run(app, why);
	return batch_run(app, why);
}

void
session_die_by(int sig)
{
	signal(sig, SIG_DFL);
	raise(sig);
}

static int
run(const struct opts *o, struct strbuf *why)
{
	struct app *app = xcalloc(1, sizeof *app);
	int status = app_open(app, o, why), sig;

	if (status == EXIT_OK && log_is_file(app->live.target.dev,
	    app->live.target.ino)) {
		strbuf_addf(why, "--log %s is the file that is watched",
		    o->log);
		status = EXIT_FAIL;
	}
	if (status == EXIT_OK)
		status = run_app(app, why);
	script_free(app->script);
	sig = app->exit_signal;
	app_close(app);
	free(app);
	if (sig != 0)
		session_die_by(sig);
	return status;
}

int
session_run(struct opts *o)
{
	struct strbuf why = STRBUF_INIT;
	char *demo = NULL;
	int status = EXIT_OK, rc = 0;

	fatal_set_cleanup(tty_close);
	if (o->log != NULL && (rc = log_open(o->log)) != 0) {
		strbuf_addf(&why, "can't write %s: %s", o->log, strerror(-rc));
		status = EXIT_FAIL;
	}
	if (rc == 0 && o->path == NULL && !o->fake && o->anon_bytes == 0) {
		o->path = demo = demo_file(&why);
		o->own_file = demo != NULL;
		status = demo == NULL ? EXIT_FAIL : EXIT_OK;
	}
	if (status == EXIT_OK)
		status = run(o, &why);
	if (why.len > 0)
		print_error(why.s);
	strbuf_reset(&why);
	if (log_error() != 0) {
		strbuf_addf(&why, "can't write %s: %s", o->log,
		    strerror(-log_error()));
		print_error(why.s);
	}
	strbuf_done(&why);
	free(demo);
	log_close();
	return status == EXIT_OK && log_error() != 0 ? EXIT_FAIL : status;
}
