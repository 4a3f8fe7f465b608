/* Races: how they begin. */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "pagetide/act.h"
#include "pagetide/advice.h"
#include "pagetide/death.h"
#include "pagetide/event.h"
#include "pagetide/orders.h"
#include "pagetide/race.h"
#include "pagetide/strbuf.h"
#include "pagetide/viewport.h"
#include "pagetide/xalloc.h"

#include "describe.h"
#include "raceparts.h"

/* What would make it no race. 0, or -errno with why. */
static int
check(struct act *act, const struct race_plan *plan, struct strbuf *why)
{
	const struct sample *s = &act->watch->live;
	const struct pattern_spec *w = &plan->walk;
	const char *wrong = NULL;

	if (race_is_on(act))
		wrong = "one is on already: x stops it";
	else if (s->target.anon)
		wrong = "anonymous memory can't be evicted and read again";
	else if (s->worker.running)
		wrong = "a walk is on: x stops it";
	else if (w->paused)
		wrong = "a walk that pauses";
	else if (w->passes == 0 && w->max_touches == 0)
		wrong = "a walk without an end";
	else if (w->op == TOUCH_WRITE)
		wrong = "what was written can't be evicted: no op=write";
	if (wrong == NULL && actor_is_on(&act->actor))
		return 0;
	if (wrong != NULL)
		strbuf_addf(why, "race: %s", wrong);
	else
		death_refuse(act, why);
	return wrong != NULL ? -EINVAL : -ESRCH;
}

/* "N S R: walk random touches=64 0..64M, full speed, seed=1" as an event. */
static void
announce(struct act *act, const struct race_plan *plan)
{
	struct strbuf hints = STRBUF_INIT;
	struct race *r = act->race;
	struct event *ev;
	unsigned i;

	for (i = 0; i < plan->n; i++)
		strbuf_addf(&hints, "%s%s", i > 0 ? ", " : "",
		    advice_table[plan->advice[i]].name);
	ev = events_add(act->watch->events, EVENT_NOTE, 0, "race %s: %s",
	    hints.s, act->compare->what);
	r->event_seq = ev->seq;
	strbuf_done(&hints);
}

static void
describe(struct act *act, const struct race *r)
{
	struct pattern_spec walk = r->plan.walk;
	char text[112];

	viewport_range(&r->vp, &walk.first_page, &walk.n_pages);
	describe_walk(text, sizeof text, &walk,
	    act->watch->live.target.page_bytes, 0);
	snprintf(act->compare->what, sizeof act->compare->what,
	    walk.kind == PATTERN_RANDOM || walk.kind == PATTERN_HOTSPOT ||
	    walk.kind == PATTERN_PERMUTATION ? "%s, seed=%" PRIu64 : "%s",
	    text, walk.seed);
}

int
race_begin(struct act *act, const struct viewport *vp,
    const struct race_plan *plan, struct strbuf *why)
{
	const struct sample *s = &act->watch->live;
	struct race *r;
	unsigned i;
	int rc;

	if (!race_is_on(act) && !orders_out(act))
		act_take_now(act);
	rc = check(act, plan, why);
	if (rc != 0)
		return rc;
	free(act->race);
	act->race = r = xcalloc(1, sizeof *r);
	*r = (struct race){ .plan = *plan, .vp = *vp,
		.dev = s->target.dev, .ino = s->target.ino,
		.pages = s->target.pages, .noticed = act->watch->noticed };
	for (i = 0; i < COMPARE_COLUMNS; i++)
		compare_clear(act->compare, i);
	describe(act, r);
	announce(act, plan);
	race_next_hint(act);
	return 0;
}
