#include "config.h"

#include "session.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "pagetide/clock.h"
#include "pagetide/difference.h"
#include "pagetide/dieby.h"
#include "pagetide/exits.h"
#include "pagetide/log.h"
#include "pagetide/output.h"
#include "pagetide/script.h"
#include "pagetide/storage.h"
#include "pagetide/strbuf.h"
#include "pagetide/tty.h"
#include "pagetide/xalloc.h"

#include "browsing.h"
#include "demo.h"
#include "demofile.h"
#include "found.h"
#include "proccmd.h"
#include "runcmd.h"
#include "opts.h"
#include "signals.h"
#include "watching.h"

/* What may be left to do for storage at the end. */
#define STORAGE_END_NS	(300 * NS_PER_MS)

/* What could not be logged is said in a line. */
static void
close_log(const struct opts *o)
{
	struct strbuf why = STRBUF_INIT;

	log_close();
	if (log_error() != 0) {
		strbuf_addf(&why, "can't write %s: %s", o->log,
		    log_strerror(-log_error()));
		output_error("", why.s, "");
	}
	strbuf_done(&why);
}

/* Without one all goes on, but for storage that hangs. */
static struct storage *
start_storage(const struct opts *o)
{
	struct storage *storage;

	signals_unheard();
	storage = storage_start(o->mode == MODE_JSON || opts_is_one_line(o));
	if (storage == NULL)
		log_msg("no process for storage that hangs: %s",
		    strerror(errno));
	return storage;
}

/* Its path, the caller's to free; NULL, with why: there is none. */
static char *
use_demo(struct opts *o, struct strbuf *why)
{
	struct demofile_id id = { 0 };
	char *demo = demo_file(&id, why);

	o->path = demo;
	o->act.own_file = demo != NULL;
	o->act.own_dev = id.dev;
	o->act.own_ino = id.ino;
	o->ui.lesson.offer = id.made;
	return demo;
}

/* What is watched is the process of it. */
static int
start_command(struct opts *o, struct runcmd *child, struct strbuf *why)
{
	int status = runcmd_start(child, o->command, o->output, why);

	o->path = child->path;
	return status;
}

void
session_of_diff(struct opts *o, const struct difference *d)
{
	/* As long as the program, as all that options point to. */
	static const struct difference *diff;
	const char *path = strcmp(d->b.path, "-") != 0 ? d->b.path : d->a.path;
	const char *argv[] = { "pagetide", "--view", "diff", "--replay", path,
		NULL };

	diff = d;
	/* Another command line for getopt. */
	optind = 0;
	opts_parse(o, sizeof argv / sizeof *argv - 1, (char **)argv);
	o->ui.diff = diff;
}

int
session_run(struct opts *o)
{
	struct strbuf why = STRBUF_INIT;
	struct storage *storage = NULL;
	struct found found = { 0 };
	struct script *script = NULL;
	struct runcmd child = { 0 };
	struct watching with;
	char *demo = NULL;
	int status = EXIT_OK, rc = 0, sig = 0;
	bool watches = true;

	fatal_set_cleanup(tty_abandon);
	if (o->log != NULL && (rc = log_open(o->log,
	    opts_has_screen(o))) != 0) {
		strbuf_addf(&why, "can't write %s: %s", o->log,
		    log_strerror(-rc));
		status = EXIT_FAIL;
	}
	/* Before anything is made for it. */
	if (rc == 0 && o->script != NULL) {
		script = script_open(o->script, &why);
		status = script == NULL ? EXIT_FAIL : EXIT_OK;
	}
	if (status == EXIT_OK && o->command != NULL)
		status = start_command(o, &child, &why);
	if (status == EXIT_OK && o->watch.replayed) {
		;
	} else if (status == EXIT_OK && opts_given(o, "process")) {
		if (!opts_has_screen(o))
			status = proccmd_run(o, &found, &why);
		watches = opts_has_screen(o) || found.mapping.n > 0;
	} else if (status == EXIT_OK && o->path == NULL && !o->watch.fake &&
	    o->act.anon_bytes == 0) {
		demo = use_demo(o, &why);
		status = demo == NULL ? EXIT_FAIL : EXIT_OK;
	}
	if (status == EXIT_OK && !o->watch.fake && o->act.anon_bytes == 0 &&
	    watches && !o->watch.replayed)
		storage = start_storage(o);
	with = (struct watching){ .storage = storage,
		.found = found.mapping.n > 0 ? &found : NULL };
	if (status == EXIT_OK && watches)
		status = opts_given(o, "process") && opts_has_screen(o) ?
		    browsing_run(o, storage, &script, &sig, &why) :
		    watching_run(o, &with, &script, &sig, &why);
	found_done(&found);
	if (o->command != NULL)
		status = runcmd_end(&child, status, &why);
	if (why.len > 0)
		output_error("", why.s, "");
	strbuf_done(&why);
	close_log(o);
	free(demo);
	script_free(script);
	/* The last: storage that hangs leaves us without descriptors. */
	storage_end(storage, STORAGE_END_NS);
	if (sig != 0)
		die_by(sig);
	return status == EXIT_OK && log_error() != 0 ? EXIT_FAIL : status;
}
