/* What a script waits for. */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "pagetide/act.h"
#include "pagetide/browse.h"
#include "pagetide/event.h"
#include "pagetide/expect.h"
#include "pagetide/orders.h"
#include "pagetide/outcome.h"
#include "pagetide/ui.h"
#include "pagetide/units.h"

#include "command.h"
#include "scriptparts.h"

/* An order just given shows in the next sample at the earliest. */
static int
wait_for(struct ui *ui, const struct args *a, const char *expr,
    struct strbuf *why)
{
	struct strbuf wrong = STRBUF_INIT;
	struct script *s = ui->script;
	bool good;

	if (s == NULL) {
		strbuf_addf(why, "%s: only in a script",
		    a->command->name);
		return -EINVAL;
	}
	s->wait = expect_parse(expr, &wrong);
	s->wait_seq = ui->watch->live.seq + 1;
	s->unknown = false;
	good = s->wait != NULL;
	if (!good)
		strbuf_addf(why, "%s: %s", a->command->name, wrong.s);
	strbuf_done(&wrong);
	return good ? 0 : -EINVAL;
}

int
cmd_wait(struct ui *ui, const struct args *a, struct strbuf *why)
{
	return wait_for(ui, a, a->v[0], why);
}

int
cmd_wait_samples(struct ui *ui, const struct args *a, struct strbuf *why)
{
	char expr[40];
	uint64_t n;

	if (units_parse_u64(a->v[0], 1, 1000000000, &n) != 0) {
		strbuf_addf(why, "wait-samples: not a number: %s", a->v[0]);
		return -EINVAL;
	}
	snprintf(expr, sizeof expr, "seq >= %" PRIu64,
	    ui->watch->live.seq + n);
	return wait_for(ui, a, expr, why);
}

int
cmd_wait_idle(struct ui *ui, const struct args *a, struct strbuf *why)
{
	return wait_for(ui, a, "idle", why);
}

/* Does what is waited for hold of the newest sample? */
static bool
is_met(struct ui *ui, struct script *s)
{
	struct walk_facts walk;
	struct field_of of = outcome_fields(ui->act, &walk);
	const struct field *unknown;
	enum expect_is is;

	of.history = ui->watch->history;
	of.idle_known = true;
	of.idle = !act_busy(ui->act);
	is = expect_test(s->wait, &of, &unknown);
	if (is == EXPECT_UNKNOWN && !s->unknown) {
		s->unknown = true;
		events_finish(ui->watch->events, events_add(ui->watch->events,
		    EVENT_NOTE, 0, "wait: %s is not known", unknown != NULL ?
		    unknown->name : "a number that is calculated"));
	}
	return is == EXPECT_TRUE;
}

/* After the last sample of a recording nothing changes. */
bool
script_waits_in_vain(const struct ui *ui)
{
	return ui->script->wait != NULL && ui->then.all_read;
}

bool
script_waits(struct ui *ui)
{
	struct script *s = ui->script;

	if (s->list && browse_is_open(ui->list.browse) &&
	    !browse_is_whole(ui->list.browse))
		return true;
	s->list = false;
	if (s->wait != NULL && ((!ui->then.all_read &&
	    ui->watch->live.seq < s->wait_seq) || !is_met(ui, s)))
		return true;
	expect_free(s->wait);
	s->wait = NULL;
	/* One more order would be ignored. */
	return orders_full(ui->act);
}
