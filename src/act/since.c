#include "config.h"

#include "since.h"

#include "pagetide/act.h"
#include "pagetide/advice.h"
#include "pagetide/clock.h"
#include "pagetide/own.h"
#include "pagetide/sample.h"
#include "pagetide/xalloc.h"

struct since *
since_new(void)
{
	return xcalloc(1, sizeof(struct since));
}

void
since_forget(struct act *act)
{
	*act->since = (struct since){ .due = false };
}

void
since_another(struct act *act)
{
	*act->since = (struct since){ .due = true, .pid = act->since->pid };
}

static bool
is_eviction(const struct order *o)
{
	return o->op == ORDER_ADVISE &&
	    advice_table[o->advice].call == ADVICE_EVICT;
}

void
since_order(struct act *act, const struct order *o)
{
	struct since *s = act->since;

	if (o->op != ORDER_ADVISE && o->op != ORDER_WORK)
		return;
	s->order = *o;
	s->answered = false;
	s->err = 0;
	if (o->op == ORDER_WORK && ++s->facts.walks == 1) {
		s->facts.walk = o->work;
		s->facts.walk_over = false;
		s->walk_seq = o->seq;
		s->walk_err = 0;
	}
}

/* All begins anew with the sample to come; a walk that goes on meanwhile is
 * none that began with an empty cache. */
static void
evicted(struct since *s, const struct own *own, bool walking)
{
	s->facts = (struct compare_since){ .evicted = true,
		.walks = walking,
		.stayed_known = own_knows(own, LAYER_CACHED),
		.stayed_pages = own->after.count[LAYER_CACHED] };
	s->walk_seq = 0;
	s->due = true;
	s->evicted_ns = s->answered_ns;
	s->first_page = s->order.first_page;
	s->n_pages = s->order.n_pages;
}

static int
first_error(const struct report *r)
{
	return r->err[0] > 0 ? r->err[0] : r->err[1] > 0 ? r->err[1] : 0;
}

static void
answered(struct since *s, const struct report *r, bool walking)
{
	s->answered = true;
	s->answered_ns = clock_now_ns();
	s->err = first_error(r);
	if (r->seq == s->walk_seq)
		s->walk_begin_ns = r->begin_ns;
	if (is_eviction(&s->order) && s->err == 0)
		evicted(s, &r->own, walking);
}

/* One that ended by itself: of another nobody knows how long it took. */
static void
walk_ended(struct since *s, const struct report *r)
{
	s->walk_err = first_error(r);
	s->walk_end_ns = r->end_ns;
	s->facts.walk_over = s->walk_err == 0 && s->walk_begin_ns != 0;
	s->facts.walk_touches = r->touches;
	s->facts.walk_ns = r->end_ns - s->walk_begin_ns;
}

void
since_report(struct act *act, const struct report *r)
{
	struct since *s = act->since;

	if (r->done && r->seq == s->walk_seq)
		walk_ended(s, r);
	else if (!r->done && r->seq == s->order.seq)
		answered(s, r, act->watch->live.worker.running);
}

/* What is counted from: the first sample after the eviction, or of a worker
 * that was never told to evict. */
static void
take_base(struct since *s, const struct sample *now)
{
	s->facts.base = s->due ? now->counters : now->base;
	s->due = false;
}

void
since_sample(struct act *act)
{
	const struct sample *now = &act->watch->live;
	struct since *s = act->since;

	if (now->worker.pid != s->pid) {
		since_forget(act);
		s->pid = now->worker.pid;
	}
	if ((s->due && now->t_ns >= s->evicted_ns) ||
	    (!s->facts.evicted && s->facts.base.known == 0))
		take_base(s, now);
	if (s->facts.evicted && !s->facts.stayed_known &&
	    s->facts.walks == 0 && s->order.op == ORDER_ADVISE &&
	    is_eviction(&s->order))
		s->facts.stayed_known = sample_count(now, LAYER_CACHED,
		    s->first_page, s->n_pages, s->evicted_ns,
		    &s->facts.stayed_pages);
}

void
act_keep(struct act *act, unsigned column, const struct snapshot *picture)
{
	compare_keep(act->compare, column, picture, &act->since->facts);
}
