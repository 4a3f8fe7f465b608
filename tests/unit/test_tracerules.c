/* The rules by which what tracepoints say becomes windows and ways of faults, on
 * records that are made up. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "pagetide/faulttrace.h"
#include "pagetide/rawindow.h"
#include "pagetide/trace.h"

#define REC(p, ...) { .t_ns = 7, .pid = 1, .tid = 1, .point = (p), \
		      .arg = { __VA_ARGS__ } }

static void
windows_by_the_rules(void **state)
{
	static const struct {
		struct trace_record	r;
		bool			is_window;
		struct rawindow		w;
	} rows[] = {
		/* read(2) from 0 at 128K: 0+4 m1, then 4+8 by the marker */
		{ REC(TRACE_SYNC_RA, 0, 1), false, { 0 } },
		{ REC(TRACE_RA_ORDER, 0, 4, 3, 0), true, { 7, 0, 4, 3, 0,
		    RAWINDOW_SYNC, 0, 1 } },
		{ REC(TRACE_RA_UNBOUNDED, 0, 4, 3), false, { 0 } },
		{ REC(TRACE_ASYNC_RA, 1, 1), false, { 0 } },
		{ REC(TRACE_RA_ORDER, 4, 8, 8, 2), true, { 7, 4, 8, 8, 1,
		    RAWINDOW_ASYNC, 2, 1 } },
		/* mmap: nobody said what triggered it */
		{ REC(TRACE_RA_ORDER, 984, 32, 8, 0), true, { 7, 984, 32, 8,
		    UINT64_MAX, RAWINDOW_AROUND, 0, 1 } },
		/* backward: the rest of the same in single pages */
		{ REC(TRACE_RA_ORDER, 4967, 32, 8, 0), true, { 7, 4967, 32, 8,
		    UINT64_MAX, RAWINDOW_AROUND, 0, 1 } },
		{ REC(TRACE_RA_UNBOUNDED, 4984, 15, 8), false, { 0 } },
		/* WILLNEED */
		{ REC(TRACE_RA_UNBOUNDED, 0, 320, 0), true, { 7, 0, 320, 0,
		    UINT64_MAX, RAWINDOW_FORCED, 0, 1 } },
		{ REC(TRACE_ADD, 5, 0), false, { 0 } },
	};
	struct rawindows all = { 0 };
	struct rawindow w;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		assert_int_equal(rawindows_feed(&all, &rows[i].r, &w),
		    rows[i].is_window);
		if (!rows[i].is_window)
			continue;
		assert_int_equal(w.first_page, rows[i].w.first_page);
		assert_int_equal(w.pages, rows[i].w.pages);
		assert_int_equal(w.async_pages, rows[i].w.async_pages);
		assert_int_equal(w.trigger_page, rows[i].w.trigger_page);
		assert_int_equal(w.kind, rows[i].w.kind);
		assert_int_equal(w.order, rows[i].w.order);
	}
}

/* How many of these records are windows, and of what kind the last one is. */
static size_t
count_windows(const struct trace_record *r, size_t n, enum rawindow_kind *last)
{
	struct rawindows all = { 0 };
	struct rawindow w;
	size_t windows = 0;

	for (size_t i = 0; i < n; i++)
		if (rawindows_feed(&all, &r[i], &w)) {
			windows++;
			*last = w.kind;
		}
	return windows;
}

/* The rest of a window ends where the file does; WILLNEED is no rest. */
static void
windows_at_the_end_of_the_file(void **state)
{
	static const struct trace_record r[] = {
		REC(TRACE_FILEMAP_FAULT, 1000),
		REC(TRACE_RA_ORDER, 984, 32, 8, 0),
		REC(TRACE_RA_UNBOUNDED, 984, 20, 8),
		REC(TRACE_MAJOR, 4096),
	}, hinted[] = {
		REC(TRACE_SYNC_RA, 984, 1),
		REC(TRACE_RA_ORDER, 984, 32, 8, 0),
		REC(TRACE_RA_UNBOUNDED, 984, 20, 0),
	}, later[] = {
		REC(TRACE_FILEMAP_FAULT, 1000),
		REC(TRACE_RA_ORDER, 984, 32, 0, 0),
		REC(TRACE_MAJOR, 4096),
		REC(TRACE_RA_UNBOUNDED, 984, 20, 0),
	};
	enum rawindow_kind kind;

	(void)state;
	assert_int_equal(count_windows(r, 4, &kind), 1);
	assert_int_equal(kind, RAWINDOW_AROUND);
	assert_int_equal(count_windows(hinted, 3, &kind), 2);
	assert_int_equal(kind, RAWINDOW_FORCED);
	assert_int_equal(count_windows(later, 4, &kind), 2);
	assert_int_equal(kind, RAWINDOW_FORCED);
}

static void
a_marker_that_had_nothing_read(void **state)
{
	static const struct trace_record by_read[] = {
		REC(TRACE_ASYNC_RA, 9, 32),
		REC(TRACE_RA_UNBOUNDED, 0, 320, 0),
	}, by_fault[] = {
		REC(TRACE_FILEMAP_FAULT, 9),
		REC(TRACE_ASYNC_RA, 9, 32),
		REC(TRACE_MINOR, 4096),
		REC(TRACE_RA_ORDER, 64, 32, 8, 0),
	}, lost[] = {
		REC(TRACE_ASYNC_RA, 9, 32),
		REC(TRACE_LOST, 5),
		REC(TRACE_RA_ORDER, 64, 32, 8, 0),
	}, alone[] = {
		REC(TRACE_SYNC_RA, 9, 1),
		REC(TRACE_RA_UNBOUNDED, 9, 1, 0),
	};
	enum rawindow_kind kind;

	(void)state;
	assert_int_equal(count_windows(by_read, 2, &kind), 1);
	assert_int_equal(kind, RAWINDOW_FORCED);
	assert_int_equal(count_windows(by_fault, 4, &kind), 1);
	assert_int_equal(kind, RAWINDOW_AROUND);
	assert_int_equal(count_windows(lost, 3, &kind), 1);
	assert_int_equal(kind, RAWINDOW_AROUND);
	assert_int_equal(count_windows(alone, 2, &kind), 1);
	assert_int_equal(kind, RAWINDOW_SYNC);
}

/* A window is that of the thread whose miss it was. */
static void
threads_are_told_apart(void **state)
{
	struct trace_record r = REC(TRACE_SYNC_RA, 0, 1);
	struct rawindows all = { 0 };
	struct rawindow w;
	uint32_t i;

	(void)state;
	for (i = 1; i <= RAWINDOW_THREADS; i++) {
		r.tid = i;
		r.arg[0] = 100 * i;
		assert_false(rawindows_feed(&all, &r, &w));
	}
	r.point = TRACE_RA_ORDER;
	for (i = RAWINDOW_THREADS; i > 0; i--) {
		r.tid = i;
		r.arg[0] = 100 * i;
		r.arg[1] = 4;
		assert_true(rawindows_feed(&all, &r, &w));
		assert_int_equal(w.trigger_page, 100 * i);
		assert_int_equal(w.kind, RAWINDOW_SYNC);
	}
}

/* What is decided beyond the end of the file is not read. */
static void
windows_end_with_the_file(void **state)
{
	struct rawindow w = { .first_page = 984, .pages = 32,
		.async_pages = 8 };

	(void)state;
	assert_true(rawindow_clip(&w, 1016));
	assert_int_equal(w.pages, 32);
	assert_true(rawindow_clip(&w, 1010));
	assert_int_equal(w.pages, 26);
	assert_int_equal(rawindow_marker(&w), 1008);
	assert_true(rawindow_clip(&w, 1008));
	assert_int_equal(w.pages, 24);
	assert_true(rawindow_marker(&w) == UINT64_MAX);
	assert_false(rawindow_clip(&w, 984));
}

/* The newest window of pages, of those that are kept. */
static void
the_last_windows_are_kept(void **state)
{
	static struct readahead r;
	struct rawindow w = { .pages = 8, .kind = RAWINDOW_SYNC };

	(void)state;
	assert_null(readahead_at(&r, 0));
	assert_null(readahead_find(&r, 0, 100));
	for (uint64_t i = 0; i < READAHEAD_KEPT + 4; i++) {
		w.first_page = i * 8;
		readahead_add(&r, &w);
	}
	w.first_page = 100;
	w.kind = RAWINDOW_ASYNC;
	readahead_add(&r, &w);
	assert_int_equal(r.windows, READAHEAD_KEPT + 5);
	assert_int_equal(r.pages, 8 * (READAHEAD_KEPT + 5));
	assert_int_equal(readahead_at(&r, 0)->first_page, 100);
	assert_int_equal(readahead_at(&r, READAHEAD_KEPT - 1)->first_page, 40);
	assert_null(readahead_at(&r, READAHEAD_KEPT));
	assert_int_equal(readahead_find(&r, 104, 1)->kind, RAWINDOW_ASYNC);
	assert_int_equal(readahead_find(&r, 108, 1)->first_page, 104);
	assert_int_equal(readahead_find(&r, 96, 200)->first_page, 100);
	assert_null(readahead_find(&r, 0, 40));
}

struct runs {
	size_t	 n;
	uint64_t first[8], pages[8], since_ns[8];
};

static bool
take_run(void *arg, uint64_t first, uint64_t n, uint64_t since_ns)
{
	struct runs *r = arg;

	r->first[r->n] = first;
	r->pages[r->n] = n;
	r->since_ns[r->n++] = since_ns;
	return r->n < 8;
}

/* Each page once, since the oldest window that has it. */
static void
pages_of_windows_are_counted_once(void **state)
{
	static const struct rawindow w[] = {
		{ .t_ns = 5, .first_page = 10, .pages = 10 },
		{ .t_ns = 7, .first_page = 20, .pages = 5 },
		{ .t_ns = 8, .first_page = 15, .pages = 8 },
		{ .t_ns = 9, .first_page = 40, .pages = 1 },
	};
	static const uint64_t want[][3] = {
		{ 10, 5, 5 }, { 15, 5, 5 }, { 20, 3, 7 }, { 23, 2, 7 },
		{ 40, 1, 9 },
	};
	static struct readahead r;
	struct runs runs = { 0 };

	(void)state;
	assert_true(readahead_each(&r, take_run, &runs));
	assert_int_equal(runs.n, 0);
	for (size_t i = 0; i < 4; i++)
		readahead_add(&r, &w[i]);
	assert_true(readahead_each(&r, take_run, &runs));
	assert_int_equal(runs.n, 5);
	for (size_t i = 0; i < 5; i++) {
		assert_int_equal(runs.first[i], want[i][0]);
		assert_int_equal(runs.pages[i], want[i][1]);
		assert_int_equal(runs.since_ns[i], want[i][2]);
	}
}

/* What a mapping reads around a page has that one for its trigger. */
static void
a_fault_is_the_trigger_of_what_is_read_around_it(void **state)
{
	static struct rawindows all;
	struct rawindow w;
	struct trace_record fault = { .tid = 7,
		.point = TRACE_FILEMAP_FAULT, .arg = { 1000 } };
	struct trace_record order = { .tid = 7, .point = TRACE_RA_ORDER,
		.arg = { 984, 32, 8, 0 } };

	(void)state;
	assert_false(rawindows_feed(&all, &fault, &w));
	assert_true(rawindows_feed(&all, &order, &w));
	assert_int_equal(w.kind, RAWINDOW_AROUND);
	assert_int_equal(w.trigger_page, 1000);
	assert_int_equal(rawindow_marker(&w), 1008);
	order.tid = 8;
	assert_true(rawindows_feed(&all, &order, &w));
	assert_true(w.trigger_page == UINT64_MAX);
}

#define ALL_POINTS ((1u << TRACE_COUNT) - 1)
#define READ_FAULT	REC(TRACE_FAULT_USER, 4096, 4)
#define MISS_OF(page)	REC(TRACE_FILEMAP_FAULT, page)
#define ADD(page, order) REC(TRACE_ADD, page, order)
#define MINOR		REC(TRACE_MINOR, 4096)
#define MAJOR		REC(TRACE_MAJOR, 4096)

enum { RECORDS = 8 };

/* The way that these records tell of a fault, of what is recorded; -1: they
 * tell of none. */
static int
way(unsigned has, bool is_private, const struct trace_record *r)
{
	struct traced_fault fault;
	struct faulttrace f;

	faulttrace_init(&f, has, true, is_private);
	for (size_t i = 0; i < RECORDS && r[i].tid != 0; i++)
		if ((r[i].point == TRACE_LOST ||
		    (has & TRACE_BIT(r[i].point))) &&
		    faulttrace_feed(&f, &r[i], &fault))
			return (int)fault.path;
	return -1;
}

/* Ways by all points, and by those of kernels that have not all: what these do
 * not tell has no name. */
static void
a_kernel_without_a_point_names_less(void **state)
{
	static const struct {
		struct trace_record r[RECORDS];
		int	all, no_windows, no_miss, no_around, no_add;
	} rows[] = {
		{ { READ_FAULT, MISS_OF(9), ADD(8, 2), ADD(12, 2), MAJOR },
		    PATH_MISS_READAHEAD, PATH_MISS_READAHEAD, PATH_UNKNOWN,
		    PATH_MISS_READAHEAD, PATH_UNKNOWN },
		{ { READ_FAULT, MISS_OF(9), ADD(9, 0), MAJOR },
		    PATH_MISS_SINGLE, PATH_MISS_SINGLE, PATH_UNKNOWN,
		    PATH_MISS_SINGLE, PATH_UNKNOWN },
		/* the marker, with and without anything to read */
		{ { READ_FAULT, MISS_OF(9), REC(TRACE_ASYNC_RA, 9, 32),
		    ADD(16, 4), MINOR }, PATH_MARKER, PATH_MARKER,
		    PATH_UNKNOWN, PATH_MARKER, PATH_MARKER },
		{ { READ_FAULT, MISS_OF(9), REC(TRACE_ASYNC_RA, 9, 32),
		    MINOR }, PATH_MARKER, PATH_UNKNOWN, PATH_UNKNOWN,
		    PATH_MARKER, PATH_MARKER },
		{ { READ_FAULT, MISS_OF(9), MINOR }, PATH_WAITED,
		    PATH_UNKNOWN, PATH_UNKNOWN, PATH_WAITED, PATH_UNKNOWN },
		{ { READ_FAULT, REC(TRACE_MAP_PAGES, 0, 15), MINOR },
		    PATH_AROUND, PATH_AROUND, PATH_UNKNOWN, PATH_UNKNOWN,
		    PATH_AROUND },
		{ { READ_FAULT, MINOR }, PATH_PMD, PATH_PMD, PATH_UNKNOWN,
		    PATH_UNKNOWN, PATH_PMD },
		/* a PTE was there */
		{ { REC(TRACE_FAULT_USER, 4096, 7), MINOR },
		    PATH_WRITE_NOTIFY, PATH_WRITE_NOTIFY, PATH_WRITE_NOTIFY,
		    PATH_WRITE_NOTIFY, PATH_WRITE_NOTIFY },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		assert_int_equal(way(ALL_POINTS, false, rows[i].r),
		    rows[i].all);
		assert_int_equal(way(ALL_POINTS & ~TRACE_WINDOWS, false,
		    rows[i].r), rows[i].no_windows);
		assert_int_equal(way(ALL_POINTS &
		    ~TRACE_BIT(TRACE_FILEMAP_FAULT), false, rows[i].r),
		    rows[i].no_miss);
		assert_int_equal(way(ALL_POINTS & ~TRACE_BIT(TRACE_MAP_PAGES),
		    false, rows[i].r), rows[i].no_around);
		assert_int_equal(way(ALL_POINTS & ~TRACE_BIT(TRACE_ADD),
		    false, rows[i].r), rows[i].no_add);
		assert_int_equal(way(ALL_POINTS &
		    ~TRACE_BIT(TRACE_FAULT_USER), false, rows[i].r), -1);
	}
}

static void
copies_by_the_rules(void **state)
{
	static const struct trace_record read[RECORDS] = {
		REC(TRACE_FAULT_USER, 4096, 6), MISS_OF(9), ADD(8, 2), MAJOR
	}, cached[RECORDS] = {
		REC(TRACE_FAULT_USER, 4096, 6), MISS_OF(9), ADD(16, 4), MINOR
	};

	(void)state;
	assert_int_equal(way(ALL_POINTS, true, read), PATH_COPY_READ);
	assert_int_equal(way(ALL_POINTS, true, cached), PATH_COPY_CACHE);
	assert_int_equal(way(ALL_POINTS & ~TRACE_BIT(TRACE_ADD), true, read),
	    PATH_UNKNOWN);
}

/* A fault that records were lost of has no way; nor is it none. */
static void
what_was_lost_is_not_named(void **state)
{
	static const struct trace_record middle[RECORDS] = {
		READ_FAULT, REC(TRACE_LOST, 3), MINOR
	};
	const struct traced_fault none = { .path = PATH_UNKNOWN };
	const struct traced_fault hit = { .path = PATH_AROUND };
	const struct traced_fault miss = { .path = PATH_MISS_SINGLE };
	enum fault_path path = PATH_HIT;
	struct faulttrace f;

	(void)state;
	assert_int_equal(way(ALL_POINTS, false, middle), -1);
	faulttrace_init(&f, ALL_POINTS, true, false);
	assert_false(traced_name(&f, NULL, PATH_MISS_READAHEAD, &path));
	assert_false(traced_name(&f, NULL, PATH_UNKNOWN, &path));
	assert_true(traced_name(&f, NULL, PATH_MAPPED, &path));
	assert_false(traced_name(&f, &none, PATH_HIT, &path));
	assert_true(traced_name(&f, &hit, PATH_HIT, &path));
	assert_int_equal(path, PATH_HIT);
	assert_true(traced_name(&f, &miss, PATH_HIT, &path));
	assert_int_equal(path, PATH_MISS_SINGLE);
	faulttrace_init(&f, ALL_POINTS & ~TRACE_BIT(TRACE_FAULT_USER), true,
	    false);
	assert_false(traced_name(&f, NULL, PATH_MAPPED, &path));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(windows_by_the_rules),
		cmocka_unit_test(windows_at_the_end_of_the_file),
		cmocka_unit_test(a_marker_that_had_nothing_read),
		cmocka_unit_test(threads_are_told_apart),
		cmocka_unit_test(windows_end_with_the_file),
		cmocka_unit_test(the_last_windows_are_kept),
		cmocka_unit_test(pages_of_windows_are_counted_once),
		cmocka_unit_test(a_fault_is_the_trigger_of_what_is_read_around_it),
		cmocka_unit_test(a_kernel_without_a_point_names_less),
		cmocka_unit_test(copies_by_the_rules),
		cmocka_unit_test(what_was_lost_is_not_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
