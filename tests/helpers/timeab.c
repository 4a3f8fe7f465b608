/*
 * timeab ROUNDS -- COMMAND... [-- COMMAND...]...
 *
 * Runs the commands in turns, A B A B, ROUNDS times each, and prints a line
 * a command: the median and the least wall time of the whole process, from
 * before it is started until it is reaped, the median of its CPU time (all
 * three in microseconds), and the largest resident set (KiB).
 *
 * What they write goes to /dev/null; exit status 1 if one of them fails.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { COMMANDS_MAX = 16, ROUNDS_MAX = 10000 };

struct command {
	char	**argv;
	double	 *wall_us, *cpu_us;
	long	  rss_kib;
};

extern char **environ;

static double
now_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1e6 + ts.tv_nsec / 1e3;
}

static double
cpu_us(const struct rusage *ru)
{
	return (ru->ru_utime.tv_sec + ru->ru_stime.tv_sec) * 1e6 +
	    ru->ru_utime.tv_usec + ru->ru_stime.tv_usec;
}

static void
run(struct command *c, int round, posix_spawn_file_actions_t *quiet)
{
	double start_us = now_us();
	struct rusage ru;
	int rc, status;
	pid_t pid;

	rc = posix_spawnp(&pid, c->argv[0], quiet, NULL, c->argv, environ);
	if (rc != 0)
		errx(1, "%s: %s", c->argv[0], strerror(rc));
	while (wait4(pid, &status, 0, &ru) < 0)
		if (errno != EINTR)
			err(1, "wait4");
	c->wall_us[round] = now_us() - start_us;
	c->cpu_us[round] = cpu_us(&ru);
	if (ru.ru_maxrss > c->rss_kib)
		c->rss_kib = ru.ru_maxrss;
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		errx(1, "%s failed: status %#x", c->argv[0], status);
}

static int
compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double
median(double *v, int n)
{
	qsort(v, n, sizeof *v, compare);
	return n % 2 ? v[n / 2] : (v[n / 2 - 1] + v[n / 2]) / 2;
}

static double *
numbers(int n)
{
	double *v = calloc(n, sizeof *v);

	if (v == NULL)
		err(1, NULL);
	return v;
}

/* Cuts argv at each "--"; returns the number of commands. */
static int
split(struct command *c, char **argv, int rounds)
{
	int n = 0;

	for (; *argv != NULL; argv++) {
		if (strcmp(*argv, "--") != 0)
			continue;
		*argv = NULL;
		if (n == COMMANDS_MAX || argv[1] == NULL)
			errx(2, "no command, or too many");
		c[n].argv = argv + 1;
		c[n].wall_us = numbers(rounds);
		c[n].cpu_us = numbers(rounds);
		n++;
	}
	return n;
}

int
main(int argc, char **argv)
{
	struct command commands[COMMANDS_MAX] = { 0 };
	posix_spawn_file_actions_t quiet;
	int rounds, round, n, i;

	if (argc < 4 || strcmp(argv[2], "--") != 0)
		errx(2, "usage: timeab ROUNDS -- COMMAND... [-- COMMAND...]");
	rounds = atoi(argv[1]);
	if (rounds < 1 || rounds > ROUNDS_MAX)
		errx(2, "not a number of rounds: %s", argv[1]);
	n = split(commands, argv + 2, rounds);
	posix_spawn_file_actions_init(&quiet);
	posix_spawn_file_actions_addopen(&quiet, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&quiet, 1, "/dev/null", O_WRONLY, 0);
	for (round = 0; round < rounds; round++)
		for (i = 0; i < n; i++)
			run(&commands[i], round, &quiet);
	for (i = 0; i < n; i++) {
		struct command *c = &commands[i];
		double wall_us = median(c->wall_us, rounds);

		printf("%.0f %.0f %.0f %ld\n", wall_us, c->wall_us[0],
		    median(c->cpu_us, rounds), c->rss_kib);
	}
	return 0;
}
