#include "config.h"

#include "act.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "pagetide/advice.h"
#include "pagetide/clock.h"
#include "pagetide/event.h"
#include "pagetide/fake.h"
#include "pagetide/log.h"
#include "pagetide/plain.h"
#include "pagetide/source.h"
#include "pagetide/units.h"

#include "app.h"
#include "child.h"
#include "loop.h"

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

/* Hands an order over. The fake answers at once. */
static int
send_order(struct app *app, struct order *order, struct strbuf *why)
{
	struct report report;
	int rc;

	order->seq = ++app->order_seq;
	app->last_activity_ns = clock_now_ns();
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

int
act_map(struct app *app, struct strbuf *why)
{
	struct order order = { .op = ORDER_MAP,
		.n_pages = app->live.target.pages };

	app->mapped_pages_asked = order.n_pages;
	return send_order(app, &order, why);
}

int
act_worker_start(struct app *app, struct strbuf *why)
{
	struct source_worker w;

	if (app->fake != NULL || app->child != NULL)
		return 0;
	app->child = child_start(loop_base(app->loop), &child_callbacks, app,
	    app->worker_fd, why);
	if (app->child == NULL)
		return -errno;
	w = (struct source_worker){ child_pid(app->child),
		child_shared(app->child) };
	app->source.ops->set_worker(app->source.self, &w);
	return act_map(app, why);
}

void
act_worker_stop(struct app *app)
{
	if (app->child == NULL)
		return;
	app->source.ops->set_worker(app->source.self, NULL);
	child_stop(app->child);
	app->child = NULL;
}

/* The file grew since it was mapped: the acts to come need all of it. */
static int
map_if_grown(struct app *app, struct strbuf *why)
{
	if (app->fake != NULL ||
	    app->live.target.pages <= app->mapped_pages_asked)
		return 0;
	events_add(app->events, EVENT_WORKER, 0,
	    "mapped anew, the file grew: PTEs and advice start over");
	return act_map(app, why);
}

/* A slot for an outcome; the oldest gives way when all are taken. */
static struct pending *
pending_new(struct app *app, uint64_t event_seq, bool walk)
{
	struct pending *p = &app->pending[0];
	unsigned i;

	for (i = 0; i < APP_PENDING_MAX; i++) {
		if (app->pending[i].event_seq == 0) {
			p = &app->pending[i];
			break;
		}
		if (app->pending[i].event_seq < p->event_seq)
			p = &app->pending[i];
	}
	*p = (struct pending){ .event_seq = event_seq, .walk = walk };
	effect_begin(&p->effect, &app->live);
	return p;
}

int
act_advise(struct app *app, int advice, struct strbuf *why)
{
	const struct advice *a = &advice_table[advice];
	struct order order = { .op = ORDER_ADVISE, .advice = (uint32_t)advice };
	uint32_t page_bytes = app->live.target.page_bytes;
	struct pending *p;
	struct event *ev;
	char calls[2][96];
	int i, rc;

	rc = map_if_grown(app, why);
	if (rc != 0)
		return rc;
	app_sample_now(app);
	viewport_range(&app->vp, &order.first_page, &order.n_pages);
	for (i = 0; i < 2; i++)
		advice_call_text(calls[i], sizeof calls[i], a, i,
		    order.first_page * page_bytes, order.n_pages * page_bytes);
	ev = events_add(app->events, EVENT_HINT, a->key, "%s%s%s", calls[0],
	    a->call == ADVICE_EVICT ? "; " : "",
	    a->call == ADVICE_EVICT ? calls[1] : "");
	p = pending_new(app, ev->seq, false);
	p->order_seq = app->order_seq + 1;
	rc = send_order(app, &order, why);
	if (rc != 0) {
		snprintf(ev->result, sizeof ev->result, "not made");
		p->event_seq = 0;
	}
	app->dirty = app->urgent = true;
	return rc;
}

/* "sequential walk 0..64M, 2000 touches/s" */
static void
describe_walk(char *buf, size_t size, const struct app *app,
    const struct pattern_spec *spec)
{
	uint32_t page_bytes = app->live.target.page_bytes;
	char from[UNITS_MAX], to[UNITS_MAX], pace[48] = "full speed";

	if (app->pace_per_s != 0)
		snprintf(pace, sizeof pace, "%" PRIu64 " touches/s",
		    app->pace_per_s);
	units_offset(from, spec->first_page * page_bytes);
	units_offset(to, (spec->first_page + spec->n_pages) * page_bytes);
	if (spec->kind == PATTERN_SINGLE)
		snprintf(buf, size, "touch page %" PRIu64 " at %s",
		    spec->first_page, from);
	else if (spec->kind == PATTERN_STRIDE)
		snprintf(buf, size, "walk stride %" PRIu64 " %s..%s, %s",
		    spec->stride_pages, from, to, pace);
	else
		snprintf(buf, size, "walk %s %s..%s, %s",
		    pattern_table[spec->kind].name, from, to, pace);
}

int
act_work(struct app *app, struct pattern_spec spec, struct strbuf *why)
{
	struct order order = { .op = ORDER_WORK,
		.pace_per_s = app->pace_per_s };
	struct pending *p;
	struct event *ev;
	char text[160];
	int rc;

	if (spec.kind == PATTERN_SINGLE) {
		spec.first_page = app->vp.cursor_page;
		spec.n_pages = 1;
	} else {
		viewport_range(&app->vp, &spec.first_page, &spec.n_pages);
	}
	rc = map_if_grown(app, why);
	if (rc != 0)
		return rc;
	app_sample_now(app);
	order.work = spec;
	describe_walk(text, sizeof text, app, &spec);
	ev = events_add(app->events, EVENT_WORK,
	    spec.kind == PATTERN_SINGLE ? 't' : 'w', "%s", text);
	p = pending_new(app, ev->seq, true);
	p->order_seq = app->order_seq + 1;
	rc = send_order(app, &order, why);
	if (rc != 0)
		p->event_seq = 0;
	app->dirty = app->urgent = true;
	return rc;
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

static struct pending *
pending_of(struct app *app, uint32_t order_seq)
{
	unsigned i;

	for (i = 0; i < APP_PENDING_MAX; i++)
		if (app->pending[i].event_seq != 0 &&
		    app->pending[i].order_seq == order_seq)
			return &app->pending[i];
	return NULL;
}

/* " = 0" or " = -1 ENOMEM" of each call that was made. */
static void
write_result(char *buf, size_t size, const struct report *r)
{
	size_t len = 0;
	int i;

	buf[0] = '\0';
	for (i = 0; i < 2; i++) {
		if (r->err[i] == -1)
			continue;
		len += (size_t)snprintf(buf + len, size - len,
		    r->err[i] == 0 ? "%s= 0" : "%s= -1 %s",
		    len > 0 ? ", " : "", strerrorname_np(r->err[i]));
		if (len >= size)
			return;
	}
}

/* A walk that was stopped, or gave way to another, is over as well. */
static void
end_older_walks(struct app *app, uint32_t order_seq)
{
	unsigned i;

	for (i = 0; i < APP_PENDING_MAX; i++) {
		struct pending *p = &app->pending[i];
		struct event *ev;

		if (p->event_seq == 0 || !p->walk || p->reported ||
		    p->order_seq >= order_seq)
			continue;
		p->reported = true;
		p->reported_ns = app->last_activity_ns;
		ev = events_get(app->events, p->event_seq);
		if (ev != NULL)
			snprintf(ev->result, sizeof ev->result, "stopped");
	}
}

/* The worker's answer to a hint, or the end of a walk. */
static void
on_report(void *arg, const struct report *r)
{
	struct app *app = arg;
	struct pending *p = pending_of(app, r->seq);
	struct event *ev;

	app->source.ops->touch_flags(app->source.self);
	app->last_activity_ns = clock_now_ns();
	app->dirty = true;
	if (r->op == ORDER_MAP && r->err[0] > 0)
		app_complain(app, "the worker can't map the file: %s",
		    strerror(r->err[0]));
	if (!r->done && (r->op == ORDER_STOP || r->op == ORDER_WORK))
		end_older_walks(app, r->seq);
	if (p == NULL || (p->walk && !r->done && r->err[0] <= 0))
		return;
	p->reported = true;
	p->reported_ns = app->last_activity_ns;
	p->touches = r->touches;
	ev = events_get(app->events, p->event_seq);
	if (ev == NULL)
		return;
	if (p->walk && r->err[0] <= 0)
		snprintf(ev->result, sizeof ev->result,
		    "done, %" PRIu64 " touched", r->touches);
	else
		write_result(ev->result, sizeof ev->result, r);
}

/* Outcomes that can't be measured any more. */
static void
pending_give_up(struct app *app)
{
	unsigned i;

	for (i = 0; i < APP_PENDING_MAX; i++) {
		struct event *ev;

		if (app->pending[i].event_seq == 0)
			continue;
		ev = events_get(app->events, app->pending[i].event_seq);
		if (ev != NULL)
			snprintf(ev->effect, sizeof ev->effect,
			    "unknown: the worker ended");
		app->pending[i].event_seq = 0;
	}
}

static void
on_died(void *arg, int status)
{
	struct app *app = arg;
	uint64_t page = child_shared(app->child)->cursor_page;
	int sig = WIFSIGNALED(status) ? WTERMSIG(status) : 0;

	if (sig == SIGBUS)
		events_add(app->events, EVENT_ERROR, '!',
		    "worker died: SIGBUS touching page %" PRIu64
		    ", past the end of the file (:restart starts another)",
		    page);
	else if (sig != 0)
		events_add(app->events, EVENT_ERROR, '!',
		    "worker died: SIG%s (:restart starts another)",
		    sigabbrev_np(sig));
	else
		events_add(app->events, EVENT_ERROR, '!',
		    "worker ended with status %d (:restart starts another)",
		    WEXITSTATUS(status));
	pending_give_up(app);
	act_worker_stop(app);
	app->dirty = app->urgent = true;
}

/* Is everything in that the outcome needs? */
static bool
pending_ripe(const struct app *app, const struct pending *p)
{
	if (!p->reported)
		return false;
	/* A walk is measured from its start to the first sample after it. */
	if (p->walk)
		return app->live.t_ns >= p->reported_ns;
	return app->live.t_ns >= p->reported_ns + APP_EFFECT_NS;
}

/* A finished event goes to the log as well. */
static void
log_event(const struct event *ev)
{
	struct strbuf line = STRBUF_INIT;

	plain_event(&line, ev);
	log_msg("%s", line.s);
	strbuf_done(&line);
}

void
act_feed(struct app *app)
{
	unsigned i;

	for (i = 0; i < APP_PENDING_MAX; i++) {
		struct pending *p = &app->pending[i];
		struct strbuf text = STRBUF_INIT;
		struct event *ev;

		if (p->event_seq == 0)
			continue;
		effect_feed(&p->effect, &app->live,
		    pending_ripe(app, p) ? 0 : UINT64_MAX);
		if (!p->effect.done)
			continue;
		if (p->walk)
			p->effect.walking = false;
		effect_text(&p->effect, &text);
		ev = events_get(app->events, p->event_seq);
		if (ev != NULL) {
			snprintf(ev->effect, sizeof ev->effect, "%s", text.s);
			log_event(ev);
		}
		strbuf_done(&text);
		p->event_seq = 0;
		app->dirty = true;
	}
}

bool
act_busy(const struct app *app)
{
	unsigned i;

	for (i = 0; i < APP_PENDING_MAX; i++)
		if (app->pending[i].event_seq != 0)
			return true;
	return app->live.worker.running;
}

void
act_fake_poll(struct app *app)
{
	struct report report;

	while (fake_poll(app->fake, &report))
		on_report(app, &report);
}
