#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "pagetide/advice.h"
#include "pagetide/maps.h"
#include "pagetide/processes.h"

static void
test_line(void **state)
{
	struct vma v = { .resident_bytes = 7 };
	const char *name;

	(void)state;
	assert_true(maps_parse("7fd824899000-7fd82489a000 r-xs 00001000 "
	    "fe:0a 332383                     /a b (deleted)\n", &v, &name));
	assert_int_equal(v.start, 0x7fd824899000);
	assert_int_equal(v.end, 0x7fd82489a000);
	assert_int_equal(v.offset, 0x1000);
	assert_int_equal(v.dev_major, 0xfe);
	assert_int_equal(v.dev_minor, 0xa);
	assert_int_equal(v.ino, 332383);
	assert_string_equal(v.perms, "r-xs");
	assert_string_equal(name, "/a b (deleted)\n");
	assert_true(maps_parse("ffffffffff600000-ffffffffff601000 --xp "
	    "00000000 00:00 0 ", &v, &name));
	assert_string_equal(name, "");
}

static void
test_bad_lines(void **state)
{
	static const char *const bad[] = {
		"", "\n", "Rss:        4 kB\n", "VmFlags: rd ex",
		"1000-2000 r-x", "1000-2000 r-x 0 00:00 0",
		"2000-1000 r-xp 0 00:00 0", "1000-1000 r-xp 0 00:00 0",
		"1000-2000 r-xp 0 00:00", "x-y r-xp 0 00:00 0",
	};
	struct vma v;
	const char *name;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof bad / sizeof bad[0]; i++)
		assert_false(maps_parse(bad[i], &v, &name));
}

static void
test_counts(void **state)
{
	static const char *const lines[] = {
		"Size:   99 kB\n", "Rss:    188 kB\n", "Pss:     17 kB\n",
		"Pss_Dirty: 1 kB\n", "Swap:     3 kB\n", "SwapPss:  2 kB\n",
		"VmFlags: rd mr rr \n", "Locked: 5 kB\n",
	};
	struct vma v = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof lines / sizeof lines[0]; i++)
		maps_count(lines[i], &v);
	assert_int_equal(v.resident_bytes, 188 << 10);
	assert_int_equal(v.pss_bytes, 17 << 10);
	assert_int_equal(v.swap_bytes, 3 << 10);
	assert_int_equal(v.vmflags, VMF_RAND);
}

static char f[] = "f", g[] = "g", heap[] = "[heap]", anon[] = "";

/* Two pieces: how many are one with the first? */
static size_t
joined(const struct vma *a, const struct vma *b)
{
	struct vma two[] = { *a, *b };
	const struct vmas all = { two, 2 };

	return maps_mapping(&all, 0).n;
}

static void
test_pieces_of_a_file(void **state)
{
	const struct vma a = { .start = 0x1000, .end = 0x3000, .offset = 0,
		.ino = 5, .dev_major = 8, .perms = "r--p", .name = f };
	struct vma b = a;

	(void)state;
	b.start = 0x3000;
	b.end = 0x4000;
	b.offset = 0x2000;
	assert_int_equal(joined(&a, &b), 2);
	strcpy(b.perms, "r-xp");
	assert_int_equal(joined(&a, &b), 2);
	strcpy(b.perms, "r--s");
	assert_int_equal(joined(&a, &b), 1);
	strcpy(b.perms, "r--p");
	b.ino = 6;
	assert_int_equal(joined(&a, &b), 1);
	b.ino = 5;
	b.dev_minor = 1;
	assert_int_equal(joined(&a, &b), 1);
	b.dev_minor = 0;
	b.dev_major = 9;
	assert_int_equal(joined(&a, &b), 1);
	b.dev_major = 8;
	/* In two subvolumes of btrfs all but the name is the same. */
	b.name = g;
	assert_int_equal(joined(&a, &b), 1);
	b.name = f;
	b.offset = 0x3000;
	assert_int_equal(joined(&a, &b), 1);
	b.offset = 0x2000;
	b.start = 0x3800;
	assert_int_equal(joined(&a, &b), 1);
}

static void
test_pieces_without_a_file(void **state)
{
	const struct vma a = { .start = 0x1000, .end = 0x3000,
		.perms = "rw-p", .name = anon };
	struct vma b = a;

	(void)state;
	b.start = 0x3000;
	b.end = 0x4000;
	assert_int_equal(joined(&a, &b), 2);
	/* A guard of a stack is not of it. */
	strcpy(b.perms, "---p");
	assert_int_equal(joined(&a, &b), 1);
	strcpy(b.perms, "rw-p");
	b.name = heap;
	assert_int_equal(joined(&a, &b), 1);
}

/* What this process maps is in its list, as it did it. */
static void
test_read(void **state)
{
	size_t page = sysconf(_SC_PAGESIZE), i;
	int dir = processes_open(getpid());
	struct vmas all;
	char *map;

	(void)state;
	map = mmap(NULL, 5 * page, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_true(map != MAP_FAILED);
	map[0] = map[2 * page] = 1;
	assert_true(dir >= 0);
	assert_int_equal(maps_read(dir, true, &all), 0);
	for (i = 0; i < all.n && all.vma[i].start != (uintptr_t)map; i++)
		continue;
	assert_true(i < all.n);
	assert_int_equal(all.vma[i].end, (uintptr_t)map + 5 * page);
	assert_string_equal(all.vma[i].perms, "rw-s");
	assert_int_equal(all.vma[i].resident_bytes, 2 * page);
	assert_string_equal(all.vma[i].name, "/dev/zero (deleted)");
	assert_false(vma_is_anonymous(&all.vma[i]));
	maps_free(&all);
	munmap(map, 5 * page);
	close(dir);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_line),
		cmocka_unit_test(test_bad_lines),
		cmocka_unit_test(test_counts),
		cmocka_unit_test(test_pieces_of_a_file),
		cmocka_unit_test(test_pieces_without_a_file),
		cmocka_unit_test(test_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
