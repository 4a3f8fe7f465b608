#include "config.h"

#include "batch.h"

#include <stdlib.h>

#include "pagetide/browse.h"
#include "pagetide/clock.h"
#include "pagetide/death.h"
#include "pagetide/event.h"
#include "pagetide/exits.h"
#include "pagetide/field.h"
#include "pagetide/json.h"
#include "pagetide/outcome.h"
#include "pagetide/output.h"
#include "pagetide/plain.h"
#include "pagetide/strbuf.h"
#include "pagetide/xalloc.h"

#include "app.h"

/* One whole pass, however long it takes. */
static void
measure(struct app *app)
{
	watch_hurry(&app->watch);
	act_begin(&app->act);
	while (!watch_step(&app->watch, clock_now_ns() + NS_PER_S))
		;
	act_take(&app->act);
}

static char *
json_text(struct app *app)
{
	struct walk_facts walk;
	struct field_of of = outcome_fields(&app->act, &walk);
	char *json, *line;

	if (app->replayed != NULL)
		of.walk = app->replayed;
	json = json_sample(&of, app->opts->cells);
	line = xasprintf("%s\n", json);
	free(json);
	return line;
}

/* The sample, after what has happened since the one before. */
static char *
plain_text(const struct app *app, uint64_t *told_event)
{
	struct strbuf out = STRBUF_INIT;
	size_t i = events_len(app->watch.events);

	while (i-- > 0) {
		const struct event *ev = events_at(app->watch.events, i);

		if (ev->seq <= *told_event)
			continue;
		*told_event = ev->seq;
		plain_event(&out, ev);
		strbuf_addc(&out, '\n');
	}
	plain_sample(&out, &app->watch.live);
	strbuf_addc(&out, '\n');
	return strbuf_detach(&out);
}

char *
batch_text(struct app *app, uint64_t *told_event)
{
	return app->opts->mode == MODE_PLAIN ? plain_text(app, told_event) :
	    json_text(app);
}

/* Is what is cached unknowable? A session may end before a pass is over; for
 * ranges there is none. */
static bool
is_unknowable(const struct app *app)
{
	if (app->watch.live.target.anon)
		return app->watch.live.target.refused != NULL;
	if ((app->opts->mode == MODE_HEADLESS ||
	    app->opts->mode == MODE_RANGES) && !app->watch.live.scan.complete)
		return app->watch.live.scan.cached_by == NULL;
	return (app->watch.live.total_known & LAYER_BIT(LAYER_CACHED)) == 0;
}

/* Of a list. */
static int
list_verdict(const struct browse *b, struct strbuf *why)
{
	struct browse_look look;

	browse_look(b, &look);
	if (look.why == NULL)
		return EXIT_OK;
	strbuf_adds(why, look.why);
	return EXIT_TARGET;
}

int
batch_verdict(const struct app *app, struct strbuf *why)
{
	if (browse_is_open(app->ui.list.browse))
		return list_verdict(app->ui.list.browse, why);
	if ((app->watch.noticed & (SOURCE_SHRANK | SOURCE_REPLACED |
	    SOURCE_DELETED | SOURCE_REFUSED)) != 0) {
		strbuf_adds(why, "the file changed while it was watched");
		return EXIT_TARGET;
	}
	if (app->found != NULL && app->watch.live.worker.map_pages == 0) {
		strbuf_adds(why, app->watch.live.scan.why_not[LAYER_MAPPED]);
		return EXIT_TARGET;
	}
	if (is_unknowable(app)) {
		strbuf_adds(why, app->watch.live.scan.why != NULL ?
		    app->watch.live.scan.why : "residency is not known");
		return EXIT_UNKNOWN;
	}
	return EXIT_OK;
}

int
batch_one(struct app *app, struct strbuf *why)
{
	uint64_t none = 0;
	char *text;
	int rc;

	if (opts_is_one_line(app->opts))
		watch_pages_only(&app->watch);
	measure(app);
	text = batch_text(app, &none);
	rc = output_text(text, why);
	free(text);
	return rc != 0 ? EXIT_FAIL : batch_verdict(app, why);
}

void
batch_end(struct app *app, struct strbuf *why)
{
	if (app->exit_status == EXIT_OK)
		app->exit_status = batch_verdict(app, why);
	app->act.actor.ops->reap(app->act.actor.self);
	death_last_word(&app->act, why);
}
