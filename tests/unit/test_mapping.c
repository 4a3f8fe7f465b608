/* The worker's mapping, as orders ask for it, by what the kernel says of it. */
#include <errno.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>
#include <cmocka.h>

#include "pagetide/advice.h"

#include "worker_rig.h"

#define PAGES 512

/* Maps pages [first, first + n) of the file with these flags. */
static struct report
map_as(uint32_t flags, uint64_t first, uint64_t n)
{
	return rig_order((struct order){ .op = ORDER_MAP, .map_flags = flags,
	    .first_page = first, .n_pages = n });
}

/* Permissions and offset of the mapping, as in /proc/PID/maps. */
static void
look_at_maps(char perms[5], unsigned long *offset, bool *named)
{
	unsigned long start, end, from = rig.shared->map_addr;
	char path[64], line[4096];
	bool found = false;
	FILE *f;

	snprintf(path, sizeof path, "/proc/%d/maps", (int)rig.pid);
	f = fopen(path, "re");
	assert_non_null(f);
	while (!found && fgets(line, sizeof line, f) != NULL) {
		assert_int_equal(sscanf(line, "%lx-%lx %4s %lx", &start, &end,
		    perms, offset), 4);
		found = start <= from && from < end;
		*named = strchr(line, '/') != NULL;
	}
	fclose(f);
	assert_true(found);
	if (*named)
		assert_int_equal(from, start);
}

static void
check_maps(const char *want_perms, uint64_t want_offset, bool want_named)
{
	unsigned long offset = 0;
	bool named = false;
	char perms[5] = "";

	look_at_maps(perms, &offset, &named);
	assert_string_equal(perms, want_perms);
	assert_int_equal(named, want_named);
	if (named)
		assert_int_equal(offset, want_offset);
}

static void
flags_reach_the_kernel(void **state)
{
	static const struct {
		uint32_t	 flags;
		const char	*perms;
	} rows[] = {
		{ 0, "r--s" },
		{ MAP_SPEC_WRITE, "rw-s" },
		{ MAP_SPEC_PRIVATE, "r--p" },
		{ MAP_SPEC_PRIVATE | MAP_SPEC_WRITE, "rw-p" },
		{ MAP_SPEC_PRIVATE | MAP_SPEC_WRITE | MAP_SPEC_ANON, "rw-p" },
	};
	size_t i;

	(void)state;
	rig_begin(PAGES);
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		assert_int_equal(map_as(rows[i].flags, 0, PAGES).err[0], 0);
		assert_int_equal(rig.shared->map_flags, rows[i].flags);
		assert_int_equal(rig.shared->map_first_page, 0);
		assert_int_equal(rig.shared->map_pages, PAGES);
		check_maps(rows[i].perms, 0,
		    !(rows[i].flags & MAP_SPEC_ANON));
	}
}

static void
populate_maps_all_and_lazy_maps_none(void **state)
{
	int i;

	(void)state;
	rig_begin(PAGES);
	rig_fill();
	assert_int_equal(map_as(0, 0, PAGES).err[0], 0);
	assert_int_equal(rig_mapped(0, PAGES), 0);
	for (i = 0; i < RIG_TRIES; i++) {
		assert_int_equal(map_as(MAP_SPEC_POPULATE, 0, PAGES).err[0],
		    0);
		if (rig_mapped(0, PAGES) == PAGES)
			break;
	}
	assert_int_not_equal(i, RIG_TRIES);
}

static void
locked_is_locked(void **state)
{
	(void)state;
	rig_begin(PAGES);
	assert_int_equal(map_as(MAP_SPEC_LOCKED, 0, PAGES).err[0], 0);
	assert_true(rig_vmflags(0) & VMF_LOCKED);
	assert_int_equal(rig_mapped(0, PAGES), PAGES);
	assert_int_equal(rig_hint("dontneed", 0, PAGES).err[0], EINVAL);
}

/* Orders speak of the target's pages, wherever the mapping begins. */
static void
a_window_knows_its_place(void **state)
{
	struct order work = { .op = ORDER_WORK };
	struct report r;

	(void)state;
	rig_begin(PAGES);
	rig_fill();
	assert_int_equal(map_as(0, 128, 64).err[0], 0);
	assert_int_equal(rig.shared->map_first_page, 128);
	assert_int_equal(rig.shared->map_pages, 64);
	check_maps("r--s", 128 * rig.page_bytes, true);
	assert_int_equal(rig_hint("normal", 127, 1).err[0], EINVAL);
	assert_int_equal(rig_hint("normal", 192, 1).err[0], EINVAL);
	rig_hint_ok("random", 128, 64);
	assert_true(rig_vmflags(0) & VMF_RAND);
	/* Advice in its middle splits it there. */
	rig_hint_ok("normal", 160, 1000);
	assert_false(rig_vmflags(32) & VMF_RAND);
	assert_true(rig_vmflags(0) & VMF_RAND);
	work.work = rig_all_pages(1);
	r = rig_order(work);
	assert_int_equal(r.err[0], EINVAL);
	work.work.first_page = 150;
	work.work.n_pages = 1000;
	assert_int_equal(rig_walk(work.work, 0), 42);
	assert_int_equal(rig.shared->cursor_page, 191);
}

static void
writing_needs_a_writable_mapping(void **state)
{
	static const uint32_t flags[] = { 0, MAP_SPEC_PRIVATE };
	struct order work = { .op = ORDER_WORK };
	size_t i;

	(void)state;
	rig_begin(PAGES);
	for (i = 0; i < 2; i++) {
		assert_int_equal(map_as(flags[i], 0, PAGES).err[0], 0);
		work.work = rig_all_pages(1);
		work.work.op = TOUCH_WRITE;
		assert_int_equal(rig_order(work).err[0], EACCES);
		assert_int_equal(rig.shared->running, 0);
	}
}

static void
anonymous_needs_no_file(void **state)
{
	uint64_t n = PAGES;

	(void)state;
	rig_begin(n);
	assert_int_equal(map_as(MAP_SPEC_ANON | MAP_SPEC_PRIVATE |
	    MAP_SPEC_WRITE, 0, n).err[0], 0);
	assert_int_equal(rig_mapped(0, n), 0);
	assert_int_equal(rig_walk(rig_all_pages(1), 0), n);
	assert_int_equal(rig_mapped(0, n), n);
	assert_int_equal(map_as(MAP_SPEC_ANON, 0, n).err[0], EINVAL);
}

/* The first byte of a page of the worker's mapping. */
static unsigned char
byte_of(uint64_t page)
{
	unsigned char byte = 0;
	struct iovec here = { &byte, 1 }, there = {
		(char *)(uintptr_t)rig.shared->map_addr +
		    page * rig.page_bytes, 1 };

	assert_int_equal(process_vm_readv(rig.pid, &here, 1, &there, 1, 0),
	    1);
	return byte;
}

/* Of a huge page that it splits Linux 6.12 keeps no page of zeros. */
static void
what_is_written_is_not_zero(void **state)
{
	struct pattern_spec spec;
	uint64_t page;

	(void)state;
	rig_begin(PAGES);
	assert_int_equal(map_as(MAP_SPEC_ANON | MAP_SPEC_PRIVATE |
	    MAP_SPEC_WRITE, 0, PAGES).err[0], 0);
	spec = rig_all_pages(1);
	spec.op = TOUCH_WRITE;
	assert_int_equal(rig_walk(spec, 0), PAGES);
	for (page = 0; page < PAGES; page++)
		assert_int_not_equal(byte_of(page), 0);
}

static void
unknown_flags_are_refused(void **state)
{
	struct report r;

	(void)state;
	rig_begin(PAGES);
	assert_int_equal(map_as(1 << 5, 0, PAGES).err[0], EINVAL);
	assert_int_equal(rig.shared->map_addr, 0);
	assert_int_equal(rig.shared->map_flags, 0);
	r = map_as(0, UINT64_MAX / 2, 1);
	assert_int_equal(r.err[0], ENOMEM);
	rig_map();
}

/* Whatever is mapped, and read, leaves the file as it was. */
static void
the_file_is_not_touched(void **state)
{
	struct stat before, after;

	(void)state;
	rig_begin(PAGES);
	assert_int_equal(fstat(rig.file, &before), 0);
	map_as(MAP_SPEC_PRIVATE | MAP_SPEC_WRITE | MAP_SPEC_POPULATE, 0,
	    PAGES);
	rig_walk(rig_all_pages(1), 0);
	assert_int_equal(fstat(rig.file, &after), 0);
	assert_memory_equal(&before.st_mtim, &after.st_mtim,
	    sizeof before.st_mtim);
	assert_memory_equal(&before.st_ctim, &after.st_ctim,
	    sizeof before.st_ctim);
}

#define TEST(f) cmocka_unit_test_teardown(f, rig_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(flags_reach_the_kernel),
		TEST(populate_maps_all_and_lazy_maps_none),
		TEST(locked_is_locked),
		TEST(a_window_knows_its_place),
		TEST(writing_needs_a_writable_mapping),
		TEST(anonymous_needs_no_file),
		TEST(what_is_written_is_not_zero),
		TEST(unknown_flags_are_refused),
		TEST(the_file_is_not_touched),
	};

	return cmocka_run_group_tests(tests, rig_group_setup,
	    rig_group_teardown);
}
