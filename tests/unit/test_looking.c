/* Looks around touches of this process: ways that no session goes. */
#include "config.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "file_rig.h"
#include "zeropage.h"

#include "../../src/work/guard.h"
#include "../../src/work/looking.h"
#include "../../src/work/mapping.h"

#include "pagetide/clock.h"
#include "pagetide/pagelook.h"

#ifndef MADV_PAGEOUT
#define MADV_PAGEOUT	21
#endif
#define GUARD_INSTALL	102	/* MADV_GUARD_INSTALL, Linux 6.13 */
#define PAGES		64

static struct rangecount *rangecount;
static struct looking looking;
static struct mapping mapping;

static int
begin(void **state)
{
	struct order o = { .count = ORDER_COUNT | ORDER_COUNT_CACHESTAT };
	static struct work_shared shared;

	(void)state;
	mapping_init(&mapping);
	rangecount = rangecount_new((uint32_t)mapping.page_bytes);
	looking_init(&looking, -1, rangecount);
	looking_start(&looking, &o, &shared);
	mapping.pages = PAGES;
	mapping.flags = MAP_SPEC_ANON | MAP_SPEC_PRIVATE | MAP_SPEC_WRITE;
	mapping.addr = mmap(NULL, PAGES * mapping.page_bytes,
	    PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (mapping.addr == MAP_FAILED)
		return -1;
	return madvise((void *)mapping.addr, PAGES * mapping.page_bytes,
	    MADV_NOHUGEPAGE);
}

static int
end(void **state)
{
	(void)state;
	mapping_drop(&mapping);
	rangecount_free(rangecount);
	return 0;
}

struct poke { uint64_t page; bool write; };

static void
poke(void *arg)
{
	const struct poke *p = arg;
	volatile unsigned char *at = mapping.addr + p->page *
	    mapping.page_bytes;

	if (p->write)
		*at = 7;
	else
		(void)*at;
}

/* The name of the way of that touch. */
static const char *
way(uint64_t page, bool write)
{
	struct poke p = { page, write };
	struct one_touch t = { 0 };

	looking_before(&looking, &mapping, page, write);
	guard_run(poke, &p, &t);
	looking_after(&looking, t.signal, t.code);
	assert_int_equal(looking.why.by, WHY_BY_LOOKS);
	return path_table[looking.why.path].word;
}

/* An older kernel does not tell what a PTE of anonymous memory is of. */
static void
needs_pagemap_scan(void)
{
#ifdef NO_NEW_SYSCALLS
	skip();
#endif
}

static void
a_guard_page(void **state)
{
	(void)state;
	needs_pagemap_scan();
	if (madvise((void *)(mapping.addr + 3 * mapping.page_bytes),
	    mapping.page_bytes, GUARD_INSTALL) != 0)
		skip();
	assert_string_equal(way(3, false), "guard");
	assert_string_equal(way(4, true), "new-page");
}

static void
a_copy_after_fork(void **state)
{
	pid_t pid;

	(void)state;
	needs_pagemap_scan();
	if (zeropage_is_used()) {
		assert_string_equal(way(1, false), "zero-page");
		assert_string_equal(way(1, true), "copy-zero");
	} else {
		assert_string_equal(way(1, false), "new-page");
	}
	assert_string_equal(way(2, true), "new-page");
	assert_string_equal(way(2, true), "mapped");
	pid = fork();
	if (pid == 0) {
		pause();
		_exit(0);
	}
	assert_true(pid > 0);
	assert_string_equal(way(2, true), "copy-fork");
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void
a_swap_in(void **state)
{
	uint64_t entry = 0;
	FILE *f;

	(void)state;
	needs_pagemap_scan();
	assert_string_equal(way(5, true), "new-page");
	madvise((void *)(mapping.addr + 5 * mapping.page_bytes),
	    mapping.page_bytes, MADV_PAGEOUT);
	f = fopen("/proc/self/pagemap", "r");
	assert_non_null(f);
	fseek(f, (long)((uintptr_t)mapping.addr / mapping.page_bytes + 5) * 8,
	    SEEK_SET);
	assert_int_equal(fread(&entry, sizeof entry, 1, f), 1);
	fclose(f);
	/* Without swap it stays. */
	if (entry >> 62 != 1)
		skip();
	assert_string_equal(way(5, false), "swap-in");
}

static void
what_is_not_permitted(void **state)
{
	(void)state;
	mprotect((void *)(mapping.addr + 9 * mapping.page_bytes),
	    mapping.page_bytes, PROT_READ);
	assert_string_equal(way(9, true), "not-permitted");
	munmap((void *)(mapping.addr + 10 * mapping.page_bytes),
	    mapping.page_bytes);
	assert_string_equal(way(10, false), "not-mapped");
}

/* A walk that is looked at for longer than its share is so more rarely, and
 * each touch is as likely as any other. */
static void
looks_become_rarer(void **state)
{
	struct order o = { .count = ORDER_COUNT };
	static struct work_shared shared;
	uint64_t n = 0, odd = 0;

	(void)state;
	looking_start(&looking, &o, &shared);
	for (unsigned i = 0; i < 4; i++) {
		looking.wait = 0;
		assert_true(looking_due(&looking));
		looking.why.looks_ns = LOOKING_FREE_NS;
		looking_count(&looking, 1, &shared);
	}
	assert_true(shared.path_one_of >= 16);
	assert_int_equal(shared.path_looked, 4);
	for (unsigned i = 0; i < 200 * shared.path_one_of; i++)
		if (looking_due(&looking)) {
			n++;
			odd += i & 1;
		}
	assert_true(n > 150 && n < 250);
	assert_true(odd > n / 4 && odd < n - n / 4);
	o.count = 0;
	looking_start(&looking, &o, &shared);
	assert_false(looking_due(&looking));
	assert_int_equal(shared.path_one_of, 0);
}

/* A pause gives looks no time of the walk's. */
static void
a_pause_is_no_time_for_looks(void **state)
{
	struct order o = { .count = ORDER_COUNT };
	static struct work_shared shared;

	(void)state;
	looking_start(&looking, &o, &shared);
	looking_pause(&looking, true);
	looking.why.looks_ns = 2 * LOOKING_FREE_NS;
	assert_true(looking_due(&looking));
	looking_count(&looking, 1, &shared);
	assert_int_equal(shared.path_one_of, 1);
	looking.begin_ns -= 1000 * NS_PER_S;
	looking_pause(&looking, false);
	assert_true(looking_due(&looking));
	looking_count(&looking, 1, &shared);
	assert_int_equal(shared.path_one_of, 4);
}

#define FILE_TEST(f) cmocka_unit_test_setup_teardown(f, begin_file, end_file)

/* --- a file, of which pages come and go around a touch --- */

enum { FILE_PAGES = 4096, AT = 2000 };

static int
begin_file(void **state)
{
	struct order o = { .count = ORDER_COUNT | ORDER_COUNT_CACHESTAT,
		.readahead_pages = 2048 };
	static struct work_shared shared;

	(void)state;
	file_need_storage();
	file_make(FILE_PAGES);
	file_evict();
	mapping_init(&mapping);
	rangecount = rangecount_new((uint32_t)mapping.page_bytes);
	looking_init(&looking, file_rig.fd, rangecount);
	looking_start(&looking, &o, &shared);
	mapping.pages = FILE_PAGES;
	mapping.fd = dup(file_rig.fd);
	mapping.addr = mmap(NULL, FILE_PAGES * mapping.page_bytes, PROT_READ,
	    MAP_SHARED, file_rig.fd, 0);
	return mapping.addr == MAP_FAILED ? -1 : 0;
}

static int
end_file(void **state)
{
	end(state);
	file_drop();
	return 0;
}

/* cachestat tells what came, and the block device what was asked for. */
static void
needs_cachestat(void)
{
	looking_before(&looking, &mapping, AT, false);
	looking.on = false;
	if (!looking.by_block || !(looking.before.known & LOOK_CACHE))
		skip();
}

static void
drop(uint64_t first, uint64_t n)
{
	assert_int_equal(posix_fadvise(file_rig.fd,
	    (off_t)(first * mapping.page_bytes),
	    (off_t)(n * mapping.page_bytes), POSIX_FADV_DONTNEED), 0);
}

/* Those of the file that are in the cache, once none is being read. */
static uint64_t
cached(void)
{
	uint64_t all;

	do {
		file_look();
		assert_true(pagelook_cached(&looking.of, 0, FILE_PAGES, &all));
	} while (file_count(0, FILE_PAGES) < all);
	return all;
}

static void
what_came_and_went_is_at_least(void **state)
{
	struct poke p = { AT, false };
	uint64_t left;

	(void)state;
	needs_cachestat();
	looking_before(&looking, &mapping, AT, false);
	poke(&p);
	if (cached() < 16)
		skip();	/* hardly any readahead */
	drop(AT + 8, FILE_PAGES - AT - 8);
	left = cached();
	looking_after(&looking, 0, 0);
	assert_int_equal(looking.why.path, PATH_MISS_READAHEAD);
	assert_false(looking.why.asked_known);
	assert_in_range(looking.why.asked_least, 1, left);
}

/* As many pages go as come. */
static void
a_miss_of_no_page_is_no_single_one(void **state)
{
	struct poke p = { AT, false };
	uint64_t came;

	(void)state;
	needs_cachestat();
	looking_before(&looking, &mapping, AT, false);
	poke(&p);
	came = cached();
	if (came < 16)
		skip();
	looking.before.cached_pages = came;
	looking.left_before = came / 2;
	looking_after(&looking, 0, 0);
	assert_int_equal(looking.why.path, PATH_MISS_READAHEAD);
	assert_false(looking.why.asked_known);
	assert_int_equal(looking.why.asked_least, 0);
}

static void
what_others_bring_in_time_is_no_miss(void **state)
{
	struct poke p = { AT, false };
	char c;
	pid_t pid;

	(void)state;
	needs_cachestat();
	looking_before(&looking, &mapping, AT, false);
	pid = fork();
	if (pid == 0)
		_exit(pread(file_rig.fd, &c, 1,
		    (off_t)(AT * mapping.page_bytes)) != 1);
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	poke(&p);
	looking_after(&looking, 0, 0);
	assert_int_equal(looking.why.path, PATH_UNKNOWN);
	assert_false(looking.why.asked_known);
}

static void
what_goes_before_the_touch_is_missed(void **state)
{
	struct poke p = { AT, false };

	(void)state;
	needs_cachestat();
	file_bring(AT - 8, 16);
	looking_before(&looking, &mapping, AT, false);
	assert_true(looking.before.up_to_date);
	drop(0, FILE_PAGES);
	poke(&p);
	looking_after(&looking, 0, 0);
	assert_true(looking.why.path == PATH_MISS_READAHEAD ||
	    looking.why.path == PATH_MISS_SINGLE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_guard_page, begin, end),
		cmocka_unit_test_setup_teardown(a_copy_after_fork, begin, end),
		cmocka_unit_test_setup_teardown(a_swap_in, begin, end),
		cmocka_unit_test_setup_teardown(what_is_not_permitted, begin,
		    end),
		cmocka_unit_test_setup_teardown(looks_become_rarer, begin, end),
		cmocka_unit_test_setup_teardown(a_pause_is_no_time_for_looks,
		    begin, end),
		FILE_TEST(what_came_and_went_is_at_least),
		FILE_TEST(a_miss_of_no_page_is_no_single_one),
		FILE_TEST(what_others_bring_in_time_is_no_miss),
		FILE_TEST(what_goes_before_the_touch_is_missed),
	};

	return cmocka_run_group_tests(tests, file_group_setup,
	    file_group_teardown);
}
