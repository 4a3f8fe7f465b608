#include "config.h"

#include "watch.h"

#include <inttypes.h>
#include <stdio.h>

#include "pagetide/changes.h"
#include "pagetide/event.h"
#include "pagetide/source.h"
#include "pagetide/units.h"

#include "app.h"
#include "diagnose.h"
#include "outcome.h"

/* An outside event is closed after so long without change. */
#define OUTSIDE_QUIET_NS	(2 * NS_PER_S)

static const struct {
	unsigned	bit;
	const char	*text;
} notice_table[] = {
	{ SOURCE_FOLLOWED, "the path leads to another file now, "
	    "which is watched from here on" },
	{ SOURCE_GREW, "the file grew" },
	{ SOURCE_SHRANK, "the file shrank: touching past its end is SIGBUS" },
	{ SOURCE_REPLACED, "the path leads to another file now; "
	    "the old one is still watched" },
	{ SOURCE_DELETED, "the file's name is gone; it is still watched" },
	{ SOURCE_BACK, "the path leads to the watched file again" },
};

/* What was under way was about another file. */
static void
forget(struct app *app)
{
	app->followed = true;
	app->noticed = 0;
	app->outside = (struct outside){ 0 };
	changes_free(app->changes);
	app->changes = changes_new();
	diagnose_forget(app);
	outcome_give_up(app, "unknown: another file is watched now");
}

/* The event of growth that goes on, or NULL: a log that is written to must
 * not fill the list. */
static struct event *
still_growing(struct app *app, unsigned bit)
{
	uint64_t since_ns = app->live.t_ns - app->grew_ns;
	struct event *ev = events_get(app->events, app->grew_seq);

	app->grew_ns = app->live.t_ns;
	if (bit != SOURCE_GREW || since_ns > OUTSIDE_QUIET_NS) {
		app->grew_seq = 0;
		return NULL;
	}
	return ev;
}

static void
add_notice(struct app *app, unsigned bit, const char *text)
{
	struct event *ev = still_growing(app, bit);
	bool is_new = ev == NULL;
	char size[UNITS_MAX];

	if (is_new)
		ev = events_add(app->events, EVENT_TARGET, '!', "%s", text);
	if (bit == SOURCE_GREW)
		app->grew_seq = ev->seq;
	if ((bit & (SOURCE_GREW | SOURCE_SHRANK | SOURCE_FOLLOWED)) != 0)
		snprintf(ev->result, sizeof ev->result, "%s %s",
		    bit == SOURCE_FOLLOWED ? "size" : "now",
		    units_size(size, app->live.target.size_bytes));
	if (is_new)
		app_log(ev);
	app->dirty = true;
}

void
watch_target(struct app *app, unsigned notices)
{
	const char *refused = app->live.target.refused;
	unsigned i;

	if ((notices & SOURCE_FOLLOWED) != 0)
		forget(app);
	app->noticed |= notices;
	if (app->opts->follow_name && (notices & SOURCE_BACK) != 0)
		app->noticed &= ~(SOURCE_DELETED | SOURCE_REFUSED);
	for (i = 0; i < sizeof notice_table / sizeof *notice_table; i++)
		if ((notices & notice_table[i].bit) != 0)
			add_notice(app, notice_table[i].bit,
			    notice_table[i].text);
	if ((notices & SOURCE_REFUSED) != 0 && refused != NULL)
		add_notice(app, SOURCE_REFUSED, refused);
}

/* Writes what has been collected so far into its event. */
static void
outside_write(struct app *app)
{
	struct outside *o = &app->outside;
	struct event *ev = events_get(app->events, o->event_seq);

	if (ev == NULL) {
		ev = events_add(app->events, EVENT_OUTSIDE, 'o',
		    "not the worker: others, or reclaim, changed the cache");
		o->event_seq = ev->seq;
	}
	snprintf(ev->effect, sizeof ev->effect,
	    "cached +%" PRIu64 " -%" PRIu64 " (net, sample by sample)",
	    o->came_pages, o->went_pages);
	app->dirty = true;
}

void
watch_outside(struct app *app, const struct sample *old, bool quiet)
{
	const struct sample *new = &app->live;
	struct outside *o = &app->outside;
	uint64_t was, is;

	if (o->event_seq != 0 &&
	    (!quiet || new->t_ns - o->last_ns > OUTSIDE_QUIET_NS))
		*o = (struct outside){ 0 };
	if (!quiet || (old->total_known & new->total_known &
	    LAYER_BIT(LAYER_CACHED)) == 0)
		return;
	was = old->total[LAYER_CACHED];
	is = new->total[LAYER_CACHED];
	if (is == was)
		return;
	if (is > was)
		o->came_pages += is - was;
	else
		o->went_pages += was - is;
	o->last_ns = new->t_ns;
	outside_write(app);
}
