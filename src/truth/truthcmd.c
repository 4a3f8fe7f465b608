#include "config.h"

#include "truthcmd.h"

#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <sys/vfs.h>

#include "pagetide/dieby.h"
#include "pagetide/exits.h"
#include "pagetide/output.h"
#include "pagetide/strbuf.h"
#include "pagetide/target.h"
#include "pagetide/truth.h"
#include "pagetide/truthjson.h"
#include "pagetide/truthlist.h"
#include "pagetide/xalloc.h"

#include "guardian.h"
#include "truthfacts.h"
#include "truthlab.h"
#include "truthrun.h"

/* The command line. */
struct request {
	bool		 json;
	bool		 help;
	const char	*dir;		/* NULL: chosen */
	const char	*hint;		/* NULL: all */
};

/* All of a run. */
struct truthcmd {
	const struct request *request;
	struct truthlab	 lab;
	struct truth_facts facts;
	struct truth_place place;
	struct utsname	 uts;
	char		 filesystem[32];
	struct truth_result *results;
	unsigned	 n;
	struct strbuf	*why;
};

/* One line on stderr. */
static void
complain(const char *text, const char *more)
{
	output_error(" truth", text, more);
}

static int
refuse(const char *what, const char *arg)
{
	char *text = xasprintf("%s '%s'", what, arg);

	complain(text, " (try pagetide truth --help)");
	free(text);
	return EXIT_USAGE;
}

static bool
is_known(const char *hint)
{
	unsigned i;

	for (i = 0; i < truth_rows; i++)
		if (truth_is_of(&truth_table[i], hint))
			return true;
	return false;
}

/* 0 or an exit status. */
static int
parse(struct request *q, int argc, char **argv)
{
	static const struct option longs[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "dir", required_argument, NULL, 'd' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	int c;

	*q = (struct request){ 0 };
	opterr = 0;
	while ((c = getopt_long(argc, argv, ":h", longs, NULL)) != -1) {
		if (c == 'j')
			q->json = true;
		else if (c == 'd')
			q->dir = optarg;
		else if (c == 'h')
			q->help = true;
		else
			return refuse(c == ':' ? "no argument to" :
			    "no such option, or not so:", argv[optind - 1]);
	}
	if (optind < argc)
		q->hint = argv[optind++];
	if (optind < argc)
		return refuse("one HINT at a time, not also", argv[optind]);
	if (q->hint != NULL && !is_known(q->hint))
		return refuse("the truth table has no rows of", q->hint);
	return EXIT_OK;
}

/* The names of all rows, once each. */
static void
list_names(struct strbuf *out)
{
	const char *name, *last = "";
	size_t column = 0;
	unsigned i;

	for (i = 0; i < truth_rows; i++) {
		name = truth_table[i].name;
		if (strcmp(name, last) == 0)
			continue;
		if (column + strlen(name) + 1 > 78) {
			strbuf_addc(out, '\n');
			column = 0;
		}
		strbuf_addf(out, "%s%s", column == 0 ? "  " : " ", name);
		column += strlen(name) + (column == 0 ? 2 : 1);
		last = name;
	}
	strbuf_addc(out, '\n');
}

static int
show_help(void)
{
	struct strbuf names = STRBUF_INIT, out = STRBUF_INIT;
	struct strbuf why = STRBUF_INIT;
	int rc;

	list_names(&names);
	strbuf_addf(&out, "Usage: pagetide truth [OPTION]... [HINT]\n"
	    "Gives every hint on a scratch file and on anonymous memory, and "
	    "prints what\nchanged beside what is expected: page cache, PTEs, "
	    "VmFlags, errno, and the minor/\nmajor faults of the next touch. "
	    "With HINT only its rows.\n(A file of that name is watched as "
	    "./truth.)\n\n"
	    "  --dir DIR   where the scratch file is made; it never gets a "
	    "name\n"
	    "  --json      all rows as one JSON object, at the end\n"
	    "  -h, --help  print this and end\n\n"
	    "HINT is one of\n%s\n"
	    "Exit status: 0 all rows that were run are as expected, 1 failure, "
	    "2 usage,\n5 a row differs.\n", names.s);
	rc = output_text(out.s, &why);
	if (rc != 0)
		complain(why.s, "");
	strbuf_done(&names);
	strbuf_done(&out);
	strbuf_done(&why);
	return rc == 0 ? EXIT_OK : EXIT_FAIL;
}

/* What the head of the output says. */
static void
describe(struct truthcmd *s)
{
	const char *name = NULL;
	struct statfs fs;

	if (uname(&s->uts) != 0)
		strcpy(s->uts.release, "?");
	if (statfs(s->lab.scratch.dir, &fs) == 0)
		name = target_fsname(fs.f_type);
	snprintf(s->filesystem, sizeof s->filesystem, "%s",
	    name != NULL ? name : "unknown");
	s->place = (struct truth_place){ .kernel = s->uts.release,
		.dir = s->lab.scratch.dir, .filesystem = s->filesystem,
		.page_bytes = s->lab.scratch.page_bytes };
}

/* Prints and empties. 0, or -errno with why. */
static int
print(const struct truthcmd *s, struct strbuf *out)
{
	int rc = output_text(out->s, s->why);

	strbuf_reset(out);
	return rc;
}

/* All rows, each printed as soon as it is measured. 0 or -errno. */
static int
run_rows(struct truthcmd *s, struct strbuf *out)
{
	const struct truth_row *row;
	unsigned i;
	int rc;

	for (i = 0; i < truth_rows; i++) {
		row = &truth_table[i];
		if (s->request->hint != NULL &&
		    !truth_is_of(row, s->request->hint))
			continue;
		rc = truthrun_row(&s->lab, &s->facts, row,
		    &s->results[s->n]);
		if (rc != 0)
			return rc;
		if (!s->request->json)
			truthlist_row(out, &s->facts, &s->results[s->n]);
		s->n++;
		rc = print(s, out);
		if (rc != 0)
			return rc;
	}
	return 0;
}

static struct truth_sum
sum_up(const struct truthcmd *s)
{
	struct truth_sum sum = { 0 };
	unsigned i;

	for (i = 0; i < s->n; i++)
		truth_sum_add(&sum, &s->results[i]);
	return sum;
}

static void
add_json(const struct truthcmd *s, struct strbuf *out)
{
	char *line = truthjson(&s->place, &s->facts, s->results, s->n);

	strbuf_addf(out, "%s\n", line);
	free(line);
}

/* Measures and prints it all. 0 or -errno; *sum is valid then. */
static int
run(struct truthcmd *s, struct truth_sum *sum)
{
	struct strbuf out = STRBUF_INIT;
	int rc;

	rc = truthfacts_find(&s->lab, &s->facts);
	if (rc == 0) {
		describe(s);
		if (!s->request->json)
			truthlist_head(&out, &s->place, &s->facts);
		rc = run_rows(s, &out);
	}
	if (rc == 0) {
		*sum = sum_up(s);
		if (s->request->json)
			add_json(s, &out);
		else
			truthlist_sum(&out, sum);
		rc = print(s, &out);
	}
	strbuf_done(&out);
	return rc;
}

/* The exit status; *sig is the signal that is to end us instead, or 0. */
static int
run_in_lab(const struct request *q, int *sig)
{
	struct truthcmd *s = xcalloc(1, sizeof *s);
	struct strbuf why = STRBUF_INIT;
	struct truth_sum sum = { 0 };
	int rc;

	s->request = q;
	s->why = &why;
	s->results = xcalloc(truth_rows, sizeof *s->results);
	rc = truthlab_open(&s->lab, q->dir, &why);
	if (rc == 0)
		rc = run(s, &sum);
	*sig = s->lab.stopped_by;
	truthlab_close(&s->lab);
	if (rc != 0 && *sig == 0)
		complain(why.len > 0 ? why.s : strerror(-rc), "");
	strbuf_done(&why);
	free(s->results);
	free(s);
	if (rc != 0)
		return EXIT_FAIL;
	return sum.differ > 0 ? EXIT_CHECK : EXIT_OK;
}

static int
run_request(void *arg)
{
	int status, sig;

	status = run_in_lab(arg, &sig);
	if (sig != 0)
		die_by(sig);
	return status;
}

int
truthcmd_main(int argc, char **argv)
{
	struct request q;
	int status;

	status = parse(&q, argc, argv);
	if (status != EXIT_OK)
		return status;
	return q.help ? show_help() : guardian_run(run_request, &q);
}
