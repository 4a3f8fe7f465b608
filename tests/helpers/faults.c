/*
 * faults -w DIR [-c] [-j] [-n] [-i FILE] [-d DIR]... [-u FILE]... [-t SECONDS]
 *        [-b SECONDS] [-s SEED] [-m N] [-f CALL:N:ERROR] [-x CALL[:N|+]]...
 *        -- COMMAND...
 *
 * Runs the command, which has failnth in it, over and over: in each run one
 * system call or allocation fails, or all of the kind from that one on. What
 * is asked of each run:
 *
 *   - it ends within -t SECONDS (60), by no signal, and leaves no process
 *   - with status 0 it said what it says when nothing fails, but for what
 *     differs anyway, and for what it calls unknown: JSON, or lines of
 *     name=value
 *   - else the status is 1, 3 or 4, and stderr has one line of pagetide
 *   - no file came or went below a -d DIR, each -u FILE has its content and
 *     its times
 *
 * -w is for files of the runs, -i is the standard input, -j says that the
 * output is JSON, a value a line, -n that it is not to be compared, -c that it
 * is a check, which may fail with status 5. -b tries for so many seconds, in an
 * order that the -s SEED decides; without it all are tried. -m takes the first
 * N of a kind of call only (400). -f tries this one; -x leaves these out.
 *
 * Prints a line for each that is wrong (-v: for each), with what repeats it,
 * and at the end
 *
 *   TRIED tried, LINES ended with a line, ON went on, WRONG wrong
 *
 * Exit status 1 when anything is wrong, 77 when nothing can be tried.
 */
#include <err.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "calls.h"
#include "faultjudge.h"
#include "faultrun.h"

enum { BASELINES = 4, DIRS_MAX = 8, CANNOT = 77 };

static struct run_how how = { .limit_s = 60 };
static struct baseline base;
static char *dirs[DIRS_MAX + 1], *files[DIRS_MAX + 1], *left_out[DIRS_MAX + 1];
static char *picture;
static unsigned budget_s;
static uint64_t seed, max_each = 400;
static const char *only;
static bool any_output, is_check, verbose;
static unsigned tried, with_line, went_on, wrong;

/* All that can be tried. */
static char (*specs)[64];
static size_t n_specs, cap_specs;

static bool
is_left_out(const char *name, uint64_t n, bool on)
{
	char text[64];
	int i;

	snprintf(text, sizeof text, "%s:%llu", name, (unsigned long long)n);
	for (i = 0; left_out[i] != NULL; i++)
		if (strcmp(left_out[i], text) == 0 ||
		    strcmp(left_out[i], name) == 0)
			return true;
	snprintf(text, sizeof text, "%s+", name);
	for (i = 0; on && left_out[i] != NULL; i++)
		if (strcmp(left_out[i], text) == 0)
			return true;
	return false;
}

/* on: and all after it. */
static void
add_spec(const char *name, uint64_t n, bool on, const char *error)
{
	if (is_left_out(name, n, on))
		return;
	if (n_specs == cap_specs) {
		cap_specs = cap_specs * 2 + 1024;
		specs = realloc(specs, cap_specs * sizeof *specs);
		if (specs == NULL)
			err(1, NULL);
	}
	snprintf(specs[n_specs++], sizeof *specs, "%s:%llu%s%s%s", name,
	    (unsigned long long)n, on ? "+" : "", error != NULL ? ":" : "",
	    error != NULL ? error : "");
}

static void
add_specs(const struct call_count *count)
{
	const struct call *c = call_find(count->name);
	const int *e;
	uint64_t n;

	for (n = 1; n <= count->n && n <= max_each; n++) {
		if (c == NULL) {
			add_spec(count->name, n, false, NULL);
			add_spec(count->name, n, true, NULL);
			continue;
		}
		for (e = c->errors; *e != 0; e++) {
			add_spec(count->name, n, false, strerrorname_np(*e));
			/* Nothing is interrupted forever. */
			if (*e != EINTR)
				add_spec(count->name, n, true,
				    strerrorname_np(*e));
		}
	}
}

static uint64_t
next_random(void)
{
	uint64_t z = seed += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

static void
shuffle(void)
{
	size_t i, k;

	for (i = n_specs; i > 1; i--) {
		char other[sizeof *specs];

		k = next_random() % i;
		memcpy(other, specs[i - 1], sizeof other);
		memcpy(specs[i - 1], specs[k], sizeof other);
		memcpy(specs[k], other, sizeof other);
	}
}

/* Undisturbed: what it says, which calls it makes. */
static void
learn(void)
{
	struct run r;
	unsigned i;

	run_command(&how, NULL, &r);
	if (WIFEXITED(r.status) && WEXITSTATUS(r.status) == CANNOT)
		errx(CANNOT, "%s", r.err);
	if (r.hung || r.status != 0 || r.n_counts == 0 || r.left != 0)
		errx(1, "undisturbed: status 0x%x, %u counts, %d left%s: %s%s",
		    (unsigned)r.status, r.n_counts, r.left,
		    r.hung ? ", hung" : "", r.out, r.err);
	for (i = 0; base.n == 0 && i < r.n_counts; i++)
		add_specs(&r.counts[i]);
	baseline_add(&base, r.out);
	free(r.err);
}

/* Was it the line itself that could not be written? */
static bool
is_mute(const char *spec, const struct run *r)
{
	return strncmp(spec, "write", 5) == 0 && r->hit_arg == STDERR_FILENO;
}

static const char *
judge(const char *spec, const struct run *r)
{
	int status = WEXITSTATUS(r->status);

	if (r->hung)
		return "hung";
	if (WIFSIGNALED(r->status))
		return "ended by a signal";
	if (r->left > 0)
		return "left processes behind";
	if (status == 0)
		return any_output ? NULL : judge_output(&base, r->out);
	if (status == 5 && is_check)
		return *r->out != '\0' ? NULL : "nothing said of the check";
	if (status != 1 && status != 3 && status != 4)
		return "an exit status that says something else";
	return is_mute(spec, r) ? NULL : judge_error(r->err);
}

static const char *
judge_picture(void)
{
	char *now = picture_of(dirs, files);

	if (strcmp(now, picture) == 0) {
		free(now);
		return NULL;
	}
	free(picture);
	picture = now;
	return "changed or left files";
}

static void
tell(const char *spec, const struct run *r, const char *what)
{
	wrong++;
	printf("wrong: -f %s: %s (status 0x%x)\n", spec, what, r->status);
	if (*r->err != '\0')
		printf("  stderr: %.300s\n", r->err);
	if (strcmp(what, "changed or left files") == 0)
		printf("  now:\n%s", picture);
}

/* What is wrong has to be so three times, and what is said undisturbed is
 * learned anew meanwhile: pages are evicted, counters of the system go on.
 * NULL: all is well. The run is the last one. */
static const char *
run_and_judge(const char *spec, struct run *r)
{
	const char *what = NULL;
	int i;

	for (i = 0; i < 3; i++) {
		if (i > 0) {
			run_done(r);
			learn();
		}
		run_command(&how, spec, r);
		what = judge(spec, r);
		if (what == NULL)
			what = judge_picture();
		if (what == NULL)
			break;
	}
	return what;
}

/* Through ptytool it says how it ended. */
static bool
has_failed(const struct run *r)
{
	return r->status != 0 || (strstr(r->out, "end: ") == r->out &&
	    strstr(r->out, "end: exit 0,") == NULL);
}

static void
try(const char *spec)
{
	struct run r;
	const char *what = run_and_judge(spec, &r);

	if (r.hit || what != NULL) {
		tried++;
		with_line += has_failed(&r);
		went_on += !has_failed(&r);
	}
	if (what != NULL)
		tell(spec, &r, what);
	else if (verbose && r.hit)
		printf("%s: %s", spec, *r.err != '\0' ? r.err : "goes on\n");
	fflush(stdout);
	run_done(&r);
}

static void
add_to(char **list, char *what)
{
	int i;

	for (i = 0; i < DIRS_MAX; i++)
		if (list[i] == NULL) {
			list[i] = what;
			return;
		}
	errx(2, "too many folders or files");
}

static void
set_option(int c, char *arg)
{
	switch (c) {
	case 'w': how.dir = arg; break;
	case 'n': any_output = true; break;
	case 'c': is_check = true; break;
	case 'v': verbose = true; break;
	case 'j': base.json = true; break;
	case 'i': how.input = arg; break;
	case 'd': add_to(dirs, arg); break;
	case 'u': add_to(files, arg); break;
	case 'x': add_to(left_out, arg); break;
	case 't': how.limit_s = (unsigned)atoi(arg); break;
	case 'b': budget_s = (unsigned)atoi(arg); break;
	case 's': seed = strtoull(arg, NULL, 10); break;
	case 'm': max_each = strtoull(arg, NULL, 10); break;
	case 'f': only = arg; break;
	default: errx(2, "see the head of faults.c");
	}
}

int
main(int argc, char **argv)
{
	time_t end;
	size_t i;
	int c;

	while ((c = getopt(argc, argv, "+w:cjnvi:d:u:t:b:s:m:f:x:")) != -1)
		set_option(c, optarg);
	if (optind >= argc || how.dir == NULL)
		errx(2, "-w DIR and a command");
	how.argv = argv + optind;
	picture = picture_of(dirs, files);
	for (i = 0; i < BASELINES; i++)
		learn();
	free(picture);
	picture = picture_of(dirs, files);
	if (budget_s > 0)
		shuffle();
	end = time(NULL) + (time_t)budget_s;
	if (only != NULL)
		try(only);
	for (i = 0; only == NULL && i < n_specs; i++) {
		if (budget_s > 0 && time(NULL) >= end)
			break;
		try(specs[i]);
	}
	printf("%u tried, %u ended with a line, %u went on, %u wrong\n", tried,
	    with_line, went_on, wrong);
	return wrong > 0;
}
