#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "pagetide/membox.h"

#define MIB (UINT64_C(1) << 20)
#define NONE UINT64_MAX

static uint64_t
sum(const struct membox *b)
{
	uint64_t n = 0;

	for (int i = 0; i < MEMBOX_PARTS; i++)
		n += b->bytes[i];
	return n;
}

static void
the_cgroup_that_limits(void **state)
{
	struct memory_facts m = { .limit_known = true, .usage_known = true,
		.parts_known = true, .dirty_known = true,
		.shmem_known = true,
		.limit_bytes = 100, .usage_bytes = 90, .file_bytes = 60,
		.shmem_bytes = 5, .anon_bytes = 10, .dirty_bytes = 20,
		.machine = { .known = true, .total_bytes = 1000 } };
	struct membox b;

	(void)state;
	assert_true(membox_of(&m, &b));
	assert_true(b.limited && b.dirty_known);
	assert_int_equal(b.total_bytes, 100);
	assert_int_equal(b.bytes[MEMBOX_ANON], 15);
	assert_int_equal(b.bytes[MEMBOX_DIRTY], 20);
	assert_int_equal(b.bytes[MEMBOX_CLEAN], 35);
	assert_int_equal(b.bytes[MEMBOX_OTHER], 20);
	assert_int_equal(b.bytes[MEMBOX_FREE], 10);
	/* What is dirty is not told: it is not none. */
	m.dirty_known = false;
	m.dirty_bytes = 0;
	assert_true(membox_of(&m, &b));
	assert_false(b.dirty_known);
	assert_int_equal(b.bytes[MEMBOX_CLEAN], 55);
	/* Nor is the shared memory among it: none of it is said to be clean. */
	m.dirty_known = true;
	m.dirty_bytes = 20;
	m.shmem_known = false;
	m.shmem_bytes = 0;
	assert_true(membox_of(&m, &b));
	assert_false(b.dirty_known);
	assert_int_equal(b.bytes[MEMBOX_ANON], 10);
	assert_int_equal(b.bytes[MEMBOX_CLEAN], 60);
}

/* Taken off, or with a part unknown, it is the machine. */
static void
else_the_machine(void **state)
{
	struct memory_facts m = { .limited = true, .limit_known = true,
		.usage_known = true, .limit_bytes = NONE,
		.machine = { .known = true, .total_bytes = 1000,
			.free_bytes = 400, .file_bytes = 300,
			.shmem_bytes = 100, .anon_bytes = 50,
			.dirty_bytes = 30 } };
	struct membox b;

	(void)state;
	assert_true(membox_of(&m, &b));
	assert_false(b.limited);
	assert_int_equal(b.total_bytes, 1000);
	assert_int_equal(b.bytes[MEMBOX_ANON], 150);
	assert_int_equal(b.bytes[MEMBOX_DIRTY], 30);
	assert_int_equal(b.bytes[MEMBOX_CLEAN], 170);
	assert_int_equal(b.bytes[MEMBOX_OTHER], 250);
	assert_int_equal(b.bytes[MEMBOX_FREE], 400);
	m.limit_bytes = 100;
	assert_true(membox_of(&m, &b));
	assert_false(b.limited);
	m.machine.known = false;
	assert_false(membox_of(&m, &b));
}

/* Counters are read one after the other: the parts are never more than all. */
static void
the_parts_are_the_whole(void **state)
{
	static const uint64_t some[] = { 0, 1, 7, 50, 100, 101, 1000 };
	struct memory_facts m = { .limit_known = true, .usage_known = true,
		.parts_known = true, .dirty_known = true,
		.shmem_known = true, .limit_bytes = 100 };
	struct membox b;

	(void)state;
	for (unsigned i = 0; i < 7 * 7 * 7 * 7; i++) {
		m.usage_bytes = some[i % 7];
		m.file_bytes = some[i / 7 % 7];
		m.anon_bytes = some[i / 49 % 7];
		m.dirty_bytes = m.shmem_bytes = some[i / 343];
		assert_true(membox_of(&m, &b));
		assert_int_equal(sum(&b), 100);
	}
}

static void
limits_go_in_steps(void **state)
{
	static const unsigned down[] = { 48, 32, 24, 16, 12, 8, 6, 4, 4 };
	uint64_t limit = NONE, file = 64 * MIB;

	(void)state;
	for (unsigned i = 0; i < sizeof down / sizeof *down; i++) {
		limit = membox_less(limit, file);
		assert_int_equal(limit, down[i] * MIB);
	}
	assert_int_equal(membox_more(4 * MIB, file), 6 * MIB);
	assert_int_equal(membox_more(6 * MIB, file), 8 * MIB);
	assert_int_equal(membox_more(7 * MIB, file), 8 * MIB);
	assert_int_equal(membox_less(7 * MIB, file), 6 * MIB);
	assert_int_equal(membox_more(96 * MIB, file), NONE);
	assert_int_equal(membox_more(NONE, file), NONE);
	/* However small or large the file. */
	assert_int_equal(membox_less(NONE, 1), 4 * MIB);
	assert_int_equal(membox_more(4 * MIB, 1), NONE);
	assert_true(membox_less(NONE, INT64_MAX) < INT64_MAX);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_cgroup_that_limits),
		cmocka_unit_test(else_the_machine),
		cmocka_unit_test(the_parts_are_the_whole),
		cmocka_unit_test(limits_go_in_steps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
