#include "config.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "zeropage.h"

#include "pagetide/clock.h"
#include "pagetide/foreign.h"
#include "pagetide/strbuf.h"

#include "../../src/probe/mincore.h"
#include "../../src/probe/pagemap.h"

#define BIT(n)		(UINT64_C(1) << (n))
#define MAX_PAGES	20000
#define M		LAYER_BIT(LAYER_MAPPED)
#define P		LAYER_BIT(LAYER_PRIVATE)
#define Z		LAYER_BIT(LAYER_ZERO)
#define S		LAYER_BIT(LAYER_SWAPPED)
#define G		LAYER_BIT(LAYER_GUARD)
#ifndef MADV_GUARD_INSTALL
#define MADV_GUARD_INSTALL 102
#endif

/* Takes runs down page by page, and checks their order. */
struct taker {
	struct scan_sink sink;
	uint64_t	next;		/* no run may begin before it */
	unsigned	layers[MAX_PAGES];
	unsigned	runs;
};

static struct taker taker;

static void
take(struct scan_sink *sink, uint64_t first, uint64_t n, unsigned layers)
{
	struct taker *t = (struct taker *)sink;
	uint64_t i;

	assert_true(first >= t->next);
	assert_true(n > 0 && first + n <= MAX_PAGES);
	for (i = first; i < first + n; i++)
		t->layers[i] = layers;
	t->next = first + n;
	t->runs++;
}

static struct scan_sink *
taker_start(void)
{
	memset(&taker, 0, sizeof taker);
	taker.sink.put = take;
	return &taker.sink;
}

static void
test_entries(void **state)
{
	static const uint64_t entry[] = {
		0,
		BIT(63) | BIT(61) | 12345,	/* present */
		BIT(63),			/* present, no PFN told */
		BIT(62) | 77,			/* swapped */
		BIT(62) | BIT(58),		/* a guard page */
		BIT(61) | BIT(56) | BIT(55),
		BIT(63) | BIT(56),
		BIT(62) | BIT(57),		/* marked by userfaultfd */
		BIT(62) | BIT(58) | BIT(57),
	};
	/* The last but two is of no file and mapped once: a copy. */
	static const unsigned layers[] = { 0, M, M, S, G, 0, M | P,
		SCAN_SWAP_UNKNOWN, G };
	size_t i;

	(void)state;
	pagemap_runs(entry, 9, 100, taker_start());
	for (i = 0; i < 9; i++)
		assert_int_equal(taker.layers[100 + i], layers[i]);
	assert_int_equal(taker.runs, 6);
	pagemap_runs(entry, 0, 0, taker_start());
	assert_int_equal(taker.runs, 0);
}

/* Copies, pages of the file, and the page of zeros that all share. */
static void
test_private_entries(void **state)
{
	static const uint64_t file = BIT(63) | BIT(61), copy = BIT(63) |
	    BIT(56) | BIT(55) | 4711, zero = BIT(63) | 1;
	const uint64_t entry[] = { file, copy, copy, zero, file | BIT(56),
		copy, BIT(56), 0 };
	static const unsigned layers[] = { M, M | P, M | P, M, M, M | P, 0,
		0 };
	size_t i;

	(void)state;
	for (i = 0; i < 8; i++)
		assert_int_equal(pagemap_layers(entry[i]), layers[i]);
	pagemap_runs(entry, 8, 10, taker_start());
	for (i = 0; i < 8; i++)
		assert_int_equal(taker.layers[10 + i], layers[i]);
	/* Two copies are one run; so are zeros and a page of the file. */
	assert_int_equal(taker.runs, 4);
}

static void
test_mincore_vector(void **state)
{
	/* Only bit 0 counts; the others are reserved. */
	static const unsigned char vec[] = { 1, 0xff, 0xfe, 0, 3, 2 };
	static const int resident[] = { 1, 1, 0, 0, 1, 0 };
	size_t i;

	(void)state;
	mincore_runs(vec, 6, 50, taker_start());
	for (i = 0; i < 6; i++)
		assert_int_equal(taker.layers[50 + i],
		    resident[i] ? LAYER_BIT(LAYER_CACHED) : 0);
	assert_int_equal(taker.runs, 2);
}

static void
read_all(const struct scan_reader *reader, struct pagemap *pm, uint64_t pages)
{
	uint64_t page = 0, to;
	struct scan_sink *sink = taker_start();

	while (page < pages) {
		to = reader->runs(pm, page, pages, sink);
		assert_true(to > page && to <= pages);
		page = to;
	}
}

static char *
map_anonymous(uint64_t pages)
{
	size_t len = pages * sysconf(_SC_PAGESIZE);
	char *map;

	map = mmap(NULL, len, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	assert_true(map != MAP_FAILED);
	madvise(map, len, MADV_NOHUGEPAGE);
	return map;
}

static const struct scan_reader *const readers[] = {
	&pagemap_scan_reader, &pagemap_plain_reader };

/* Readers that the kernel has: the plain one always. */
static bool
have(const struct scan_reader *reader, struct pagemap *pm)
{
	return reader == &pagemap_plain_reader ||
	    pagemap_reader(pm) == &pagemap_scan_reader;
}

/* More runs than fit into one call, and more pages than one call takes. */
static void
test_both_readers_see_what_was_touched(void **state)
{
	uint64_t pages = 15000, mapped = 14000, i, seed = 1;
	uint32_t page_bytes = sysconf(_SC_PAGESIZE);
	static bool touched[15000];
	struct pagemap pm;
	unsigned r;
	char *map;

	(void)state;
	map = map_anonymous(mapped);
	for (i = 0; i < mapped; i++) {
		seed = seed * UINT64_C(6364136223846793005) + 1;
		touched[i] = i < 4000 ? i & 1 : seed >> 40 & 1;
		if (touched[i])
			map[i * page_bytes] = 1;
	}
	pagemap_init(&pm, page_bytes);
	assert_int_equal(pagemap_open(&pm, getpid(), (uintptr_t)map, 0, mapped),
	    0);
	for (r = 0; r < 2; r++) {
		if (!have(readers[r], &pm))
			continue;
		read_all(readers[r], &pm, pages);
		for (i = 0; i < pages; i++)
			assert_int_equal(taker.layers[i], touched[i] ?
			    M | P : 0);
	}
	pagemap_close(&pm);
	assert_int_equal(pm.fd, -1);
	munmap(map, mapped * page_bytes);
}

static void
test_guard_pages_are_not_mapped(void **state)
{
	uint32_t page_bytes = sysconf(_SC_PAGESIZE);
	struct pagemap pm;
	unsigned r, i;
	char *map;

	(void)state;
	map = map_anonymous(10);
	for (i = 0; i < 10; i++)
		map[i * page_bytes] = 1;
	if (madvise(map + 3 * page_bytes, 2 * page_bytes,
	    MADV_GUARD_INSTALL) != 0) {
		print_message("skipped: no guard pages before Linux 6.13\n");
		skip();
	}
	pagemap_init(&pm, page_bytes);
	assert_int_equal(pagemap_open(&pm, getpid(), (uintptr_t)map, 0, 10), 0);
	for (r = 0; r < 2; r++) {
		if (!have(readers[r], &pm))
			continue;
		read_all(readers[r], &pm, 10);
		for (i = 0; i < 10; i++)
			assert_int_equal(taker.layers[i] & (M | P), i == 3 ||
			    i == 4 ? 0 : M | P);
	}
	pagemap_close(&pm);
	munmap(map, 10 * page_bytes);
}

/* Guard pages and what is swapped have the same bit; asked for kinds, a reader
 * tells them apart, or says that it does not. */
static void
test_kinds(void **state)
{
	uint32_t page_bytes = sysconf(_SC_PAGESIZE);
	const struct scan_reader *reader;
	struct pagemap pm;
	char *map = map_anonymous(10);

	(void)state;
	map[0] = 1;
	if (madvise(map + 3 * page_bytes, 2 * page_bytes,
	    MADV_GUARD_INSTALL) != 0)
		skip();
	pagemap_init(&pm, page_bytes);
	assert_int_equal(pagemap_open(&pm, getpid(), (uintptr_t)map, 0, 10), 0);
	pm.kinds = true;
	reader = pagemap_reader(&pm);
	read_all(reader, &pm, 10);
	assert_int_equal(taker.layers[0] & (M | P), M | P);
	for (unsigned i = 1; i < 10; i++)
		assert_int_equal(taker.layers[i] & reader->layers,
		    (i == 3 || i == 4) && (reader->layers & G) != 0 ? G : 0);
	pagemap_close(&pm);
	munmap(map, 10 * page_bytes);
}

/* What is read stays the file's, what is written becomes one's own. */
static void
test_copies_of_a_file(void **state)
{
	uint32_t page_bytes = sysconf(_SC_PAGESIZE);
	size_t len = 64 * page_bytes;
	int fd = memfd_create("test", MFD_CLOEXEC);
	volatile char *map;
	struct pagemap pm;
	unsigned r, i;

	(void)state;
	assert_int_equal(ftruncate(fd, len), 0);
	map = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	assert_true(map != MAP_FAILED);
	for (i = 0; i < 48; i++)
		(void)map[i * page_bytes];
	for (i = 0; i < 64; i += 4)
		map[i * page_bytes] = 1;
	pagemap_init(&pm, page_bytes);
	assert_int_equal(pagemap_open(&pm, getpid(), (uintptr_t)map, 0, 64),
	    0);
	for (r = 0; r < 2; r++) {
		if (!have(readers[r], &pm))
			continue;
		read_all(readers[r], &pm, 64);
		for (i = 0; i < 64; i++)
			if (i % 4 == 0)
				assert_int_equal(taker.layers[i], M | P);
			else if (i < 48)
				assert_int_equal(taker.layers[i], M);
			else
				assert_int_equal(taker.layers[i], 0);
	}
	pagemap_close(&pm);
	munmap((void *)map, len);
	close(fd);
}

/* Reading anonymous memory maps the page of zeros: that is nobody's own. */
static void
test_zeros_are_not_private(void **state)
{
	uint32_t page_bytes = sysconf(_SC_PAGESIZE);
	volatile char *map = map_anonymous(16);
	struct pagemap pm;
	unsigned r, i, read;

	(void)state;
	if (!zeropage_is_used())
		skip();
	for (i = 0; i < 16; i++)
		(void)map[i * page_bytes];
	map[5 * page_bytes] = 1;
	pagemap_init(&pm, page_bytes);
	assert_int_equal(pagemap_open(&pm, getpid(), (uintptr_t)map, 0, 16),
	    0);
	for (r = 0; r < 2; r++) {
		if (!have(readers[r], &pm))
			continue;
		read_all(readers[r], &pm, 16);
		read = readers[r] == &pagemap_plain_reader ? M : M | Z;
		for (i = 0; i < 16; i++)
			assert_int_equal(taker.layers[i],
			    i == 5 ? M | P : read);
	}
	pagemap_close(&pm);
	munmap((void *)map, 16 * page_bytes);
}

/* A mapping of pages 5000 to 5099 of a target of 12000. */
static void
test_mapping_of_a_part(void **state)
{
	uint32_t page_bytes = sysconf(_SC_PAGESIZE);
	char *map = map_anonymous(100);
	struct pagemap pm;
	unsigned r, i;

	(void)state;
	map[0] = map[1 * page_bytes] = map[99 * page_bytes] = 1;
	pagemap_init(&pm, page_bytes);
	assert_int_equal(pagemap_open(&pm, getpid(), (uintptr_t)map, 5000,
	    100), 0);
	for (r = 0; r < 2; r++) {
		if (!have(readers[r], &pm))
			continue;
		read_all(readers[r], &pm, 12000);
		for (i = 0; i < 12000; i++)
			assert_int_equal(taker.layers[i], i == 5000 ||
			    i == 5001 || i == 5099 ? M | P : 0);
	}
	pagemap_close(&pm);
	munmap(map, 100 * page_bytes);
}

struct counter {
	struct scan_sink sink;
	uint64_t	pages, next;
};

static unsigned read_layers;	/* of memory that was read, no more */

static void
count_run(struct scan_sink *sink, uint64_t first, uint64_t n, unsigned layers)
{
	struct counter *c = (struct counter *)sink;

	assert_true(first >= c->next);
	assert_int_equal(layers, read_layers);
	c->next = first + n;
	c->pages += n;
}

/* A call ends after so many mapped pages; empty ones it passes in strides. */
static void
test_calls_are_bounded_by_what_is_mapped(void **state)
{
	uint64_t pages = UINT64_C(1) << 24, mapped = 150000, page = 0, before;
	uint32_t page_bytes = sysconf(_SC_PAGESIZE);
	volatile char *map = map_anonymous(pages);
	struct counter c = { .sink = { count_run } };
	struct pagemap pm;
	unsigned calls;

	(void)state;
	read_layers = zeropage_is_used() ? M | Z : M | P;
	for (page = 0; page < mapped; page++)
		(void)map[page * page_bytes];
	pagemap_init(&pm, page_bytes);
	assert_int_equal(pagemap_open(&pm, getpid(), (uintptr_t)map, 0,
	    pages), 0);
	if (!have(&pagemap_scan_reader, &pm))
		skip();
	for (calls = 0, page = 0; page < pages; calls++) {
		before = c.pages;
		page = pagemap_scan_reader.runs(&pm, page, pages, &c.sink);
		assert_true(c.pages - before <= 1 << 16);
	}
	assert_int_equal(c.pages, mapped);
	assert_in_range(calls, 3, 20);
	pagemap_close(&pm);
	munmap((void *)map, pages * page_bytes);
}

/* Nothing is known of a process that is gone; not that it maps nothing. */
static void
test_process_gone(void **state)
{
	uint32_t page_bytes = sysconf(_SC_PAGESIZE);
	char *map = map_anonymous(100);
	struct pagemap pm;
	unsigned r, i;
	bool known[2];
	pid_t pid;

	(void)state;
	map[0] = 1;
	pid = fork();
	if (pid == 0) {
		pause();
		_exit(0);
	}
	pagemap_init(&pm, page_bytes);
	assert_int_equal(pagemap_open(&pm, pid, (uintptr_t)map, 0, 100), 0);
	for (r = 0; r < 2; r++)
		known[r] = have(readers[r], &pm);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	for (r = 0; r < 2; r++) {
		if (!known[r])
			continue;
		read_all(readers[r], &pm, 120);
		for (i = 0; i < 100; i++)
			assert_int_equal(taker.layers[i], SCAN_UNKNOWN);
		assert_int_equal(taker.layers[110], 0);
	}
	assert_ptr_equal(pagemap_reader(&pm), &pagemap_plain_reader);
	pagemap_close(&pm);
	assert_true(pagemap_open(&pm, pid, (uintptr_t)map, 0, 100) < 0);
	munmap(map, 100 * page_bytes);
}

/* The mmap and munmap of a process that is not ours wait no more than a 50th
 * of the time; here a 10th, for the machine may be busy. */
static void
test_rests_of_another_process(void **state)
{
	const unsigned pages = 16384;
	uint32_t page_bytes = sysconf(_SC_PAGESIZE);
	char *map = map_anonymous(pages);
	const struct vma piece = { .start = (uintptr_t)map, .perms = "rw-p",
		.end = (uintptr_t)map + (size_t)pages * page_bytes };
	const struct mapping_pieces m = { &piece, 1 };
	struct strbuf why = STRBUF_INIT;
	struct foreign f;
	uint64_t wall_ns, cpu_ns;
	struct pagemap pm;
	unsigned r, i;

	(void)state;
	for (i = 0; i < pages; i += 2)
		map[i * page_bytes] = 1;
	assert_int_equal(foreign_begin(&f, getpid()), 0);
	assert_int_equal(foreign_open(&f, &m, false, &why), 0);
	pagemap_init(&pm, page_bytes);
	assert_int_equal(pagemap_open_foreign(&pm, &f, (uintptr_t)map, 0,
	    pages), 0);
	assert_int_not_equal(pm.fd, f.pagemap);
	for (r = 0; r < 2; r++) {
		if (!have(readers[r], &pm))
			continue;
		wall_ns = clock_now_ns();
		cpu_ns = clock_cpu_ns();
		for (i = 0; i < 10; i++)
			read_all(readers[r], &pm, pages);
		/* To look for it in the text of maps takes time of ours. */
		assert_true(f.no_query || (clock_cpu_ns() - cpu_ns) * 10 <
		    clock_now_ns() - wall_ns);
		assert_int_equal(taker.layers[4], M | P);
		assert_int_equal(taker.layers[5], 0);
	}
	pagemap_close(&pm);
	assert_null(pm.foreign);
	assert_true(fcntl(f.pagemap, F_GETFD) >= 0);
	foreign_close(&f);
	munmap(map, pages * page_bytes);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_entries),
		cmocka_unit_test(test_mincore_vector),
		cmocka_unit_test(test_both_readers_see_what_was_touched),
		cmocka_unit_test(test_guard_pages_are_not_mapped),
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_private_entries),
		cmocka_unit_test(test_copies_of_a_file),
		cmocka_unit_test(test_zeros_are_not_private),
		cmocka_unit_test(test_mapping_of_a_part),
		cmocka_unit_test(test_calls_are_bounded_by_what_is_mapped),
		cmocka_unit_test(test_process_gone),
		cmocka_unit_test(test_rests_of_another_process),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
