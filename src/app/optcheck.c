#include "config.h"

#include "optcheck.h"

#include <stddef.h>

#include "pagetide/clock.h"

#include "opts.h"

/* A headless session is one, whatever it prints besides. */
static const char *
resolve_mode(struct opts *o, bool tty)
{
	static const enum opts_print print_of[] = {
		[MODE_LIVE] = PRINT_NONE, [MODE_JSON] = PRINT_LAST,
		[MODE_NDJSON] = PRINT_ALL,
	};

	if (o->headless && o->mode == MODE_PLAIN)
		return "--batch and --headless exclude each other";
	if (o->headless) {
		o->print = print_of[o->mode];
		o->mode = MODE_HEADLESS;
	} else if (o->mode == MODE_LIVE && !tty) {
		o->mode = MODE_PLAIN;
	}
	return NULL;
}

/* Is there a screen, drawn to a terminal or to memory? */
static bool
has_screen(const struct opts *o)
{
	return o->mode == MODE_LIVE || o->mode == MODE_HEADLESS;
}

static const char *
check_together(const struct opts *o)
{
	if (o->fake && o->path != NULL)
		return "--fake and a FILE exclude each other";
	if (o->mode == MODE_HEADLESS && o->script == NULL)
		return "--headless needs --script FILE";
	if (o->cells > 0 && o->mode != MODE_JSON && o->mode != MODE_NDJSON &&
	    o->print == PRINT_NONE)
		return "--cells goes with --json or --ndjson";
	if (o->script != NULL && !has_screen(o))
		return "--script goes with --headless or a terminal";
	if (o->count > 0 && has_screen(o))
		return "--count goes with --batch or --ndjson";
	return NULL;
}

/* What needs a worker, and what --anon is at odds with. */
static const char *
check_worker(const struct opts *o)
{
	bool acts = !o->read_only && has_screen(o);

	if (o->map_given && !acts)
		return "--map needs a worker: a terminal or --headless, "
		    "not --read-only";
	if (o->memory_limit_bytes != 0 && (!acts || o->fake))
		return "--memory-limit needs a worker: a terminal or "
		    "--headless, not --read-only, not --fake";
	if (o->anon_bytes != 0 && (o->fake || o->path != NULL))
		return "--anon excludes --fake and a FILE";
	if (o->anon_bytes != 0 && !acts)
		return "--anon needs a worker: a terminal or --headless, "
		    "not --read-only";
	return NULL;
}

const char *
optcheck(struct opts *o, bool tty)
{
	const char *why = resolve_mode(o, tty);

	if (why == NULL)
		why = check_together(o);
	if (why == NULL)
		why = check_worker(o);
	if (o->interval_ns == 0)
		o->interval_ns = has_screen(o) ? NS_PER_S / 10 : NS_PER_S;
	if (o->anon_bytes != 0 && o->view == VIEW_CACHE)
		o->view = VIEW_MAPPED;
	return why;
}
