/*
 * Runs a command on a pseudo terminal of its own and follows a script.
 *
 * ptytool [-a] [-s COLSxROWS] [-t TERM] [-o RAW] [-l SECONDS] -- COMMAND...
 *
 * -a: it answers when it is asked what kind of terminal it is (DA1), as those
 * that people use do. An empty TERM is unset. RAW gets every byte the command
 * wrote. The script
 * comes on stdin, one act a line; empty lines and # lines are left out. In
 * TEXT \e \n \r \t \\ and \xHH stand for bytes.
 *
 *   wait TEXT        until TEXT came, after what the last wait found
 *   send TEXT        as if typed, while the command runs
 *   signal NAME      to the command (TERM, INT, ..., or a number)
 *   size COLSxROWS   resizes the terminal
 *   settle MS        until nothing was written for that long
 *   mark             counts bytes from here
 *   bytes            prints the count
 *   at-most N        fails if the count is above N
 *   elapsed          prints the milliseconds since the command was started
 *   cpu MS           prints the share of a CPU it takes in the next MS,
 *                    as parts of 1000
 *   rss              prints its peak resident set in KiB
 *   latency N KEYS   types N of the KEYS, over and over, each after a pause;
 *                    prints in microseconds how long until the first byte
 *                    came: the median, the 95th percentile, the longest
 *   quiet MS N       fails if more than N bytes come in the next MS
 *   stall MS         does not read for that long; "on" and "off" too
 *   hangup [silent]  closes the terminal; SIGHUP as a shell would, or none
 *   stopped          until the command is stopped, as by Ctrl-Z
 *   fg               lets it go on in the foreground
 *   until TEXT|...   as wait for one of them, or until the command ended
 *   expect-exit N    until it ended, with that status
 *   expect-exit signal NAME
 *   fair-end         until it ended: by no signal, with the terminal as it
 *                    was, with status 0 or one line that says what failed
 *   termios-same     fails unless the modes are as before the command
 *
 * Waiting is for data, never for a fixed time, and ends after SECONDS (30) in
 * all. Prints how it ended; exit status 0, or 1 with what failed on stderr.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "pty.h"

enum { LINE_MAX_BYTES = 4096, DRAIN_MS = 100, KEYS_MAX = 1000 };

/* In pty.out: the end of what wait found, and where mark was. */
static size_t seen, marked;

static bool
parse_size(const char *s, struct winsize *ws)
{
	char end;

	memset(ws, 0, sizeof *ws);
	return sscanf(s, "%hux%hu%c", &ws->ws_col, &ws->ws_row, &end) == 2;
}

/* Replaces the escapes of TEXT in place; returns the bytes. */
static size_t
unescape(char *s)
{
	static const char from[] = "enrt\\", to[] = "\033\n\r\t\\";
	char *out = s, *start = s;
	unsigned byte;

	while (*s != '\0') {
		const char *p;

		if (s[0] != '\\' || s[1] == '\0') {
			*out++ = *s++;
		} else if ((p = strchr(from, s[1])) != NULL) {
			*out++ = to[p - from];
			s += 2;
		} else if (sscanf(s, "\\x%2x", &byte) == 1) {
			*out++ = (char)byte;
			s += 4;
		} else {
			pty_die("unknown escape");
		}
	}
	return (size_t)(out - start);
}

static long
number(const char *s)
{
	char *end;
	long n = strtol(s, &end, 10);

	if (end == s || *end != '\0' || n < 0)
		pty_die("not a number: %s", s);
	return n;
}

/* Looks for text after what the last wait found. */
static bool
find(const char *text, size_t n)
{
	const char *at;

	if (pty.len == 0)
		return false;
	at = memmem(pty.out + seen, pty.len - seen, text, n);
	if (at == NULL)
		return false;
	seen = (size_t)(at - pty.out) + n;
	return true;
}

static void
do_wait(char *arg)
{
	size_t n = unescape(arg);

	while (!find(arg, n)) {
		if (pty.ended) {
			pty_settle(DRAIN_MS);
			if (find(arg, n))
				return;
			pty_die("did not come; the command ended: %s",
			    pty_ending());
		}
		pty_pump(1000);
	}
}

static void
do_until(char *arg)
{
	char copy[LINE_MAX_BYTES], *text, *rest;

	for (;;) {
		snprintf(copy, sizeof copy, "%s", arg);
		for (text = strtok_r(copy, "|", &rest); text != NULL;
		    text = strtok_r(NULL, "|", &rest))
			if (find(text, unescape(text)))
				return;
		if (pty.ended)
			return;
		pty_pump(1000);
	}
}

static void
do_send(char *arg)
{
	size_t n = unescape(arg), done = 0;

	while (done < n && !pty.ended) {
		ssize_t w = write(pty.master, arg + done, n - done);

		if (w > 0)
			done += (size_t)w;
		else if (errno != EAGAIN)
			pty_die("%s", strerror(errno));
		else
			pty_pump(10);
	}
}

static void
do_signal(char *arg)
{
	if (pty.ended || kill(pty.pid, pty_signal_number(arg)) != 0)
		pty_die("the command is gone");
}

static void
do_size(char *arg)
{
	struct winsize ws;

	if (!parse_size(arg, &ws) || ioctl(pty.master, TIOCSWINSZ, &ws) != 0)
		pty_die("cannot resize");
}

static void
do_settle(char *arg)
{
	pty_settle(number(arg));
}

static void
do_mark(char *arg)
{
	(void)arg;
	marked = pty.len;
}

static void
do_bytes(char *arg)
{
	(void)arg;
	printf("bytes %zu\n", pty.len - marked);
}

static void
do_at_most(char *arg)
{
	if (pty.len - marked > (size_t)number(arg))
		pty_die("%zu bytes came", pty.len - marked);
}

static void
do_elapsed(char *arg)
{
	(void)arg;
	printf("elapsed_ms %lld\n",
	    (long long)(pty_now_ms() - pty.start_ms));
}

static double
clock_us(clockid_t clock)
{
	struct timespec ts;

	if (clock_gettime(clock, &ts) != 0)
		pty_die("the command is gone");
	return ts.tv_sec * 1e6 + ts.tv_nsec / 1e3;
}

/* Goes on reading for that long. */
static void
pump_for(int64_t ms)
{
	int64_t end = pty_now_ms() + ms, now;

	while ((now = pty_now_ms()) < end)
		pty_pump(end - now);
}

static void
do_cpu(char *arg)
{
	double wall_us, cpu_us;
	clockid_t clock;

	if (clock_getcpuclockid(pty.pid, &clock) != 0)
		pty_die("the command is gone");
	wall_us = clock_us(CLOCK_MONOTONIC);
	cpu_us = clock_us(clock);
	pump_for(number(arg));
	cpu_us = clock_us(clock) - cpu_us;
	wall_us = clock_us(CLOCK_MONOTONIC) - wall_us;
	printf("cpu_permille %.1f\n", cpu_us / wall_us * 1000);
}

static void
do_rss(char *arg)
{
	char path[64], line[256];
	long kib = -1;
	FILE *f;

	(void)arg;
	snprintf(path, sizeof path, "/proc/%d/status", (int)pty.pid);
	f = fopen(path, "re");
	while (f != NULL && fgets(line, sizeof line, f) != NULL)
		sscanf(line, "VmHWM: %ld", &kib);
	if (f != NULL)
		fclose(f);
	if (kib < 0)
		pty_die("the command is gone");
	printf("rss_kib %ld\n", kib);
}

static int
compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Types one byte; how long until something came. */
static double
type_and_wait(char key)
{
	double start_us = clock_us(CLOCK_MONOTONIC);

	if (write(pty.master, &key, 1) != 1)
		pty_die("%s", strerror(errno));
	while (!pty_pump(1000))
		if (pty.ended)
			pty_die("the command ended: %s", pty_ending());
	return clock_us(CLOCK_MONOTONIC) - start_us;
}

static void
do_latency(char *arg)
{
	char *keys = strchr(arg, ' ');
	double us[KEYS_MAX];
	size_t n, len, i;

	if (keys == NULL)
		pty_die("needs N and KEYS");
	*keys++ = '\0';
	n = (size_t)number(arg);
	len = unescape(keys);
	if (n < 1 || n > KEYS_MAX || len == 0)
		pty_die("needs N and KEYS");
	for (i = 0; i < n; i++) {
		/* At any moment between two samples, never in a frame. */
		pump_for(rand() % 60);
		pty_settle(10);
		us[i] = type_and_wait(keys[i % len]);
	}
	qsort(us, n, sizeof *us, compare);
	printf("latency_us %.0f %.0f %.0f\n", us[n / 2], us[n * 95 / 100],
	    us[n - 1]);
}

static void
do_quiet(char *arg)
{
	char *max = strchr(arg, ' ');
	size_t before = pty.len;

	if (max == NULL)
		pty_die("needs MS and BYTES");
	*max++ = '\0';
	pump_for(number(arg));
	if (pty.len - before > (size_t)number(max))
		pty_die("%zu bytes came", pty.len - before);
}

static void
do_stall(char *arg)
{
	pty.stalled = strcmp(arg, "off") != 0;
	if (strcmp(arg, "on") == 0 || strcmp(arg, "off") == 0)
		return;
	pump_for(number(arg));
	pty.stalled = false;
}

static void
do_hangup(char *arg)
{
	close(pty.master);
	pty.master = -1;
	if (strcmp(arg, "silent") != 0 && !pty.ended)
		kill(pty.pid, SIGHUP);
}

static void
do_stopped(char *arg)
{
	(void)arg;
	while (!pty.stopped) {
		if (pty.ended)
			pty_die("the command ended: %s", pty_ending());
		pty_pump(1000);
	}
}

static void
do_fg(char *arg)
{
	(void)arg;
	pty.stopped = false;
	if (write(pty.leader, "f", 1) != 1)
		pty_die("the session leader is gone");
}

static void
do_expect_exit(char *arg)
{
	char want[64];

	if (strncmp(arg, "signal ", 7) == 0)
		pty_signal_name(want, sizeof want, pty_signal_number(arg + 7));
	else
		snprintf(want, sizeof want, "exit %ld", number(arg));
	while (!pty.ended)
		pty_pump(1000);
	pty_settle(DRAIN_MS);
	if (strcmp(want, pty_ending()) != 0)
		pty_die("it was %s", pty_ending());
}

static void
do_fair_end(char *arg)
{
	const char *wrong;

	(void)arg;
	while (!pty.ended)
		pty_pump(1000);
	pty_settle(DRAIN_MS);
	wrong = pty_unfair();
	if (wrong != NULL)
		pty_die("%s (%s)", wrong, pty_ending());
}

static void
do_termios_same(char *arg)
{
	(void)arg;
	if (!pty_modes_same())
		pty_die("the modes differ");
}

static const struct {
	const char	*name;
	void		(*run)(char *arg);
} acts[] = {
	{ "wait", do_wait },
	{ "until", do_until },
	{ "send", do_send },
	{ "signal", do_signal },
	{ "size", do_size },
	{ "settle", do_settle },
	{ "mark", do_mark },
	{ "bytes", do_bytes },
	{ "at-most", do_at_most },
	{ "elapsed", do_elapsed },
	{ "cpu", do_cpu },
	{ "rss", do_rss },
	{ "latency", do_latency },
	{ "quiet", do_quiet },
	{ "stall", do_stall },
	{ "hangup", do_hangup },
	{ "stopped", do_stopped },
	{ "fg", do_fg },
	{ "expect-exit", do_expect_exit },
	{ "fair-end", do_fair_end },
	{ "termios-same", do_termios_same },
};

/* Does what one line of the script says. */
static void
run_line(char *line)
{
	char text[LINE_MAX_BYTES];
	size_t i, n;
	char *arg;

	line[strcspn(line, "\n")] = '\0';
	if (*line == '\0' || *line == '#')
		return;
	snprintf(text, sizeof text, "%s", line);
	pty.text = text;
	n = strcspn(line, " ");
	arg = line + n + (line[n] == ' ');
	line[n] = '\0';
	for (i = 0; i < sizeof acts / sizeof acts[0]; i++) {
		if (strcmp(line, acts[i].name) == 0) {
			acts[i].run(arg);
			pty.text = NULL;
			return;
		}
	}
	pty_die("no such act");
}

static void __attribute__((noreturn))
usage(void)
{
	fputs("usage: ptytool [-a] [-s COLSxROWS] [-t TERM] [-o RAW] "
	    "[-l SECONDS] -- COMMAND...\n", stderr);
	exit(2);
}

/* Options; leaves optind at the command. */
static void
parse(int argc, char **argv, struct winsize *ws)
{
	long limit_s = 30;
	int c;

	while ((c = getopt(argc, argv, "+as:t:o:l:")) != -1) {
		if (c == 's' && parse_size(optarg, ws))
			continue;
		if (c == 'a')
			pty.answers = true;
		else if (c == 't' && *optarg == '\0')
			unsetenv("TERM");
		else if (c == 't')
			setenv("TERM", optarg, 1);
		else if (c == 'o')
			pty.raw = fopen(optarg, "we");
		else if (c == 'l')
			limit_s = number(optarg);
		else
			usage();
		if (c == 'o' && pty.raw == NULL)
			pty_die("%s: %s", optarg, strerror(errno));
	}
	pty.deadline_ms = pty_now_ms() + limit_s * 1000;
	if (optind >= argc)
		usage();
}

int
main(int argc, char **argv)
{
	struct winsize ws = { .ws_col = 80, .ws_row = 24 };
	char line[LINE_MAX_BYTES];

	signal(SIGPIPE, SIG_IGN);
	parse(argc, argv, &ws);
	pty_start(&ws, argv + optind);
	while (fgets(line, sizeof line, stdin) != NULL) {
		pty.line++;
		run_line(line);
	}
	if (!pty.ended)
		pty_die("the command still runs at the end of the script");
	printf("end: %s, termios %s\n", pty_ending(),
	    pty.master < 0 ? "unknown" : pty_modes_same() ? "same" : "changed");
	if (pty.raw != NULL && fclose(pty.raw) != 0)
		pty_die("cannot write the raw output");
	return 0;
}
