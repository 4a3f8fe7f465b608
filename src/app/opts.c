#include "config.h"

#include "opts.h"

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pagetide/binding.h"
#include "pagetide/clock.h"
#include "pagetide/exits.h"
#include "pagetide/history.h"
#include "pagetide/limit.h"
#include "pagetide/output.h"
#include "pagetide/palette.h"
#include "pagetide/strbuf.h"
#include "pagetide/text.h"
#include "pagetide/units.h"
#include "pagetide/workset.h"
#include "pagetide/xalloc.h"
#include "optnames.h"
#include "optfiles.h"
#include "optprint.h"
#include "optrecord.h"

#define ANON_BYTES_MAX (UINT64_C(1) << 40)

/* Where a setting stands that is wrong; NULL: on the command line. */
static const char *where;

static void end_wrong(int status, const char *line) __attribute__((noreturn));

static void
end_wrong(int status, const char *line)
{
	struct strbuf safe = STRBUF_INIT;

	if (where != NULL) {
		text_safe(&safe, where);
		strbuf_adds(&safe, ": ");
	}
	text_safe(&safe, line);
	fprintf(stderr, "pagetide: %s (%s)\n", safe.s, where != NULL ?
	    "--no-config goes without it" : "try pagetide --help");
	exit(status);
}

void
opts_wrong(const char *fmt, ...)
{
	char line[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(line, sizeof line, fmt, ap);
	va_end(ap);
	end_wrong(EXIT_USAGE, line);
}

static uint64_t
number(const char *name, const char *arg, uint64_t min, uint64_t max)
{
	uint64_t v;

	if (units_parse_u64(arg, min, max, &v) != 0)
		opts_wrong("--%s: '%s' is not a number from %llu to %llu",
		    name, arg, (unsigned long long)min,
		    (unsigned long long)max);
	return v;
}

static void
set_count(struct opts *o, const char *arg)
{
	o->count = number("count", arg, 1, UINT64_MAX);
}

static void
set_interval(struct opts *o, const char *arg)
{
	if (units_parse_duration(arg, &o->watch.interval_ns) != 0 ||
	    o->watch.interval_ns < 10 * NS_PER_MS ||
	    o->watch.interval_ns > 3600 * NS_PER_S)
		opts_wrong("--interval: '%s' is not a time from 0.01 to "
		    "3600 seconds", arg);
}

static void
set_window(struct opts *o, const char *arg)
{
	if (units_parse_duration(arg, &o->ui.window_ns) != 0 ||
	    !workset_is_window(o->ui.window_ns))
		opts_wrong("--window: '%s' is not a time from 0.1 to 600 "
		    "seconds, in steps of 0.1", arg);
}

static void
set_history(struct opts *o, const char *arg)
{
	if (units_parse_bytes(arg, &o->watch.history_bytes) != 0 ||
	    (o->watch.history_bytes != 0 &&
	    (o->watch.history_bytes < HISTORY_BYTES_MIN ||
	    o->watch.history_bytes > HISTORY_BYTES_MAX)))
		opts_wrong("--history: '%s' is not 0 or a size from 2M to "
		    "1G", arg);
}

static void
set_cells(struct opts *o, const char *arg)
{
	o->cells = (unsigned)number("cells", arg, 1, CELLS_OVERVIEW_MAX);
}

static void
set_fps(struct opts *o, const char *arg)
{
	o->fps = (unsigned)number("fps", arg, 1, 120);
}

static void
set_fake(struct opts *o, const char *arg)
{
	o->watch.fake = true;
	o->watch.seed = number("fake", arg, 0, UINT64_MAX);
}

static void
set_size(struct opts *o, const char *arg)
{
	if (units_parse_screen(arg, &o->ui.cols, &o->ui.rows) != 0)
		opts_wrong("--size: '%s' is not COLSxROWS, 1x1 to 1000x1000",
		    arg);
}

/* Which of them the argument is; all of them are named where it is none. */
static unsigned
name_of(const char *option, option_name *name_at, const char *arg)
{
	struct strbuf all = STRBUF_INIT;
	const char *name;
	unsigned i;

	for (i = 0; (name = name_at(i)) != NULL; i++) {
		if (strcmp(name, arg) == 0) {
			strbuf_done(&all);
			return i;
		}
		strbuf_addf(&all, " %s", name);
	}
	opts_wrong("--%s: there is no '%s':%s", option, arg, all.s);
}

static void
set_shell(struct opts *o, const char *arg)
{
	(void)o;
	name_of("completion", optprint_shell, arg);
}

static void
set_color(struct opts *o, const char *arg)
{
	o->ui.no_colour = name_of("color", optname_color, arg) ==
	    OPTNAME_COLOR_NEVER;
}

static void
set_scheme(struct opts *o, const char *arg)
{
	o->ui.scheme = optname_scheme(name_of("scheme", optname_scheme, arg));
}

static void
set_view(struct opts *o, const char *arg)
{
	o->ui.view = (enum view_kind)name_of("view", optname_view, arg);
}

static void
set_source(struct opts *o, const char *arg)
{
	o->watch.method = (enum source_method)name_of("source", optname_source,
	    arg);
}

static void
set_follow(struct opts *o, const char *arg)
{
	o->watch.follow_name = name_of("follow", optname_follow, arg) == 1;
}

static void
set_trace(struct opts *o, const char *arg)
{
	o->act.trace = (enum tracing_mode)name_of("trace", optname_trace, arg);
}

static void
set_ascii(struct opts *o, const char *arg)
{
	(void)arg;
	o->ui.ascii = true;
}

static void
set_mouse(struct opts *o, const char *arg)
{
	(void)arg;
	o->ui.mouse = true;
}

static void
set_map(struct opts *o, const char *arg)
{
	struct strbuf why = STRBUF_INIT;

	if (mapspec_parse(&o->act.map, arg, &why) != 0)
		opts_wrong("--%s", why.s);
	o->map_given = true;
}

static void
set_anon(struct opts *o, const char *arg)
{
	if (units_parse_bytes(arg, &o->act.anon_bytes) != 0 ||
	    o->act.anon_bytes == 0 || o->act.anon_bytes > ANON_BYTES_MAX)
		opts_wrong("--anon: '%s' is not a size from 1 to 1T", arg);
}

static void
set_memory_limit(struct opts *o, const char *arg)
{
	if (limit_parse(arg, &o->act.memory_limit_bytes) != 0)
		opts_wrong("--memory-limit: '%s' is not " LIMIT_SIZES, arg);
}

static void
show_keys(const struct opts *o)
{
	struct strbuf out = STRBUF_INIT;

	binding_list(&out, opts_given(o, "read-only") ? command_acts : NULL);
	optprint_end(&out);
}

static const struct option_row option_table[] = {
	{ "read-only", 'r', NULL, "only watch: no worker, no hints",
	    .set = NULL },
	{ "view", 'v', "NAME", "first view:", .set = set_view,
	    .names = optname_view, .in_config = true },
	{ "interval", 'd', "SECONDS", "time between samples (0.1; batch: 1)",
	    .set = set_interval, .in_config = true },
	{ "window", 0, "SECONDS", "of the working set: touched in the last 10",
	    .set = set_window, .in_config = true },
	{ "history", 0, "SIZE", "memory for past samples (8M; 0: none)",
	    .set = set_history, .in_config = true },
	{ "source", 0, "METHOD", "count by auto, mincore or cachestat",
	    .set = set_source, .names = optname_source, .in_config = true },
	{ "follow", 0, "WHAT", "the inode, or the name to a new file",
	    .set = set_follow, .names = optname_follow },
	{ "trace", 0, "WHEN", "tracepoints tell why touches cost it (auto)",
	    .set = set_trace, .names = optname_trace, .in_config = true },
	{ "map", 0, "HOW", "begin with this mapping: \"private,write\"",
	    .set = set_map },
	{ "anon", 0, "SIZE", "anonymous memory of the worker, no file",
	    .set = set_anon },
	{ "memory-limit", 0, "SIZE", "limit the worker's memory, by a cgroup",
	    .set = set_memory_limit },
	{ "batch", 'b', NULL, "one plain line a sample, no terminal",
	    .set = NULL },
	{ "json", 0, NULL, "one sample as one JSON object", .set = NULL },
	{ "ndjson", 0, NULL, "one JSON object a sample, a line each",
	    .set = NULL },
	{ "ranges", 0, NULL, "all cached bytes: OFFSET LENGTH, or with --json",
	    .set = NULL },
	{ "process", 'p', NULL,
	    "list processes, or the mappings of PID or NAME",
	    .set = NULL },
	{ "mapping", 'm', "WHICH", "watch one: part of its name, or ADDRESS",
	    .set = optfile_mapping },
	{ "faults", 0, NULL, "mark where faults land, at once", .set = NULL },
	{ "output", 0, "FILE", "run: append what COMMAND writes to FILE",
	    .set = optfile_output },
	{ "count", 'n', "COUNT", "end after so many samples",
	    .set = set_count },
	{ "cells", 0, "N", "add at most N cells to the JSON",
	    .set = set_cells },
	{ "record", 0, "FILE", "record all (.zst: by zstd)", .set = rec_file },
	{ "max-size", 0, "SIZE", "then another, FILE.1", .set = rec_size },
	{ "max-time", 0, "SECONDS", "the same, by time", .set = rec_time },
	{ "anonymize", 0, NULL, "record no names", .set = rec_anonymous },
	{ "replay", 0, "FILE", "show a recording", .set = rec_replay },
	{ "export", 0, "FILE", "as .cast .json .csv .svg", .set = rec_export },
	{ "script", 's', "FILE", "run the commands in FILE",
	    .set = optfile_script },
	{ "headless", 0, NULL, "no terminal: the script drives", .set = NULL },
	{ "size", 0, "COLSxROWS", "screen of --headless (120x40)",
	    .set = set_size },
	{ "fake", 0, "SEED", "watch a simulated file", .set = set_fake },
	{ "color", 0, "WHEN", "auto, always or never", .set = set_color,
	    .names = optname_color, .in_config = true },
	{ "scheme", 0, "NAME", "colours:", .set = set_scheme,
	    .names = optname_scheme, .in_config = true },
	{ "ascii", 0, NULL, "nothing but ASCII on the screen",
	    .set = set_ascii, .in_config = true },
	{ "mouse", 0, NULL, "mouse on (key M toggles)", .set = set_mouse,
	    .in_config = true },
	{ "fps", 0, "N", "draw at most N times a second (30)",
	    .set = set_fps, .in_config = true },
	{ "check", 0, NULL, "a lesson: take it without a screen, or all",
	    .set = NULL },
	{ "answers", 0, "FILE", "a lesson: append what was predicted to FILE",
	    .set = optfile_answers },
	{ "log", 0, "FILE", "append what happens to FILE", .set = optfile_log },
	{ "no-config", 0, NULL, "no settings of the config file", .set = NULL },
	{ "list-keys", 0, NULL, "print the keys and end", .set = NULL },
	{ "completion", 0, "SHELL",
	    "print what completes options: bash, zsh, fish",
	    .set = set_shell, .names = optprint_shell,
	    .print = optprint_completion },
	{ "version", 'V', NULL, "print the version and end",
	    .print = optprint_version },
	{ "help", 'h', NULL, "print this and end", .print = optprint_help },
};
#define N_OPTIONS (sizeof option_table / sizeof *option_table)
_Static_assert(N_OPTIONS <= 64, "a bit of opts.given for each");

/* getopt's two tables, made from ours. */
static void
make_getopt(struct option longs[N_OPTIONS + 1], char *shorts, bool first)
{
	size_t i;

	/* What stands behind the command is for that. */
	if (first)
		*shorts++ = '+';
	*shorts++ = ':';
	for (i = 0; i < N_OPTIONS; i++) {
		const struct option_row *r = &option_table[i];

		longs[i] = (struct option){ r->name,
		    r->arg ? required_argument : no_argument, NULL,
		    CHAR_MAX + 1 + (int)i };
		if (r->letter != 0) {
			*shorts++ = r->letter;
			if (r->arg != NULL)
				*shorts++ = ':';
		}
	}
	longs[N_OPTIONS] = (struct option){ NULL, 0, NULL, 0 };
	*shorts = '\0';
}

static const struct option_row *
row_of(int c)
{
	size_t i;

	if (c > CHAR_MAX)
		return &option_table[c - CHAR_MAX - 1];
	for (i = 0; i < N_OPTIONS; i++)
		if (option_table[i].letter == c)
			return &option_table[i];
	return NULL;
}

static void
bad_option(int c, char **argv)
{
	if (optopt > CHAR_MAX)
		opts_wrong("--%s %s", option_table[optopt - CHAR_MAX - 1].name,
		    c == ':' ? "needs an argument" : "takes no argument");
	if (c == ':')
		opts_wrong("-%c needs an argument", optopt);
	if (optopt != 0)
		opts_wrong("no such option -- '%c'", optopt);
	opts_wrong("no such option '%s'", argv[optind - 1]);
}

bool
opts_given(const struct opts *o, const char *name)
{
	size_t i;

	for (i = 0; i < N_OPTIONS; i++)
		if (strcmp(option_table[i].name, name) == 0)
			return (o->given >> i & 1) != 0;
	fatal("there is no option --%s", name);
}

bool
opts_has_screen(const struct opts *o)
{
	return o->mode == MODE_LIVE || o->mode == MODE_HEADLESS;
}

void
opts_config_wrong(const char *why)
{
	where = "config";
	end_wrong(EXIT_FAIL, why);
}

void
opts_set(struct opts *o, const char *at, const char *name, const char *value)
{
	struct strbuf all = STRBUF_INIT;
	const struct option_row *row;

	where = at;
	for (row = option_table; row < option_table + N_OPTIONS; row++) {
		if (!row->in_config)
			continue;
		if (strcmp(row->name, name) == 0)
			break;
		strbuf_addf(&all, " %s", row->name);
	}
	if (row == option_table + N_OPTIONS)
		opts_wrong("set: there is no '%s':%s", name, all.s);
	if ((row->arg == NULL) != (value[0] == '\0'))
		opts_wrong("usage: set %s%s%s", name, row->arg != NULL ? " " :
		    "", row->arg != NULL ? row->arg : "");
	if (!opts_given(o, name))
		row->set(o, value);
	strbuf_done(&all);
	where = NULL;
}

/* No file has an empty name: a variable was not set. */
static const char *
file_name(const char *what, const char *arg)
{
	if (arg[0] == '\0')
		opts_wrong("%s is empty: a variable that is not set?", what);
	return arg;
}

/* What is to be run is watched as any process. */
static void
take_command(struct opts *o, char **argv)
{
	if (argv[optind] == NULL)
		opts_wrong("run needs a COMMAND");
	o->command = argv + optind;
	o->given |= UINT64_C(1) << (row_of('p') - option_table);
}

void
opts_parse(struct opts *o, int argc, char **argv)
{
	struct option longs[N_OPTIONS + 1];
	char shorts[2 * N_OPTIONS + 3];
	const char *no_color = getenv("NO_COLOR");
	const struct option_row *row;
	bool runs;
	int c;

	*o = (struct opts){ .fps = 30, .ui.window_ns = 10 * NS_PER_S,
		.watch.history_bytes = HISTORY_BYTES_DEFAULT,
		.ui.cols = 120, .ui.rows = 40,
		.ui.no_colour = no_color != NULL && *no_color != '\0' };
	/* The word is no FILE; getopt has the one behind it for the name. */
	o->lessons = argc > 1 && strcmp(argv[1], LESSON_COMMAND) == 0;
	runs = argc > 1 && strcmp(argv[1], RUN_COMMAND) == 0;
	argc -= o->lessons || runs;
	argv += o->lessons || runs;
	make_getopt(longs, shorts, runs);
	opterr = 0;
	while ((c = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
		if (c == '?' || c == ':')
			bad_option(c, argv);
		row = row_of(c);
		o->given |= UINT64_C(1) << (row - option_table);
		if (optfile_is(row->arg) && optarg[0] == '\0')
			opts_wrong("--%s is empty: a variable that is not "
			    "set?", row->name);
		if (row->set != NULL)
			row->set(o, optarg);
		if (row->print != NULL)
			row->print(option_table, N_OPTIONS, optarg);
	}
	if (opts_given(o, "list-keys"))
		show_keys(o);
	if (runs) {
		take_command(o, argv);
		return;
	}
	if (o->lessons && optind < argc)
		o->ui.lesson.name = file_name("LESSON", argv[optind++]);
	if (optind < argc)
		o->path = file_name("FILE", argv[optind++]);
	if (optind < argc)
		opts_wrong("one FILE at a time: '%s' is too much",
		    argv[optind]);
}
