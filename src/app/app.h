/*
 * The program's state: one struct, owned by main. What measures, draws and
 * acts is below; this folder only connects it.
 */
#ifndef PAGETIDE_APP_H
#define PAGETIDE_APP_H

#include <stdbool.h>
#include <stdint.h>

#include "pagetide/actor.h"
#include "pagetide/act.h"
#include "pagetide/said.h"
#include "pagetide/strbuf.h"
#include "pagetide/watch.h"

#include "opts.h"
#include "pagetide/ui.h"


struct app {
	const struct opts *opts;
	struct watch	watch;
	struct act	act;
	struct ui	ui;
	struct said	said;
	struct found	*found;		/* a mapping of another process is
					   watched; NULL: a file */
	struct replay	*replay;	/* of a recording; NULL: none */
	const struct walk_facts *replayed;	/* walk of its newest sample */
	char		*unrecorded;	/* why the recording ended before its
					   time; NULL: it did not */
	bool		keeps;		/* what was typed, for the next time */
	int		exit_status;
	int		exit_signal;	/* the signal that ends us; 0: none */
};

/* app.c: life, and the way of a sample. */

/* Opens the target (or fake), by watch.storage, found and ui.list.browse; all
 * else is cleared. 0 or an exit status, with why; none where the user did not
 * want to wait. */
int	app_open(struct app *, const struct opts *, struct strbuf *why);
/* Of a session with a screen: the worker, and what is to be said at first. */
void	app_begin(struct app *);
/* All that is recorded is to be written. 0, or -1 with why, also where the
 * recording ended before. */
int	app_recorded(struct app *, struct strbuf *why);
void	app_close(struct app *);

#endif
