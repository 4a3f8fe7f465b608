#include "config.h"

#include "limit.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "pagetide/event.h"
#include "pagetide/memcg.h"
#include "pagetide/source.h"
#include "pagetide/units.h"

#include "act.h"
#include "app.h"
#include "cgroup.h"
#include "child.h"
#include "command.h"

/* The part of the limit that the worker's stamps may have: an eighth. */
#define LIMIT_STAMPS_PART	8

const struct memcg *
limit_memcg(const struct app *app)
{
	return app->cgroup != NULL ? cgroup_memcg(app->cgroup) : NULL;
}

bool
limit_is_on(const struct app *app)
{
	return app->cgroup != NULL && app->limit_bytes != CGROUP_NO_LIMIT;
}

/* Processes that the OOM killer has ended in it; 0 also if it can't tell. */
static uint64_t
kills(const struct app *app)
{
	uint64_t n = 0;

	if (app->cgroup != NULL)
		memcg_number(limit_memcg(app), MEMCG_KILLS, &n);
	return n;
}

uint64_t
limit_stamps_bytes(const struct app *app)
{
	return limit_is_on(app) ? app->limit_bytes / LIMIT_STAMPS_PART : 0;
}

bool
limit_has_killed(const struct app *app)
{
	return kills(app) > app->limit_kills;
}

/* Limits the cgroup, made if there is none yet. */
static int
set_limit(struct app *app, uint64_t bytes, struct strbuf *why)
{
	bool is_new = app->cgroup == NULL;
	int rc;

	if (is_new) {
		app->cgroup = cgroup_new("", why);
		if (app->cgroup == NULL)
			return -errno;
	}
	rc = cgroup_limit(app->cgroup, bytes, why);
	if (rc == 0)
		app->limit_bytes = bytes;
	else if (is_new)
		limit_close(app);
	return rc;
}

int
limit_open(struct app *app, struct strbuf *why)
{
	struct strbuf reason = STRBUF_INIT;
	int rc = 0;

	if (app->opts->memory_limit_bytes != 0)
		rc = set_limit(app, app->opts->memory_limit_bytes, &reason);
	if (rc != 0)
		strbuf_addf(why, "--memory-limit: %s", reason.s);
	strbuf_done(&reason);
	return rc;
}

void
limit_close(struct app *app)
{
	cgroup_free(app->cgroup);
	app->cgroup = NULL;
}

/* What is cached now was brought in by others, or by a worker without a
 * limit: the kernel counts it against them. */
static void
say_uncounted(struct app *app, struct event *ev)
{
	uint64_t pages = app->live.total[LAYER_CACHED];

	if ((app->live.total_known & LAYER_BIT(LAYER_CACHED)) == 0)
		snprintf(ev->effect, sizeof ev->effect, "pages that are "
		    "cached already do not count: evict them first (E)");
	else if (pages > 0)
		snprintf(ev->effect, sizeof ev->effect, "%" PRIu64 " pages "
		    "are cached already and do not count: evict them first "
		    "(E)", pages);
	else
		snprintf(ev->effect, sizeof ev->effect,
		    "no page is cached yet: all that come count");
}

/* The limit in force, as an event; nothing is charged to the worker's cgroup
 * before its first worker. */
static void
add_event(struct app *app, bool first)
{
	char size[UNITS_MAX] = "off";
	struct event *ev;

	if (limit_is_on(app))
		units_bytes(size, app->limit_bytes);
	ev = events_add(app->events, EVENT_WORKER, 0,
	    "memory limit of the worker: %s", size);
	if (first && limit_is_on(app) && app->opts->anon_bytes == 0)
		say_uncounted(app, ev);
	app_log(ev);
	app->dirty = true;
}

int
limit_admit(struct app *app, pid_t pid, struct strbuf *why)
{
	uint64_t charged = 0;
	int rc;

	if (app->cgroup == NULL)
		return 0;
	app->limit_kills = kills(app);
	memcg_number(limit_memcg(app), MEMCG_USAGE, &charged);
	rc = cgroup_admit(app->cgroup, pid, why);
	if (rc != 0)
		return rc;
	app_sample_now(app);
	add_event(app, charged == 0);
	return 0;
}

/* A worker that runs already goes in; what the cgroup counts begins now. */
static int
admit_running(struct app *app, struct strbuf *why)
{
	int rc = limit_admit(app, child_pid(app->child), why);

	if (rc != 0)
		return rc;
	app->source.ops->set_memcg(app->source.self, limit_memcg(app));
	app->base.v[COUNTER_REFAULTS] = app->base.v[COUNTER_STEALS] = 0;
	app->base.known |= COUNTER_BIT(COUNTER_REFAULTS) |
	    COUNTER_BIT(COUNTER_STEALS);
	return 0;
}

/* "64M", "off" */
static int
parse_limit(const char *text, uint64_t *bytes, struct strbuf *why)
{
	if (strcmp(text, "off") == 0) {
		*bytes = CGROUP_NO_LIMIT;
		return 0;
	}
	if (units_parse_bytes(text, bytes) == 0 && *bytes >= LIMIT_BYTES_MIN)
		return 0;
	strbuf_addf(why, "limit: '%s' is not off, or a size from 4M up",
	    text);
	return -EINVAL;
}

int
cmd_limit(struct app *app, int argc, char **argv, struct strbuf *why)
{
	bool had_cgroup = app->cgroup != NULL;
	uint64_t bytes;
	int rc = parse_limit(argv[1], &bytes, why);

	(void)argc;
	if (rc == 0 && app->fake != NULL) {
		strbuf_adds(why, "limit: not in the simulation");
		rc = -EOPNOTSUPP;
	}
	if (rc != 0 || (!had_cgroup && bytes == CGROUP_NO_LIMIT))
		return rc;
	rc = set_limit(app, bytes, why);
	if (rc != 0)
		return rc;
	if (had_cgroup || app->child == NULL)
		add_event(app, false);
	else
		rc = admit_running(app, why);
	return rc;
}
