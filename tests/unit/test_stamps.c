#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "pagetide/clock.h"
#include "pagetide/order.h"

#include "stamps_rig.h"

#define S	NS_PER_S
#define SLOT	WORKSET_SLOT_NS
#define T0	(5000 * S)

static void
start(uint64_t first_page, uint64_t pages, uint64_t t_ns)
{
	stamps_start(stamps_rig.stamps, stamps_rig.fd, stamps_rig.shared,
	    first_page, pages, t_ns);
	stamps_limit(stamps_rig.stamps, 0);
	assert_int_equal(stamps_rig.shared->stamps_err, 0);
	assert_int_equal(stamps_rig.shared->stamps_version % 2, 0);
}

static void
touch(uint64_t page, uint64_t t_ns)
{
	stamps_touch(stamps_rig.stamps, page, t_ns);
}

static uint64_t
pages(uint64_t now_ns, uint64_t window_ns)
{
	uint64_t n = UINT64_MAX;

	assert_true(workset_pages(&stamps_rig.shared->workset, now_ns,
	    window_ns, &n));
	return n;
}

/* The slot in which a page was touched last; 0: none that is kept. */
static uint64_t
slot_of(uint64_t page)
{
	uint16_t stamp = stamps_rig_read(page);

	return stamp != 0 ? stamps_rig.shared->stamps_base + stamp : 0;
}

/* Bytes that the table takes. */
static uint64_t
table_bytes(void)
{
	struct stat st;

	assert_int_equal(fstat(stamps_rig.fd, &st), 0);
	return (uint64_t)st.st_blocks * 512 -
	    (sizeof *stamps_rig.shared + 4095) / 4096 * 4096;
}

static void
each_page_has_its_slot(void **state)
{
	(void)state;
	start(100, 1000, T0);
	touch(100, T0);
	touch(1099, T0 + 3 * S);
	touch(500, T0 + 4 * S);
	touch(500, T0 + 5 * S);
	stamps_write(stamps_rig.stamps, T0 + 5 * S);
	assert_int_equal(slot_of(100), workset_slot(T0));
	assert_int_equal(slot_of(1099), workset_slot(T0 + 3 * S));
	assert_int_equal(slot_of(500), workset_slot(T0 + 5 * S));
	assert_int_equal(slot_of(101), 0);
	assert_int_equal(pages(T0 + 5 * S, 10 * S), 3);
	assert_int_equal(pages(T0 + 5 * S, S), 1);
}

/* The number is there at once, the stamps when they are written. */
static void
they_are_written_when_told(void **state)
{
	uint64_t writes;

	(void)state;
	start(0, 10, T0);
	writes = stamps_rig.shared->stamps_writes;
	touch(3, T0);
	assert_int_equal(pages(T0, S), 1);
	assert_int_equal(slot_of(3), 0);
	stamps_write(stamps_rig.stamps, T0 + 7);
	assert_int_equal(slot_of(3), workset_slot(T0));
	assert_int_equal(stamps_rig.shared->stamps_writes, writes + 1);
	assert_int_equal(stamps_rig.stamps->written_ns, T0 + 7);
	stamps_write(stamps_rig.stamps, T0 + 9);
	assert_int_equal(stamps_rig.shared->stamps_writes, writes + 1);
}

static void
another_mapping_starts_over(void **state)
{
	uint32_t version;

	(void)state;
	start(0, 5000, T0);
	version = stamps_rig.shared->stamps_version;
	touch(4999, T0);
	touch(7, T0);
	start(0, 5000, T0 + S);
	assert_int_equal(stamps_rig.shared->stamps_version, version + 2);
	assert_int_equal(pages(T0 + S, 600 * S), 0);
	assert_int_equal(slot_of(7), 0);
	assert_int_equal(slot_of(4999), 0);
	assert_int_equal(table_bytes(), 0);
	touch(7, T0 + 2 * S);
	assert_int_equal(pages(T0 + 2 * S, 600 * S), 1);
}

/* More blocks than are at hand, over and over: nothing is lost. */
static void
far_pages_push_each_other_out(void **state)
{
	const uint64_t n = 3 * STAMPS_BLOCKS, far = STAMPS_BLOCK;
	uint64_t i;

	(void)state;
	start(0, n * far, T0);
	for (i = 0; i < n; i++)
		touch(i * far, T0 + i * SLOT);
	for (i = 0; i < n; i += 2)
		touch(i * far, T0 + (n + i) * SLOT);
	stamps_write(stamps_rig.stamps, T0);
	for (i = 0; i < n; i++)
		assert_int_equal(slot_of(i * far), workset_slot(T0 +
		    (i % 2 == 0 ? n + i : i) * SLOT));
	assert_int_equal(pages(T0 + 2 * n * SLOT, 600 * S), n);
}

/* Its memory is that of what was touched, whatever the size of the file. */
static void
a_huge_mapping_costs_what_is_touched(void **state)
{
	const uint64_t huge = UINT64_C(1) << 38;	/* pages: a pebibyte */

	(void)state;
	start(0, huge, T0);
	assert_int_equal(table_bytes(), 0);
	touch(0, T0);
	touch(huge / 2, T0);
	touch(huge - 1, T0);
	stamps_write(stamps_rig.stamps, T0);
	assert_int_equal(slot_of(huge - 1), workset_slot(T0));
	assert_in_range(table_bytes(), 3 * 4096, 3 * 65536);
	assert_int_equal(pages(T0, S), 3);
}

/* More than they may take: their memory is given back. */
static void
they_take_no_more_than_they_may(void **state)
{
	const uint64_t far = 10 * STAMPS_BLOCK;
	uint64_t i;

	(void)state;
	start(0, 1000 * far, T0);
	stamps_limit(stamps_rig.stamps, 100 * 4096);
	for (i = 0; i < 300; i++)
		touch(i % 100 * far + i, T0);
	stamps_write(stamps_rig.stamps, T0);
	assert_int_equal(stamps_rig.shared->stamps_err, 0);
	assert_int_equal(pages(T0, S), 300);
	touch(100 * far, T0);
	assert_int_equal(stamps_rig.shared->stamps_err, ENOSPC);
	assert_int_equal(table_bytes(), 0);
	touch(5, T0);
	stamps_write(stamps_rig.stamps, T0);
	assert_int_equal(table_bytes(), 0);
	start(0, 1000, T0);
	touch(5, T0);
	assert_int_equal(pages(T0, S), 1);
}

/* What is too old to be kept takes no memory after the stamps' bits are used
 * up, and may be there again. */
static void
old_stamps_give_their_room_back(void **state)
{
	const uint64_t late = T0 + 65536 * SLOT, far = STAMPS_BLOCK;
	uint64_t i;

	(void)state;
	start(0, 1000 * far, T0);
	stamps_limit(stamps_rig.stamps, 100 * 4096);
	for (i = 0; i < 100; i++)
		touch(i * far, T0);
	for (i = 200; i < 299; i++)
		touch(i * far, late);
	stamps_write(stamps_rig.stamps, late);
	assert_int_equal(stamps_rig.shared->stamps_err, 0);
	assert_in_range(table_bytes(), 99 * 4096, 99 * 65536);
	assert_int_equal(pages(late, S), 99);
}

/* Stamps have 16 bits: after 65535 slots they are counted from a later one. */
static void
they_outlive_their_bits(void **state)
{
	const uint64_t late = T0 + 65534 * SLOT;

	(void)state;
	start(0, 5000, T0);
	touch(0, T0);
	touch(1, late - 500 * S);
	touch(4000, late);
	assert_int_equal(stamps_rig.shared->stamps_base,
	    workset_slot(T0) - 1);
	touch(2, late + SLOT);
	assert_int_equal(stamps_rig.shared->stamps_base,
	    workset_slot(late + SLOT) - WORKSET_SLOTS);
	assert_int_equal(stamps_rig.shared->stamps_version % 2, 0);
	stamps_write(stamps_rig.stamps, late + SLOT);
	assert_int_equal(slot_of(0), 0);
	assert_int_equal(slot_of(1), workset_slot(late - 500 * S));
	assert_int_equal(slot_of(4000), workset_slot(late));
	assert_int_equal(slot_of(2), workset_slot(late + SLOT));
	assert_int_equal(pages(late + SLOT, 600 * S), 3);
	touch(0, late + 2 * SLOT);
	touch(1, late + 2 * SLOT);
	assert_int_equal(pages(late + 2 * SLOT, 600 * S), 4);
	assert_int_equal(pages(late + 2 * SLOT, SLOT), 2);
}

/* A rest of many times that. */
static void
they_outlive_a_very_long_rest(void **state)
{
	const uint64_t late = T0 + 1000000 * S;

	(void)state;
	start(0, 100, T0);
	touch(5, T0);
	touch(6, T0);
	touch(5, late);
	stamps_write(stamps_rig.stamps, late);
	assert_int_equal(slot_of(5), workset_slot(late));
	assert_int_equal(slot_of(6), 0);
	assert_int_equal(pages(late, 600 * S), 1);
}

/* Where they can't be kept nothing is told, until the next mapping. */
static void
a_table_that_cannot_be_had_is_an_error(void **state)
{
	int fd = open("/dev/null", O_RDWR | O_CLOEXEC);

	(void)state;
	stamps_start(stamps_rig.stamps, fd, stamps_rig.shared, 0, 100, T0);
	assert_int_not_equal(stamps_rig.shared->stamps_err, 0);
	touch(5, T0);
	stamps_write(stamps_rig.stamps, T0);
	assert_int_equal(pages(T0, S), 0);
	start(0, 100, T0);
	/* And one that is cut off meanwhile. */
	touch(50, T0);
	assert_int_equal(ftruncate(stamps_rig.fd,
	    (off_t)WORK_STAMPS_OFFSET), 0);
	start(0, 100000, T0);
	assert_int_equal(ftruncate(stamps_rig.fd,
	    (off_t)WORK_STAMPS_OFFSET), 0);
	touch(99999, T0);
	assert_int_not_equal(stamps_rig.shared->stamps_err, 0);
	touch(1, T0);
	close(fd);
	start(0, 100, T0);
	touch(5, T0);
	assert_int_equal(pages(T0, S), 1);
}

/* What is shared may go away then. */
static void
nothing_is_written_after_the_stop(void **state)
{
	uint64_t writes;

	(void)state;
	start(0, 10, T0);
	writes = stamps_rig.shared->stamps_writes;
	touch(3, T0);
	stamps_stop(stamps_rig.stamps);
	stamps_write(stamps_rig.stamps, T0 + 7);
	touch(4, T0 + 7);
	assert_int_equal(slot_of(3), 0);
	assert_int_equal(stamps_rig.shared->stamps_writes, writes);
	assert_int_equal(pages(T0 + 7, S), 1);
	start(0, 10, T0 + 8);
	touch(4, T0 + 8);
	assert_int_equal(pages(T0 + 8, S), 1);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, stamps_rig_setup, \
    stamps_rig_teardown)
	const struct CMUnitTest tests[] = {
		TEST(each_page_has_its_slot),
		TEST(they_are_written_when_told),
		TEST(another_mapping_starts_over),
		TEST(far_pages_push_each_other_out),
		TEST(a_huge_mapping_costs_what_is_touched),
		TEST(they_take_no_more_than_they_may),
		TEST(old_stamps_give_their_room_back),
		TEST(they_outlive_their_bits),
		TEST(they_outlive_a_very_long_rest),
		TEST(a_table_that_cannot_be_had_is_an_error),
		TEST(nothing_is_written_after_the_stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
