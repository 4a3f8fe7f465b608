#include "config.h"

#include "replay.h"

#include <stdlib.h>

#include "pagetide/clock.h"
#include "pagetide/event.h"
#include "pagetide/exits.h"
#include "pagetide/history.h"
#include "pagetide/said.h"
#include "pagetide/script.h"
#include "pagetide/strbuf.h"
#include "pagetide/tape.h"
#include "pagetide/tapefile.h"
#include "pagetide/tapepart.h"
#include "pagetide/xalloc.h"

#include "app.h"

/* How soon it is looked again whether it goes on; where one waits to go. */
#define WAIT_NS (10 * NS_PER_MS)
#define HURRY_NS NS_PER_MS
/* A part is read on so far past what is shown of it. */
#define AHEAD_NS (60 * NS_PER_S)
/* It may take that much of what the history may. */
#define PART_OF 8

/* What the watch has of the past. */
struct past {
	struct history	*history;
	struct ring	*ring;
	struct events	*events;
};

struct replay {
	struct tapefile	*file;
	replay_use	*each;		/* sample; NULL: nobody asks */
	void		*arg;
	struct watch	*watch;		/* all is read into */
	const char	*path;
	uint64_t	first_ns;	/* time of the first sample */
	struct tapepart_of of;		/* as its parts are read; path NULL: it
					   is none that has parts */
	struct past	whole;		/* of what is read in turn, while a part
					   is shown */
	struct tapepart	*part, *next;	/* shown, read to be shown; or NULL */
	struct tapeevents *reads_events;	/* apart; NULL: not yet */
	struct ui_ahead	ahead;		/* end_ns 0: it is not known yet */
	struct events	*events;	/* for that */
	bool		 knows_events;	/* they are there */
	bool		 all_read;
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
	r->path = path;
	return r;
}

/* The watch has another past now; what it had. */
static struct past
exchange(struct watch *w, struct past p)
{
	struct past had = { w->history, w->ring, w->events };

	w->history = p.history;
	w->ring = p.ring;
	w->events = p.events;
	return had;
}

/* Is a part shown? */
static bool
is_part(const struct replay *r)
{
	return r->part != NULL;
}

/* What is read in turn is the watch's again. */
static void
leave_part(struct replay *r)
{
	if (!is_part(r))
		return;
	exchange(r->watch, r->whole);
	tapepart_close(r->part);
	r->part = NULL;
}

void
replay_close(struct replay *r)
{
	if (r == NULL)
		return;
	leave_part(r);
	tapefile_close(r->file);
	tapepart_close(r->next);
	tapeevents_close(r->reads_events);
	events_free(r->events);
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

/* The first sample is there: how parts of the recording are read, if one goes
 * about in it. */
static void
begin(struct app *app)
{
	struct replay *r = app->replay;
	const struct watch *w = &app->watch;
	uint64_t bytes = w->opts.history_bytes / PART_OF;

	r->watch = &app->watch;
	r->first_ns = r->ahead.first_ns = w->live.t_ns;
	if (app->ui.opts.replay != UI_REPLAY_FILE)
		return;
	r->of = (struct tapepart_of){ r->path, w->live.t_ns, w->live.wall_ns,
		bytes > HISTORY_BYTES_MIN ? bytes : HISTORY_BYTES_MIN,
		watch_late_ns(w) };
}

static void
show_sample(struct app *app, const struct tape_reader *t)
{
	struct replay *r = app->replay;

	if (tape_interval_ns(t) != 0)
		app->watch.opts.interval_ns = tape_interval_ns(t);
	watch_play(&app->watch, tape_snapshot(t));
	if (r->first_ns == 0)
		begin(app);
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
	app->replay->all_read = true;
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

/* No part can be read: what one waits for comes in its turn. */
static void
give_up_parts(struct replay *r)
{
	tapepart_close(r->next);
	tapeevents_close(r->reads_events);
	r->next = NULL;
	r->reads_events = NULL;
	r->of.path = NULL;
}

/* Reads all events, and where the recording ends; false: they can't be known. */
static bool
look_ahead(struct replay *r, uint64_t deadline_ns)
{
	if (r->events == NULL) {
		r->ahead.events = r->events = events_new(WATCH_EVENTS_MAX);
		r->reads_events = tapeevents_open(&r->of, r->events);
		r->next = tapepart_open(&r->of, UINT64_MAX);
	}
	if (r->ahead.end_ns == 0 && r->next != NULL &&
	    !tapepart_read(r->next, deadline_ns)) {
		r->ahead.end_ns = tapepart_newest_ns(r->next);
		r->ahead.end_wall_ns = tapepart_newest_wall_ns(r->next);
	}
	if (r->reads_events != NULL &&
	    !tapeevents_read(r->reads_events, deadline_ns)) {
		r->knows_events = !tapeevents_failed(r->reads_events);
		tapeevents_close(r->reads_events);
		r->reads_events = NULL;
	}
	return (r->reads_events != NULL || r->knows_events) &&
	    (r->ahead.end_ns != 0 || (r->next != NULL &&
	    !tapepart_ended(r->next)));
}

static void
show_whole(struct app *app)
{
	if (!is_part(app->replay))
		return;
	leave_part(app->replay);
	ui_turned(&app->ui, false);
}

/* What was read to be shown is. */
static void
show_next(struct app *app)
{
	struct replay *r = app->replay;

	leave_part(r);
	r->part = r->next;
	r->next = NULL;
	r->whole = exchange(r->watch, (struct past){
	    tapepart_history(r->part), tapepart_ring(r->part), r->events });
	ui_turned(&app->ui, true);
}

static const struct history *
whole_history(const struct replay *r)
{
	return is_part(r) ? r->whole.history : r->watch->history;
}

/* Does what was read in turn have all from one time to the other? */
static bool
whole_has(const struct replay *r, uint64_t from_ns, uint64_t until_ns)
{
	size_t i;

	return history_find(whole_history(r), from_ns, &i) &&
	    (r->all_read || r->watch->live.t_ns > until_ns);
}

/* Is it worth reading on in that part? */
static bool
part_begins(const struct tapepart *p, uint64_t from_ns, uint64_t until_ns)
{
	size_t i;

	if (p == NULL)
		return false;
	return tapepart_from_ns(p) == from_ns ||
	    (history_find(tapepart_history(p), from_ns, &i) &&
	    until_ns < tapepart_newest_ns(p) + AHEAD_NS);
}

static bool
part_has(const struct tapepart *p, uint64_t until_ns)
{
	return history_len(tapepart_history(p)) > 0 &&
	    (tapepart_ended(p) || tapepart_newest_ns(p) > until_ns);
}

/* Reads what is wanted; true: it is there. */
static bool
fetch(struct replay *r, uint64_t from_ns, uint64_t until_ns,
    uint64_t deadline_ns)
{
	struct tapepart *p = r->part;

	if (whole_has(r, from_ns, until_ns))
		return true;
	if (!part_begins(p, from_ns, until_ns)) {
		if (!part_begins(r->next, from_ns, until_ns)) {
			tapepart_close(r->next);
			r->next = tapepart_open(&r->of, from_ns);
		}
		p = r->next;
	}
	if (p == NULL)
		return false;
	if (!part_has(p, until_ns))
		tapepart_read(p, deadline_ns);
	return part_has(p, until_ns);
}

/* What was fetched is the watch's. */
static void
show_fetched(struct app *app, uint64_t from_ns, uint64_t until_ns)
{
	struct replay *r = app->replay;

	if (whole_has(r, from_ns, until_ns))
		show_whole(app);
	else if (!part_begins(r->part, from_ns, until_ns))
		show_next(app);
}

/* Has what is read to be shown ended without that? */
static bool
is_in_vain(const struct replay *r)
{
	return r->next == NULL || (tapepart_ended(r->next) &&
	    history_len(tapepart_history(r->next)) == 0);
}

/* Where one waits to go is gone to, if it can be read by now; true: not yet. */
static bool
seek(struct app *app, uint64_t deadline_ns)
{
	struct replay *r = app->replay;
	struct ui_want *want = &app->ui.then.want;
	uint64_t from_ns, until_ns;
	bool there;

	if (want->kind == UI_WANT_NOTHING || r->of.path == NULL)
		return false;
	if (!look_ahead(r, deadline_ns)) {
		give_up_parts(r);
		return false;
	}
	if (r->ahead.end_ns == 0 || (want->kind == UI_WANT_MARK &&
	    !r->knows_events) ||
	    !ui_wants(&app->ui, &r->ahead, &from_ns, &until_ns))
		return true;
	there = fetch(r, from_ns, until_ns, deadline_ns);
	if (there && r->knows_events) {
		show_fetched(app, from_ns, until_ns);
		ui_arrive(&app->ui, &r->ahead);
	} else if (!there && is_in_vain(r) && !is_part(r)) {
		give_up_parts(r);
	}
	return want->kind != UI_WANT_NOTHING;
}

/* Lines in their turn, whatever is shown; what the last one was. */
static int
read_whole(struct app *app, uint64_t deadline_ns)
{
	struct replay *r = app->replay;
	bool part = is_part(r);
	int line;

	if (r->all_read)
		return TAPEFILE_END;
	if (part)
		r->whole = exchange(r->watch, r->whole);
	do
		take(app, line = tapefile_take(r->file));
	while (line >= 0 && clock_now_ns() < deadline_ns);
	if (part)
		r->whole = exchange(r->watch, r->whole);
	return line;
}

/* A part is read on while what is shown of it comes near its end, and left when
 * all before what is shown is read. */
static void
go_on_with_part(struct app *app)
{
	struct replay *r = app->replay;
	uint64_t t_ns = app->ui.past.sample.t_ns;

	if (!is_part(r))
		return;
	if (whole_has(r, t_ns, t_ns))
		show_whole(app);
	else if (tapepart_newest_ns(r->part) < t_ns + AHEAD_NS)
		tapepart_read(r->part, clock_now_ns() + WATCH_SLICE_NS);
}

bool
replay_slice(struct app *app, uint64_t *wait_ns, struct strbuf *why)
{
	uint64_t now_ns = clock_now_ns();
	bool seeks = seek(app, now_ns + WATCH_SLICE_NS);
	int line = read_whole(app, seeks ? now_ns : now_ns + WATCH_SLICE_NS);

	if (!seeks)
		go_on_with_part(app);
	*wait_ns = line >= 0 ? 0 : seeks ? HURRY_NS : WAIT_NS;
	if (line != TAPEFILE_END || is_part(app->replay))
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
