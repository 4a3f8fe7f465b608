/*
 * recordcpu RECORDING FILE: records the samples of a recording anew, a hundred a
 * second, and prints how many there are and the CPU time that this took, in
 * microseconds: of who takes the samples, and of the process that writes.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#include "pagetide/event.h"
#include "pagetide/recorder.h"
#include "pagetide/strbuf.h"
#include "pagetide/tape.h"
#include "pagetide/tapefile.h"

#define PAUSE_NS 10000000
#define EVENTS 1000

static struct strbuf why = STRBUF_INIT;

static void fail(void) __attribute__((noreturn));

static void
fail(void)
{
	fprintf(stderr, "recordcpu: %s\n", why.s);
	exit(1);
}

static uint64_t
us(const struct timeval *t)
{
	return (uint64_t)t->tv_sec * 1000000 + (uint64_t)t->tv_usec;
}

static uint64_t
cpu_us(int who)
{
	struct rusage r;

	getrusage(who, &r);
	return us(&r.ru_utime) + us(&r.ru_stime);
}

static uint64_t
own_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static struct recorder *
start(char *path)
{
	struct recorder_opts opts = { .file.path = path };
	struct recorder *r = recorder_start(&opts, 100000000, &why);

	if (r == NULL)
		fail();
	return r;
}

/* What it took to record it. */
static uint64_t
record(struct recorder *r, const struct tape_reader *t,
    const struct events *events)
{
	const struct timespec pause = { .tv_nsec = PAUSE_NS };
	uint64_t before = own_ns(), took;

	if (recorder_sample(r, tape_snapshot(t), tape_walk(t), events,
	    &why) != 0)
		fail();
	took = own_ns() - before;
	nanosleep(&pause, NULL);
	return took;
}

int
main(int argc, char **argv)
{
	struct tapefile *f = argc == 3 ? tapefile_open(argv[1], &why) : NULL;
	struct events *events = events_new(EVENTS);
	uint64_t took_ns = 0, samples = 0, children_us;
	struct recorder *r;
	int line;

	if (f == NULL)
		fail();
	r = start(argv[2]);
	while ((line = tapefile_next(f)) != TAPEFILE_END) {
		if (line == TAPE_EVENT)
			events_put(events, tape_event(tapefile_reader(f)));
		if (line != TAPE_SAMPLE)
			continue;
		took_ns += record(r, tapefile_reader(f), events);
		samples++;
	}
	tapefile_close(f);
	/* Who read has ended, who writes has not. */
	children_us = cpu_us(RUSAGE_CHILDREN);
	if (recorder_end(r, &why) != 0)
		fail();
	printf("%llu %llu %llu\n", (unsigned long long)samples,
	    (unsigned long long)took_ns / 1000, (unsigned long long)
	    (cpu_us(RUSAGE_CHILDREN) - children_us));
	events_free(events);
	return samples > 0 ? 0 : 1;
}
