#include "config.h"

#include "pagetide/race.h"

#include <stdio.h>
#include <string.h>

#include "pagetide/act.h"
#include "pagetide/advice.h"
#include "pagetide/event.h"
#include "pagetide/notice.h"
#include "pagetide/orders.h"
#include "pagetide/said.h"
#include "pagetide/strbuf.h"
#include "pagetide/viewport.h"

#include "racehints.h"
#include "raceparts.h"
#include "since.h"

/* Reads on their way keep pages from being evicted: then it is tried again. */
#define EVICT_TRIES	5
/* Samples with another number of cached pages that are waited for. */
#define SETTLE_SAMPLES	50

/* All is as it was; the words go into the event. */
static void
finish(struct act *act)
{
	struct race *r = act->race;
	struct event *ev = events_get(act->watch->events, r->event_seq);

	if (ev != NULL)
		events_finish(act->watch->events, ev);
	r->stage = STAGE_NONE;
	act->compare->doing = NULL;
	act->said->dirty = true;
}

/* No more columns: how it ended, and what is left to do. */
static void
wind_up(struct act *act, const char *how)
{
	struct race *r = act->race;
	struct event *ev = events_get(act->watch->events, r->event_seq);

	if (ev != NULL) {
		snprintf(ev->result, sizeof ev->result, "%s", how);
		events_answer(act->watch->events, ev);
		compare_verdict(act->compare, ev->effect, sizeof ev->effect);
	}
	act->compare->running = -1;
	act->compare->doing = "gives the advice back that was in force";
	r->stage = STAGE_RESTORE;
	r->asked = false;
}

/* The walk of the race that may be on is over. */
static void
end_walk(struct act *act)
{
	struct strbuf why = STRBUF_INIT;

	if (act->race->stage == STAGE_WALK && act->race->asked &&
	    actor_is_on(&act->actor) && act_stop(act, &why) != 0)
		said_error(act->said, "%s", why.s);
	strbuf_done(&why);
}

static void
fail(struct act *act, const char *why)
{
	char how[48];	/* as much as a result holds */

	end_walk(act);
	snprintf(how, sizeof how, "failed: %.39s", why);
	wind_up(act, how);
	said_error(act->said, "race: %s", why);
}

void
race_stop(struct act *act)
{
	if (!race_is_on(act) || act->race->stage == STAGE_RESTORE)
		return;
	end_walk(act);
	wind_up(act, "stopped");
	said_line(act->said, "the race was stopped");
}

/* Is another file watched than the one it began with? */
static bool
is_another(const struct act *act)
{
	const struct target_facts *t = &act->watch->live.target;

	return t->dev != act->race->dev || t->ino != act->race->ino;
}

/* Is there still the worker and the file that it began with? NULL, or why not
 * to go on. */
static const char *
is_over(const struct act *act)
{
	const struct race *r = act->race;

	if (!actor_is_on(&act->actor))
		return "the worker ended";
	if (((act->watch->noticed & ~r->noticed) &
	    (SOURCE_DELETED | SOURCE_REPLACED | SOURCE_FOLLOWED)) != 0)
		return "the file is gone";
	if (is_another(act) || act->watch->live.target.pages != r->pages)
		return "the file has changed";
	return NULL;
}

/* Gives a hint on the range; false: it could not even be asked for. */
static bool
advise(struct act *act, const struct viewport *vp, int advice)
{
	struct strbuf why = STRBUF_INIT;
	int rc = act_advise(act, vp, advice, &why);

	if (rc != 0 && act->race->stage == STAGE_RESTORE)
		said_error(act->said, "%s", why.s);
	else if (rc != 0)
		fail(act, why.s);
	strbuf_done(&why);
	return rc == 0;
}

/* What is in force before the first hint is given. */
static void
remember(struct act *act)
{
	struct advice_range range = act_range(act, &act->race->vp);
	const struct sample *s = &act->watch->live;
	uint32_t page_bytes = s->target.page_bytes;
	struct race *r = act->race;
	unsigned vmflags, differ;

	r->disturbed = true;
	r->n_vmas = s->vmas_known ? s->n_vmas : 0;
	memcpy(r->vma, s->vma, r->n_vmas * sizeof *r->vma);
	r->vmas_known = sample_vmflags(s, range.offset_bytes / page_bytes,
	    range.len_bytes / page_bytes, &vmflags, &differ);
}

static void
ask_hint(struct act *act, int advice)
{
	struct race *r = act->race;

	if (!r->disturbed)
		remember(act);
	r->in_force = racehints_vmflags(advice);
	advise(act, &r->vp, advice);
}

static void
normal_ask(struct act *act)
{
	ask_hint(act, advice_find("normal"));
}

static void
evict_ask(struct act *act)
{
	act->race->tries++;
	advise(act, &act->race->vp, advice_find("evict"));
}

static void
hint_ask(struct act *act)
{
	ask_hint(act, act->race->plan.advice[act->race->i]);
}

/* At full speed: what it takes is compared. */
static void
walk_ask(struct act *act)
{
	uint64_t pace_per_s = act->pace_per_s;
	struct race *r = act->race;
	struct strbuf why = STRBUF_INIT;

	act->pace_per_s = 0;
	if (act_work(act, &r->vp, r->plan.walk, &why) != 0)
		fail(act, why.s);
	act->pace_per_s = pace_per_s;
	r->looks = 0;
	strbuf_done(&why);
}

/* The kernel refused the last one. */
static bool
refused(struct act *act)
{
	const struct since *s = act->since;
	char why[48];

	if (s->err == 0)
		return false;
	snprintf(why, sizeof why, "%.16s: %s", s->order.op == ORDER_WORK ?
	    "the walk" : advice_table[s->order.advice].name,
	    strerrorname_np(s->err));
	fail(act, why);
	return true;
}

static bool
answer_done(struct act *act)
{
	return act->since->answered && !refused(act);
}

/* May a sample to come still tell what the eviction left? */
static bool
may_tell(const struct act *act)
{
	const struct scan_facts *scan = &act->watch->live.scan;

	return scan->cached_by != NULL &&
	    scan->pass_ns < act->since->evicted_ns;
}

static bool
evict_done(struct act *act)
{
	const struct since *s = act->since;
	bool stayed = s->facts.stayed_known && s->facts.stayed_pages > 0;

	if (!answer_done(act) || s->due ||
	    (!s->facts.stayed_known && may_tell(act)))
		return false;
	if (stayed && act->race->tries < EVICT_TRIES) {
		act->race->asked = false;
		return false;
	}
	act->race->tries = 0;
	return true;
}

static bool
walk_done(struct act *act)
{
	const struct since *s = act->since;

	if (!answer_done(act))
		return false;
	if (s->walk_err != 0)
		fail(act, strerrorname_np(s->walk_err));
	return s->facts.walk_over;
}

/* What it began to read is in: the number of cached pages stays. */
static bool
settle_done(struct act *act)
{
	const struct sample *now = &act->watch->live;
	uint64_t cached = now->total[LAYER_CACHED];
	struct race *r = act->race;
	struct snapshot picture;
	bool stays = r->looks > 0 && cached == r->cached;

	if (now->t_ns < act->since->walk_end_ns)
		return false;
	if ((now->total_known & LAYER_BIT(LAYER_CACHED)) != 0 &&
	    now->scan.pass_ns < act->since->walk_end_ns)
		return false;
	r->cached = cached;
	if (++r->looks < SETTLE_SAMPLES && !stays)
		return false;
	watch_snapshot(act->watch, &picture);
	act_keep(act, r->i, &picture);
	act->compare->column[r->i].hint =
	    advice_table[r->plan.advice[r->i]].name;
	act->compare->column[r->i].key =
	    advice_table[r->plan.advice[r->i]].key;
	return true;
}

static unsigned
flags_of(const struct vma_range *vma)
{
	return vma->vmflags & VMF_ADVICE;
}

/* The part of the range that lies in that stretch; false: none. */
static bool
part_of(const struct viewport *vp, const struct vma_range *vma,
    struct viewport *part)
{
	uint64_t first, n, end, vma_end = vma->first_page + vma->n_pages;

	viewport_range(vp, &first, &n);
	end = first + n < vma_end ? first + n : vma_end;
	if (first < vma->first_page)
		first = vma->first_page;
	if (first >= end)
		return false;
	*part = *vp;
	viewport_select_pages(part, first, end - first);
	return true;
}

/* The next stretch whose advice was another; one a sample. */
static void
restore_ask(struct act *act)
{
	struct race *r = act->race;
	struct viewport part;

	while (r->disturbed && r->restored < r->n_vmas) {
		const struct vma_range *vma = &r->vma[r->restored++];

		if (flags_of(vma) == r->in_force ||
		    !part_of(&r->vp, vma, &part))
			continue;
		if (advise(act, &part, racehints_of(flags_of(vma))))
			return;
	}
	if (r->disturbed && !r->vmas_known)
		said_error(act->said, "race: what advice was in force is not "
		    "known of all that it walked over");
	finish(act);
}

static bool
restore_done(struct act *act)
{
	act->race->asked = !act->since->answered;
	return false;
}

/* What a stage asks for, and when that is done. */
static const struct {
	const char	*doing;
	void		(*ask)(struct act *);
	bool		(*done)(struct act *);
} stage_table[STAGE_COUNT] = {
	[STAGE_NORMAL] = { "NORMAL advice first", normal_ask, answer_done },
	[STAGE_EVICT] = { "evicts", evict_ask, evict_done },
	[STAGE_HINT] = { "gives the hint", hint_ask, answer_done },
	[STAGE_WALK] = { "walks", walk_ask, walk_done },
	[STAGE_SETTLE] = { "waits for what is being read", NULL, settle_done },
	[STAGE_RESTORE] = { NULL, restore_ask, restore_done },
};

/* NORMAL first, unless the hint takes the one before back itself. */
void
race_next_hint(struct act *act)
{
	struct race *r = act->race;

	r->asked = false;
	r->stage = racehints_stays(r->plan.advice[r->i]) ? STAGE_EVICT :
	    STAGE_NORMAL;
	act->compare->running = (int)r->i;
	act->compare->doing = stage_table[r->stage].doing;
}

/* The one behind; after the last hint the end. */
static void
next_stage(struct act *act)
{
	struct race *r = act->race;

	r->asked = false;
	if (r->stage != STAGE_SETTLE) {
		r->stage++;
		return;
	}
	if (++r->i < r->plan.n)
		race_next_hint(act);
	else
		wind_up(act, "done");
}

void
race_step(struct act *act)
{
	struct race *r = act->race;
	const char *over;

	if (!race_is_on(act))
		return;
	over = r->stage == STAGE_RESTORE ? NULL : is_over(act);
	if (over != NULL)
		fail(act, over);
	if (!actor_is_on(&act->actor) || is_another(act)) {
		finish(act);
		return;
	}
	if (orders_out(act))
		return;
	if (r->asked || stage_table[r->stage].ask == NULL) {
		enum stage was = r->stage;

		if (stage_table[was].done(act) && r->stage == was)
			next_stage(act);
	}
	if (r->stage != STAGE_RESTORE && r->stage != STAGE_NONE)
		act->compare->doing = stage_table[r->stage].doing;
	if (!r->asked && r->stage != STAGE_NONE &&
	    stage_table[r->stage].ask != NULL) {
		r->asked = true;
		stage_table[r->stage].ask(act);
	}
	act->said->dirty = true;
}

