#include "config.h"

#include "pagetide/watch.h"

#include <errno.h>
#include <string.h>

#include "pagetide/event.h"
#include "pagetide/fake.h"
#include "pagetide/history.h"
#include "pagetide/replayed.h"
#include "pagetide/ring.h"
#include "pagetide/said.h"
#include "pagetide/target.h"

#include "cost.h"
#include "outside.h"

/* 43 minutes at 10 samples a second, in 3.4 MiB: with a full history (8 MiB)
 * all of the program stays within 16. */
#define RING_TICKS	26000
/* A larger history has a tick for so much of it: three in a hundred more. */
#define TICK_HISTORY_BYTES 4096
#define HOLD_NS		NS_PER_S	/* rates stand still */
#define LATE_NS		NS_PER_S	/* past the interval: a gap */

/* As far back as most histories of that size. */
static size_t
ring_ticks(uint64_t history_bytes)
{
	uint64_t n = history_bytes / TICK_HISTORY_BYTES;

	return n > RING_TICKS ? n : RING_TICKS;
}

static int
open_source(struct watch *w, struct target *target, struct strbuf *why)
{
	if (w->opts.fake) {
		w->fake = fake_open(&w->source, w->opts.seed);
		return 0;
	}
	if (w->opts.replayed) {
		replayed_open(&w->source);
		return 0;
	}
	target->follow_name = w->opts.follow_name;
	return live_open(&w->source, target, w->opts.method, w->opts.cells,
	    why);
}

int
watch_open(struct watch *w, const struct watch_opts *opts,
    struct target *target, struct strbuf *why)
{
	int rc;

	*w = (struct watch){ .opts = *opts, .storage = w->storage,
		.said = w->said };
	rc = open_source(w, target, why);
	if (rc != 0)
		return rc;
	w->ring = ring_new(ring_ticks(opts->history_bytes));
	w->history = history_new(opts->history_bytes);
	w->events = events_new(WATCH_EVENTS_MAX);
	w->source.ops->read(w->source.self, &w->live, NULL);
	outside_begin(w);
	return 0;
}

void
watch_close(struct watch *w)
{
	if (w->source.ops != NULL)
		w->source.ops->close(w->source.self);
	ring_free(w->ring);
	history_free(w->history);
	events_free(w->events);
}

void
watch_window(struct watch *w, uint64_t window_ns)
{
	w->source.ops->window(w->source.self, window_ns);
}

void
watch_look(struct watch *w, uint64_t first_page, uint64_t n_pages,
    unsigned shift, unsigned layers)
{
	w->source.ops->want(w->source.self, layers);
	w->source.ops->look(w->source.self, first_page, n_pages, shift);
}

int
watch_act_outside(struct watch *w, uint64_t first_page, uint64_t n_pages,
    bool write)
{
	if (w->source.ops->outside == NULL)
		return -EOPNOTSUPP;
	w->source.ops->outside(w->source.self, first_page, n_pages, write);
	return 0;
}

void
watch_hurry(struct watch *w)
{
	if (w->source.ops->hurry != NULL)
		w->source.ops->hurry(w->source.self);
}

void
watch_pages_only(struct watch *w)
{
	if (w->source.ops->pages_only != NULL)
		w->source.ops->pages_only(w->source.self);
}

void
watch_begin(struct watch *w)
{
	w->source.ops->begin(w->source.self);
}

bool
watch_step(struct watch *w, uint64_t deadline_ns)
{
	int rc = w->source.ops->step(w->source.self, deadline_ns);

	if (rc < 0)
		said_error(w->said, "can't measure: %s", strerror(-rc));
	return rc != 0;
}

/* Rates end with a sample until a second later. */
static void
hold_rates(struct watch *w)
{
	if (w->live.t_ns / HOLD_NS != w->held_ns / HOLD_NS)
		w->held_ns = w->live.t_ns;
}

/* The sample as the source has it, and what only we know of it. */
static void
read_sample(struct watch *w)
{
	struct sample *s = &w->live;
	int rc = w->source.ops->read(w->source.self, s, &w->notices);

	if (rc != 0)
		said_error(w->said, "can't measure: %s", strerror(-rc));
	if (s->worker.process != 0 && w->base.known == 0 && s->seq > 0)
		w->base = s->counters;
	s->base = w->base;
	s->gap = s->gap || w->gap_next;
	w->gap_next = false;
	hold_rates(w);
}

void
watch_snapshot(const struct watch *w, struct snapshot *out)
{
	*out = (struct snapshot){ .sample = w->live, .notices = w->notices,
		.events = events_now(w->events), .findings = w->findings,
		.cost = w->cost.shown, .acted = w->acted };
}

void
watch_keep(struct watch *w)
{
	struct snapshot s;

	watch_snapshot(w, &s);
	history_keep(w->history, &s);
}

void
watch_play(struct watch *w, const struct snapshot *s)
{
	w->live = s->sample;
	w->notices = s->notices;
	w->findings = s->findings;
	w->cost.shown = s->cost;
	w->acted = s->acted;
	ring_push_sample(w->ring, &w->live, watch_late_ns(w));
	hold_rates(w);
	history_keep(w->history, s);
}

uint64_t
watch_late_ns(const struct watch *w)
{
	return LATE_NS + 2 * w->opts.interval_ns;
}

unsigned
watch_take(struct watch *w)
{
	w->before = w->live;
	w->before.overview = w->before.zoom = NULL;
	read_sample(w);
	ring_push_sample(w->ring, &w->live, watch_late_ns(w));
	cost_feed(&w->cost, &w->live);
	w->comparable = w->before.seq > 0 &&
	    (w->notices & SOURCE_FOLLOWED) == 0;
	outside_target(w, w->notices);
	return w->notices;
}
