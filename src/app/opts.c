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

#include "pagetide/clock.h"
#include "pagetide/palette.h"
#include "pagetide/strbuf.h"
#include "pagetide/text.h"
#include "pagetide/units.h"
#include "pagetide/workset.h"

#include "binding.h"
#include "limit.h"
#include "optcheck.h"

#define ANON_BYTES_MAX (UINT64_C(1) << 40)

/* One row an option: getopt's table, --help and the parser are made of it. */
struct option_row {
	const char	*name;
	char		 letter;	/* 0: long only */
	const char	*arg;		/* NULL: takes none */
	const char	*help;
	void		(*set)(struct opts *, const char *arg);
};

static const struct option_row option_table[];

static void usage_error(const char *fmt, ...)
    __attribute__((format(printf, 1, 2), noreturn));

/* One line on stderr, exit status 2. */
static void
usage_error(const char *fmt, ...)
{
	struct strbuf safe = STRBUF_INIT;
	char line[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(line, sizeof line, fmt, ap);
	va_end(ap);
	text_safe(&safe, line);
	fprintf(stderr, "pagetide: %s (try pagetide --help)\n", safe.s);
	exit(EXIT_USAGE);
}

static uint64_t
number(const char *name, const char *arg, uint64_t min, uint64_t max)
{
	uint64_t v;

	if (units_parse_u64(arg, min, max, &v) != 0)
		usage_error("--%s: '%s' is not a number from %llu to %llu",
		    name, arg, (unsigned long long)min,
		    (unsigned long long)max);
	return v;
}

static void
set_batch(struct opts *o, const char *arg)
{
	(void)arg;
	o->mode = MODE_PLAIN;
}

static void
set_json(struct opts *o, const char *arg)
{
	(void)arg;
	o->mode = MODE_JSON;
}

static void
set_ndjson(struct opts *o, const char *arg)
{
	(void)arg;
	o->mode = MODE_NDJSON;
}

static void
set_headless(struct opts *o, const char *arg)
{
	(void)arg;
	o->headless = true;
}

static void
set_read_only(struct opts *o, const char *arg)
{
	(void)arg;
	o->read_only = true;
}

static void
set_ascii(struct opts *o, const char *arg)
{
	(void)arg;
	o->ascii = true;
}

static void
set_mouse(struct opts *o, const char *arg)
{
	(void)arg;
	o->mouse = true;
}

static void
set_count(struct opts *o, const char *arg)
{
	o->count = number("count", arg, 1, UINT64_MAX);
}

static void
set_interval(struct opts *o, const char *arg)
{
	if (units_parse_duration(arg, &o->interval_ns) != 0 ||
	    o->interval_ns < 10 * NS_PER_MS ||
	    o->interval_ns > 3600 * NS_PER_S)
		usage_error("--interval: '%s' is not a time from 0.01 to "
		    "3600 seconds", arg);
}

static void
set_window(struct opts *o, const char *arg)
{
	if (units_parse_duration(arg, &o->window_ns) != 0 ||
	    !workset_is_window(o->window_ns))
		usage_error("--window: '%s' is not a time from 0.1 to 600 "
		    "seconds, in steps of 0.1", arg);
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
	o->fake = true;
	o->seed = number("fake", arg, 0, UINT64_MAX);
}

static void
set_script(struct opts *o, const char *arg)
{
	o->script = arg;
}

static void
set_log(struct opts *o, const char *arg)
{
	o->log = arg;
}

static void
set_size(struct opts *o, const char *arg)
{
	char tail;

	if (strspn(arg, "0123456789x") != strlen(arg) ||
	    sscanf(arg, "%4dx%4d%c", &o->cols, &o->rows, &tail) != 2 ||
	    o->cols < 1 || o->rows < 1 || o->cols > 1000 || o->rows > 1000)
		usage_error("--size: '%s' is not COLSxROWS, 1x1 to 1000x1000",
		    arg);
}

static void
set_color(struct opts *o, const char *arg)
{
	if (strcmp(arg, "never") == 0)
		o->no_colour = true;
	else if (strcmp(arg, "always") == 0 || strcmp(arg, "auto") == 0)
		o->no_colour = false;
	else
		usage_error("--color: '%s' is not auto, always or never", arg);
}

static void
set_scheme(struct opts *o, const char *arg)
{
	if (scheme_find(arg) == NULL)
		usage_error("--scheme: there is no '%s'", arg);
	o->scheme = arg;
}

static void
set_view(struct opts *o, const char *arg)
{
	int view = view_find(arg);

	if (view < 0)
		usage_error("--view: there is no '%s'", arg);
	o->view = (enum view_kind)view;
}

static void
set_source(struct opts *o, const char *arg)
{
	static const char *const names[] = { "auto", "mincore", "cachestat" };
	unsigned i;

	for (i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(arg, names[i]) == 0) {
			o->method = (enum source_method)i;
			return;
		}
	usage_error("--source: '%s' is not auto, mincore or cachestat", arg);
}

static void
set_follow(struct opts *o, const char *arg)
{
	o->follow_name = strcmp(arg, "name") == 0;
	if (!o->follow_name && strcmp(arg, "inode") != 0)
		usage_error("--follow: '%s' is not inode or name", arg);
}

static void
set_map(struct opts *o, const char *arg)
{
	struct strbuf why = STRBUF_INIT;

	if (mapspec_parse(&o->map, arg, &why) != 0)
		usage_error("--%s", why.s);
	o->map_given = true;
}

static void
set_anon(struct opts *o, const char *arg)
{
	if (units_parse_bytes(arg, &o->anon_bytes) != 0 ||
	    o->anon_bytes == 0 || o->anon_bytes > ANON_BYTES_MAX)
		usage_error("--anon: '%s' is not a size from 1 to 1T", arg);
}

static void
set_memory_limit(struct opts *o, const char *arg)
{
	if (units_parse_bytes(arg, &o->memory_limit_bytes) != 0 ||
	    o->memory_limit_bytes < LIMIT_BYTES_MIN)
		usage_error("--memory-limit: '%s' is not a size from 4M up",
		    arg);
}

static void
show_version(struct opts *o, const char *arg)
{
	(void)o;
	(void)arg;
	printf("pagetide %s\n", PACKAGE_VERSION);
	exit(fflush(stdout) == 0 ? EXIT_OK : EXIT_FAIL);
}

static void
show_keys(struct opts *o, const char *arg)
{
	struct strbuf out = STRBUF_INIT;

	(void)arg;
	binding_list(&out, o->read_only);
	fputs(out.s, stdout);
	exit(fflush(stdout) == 0 ? EXIT_OK : EXIT_FAIL);
}

static void	show_help(struct opts *, const char *);

static const struct option_row option_table[] = {
	{ "read-only", 'r', NULL, "only watch: no worker, no hints",
	    set_read_only },
	{ "view", 'v', "NAME", "first view: cache, mapped, both, cost, "
	    "changed", set_view },
	{ "interval", 'd', "SECONDS", "time between samples (0.1; batch: 1)",
	    set_interval },
	{ "window", 0, "SECONDS", "of the working set: touched in the last 10",
	    set_window },
	{ "source", 0, "METHOD", "count by auto, mincore or cachestat",
	    set_source },
	{ "follow", 0, "WHAT", "the inode, or the name to a new file",
	    set_follow },
	{ "map", 0, "HOW", "begin with this mapping: \"private,write\"",
	    set_map },
	{ "anon", 0, "SIZE", "anonymous memory of the worker, no file",
	    set_anon },
	{ "memory-limit", 0, "SIZE", "limit the worker's memory, by a cgroup",
	    set_memory_limit },
	{ "batch", 'b', NULL, "one plain line a sample, no terminal",
	    set_batch },
	{ "json", 0, NULL, "one sample as one JSON object", set_json },
	{ "ndjson", 0, NULL, "one JSON object a sample, a line each",
	    set_ndjson },
	{ "count", 'n', "COUNT", "end after so many samples", set_count },
	{ "cells", 0, "N", "add at most N cells to the JSON", set_cells },
	{ "script", 's', "FILE", "run the commands in FILE", set_script },
	{ "headless", 0, NULL, "no terminal: the script drives",
	    set_headless },
	{ "size", 0, "COLSxROWS", "screen of --headless (120x40)", set_size },
	{ "fake", 0, "SEED", "watch a simulated file", set_fake },
	{ "color", 0, "WHEN", "auto, always or never", set_color },
	{ "scheme", 0, "NAME", "cividis, light, grey, 16, 8, mono",
	    set_scheme },
	{ "ascii", 0, NULL, "nothing but ASCII on the screen", set_ascii },
	{ "mouse", 0, NULL, "mouse on (key M toggles)", set_mouse },
	{ "fps", 0, "N", "draw at most N times a second (30)", set_fps },
	{ "log", 0, "FILE", "append what happens to FILE", set_log },
	{ "list-keys", 0, NULL, "print the keys and end", show_keys },
	{ "version", 'V', NULL, "print the version and end", show_version },
	{ "help", 'h', NULL, "print this and end", show_help },
};
#define N_OPTIONS (sizeof option_table / sizeof *option_table)

static void
show_help(struct opts *o, const char *arg)
{
	char left[64];
	size_t i;

	(void)o;
	(void)arg;
	printf("Usage: pagetide [OPTION]... [FILE]\n"
	    "       pagetide truth [OPTION]... [HINT]\n"
	    "Shows live which pages of FILE are in memory, what each next "
	    "touch would cost,\nand what a hint to the kernel really does. "
	    "Without FILE: a demo file of 64 MiB.\n\n");
	for (i = 0; i < N_OPTIONS; i++) {
		const struct option_row *r = &option_table[i];

		snprintf(left, sizeof left, "%c%c%c --%s%s%s",
		    r->letter ? '-' : ' ', r->letter ? r->letter : ' ',
		    r->letter ? ',' : ' ', r->name, r->arg ? " " : "",
		    r->arg ? r->arg : "");
		printf("  %-26s %s\n", left, r->help);
	}
	printf("\nExit status: 0 ok, 1 failure, 2 usage, 3 target gone or "
	    "changed,\n4 residency not knowable, 5 a check failed. "
	    "Keys: press ? or see --list-keys.\n");
	exit(fflush(stdout) == 0 ? EXIT_OK : EXIT_FAIL);
}

/* getopt's two tables, made from ours. */
static void
make_getopt(struct option longs[N_OPTIONS + 1], char *shorts)
{
	size_t i;

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
		usage_error("--%s %s", option_table[optopt - CHAR_MAX - 1].name,
		    c == ':' ? "needs an argument" : "takes no argument");
	if (c == ':')
		usage_error("-%c needs an argument", optopt);
	if (optopt != 0)
		usage_error("no such option -- '%c'", optopt);
	usage_error("no such option '%s'", argv[optind - 1]);
}

void
opts_parse(struct opts *o, int argc, char **argv)
{
	struct option longs[N_OPTIONS + 1];
	char shorts[2 * N_OPTIONS + 2];
	const char *no_color = getenv("NO_COLOR"), *why;
	int c;

	*o = (struct opts){ .fps = 30, .window_ns = 10 * NS_PER_S,
		.cols = 120, .rows = 40,
		.no_colour = no_color != NULL && *no_color != '\0' };
	make_getopt(longs, shorts);
	opterr = 0;
	while ((c = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
		if (c == '?' || c == ':')
			bad_option(c, argv);
		row_of(c)->set(o, optarg);
	}
	if (optind < argc)
		o->path = argv[optind++];
	if (optind < argc)
		usage_error("one FILE at a time: '%s' is too much",
		    argv[optind]);
	why = optcheck(o, isatty(STDOUT_FILENO));
	if (why != NULL)
		usage_error("%s", why);
}
