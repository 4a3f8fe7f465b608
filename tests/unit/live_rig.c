#include "config.h"

#include "live_rig.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "pagetide/clock.h"
#include "pagetide/order.h"
#include "pagetide/strbuf.h"
#include "pagetide/target.h"

#include "../../src/probe/cachestat.h"

#include "file_rig.h"

struct source src;
struct sample s;
unsigned notices;
pid_t child;

/* What the child process does for the test, over shared memory. */
struct stage {
	struct work_shared shared;
	_Atomic int	 ask, done;	/* ask is counted up, done follows */
	_Atomic int	 what;
	_Atomic uint64_t first, n;
};
static struct stage *stage;

/* ---- a source ---- */

void
open_source(enum source_method method)
{
	struct strbuf why = STRBUF_INIT;
	struct target *t;

	t = target_open(file_rig.path, &why);
	assert_string_equal(why.s, "");
	assert_int_equal(live_open(&src, t, method,
	    CELLS_OVERVIEW_MAX, &why), 0);
	assert_string_equal(why.s, "");
}

void
close_source(void)
{
	if (src.ops != NULL)
		src.ops->close(src.self);
	src.ops = NULL;
}

/* A whole pass, begun now whatever rest is due, then a sample. */
void
measure(void)
{
	struct timespec ms = { .tv_nsec = 1000000 };
	uint64_t begun = clock_now_ns(), oldest;
	int rc;

	for (;;) {
		src.ops->begin(src.self);
		while ((rc = src.ops->step(src.self, clock_now_ns() +
		    4 * NS_PER_MS)) == 0)
			;
		assert_int_equal(rc, 1);
		assert_int_equal(src.ops->read(src.self, &s, &notices), 0);
		oldest = cells_oldest_ns(s.overview);
		if (s.zoom != NULL && cells_oldest_ns(s.zoom) < oldest)
			oldest = cells_oldest_ns(s.zoom);
		if (oldest >= begun || s.scan.cached_by == NULL)
			return;
		nanosleep(&ms, NULL);
	}
}

/* Is every cell of the grid, all known, what the last look says? */
static bool
cells_true(const struct cells *c, enum layer l,
    uint64_t (*count)(uint64_t first, uint64_t n))
{
	size_t i;

	for (i = 0; c != NULL && i < c->n; i++) {
		if (!cells_known(c, i, l) || c->count[l][i] !=
		    count(cells_page(c, i), cells_pages(c, i)))
			return false;
	}
	return true;
}

/* The machine may have taken a page between measuring and looking: measures
 * again then. What is wrong stays wrong. */
static void
assert_layer(enum layer l, uint64_t (*look)(void),
    uint64_t (*count)(uint64_t first, uint64_t n))
{
	int i;

	for (i = 0; i < 10; i++) {
		if ((s.total_known & LAYER_BIT(l)) != 0 &&
		    look() == s.total[l] && cells_true(s.overview, l, count) &&
		    cells_true(s.zoom, l, count))
			return;
		measure();
	}
	fail_msg("layer %d is not known, or not what is there", (int)l);
}

void
assert_truth(void)
{
	assert_layer(LAYER_CACHED, file_look, file_count);
	assert_true(s.counters.known & COUNTER_BIT(COUNTER_CACHED));
	assert_int_equal(s.counters.v[COUNTER_CACHED],
	    s.total[LAYER_CACHED]);
	assert_true(s.scan.complete);
}

bool
have_cachestat(void)
{
	uint64_t pages[LAYER_COUNT];

	return cachestat_count(file_rig.fd, 1, 0, 0, pages) == 0;
}

int
live_teardown(void **state)
{
	(void)state;
	close_source();
	end_child();
	file_drop();
	return 0;
}

/* ---- a worker of the test's own ---- */

/* Touches pages; what readahead adds would still be on its way afterwards. */
static void
touch(char *map)
{
	size_t page = file_rig.page_bytes;
	size_t len = stage->shared.map_pages * page;
	uint64_t i;

	madvise(map, len, MADV_RANDOM);
	for (i = stage->first; i < stage->first + stage->n; i++) {
		(void)*(volatile char *)(map + i * page);
		atomic_store(&stage->shared.cursor_page, i);
		atomic_fetch_add(&stage->shared.touches, 1);
	}
	madvise(map, len, MADV_NORMAL);
}

static void
obey(char **map)
{
	uint64_t page = file_rig.page_bytes;

	if (stage->what == DO_MAP) {
		atomic_store(&stage->shared.map_addr, 0);
		if (*map != NULL)
			munmap(*map, stage->shared.map_pages * page);
		*map = mmap(NULL, stage->n * page, PROT_READ, MAP_SHARED,
		    file_rig.fd, 0);
		atomic_store(&stage->shared.map_pages, stage->n);
		atomic_store(&stage->shared.map_addr, (uintptr_t)*map);
	}
	if (stage->what == DO_TOUCH)
		touch(*map);
	if (stage->what == DO_UNMAP_PAGES)
		madvise(*map + stage->first * page, stage->n * page,
		    MADV_DONTNEED);
	/* AddressSanitizer makes mlock() do nothing. */
	if (stage->what == DO_LOCK)
		syscall(SYS_mlock, *map + stage->first * page,
		    stage->n * page);
}

static void
child_main(void)
{
	struct timespec us = { .tv_nsec = 100000 };
	char *map = NULL;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;; nanosleep(&us, NULL)) {
		if (stage->done == stage->ask)
			continue;
		obey(&map);
		stage->done++;
	}
}

void
tell(enum live_act what, uint64_t first, uint64_t n)
{
	struct timespec us = { .tv_nsec = 100000 };

	stage->what = what;
	stage->first = first;
	stage->n = n;
	stage->ask++;
	while (stage->done != stage->ask) {
		/* It would never answer. */
		if (waitpid(child, NULL, WNOHANG) != 0)
			abort();
		nanosleep(&us, NULL);
	}
}

void
end_child(void)
{
	if (child == 0)
		return;
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	child = 0;
}

void
set_subject(void)
{
	const struct subject subject = { .pid = child,
		.shared = &stage->shared };

	src.ops->set_subject(src.self, &subject);
}

void
start_child(void)
{
	if (stage != NULL)
		munmap(stage, sizeof *stage);
	stage = mmap(NULL, sizeof *stage, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_true(stage != MAP_FAILED);
	child = fork();
	assert_true(child >= 0);
	if (child == 0)
		child_main();
	set_subject();
}

/* By pagemap, as of the last look: one byte a page of the target. */
static unsigned char *ptes;

static uint64_t
count_ptes(uint64_t first, uint64_t n)
{
	uint64_t i, count = 0;

	for (i = first; i < first + n; i++)
		count += ptes[i];
	return count;
}

/* The present PTEs of the child. */
static uint64_t
look_ptes(void)
{
	uint64_t at = stage->shared.map_addr / file_rig.page_bytes;
	uint64_t i, entry;
	char path[64];
	int fd;

	free(ptes);
	ptes = calloc(s.target.pages, 1);
	assert_non_null(ptes);
	snprintf(path, sizeof path, "/proc/%d/pagemap", (int)child);
	fd = open(path, O_RDONLY);
	assert_true(fd >= 0);
	for (i = 0; i < s.target.pages; i++) {
		assert_int_equal(pread(fd, &entry, 8, (at + i) * 8), 8);
		ptes[i] = entry >> 63;
	}
	close(fd);
	return count_ptes(0, s.target.pages);
}

void
assert_mapped(void)
{
	assert_layer(LAYER_MAPPED, look_ptes, count_ptes);
}
