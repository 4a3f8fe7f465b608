/*
 * fuzz -k KIND -w DIR [-f FILE] [-c DIR] [-b SECONDS] [-s SEED] [-1] -- PROGRAM...
 *
 * Tries what fuzz.h makes of the program's own tables, over and over, each
 * time something else. KIND is
 *
 *   script   scripts, without a terminal; what follows a wrong line is tried
 *            as the next script
 *   args     command lines
 *   keys     keys on a terminal; PROGRAM has ptytool before it
 *   tape     recordings like those in the folder -c, read by the reader
 *            of them, and one of 16 replayed by PROGRAM
 *
 * on FILE, or on the simulated file. What is asked of each attempt: that it
 * ends by itself or by the TERM that it is sent when it takes long, with a
 * status that the manual has, with one line for what was wrong, and none
 * else; that the terminal is as it was; that FILE has its content and times.
 *
 * The first attempt is that of the -s SEED, each has its own; -1 makes no
 * second one. -w is for files of the attempts, below it is the current folder
 * of each. Prints a line for each that is wrong, with its seed, and its input
 * is DIR/wrong.SEED; and at the end
 *
 *   ATTEMPTS attempts, UNITS lines|arguments|keys|bytes, WRONG wrong
 *
 * Exit status 1 when anything is wrong.
 */
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <jansson.h>

#include "faultjudge.h"
#include "faultrun.h"
#include "fuzz.h"
#include "pagetide/xalloc.h"

enum { PROGRAM_MAX = 12, LINES_MAX = 40, KEYS_MAX = 150 };

static struct {
	const char	*name;
	char		*dir, *file, *corpus;
	char		**program;
	bool		 once;
	unsigned	 seconds;
	uint64_t	 seed;
} opt = { .seconds = 10 };

static struct run_how how = { .limit_s = 60, .term_ms = 6000 };
static struct strbuf input = STRBUF_INIT;	/* of the attempt */
static char *picture;
static unsigned long attempts, units;
static unsigned wrong;

static void
write_file(const char *name, const char *text, size_t len)
{
	FILE *fp = fopen(name, "we");

	if (fp == NULL || fwrite(text, 1, len, fp) != len || fclose(fp) != 0)
		err(1, "%s", name);
}

static void
tell(uint64_t seed, const struct run *r, const char *what)
{
	char name[4096];

	wrong++;
	printf("wrong: -k %s -s %llu -1: %s (status 0x%x)\n", opt.name,
	    (unsigned long long)seed, what, (unsigned)r->status);
	if (*r->err != '\0')
		printf("  stderr: %.400s\n", r->err);
	snprintf(name, sizeof name, "%s/wrong.%llu", opt.dir,
	    (unsigned long long)seed);
	write_file(name, input.s, input.len);
	fflush(stdout);
}

static const char *
judge_file(void)
{
	char *none = NULL, *files[] = { opt.file, NULL };
	char *now = opt.file != NULL ? picture_of(&none, files) : NULL;
	const char *what = NULL;

	if (now != NULL && picture != NULL && strcmp(now, picture) != 0)
		what = "the file has changed";
	free(picture);
	picture = now;
	return what;
}

/* Was it ended by the TERM it was sent? */
static bool
was_sent(const struct run *r)
{
	return r->sent_term && ((WIFSIGNALED(r->status) &&
	    WTERMSIG(r->status) == SIGTERM) || (WIFEXITED(r->status) &&
	    WEXITSTATUS(r->status) == 128 + SIGTERM));
}

/* What holds for all kinds. highest: of the statuses. */
static const char *
judge(const struct run *r, int highest)
{
	int status = WEXITSTATUS(r->status);

	if (r->hung)
		return "hung";
	if (was_sent(r))
		return NULL;
	if (WIFSIGNALED(r->status))
		return "ended by a signal";
	if (status > highest)
		return "no status that the manual has";
	if (status != 0 && status != 5)
		return judge_error(r->err);
	return NULL;
}

/* Empties the current folder. */
static void
clean(void)
{
	DIR *d = opendir(".");
	struct dirent *e;

	while (d != NULL && (e = readdir(d)) != NULL)
		if (e->d_type == DT_REG && strcmp(e->d_name, "script") != 0)
			unlink(e->d_name);
	if (d != NULL)
		closedir(d);
}

/* The arguments of the program, after its own. */
static void
set_arguments(const char *const *list)
{
	static char *argv[PROGRAM_MAX + FUZZ_ARGS_MAX + 8];
	int n = 0;

	for (; opt.program[n] != NULL; n++)
		argv[n] = opt.program[n];
	while (*list != NULL)
		argv[n++] = (char *)*list++;
	argv[n] = NULL;
	how.argv = argv;
}

/* --- scripts -------------------------------------------------------------- */

/* What is left behind the line where it stopped. */
static void
cut_script(const struct run *r)
{
	const char *at = strstr(r->err, "script:");
	struct strbuf rest = STRBUF_INIT;
	const char *s = input.s;
	unsigned line = 0;

	if (at == NULL || sscanf(at, "script:%u", &line) != 1)
		line = LINES_MAX;
	for (; line > 0 && s != NULL; line--) {
		s = strchr(s, '\n');
		s = s != NULL ? s + 1 : NULL;
	}
	if (s != NULL)
		strbuf_adds(&rest, s);
	strbuf_done(&input);
	input = rest;
}

static void
try_script(struct rng *rng, uint64_t seed)
{
	const char *argv[] = { "--headless", "--size", "80x24", "--script", "script",
		opt.file != NULL ? opt.file : "--fake=7", NULL };
	unsigned n = 1 + rng_below(rng, LINES_MAX - 1);
	const char *what;
	struct run r;

	strbuf_reset(&input);
	units += n;
	while (n-- > 0) {
		fuzz_line(rng, &input);
		strbuf_addc(&input, '\n');
	}
	set_arguments(argv);
	while (input.len > 0) {
		write_file("script", input.s, input.len);
		run_command(&how, NULL, &r);
		what = judge(&r, 3);
		if (what == NULL && r.status == 0 && *r.err != '\0')
			what = "status 0, and a line on standard error";
		if (what != NULL)
			tell(seed, &r, what);
		n = WIFEXITED(r.status) && WEXITSTATUS(r.status) == 1;
		if (n == 1)
			cut_script(&r);
		else
			strbuf_reset(&input);
		run_done(&r);
	}
}

/* --- command lines -------------------------------------------------------- */

/* Lines that begin as JSON are it: all but the last, which a signal cuts. */
static bool
is_json(const char *out, bool cut)
{
	const char *end;

	for (; (end = strchr(out, '\n')) != NULL; out = end + 1) {
		json_t *value;

		if (strncmp(out, "{\"", 2) != 0 || (cut && end[1] == '\0'))
			continue;
		value = json_loadb(out, (size_t)(end - out), 0, NULL);
		if (value == NULL)
			return false;
		json_decref(value);
	}
	return cut || strncmp(out, "{\"", 2) != 0;
}

/* What else was asked of a command line. */
static const char *
judge_args(const struct run *r)
{
	const char *what = judge(r, 5);

	if (what != NULL)
		return what;
	if (r->status == 0 && *r->err != '\0' &&
	    strstr(r->err, "making the demo file") == NULL)
		return "status 0, and a line on standard error";
	if (WIFEXITED(r->status) && WEXITSTATUS(r->status) == 2 &&
	    *r->out != '\0')
		return "a usage error, and something on standard output";
	if (strchr(r->out, '\033') != NULL)
		return "an escape sequence on standard output";
	return is_json(r->out, r->sent_term) ? NULL : "no JSON";
}

static void
try_args(struct rng *rng, uint64_t seed)
{
	static const char script[] = "wait-samples 1\nview next\n";
	char *argv[FUZZ_ARGS_MAX + 1];
	const char *what;
	struct run r;
	int i;

	how.term_ms = 700;
	write_file("script", script, sizeof script - 1);
	fuzz_args(rng, opt.file, argv);
	strbuf_reset(&input);
	for (i = 0; argv[i] != NULL; i++)
		strbuf_addf(&input, "%s\n", argv[i]);
	units += (unsigned)i;
	set_arguments((const char *const *)argv);
	run_command(&how, NULL, &r);
	what = judge_args(&r);
	if (what != NULL)
		tell(seed, &r, what);
	run_done(&r);
	for (i = 0; argv[i] != NULL; i++)
		free(argv[i]);
}

/* --- keys ----------------------------------------------------------------- */

/* The bytes as ptytool sends them. */
static void
add_send(struct strbuf *to, const struct strbuf *bytes)
{
	size_t i;

	for (i = 0; i < bytes->len; i++)
		strbuf_addf(to, "%s\\x%02x", i == 0 ? "send " :
		    i % 200 == 0 ? "\nsend " : "", (unsigned char)bytes->s[i]);
	strbuf_adds(to, "\n");
}

static void
try_keys(struct rng *rng, uint64_t seed)
{
	const char *argv[] = { opt.file != NULL ? opt.file : "--fake=7", NULL };
	unsigned n = 1 + rng_below(rng, KEYS_MAX - 1), i;
	struct strbuf bytes = STRBUF_INIT;
	const char *what;
	struct run r;

	strbuf_reset(&input);
	strbuf_adds(&input, "until LIVE\n");
	for (i = 0; i < n; i++) {
		strbuf_reset(&bytes);
		fuzz_keys(rng, &bytes);
		units += bytes.len;
		if (bytes.len > 0)
			add_send(&input, &bytes);
		if (rng_chance(rng, 10))
			strbuf_addf(&input, "settle %u\n", rng_below(rng, 60));
		if (rng_chance(rng, 2))
			strbuf_addf(&input, "size %ux%u\n",
			    1 + rng_below(rng, 200), 1 + rng_below(rng, 60));
	}
	/* Out of whatever is open, and out. */
	strbuf_adds(&input, "settle 60\nsend \\x1b\nsettle 60\nsend \\x1b\n"
	    "settle 60\nsend \\x1b\nsettle 60\nsend q\nfair-end\n");
	strbuf_done(&bytes);
	write_file("script", input.s, input.len);
	how.input = "script";
	how.term_ms = 0;
	set_arguments(argv);
	run_command(&how, NULL, &r);
	what = r.hung || r.status != 0 ? "not as it should end" : NULL;
	if (what != NULL)
		tell(seed, &r, what);
	run_done(&r);
}

/* --- recordings ----------------------------------------------------------- */

/* By the reader alone. */
static const char *
read_tape(struct run *r)
{
	char path[4096];
	pid_t pid;

	snprintf(path, sizeof path, "%s/err", how.dir);
	pid = fork();
	if (pid < 0)
		err(1, "fork");
	if (pid == 0) {
		if (freopen(path, "we", stderr) == NULL)
			_exit(2);
		alarm(how.limit_s);
		fuzz_tape_read(&input);
		exit(0);
	}
	waitpid(pid, &r->status, 0);
	r->err = read_whole(path);
	r->out = xstrdup("");
	return r->status == 0 ? NULL : "the reader did not end well";
}

/* As a file of one of these kinds. */
static const char *
export_tape(struct rng *rng, struct run *r)
{
	static const char *const to[] = { "x.cast", "x.json", "x.csv",
		"x.svg" };
	const char *list[] = { "--replay", "tape", "--export",
		to[rng_below(rng, sizeof to / sizeof *to)], NULL };

	write_file("tape", input.s, input.len);
	set_arguments(list);
	run_command(&how, NULL, r);
	return judge(r, 3);
}

static const char *
replay_tape(struct rng *rng, struct run *r)
{
	static const char script[] = "later 100000\nsave-screen a\n"
	    "earlier 3\nview next\nsave-screen b\nzoom in\nview next\n"
	    "earlier 1000\nview prev\nsave-screen c\n";
	const char *list[] = { rng_chance(rng, 70) ? "--headless" : "--ndjson",
		"--replay", "tape", "--size", rng_chance(rng, 50) ? "80x24" :
		"120x40", "--script", "script", NULL };

	if (strcmp(list[0], "--ndjson") == 0)
		list[3] = NULL;
	write_file("script", script, sizeof script - 1);
	write_file("tape", input.s, input.len);
	set_arguments(list);
	run_command(&how, NULL, r);
	return judge(r, 3);
}

static void
try_tape(struct rng *rng, uint64_t seed)
{
	bool all = rng_chance(rng, 6), export = rng_chance(rng, 6);
	const char *what;
	struct run r = { 0 };

	fuzz_tape(rng, &input);
	units += input.len;
	what = all ? replay_tape(rng, &r) : export ? export_tape(rng, &r) :
	    read_tape(&r);
	if (what != NULL)
		tell(seed, &r, what);
	run_done(&r);
}

static const struct kind {
	const char	*name, *unit;
	void		(*try)(struct rng *, uint64_t seed);
} kinds[] = {
	{ "script", "lines", try_script },
	{ "args", "arguments", try_args },
	{ "keys", "keys", try_keys },
	{ "tape", "bytes", try_tape },
};

static const struct kind *
kind_of(const char *name)
{
	size_t i;

	for (i = 0; name != NULL && i < sizeof kinds / sizeof *kinds; i++)
		if (strcmp(kinds[i].name, name) == 0)
			return &kinds[i];
	errx(2, "-k script, args, keys or tape");
}

static void
try(const struct kind *kind, uint64_t seed)
{
	struct rng rng = { seed };
	char nothing[] = "";
	struct run none = { .err = nothing };
	const char *what;

	attempts++;
	kind->try(&rng, seed);
	what = judge_file();
	if (what != NULL)
		tell(seed, &none, what);
	clean();
}

/* What the program's options are. */
static void
learn(void)
{
	const char *help[] = { "--help", NULL };
	struct run r;

	set_arguments(help);
	run_command(&how, NULL, &r);
	if (r.status != 0 || *r.out == '\0')
		errx(1, "--help: status 0x%x: %s", (unsigned)r.status, r.err);
	fuzz_args_learn(r.out);
	run_done(&r);
}

static void
set_option(int c, char *arg)
{
	switch (c) {
	case 'k': opt.name = arg; break;
	case 'w': opt.dir = arg; break;
	case 'f': opt.file = arg; break;
	case 'c': opt.corpus = arg; break;
	case 'b': opt.seconds = (unsigned)atoi(arg); break;
	case 's': opt.seed = strtoull(arg, NULL, 10); break;
	case '1': opt.once = true; break;
	default: errx(2, "see the head of fuzz.c");
	}
}

/* DIR/run is for the output of a run, DIR/here is where it is run. */
static void
prepare(char *runs, size_t size)
{
	char here[4096];

	snprintf(runs, size, "%s/run", opt.dir);
	snprintf(here, sizeof here, "%s/here", opt.dir);
	mkdir(runs, 0755);
	mkdir(here, 0755);
	if (chdir(here) != 0)
		err(1, "%s", here);
	how.dir = runs;
}

int
main(int argc, char **argv)
{
	const struct kind *kind;
	char runs[4096];
	struct rng seeds;
	time_t end;
	int c;

	while ((c = getopt(argc, argv, "+k:w:f:c:b:s:1")) != -1)
		set_option(c, optarg);
	kind = kind_of(opt.name);
	if (optind >= argc || argc - optind > PROGRAM_MAX || opt.dir == NULL ||
	    opt.dir[0] != '/')
		errx(2, "-w DIR, absolute, and a program");
	opt.program = argv + optind;
	if (opt.corpus != NULL)
		fuzz_tape_learn(opt.corpus);
	prepare(runs, sizeof runs);
	if (strcmp(kind->name, "args") == 0)
		learn();
	judge_file();
	end = time(NULL) + (time_t)opt.seconds;
	seeds.state = opt.seed;
	for (try(kind, opt.seed); !opt.once && time(NULL) < end;)
		try(kind, rng_next(&seeds));
	printf("%lu attempts, %lu %s, %u wrong\n", attempts, units, kind->unit,
	    wrong);
	return wrong > 0;
}
