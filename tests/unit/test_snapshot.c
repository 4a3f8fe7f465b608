#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdbool.h>

#include <cmocka.h>

#include "pagetide/snapshot.h"

#include "madeup.h"

/* Whatever its source does, frees and overwrites then. */
static void
a_copy_owns_itself(void **state)
{
	struct snapshot a, b;
	struct madeup m;

	(void)state;
	madeup_init(&m, 9);
	m.lands = true;
	snapshot_init(&a);
	snapshot_init(&b);
	for (unsigned i = 0; i < 300 || m.now.sample.overview == NULL ||
	    m.overview.n == 0; i++) {
		madeup_step(&m);
		snapshot_copy(&a, &m.now);
		assert_true(snapshot_equal(&a, &m.now));
	}
	snapshot_copy(&b, &a);
	memset(m.text, 'x', sizeof m.text);
	madeup_done(&m);
	assert_true(snapshot_equal(&a, &b));
	snapshot_done(&a);
	assert_ptr_equal(b.sample.overview, &b.overview);
	assert_true(b.overview.n > 0);
	snapshot_copy(&a, &b);
	snapshot_copy(&b, &b);
	assert_true(snapshot_equal(&a, &b));
	snapshot_done(&a);
	assert_ptr_equal(b.sample.overview, &b.overview);
	snapshot_done(&b);
	assert_null(b.sample.overview);
}

/* A string in place of each string, one at a time. */
static void
all_strings_are_copied_and_compared(void **state)
{
	static char text[] = "text";
	struct snapshot_strings from, to;
	struct snapshot a = { 0 }, b;

	(void)state;
	snapshot_init(&b);
	snapshot_strings(&a, &from);
	snapshot_strings(&b, &to);
	for (size_t i = 0; i < SNAPSHOT_STRINGS; i++) {
		*from.at[i] = text;
		assert_false(snapshot_equal(&a, &b));
		assert_false(snapshot_equal(&b, &a));
		snapshot_copy(&b, &a);
		assert_true(snapshot_equal(&a, &b));
		assert_ptr_not_equal(*to.at[i], text);
		assert_string_equal(*to.at[i], "text");
	}
	/* None of it points to where it was. */
	for (size_t i = 0; i < offsetof(struct snapshot, overview); i += 8)
		assert_memory_not_equal((char *)&b + i, &from.at[0][0], 8);
	assert_int_equal(b.strings_bytes, SNAPSHOT_STRINGS * sizeof text);
	snapshot_done(&b);
}

/* Takes back one difference after the other. */
static void
what_is_known_decides(void **state)
{
	struct snapshot a = { 0 }, b = { 0 };

	(void)state;
	cells_reshape(&a.overview, 0, 100, 0);
	cells_set(&a.overview, 3, LAYER_CACHED, 1, 55);
	a.sample.overview = &a.overview;
	assert_false(snapshot_equal(&a, &b));
	snapshot_copy(&b, &a);
	assert_true(snapshot_equal(&a, &b));

	b.overview.count[LAYER_DIRTY][3] = 77;
	assert_true(snapshot_equal(&a, &b));
	b.overview.count[LAYER_CACHED][3] = 0;
	assert_false(snapshot_equal(&a, &b));
	b.overview.count[LAYER_CACHED][3] = 1;
	b.overview.known[99] = LAYER_BIT(LAYER_HOLE);
	assert_false(snapshot_equal(&a, &b));
	b.overview.known[99] = 0;
	b.overview.stamp_ns[99] = 1;
	assert_false(snapshot_equal(&a, &b));
	b.overview.stamp_ns[99] = 0;
	assert_true(snapshot_equal(&a, &b));

	b.sample.zoom = &b.overview;
	assert_false(snapshot_equal(&a, &b));
	b.sample.zoom = NULL;
	b.sample.counters.known ^= 1;
	assert_false(snapshot_equal(&a, &b));
	b.sample.counters.known ^= 1;
	b.events.last++;
	assert_false(snapshot_equal(&a, &b));
	snapshot_copy(&b, &a);
	cells_reshape(&b.overview, 0, 101, 0);
	assert_false(snapshot_equal(&a, &b));
	snapshot_done(&a);
	snapshot_done(&b);
}

static void
memory_is_counted(void **state)
{
	struct snapshot a = { 0 }, b = { 0 };
	uint64_t one;

	(void)state;
	assert_int_equal(snapshot_bytes(&a), 0);
	cells_reshape(&a.overview, 0, 100, 0);
	one = snapshot_bytes(&a);
	assert_int_equal(one % 100, 0);
	assert_true(one >= 100 * (4 * LAYER_COUNT + 2 + 8));
	cells_reshape(&a.zoom, 0, 100, 0);
	assert_int_equal(snapshot_bytes(&a), 2 * one);
	a.sample.target.path = "/a";
	snapshot_copy(&b, &a);
	assert_int_equal(snapshot_bytes(&b), 3);
	snapshot_done(&a);
	snapshot_done(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_copy_owns_itself),
		cmocka_unit_test(all_strings_are_copied_and_compared),
		cmocka_unit_test(what_is_known_decides),
		cmocka_unit_test(memory_is_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
