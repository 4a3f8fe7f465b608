#include "config.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "pagetide/clock.h"

#include "file_rig.h"
#include "live_rig.h"

#define TIB (UINT64_C(1) << 40)

static const enum source_method methods[] = {
	METHOD_MINCORE, METHOD_CACHESTAT, METHOD_AUTO };

/* Resident memory of this process. */
static uint64_t
rss_bytes(void)
{
	unsigned long long size, resident, shared;
	FILE *f = fopen("/proc/self/statm", "r");

	assert_non_null(f);
	assert_int_equal(fscanf(f, "%llu %llu %llu", &size, &resident,
	    &shared), 3);
	fclose(f);
	return resident * file_rig.page_bytes;
}

/* A sanitizer keeps freed memory, for a while. */
#ifdef __SANITIZE_ADDRESS__
#define RSS_MAX_BYTES (64 << 20)
#else
#define RSS_MAX_BYTES (8 << 20)
#endif

static uint64_t
cpu_ns(void)
{
	struct timespec ts;

	assert_int_equal(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts), 0);
	return ts.tv_sec * NS_PER_S + ts.tv_nsec;
}

/* A slice of 4 ms, by the CPU's time: others may run meanwhile. */
static uint64_t
slice_ns(void)
{
	uint64_t began = cpu_ns();

	src.ops->begin(src.self);
	src.ops->step(src.self, clock_now_ns() + 4 * NS_PER_MS);
	return cpu_ns() - began;
}

/* None may take far more; but for one, as a machine that is stopped for a
 * while may count that as the CPU's time. */
static void
assert_slices(unsigned slices)
{
	uint64_t took, most = 0, second = 0;
	unsigned i;

	for (i = 0; i < slices; i++) {
		took = slice_ns();
		if (took > most) {
			second = most;
			most = took;
		} else if (took > second) {
			second = took;
		}
	}
	assert_in_range(second, 0, 24 * NS_PER_MS);
}

/* What is looked at comes first, and is there soon, though on a busy machine a
 * slice may be over before it began. */
static void
assert_looked_at(uint64_t cell)
{
	unsigned i;

	for (i = 0; i < 400; i++) {
		src.ops->read(src.self, &s, &notices);
		assert_non_null(s.zoom);
		if (cells_known(s.zoom, cell, LAYER_CACHED))
			return;
		slice_ns();
	}
	fail_msg("cell %u of what is looked at is unknown", (unsigned)cell);
}

static void
test_slices_and_memory(void **state)
{
	uint64_t before;
	unsigned m;

	(void)state;
	file_make_sparse(TIB);
	before = rss_bytes();
	for (m = 0; m < 3; m++) {
		if (methods[m] == METHOD_CACHESTAT && !have_cachestat())
			continue;
		open_source(methods[m]);
		src.ops->look(src.self, 12345678, 4000, 0);
		assert_slices(100);
		assert_looked_at(3999);
		assert_int_equal(s.target.pages, TIB / file_rig.page_bytes);
		close_source();
	}
	assert_true(rss_bytes() < before + RSS_MAX_BYTES);
}

/* An empty file of a tebibyte is measured in no time by cachestat. */
static void
test_cachestat_of_a_sparse_file(void **state)
{
	uint64_t first = 100000000, page;
	int i;
	char c;

	(void)state;
	file_make_sparse(TIB);
	if (!have_cachestat())
		skip();
	posix_fadvise(file_rig.fd, 0, 0, POSIX_FADV_RANDOM);
	open_source(METHOD_CACHESTAT);
	measure();
	assert_int_equal(s.total[LAYER_CACHED], 0);
	/* Again if one was reclaimed meanwhile. */
	for (i = 0; i < 5 && s.total[LAYER_CACHED] != 4; i++) {
		for (page = first; page < first + 40; page += 10)
			assert_int_equal(pread(file_rig.fd, &c, 1,
			    page * file_rig.page_bytes), 1);
		measure();
	}
	assert_true(s.scan.complete);
	assert_int_equal(s.total[LAYER_CACHED], 4);
	assert_in_range(s.scan.duration_ns, 1, NS_PER_S);
}

/* A zoom is measured anew while a long pass of the overview goes on. */
static void
test_zoom_before_overview(void **state)
{
	uint64_t first_ns, deadline;
	char c;

	(void)state;
	file_make_sparse(TIB);
	open_source(METHOD_MINCORE);
	src.ops->look(src.self, 4096, 1000, 0);
	/* On a busy machine a step may be over before it has begun. */
	deadline = clock_now_ns() + 10 * NS_PER_S;
	do {
		src.ops->step(src.self, clock_now_ns() + 4 * NS_PER_MS);
		src.ops->read(src.self, &s, &notices);
	} while (!cells_known(s.zoom, 999, LAYER_CACHED) &&
	    clock_now_ns() < deadline);
	assert_true(cells_known(s.zoom, 999, LAYER_CACHED));
	assert_int_equal(s.zoom->count[LAYER_CACHED][500], 0);
	first_ns = s.zoom->stamp_ns[500];
	posix_fadvise(file_rig.fd, 0, 0, POSIX_FADV_RANDOM);
	deadline = clock_now_ns() + 10 * NS_PER_S;
	do {
		assert_int_equal(pread(file_rig.fd, &c, 1,
		    4596 * file_rig.page_bytes), 1);
		src.ops->begin(src.self);
		src.ops->step(src.self, clock_now_ns() + NS_PER_MS);
	} while (s.zoom->count[LAYER_CACHED][500] == 0 &&
	    clock_now_ns() < deadline);
	assert_true(s.zoom->stamp_ns[500] != first_ns);
	assert_int_equal(s.zoom->count[LAYER_CACHED][500], 1);
	src.ops->read(src.self, &s, &notices);
	assert_false(s.scan.complete);
}

#define TEST(f) cmocka_unit_test_teardown(f, live_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_slices_and_memory),
		TEST(test_cachestat_of_a_sparse_file),
		TEST(test_zoom_before_overview),
	};

	return cmocka_run_group_tests(tests, file_group_setup,
	    file_group_teardown);
}
