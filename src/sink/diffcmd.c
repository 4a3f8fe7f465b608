#include "config.h"

#include "pagetide/diffcmd.h"

#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pagetide/difference.h"
#include "pagetide/exits.h"
#include "pagetide/output.h"
#include "pagetide/strbuf.h"
#include "pagetide/tape.h"
#include "pagetide/tapefile.h"
#include "pagetide/text.h"
#include "pagetide/units.h"
#include "pagetide/xalloc.h"

#include "difflines.h"

static const char help[] =
    "Usage: pagetide diff [--json|--text] A B\n"
    "Cells and totals that differ between two moments of recordings: on a\n"
    "terminal as a view of the recording of B, else as lines.\n"
    "\n"
    "A, B   FILE, its last sample; FILE@10s, the last one within 10 seconds\n"
    "       of its first; FILE@-10s, the same of its last; one of them may\n"
    "       be -, standard input, without a time before its end\n"
    "  --json   one object\n"
    "  --text   lines, on a terminal, too\n"
    "\n"
    "Exit status: 0 the same in all that is known of both, 5 not; 1 failed.\n"
    "Of the view: that of the session.\n";

enum form { FORM_VIEW, FORM_TEXT, FORM_JSON };

/* Which moment is asked for. */
struct wanted {
	char		*path;
	bool		 timed, from_end;
	uint64_t	 ns;
};

static int
refuse(const char *what, int status)
{
	output_error(" diff", what,
	    status == EXIT_USAGE ? " (try pagetide diff --help)" : "");
	return status;
}

/* FILE, FILE@TIME, FILE@-TIME; an @ that no time follows is the file's. */
static struct wanted
wanted_of(const char *arg)
{
	struct wanted w = { .path = xstrdup(arg) };
	char *at = strrchr(w.path, '@');

	if (at == NULL)
		return w;
	w.from_end = at[1] == '-';
	w.timed = units_parse_duration(at + 1 + w.from_end, &w.ns) == 0;
	w.from_end = w.from_end && w.timed;
	if (w.timed)
		*at = '\0';
	return w;
}

/* Reads until so long after the first sample; *length_ns: until the last that
 * was read. 0, or -1 with why. */
static int
read_until(const char *path, uint64_t since_ns, struct moment *m,
    uint64_t *length_ns, struct strbuf *why)
{
	struct tapefile *f = tapefile_open(path, why);
	const struct snapshot *s;
	uint64_t first_ns = 0;
	int line;

	*length_ns = 0;
	if (f == NULL)
		return -1;
	s = tape_snapshot(tapefile_reader(f));
	while ((line = tapefile_next(f)) != TAPEFILE_END) {
		if (line != TAPE_SAMPLE)
			continue;
		if (first_ns == 0)
			first_ns = s->sample.t_ns;
		*length_ns = s->sample.t_ns - first_ns;
		if (*length_ns > since_ns)
			break;
		m->since_ns = *length_ns;
		/* The next line may be past it, and takes its place. */
		if (since_ns != UINT64_MAX)
			snapshot_copy(&m->s, s);
	}
	if (since_ns == UINT64_MAX && first_ns != 0)
		snapshot_copy(&m->s, s);
	if (tapefile_wrong(f) != NULL)
		strbuf_adds(why, tapefile_wrong(f));
	else if (m->s.sample.seq == 0)
		tapefile_say_none(f, why);
	tapefile_close(f);
	return why->len > 0 ? -1 : 0;
}

/* Standard input and pipes go by once. NULL: that does. */
static const char *
why_not(const struct wanted w[2])
{
	bool in[2];
	struct stat st;

	for (int i = 0; i < 2; i++) {
		in[i] = strcmp(w[i].path, "-") == 0;
		if (w[i].from_end && (in[i] || (stat(w[i].path, &st) == 0 &&
		    S_ISFIFO(st.st_mode))))
			return "a time before the end is of a file, not of "
			    "a pipe or standard input";
	}
	return in[0] && in[1] ? "one of the two can be standard input" : NULL;
}

static int
too_short(const struct wanted *w, uint64_t length_ns, struct strbuf *why)
{
	char length[UNITS_MAX];

	text_safe(why, w->path);
	strbuf_addf(why, " is no longer than %s", units_duration(length,
	    length_ns));
	return -1;
}

static int
read_moment(const struct wanted *w, struct moment *m, struct strbuf *why)
{
	uint64_t length_ns, ns = w->timed ? w->ns : UINT64_MAX;

	m->path = w->path;
	if (w->from_end) {
		if (read_until(w->path, UINT64_MAX, m, &length_ns, why) != 0)
			return -1;
		if (w->ns > length_ns)
			return too_short(w, length_ns, why);
		ns = length_ns - w->ns;
	}
	if (read_until(w->path, ns, m, &length_ns, why) != 0)
		return -1;
	return w->timed && length_ns < ns ? too_short(w, length_ns, why) : 0;
}

static int
print(const struct difference *d, enum form form, struct strbuf *why)
{
	struct strbuf out = STRBUF_INIT;
	char *line;
	int rc;

	if (form == FORM_JSON) {
		line = difflines_json(d);
		strbuf_addf(&out, "%s\n", line);
		free(line);
	} else {
		difflines_text(d, &out);
	}
	rc = output_text(out.s, why);
	strbuf_done(&out);
	return rc;
}

/* 0, or -1 with why. */
static int
compare(struct difference *d, const struct wanted w[2], struct strbuf *why)
{
	if (read_moment(&w[0], &d->a, why) != 0 ||
	    read_moment(&w[1], &d->b, why) != 0)
		return -1;
	if (d->a.s.sample.target.page_bytes !=
	    d->b.s.sample.target.page_bytes) {
		strbuf_adds(why, "the two have pages of other sizes");
		return -1;
	}
	difference_make(d);
	return 0;
}

/* The command line: -1, or an exit status. */
static int
parse(int argc, char **argv, enum form *form)
{
	static const struct option longs[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "text", no_argument, NULL, 't' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	struct strbuf why = STRBUF_INIT;
	int c;

	opterr = 0;
	while ((c = getopt_long(argc, argv, "h", longs, NULL)) != -1) {
		if (c == 'h')
			return output_text(help, &why) == 0 ? EXIT_OK :
			    refuse(why.s, EXIT_FAIL);
		if (c != 'j' && c != 't')
			return refuse(optopt == '@' ? "-@TIME, of standard "
			    "input, goes behind --" : "no such option",
			    EXIT_USAGE);
		*form = c == 'j' ? FORM_JSON : FORM_TEXT;
	}
	return argc - optind == 2 ? -1 : refuse("two moments, A and B",
	    EXIT_USAGE);
}

/* Keys and a screen, that lines are not for. */
static enum form
suitable_form(void)
{
	return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) ? FORM_VIEW :
	    FORM_TEXT;
}

/* An exit status, or DIFFCMD_VIEW. */
static int
run(struct difference *d, const struct wanted w[2], enum form form)
{
	struct strbuf why = STRBUF_INIT;
	int status = why_not(w) != NULL ? refuse(why_not(w), EXIT_USAGE) :
	    compare(d, w, &why) != 0 ? EXIT_FAIL : DIFFCMD_VIEW;

	if (status == DIFFCMD_VIEW && form != FORM_VIEW)
		status = print(d, form, &why) != 0 ? EXIT_FAIL : d->same ?
		    EXIT_OK : EXIT_CHECK;
	if (why.len > 0)
		refuse(why.s, EXIT_FAIL);
	strbuf_done(&why);
	return status;
}

int
diffcmd_main(int argc, char **argv, struct difference **view)
{
	enum form form = suitable_form();
	struct difference *d = difference_new();
	struct wanted w[2];
	int status = parse(argc, argv, &form);

	for (int i = 0; i < 2 && status < 0; i++)
		w[i] = wanted_of(argv[optind + i]);
	if (status < 0) {
		status = run(d, w, form);
		if (status == DIFFCMD_VIEW) {
			*view = d;
			return status;
		}
		free(w[0].path);
		free(w[1].path);
	}
	difference_free(d);
	return status;
}
