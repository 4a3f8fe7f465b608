#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pagetide/xalloc.h"

/* One row of --help. */
struct option {
	char	letter;		/* 0: none */
	char	name[32], arg[32], help[96];
};

static struct option options[96];
static unsigned n_options;

/* "  -v, --view NAME   first view: ..." */
static void
learn_line(const char *line)
{
	struct option *o = &options[n_options];
	const char *s = strstr(line, "--");

	if (strncmp(line, "  ", 2) != 0 || s == NULL || s - line > 8 ||
	    n_options == sizeof options / sizeof *options)
		return;
	*o = (struct option){ 0 };
	if (line[2] == '-' && line[4] == ',')
		o->letter = line[3];
	sscanf(s, "--%31[^ \n]", o->name);
	s += 2 + strlen(o->name);
	if (s[0] == ' ' && s[1] != ' ')
		sscanf(s, " %31[^ \n]", o->arg);
	sscanf(s + strlen(o->arg), " %95[^\n]", o->help);
	n_options++;
}

void
fuzz_args_learn(const char *help)
{
	for (; *help != '\0'; help += strcspn(help, "\n") + 1) {
		learn_line(help);
		if (help[strcspn(help, "\n")] == '\0')
			return;
	}
}

/* A file that is there, or not. */
static void
add_path(struct rng *r, const char *option, struct strbuf *out)
{
	static const char *const list[] = { "./script", "./none", "./none/x",
		".", "/dev/null", "-", "", "./out.log" };

	if (strcmp(option, "log") == 0)
		strbuf_adds(out, rng_chance(r, 50) ? "./out.log" :
		    "./none/log");
	else
		strbuf_adds(out, list[rng_below(r, sizeof list /
		    sizeof *list)]);
}

/* Little: a walk may write all of it. */
static void
add_anon(struct rng *r, struct strbuf *out)
{
	static const char *const list[] = { "64K", "1M", "16M", "1", "0", "x",
		"", "2T", "-1" };

	strbuf_adds(out, list[rng_below(r, sizeof list / sizeof *list)]);
}

static void
add_value(struct rng *r, const struct option *o, struct strbuf *out)
{
	if (strcmp(o->name, "anon") == 0)
		add_anon(r, out);
	else if (strcmp(o->arg, "FILE") == 0)
		add_path(r, o->name, out);
	else
		fuzz_value(r, o->arg, o->help, out);
}

/* One option as one or two arguments; how many. */
static unsigned
add_option(struct rng *r, char **argv)
{
	const struct option *o = &options[rng_below(r, n_options)];
	struct strbuf first = STRBUF_INIT, second = STRBUF_INIT;
	bool valued = (*o->arg != '\0') != rng_chance(r, 3);
	bool joined = rng_chance(r, 50);

	if (o->letter != 0 && rng_chance(r, 50))
		strbuf_addf(&first, "-%c", o->letter);
	else
		strbuf_addf(&first, "--%s%s", o->name,
		    valued && joined ? "=" : "");
	if (valued)
		add_value(r, o, joined ? &first : &second);
	if (rng_chance(r, 3) && strcmp(o->arg, "FILE") != 0)
		fuzz_spoil(r, &first);
	argv[0] = strbuf_detach(&first);
	if (!valued || joined) {
		strbuf_done(&second);
		return 1;
	}
	argv[1] = strbuf_detach(&second);
	return 2;
}

void
fuzz_args(struct rng *r, const char *file, char **argv)
{
	unsigned n = 0, k = rng_below(r, 5);

	if (rng_chance(r, 4))
		argv[n++] = xstrdup("truth");
	/* What gives an end by itself, most times. */
	if (rng_chance(r, 50))
		argv[n++] = xstrdup(rng_chance(r, 50) ? "--json" : "-bn1");
	while (k-- > 0 && n + 2 < FUZZ_ARGS_MAX)
		n += add_option(r, argv + n);
	if (rng_chance(r, 85) && file != NULL)
		argv[n++] = xstrdup(file);
	argv[n] = NULL;
}
