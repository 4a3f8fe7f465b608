/* What is known of an act right before it is sent. */
#include "config.h"

#include "pagetide/act.h"
#include "pagetide/cells.h"
#include "pagetide/clock.h"
#include "pagetide/outcome.h"

#include "judge.h"

/* Is another at it, which no sample is after? */
static bool
is_walked(const struct act *act, const struct outcome *p)
{
	unsigned i;

	for (i = 0; i < OUTCOMES_MAX; i++) {
		const struct outcome *q = &act->outcome[i];

		if (q != p && q->event_seq != 0 && q->walk && !q->reported &&
		    !act->walk_paused)
			return true;
	}
	return false;
}

/* From the newest sample; where that is too coarse or too old, from a look at
 * the pages of the range. */
static void
forecast_walk(struct act *act, struct outcome *p)
{
	const struct pattern_spec *walk = &p->order.work;
	const struct source *source = &act->watch->source;
	struct sample now = act->watch->live;
	struct cells pages;

	/* A walk changes what it will find. */
	if (is_walked(act, p))
		return;
	forecast_make(&p->forecast, walk, &now, act->last_activity_ns);
	if (p->forecast.known || source->ops->pages == NULL ||
	    walk->n_pages > FORECAST_PAGES_MAX)
		return;
	cells_init(&pages);
	now.overview = &pages;
	now.zoom = NULL;
	now.scan.pass_ns = clock_now_ns();
	if (source->ops->pages(source->self, walk->first_page, walk->n_pages,
	    WATCH_SLICE_NS, &pages))
		forecast_make(&p->forecast, walk, &now,
		    act->last_activity_ns);
	cells_done(&pages);
}

void
outcome_before(struct act *act, struct outcome *p)
{
	if (p->order.op == ORDER_WORK)
		forecast_walk(act, p);
	if (p->order.op == ORDER_ADVISE)
		judge_before(act, p);
}
