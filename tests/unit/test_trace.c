/* What the kernel's tracepoints say of this process, as root. The rules by
 * which records become windows and ways of faults: test_tracerules.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "file_rig.h"

#include "pagetide/clock.h"
#include "pagetide/faulttrace.h"
#include "pagetide/landtrace.h"
#include "pagetide/rawindow.h"
#include "pagetide/strbuf.h"
#include "pagetide/trace.h"

enum { PAGES = 4096, MANY = 512 };

/* What was recorded, made into faults and windows. */
struct log {
	struct faulttrace	faults;
	struct rawindows	windows;
	struct traced_fault	fault[MANY];
	struct rawindow		window[MANY];
	size_t			n_faults, n_windows;
};

struct bench {
	struct trace		*trace;
	struct log		 log;
	volatile unsigned char	*map;
	uint64_t		 lost;
};

static struct trace_formats formats;

static void
take(const struct trace_record *r, void *arg)
{
	struct log *l = arg;

	if (l->n_faults < MANY && faulttrace_feed(&l->faults, r,
	    &l->fault[l->n_faults]))
		l->n_faults++;
	if (l->n_windows < MANY && rawindows_feed(&l->windows, r,
	    &l->window[l->n_windows]))
		l->n_windows++;
}

static void
need_formats(void)
{
	struct pollfd p;

	if (formats.known)
		goto known;
	assert_int_equal(trace_formats_begin(&formats), 0);
	for (p = (struct pollfd){ formats.aside.fd, POLLIN, 0 }; !formats.known;) {
		assert_int_equal(poll(&p, 1, 10000), 1);
		trace_formats_ready(&formats);
	}
known:
#ifdef __x86_64__
	/* Where events are listed, those of faults are among them. */
	assert_int_not_equal(formats.step, TRACE_NO_FORMATS);
#endif
	if (formats.step != TRACE_OK) {
		print_message("%s\n", trace_why(formats.step));
		skip();
	}
}

/* The file mapped, and traced; what was cached of it is gone. */
static void
begin(struct bench *b, int flags)
{
	struct trace_what what = { .points = TRACE_FAULTS | TRACE_WINDOWS |
	    TRACE_BIT(TRACE_ADD), .pid = getpid() };
	enum trace_step step;
	struct stat st;
	void *map;

	need_formats();
	memset(b, 0, sizeof *b);
	file_make(PAGES);
	file_evict();
	map = mmap(NULL, PAGES * file_rig.page_bytes, PROT_READ | PROT_WRITE,
	    flags, file_rig.fd, 0);
	assert_ptr_not_equal(map, MAP_FAILED);
	b->map = map;
	assert_int_equal(fstat(file_rig.fd, &st), 0);
	what.ino = st.st_ino;
	what.dev_major = major(st.st_dev);
	what.dev_minor = minor(st.st_dev);
	what.addr = (uintptr_t)map;
	what.addr_bytes = PAGES * file_rig.page_bytes;
	b->trace = trace_open(&formats, &what, &step);
	if (b->trace == NULL && step == TRACE_NO_EVENT) {
		print_message("%s (%s)\n", trace_why(step), strerror(errno));
		skip();
	}
	assert_non_null(b->trace);
	faulttrace_init(&b->log.faults, trace_has(b->trace), true,
	    flags == MAP_PRIVATE);
}

static void
end(struct bench *b)
{
	assert_int_equal(b->lost, 0);
	trace_close(b->trace);
	munmap((void *)(uintptr_t)b->map, PAGES * file_rig.page_bytes);
	file_drop();
}

/* One touch, and what was recorded of it. */
__attribute__((no_sanitize_address)) static void
touch(struct bench *b, uint64_t page, bool write)
{
	volatile unsigned char *at = b->map + page * file_rig.page_bytes;

	b->log.n_faults = b->log.n_windows = 0;
	if (write)
		*at = 1;
	else
		(void)*at;
	trace_read(b->trace, take, &b->log, &b->lost);
}

static void
a_miss_and_its_window(void **state)
{
	struct bench b;
	struct rawindow w;
	uint64_t marker;

	(void)state;
	begin(&b, MAP_SHARED);
	touch(&b, 1000, false);
	assert_int_equal(b.log.n_faults, 1);
	assert_int_equal(b.log.fault[0].address,
	    (uintptr_t)(b.map + 1000 * file_rig.page_bytes));
	assert_true(b.log.fault[0].major);
	assert_true(b.log.fault[0].end_ns > b.log.fault[0].begin_ns);
	if (!(trace_has(b.trace) & TRACE_BIT(TRACE_RA_ORDER))) {
		print_message("no tracepoints of readahead\n");
		end(&b);
		skip();
	}
	assert_int_equal(b.log.n_windows, 1);
	w = b.log.window[0];
	assert_int_equal(w.kind, RAWINDOW_AROUND);
	assert_true(w.first_page <= 1000 && 1000 < w.first_page + w.pages);
	assert_int_equal(b.log.fault[0].path, w.pages > 1 ?
	    PATH_MISS_READAHEAD : PATH_MISS_SINGLE);
	marker = rawindow_marker(&w);
	if (marker == UINT64_MAX || marker >= PAGES) {
		print_message("readahead of %d pages\n", (int)w.pages);
		end(&b);
		skip();
	}
	/* Half of it before, the marker at three quarters. */
	assert_int_equal(w.async_pages, w.pages / 4);
	touch(&b, marker, false);
	assert_int_equal(b.log.n_faults, 1);
	assert_int_equal(b.log.fault[0].path, PATH_MARKER);
	if (b.log.n_windows > 0) {
		assert_int_equal(b.log.window[0].kind, RAWINDOW_ASYNC);
		assert_int_equal(b.log.window[0].trigger_page, marker);
	}
	end(&b);
}

static void
single_pages(void **state)
{
	struct bench b;
	uint64_t page;

	(void)state;
	begin(&b, MAP_SHARED);
	madvise((void *)(uintptr_t)b.map, PAGES * file_rig.page_bytes,
	    MADV_RANDOM);
	for (page = 0; page < 64; page += 8) {
		touch(&b, page, false);
		assert_int_equal(b.log.n_faults, 1);
		assert_int_equal(b.log.fault[0].path, PATH_MISS_SINGLE);
		assert_int_equal(b.log.fault[0].read_pages, 1);
		assert_int_equal(b.log.n_windows, 0);
		touch(&b, page, false);
		assert_int_equal(b.log.n_faults, 0);
	}
	end(&b);
}

static void
copies(void **state)
{
	struct bench b;

	(void)state;
	begin(&b, MAP_PRIVATE);
	file_bring(0, 8);
	touch(&b, 3, false);
	assert_int_equal(b.log.n_faults, 1);
	assert_int_equal(b.log.fault[0].path, PATH_AROUND);
	touch(&b, 3, true);
	assert_int_equal(b.log.n_faults, 1);
	assert_int_equal(b.log.fault[0].path, PATH_COPY_MAPPED);
	assert_true(b.log.fault[0].write);
	madvise((void *)(uintptr_t)b.map, PAGES * file_rig.page_bytes,
	    MADV_DONTNEED);
	touch(&b, 3, true);
	assert_int_equal(b.log.n_faults, 1);
	assert_int_equal(b.log.fault[0].path, PATH_COPY_CACHE);
	touch(&b, 2000, true);
	assert_int_equal(b.log.fault[0].path, PATH_COPY_READ);
	end(&b);
}

/* A loss is seen where it was, as soon as there is room to tell it. */
static void
a_loss_is_told(void **state)
{
	struct bench b;
	uint64_t round, page, told;

	(void)state;
	begin(&b, MAP_SHARED);
	for (round = 0; round < 160; round++) {
		for (page = 0; page < PAGES; page += 16)
			(void)b.map[page * file_rig.page_bytes];
		madvise((void *)(uintptr_t)b.map, PAGES * file_rig.page_bytes,
		    MADV_DONTNEED);
	}
	trace_read(b.trace, take, &b.log, &b.lost);
	told = b.lost;
	touch(&b, 0, false);
	assert_true(b.lost > 0);
	/* At once, or (before 6.0) with the next record; never twice. */
	assert_true(told == 0 || told == b.lost);
	b.lost = 0;
	end(&b);
}

/* The kernel takes 50 ms for the last event of each tracepoint. */
static void
closing_names_takes_no_time(void **state)
{
	struct trace_what what = { .points = TRACE_FAULTS | TRACE_BIT(TRACE_ADD),
		.addr = 4096, .addr_bytes = 4096 };
	struct landtrace_names names = { &formats, &what, true, false };
	uint64_t least_ns = UINT64_MAX, begin_ns, took_ns;
	enum landtrace_step step;
	struct landtrace *t;

	(void)state;
	need_formats();
	for (int i = 0; i < 5; i++) {
		t = landtrace_open(getpid(), 1, &names, &step);
		if (t == NULL)
			skip();
		begin_ns = clock_now_ns();
		landtrace_close(t);
		took_ns = clock_now_ns() - begin_ns;
		if (took_ns < least_ns)
			least_ns = took_ns;
	}
	assert_true(least_ns < 50 * NS_PER_MS);
}

/* A tracepoint that this kernel has not is missing, and has its name. */
static void
a_missing_point_is_named(void **state)
{
	struct trace_what what = { .points = TRACE_FAULTS, .pid = getpid() };
	struct strbuf out = STRBUF_INIT;
	struct trace_formats less;
	enum trace_step step;
	struct trace *t;

	(void)state;
	need_formats();
	less = formats;
	less.point[TRACE_FILEMAP_FAULT].id = 0;
	what.points |= TRACE_BIT(TRACE_FILEMAP_FAULT);
	t = trace_open(&less, &what, &step);
	if (t == NULL)
		skip();
	assert_int_equal(trace_has(t) & TRACE_BIT(TRACE_FILEMAP_FAULT), 0);
	assert_false(trace_missing(t, trace_has(t), &out));
	assert_int_equal(out.len, 0);
	assert_true(trace_missing(t, what.points, &out));
	assert_string_equal(out.s, "filemap:mm_filemap_fault");
	strbuf_done(&out);
	trace_close(t);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_miss_and_its_window),
		cmocka_unit_test(single_pages),
		cmocka_unit_test(copies),
		cmocka_unit_test(a_loss_is_told),
		cmocka_unit_test(closing_names_takes_no_time),
		cmocka_unit_test(a_missing_point_is_named),
	};

	if (argc > 1 && strcmp(argv[1], TRACE_FORMATS_OPTION) == 0)
		return trace_formats_main();
	return cmocka_run_group_tests(tests, file_group_setup,
	    file_group_teardown);
}
