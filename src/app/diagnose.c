#include "config.h"

#include "diagnose.h"

#include "pagetide/advice.h"
#include "pagetide/clock.h"
#include "pagetide/pattern.h"
#include "pagetide/trail.h"

#include "app.h"

#define VERDICT_NS	(10 * NS_PER_S)

/* Does it change pages by itself? */
static bool
is_hint(uint32_t op)
{
	return op == ORDER_ADVISE || op == ORDER_MAP;
}

void
diagnose_forget(struct app *app)
{
	trail_free(app->diagnose.trail);
	app->diagnose = (struct diagnose){ .trail = trail_new() };
	app->told = (struct told){ 0 };
}

void
diagnose_order(struct app *app, const struct order *order)
{
	struct diagnose *d = &app->diagnose;

	if (order->op == ORDER_PACE)
		return;
	d->verdict.kind = VERDICT_NONE;
	if (is_hint(order->op))
		d->hint_ns = clock_now_ns();
	if (order->op == ORDER_WORK)
		d->walk = *order;
}

void
diagnose_report(struct app *app, const struct report *report)
{
	if (is_hint(report->op))
		app->diagnose.hint_ns = clock_now_ns();
}

void
diagnose_verdict(struct app *app, unsigned advice, const struct verdict *v)
{
	app->diagnose.verdict = *v;
	app->diagnose.verdict_advice = advice;
	app->diagnose.verdict_ns = app->live.t_ns;
}

static void
set(struct diagnosis_facts *f, enum diagnosis_fact fact, int64_t v)
{
	f->v[fact] = v;
	f->known |= FACT_BIT(fact);
}

/* What was asked of the worker. */
static void
add_walk(struct diagnosis_facts *f, const struct app *app)
{
	const struct order *walk = &app->diagnose.walk;
	unsigned vmflags, differ;

	if (walk->seq == 0 || walk->seq != app->live.worker.walk_seq)
		return;
	set(f, FACT_PATTERN, walk->work.kind);
	set(f, FACT_OP, walk->work.op);
	set(f, FACT_REACH, pattern_reach(&walk->work));
	if (sample_vmflags(&app->live, walk->work.first_page,
	    walk->work.n_pages, &vmflags, &differ) &&
	    !(differ & VMF_ADVICE))
		set(f, FACT_VMFLAGS, vmflags);
}

static void
add_acts(struct diagnosis_facts *f, const struct app *app)
{
	const struct diagnose *d = &app->diagnose;
	uint64_t begin_ns = trail_begin_ns(d->trail);

	if (begin_ns != 0)
		set(f, FACT_HINTS, d->hint_ns >= begin_ns);
	if (d->verdict.kind == VERDICT_NONE ||
	    app->live.t_ns > d->verdict_ns + VERDICT_NS)
		return;
	set(f, FACT_VERDICT, 1);
	f->verdict = d->verdict;
	f->verdict_advice = d->verdict_advice;
}

void
diagnose_sample(struct app *app)
{
	struct told *told = &app->told;
	struct diagnosis_facts f;

	trail_feed(app->diagnose.trail, &app->live,
	    APP_LATE_NS + 2 * app->opts->interval_ns);
	if (app->opts->mode == MODE_LIVE && app->live.t_ns != app->held_ns)
		return;
	trail_facts(app->diagnose.trail, &app->live, &f);
	add_walk(&f, app);
	add_acts(&f, app);
	diagnosis_update(&told->now, &f);
	if (told->now.n == 0)
		return;
	told->last = told->now;
	told->last_wall_ns = app->live.wall_ns;
}
