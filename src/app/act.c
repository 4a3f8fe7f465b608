#include "config.h"

#include "act.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "pagetide/advice.h"
#include "pagetide/clock.h"
#include "pagetide/event.h"
#include "pagetide/fake.h"
#include "pagetide/mapspec.h"
#include "pagetide/source.h"

#include "app.h"
#include "child.h"
#include "death.h"
#include "describe.h"
#include "diagnose.h"
#include "limit.h"
#include "loop.h"
#include "outcome.h"
#include "remap.h"

static void	on_report(void *, const struct report *);
static void	on_died(void *, int);

static const struct child_ops child_callbacks = {
	.report = on_report,
	.died = on_died,
};

bool
act_has_worker(const struct app *app)
{
	return app->child != NULL || app->fake != NULL;
}

/* Pages may change by an order, and until it is answered; not by a pace. */
static void
note_activity(struct app *app, uint32_t op)
{
	if (op != ORDER_PACE)
		app->last_activity_ns = clock_now_ns();
}

/* Hands an order over. The fake answers at once. */
static int
send_order(struct app *app, struct order *order, struct strbuf *why)
{
	struct report report;
	int rc;

	order->seq = ++app->order_seq;
	note_activity(app, order->op);
	diagnose_order(app, order);
	if (app->fake != NULL) {
		fake_order(app->fake, order, &report);
		on_report(app, &report);
		return 0;
	}
	if (app->child == NULL) {
		strbuf_adds(why, "there is no worker (:restart starts one)");
		return -ESRCH;
	}
	rc = child_send(app->child, order);
	if (rc != 0)
		strbuf_addf(why, "the worker does not take orders: %s",
		    strerror(-rc));
	return rc;
}

/* The mapping that acts are on from now on. */
static void
note_mapping(struct app *app, const struct order *order)
{
	app->mapped_pages_asked = app->live.target.pages;
	app->map_asked = *order;
}

/* An ORDER_MAP; what is to come waits for its report. */
static int
send_map(struct app *app, struct order *order, bool measured,
    struct strbuf *why)
{
	int rc;

	note_mapping(app, order);
	app->map_measured = measured;
	app->map_seq = app->order_seq + 1;
	rc = send_order(app, order, why);
	if (rc != 0)
		app->map_seq = 0;
	return rc;
}

/* Maps as was asked for last, without an event. */
static int
map_again(struct app *app, struct strbuf *why)
{
	struct order order;
	int rc = remap_order(app, &app->map_spec, &order, why);

	return rc != 0 ? rc : send_map(app, &order, false, why);
}

/* What is counted from now on is the doing of acts. */
static void
worker_is_ready(struct app *app)
{
	if (app->base.known == 0)
		app->base = app->live.base = app->live.counters;
}

/* An order of nothing: what is to come waits until the worker has answered,
 * so that its own start is not booked on the first mapping. */
static int
send_greeting(struct app *app, struct strbuf *why)
{
	struct order order = { .op = ORDER_STOP };
	int rc;

	app->map_measured = false;
	app->map_seq = app->order_seq + 1;
	rc = send_order(app, &order, why);
	if (rc != 0)
		app->map_seq = 0;
	return rc;
}

/* The first mapping of a worker: an event if it is not the usual one. */
static int
map_first(struct app *app, struct strbuf *why)
{
	struct map_spec spec = app->map_spec;
	int rc;

	if (app->fake != NULL)
		worker_is_ready(app);
	if (spec.flags == 0 && spec.from_bytes == 0 && spec.length_bytes == 0)
		return app->fake != NULL ? 0 : map_again(app, why);
	app->map_spec = (struct map_spec){ 0 };
	rc = send_greeting(app, why);
	return rc != 0 ? rc : act_map(app, &spec, why);
}

int
act_worker_start(struct app *app, struct strbuf *why)
{
	struct source_worker w;

	if (app->child != NULL)
		return 0;
	if (app->fake != NULL)
		return map_first(app, why);
	app->followed = false;
	app->child = child_start(loop_base(app->loop), &child_callbacks, app,
	    app->source.ops->file(app->source.self), why);
	if (app->child == NULL)
		return -errno;
	if (limit_admit(app, child_pid(app->child), why) != 0) {
		act_worker_stop(app);
		return -EACCES;
	}
	w = (struct source_worker){ .pid = child_pid(app->child),
		.shared = child_shared(app->child),
		.shared_fd = child_shared_fd(app->child),
		.memcg = limit_memcg(app) };
	app->source.ops->set_worker(app->source.self, &w);
	return map_first(app, why);
}

void
act_worker_stop(struct app *app)
{
	if (app->child == NULL)
		return;
	app->source.ops->set_worker(app->source.self, NULL);
	child_stop(app->child);
	app->child = NULL;
	app->base = (struct counters){ 0 };
	app->map_seq = 0;
	app->last_activity_ns = clock_now_ns();
	outcome_give_up(app, "unknown: the worker ended");
}

int
act_follow(struct app *app, struct strbuf *why)
{
	bool on_old = app->followed && app->child != NULL;

	app->followed = false;
	if (!on_old)
		return 0;
	act_worker_stop(app);
	return act_worker_start(app, why);
}

/* The file grew since it was mapped: the acts to come need all of it. */
static int
map_if_grown(struct app *app, struct strbuf *why)
{
	if (app->fake != NULL || !remap_is_due(app))
		return 0;
	events_add(app->events, EVENT_WORKER, 0,
	    "mapped anew, the file grew: PTEs and advice start over");
	return map_again(app, why);
}

/* Sends what is held, or was just made; a failure ends its outcome. */
static int
send_pending(struct app *app, struct pending *p, struct strbuf *why)
{
	int rc;

	p->held = false;
	outcome_overlap(app, p);
	outcome_before(app, p);
	p->order.seq = app->order_seq + 1;
	rc = p->order.op == ORDER_MAP ? send_map(app, &p->order, true, why)
	    : send_order(app, &p->order, why);
	if (rc == 0)
		return 0;
	outcome_not_made(app, p, "not made", "");
	return rc;
}

/*
 * An act with an outcome to measure. While the worker is still mapping, it is
 * held: what the mapping costs must not be booked on the act.
 */
static int
issue(struct app *app, const struct order *order, const struct event *ev,
    bool walk, struct strbuf *why)
{
	struct pending *p = outcome_new(app, ev, walk);

	p->order = *order;
	/* Acts that are held behind a mapping are on it already. */
	if (order->op == ORDER_MAP)
		note_mapping(app, order);
	app->dirty = app->urgent = true;
	if (app->paused)
		app_say(app, "paused: the picture is from before this act; "
		    ". shows the newest");
	p->held = app->map_seq != 0;
	return p->held ? 0 : send_pending(app, p, why);
}

/* The mapping is there: rates and outcomes start from here. */
static void
send_held(struct app *app)
{
	struct strbuf why = STRBUF_INIT;
	struct pending *p;
	uint64_t last = 0;

	app->map_seq = 0;
	/* A mapping with an outcome of its own is part of the rates. */
	app->gap_next = !app->map_measured;
	app_sample_now(app);
	worker_is_ready(app);
	while (app->map_seq == 0 &&
	    (p = outcome_next_held(app, last)) != NULL) {
		last = p->event_seq;
		outcome_begin(app, p);
		if (send_pending(app, p, &why) != 0)
			app_complain(app, "%s", why.s);
		strbuf_reset(&why);
	}
	strbuf_done(&why);
}

/* Before an act: the worker on the whole file, and what is measured is of
 * now. 0 or -errno with why. */
static int
prepare(struct app *app, struct strbuf *why)
{
	int rc = map_if_grown(app, why);

	if (rc != 0)
		return rc;
	app_sample_now(app);
	return act_follow(app, why);
}

/* Pages that one call surely asks for. */
static uint64_t
chunk_pages(const struct target_facts *t)
{
	if (!t->readahead_known || t->readahead_bytes < t->page_bytes)
		return ADVICE_CHUNK_PAGES;
	return t->readahead_bytes / t->page_bytes;
}

struct advice_range
act_range(const struct app *app)
{
	const struct target_facts *t = &app->live.target;
	struct strbuf why = STRBUF_INIT;
	uint64_t first, n;

	viewport_range(&app->vp, &first, &n);
	remap_clip(app, &first, &n, &why);
	strbuf_done(&why);
	return (struct advice_range){ first * t->page_bytes,
		n * t->page_bytes, chunk_pages(t) * t->page_bytes };
}

int
act_advise(struct app *app, int advice, struct strbuf *why)
{
	const struct advice *a = &advice_table[advice];
	struct order order = { .op = ORDER_ADVISE, .advice = (uint32_t)advice };
	struct advice_range range;
	struct event *ev;
	char calls[2][96];
	int i, rc;

	rc = prepare(app, why);
	if (rc != 0)
		return rc;
	viewport_range(&app->vp, &order.first_page, &order.n_pages);
	rc = remap_clip(app, &order.first_page, &order.n_pages, why);
	if (rc != 0)
		return rc;
	range = act_range(app);
	order.chunk_pages = chunk_pages(&app->live.target);
	for (i = 0; i < 2; i++)
		advice_call_text(calls[i], sizeof calls[i], a, i, &range);
	ev = events_add(app->events, EVENT_HINT, a->key, "%s%s%s", calls[0],
	    a->call == ADVICE_EVICT ? "; " : "",
	    a->call == ADVICE_EVICT ? calls[1] : "");
	return issue(app, &order, ev, false, why);
}

int
act_work(struct app *app, struct pattern_spec spec, struct strbuf *why)
{
	struct order order = { .op = ORDER_WORK,
		.stamps_max_bytes = limit_stamps_bytes(app),
		.pace_per_s = app->pace_per_s };
	struct event *ev;
	char text[160];
	int rc;

	rc = prepare(app, why);
	if (rc != 0)
		return rc;
	if (spec.kind == PATTERN_SINGLE) {
		spec.first_page = app->vp.cursor_page;
		spec.n_pages = 1;
	} else {
		viewport_range(&app->vp, &spec.first_page, &spec.n_pages);
	}
	rc = remap_clip(app, &spec.first_page, &spec.n_pages, why);
	if (rc != 0)
		return rc;
	order.work = spec;
	describe_walk(text, sizeof text, app, &spec);
	ev = events_add(app->events, EVENT_WORK,
	    spec.kind == PATTERN_SINGLE ? 't' : 'w', "%s", text);
	return issue(app, &order, ev, true, why);
}

int
act_map(struct app *app, const struct map_spec *spec, struct strbuf *why)
{
	uint32_t page_bytes = app->live.target.page_bytes;
	struct map_spec as = *spec;
	struct order order;
	struct event *ev;
	char call[160];
	int rc;

	app_sample_now(app);
	rc = act_follow(app, why);
	if (rc == 0)
		rc = remap_order(app, &as, &order, why);
	if (rc != 0)
		return rc;
	app->map_before = app->map_spec;
	app->map_spec = as;
	mapspec_call_text(call, sizeof call, order.map_flags,
	    order.first_page * page_bytes, order.n_pages * page_bytes);
	ev = events_add(app->events, EVENT_WORKER, 'm', "%s", call);
	return issue(app, &order, ev, false, why);
}

int
act_stop(struct app *app, struct strbuf *why)
{
	struct order order = { .op = ORDER_STOP };

	return send_order(app, &order, why);
}

int
act_pace(struct app *app, uint64_t per_s, struct strbuf *why)
{
	struct order order = { .op = ORDER_PACE, .pace_per_s = per_s };

	app->pace_per_s = per_s;
	if (!act_has_worker(app))
		return 0;
	return send_order(app, &order, why);
}

/* It could not be mapped like this: as it was before, then. True if what
 * waits has to go on waiting. */
static bool
map_failed(struct app *app, int err)
{
	struct strbuf why = STRBUF_INIT;
	bool again;

	app_complain(app, "the worker can't map it like this: %s",
	    strerror(err));
	again = app->map_measured;
	app->map_spec = app->map_before;
	if (again && map_again(app, &why) != 0) {
		app_complain(app, "%s", why.s);
		again = false;
	}
	strbuf_done(&why);
	return again;
}

static void
on_report(void *arg, const struct report *r)
{
	struct app *app = arg;

	app->source.ops->touch_flags(app->source.self);
	note_activity(app, r->op);
	diagnose_report(app, r);
	if (r->op != ORDER_MAP && r->seq != app->map_seq)
		app->last_report_ns = clock_now_ns();
	app->dirty = true;
	outcome_report(app, r);
	if (r->seq != app->map_seq)
		return;
	if (r->op == ORDER_MAP && r->err[0] > 0 && map_failed(app, r->err[0]))
		return;
	if (r->op == ORDER_MAP && r->err[0] == 0 && app->map_measured &&
	    app->live.worker.map_pages > 0)
		app_say(app, "mapped anew: PTEs and advice start over");
	send_held(app);
}

static void
on_died(void *arg, int status)
{
	struct app *app = arg;

	death_tell(app, status);
	act_worker_stop(app);
	app->dirty = app->urgent = true;
}

bool
act_busy(const struct app *app)
{
	return outcome_any(app) || app->live.worker.running ||
	    app->map_seq != 0;
}

void
act_fake_poll(struct app *app)
{
	struct report report;

	while (fake_poll(app->fake, &report))
		on_report(app, &report);
}
