/* Commands that act on the target, all but work. */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "pagetide/act.h"
#include "pagetide/advice.h"
#include "pagetide/event.h"
#include "pagetide/limit.h"
#include "pagetide/membox.h"
#include "pagetide/order.h"
#include "pagetide/orders.h"
#include "pagetide/otherhint.h"
#include "pagetide/pattern.h"
#include "pagetide/race.h"
#include "pagetide/said.h"
#include "pagetide/second.h"
#include "pagetide/strbuf.h"
#include "pagetide/ui.h"
#include "pagetide/units.h"

#include "command.h"

/* What populating may read without a question. */
#define READ_UNASKED_BYTES (UINT64_C(256) << 20)

/* Paces one steps through; 0 is full speed and stands last. */
static const uint64_t pace_table[] = { 1, 2, 5, 10, 20, 50, 100, 200, 500,
	1000, 2000, 5000, 10000, 20000, 50000, 100000, 0 };
/* The words of pace, as its row has them. */
enum { PACE_SLOWER, PACE_FASTER, PACE_FULL };
/* Those of limit. */
enum { LIMIT_WORD_OFF, LIMIT_WORD_LESS, LIMIT_WORD_MORE };
/* Those of worker. */
enum { WORKER_1, WORKER_2, WORKER_NEXT, WORKER_FORK, WORKER_ALONE };
#define N_PACES (sizeof pace_table / sizeof *pace_table)

/* Pages that the call is about: of what is mapped. */
struct pages_range {
	uint64_t	first, n;
};

/*
 * What was written to pages of the worker's own and would go, into text.
 * False: nothing would.
 */
static bool
would_lose(const struct ui *ui, const struct advice *a,
    const struct pages_range *r, char *text, size_t size)
{
	uint32_t flags = ui->watch->live.worker.map_flags;
	char count[UNITS_MAX];
	uint64_t pages;

	if ((a->flags & ADVICE_LOSES_DATA) == 0 ||
	    ((flags & MAP_SPEC_ANON) == 0 && !mapspec_makes_copies(flags)))
		return false;
	if (!sample_count(&ui->watch->live, LAYER_PRIVATE, r->first, r->n,
	    ui->act->last_activity_ns, &pages)) {
		snprintf(text, size,
		    "what was written to private pages may be lost");
		return true;
	}
	/* FREE leaves the pages for as long as memory is not short. */
	snprintf(text, size, "%s %s be lost", units_count(count, pages,
	    "private page"), strcmp(a->name, "free") == 0 ? "may" : "would");
	return pages > 0;
}

/*
 * What it would wait for from storage, into text. False: not so much that it
 * is worth a question. What is not known to be cached counts.
 */
static bool
would_read(const struct ui *ui, const struct advice *a,
    const struct pages_range *r, char *text, size_t size)
{
	const struct sample *s = &ui->watch->live;
	uint64_t cached = 0, bytes;
	char much[UNITS_MAX];

	if ((a->flags & ADVICE_READS_ALL) == 0 || s->target.anon)
		return false;
	if (!sample_count(s, LAYER_CACHED, r->first, r->n,
	    ui->act->last_activity_ns, &cached))
		cached = 0;
	bytes = (r->n - cached) * s->target.page_bytes;
	snprintf(text, size, "may read %s", units_bytes(much, bytes));
	return bytes > READ_UNASKED_BYTES;
}

/* What others may lose by it, into text. Nobody else uses our own file, or
 * memory. */
static bool
would_hurt(const struct ui *ui, const struct advice *a, char *text,
    size_t size)
{
	snprintf(text, size, "may drop pages others use");
	return (a->flags & ADVICE_HURTS_OTHERS) != 0 &&
	    !ui->watch->live.target.anon && !act_owns_file(ui->act);
}

/* Asks before others can be hurt, something is lost or much is read, naming
 * the very call. False: there is nothing to ask. */
static bool
confirm_advice(struct ui *ui, int index)
{
	const struct advice *a = &advice_table[index];
	struct advice_range range = act_range(ui->act, &ui->vp);
	uint64_t page_bytes = ui->watch->live.target.page_bytes;
	struct pages_range pages = { range.offset_bytes / page_bytes,
		range.len_bytes / page_bytes };
	char call[84], what[56], question[160], run[64];
	bool loses;

	if ((a->flags & (ADVICE_HURTS_OTHERS | ADVICE_LOSES_DATA |
	    ADVICE_READS_ALL)) == 0)
		return false;
	act_take_now(ui->act);
	loses = would_lose(ui, a, &pages, what, sizeof what);
	if (!loses && !would_hurt(ui, a, what, sizeof what) &&
	    !would_read(ui, a, &pages, what, sizeof what))
		return false;
	/* Of the evict's two calls the second is the one that hurts others. */
	advice_call_text(call, sizeof call, a,
	    a->call == ADVICE_EVICT && !loses, &range);
	snprintf(question, sizeof question, "%s%s %s. Do it? y/[n] ", call,
	    loses ? ":" : "", what);
	snprintf(run, sizeof run, "advise %s yes", a->name);
	ui_prompt_open(ui, question, run);
	return true;
}

/* Always: it is somebody else's memory. */
static int
ask_first(struct ui *ui, int advice, uint64_t first, uint64_t n,
    struct strbuf *why)
{
	struct strbuf call = STRBUF_INIT;
	char question[160], run[64];
	int rc = otherhint_call(ui->act->helpers.otherhint, advice, first, n,
	    &call, why);

	snprintf(question, sizeof question, "%s. Do it? y/[n] ", call.s);
	snprintf(run, sizeof run, "advise %s yes", advice_table[advice].name);
	if (rc == 0)
		ui_prompt_open(ui, question, run);
	strbuf_done(&call);
	return rc;
}

static int
advise_other(struct ui *ui, const struct args *a, int advice,
    struct strbuf *why)
{
	const char *never = otherhint_never(advice);
	uint64_t first, n;

	/* No question that could only be answered in vain. */
	if (never == NULL && a->n < 2)
		never = otherhint_lacks(advice);
	if (never != NULL) {
		strbuf_addf(why, "%s: %s", advice_table[advice].name, never);
		return -EOPNOTSUPP;
	}
	viewport_range(&ui->vp, &first, &n);
	if (a->n < 2)
		return ask_first(ui, advice, first, n, why);
	act_take_now(ui->act);
	return otherhint_ask(ui->act->helpers.otherhint, advice, first, n,
	    why);
}

int
cmd_advise(struct ui *ui, const struct args *a, struct strbuf *why)
{
	int index = advice_find(a->v[0]), rc;

	if (ui->watch->live.worker.process != 0)
		return advise_other(ui, a, index, why);
	/* Before a question that could only be answered in vain. */
	rc = orders_room(ui->act, why);
	if (rc != 0)
		return rc;
	if (a->n < 2 && confirm_advice(ui, index))
		return 0;
	return act_advise(ui->act, &ui->vp, index, why);
}

int
cmd_touch(struct ui *ui, const struct args *a, struct strbuf *why)
{
	static const enum trespass trespass[] = { TRESPASS_BEYOND,
		TRESPASS_UNMAPPED, TRESPASS_WRITE };
	struct pattern_spec spec = { .kind = PATTERN_SINGLE, .passes = 1 };

	if (a->n > 0)
		return act_trespass(ui->act, &ui->vp, trespass[a->word[0]],
		    why);
	return act_work(ui->act, &ui->vp, spec, why);
}

int
cmd_stop(struct ui *ui, const struct args *a, struct strbuf *why)
{
	bool walks;
	int rc;

	(void)a;
	if (race_is_on(ui->act)) {
		race_stop(ui->act);
		return 0;
	}
	/* One that pauses is one; a hint that is measured is none. */
	act_take_now(ui->act);
	walks = ui->watch->live.worker.running || orders_out(ui->act);
	rc = act_stop(ui->act, why);
	if (rc == 0)
		said_line(ui->said, "%s", walks ? "stopping" :
		    "no walk to stop");
	ui->said->passes = rc == 0 && walks;
	return rc;
}

int
cmd_pause(struct ui *ui, const struct args *a, struct strbuf *why)
{
	static const enum pause ways[] = { PAUSE_ON, PAUSE_OFF };

	return act_pause(ui->act, a->n > 0 ? ways[a->word[0]] : PAUSE_TOGGLE,
	    why);
}

int
cmd_step(struct ui *ui, const struct args *a, struct strbuf *why)
{
	(void)a;
	return act_step(ui->act, &ui->vp, why);
}

/* The neighbour of the present pace; full speed is above all others. */
static uint64_t
pace_step(uint64_t per_s, int by)
{
	size_t i = 0;

	if (per_s == 0)
		i = N_PACES - 1;
	while (i + 1 < N_PACES && pace_table[i] < per_s)
		i++;
	/* From between two steps that is the one above already. */
	if (by > 0 && i + 1 < N_PACES && pace_table[i] <= per_s)
		i++;
	if (by < 0 && i > 0)
		i--;
	return pace_table[i];
}

int
cmd_pace(struct ui *ui, const struct args *a, struct strbuf *why)
{
	char count[UNITS_MAX];
	uint64_t per_s;
	int rc;

	if (a->word[0] == PACE_SLOWER)
		per_s = pace_step(ui->act->pace_per_s, -1);
	else if (a->word[0] == PACE_FASTER)
		per_s = pace_step(ui->act->pace_per_s, 1);
	else if (a->word[0] == PACE_FULL)
		per_s = 0;
	else if (units_parse_u64(a->v[0], 1, 10000000, &per_s) != 0)
		return args_refuse(a, 0, "1 to 10000000", why);
	rc = act_pace(ui->act, per_s, why);
	if (rc == 0 && per_s == 0)
		said_line(ui->said, "pace: full speed");
	else if (rc == 0)
		said_line(ui->said, "pace: %s a second", units_count(count,
		    per_s, "touch"));
	return rc;
}

int
cmd_map(struct ui *ui, const struct args *a, struct strbuf *why)
{
	struct map_spec spec = { 0 };
	unsigned i;
	int rc = 0;

	for (i = 0; i < a->n && rc == 0; i++)
		rc = mapspec_parse(&spec, a->v[i], why);
	if (rc == 0)
		rc = act_map(ui->act, a->n > 0 ? &spec : &ui->act->mapping.plan,
		    why);
	return rc;
}

int
cmd_restart(struct ui *ui, const struct args *a, struct strbuf *why)
{
	(void)a;
	return act_worker_restart(ui->act, why);
}

int
cmd_worker(struct ui *ui, const struct args *a, struct strbuf *why)
{
	int way = a->n > 0 ? a->word[0] : WORKER_NEXT;

	if (way == WORKER_FORK)
		return second_fork(ui->act, why);
	if (way == WORKER_ALONE)
		return second_end(ui->act, why);
	return way == WORKER_NEXT ? second_next(ui->act, why) :
	    second_choose(ui->act, way == WORKER_1 ? 1 : 2, why);
}

/* Where there is no further step that is said. */
static int
change_limit(struct ui *ui, uint64_t now, uint64_t bytes, char mark,
    struct strbuf *why)
{
	char size[UNITS_MAX];

	if (bytes != now)
		return limit_set(ui->act, bytes, mark, why);
	if (now == LIMIT_OFF)
		said_line(ui->said, "the worker has no memory limit");
	else
		said_line(ui->said, "the memory limit is %s already",
		    units_offset(size, now));
	return 0;
}

int
cmd_limit(struct ui *ui, const struct args *a, struct strbuf *why)
{
	static const char mark[] = { [LIMIT_WORD_OFF] = EVENT_MARK_COMMAND,
		[LIMIT_WORD_LESS] = '(', [LIMIT_WORD_MORE] = ')' };
	uint64_t file = ui->watch->live.target.size_bytes;
	uint64_t now = limit_bytes(ui->act);
	uint64_t bytes = LIMIT_OFF;

	if (a->word[0] < 0 && limit_parse(a->v[0], &bytes) != 0)
		return args_refuse(a, 0, LIMIT_SIZES, why);
	if (a->word[0] == LIMIT_WORD_LESS)
		bytes = membox_less(now, file);
	else if (a->word[0] == LIMIT_WORD_MORE)
		bytes = membox_more(now, file);
	return change_limit(ui, now, bytes,
	    a->word[0] < 0 ? EVENT_MARK_COMMAND : mark[a->word[0]], why);
}
