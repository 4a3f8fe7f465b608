#include "config.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "pagetide/advice.h"
#include "pagetide/onfault.h"

#include "worker_rig.h"

#define PAGES		1024
#define FIRST		256	/* the range of the truth table */
#define N		256
#define SOON_MS	2000

/* ---- effects, by the truth table ---- */

/* The file cached in small folios and mapped to the last page. */
static void
begin_mapped(void)
{
	int i;

	rig_begin(PAGES);
	for (i = 0; i < RIG_TRIES; i++) {
		rig_evict();
		rig_fill();
		rig_walk(rig_all_pages(1), 0);
		if (rig_mapped(0, PAGES) == PAGES)
			return;
		rig_hint_ok("dontneed", 0, PAGES);
	}
	fail_msg("pages leave memory as fast as they come");
}

/* Nearly so many pages are there, in the cache and by PTE. */
static bool
nearly_there(uint64_t cached, uint64_t mapped)
{
	return rig_nearly(rig_cached(0, PAGES), cached) &&
	    rig_nearly(rig_mapped(0, PAGES), mapped);
}

/* The storage answers after a call for pages has returned. */
static bool
soon_cached(uint64_t first, uint64_t n)
{
	int ms;

	for (ms = 0; ms < SOON_MS && rig_cached(first, n) < n; ms++)
		rig_pause_ms(1);
	return rig_nearly(rig_cached(first, n), n);
}

static bool
dontneed_drops_ptes_and_keeps_the_cache(void)
{
	begin_mapped();
	rig_hint_ok("dontneed", FIRST, N);
	assert_int_equal(rig_mapped(FIRST, N), 0);
	return nearly_there(PAGES, PAGES - N);
}

static bool
random_brings_one_page_a_touch(void)
{
	struct pattern_spec spec = { .kind = PATTERN_STRIDE, .passes = 1,
	    .n_pages = PAGES, .stride_pages = PAGES / 64 };
	struct faults f;

	rig_begin(PAGES);
	rig_evict();
	rig_hint_ok("random", 0, PAGES);
	assert_int_equal(rig_vmflags(0) & (VMF_RAND | VMF_SEQ), VMF_RAND);
	f = rig_faults();
	assert_int_equal(rig_walk(spec, 0), 64);
	f = rig_faults_since(f);
	assert_int_equal(f.minor + f.major, 64);
	return nearly_there(64, 64);
}

static bool
normal_brings_a_block(void)
{
	struct pattern_spec one = { .kind = PATTERN_SINGLE, .passes = 1,
	    .first_page = PAGES / 2, .n_pages = 1 };

	rig_begin(PAGES);
	rig_evict();
	assert_int_equal(rig_walk(one, 0), 1);
	return rig_cached(0, PAGES) > 1;
}

static void
advice_is_in_force_where_given(void **state)
{
	(void)state;
	rig_begin(PAGES);
	rig_hint_ok("sequential", 0, PAGES);
	assert_int_equal(rig_vmflags(0) & (VMF_RAND | VMF_SEQ), VMF_SEQ);
	rig_hint_ok("random", FIRST, N);
	assert_int_equal(rig_vmflags(FIRST) & (VMF_RAND | VMF_SEQ), VMF_RAND);
	assert_int_equal(rig_vmflags(0) & (VMF_RAND | VMF_SEQ), VMF_SEQ);
	rig_hint_ok("normal", 0, PAGES);
	assert_int_equal(rig_vmflags(0) & (VMF_RAND | VMF_SEQ), 0);
}

static bool
willneed_reads_the_range_and_maps_nothing(void)
{
	rig_begin(PAGES);
	rig_evict();
	rig_hint_ok("willneed", FIRST, 32);
	assert_int_equal(rig_mapped(0, PAGES), 0);
	return soon_cached(FIRST, 32) && rig_nearly(rig_cached(0, PAGES), 32);
}

static bool
populate_maps_the_range(void)
{
	rig_begin(PAGES);
	rig_evict();
	rig_hint_ok("populate", FIRST, N);
	return rig_nearly(rig_mapped(FIRST, N), N) &&
	    rig_nearly(rig_cached(FIRST, N), N);
}

static bool
cold_shows_nothing(void)
{
	begin_mapped();
	rig_hint_ok("cold", 0, PAGES);
	return nearly_there(PAGES, PAGES);
}

static bool
pageout_takes_from_the_cache(void)
{
	begin_mapped();
	rig_hint_ok("pageout", FIRST, N);
	/* Pages not yet on the LRU lists may stay. */
	assert_true(rig_cached(FIRST, N) < N);
	assert_true(rig_mapped(FIRST, N) < N);
	return rig_nearly(rig_cached(0, FIRST), FIRST);
}

static bool
lock_maps_and_holds(void)
{
	rig_begin(PAGES);
	rig_evict();
	rig_hint_ok("mlock", FIRST, N);
	assert_int_equal(rig_mapped(FIRST, N), N);
	assert_int_equal(rig_vmflags(FIRST) & VMF_LOCKED, VMF_LOCKED);
	assert_int_equal(rig_vmflags(0) & VMF_LOCKED, 0);
	rig_hint_ok("munlock", FIRST, N);
	assert_int_equal(rig_vmflags(0) & VMF_LOCKED, 0);
	return rig_nearly(rig_mapped(FIRST, N), N);
}

static bool
evict_empties_both(void)
{
	begin_mapped();
	rig_hint_ok("evict", FIRST, N);
	return rig_mapped(FIRST, N) == 0 && rig_cached(FIRST, N) == 0 &&
	    nearly_there(PAGES - N, PAGES - N);
}

static bool
willneed_in_chunks_reads_all(void)
{
	struct order o = { .op = ORDER_ADVISE, .n_pages = UINT64_MAX,
	    .first_page = 8, .chunk_pages = 32,
	    .advice = advice_find("willneed-all") };
	struct report r;

	rig_begin(4096);
	rig_evict();
	r = rig_order(o);
	assert_int_equal(r.err[0], 0);
	assert_int_equal(r.err[1], -1);
	assert_int_equal(r.calls, 128);
	assert_int_equal(rig_cached(0, 8), 0);
	assert_int_equal(rig_mapped(0, 4096), 0);
	return soon_cached(8, 4088);
}

static void
chunks_are_counted(void **state)
{
	struct order o = { .op = ORDER_ADVISE, .n_pages = UINT64_MAX,
	    .advice = advice_find("willneed-all") };
	struct report r;

	(void)state;
	rig_begin(PAGES);
	r = rig_order(o);
	assert_int_equal(r.err[0], EINVAL);
	assert_int_equal(r.calls, 0);
	o.chunk_pages = UINT64_MAX;
	assert_int_equal(rig_order(o).calls, 1);
	assert_int_equal(rig_hint("normal", 0, 1).calls, 0);
}

static bool
lock_on_fault_waits_for_the_touch(void)
{
	struct pattern_spec some = { .kind = PATTERN_SEQUENTIAL, .passes = 1,
	    .first_page = FIRST, .n_pages = 8 };
	unsigned locked = VMF_LOCKED | (onfault_is_shown() ? VMF_ONFAULT : 0);
	bool all;

	begin_mapped();
	rig_hint_ok("dontneed", 0, PAGES);
	rig_hint_ok("mlock-onfault", FIRST, N);
	assert_int_equal(rig_mapped(FIRST, N), 0);
	assert_int_equal(rig_vmflags(FIRST), locked);
	rig_walk(some, 0);
	assert_in_range(rig_mapped(FIRST, N), 8, 16);
	assert_int_equal(rig_hint("pageout", FIRST, N).err[0], EINVAL);
	rig_hint_ok("dontneed-locked", FIRST, N);
	assert_int_equal(rig_mapped(FIRST, N), 0);
	all = rig_nearly(rig_cached(FIRST, N), N);
	assert_int_equal(rig_vmflags(FIRST), locked);
	/* Whatever the range. */
	rig_hint_ok("munlockall", 0, 1);
	assert_int_equal(rig_vmflags(0), 0);
	return all;
}

static bool
file_hints_read_and_drop(void)
{
	static const char *const readers[] = { "readahead",
	    "fadvise-willneed" };
	size_t i;

	rig_begin(PAGES);
	for (i = 0; i < 2; i++) {
		rig_evict();
		rig_hint_ok(readers[i], FIRST, 32);
		if (!soon_cached(FIRST, 32))
			return false;
		assert_true(rig_cached(0, PAGES) <= 32);
		assert_int_equal(rig_mapped(0, PAGES), 0);
	}
	rig_hint_ok("populate", 0, PAGES);
	rig_hint_ok("fadvise-dontneed", 0, PAGES);
	if (!rig_nearly(rig_cached(0, PAGES), PAGES))
		return false;
	rig_hint_ok("dontneed", 0, PAGES);
	rig_hint_ok("fadvise-dontneed", 0, PAGES);
	return rig_cached(0, PAGES) == 0;
}

static bool
quiet_hints_change_nothing(void)
{
	static const char *const names[] = { "fadvise-normal",
	    "fadvise-sequential", "fadvise-random", "fadvise-noreuse",
	    "sync-range", "fsync" };
	size_t i;

	begin_mapped();
	for (i = 0; i < sizeof names / sizeof names[0]; i++) {
		rig_hint_ok(names[i], FIRST, N);
		assert_int_equal(rig_vmflags(0), 0);
	}
	return nearly_there(PAGES, PAGES);
}

/* ---- errors ---- */

static bool
shared_file_pages_refuse(void)
{
	struct report r;

	begin_mapped();
	/* Only anonymous pages; only where one may write. */
	r = rig_hint("free", FIRST, N);
	assert_int_equal(r.err[0], EINVAL);
	assert_int_equal(r.err[1], -1);
	assert_int_equal(rig_hint("populate-write", FIRST, N).err[0], EINVAL);
	return nearly_there(PAGES, PAGES);
}

static void
locked_pages_refuse(void **state)
{
	struct report r;

	(void)state;
	begin_mapped();
	rig_hint_ok("mlock", FIRST, N);
	r = rig_hint("pageout", FIRST, N);
	assert_int_equal(r.err[0], EINVAL);
	assert_int_equal(r.err[1], -1);
	/* The second call is made although the first has failed. */
	r = rig_hint("evict", FIRST, N);
	assert_int_equal(r.err[0], EINVAL);
	assert_int_equal(r.err[1], 0);
	assert_int_equal(rig_mapped(FIRST, N), N);
}

/* A user who may lock 64 KiB; root may lock anything. */
static void
become_ordinary(void)
{
	const struct rlimit little = { 65536, 65536 };

	if (setrlimit(RLIMIT_MEMLOCK, &little) != 0 ||
	    (geteuid() == 0 && setresuid(65534, 65534, 65534) != 0))
		_exit(99);
}

static void
lock_beyond_the_limit_gives_its_errno(void **state)
{
	struct report r;

	(void)state;
	rig_begin(PAGES);
	rig_start(become_ordinary);
	rig_map();
	r = rig_hint("mlock", 0, PAGES);
	assert_int_equal(r.err[0], ENOMEM);
	assert_int_equal(r.err[1], -1);
	rig_hint_ok("mlock", 0, 4);
}

static void
check_refused(struct order o, int err)
{
	struct report r = rig_order(o);

	assert_int_equal(r.err[0], err);
	assert_int_equal(r.err[1], -1);
}

static bool
range_is_cut_at_the_end(void)
{
	begin_mapped();
	rig_hint_ok("dontneed", PAGES - 24, UINT64_MAX);
	assert_int_equal(rig_mapped(PAGES - 24, 24), 0);
	return nearly_there(PAGES, PAGES - 24);
}

static void
senseless_orders_are_refused(void **state)
{
	struct order advise = { .op = ORDER_ADVISE, .n_pages = 1 };
	struct order work = { .op = ORDER_WORK };
	struct order map = { .op = ORDER_MAP };

	(void)state;
	rig_begin(PAGES);
	advise.first_page = PAGES;
	check_refused(advise, EINVAL);
	advise.first_page = UINT64_MAX;
	check_refused(advise, EINVAL);
	advise.first_page = advise.n_pages = 0;
	check_refused(advise, EINVAL);
	advise.n_pages = 1;
	advise.advice = advice_count;
	check_refused(advise, EINVAL);
	check_refused(work, EINVAL);
	work.work = rig_all_pages(1);
	work.work.first_page = PAGES;
	check_refused(work, EINVAL);
	work.work.first_page = 0;
	work.work.kind = PATTERN_COUNT;
	check_refused(work, EINVAL);
	work.work.kind = PATTERN_SEQUENTIAL;
	work.work.op = UINT32_MAX;
	check_refused(work, EINVAL);
	check_refused((struct order){ .op = ORDER_QUIT + 1 }, EINVAL);
	assert_int_equal(rig.shared->running, 0);
	/* The mapping goes before the new one is refused. */
	check_refused(map, EINVAL);
	assert_int_equal(rig.shared->map_addr, 0);
	assert_int_equal(rig.shared->map_pages, 0);
	map.n_pages = UINT64_MAX / 2;
	check_refused(map, ENOMEM);
	check_refused((struct order){ .op = ORDER_ADVISE, .n_pages = 1 },
	    EINVAL);
	rig_map();
	assert_int_equal(rig_walk(rig_all_pages(1), 0), PAGES);
}

static void
cut_message_is_refused(void **state)
{
	struct order o = { .seq = 77, .op = ORDER_QUIT };
	struct report r;

	(void)state;
	rig_begin(PAGES);
	assert_int_equal(send(rig.sock, &o, 8, MSG_NOSIGNAL), 8);
	r = rig_next_report();
	assert_int_equal(r.seq, 77);
	assert_int_equal(r.err[0], EINVAL);
	rig_hint_ok("normal", 0, PAGES);
}

static bool
mapping_afresh_drops_ptes_and_advice(void)
{
	begin_mapped();
	rig_hint_ok("random", 0, PAGES);
	rig_map();
	assert_int_equal(rig_mapped(0, PAGES), 0);
	assert_int_equal(rig_vmflags(0) & VMF_RAND, 0);
	return nearly_there(PAGES, 0);
}

static void
mapping_afresh_stops_the_walk(void **state)
{
	struct order work = { .op = ORDER_WORK };

	(void)state;
	rig_begin(PAGES);
	work.work = rig_all_pages(0);
	rig_order(work);
	rig_map();
	assert_int_equal(rig.shared->running, 0);
	/* And no report of its end comes before the next one. */
	rig_hint_ok("normal", 0, PAGES);
}

#define TEST(f) cmocka_unit_test_teardown(f, rig_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_CHECK(dontneed_drops_ptes_and_keeps_the_cache),
		RIG_CHECK(random_brings_one_page_a_touch),
		RIG_CHECK(normal_brings_a_block),
		TEST(advice_is_in_force_where_given),
		RIG_CHECK(willneed_reads_the_range_and_maps_nothing),
		RIG_CHECK(populate_maps_the_range),
		RIG_CHECK(cold_shows_nothing),
		RIG_CHECK(pageout_takes_from_the_cache),
		RIG_CHECK(lock_maps_and_holds),
		RIG_CHECK(evict_empties_both),
		RIG_CHECK(willneed_in_chunks_reads_all),
		TEST(chunks_are_counted),
		RIG_CHECK(lock_on_fault_waits_for_the_touch),
		RIG_CHECK(file_hints_read_and_drop),
		RIG_CHECK(quiet_hints_change_nothing),
		RIG_CHECK(shared_file_pages_refuse),
		TEST(locked_pages_refuse),
		TEST(lock_beyond_the_limit_gives_its_errno),
		RIG_CHECK(range_is_cut_at_the_end),
		TEST(senseless_orders_are_refused),
		TEST(cut_message_is_refused),
		RIG_CHECK(mapping_afresh_drops_ptes_and_advice),
		TEST(mapping_afresh_stops_the_walk),
	};

	return cmocka_run_group_tests(tests, rig_group_setup,
	    rig_group_teardown);
}
