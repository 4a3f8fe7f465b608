#include "config.h"

#include "replay.h"

#include <stdlib.h>

#include "pagetide/clock.h"
#include "pagetide/event.h"
#include "pagetide/exits.h"
#include "pagetide/said.h"
#include "pagetide/script.h"
#include "pagetide/strbuf.h"
#include "pagetide/tape.h"
#include "pagetide/tapefile.h"
#include "pagetide/xalloc.h"

#include "app.h"

/* How soon it is looked again whether it goes on. */
#define WAIT_NS (10 * NS_PER_MS)

struct replay {
	struct tapefile	*file;
	replay_use	*each;		/* sample; NULL: nobody asks */
	void		*arg;
	uint64_t	first_ns;	/* time of the first sample */
};

struct replay *
replay_open(const char *path, struct strbuf *why)
{
	struct tapefile *file = tapefile_open(path, why);
	struct replay *r;

	if (file == NULL)
		return NULL;
	r = xcalloc(1, sizeof *r);
	r->file = file;
	return r;
}

void
replay_close(struct replay *r)
{
	if (r == NULL)
		return;
	tapefile_close(r->file);
	free(r);
}

const char *
replay_wrong(const struct replay *r)
{
	return tapefile_wrong(r->file);
}

uint64_t
replay_first_ns(const struct replay *r)
{
	return r->first_ns;
}

static void
show_sample(struct app *app, const struct tape_reader *t)
{
	struct replay *r = app->replay;

	if (tape_interval_ns(t) != 0)
		app->watch.opts.interval_ns = tape_interval_ns(t);
	watch_play(&app->watch, tape_snapshot(t));
	if (r->first_ns == 0)
		r->first_ns = app->watch.live.t_ns;
	ui_replayed(&app->ui);
	app->replayed = tape_walk(t);
	if (r->each != NULL)
		r->each(r->arg);
}

/* What a line was, or that there is none. */
static void
take(struct app *app, int line)
{
	const struct tape_reader *t = tapefile_reader(app->replay->file);
	const char *wrong = replay_wrong(app->replay);

	if (line == TAPE_EVENT)
		events_put(app->watch.events, tape_event(t));
	else if (line == TAPE_SAMPLE)
		show_sample(app, t);
	if (line != TAPEFILE_END)
		return;
	ui_all_replayed(&app->ui);
	if (wrong != NULL)
		said_error(&app->said, "%s", wrong);
}

int
replay_all(struct app *app, struct strbuf *why)
{
	int line;

	do
		take(app, line = tapefile_next(app->replay->file));
	while (line != TAPEFILE_END);
	if (app->watch.live.seq > 0)
		return EXIT_OK;
	tapefile_say_none(app->replay->file, why);
	return EXIT_FAIL;
}

void
replay_each(struct replay *r, replay_use *each, void *arg)
{
	r->each = each;
	r->arg = arg;
}

bool
replay_slice(struct app *app, uint64_t *wait_ns, struct strbuf *why)
{
	uint64_t deadline_ns = clock_now_ns() + WATCH_SLICE_NS;
	int line;

	do
		take(app, line = tapefile_take(app->replay->file));
	while (line >= 0 && clock_now_ns() < deadline_ns);
	*wait_ns = line >= 0 ? 0 : WAIT_NS;
	if (line != TAPEFILE_END)
		return true;
	if (app->watch.live.seq == 0) {
		app->ui.quit = true;
		app->exit_status = EXIT_FAIL;
		tapefile_say_none(app->replay->file, why);
	}
	return false;
}

void
replay_tick(struct app *app, struct strbuf *why)
{
	ui_play(&app->ui, app->opts->watch.interval_ns);
	script_go_on(&app->ui, why);
	if (app->ui.run.failed)
		app->exit_status = EXIT_FAIL;
}
