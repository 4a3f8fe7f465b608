#include "config.h"

#include "pagetide/simulated.h"

#include <stdlib.h>

#include "pagetide/actor.h"
#include "pagetide/diagnosis.h"
#include "pagetide/fake.h"
#include "pagetide/order.h"
#include "pagetide/subject.h"
#include "pagetide/xalloc.h"

struct simulated {
	struct fake	*fake;
	const struct actor_listener *listener;
	void		*arg;
};

static int
simulated_start(void *self, int file, struct strbuf *why)
{
	(void)self;
	(void)file;
	(void)why;
	return 0;
}

static void
simulated_ready(void *self)
{
	struct simulated *s = self;
	struct report r;

	while (fake_poll(s->fake, &r))
		s->listener->report(s->arg, &r);
}

static int
simulated_send(void *self, const struct order *o)
{
	struct simulated *s = self;
	struct report r;

	if ((o->op == ORDER_ADVISE || o->op == ORDER_MAP) &&
	    fake_cut(s->fake, &r))
		s->listener->report(s->arg, &r);
	fake_order(s->fake, o, &r);
	s->listener->report(s->arg, &r);
	/* The end of one touch. */
	if (o->op == ORDER_WORK)
		simulated_ready(s);
	return 0;
}

static void
simulated_reap(void *self)
{
	(void)self;
}

static const struct subject *
simulated_subject(const void *self)
{
	static const struct subject no_process = { 0 };

	(void)self;
	return &no_process;
}

static const struct actor_ops simulated_ops = {
	.name = "simulated",
	.no_limit = "not in the simulation",
	.no_second = "the simulated file (--fake) has one worker only",
	.no_offset = "the simulated file (--fake) can be mapped from its "
	    "start on only",
	.mapped = true,
	.can = DIAGNOSIS_CAN_POPULATE | DIAGNOSIS_CAN_LOCK,
	.start = simulated_start,
	.send = simulated_send,
	.ready = simulated_ready,
	.reap = simulated_reap,
	.subject = simulated_subject,
	.close = free,
};

void
simulated_open(struct actor *out, struct fake *fake,
    const struct actor_listener *listener, void *arg)
{
	struct simulated *s = xcalloc(1, sizeof *s);

	*s = (struct simulated){ fake, listener, arg };
	out->ops = &simulated_ops;
	out->self = s;
}
