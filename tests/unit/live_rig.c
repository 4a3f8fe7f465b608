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

#include "../../src/source/cachestat.h"

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

/* Every cell of the grid is what mincore says page by page. */
static void
assert_cells(const struct cells *c)
{
	uint64_t page, n;
	size_t i;

	for (i = 0; i < c->n; i++) {
		page = cells_page(c, i);
		n = cells_pages(c, i);
		assert_true(cells_known(c, i, LAYER_CACHED));
		assert_int_equal(c->count[LAYER_CACHED][i],
		    file_count(page, n));
	}
}

void
assert_truth(void)
{
	uint64_t total = file_look();
	int i;

	/* The machine may have taken a page between measuring and looking;
	 * what is wrong stays wrong. */
	for (i = 0; i < 10 && s.total[LAYER_CACHED] != total; i++) {
		measure();
		total = file_look();
	}
	assert_cells(s.overview);
	if (s.zoom != NULL)
		assert_cells(s.zoom);
	assert_true(s.total_known & LAYER_BIT(LAYER_CACHED));
	assert_int_equal(s.total[LAYER_CACHED], total);
	assert_true(s.counters.known & COUNTER_BIT(COUNTER_CACHED));
	assert_int_equal(s.counters.v[COUNTER_CACHED], total);
	assert_true(s.scan.complete);
}

bool
have_cachestat(void)
{
	struct cachestat cs;

	return cachestat_read(file_rig.fd, 0, 0, &cs) == 0;
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
start_child(void)
{
	struct source_worker w;

	if (stage != NULL)
		munmap(stage, sizeof *stage);
	stage = mmap(NULL, sizeof *stage, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_true(stage != MAP_FAILED);
	child = fork();
	assert_true(child >= 0);
	if (child == 0)
		child_main();
	w = (struct source_worker){ .pid = child, .shared = &stage->shared };
	src.ops->set_worker(src.self, &w);
}

/* Present PTEs of the child in [first, first + n), by pagemap. */
static uint64_t
ptes(uint64_t first, uint64_t n)
{
	uint64_t at = stage->shared.map_addr / file_rig.page_bytes + first;
	uint64_t i, entry, count = 0;
	char path[64];
	int fd;

	snprintf(path, sizeof path, "/proc/%d/pagemap", (int)child);
	fd = open(path, O_RDONLY);
	assert_true(fd >= 0);
	for (i = 0; i < n; i++) {
		assert_int_equal(pread(fd, &entry, 8, (at + i) * 8), 8);
		count += entry >> 63;
	}
	close(fd);
	return count;
}

void
assert_mapped(void)
{
	const struct cells *c = s.overview;
	size_t i;

	for (i = 0; i < c->n; i++) {
		assert_true(cells_known(c, i, LAYER_MAPPED));
		assert_int_equal(c->count[LAYER_MAPPED][i],
		    ptes(cells_page(c, i), cells_pages(c, i)));
	}
	assert_true(s.total_known & LAYER_BIT(LAYER_MAPPED));
	assert_int_equal(s.total[LAYER_MAPPED], ptes(0, s.target.pages));
}
