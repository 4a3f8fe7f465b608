#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "pagetide/advice.h"
#include "pagetide/order.h"
#include "pagetide/pattern.h"
#include "pagetide/units.h"

#include "act.h"
#include "command.h"
#include "ui.h"

/* Paces one steps through; 0 is full speed and stands last. */
static const uint64_t pace_table[] = { 1, 2, 5, 10, 20, 50, 100, 200, 500,
	1000, 2000, 5000, 10000, 20000, 50000, 100000, 0 };
#define N_PACES (sizeof pace_table / sizeof *pace_table)

/*
 * What was written to pages of the worker's own and would go, into text.
 * False: nothing would.
 */
static bool
would_lose(const struct app *app, const struct advice *a, char *text,
    size_t size)
{
	const uint32_t own = MAP_SPEC_PRIVATE | MAP_SPEC_WRITE;
	uint32_t flags = app->live.worker.map_flags;
	char count[UNITS_MAX];
	uint64_t first, n, pages;

	if ((a->flags & ADVICE_LOSES_DATA) == 0 ||
	    ((flags & MAP_SPEC_ANON) == 0 && (flags & own) != own))
		return false;
	viewport_range(&app->vp, &first, &n);
	if (!sample_count(&app->live, LAYER_PRIVATE, first, n,
	    app->last_activity_ns, &pages)) {
		snprintf(text, size,
		    "what was written to private pages may be lost");
		return true;
	}
	/* FREE leaves the pages for as long as memory is not short. */
	snprintf(text, size, "%s %s be lost", units_count(count, pages,
	    "private page"), strcmp(a->name, "free") == 0 ? "may" : "would");
	return pages > 0;
}

/* Asks before others can be hurt or something is lost, naming the very call.
 * False: there is nothing to ask. */
static bool
confirm_advice(struct app *app, int index)
{
	const struct advice *a = &advice_table[index];
	struct advice_range range = act_range(app);
	char call[84], lost[56], question[160];
	bool loses;

	if (a->flags == 0)
		return false;
	app_sample_now(app);
	loses = would_lose(app, a, lost, sizeof lost);
	if (!loses && (a->flags & ADVICE_HURTS_OTHERS) == 0)
		return false;
	/* Of the evict's two calls the second is the one that hurts others. */
	advice_call_text(call, sizeof call, a,
	    a->call == ADVICE_EVICT && !loses, &range);
	snprintf(question, sizeof question, "%s%s %s. Do it? y/[n] ", call,
	    loses ? ":" : "", loses ? lost : "may drop pages others use");
	app->prompt.advice = index;
	ui_prompt_open(app, PROMPT_CONFIRM, question);
	return true;
}

int
cmd_advise(struct app *app, int argc, char **argv, struct strbuf *why)
{
	int index = advice_find(argv[1]);
	bool yes = argc == 3 && strcmp(argv[2], "yes") == 0;

	if (index < 0) {
		strbuf_addf(why, "no such hint: %s", argv[1]);
		return -ENOENT;
	}
	if (argc == 3 && !yes) {
		strbuf_addf(why, "advise: yes, not %s", argv[2]);
		return -EINVAL;
	}
	if (!yes && confirm_advice(app, index))
		return 0;
	return act_advise(app, index, why);
}

int
cmd_touch(struct app *app, int argc, char **argv, struct strbuf *why)
{
	struct pattern_spec spec = { .kind = PATTERN_SINGLE, .passes = 1 };

	(void)argc;
	(void)argv;
	return act_work(app, spec, why);
}

int
cmd_stop(struct app *app, int argc, char **argv, struct strbuf *why)
{
	(void)argc;
	(void)argv;
	return act_stop(app, why);
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
	if (by > 0 && i + 1 < N_PACES)
		i++;
	if (by < 0 && i > 0)
		i--;
	return pace_table[i];
}

int
cmd_pace(struct app *app, int argc, char **argv, struct strbuf *why)
{
	char count[UNITS_MAX];
	uint64_t per_s;
	int rc;

	(void)argc;
	if (strcmp(argv[1], "slower") == 0)
		per_s = pace_step(app->pace_per_s, -1);
	else if (strcmp(argv[1], "faster") == 0)
		per_s = pace_step(app->pace_per_s, 1);
	else if (strcmp(argv[1], "full") == 0)
		per_s = 0;
	else if (units_parse_u64(argv[1], 1, 10000000, &per_s) != 0) {
		strbuf_addf(why, "pace: slower, faster, full or 1 to "
		    "10000000, not %s", argv[1]);
		return -EINVAL;
	}
	rc = act_pace(app, per_s, why);
	if (rc == 0 && per_s == 0)
		app_say(app, "pace: full speed");
	else if (rc == 0)
		app_say(app, "pace: %s a second", units_count(count, per_s,
		    "touch"));
	return rc;
}

int
cmd_map(struct app *app, int argc, char **argv, struct strbuf *why)
{
	struct map_spec spec = { 0 };
	int i, rc = 0;

	for (i = 1; i < argc && rc == 0; i++)
		rc = mapspec_parse(&spec, argv[i], why);
	if (rc == 0)
		rc = act_map(app, argc > 1 ? &spec : &app->map_spec, why);
	return rc;
}

int
cmd_restart(struct app *app, int argc, char **argv, struct strbuf *why)
{
	(void)argc;
	(void)argv;
	act_worker_stop(app);
	return act_worker_start(app, why);
}
