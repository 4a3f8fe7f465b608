/*
 * maploop [MAPPINGS]    a target that shows what it costs to be watched
 *
 * Beside 64 GiB of anonymous memory, of which each 512th page is there (or so
 * many mappings of a page each), it maps 1 MiB, writes to 16 pages of it and
 * unmaps it, over and over. The first line says where the 64 GiB are. Then it
 * obeys lines on standard input until that ends:
 *
 * run MS RATE    for so many milliseconds, at most RATE such loops a second
 *                (0: as many as it can). Answers with a line of four numbers:
 *                loops a second, the 99.9th percentile of mmap in nanoseconds,
 *                the mean of a write in nanoseconds, and how many faults it
 *                had beyond those of its own writes.
 *
 * For the benchmarks; shares no code with the program they measure.
 */
#include <err.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define BESIDE_BYTES ((size_t)64 << 30)
#define STEP_BYTES ((size_t)2 << 20)
#define LOOP_BYTES ((size_t)1 << 20)
#define NS_PER_S UINT64_C(1000000000)
enum { WRITES = 16, LOOPS_MAX = 1000000 };

static uint32_t mmap_ns[LOOPS_MAX];

static uint64_t
now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * NS_PER_S + (uint64_t)t.tv_nsec;
}

static char *
map(size_t bytes, int prot)
{
	char *p = mmap(NULL, bytes, prot, MAP_PRIVATE | MAP_ANONYMOUS |
	    MAP_NORESERVE, -1, 0);

	if (p == MAP_FAILED)
		err(2, "mmap");
	return p;
}

/* Neighbours differ in what they allow, so that each is a mapping. */
static void
map_beside(long mappings)
{
	const size_t page = (size_t)sysconf(_SC_PAGESIZE);
	char *p;

	if (mappings > 0) {
		p = map((size_t)mappings * page, PROT_READ);
		for (long i = 0; i < mappings; i += 2)
			if (mprotect(p + (size_t)i * page, page,
			    PROT_READ | PROT_WRITE) != 0)
				err(2, "mprotect");
	} else {
		p = map(BESIDE_BYTES, PROT_READ | PROT_WRITE);
		for (size_t at = 0; at < BESIDE_BYTES; at += STEP_BYTES)
			p[at] = 1;
	}
	printf("%#lx\n", (unsigned long)(uintptr_t)p);
}

static int
by_size(const void *a, const void *b)
{
	const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static long
faults(void)
{
	struct rusage r;

	getrusage(RUSAGE_SELF, &r);
	return r.ru_minflt + r.ru_majflt;
}

/* One loop; adds what its writes took. */
static uint32_t
one_loop(uint64_t *writes_ns)
{
	const size_t page = (size_t)sysconf(_SC_PAGESIZE);
	uint64_t t0 = now_ns(), t1, t2;
	volatile char *p = map(LOOP_BYTES, PROT_READ | PROT_WRITE);

	t1 = now_ns();
	for (size_t i = 0; i < WRITES; i++)
		p[i * page] = 1;
	t2 = now_ns();
	munmap((void *)(uintptr_t)p, LOOP_BYTES);
	*writes_ns += t2 - t1;
	return (uint32_t)(t1 - t0);
}

static void
run(unsigned ms, unsigned rate)
{
	const uint64_t begin = now_ns(), end = begin + ms * (NS_PER_S / 1000);
	const long before = faults();
	uint64_t writes_ns = 0, t;
	size_t n = 0;

	while ((t = now_ns()) < end && n < LOOPS_MAX)
		if (rate == 0 || t >= begin + n * (NS_PER_S / rate))
			mmap_ns[n++] = one_loop(&writes_ns);
	t = now_ns() - begin;
	const long more = faults() - before - (long)(n * WRITES);

	qsort(mmap_ns, n, sizeof *mmap_ns, by_size);
	printf("%.0f %u %.1f %ld\n", (double)n * 1e9 / (double)t,
	    mmap_ns[n * 999 / 1000], (double)writes_ns /
	    (double)(n * WRITES), more);
}

int
main(int argc, char *argv[])
{
	char line[64];
	unsigned ms, rate;

	setvbuf(stdout, NULL, _IOLBF, 0);
	prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
	memset(mmap_ns, 1, sizeof mmap_ns);
	map_beside(argc > 1 ? strtol(argv[1], NULL, 10) : 0);
	while (fgets(line, sizeof line, stdin) != NULL)
		if (sscanf(line, "run %u %u", &ms, &rate) == 2 && ms > 0)
			run(ms, rate);
		else
			puts("no");
	return 0;
}
