/* What is still to come: outcomes, the end of a race, what there is to wait
 * for. */
#include "config.h"

#include <poll.h>

#include "pagetide/act.h"
#include "pagetide/holders.h"
#include "pagetide/landwatch.h"
#include "pagetide/orders.h"
#include "pagetide/otherhint.h"
#include "pagetide/outcome.h"
#include "pagetide/race.h"
#include "pagetide/verdict.h"
#include "pagetide/whowatch.h"

#include "judge.h"
#include "pair.h"
#include "raceparts.h"
#include "tracing.h"

bool
race_is_on(const struct act *act)
{
	return act->race != NULL && act->race->stage != STAGE_NONE;
}

/* Is it of the walk that pauses? */
static bool
is_paused(const struct act *act, const struct outcome *p)
{
	return act->walk_paused && p->walk && !p->reported;
}

bool
outcome_calling(const struct act *act)
{
	unsigned i;

	for (i = 0; i < OUTCOMES_MAX; i++)
		if (act->outcome[i].event_seq != 0 &&
		    !act->outcome[i].reported &&
		    !is_paused(act, &act->outcome[i]))
			return true;
	return false;
}

bool
outcome_awaited(const struct act *act)
{
	unsigned i;

	for (i = 0; i < OUTCOMES_MAX; i++)
		if (act->outcome[i].event_seq != 0 &&
		    !is_paused(act, &act->outcome[i]))
			return true;
	return false;
}

bool
outcome_walks(const struct act *act)
{
	unsigned i;

	for (i = 0; i < OUTCOMES_MAX; i++) {
		const struct outcome *p = &act->outcome[i];

		if (p->event_seq != 0 && p->walk && !p->reported &&
		    p->order.work.kind != PATTERN_SINGLE)
			return true;
	}
	return false;
}

bool
act_busy(const struct act *act)
{
	return outcome_awaited(act) || orders_out(act) ||
	    race_is_on(act) || otherhint_busy(act->helpers.otherhint) ||
	    (act->watch->live.worker.running && !act->walk_paused);
}

/* Those of the actor, of the search for holders, of what is recorded. */
int
act_fds(const struct act *act, struct pollfd *fds)
{
	int n = 0, fd = holders_fd(act);

	if (act->actor.ops->fds != NULL)
		n = act->actor.ops->fds(act->actor.self, fds);
	if (fd >= 0)
		fds[n++] = (struct pollfd){ .fd = fd, .events = POLLIN };
	n += pair_fds(act, fds + n);
	n += landwatch_fds(act->helpers.landwatch, fds + n);
	n += otherhint_fds(act->helpers.otherhint, fds + n);
	n += whowatch_fds(act->helpers.whowatch, fds + n);
	return n + tracing_fds(act, fds + n);
}

void
act_ready(struct act *act, int fd)
{
	struct verdict_holders found;
	uint64_t event_seq;

	if (tracing_ready(act, fd) ||
	    landwatch_ready(act->helpers.landwatch, fd) ||
	    otherhint_ready(act->helpers.otherhint, fd) ||
	    whowatch_ready(act->helpers.whowatch, fd))
		return;
	if (fd != holders_fd(act)) {
		act->actor.ops->ready(act->actor.self);
		pair_ready(act);
	} else if (holders_ready(act, &event_seq, &found)) {
		judge_holders(act, event_seq, &found);
	}
}

void
act_reap(struct act *act)
{
	act->actor.ops->reap(act->actor.self);
	pair_reap(act);
}
