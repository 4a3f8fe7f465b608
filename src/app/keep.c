#include "config.h"

#include "keep.h"

#include <stdlib.h>

#include "pagetide/ownfile.h"
#include "pagetide/said.h"
#include "pagetide/strbuf.h"
#include "pagetide/ui.h"

#include "app.h"

/* Sessions that a script or the simulated file is for leave nothing. */
static char *
typed_path(const struct app *app)
{
	const struct opts *o = app->opts;

	if (o->mode != MODE_LIVE || o->script != NULL || o->watch.fake)
		return NULL;
	return ownfile_path("XDG_STATE_HOME", ".local/state", "history");
}

void
keep_begin(struct app *app)
{
	struct strbuf why = STRBUF_INIT;
	char *path = typed_path(app);

	app->keeps = path != NULL &&
	    ui_typed_load(&app->ui, path, &why) == 0;
	if (why.len > 0)
		said_error(&app->said, "%s", why.s);
	strbuf_done(&why);
	free(path);
}

void
keep_end(struct app *app, struct strbuf *why)
{
	struct strbuf reason = STRBUF_INIT;
	char *path = typed_path(app);

	/* A file that could not be read is not for us to replace. */
	if (app->keeps && ui_typed_any(&app->ui) && ownfile_make_dir(path))
		ui_typed_save(&app->ui, path, &reason);
	if (why->len == 0)
		strbuf_adds(why, reason.s);
	strbuf_done(&reason);
	free(path);
}
