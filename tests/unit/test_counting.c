/* What the worker counts around its acts, on a real file. */
#include "config.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "pagetide/advice.h"
#include "pagetide/rangecount.h"

#include "worker_rig.h"

#define PAGES 1024

/* By cachestat, which counts pages that have not arrived yet, too. */
static struct layer_pages
count_cached(uint64_t n)
{
	struct rangecount_of of = { .file = rig.file, .cachestat = true,
		.page_bytes = (uint32_t)rig.page_bytes };
	struct layer_pages p = { .known = RANGECOUNT_LAYERS };
	struct rangecount *r = rangecount_new(of.page_bytes);

	rangecount_add(r, &of, 0, n, UINT64_MAX, &p);
	rangecount_free(r);
	return p;
}

static bool
has_cachestat(void)
{
	return (count_cached(1).known & LAYER_BIT(LAYER_CACHED)) != 0;
}

static struct report
counted_hint(const char *name, uint64_t first, uint64_t n)
{
	return rig_order((struct order){ .op = ORDER_ADVISE,
	    .advice = advice_find(name), .first_page = first, .n_pages = n,
	    .count = ORDER_COUNT | (has_cachestat() ? ORDER_COUNT_CACHESTAT :
	    ORDER_COUNT_MINCORE) });
}

/* A walk goes on at full speed before, between and after: what is counted is
 * the call's own, to the page. */
static bool
dontneed_amidst_a_walk_is_its_own(void)
{
	struct order walk = { .op = ORDER_WORK };
	struct report r;

	rig_begin(PAGES);
	rig_fill();
	walk.work = rig_all_pages(100000);
	rig_walk(rig_all_pages(1), 0);
	assert_int_equal(rig_order(walk).err[0], 0);
	r = counted_hint("dontneed", 0, PAGES);
	assert_int_equal(r.err[0], 0);
	assert_true(r.call_ns[0] > 0);
	assert_true(own_knows(&r.own, LAYER_MAPPED));
	assert_int_equal(r.own.after.count[LAYER_MAPPED], 0);
	assert_int_equal(r.own.arrival, OWN_ARRIVAL_UNKNOWN);
	if (!own_knows(&r.own, LAYER_CACHED))
		return false;
	assert_true(r.own.faults_known);
	assert_int_equal(r.own.minor + r.own.major, 0);
	return r.own.before.count[LAYER_MAPPED] == PAGES &&
	    r.own.before.count[LAYER_CACHED] == PAGES &&
	    r.own.after.count[LAYER_CACHED] == PAGES;
}

static bool
what_lies_beside_is_counted_apart(void)
{
	struct report r;

	rig_begin(PAGES);
	rig_fill();
	r = counted_hint("populate", 8, 16);
	assert_int_equal(r.err[0], 0);
	if (!own_knows(&r.own, LAYER_MAPPED) ||
	    r.own.after.count[LAYER_MAPPED] != 16)
		return false;
	assert_int_equal(r.own.before.count[LAYER_MAPPED], 0);
	assert_int_equal(r.own.rest_before.count[LAYER_MAPPED], 0);
	assert_true(r.own.minor > 0);
	/* Faults map the pages around, too. */
	return r.own.rest_after.count[LAYER_MAPPED] ==
	    rig_mapped(0, PAGES) - 16;
}

/* What is cached of the file no mapping changes, and all of it is counted. */
static bool
another_mapping_loses_no_page_of_the_cache(void)
{
	struct order map = { .op = ORDER_MAP, .first_page = 8, .n_pages = 16,
		.count = ORDER_COUNT | ORDER_COUNT_CACHESTAT };
	struct report r;
	int64_t delta;

	rig_begin(PAGES);
	if (!has_cachestat())
		return true;
	rig_fill();
	r = rig_order(map);
	assert_int_equal(r.err[0], 0);
	assert_int_equal(r.own.file_pages, PAGES);
	if (!own_knows_rest(&r.own, LAYER_CACHED) ||
	    !own_change(&r.own, LAYER_CACHED, &delta))
		return false;
	if (r.own.before.count[LAYER_CACHED] +
	    r.own.rest_before.count[LAYER_CACHED] != PAGES || delta != 0)
		return false;
	/* A part that is mapped, and all that lies beside it. */
	r = counted_hint("populate", 10, 4);
	return r.own.after.count[LAYER_CACHED] == 4 &&
	    r.own.rest_after.count[LAYER_CACHED] == PAGES - 4;
}

/* Of what lies outside the mapping mincore knows nothing. */
static bool
mincore_does_not_see_beside_the_mapping(void)
{
	struct order map = { .op = ORDER_MAP, .first_page = 8, .n_pages = 16,
		.count = ORDER_COUNT | ORDER_COUNT_MINCORE };
	struct report r;

	rig_begin(PAGES);
	r = rig_order(map);
	assert_int_equal(r.err[0], 0);
	return own_knows(&r.own, LAYER_CACHED) &&
	    own_knows_rest(&r.own, LAYER_MAPPED) &&
	    !own_knows_rest(&r.own, LAYER_CACHED);
}

static bool
is_arrival(const struct report *r, uint32_t seq)
{
	return r->op == ORDER_ADVISE && r->done && r->seq == seq;
}

/* What was said to be there at its return has to be there now, unless some of
 * it has gone again. */
static void
check_all_there(const struct report *r)
{
	uint64_t came = r->own.after.count[LAYER_CACHED];
	uint64_t there = rig_cached(0, PAGES);

	if (count_cached(PAGES).count[LAYER_CACHED] == came)
		assert_int_equal(there, came);
}

/* A hint whose pages are under way when it returns, if storage is not always
 * quicker. */
static struct report
willneed_cold(void)
{
	struct report r;
	int tries = 0;

	do {
		rig_evict();
		r = counted_hint("willneed", 0, PAGES);
		assert_int_equal(r.err[0], 0);
		if (r.own.arrival != OWN_ARRIVAL_THERE)
			break;
		/* Seen when it was looked, not as the call returned. */
		assert_true(r.own.arrived_ns > r.call_ns[0]);
		check_all_there(&r);
	} while (++tries < 20);
	return r;
}

static bool
willneed_says_when_the_last_page_came(void)
{
	struct report r, last;

	rig_begin(PAGES);
	if (!has_cachestat())
		return true;
	r = willneed_cold();
	if (r.own.after.count[LAYER_CACHED] == 0)
		return false;
	assert_int_equal(r.own.before.count[LAYER_MAPPED], 0);
	assert_int_equal(r.own.after.count[LAYER_MAPPED], 0);
	assert_int_not_equal(r.own.arrival, OWN_ARRIVAL_UNKNOWN);
	if (r.own.arrival == OWN_ARRIVAL_THERE)
		return true;
	assert_int_equal(r.own.arrival, OWN_ARRIVAL_UNDER_WAY);
	assert_true(r.own.in_flight > 0);
	last = rig_next_report();
	assert_true(is_arrival(&last, r.seq));
	if (last.own.arrival == OWN_ARRIVAL_LATE)
		return false;
	assert_int_equal(last.own.arrival, OWN_ARRIVAL_LAST);
	assert_true(last.own.arrived_ns >= r.call_ns[0]);
	return rig_cached(0, PAGES) == r.own.after.count[LAYER_CACHED];
}

static bool
populate_returns_when_all_is_there(void)
{
	struct report r;

	rig_begin(PAGES);
	if (!has_cachestat())
		return true;
	rig_evict();
	r = counted_hint("populate", 0, PAGES);
	assert_int_equal(r.err[0], 0);
	if (r.own.arrival != OWN_ARRIVAL_THERE)
		return false;
	assert_int_equal(r.own.arrived_ns, r.end_ns - r.begin_ns);
	return r.own.before.count[LAYER_CACHED] == 0 &&
	    r.own.after.count[LAYER_MAPPED] == PAGES &&
	    r.own.after.count[LAYER_CACHED] == PAGES && r.own.major > 0;
}

/* Where a part of a page was written it is in the cache, and stays not up to
 * date: no call asks for it. */
static bool
what_was_not_asked_for_is_not_waited_for(void)
{
	struct report r;

	rig_begin(PAGES);
	if (!has_cachestat())
		return true;
	assert_int_equal(truncate(rig.path, 4095), 0);
	assert_int_equal(fsync(rig.file), 0);
	rig_evict();
	assert_int_equal(truncate(rig.path, PAGES * (off_t)rig.page_bytes), 0);
	r = counted_hint("willneed", 0, PAGES);
	assert_int_equal(r.err[0], 0);
	if (r.own.arrival == OWN_ARRIVAL_UNDER_WAY)
		r = rig_next_report();
	assert_int_not_equal(r.own.arrival, OWN_ARRIVAL_LATE);
	return r.own.arrival == OWN_ARRIVAL_THERE ||
	    r.own.arrival == OWN_ARRIVAL_LAST;
}

/* A copy is there, whether the page of the file is or not. */
static bool
under_copies_nothing_is_seen_to_arrive(void)
{
	struct order map = { .op = ORDER_MAP, .n_pages = PAGES,
		.map_flags = MAP_SPEC_PRIVATE | MAP_SPEC_WRITE };
	struct report r;

	rig_begin(PAGES);
	if (!has_cachestat())
		return true;
	assert_int_equal(rig_order(map).err[0], 0);
	r = counted_hint("populate-write", 0, PAGES);
	if (r.err[0] != 0)
		return true;
	assert_int_equal(posix_fadvise(rig.file, 0, 0, POSIX_FADV_DONTNEED),
	    0);
	r = counted_hint("willneed", 0, PAGES);
	assert_int_equal(r.err[0], 0);
	assert_int_equal(r.own.before.count[LAYER_PRIVATE], PAGES);
	assert_int_equal(r.own.arrival, OWN_ARRIVAL_UNKNOWN);
	return r.own.before.count[LAYER_CACHED] <
	    r.own.after.count[LAYER_CACHED];
}

static void
pages_of_another_are_left_out(void **state)
{
	const struct arrival other = { .run = { { 2, 4 }, { 8, 12 },
		{ 30, 31 } }, .n = 3 };
	struct arrival a = { .run = { { 0, 10 }, { 11, 12 }, { 20, 32 } },
		.n = 3 };

	(void)state;
	assert_int_equal(arrival_without(&a, &other), 2 + 4 + 10 + 1);
	assert_int_equal(a.n, 4);
	assert_int_equal(a.run[1].first, 4);
	assert_int_equal(a.run[1].end, 8);
	/* Each run would be two. */
	for (unsigned i = 0; i < ARRIVAL_RUNS; i++) {
		a.run[i].first = i * 10;
		a.run[i].end = i * 10 + 9;
	}
	a.n = ARRIVAL_RUNS;
	assert_int_equal(arrival_without(&a, &other), -1);
}

/* One that is late hides those behind it while it is looked for, not where
 * they are told. */
static bool
only_what_is_absent_is_late(void)
{
	struct rangecount_of of = { .pages = 64 };
	struct arrival a = { .run = { { 0, 16 }, { 32, 64 } }, .n = 2 };
	struct rangecount *r;
	uint64_t look, absent;
	size_t whole;

	rig_make_file(64);
	whole = rig.page_bytes;
	rig_fill();
	of.file = rig.file;
	of.page_bytes = (uint32_t)whole;
	of.addr = mmap(NULL, 64 * whole, PROT_READ, MAP_SHARED, rig.file, 0);
	assert_ptr_not_equal(of.addr, MAP_FAILED);
	assert_int_equal(posix_fadvise(rig.file, 0, (off_t)whole,
	    POSIX_FADV_DONTNEED), 0);
	r = rangecount_new(of.page_bytes);
	look = arrival_look(&a, r, &of);
	absent = arrival_absent(&a, r, &of);
	rangecount_free(r);
	munmap((void *)of.addr, 64 * whole);
	return look == 48 && absent == 1;
}

static struct report
counted_touch(uint64_t page)
{
	struct order o = { .op = ORDER_WORK, .count = ORDER_COUNT,
		.work = { .kind = PATTERN_SINGLE, .passes = 1,
		.first_page = page, .n_pages = 1 } };
	struct report r = rig_order(o);

	assert_int_equal(r.err[0], 0);
	r = rig_next_report();
	assert_true(r.done);
	assert_int_equal(r.op, ORDER_WORK);
	assert_int_equal(r.touches, 1);
	assert_true(r.own.faults_known);
	assert_true(r.touched.ns > 0);
	return r;
}

static bool
one_touch_has_its_fault_and_its_time(void)
{
	struct report r;

	rig_begin(PAGES);
	rig_evict();
	r = counted_touch(100);
	if (r.own.major != 1 || r.own.before.count[LAYER_MAPPED] != 0)
		return false;
	assert_true(r.own.after.count[LAYER_MAPPED] > 0);
	r = counted_touch(100);
	return r.own.major == 0 && r.own.minor == 0 &&
	    r.own.after.count[LAYER_MAPPED] ==
	    r.own.before.count[LAYER_MAPPED];
}

static void
nothing_is_counted_unless_asked_for(void **state)
{
	struct report r;

	(void)state;
	rig_begin(16);
	r = rig_hint("dontneed", 0, 16);
	assert_int_equal(r.err[0], 0);
	assert_true(r.call_ns[0] > 0);
	assert_false(r.own.asked);
	assert_false(own_counted(&r.own));
}

/* As rangecount_add() of a mapping of the rig's file in this process. */
static struct layer_pages
count(struct rangecount_of *of, uint64_t first, uint64_t n,
    uint64_t deadline_ns)
{
	struct layer_pages p = { .known = RANGECOUNT_LAYERS };
	struct rangecount *r = rangecount_new(of->page_bytes);

	rangecount_add(r, of, first, n, deadline_ns, &p);
	rangecount_free(r);
	return p;
}

static void
what_takes_too_long_is_not_known(void **state)
{
	struct rangecount_of of = { .cachestat = true, .pages = 64 };
	struct layer_pages p;

	(void)state;
	rig_make_file(64);
	of.file = rig.file;
	of.page_bytes = (uint32_t)rig.page_bytes;
	of.addr = mmap(NULL, 64 * rig.page_bytes, PROT_READ, MAP_SHARED,
	    rig.file, 0);
	assert_ptr_not_equal(of.addr, MAP_FAILED);
	assert_int_equal(of.addr[0], 'a');
	p = count(&of, 0, 64, 0);
	assert_int_equal(p.known, 0);
	assert_int_equal(p.count[LAYER_MAPPED], 0);
	p = count(&of, 0, 64, UINT64_MAX);
	assert_true(p.known & LAYER_BIT(LAYER_MAPPED));
	assert_true(p.count[LAYER_MAPPED] >= 1);
	/* Without a file there is no page cache to count. */
	of.file = -1;
	p = count(&of, 0, 64, UINT64_MAX);
	assert_int_equal(p.known & RANGECOUNT_CACHE, 0);
	munmap((void *)of.addr, 64 * rig.page_bytes);
}

/* An empty file of 10 TiB takes a few calls. */
static void
large_and_empty_is_quick(void **state)
{
	struct rangecount_of of = { .cachestat = true };
	uint64_t pages;
	struct layer_pages p;

	(void)state;
	rig_make_file(1);
	if (!has_cachestat() || truncate(rig.path, (off_t)10 << 40) != 0)
		skip();
	of.file = rig.file;
	of.page_bytes = (uint32_t)rig.page_bytes;
	pages = (UINT64_C(10) << 40) / rig.page_bytes;
	p = count(&of, 0, pages, UINT64_MAX);
	assert_true(p.known & LAYER_BIT(LAYER_CACHED));
	assert_true(p.count[LAYER_CACHED] <= 1);
}

#define TEST(f) cmocka_unit_test_teardown(f, rig_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_CHECK(dontneed_amidst_a_walk_is_its_own),
		RIG_CHECK(what_lies_beside_is_counted_apart),
		RIG_CHECK(another_mapping_loses_no_page_of_the_cache),
		RIG_CHECK(mincore_does_not_see_beside_the_mapping),
		RIG_CHECK(willneed_says_when_the_last_page_came),
		RIG_CHECK(populate_returns_when_all_is_there),
		RIG_CHECK(what_was_not_asked_for_is_not_waited_for),
		RIG_CHECK(under_copies_nothing_is_seen_to_arrive),
		cmocka_unit_test(pages_of_another_are_left_out),
		RIG_CHECK(only_what_is_absent_is_late),
		RIG_CHECK(one_touch_has_its_fault_and_its_time),
		TEST(nothing_is_counted_unless_asked_for),
		TEST(what_takes_too_long_is_not_known),
		TEST(large_and_empty_is_quick),
	};

	return cmocka_run_group_tests(tests, rig_group_setup,
	    rig_group_teardown);
}
