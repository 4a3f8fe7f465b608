#include "config.h"

#include "batch.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "pagetide/clock.h"
#include "pagetide/event.h"
#include "pagetide/json.h"
#include "pagetide/plain.h"

#include "app.h"
#include "outcome.h"

/* One whole pass, however long it takes. */
static void
measure(struct app *app)
{
	app_hurry(app);
	app_begin(app);
	while (!app_step(app, clock_now_ns() + NS_PER_S))
		;
	app_sample(app);
}

static int
flush(struct strbuf *why)
{
	int err;

	if (fflush(stdout) == 0)
		return 0;
	err = errno;
	strbuf_addf(why, "can't write: %s", strerror(err));
	return -err;
}

int
batch_json(struct app *app, struct strbuf *why)
{
	const struct pending *p = outcome_walk(app);
	struct json_walk walk;
	char *line;

	if (p != NULL)
		walk = (struct json_walk){ p->order.work.kind, &p->forecast,
			p->effect.done ? &p->effect : NULL };
	line = json_sample(&app->live, p != NULL ? &walk : NULL,
	    &app->told.now, app->opts->cells);
	puts(line);
	free(line);
	return flush(why);
}

/* The sample, after what has happened since the one before. */
static int
print_plain(const struct app *app, uint64_t *seen_seq, struct strbuf *why)
{
	struct strbuf out = STRBUF_INIT;
	size_t i = events_len(app->events);

	while (i-- > 0) {
		const struct event *ev = events_at(app->events, i);

		if (ev->seq <= *seen_seq)
			continue;
		*seen_seq = ev->seq;
		plain_event(&out, ev);
		strbuf_addc(&out, '\n');
	}
	plain_sample(&out, &app->live);
	puts(out.s);
	strbuf_done(&out);
	return flush(why);
}

/* Absolute times: lateness does not add up. */
static void
sleep_until(uint64_t t_ns)
{
	struct timespec ts = { (time_t)(t_ns / NS_PER_S),
		(long)(t_ns % NS_PER_S) };

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL) ==
	    EINTR)
		;
}

/* What the samples say about the target as a whole. */
static int
verdict(const struct app *app, struct strbuf *why)
{
	if ((app->noticed & (SOURCE_SHRANK | SOURCE_REPLACED |
	    SOURCE_DELETED | SOURCE_REFUSED)) != 0) {
		strbuf_adds(why, "the file changed while it was watched");
		return EXIT_TARGET;
	}
	if ((app->live.total_known & LAYER_BIT(LAYER_CACHED)) == 0) {
		strbuf_adds(why, app->live.scan.why != NULL ?
		    app->live.scan.why : "residency is not known");
		return EXIT_UNKNOWN;
	}
	return EXIT_OK;
}

int
batch_run(struct app *app, struct strbuf *why)
{
	const struct opts *o = app->opts;
	uint64_t count = o->mode == MODE_JSON ? 1 : o->count;
	uint64_t next_ns = clock_now_ns(), done, seen_seq = 0;
	int rc;

	for (done = 0; count == 0 || done < count; done++) {
		if (done > 0 && app->fake != NULL)
			clock_advance(o->interval_ns);
		else if (done > 0)
			sleep_until(next_ns += o->interval_ns);
		measure(app);
		rc = o->mode == MODE_PLAIN ? print_plain(app, &seen_seq, why)
		    : batch_json(app, why);
		if (rc != 0)
			return EXIT_FAIL;
	}
	return verdict(app, why);
}
