/* Two workers as they are: which pages both have, what the other one says. */
#include "config.h"

#include <poll.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "pagetide/child.h"
#include "pagetide/order.h"
#include "pagetide/pagepair.h"
#include "pagetide/second.h"
#include "pagetide/subject.h"
#include "pagetide/xalloc.h"

#include "pair.h"

struct pair *
pair_new(struct act *act, const struct actor_listener *listener)
{
	struct pair *p = xcalloc(1, sizeof *p);

	p->hand[0] = (struct hand){ act, 1 };
	p->hand[1] = (struct hand){ act, 2 };
	p->acts = 1;
	if (act->watch->fake == NULL)
		child_open(&p->other, listener, &p->hand[1], NULL);
	return p;
}

void
pair_free(struct pair *p)
{
	if (p != NULL && p->other.ops != NULL)
		p->other.ops->close(p->other.self);
	free(p);
}

/* False: nothing is mapped there, or not to be seen. */
static bool
side_of(const struct actor *a, struct pagepair_side *out)
{
	const struct subject *s = a->ops->subject(a->self);

	if (s == NULL || s->pid == 0 || s->shared == NULL)
		return false;
	*out = (struct pagepair_side){ .pid = s->pid,
		.addr = atomic_load(&s->shared->map_addr),
		.first_page = atomic_load(&s->shared->map_first_page),
		.pages = atomic_load(&s->shared->map_pages) };
	return out->addr != 0;
}

static void
count(const struct act *act, struct workers_facts *w)
{
	const struct pair *p = act->helpers.pair;
	struct pagepair_side side[2];

	if (!side_of(&act->actor, &side[p->acts - 1]) ||
	    !side_of(&p->other, &side[2 - p->acts]))
		return;
	w->pages_known = pagepair_count(side, 0,
	    act->watch->live.target.pages, &w->pages);
	w->cell_first = p->cell_first;
	w->cell_pages = p->cell_pages;
	w->cell_known = w->cell_pages > 0 && pagepair_count(side,
	    w->cell_first, w->cell_pages, &w->cell);
}

void
pair_sample(struct act *act)
{
	const struct pair *p = act->helpers.pair;
	struct workers_facts *w = &act->watch->live.workers;

	*w = (struct workers_facts){ 0 };
	if (!p->two)
		return;
	w->two = true;
	w->acts = p->acts;
	w->forked = p->forked;
	w->pid[p->acts - 1] = actor_pid(&act->actor);
	w->pid[2 - p->acts] = actor_pid(&p->other);
	count(act, w);
}

void
second_cell(struct act *act, uint64_t first_page, uint64_t n_pages)
{
	act->helpers.pair->cell_first = first_page;
	act->helpers.pair->cell_pages = n_pages;
}

int
pair_fds(const struct act *act, struct pollfd *fds)
{
	const struct pair *p = act->helpers.pair;

	return p->other.ops != NULL && p->other.ops->fds != NULL ?
	    p->other.ops->fds(p->other.self, fds) : 0;
}

void
pair_ready(struct act *act)
{
	const struct pair *p = act->helpers.pair;

	if (p->other.ops != NULL && actor_is_on(&p->other))
		p->other.ops->ready(p->other.self);
}

void
pair_reap(struct act *act)
{
	const struct pair *p = act->helpers.pair;

	if (p->other.ops != NULL)
		p->other.ops->reap(p->other.self);
}
