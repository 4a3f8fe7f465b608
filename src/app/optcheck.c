#include "config.h"

#include "optcheck.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "pagetide/clock.h"
#include "pagetide/strbuf.h"

#include "opts.h"

#define M(mode)		(1u << (mode))
#define SCREENS		(M(MODE_LIVE) | M(MODE_HEADLESS))

/* Options that say something in these modes only. Those of looks may be in an
 * alias, and are for a screen if there is one. */
static const struct {
	const char	*name;
	unsigned	 modes;
	const char	*with;
} mode_table[] = {
	{ "script", SCREENS, "--headless or a terminal" },
	{ "count", M(MODE_PLAIN) | M(MODE_NDJSON), "--batch or --ndjson" },
	{ "interval", SCREENS | M(MODE_PLAIN) | M(MODE_NDJSON) |
	    M(MODE_PROCESS),
	    "a screen, --batch or --ndjson" },
	{ "faults", SCREENS | M(MODE_PLAIN) | M(MODE_NDJSON),
	    "a screen, --batch or --ndjson" },
	{ "window", SCREENS, "--headless or a terminal" },
	{ "trace", SCREENS, "--headless or a terminal" },
	{ "history", SCREENS, "--headless or a terminal" },
	{ "size", M(MODE_HEADLESS), "--headless" },
	{ "mouse", M(MODE_LIVE), "a terminal" },
	{ "fps", M(MODE_LIVE), "a terminal" },
};
#define N_MODE_ROWS (sizeof mode_table / sizeof mode_table[0])

/* Options that contradict each other, or of which one would be ignored; "":
 * a FILE. */
static const char *const pair_table[][2] = {
	{ "batch", "headless" },
	{ "batch", "json" },
	{ "batch", "ndjson" },
	{ "json", "ndjson" },
	{ "ranges", "batch" },
	{ "ranges", "ndjson" },
	{ "ranges", "headless" },
	{ "ranges", "fake" },
	{ "ranges", "anon" },
	{ "ranges", "cells" },
	{ "ranges", "follow" },
	{ "process", "ranges" },
	{ "process", "fake" },
	{ "process", "follow" },
	{ "fake", "" },
	{ "fake", "anon" },
	{ "fake", "follow" },
	{ "fake", "source" },
	{ "fake", "memory-limit" },
	{ "replay", "record" },
	{ "replay", "fake" },
	{ "replay", "anon" },
	{ "replay", "ranges" },
	{ "replay", "process" },
	{ "replay", "follow" },
	{ "replay", "faults" },
	{ "replay", "source" },
	{ "replay", "map" },
	{ "replay", "memory-limit" },
	{ "export", "batch" },
	{ "export", "ndjson" },
	{ "export", "json" },
	{ "record", "ranges" },
	{ "anon", "" },
	{ "anon", "follow" },
	{ "anon", "source" },
};
#define N_PAIRS (sizeof pair_table / sizeof pair_table[0])

static const char *const worker_table[] = { "map", "memory-limit", "anon" };
#define N_WORKER_ROWS (sizeof worker_table / sizeof worker_table[0])

/* Was it given? "": a FILE. */
static bool
has(const struct opts *o, const char *name)
{
	return name[0] == '\0' ? o->path != NULL : opts_given(o, name);
}

static int
check_pairs(const struct opts *o, struct strbuf *why)
{
	const char *a, *b;
	size_t i;

	for (i = 0; i < N_PAIRS; i++) {
		a = pair_table[i][0];
		b = pair_table[i][1];
		if (!has(o, a) || !has(o, b))
			continue;
		strbuf_addf(why, "--%s and %s%s exclude each other", a,
		    b[0] != '\0' ? "--" : "a FILE", b);
		return -EINVAL;
	}
	return 0;
}

static enum opts_mode
printed_mode(const struct opts *o)
{
	return opts_given(o, "batch") ? MODE_PLAIN :
	    opts_given(o, "json") ? MODE_JSON :
	    opts_given(o, "ndjson") ? MODE_NDJSON : MODE_LIVE;
}

/* A headless session is one, whatever it prints besides. */
static void
resolve_mode(struct opts *o, bool tty)
{
	static const enum opts_print print_of[] = {
		[MODE_LIVE] = PRINT_NONE, [MODE_JSON] = PRINT_LAST,
		[MODE_NDJSON] = PRINT_ALL,
	};

	o->mode = printed_mode(o);
	if (o->lessons && (opts_given(o, "check") ||
	    o->ui.lesson.name == NULL)) {
		o->mode = MODE_HEADLESS;
	} else if (opts_given(o, "headless") || opts_given(o, "ranges")) {
		o->print = print_of[o->mode];
		o->mode = opts_given(o, "ranges") ? MODE_RANGES :
		    MODE_HEADLESS;
	} else if (o->export != NULL && o->mode == MODE_LIVE) {
		o->mode = MODE_HEADLESS;
	} else if (o->mode == MODE_LIVE && o->record.file.path != NULL &&
	    strcmp(o->record.file.path, "-") == 0) {
		o->mode = MODE_HEADLESS;
	} else if (opts_given(o, "process") && o->mapping == NULL &&
	    (!tty || o->mode != MODE_LIVE)) {
		o->print = print_of[o->mode];
		o->mode = MODE_PROCESS;
	} else if (o->mode == MODE_LIVE && !tty) {
		o->mode = MODE_PLAIN;
	}
}

static int
check_modes(const struct opts *o, struct strbuf *why)
{
	size_t i;

	for (i = 0; i < N_MODE_ROWS; i++) {
		if (!opts_given(o, mode_table[i].name) ||
		    (mode_table[i].modes & M(o->mode)) != 0)
			continue;
		strbuf_addf(why, "--%s goes with %s%s", mode_table[i].name,
		    mode_table[i].with, o->mode == MODE_JSON ?
		    ": --json is one sample" : "");
		return -EINVAL;
	}
	if (o->cells == 0 || o->mode == MODE_JSON || o->mode == MODE_NDJSON ||
	    o->print != PRINT_NONE)
		return 0;
	strbuf_adds(why, "--cells goes with --json or --ndjson");
	return -EINVAL;
}

static int
check_worker(const struct opts *o, struct strbuf *why)
{
	size_t i;

	if (!o->ui.read_only && opts_has_screen(o))
		return 0;
	for (i = 0; i < N_WORKER_ROWS; i++) {
		if (!opts_given(o, worker_table[i]))
			continue;
		strbuf_addf(why, "--%s needs a worker: a terminal or "
		    "--headless, not --read-only", worker_table[i]);
		return -EINVAL;
	}
	return 0;
}

/* Has a lesson all that it needs, and nobody else what is for one? */
static int
check_lessons(const struct opts *o, struct strbuf *why)
{
	bool check = opts_given(o, "check");

	if (!o->lessons && (check || opts_given(o, "answers")))
		strbuf_addf(why, "--%s goes with pagetide lesson", check ?
		    "check" : "answers");
	else if (o->lessons && check && o->ui.lesson.name == NULL)
		strbuf_adds(why, "--check needs the name of a lesson, or all");
	else if (o->lessons && !check && o->ui.lesson.name != NULL &&
	    !opts_has_screen(o))
		strbuf_adds(why, "a lesson needs a terminal, --headless or "
		    "--check");
	else if (o->lessons && (o->ui.read_only || o->act.anon_bytes != 0 ||
	    opts_given(o, "process")))
		strbuf_adds(why, "lessons act on a file: no --read-only, "
		    "--anon or --process");
	else
		return 0;
	return -EINVAL;
}

/* One mapping is watched, as files are; without a screen lists are printed
 * once. */
static int
check_process(struct opts *o, struct strbuf *why)
{
	static const char *const once[] = { "batch", "ndjson", "cells",
		"source" };
	size_t i;

	o->ui.read_only = o->ui.read_only || opts_given(o, "process");
	if (o->mapping != NULL && ((o->path == NULL && o->command == NULL) ||
	    !opts_given(o, "process"))) {
		strbuf_adds(why, "--mapping goes with --process and a PID or "
		    "NAME");
		return -EINVAL;
	}
	for (i = 0; i < sizeof once / sizeof once[0]; i++) {
		if (!opts_given(o, "process") || o->mapping != NULL ||
		    !opts_given(o, once[i]))
			continue;
		strbuf_addf(why, "--%s goes with --mapping: a list is "
		    "printed once", once[i]);
		return -EINVAL;
	}
	if (o->mapping == NULL && opts_given(o, "record") &&
	    (opts_given(o, "process") || o->command != NULL)) {
		strbuf_adds(why, "--record goes with --mapping: a recording "
		    "is of one");
		return -EINVAL;
	}
	return 0;
}

static int
check_run(const struct opts *o, struct strbuf *why)
{
	if (o->command == NULL && opts_given(o, "output"))
		strbuf_adds(why, "--output goes with pagetide run");
	else if (o->command != NULL && !opts_has_screen(o))
		strbuf_adds(why, "run needs a terminal or --headless");
	else
		return 0;
	return -EINVAL;
}

/* Rates are of processes only, where their list is printed. */
static int
check_interval(const struct opts *o, struct strbuf *why)
{
	if (o->mode != MODE_PROCESS || o->path == NULL ||
	    !opts_given(o, "interval"))
		return 0;
	strbuf_adds(why, "--interval goes with --mapping, or the list of all "
	    "processes");
	return -EINVAL;
}

/* What is recorded to standard output is all that goes there. */
static int
check_record(const struct opts *o, struct strbuf *why)
{
	if (o->record.file.path == NULL ||
	    strcmp(o->record.file.path, "-") != 0 ||
	    (o->mode == MODE_HEADLESS && o->print == PRINT_NONE))
		return 0;
	strbuf_adds(why, "--record - has standard output: nothing else goes "
	    "there");
	return -EINVAL;
}

/* Is there something to watch, and to do? */
static int
check_needs(const struct opts *o, struct strbuf *why)
{
	if (o->export != NULL && !o->watch.replayed)
		strbuf_adds(why, "--export goes with --replay; in a session "
		    ":export FILE");
	else if (o->mode == MODE_HEADLESS && o->script == NULL &&
	    o->export == NULL && !opts_only_records(o) &&
	    !(o->lessons && (opts_given(o, "check") ||
	    o->ui.lesson.name == NULL)))
		strbuf_adds(why, "--headless needs --script FILE, or --record "
		    "FILE");
	else if (!opts_has_screen(o) && o->path == NULL && !o->watch.fake &&
	    o->mode != MODE_PROCESS)
		strbuf_adds(why, "name a FILE: the demo file is for a "
		    "terminal or --headless");
	else
		return 0;
	return -EINVAL;
}

/* Both layers; one of them where the other is not there. */
static enum view_kind
first_view(const struct opts *o)
{
	if (o->act.anon_bytes != 0)
		return VIEW_MAPPED;
	return o->ui.read_only ? VIEW_CACHE : VIEW_BOTH;
}

/* 0, or -EINVAL with one line in why. */
static int
check(struct opts *o, bool tty, struct strbuf *why)
{
	int rc = check_pairs(o, why);

	if (o->wrong != NULL) {
		strbuf_adds(why, o->wrong);
		return -EINVAL;
	}
	o->ui.read_only = opts_given(o, "read-only");
	if (rc == 0)
		rc = check_process(o, why);
	if (rc != 0)
		return rc;
	resolve_mode(o, tty);
	rc = check_run(o, why);
	if (rc == 0)
		rc = check_interval(o, why);
	if (rc == 0)
		rc = check_modes(o, why);
	if (rc == 0)
		rc = check_worker(o, why);
	if (rc == 0)
		rc = check_lessons(o, why);
	if (rc == 0)
		rc = check_record(o, why);
	if (rc == 0)
		rc = check_needs(o, why);
	if (o->watch.interval_ns == 0)
		o->watch.interval_ns = opts_has_screen(o) ? NS_PER_S / 10 :
		    NS_PER_S;
	if (!opts_given(o, "view"))
		o->ui.view = first_view(o);
	return rc;
}

void
optcheck(struct opts *o, bool tty)
{
	struct strbuf why = STRBUF_INIT;

	if (check(o, tty, &why) != 0)
		opts_wrong("%s", why.s);
	strbuf_done(&why);
}

bool
opts_is_one_line(const struct opts *o)
{
	return o->mode == MODE_PLAIN && o->count == 1 &&
	    !opts_given(o, "process");
}
