#include "config.h"

#include "step.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "pagetide/act.h"
#include "pagetide/event.h"
#include "pagetide/order.h"
#include "pagetide/own.h"
#include "pagetide/said.h"
#include "pagetide/strbuf.h"
#include "pagetide/touchwhy.h"
#include "pagetide/units.h"

#include "describe.h"
#include "result.h"

/* What became of a step. */
static void
tell_step(struct act *act, const struct report *r)
{
	const struct one_touch *t = &r->touched;
	struct strbuf own = STRBUF_INIT;
	char at[UNITS_MAX];
	struct event *ev;

	ev = events_add(act->watch->events, EVENT_WORK, 'n',
	    "step: page %" PRIu64 " at %s", t->page, units_offset(at,
	    t->page * act->watch->live.target.page_bytes));
	result_touch(ev->result, sizeof ev->result, r);
	if (r->own.asked) {
		act->counted = (struct counted){ r->seq, r->own };
		act->counted.own.call_ns = t->ns;
		act->counted.own.one_touch = 1;
		act->counted.own.signal = t->signal;
	}
	result_own(&own, &r->own, &t->why, act->watch->live.target.anon);
	snprintf(ev->own, sizeof ev->own, "%s", own.s);
	if (!own_counted(&r->own) || t->signal != 0)
		describe_touched_effect(ev->effect, sizeof ev->effect, t);
	strbuf_done(&own);
	events_finish(act->watch->events, ev);
}

/* What became of a touch that was to get a signal. */
static void
tell_trespass(struct act *act, const struct report *r)
{
	static const struct { const char *verb, *where; } text[] = {
		[TRESPASS_BEYOND] = { "touch", "past the end" },
		[TRESPASS_UNMAPPED] = { "touch", "where nothing is mapped" },
		[TRESPASS_WRITE] = { "write", "read-only" },
	};
	const struct one_touch *t = &r->touched;
	char at[UNITS_MAX], page[64] = "an address";
	struct strbuf why = STRBUF_INIT;
	struct event *ev;

	if (t->trespass != TRESPASS_UNMAPPED)
		snprintf(page, sizeof page, "page %" PRIu64 " at %s,",
		    t->page, units_offset(at,
		    t->page * act->watch->live.target.page_bytes));
	ev = events_add(act->watch->events, EVENT_WORK, 't', "%s %s %s",
	    text[t->trespass].verb, page, text[t->trespass].where);
	touchwhy_text(&t->why, &why);
	snprintf(ev->own, sizeof ev->own, "%s", why.s);
	strbuf_done(&why);
	if (r->err[0] == 0 || r->err[0] == EFAULT) {
		act->counted = (struct counted){ r->seq, { .asked = 1,
		    .call_ns = t->ns, .one_touch = 1, .signal = t->signal } };
		describe_touched(ev->result, sizeof ev->result, t);
		describe_touched_effect(ev->effect, sizeof ev->effect, t);
	} else {
		snprintf(ev->result, sizeof ev->result, "refused: %s",
		    strerrorname_np(r->err[0]));
	}
	events_finish(act->watch->events, ev);
}

void
step_report(struct act *act, const struct report *r)
{
	bool of_pause = r->op == ORDER_PAUSE, of_step = r->op == ORDER_STEP;

	if (r->op == ORDER_TRESPASS)
		tell_trespass(act, r);
	if (!of_pause && !of_step)
		return;
	if (r->err[0] == ESRCH)
		said_error(act->said, "%s: no walk is on",
		    of_pause ? "pause" : "step");
	else if (of_step)
		tell_step(act, r);
	else if (r->paused)
		said_line(act->said, "the walk pauses: n touches its next page, "
		    "p goes on");
	else
		said_line(act->said, "the walk goes on");
}
