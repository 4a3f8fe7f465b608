#include "config.h"

#include "outcome.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "pagetide/clock.h"
#include "pagetide/event.h"
#include "pagetide/units.h"

#include "app.h"
#include "diagnose.h"

/* The outcome is complete: text goes into its event, and the event to the
 * log. The slot is free. */
static void
finish(struct app *app, struct pending *p, const char *text)
{
	struct event *ev = events_get(app->events, p->event_seq);

	p->event_seq = 0;
	app->dirty = true;
	if (ev == NULL)
		return;
	snprintf(ev->effect, sizeof ev->effect, "%s", text);
	app_log(ev);
}

struct pending *
outcome_new(struct app *app, const struct event *ev, bool walk)
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
	if (p->event_seq != 0)
		finish(app, p, "not measured: too many acts at a time");
	*p = (struct pending){ .event_seq = ev->seq, .walk = walk };
	outcome_begin(app, p);
	return p;
}

struct pending *
outcome_next_held(struct app *app, uint64_t after_event_seq)
{
	struct pending *found = NULL;
	unsigned i;

	for (i = 0; i < APP_PENDING_MAX; i++) {
		struct pending *p = &app->pending[i];

		if (p->event_seq > after_event_seq && p->held &&
		    (found == NULL || p->event_seq < found->event_seq))
			found = p;
	}
	return found;
}

static struct pending *
pending_of(struct app *app, uint32_t order_seq)
{
	unsigned i;

	for (i = 0; i < APP_PENDING_MAX; i++)
		if (app->pending[i].event_seq != 0 && !app->pending[i].held &&
		    app->pending[i].order.seq == order_seq)
			return &app->pending[i];
	return NULL;
}

const struct pending *
outcome_walk(struct app *app)
{
	uint32_t seq = app->live.worker.walk_seq;

	if (app->walked.event_seq != 0 && app->walked.order.seq == seq)
		return &app->walked;
	return pending_of(app, seq);
}

/* "= 0" or "= -1 ENOMEM" of each call that was made, and in which one of
 * many. */
static void
write_result(char *buf, size_t size, const struct report *r)
{
	char took[UNITS_MAX];
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
	if (r->op == ORDER_MAP && r->end_ns > r->begin_ns)
		snprintf(buf + len, size - len, " in %s",
		    units_duration(took, r->end_ns - r->begin_ns));
	if (r->calls > 0 && r->err[0] > 0)
		snprintf(buf + len, size - len, " (call %" PRIu64 ")",
		    r->calls);
}

/* How a walk ended that ended by itself. The forecast is of all of it. */
static void
tell_end(struct app *app, struct pending *p, struct event *ev,
    const struct report *r)
{
	char how[24] = "done";

	if (r->err[0] > 0)
		snprintf(how, sizeof how, "failed: %s",
		    strerrorname_np(r->err[0]));
	else if (r->capped)
		snprintf(how, sizeof how, "ended by read=");
	snprintf(ev->result, sizeof ev->result, "%s, %" PRIu64 " touched",
	    how, r->touches);
	if (r->err[0] > 0 || r->capped)
		p->forecast.known = false;
	if (r->capped)
		app_say(app, "the walk has read as much as it may: "
		    "read=SIZE for more, read=0 for no such end");
}

static void
set_reported(struct app *app, struct pending *p)
{
	p->reported = true;
	p->reported_ns = clock_now_ns();
	app->dirty = true;
}

/* A walk that was stopped, or gave way to another, is over as well. */
static void
end_older_walks(struct app *app, uint32_t order_seq)
{
	unsigned i;

	for (i = 0; i < APP_PENDING_MAX; i++) {
		struct pending *p = &app->pending[i];
		struct event *ev;

		if (p->event_seq == 0 || !p->walk || p->reported || p->held ||
		    p->order.seq >= order_seq)
			continue;
		set_reported(app, p);
		ev = events_get(app->events, p->event_seq);
		if (ev != NULL)
			snprintf(ev->result, sizeof ev->result, "stopped");
		/* That was of the whole walk. */
		p->forecast.known = false;
	}
}

/* A walk that could not begin; the one that runs goes on. */
static void
refused(struct app *app, struct pending *p, int err)
{
	char result[32];

	snprintf(result, sizeof result, "refused: %s", strerrorname_np(err));
	outcome_not_made(app, p, result, err == EACCES ?
	    "the mapping can't be written (:map private write)" : "");
}

void
outcome_report(struct app *app, const struct report *r)
{
	struct pending *p = pending_of(app, r->seq);
	bool started = !r->done && r->err[0] <= 0;
	struct event *ev;

	if (r->op == ORDER_WORK && !r->done && !started) {
		if (p != NULL)
			refused(app, p, r->err[0]);
		return;
	}
	if (!r->done && (r->op == ORDER_STOP || r->op == ORDER_WORK ||
	    r->op == ORDER_MAP))
		end_older_walks(app, r->seq);
	if (p == NULL || (p->walk && started))
		return;
	set_reported(app, p);
	memcpy(p->facts.err, r->err, sizeof p->facts.err);
	ev = events_get(app->events, p->event_seq);
	if (ev == NULL)
		return;
	if (p->walk)
		tell_end(app, p, ev, r);
	else
		write_result(ev->result, sizeof ev->result, r);
}

/* Are the totals of the newest sample of that time or later, as far as they
 * are known? */
static bool
is_fresh(const struct sample *s, uint64_t since_ns)
{
	return (s->total_known & (LAYER_BIT(LAYER_CACHED) |
	    LAYER_BIT(LAYER_MAPPED))) == 0 || s->scan.pass_ns >= since_ns;
}

/* Is the file too large to have been looked through even once? */
static bool
is_first_pass(const struct sample *s)
{
	return !s->scan.complete &&
	    (s->scan.cached_by != NULL || s->scan.mapped_by != NULL);
}

void
outcome_begin(struct app *app, struct pending *p)
{
	struct effect *e = &p->effect;

	effect_begin(e, &app->live);
	if (is_first_pass(&app->live))
		e->why = "the first pass was not over";
	if (is_fresh(&app->live, app->last_report_ns))
		return;
	e->before.known &= ~(COUNTER_BIT(COUNTER_CACHED) |
	    COUNTER_BIT(COUNTER_MAPPED) | COUNTER_BIT(COUNTER_PRIVATE));
	e->why = "no whole pass since the act before";
}

/* Is everything in that the outcome needs? */
static bool
is_ripe(const struct app *app, const struct pending *p)
{
	if (!p->reported || !is_fresh(&app->live, p->reported_ns))
		return false;
	/* A walk is measured from its start to the first sample after it. */
	if (p->walk)
		return app->live.t_ns >= p->reported_ns;
	return app->live.t_ns >= p->reported_ns + APP_EFFECT_NS;
}

void
outcome_not_made(struct app *app, struct pending *p, const char *result,
    const char *why)
{
	struct event *ev = events_get(app->events, p->event_seq);

	if (ev != NULL) {
		snprintf(ev->result, sizeof ev->result, "%s", result);
		ev->mark = 0;
	}
	finish(app, p, why);
}

/* What the newest sample knows of the hint's range since then. */
static struct verdict_pages
range_pages(const struct app *app, const struct order *o, uint64_t since_ns)
{
	struct verdict_pages p = { 0 };
	int l;

	for (l = 0; l < LAYER_COUNT; l++)
		if (sample_count(&app->live, (enum layer)l, o->first_page,
		    o->n_pages, since_ns, &p.count[l]))
			p.known |= LAYER_BIT(l);
	return p;
}

/* From the newest sample; where that is too coarse or too old, from a look at
 * the pages of the range. */
static void
forecast_walk(struct app *app, struct pending *p)
{
	const struct pattern_spec *walk = &p->order.work;
	struct sample now = app->live;
	struct cells pages;

	forecast_make(&p->forecast, walk, &now, app->last_activity_ns);
	if (p->forecast.known || app->source.ops->pages == NULL ||
	    walk->n_pages > FORECAST_PAGES_MAX)
		return;
	cells_init(&pages);
	now.overview = &pages;
	now.zoom = NULL;
	now.scan.pass_ns = clock_now_ns();
	if (app->source.ops->pages(app->source.self, walk->first_page,
	    walk->n_pages, APP_SCAN_SLICE_NS, &pages))
		forecast_make(&p->forecast, walk, &now,
		    app->last_activity_ns);
	cells_done(&pages);
}

void
outcome_before(struct app *app, struct pending *p)
{
	struct verdict_facts *f = &p->facts;
	unsigned differ;

	if (p->order.op == ORDER_WORK)
		forecast_walk(app, p);
	if (p->order.op != ORDER_ADVISE)
		return;
	f->n_pages = p->order.n_pages;
	f->whole = f->n_pages == app->live.target.pages;
	f->before = range_pages(app, &p->order, app->last_activity_ns);
	f->flags_known = sample_vmflags(&app->live, p->order.first_page,
	    p->order.n_pages, &f->vmflags, &differ) && differ == 0;
}

/* Why the hint did no more, if that can be told. */
static void
add_verdict(struct app *app, struct pending *p, struct strbuf *text)
{
	const struct effect *e = &p->effect;
	struct verdict verdict;
	const char *words;
	int64_t mapped = 0;
	char buf[64];

	if (p->order.op != ORDER_ADVISE || e->walking || e->mixed ||
	    e->broken)
		return;
	p->facts.after = range_pages(app, &p->order, p->reported_ns);
	p->facts.ptes_fell_known = effect_delta(e, COUNTER_MAPPED, &mapped);
	p->facts.ptes_fell = -mapped;
	verdict_find(&verdict, p->order.advice, &p->facts);
	diagnose_verdict(app, p->order.advice, &verdict);
	words = verdict_text(buf, sizeof buf, &verdict);
	if (words != NULL)
		strbuf_addf(text, "  %s", words);
}

/* What was measured so far goes into the event. */
static void
complete(struct app *app, struct pending *p)
{
	struct strbuf text = STRBUF_INIT;

	if (p->walk) {
		p->effect.walking = false;
		app->walked = *p;
	}
	effect_text(&p->effect, &text);
	forecast_text(&p->forecast, &p->effect, &text);
	add_verdict(app, p, &text);
	finish(app, p, text.s);
	strbuf_done(&text);
}

/* Ends a hint where it was measured after its call; what it reads may still
 * be on its way then, and be counted for the next act. */
static void
overlap_hint(struct app *app, struct pending *p, struct pending *next)
{
	int64_t bytes = -1;

	if (!p->reported || p->effect.t_after_ns < p->reported_ns ||
	    !is_fresh(&app->live, p->reported_ns)) {
		p->effect.mixed = next->effect.mixed = true;
		return;
	}
	effect_delta(&p->effect, COUNTER_READ_BYTES, &bytes);
	if (bytes != 0)
		next->effect.mixed = true;
	p->effect.cut = true;
	complete(app, p);
}

void
outcome_overlap(struct app *app, struct pending *next)
{
	unsigned i;

	for (i = 0; i < APP_PENDING_MAX; i++) {
		struct pending *p = &app->pending[i];

		if (p == next || p->event_seq == 0 || p->held)
			continue;
		if (p->walk)
			p->effect.mixed = true;
		else
			overlap_hint(app, p, next);
	}
}

bool
outcome_calling(const struct app *app)
{
	unsigned i;

	for (i = 0; i < APP_PENDING_MAX; i++)
		if (app->pending[i].event_seq != 0 &&
		    !app->pending[i].reported)
			return true;
	return false;
}

void
outcome_feed(struct app *app)
{
	unsigned i;

	for (i = 0; i < APP_PENDING_MAX; i++) {
		struct pending *p = &app->pending[i];

		if (p->event_seq == 0 || p->held)
			continue;
		effect_feed(&p->effect, &app->live,
		    is_ripe(app, p) ? 0 : UINT64_MAX);
		if (p->effect.done)
			complete(app, p);
	}
}

void
outcome_give_up(struct app *app, const char *text)
{
	unsigned i;

	for (i = 0; i < APP_PENDING_MAX; i++)
		if (app->pending[i].event_seq != 0 && app->pending[i].held)
			outcome_not_made(app, &app->pending[i], "not made",
			    "");
		else if (app->pending[i].event_seq != 0)
			finish(app, &app->pending[i], text);
}

bool
outcome_any(const struct app *app)
{
	unsigned i;

	for (i = 0; i < APP_PENDING_MAX; i++)
		if (app->pending[i].event_seq != 0)
			return true;
	return false;
}
