#include "config.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "worker_rig.h"

#define PAGES		RIG_PAGES_MAX
#define SMALL_PAGES	200
#define HUGE_BYTES	(2u << 20)
#define LENGTH(a)	(sizeof (a) / sizeof (a)[0])

/* ---- which pages ---- */

static const struct pattern_spec specs[] = {
	{ .kind = PATTERN_SEQUENTIAL, .passes = 1, .first_page = 100,
	    .n_pages = 50 },
	{ .kind = PATTERN_SEQUENTIAL, .passes = 2, .n_pages = 20 },
	{ .kind = PATTERN_BACKWARD, .passes = 1, .first_page = 4000,
	    .n_pages = 96 },
	{ .kind = PATTERN_BACKWARD, .passes = 1, .first_page = 10,
	    .n_pages = 50, .max_touches = 7 },
	{ .kind = PATTERN_RANDOM, .passes = 1, .n_pages = 400, .seed = 42 },
	{ .kind = PATTERN_RANDOM, .n_pages = PAGES, .seed = 7,
	    .max_touches = 64 },
	{ .kind = PATTERN_STRIDE, .passes = 1, .first_page = 3,
	    .n_pages = 1000, .stride_pages = 17 },
	{ .kind = PATTERN_SINGLE, .passes = 1, .first_page = 2047,
	    .n_pages = 1 },
	{ .kind = PATTERN_PERMUTATION, .passes = 2, .first_page = 1000,
	    .n_pages = 777, .seed = 3, .max_touches = 300 },
	{ .kind = PATTERN_HOTSPOT, .n_pages = PAGES, .max_touches = 500,
	    .seed = 9, .hot_pages_permille = 20,
	    .hot_touches_permille = 800 },
	{ .kind = PATTERN_LOOP, .passes = 3, .first_page = 64,
	    .n_pages = 2000, .set_pages = 100 },
};

/* What the walk ought to touch; returns the touches. */
static uint64_t
oracle(const struct pattern_spec *spec, unsigned char want[PAGES],
    uint64_t *last)
{
	struct pattern p;
	uint64_t n = 0;

	memset(want, 0, PAGES);
	assert_int_equal(pattern_start(&p, spec), 0);
	for (; pattern_next(&p, last); n++)
		want[*last] = 1;
	return n;
}

/* Walks on an evicted file: are the pages of the oracle there, and only
 * they? */
static bool
touches_exactly(const struct pattern_spec *spec)
{
	static unsigned char want[PAGES];
	uint64_t touches, last, before;

	rig_map();
	rig_evict();
	rig_hint_ok("random", 0, PAGES);
	touches = oracle(spec, want, &last);
	before = rig.shared->touches;
	assert_int_equal(rig_walk(*spec, 0), touches);
	assert_int_equal(rig.shared->touches - before, touches);
	assert_int_equal(rig.shared->cursor_page, last);
	assert_int_equal(rig.shared->walk_seq, rig.seq);
	assert_int_equal(rig.shared->walk_kind, spec->kind);
	rig_look();
	return memcmp(rig.pte, want, PAGES) == 0 &&
	    memcmp(rig.cache, want, PAGES) == 0;
}

static void
walks_touch_exactly_their_pages(void **state)
{
	size_t k;
	int i;

	(void)state;
	rig_begin(PAGES);
	for (k = 0; k < LENGTH(specs); k++) {
		for (i = 0; i < RIG_TRIES; i++)
			if (touches_exactly(&specs[k]))
				break;
		assert_true(i < RIG_TRIES);
	}
}

/* Reading by calls fills the cache, maps nothing and faults nowhere. */
static bool
check_calls(enum touch_op op)
{
	struct pattern_spec spec = rig_all_pages(1);
	struct faults f;

	spec.op = op;
	rig_map();
	rig_evict();
	f = rig_faults();
	assert_int_equal(rig_walk(spec, 0), PAGES);
	f = rig_faults_since(f);
	assert_int_equal(f.minor, 0);
	assert_int_equal(f.major, 0);
	assert_int_equal(rig_mapped(0, PAGES), 0);
	return rig_nearly(rig_cached(0, PAGES), PAGES);
}

static bool
calls_fill_the_cache(void)
{
	return check_calls(TOUCH_PREAD) && check_calls(TOUCH_READ_CALL);
}

/* Each call asks for its page alone. */
static bool
calls_read_single_pages(enum touch_op op)
{
	struct pattern_spec spec = rig_all_pages(1);
	uint64_t cached;

	spec.kind = PATTERN_STRIDE;
	spec.stride_pages = 64;
	spec.op = op;
	rig_map();
	rig_evict();
	rig_hint_ok("fadvise-random", 0, PAGES);
	assert_int_equal(rig_walk(spec, 0), PAGES / 64);
	cached = rig_cached(0, PAGES);
	assert_true(cached <= PAGES / 64);
	return cached == PAGES / 64;
}

static bool
calls_ask_for_a_page(void)
{
	return calls_read_single_pages(TOUCH_READ_CALL) &&
	    calls_read_single_pages(TOUCH_PREAD);
}

static void
reading_by_calls_maps_nothing(void **state)
{
	(void)state;
	rig_begin(PAGES);
	rig_undisturbed(calls_fill_the_cache);
	rig_undisturbed(calls_ask_for_a_page);
}

/* Where the file ends a call says so, and the worker lives. */
static void
reading_past_the_end_ends_the_walk(void **state)
{
	struct order o = { .op = ORDER_WORK, .work = { .passes = 1,
	    .op = TOUCH_PREAD, .n_pages = SMALL_PAGES } };
	struct report r;

	(void)state;
	rig_begin(SMALL_PAGES);
	assert_int_equal(truncate(rig.path, 50 * rig.page_bytes), 0);
	assert_int_equal(rig_order(o).err[0], 0);
	r = rig_next_report();
	assert_int_equal(r.done, 1);
	assert_int_equal(r.err[0], ENODATA);
	assert_int_equal(r.touches, 50);
	assert_int_equal(rig.shared->running, 0);
	o.work.n_pages = 50;
	assert_int_equal(rig_walk(o.work, 0), 50);
}

static void
writing_needs_a_writable_mapping(void **state)
{
	struct pattern_spec spec = { .passes = 1, .n_pages = SMALL_PAGES,
		.op = TOUCH_WRITE };
	struct stat before, after;
	struct faults f;

	(void)state;
	rig_begin(SMALL_PAGES);
	assert_int_equal(rig_order((struct order){ .op = ORDER_WORK,
	    .work = spec }).err[0], EACCES);
	assert_int_equal(rig_order((struct order){ .op = ORDER_MAP,
	    .n_pages = SMALL_PAGES, .map_flags = MAP_SPEC_PRIVATE |
	    MAP_SPEC_WRITE }).err[0], 0);
	assert_int_equal(fstat(rig.file, &before), 0);
	f = rig_faults();
	assert_int_equal(rig_walk(spec, 0), SMALL_PAGES);
	f = rig_faults_since(f);
	/* A copy each: no fault but for the one store. */
	assert_int_equal(f.minor + f.major, SMALL_PAGES);
	assert_int_equal(fstat(rig.file, &after), 0);
	assert_int_equal(after.st_mtim.tv_sec, before.st_mtim.tv_sec);
	assert_int_equal(after.st_mtim.tv_nsec, before.st_mtim.tv_nsec);
	assert_int_equal(after.st_ctim.tv_nsec, before.st_ctim.tv_nsec);
}

/* At no time more than the window under way and the one that is asked for,
 * though all is read; afterwards nothing is left. */
static void
chunked_walk_keeps_little(void **state)
{
	struct order o = { .op = ORDER_WORK, .pace_per_s = 8000,
	    .work = { .kind = PATTERN_CHUNKED, .passes = 1,
	    .n_pages = PAGES, .window_pages = 256,
	    .behind = BEHIND_EVICT } };
	uint64_t cached, mapped, most_cached = 0, most_mapped = 0;

	(void)state;
	rig_begin(PAGES);
	rig_evict();
	rig_hint_ok("random", 0, PAGES);
	assert_int_equal(rig_order(o).err[0], 0);
	while (rig.shared->running) {
		mapped = rig_mapped(0, PAGES);
		cached = rig_cached(0, PAGES);
		most_cached = cached > most_cached ? cached : most_cached;
		most_mapped = mapped > most_mapped ? mapped : most_mapped;
	}
	assert_int_equal(rig_next_report().touches, PAGES);
	/* A look is no instant: it may see the window before as well. */
	assert_true(most_mapped > 0 && most_mapped <= 2 * 256);
	assert_true(most_cached > 256 && most_cached <= 3 * 256);
	assert_int_equal(rig_mapped(0, PAGES), 0);
	assert_int_equal(rig_cached(0, PAGES), 0);
}

static uint64_t
latency_of(enum latency_kind kind)
{
	uint64_t n = 0;
	unsigned b;

	for (b = 0; b < LATENCY_BUCKETS; b++)
		n += rig.shared->latency[kind][b];
	return n;
}

/* Those of all kinds that took a second at most. */
static uint64_t
quick_touches(void)
{
	unsigned kind, b;
	uint64_t n = 0;

	for (kind = 0; kind < LATENCY_KINDS; kind++)
		for (b = 0; b <= 30; b++)
			n += rig.shared->latency[kind][b];
	return n;
}

/* Every touch is in one bucket, and its faults are those of the process. */
static void
check_histogram(struct pattern_spec spec, uint64_t pace_per_s)
{
	struct faults f = rig_faults();
	uint64_t touches, major;

	touches = rig_walk(spec, pace_per_s);
	f = rig_faults_since(f);
	major = latency_of(LATENCY_MAJOR);
	assert_int_equal(latency_of(LATENCY_NO_FAULT) +
	    latency_of(LATENCY_MINOR) + major, touches);
	assert_true(rig_nearly(quick_touches(), touches));
	assert_int_equal(latency_of(LATENCY_MINOR) +
	    rig.shared->stray_minor, f.minor);
	assert_int_equal(major + rig.shared->stray_major, f.major);
	/* One touch, one fault: a page may go again under way, rarely. */
	assert_true(rig.shared->stray_minor + rig.shared->stray_major <= 4);
}

static void
histogram_adds_up(void **state)
{
	(void)state;
	rig_begin(PAGES);
	rig_evict();
	check_histogram(rig_all_pages(3), 0);
	rig_map();
	check_histogram(rig_all_pages(1), 40000);
	rig_map();
	rig_evict();
	rig_hint_ok("random", 0, PAGES);
	check_histogram(rig_all_pages(1), 0);
	assert_true(rig_nearly(latency_of(LATENCY_MAJOR), PAGES));
	/* What is slow for another reason is no fault. */
	rig_hint_ok("populate", 0, PAGES);
	check_histogram((struct pattern_spec){ .passes = 1, .n_pages = PAGES,
	    .op = TOUCH_PREAD }, 0);
	assert_int_equal(latency_of(LATENCY_NO_FAULT), PAGES);
}

/* Faults of a hint between the touches are not the walk's. */
static void
hints_are_no_touches(void **state)
{
	struct order o = { .op = ORDER_WORK, .pace_per_s = 1000,
	    .work = { .passes = 0, .n_pages = 1 } };

	(void)state;
	rig_begin(PAGES);
	rig_evict();
	assert_int_equal(rig_order(o).err[0], 0);
	rig_hint_ok("populate", 1024, PAGES - 1024);
	while (rig.shared->touches < 20)
		rig_pause_ms(2);
	rig_order((struct order){ .op = ORDER_STOP });
	assert_int_equal(rig.shared->stray_minor, 0);
	assert_int_equal(rig.shared->stray_major, 0);
	assert_true(latency_of(LATENCY_MINOR) + latency_of(LATENCY_MAJOR) <=
	    2);
}

static void
walk_is_cut_at_the_end_of_the_mapping(void **state)
{
	struct pattern_spec spec = { .kind = PATTERN_SEQUENTIAL, .passes = 1,
	    .first_page = SMALL_PAGES - 10, .n_pages = UINT64_MAX };

	(void)state;
	rig_begin(SMALL_PAGES);
	assert_int_equal(rig_walk(spec, 0), 10);
	assert_int_equal(rig.shared->cursor_page, SMALL_PAGES - 1);
}

/* ---- whose faults ---- */

static void
walk_on_what_is_mapped(void)
{
	assert_int_equal(rig_walk(rig_all_pages(1), 0), PAGES);
}

static void
walk_at_a_pace_and_stop(void)
{
	struct order work = { .op = ORDER_WORK, .pace_per_s = 500 };
	uint64_t before = rig.shared->touches;

	work.work = rig_all_pages(0);
	rig_order(work);
	rig_order((struct order){ .op = ORDER_PACE, .pace_per_s = 3000 });
	while (rig.shared->touches < before + 100)
		rig_pause_ms(2);
	rig_order((struct order){ .op = ORDER_STOP });
}

/* Whatever a new worker does first on mapped pages, it adds no fault. */
static void
check_no_fault(void (*act)(void))
{
	struct faults f;
	int i;

	rig_begin(PAGES);
	for (i = 0; i < RIG_TRIES; i++) {
		rig_start(rig_no_preparation);
		rig_map();
		rig_hint_ok("populate", 0, PAGES);
		f = rig_faults();
		act();
		f = rig_faults_since(f);
		if (f.minor == 0 && f.major == 0)
			return;
	}
	fail_msg("%d minor, %d major faults", (int)f.minor, (int)f.major);
}

static void
touching_mapped_pages_adds_no_fault(void **state)
{
	(void)state;
	check_no_fault(walk_on_what_is_mapped);
}

static void
pacing_and_stopping_add_no_fault(void **state)
{
	(void)state;
	check_no_fault(walk_at_a_pace_and_stop);
}

/* The calls themselves, on nothing that is mapped. */
static void
hints_add_no_fault_of_their_own(void **state)
{
	static const char *const names[] = { "normal", "sequential", "random",
	    "dontneed", "cold", "pageout", "munlock", "evict" };
	struct faults f;
	size_t i;

	(void)state;
	rig_begin(PAGES);
	f = rig_faults();
	for (i = 0; i < LENGTH(names); i++)
		rig_hint_ok(names[i], 0, PAGES);
	f = rig_faults_since(f);
	assert_int_equal(f.minor, 0);
	assert_int_equal(f.major, 0);
}

/* Not instrumented: shadow memory has faults of its own. */
__attribute__((no_sanitize_address)) static void
bare_loop(volatile const unsigned char *p, uint64_t pages, size_t page_bytes)
{
	uint64_t i;

	for (i = 0; i < pages; i++)
		(void)p[i * page_bytes];
}

/* The minor faults of a bare loop over the file, mapped where it has the
 * same place in its 2 MiB as the worker's mapping. */
static struct faults
bare_faults(void)
{
	size_t len = rig.pages * rig.page_bytes;
	struct rusage a, b;
	uintptr_t at;
	char *room, *p;

	room = mmap(NULL, len + 2 * HUGE_BYTES, PROT_NONE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(room, MAP_FAILED);
	at = ((uintptr_t)room + HUGE_BYTES - 1) / HUGE_BYTES * HUGE_BYTES +
	    rig.shared->map_addr % HUGE_BYTES;
	p = mmap((void *)at, len, PROT_READ, MAP_SHARED | MAP_FIXED, rig.file,
	    0);
	assert_ptr_equal(p, (void *)at);
	bare_loop((unsigned char *)&len, 1, 1);
	getrusage(RUSAGE_SELF, &a);
	getrusage(RUSAGE_SELF, &a);
	bare_loop((unsigned char *)p, rig.pages, rig.page_bytes);
	getrusage(RUSAGE_SELF, &b);
	munmap(room, len + 2 * HUGE_BYTES);
	return (struct faults){ b.ru_minflt - a.ru_minflt,
	    b.ru_majflt - a.ru_majflt };
}

static void
walk_faults_like_a_bare_loop(void **state)
{
	struct faults f = { 0, 0 }, bare = { 0, 0 };
	int i;

	(void)state;
	rig_begin(PAGES);
	for (i = 0; i < RIG_TRIES; i++) {
		rig_map();
		rig_evict();
		rig_fill();
		f = rig_faults();
		rig_walk(rig_all_pages(1), 0);
		f = rig_faults_since(f);
		bare = bare_faults();
		if (f.major == 0 && bare.major == 0)
			break;
	}
	assert_true(f.minor > 0 && f.minor <= PAGES);
	assert_int_equal(f.minor, bare.minor);
	assert_int_equal(f.major, bare.major);
}

/* The last report of a walk through the cold file, page by page, that ends
 * when so much has been read. */
static struct report
read_at_most(uint64_t bytes)
{
	struct order o = { .op = ORDER_WORK, .work = rig_all_pages(1) };
	struct report r;

	rig_map();
	rig_evict();
	rig_hint_ok("random", 0, PAGES);
	o.work.max_read_bytes = bytes;
	rig_send(&o);
	do
		r = rig_next_report();
	while (!r.done);
	return r;
}

/* Not every file system does. */
static bool
counts_what_is_read(void)
{
	struct rusage before, after;
	char c;

	rig_evict();
	getrusage(RUSAGE_SELF, &before);
	assert_int_equal(pread(rig.file, &c, 1, 0), 1);
	getrusage(RUSAGE_SELF, &after);
	return after.ru_inblock > before.ru_inblock;
}

/* It is looked at from batch to batch, so it may be somewhat more. */
static void
a_walk_ends_that_has_read_enough(void **state)
{
	const uint64_t bytes = 1 << 20;
	struct report r;

	(void)state;
	rig_begin(PAGES);
	if (!counts_what_is_read())
		skip();
	r = read_at_most(bytes);
	assert_true(r.capped);
	assert_true(r.touches >= bytes / rig.page_bytes);
	assert_true(r.touches < PAGES);
	r = read_at_most(0);
	assert_false(r.capped);
	assert_int_equal(r.touches, PAGES);
}

#define TEST(f) cmocka_unit_test_teardown(f, rig_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(walks_touch_exactly_their_pages),
		TEST(reading_by_calls_maps_nothing),
		TEST(reading_past_the_end_ends_the_walk),
		TEST(writing_needs_a_writable_mapping),
		TEST(chunked_walk_keeps_little),
		TEST(a_walk_ends_that_has_read_enough),
		TEST(histogram_adds_up),
		TEST(hints_are_no_touches),
		TEST(walk_is_cut_at_the_end_of_the_mapping),
		TEST(touching_mapped_pages_adds_no_fault),
		TEST(pacing_and_stopping_add_no_fault),
		TEST(hints_add_no_fault_of_their_own),
		TEST(walk_faults_like_a_bare_loop),
	};

	return cmocka_run_group_tests(tests, rig_group_setup,
	    rig_group_teardown);
}
