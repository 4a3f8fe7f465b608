#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "pagetide/advice.h"
#include "pagetide/truth.h"

#define ALL_NEEDS (TRUTH_NEEDS_ONFAULT * 2 - 1)
#define NOBODY_HAS (TRUTH_NEEDS_GUARD | TRUTH_NEEDS_REMOVE)

/* A machine that can do all of it, with readahead of 8 MiB. */
static const struct truth_facts facts = {
	.has = ALL_NEEDS,
	.linux_version = LINUXVER(6, 18),
	.file_pages = 1024,
	.region_pages = 256,
	.around_pages = 16,
	.huge_pages = 512,
	.readahead_pages = 2048,
	.readahead_known = true,
};

/* The first row of a hint on what is mapped so and in that state. */
static const struct truth_row *
row_of(const char *name, enum truth_on on, enum truth_state state)
{
	unsigned i;

	for (i = 0; i < truth_rows; i++)
		if (strcmp(truth_table[i].name, name) == 0 &&
		    truth_table[i].on == on && truth_table[i].state == state)
			return &truth_table[i];
	fail_msg("no row %s", name);
	return NULL;
}

/* What a row starts from, by its state. */
static struct truth_seen
ready(const struct truth_row *row)
{
	uint64_t n = truth_pages_of(row, &facts);
	bool cached = row->state != TRUTH_COLD && row->state != TRUTH_SWAPPED;
	bool mapped = cached && row->state != TRUTH_CACHED &&
	    row->state != TRUTH_FOLIOS && row->state != TRUTH_ELSEWHERE &&
	    row->state != TRUTH_DIRTY;
	bool written = row->state == TRUTH_WRITTEN ||
	    row->state == TRUTH_DIRTY;
	struct truth_seen s = { .before_known = TRUTH_BIT(TRUTH_COLS) - 1 };

	s.before[TRUTH_COL_CACHED] = s.before[TRUTH_COL_FILE] =
	    cached && row->on != TRUTH_ANON ? n : 0;
	s.before[TRUTH_COL_MAPPED] = mapped ? n : 0;
	s.before[TRUTH_COL_PRIVATE] = written && mapped &&
	    row->on != TRUTH_SHARED ? n : 0;
	s.before[TRUTH_COL_DIRTY] = written && row->on == TRUTH_SHARED ? n : 0;
	if (row->on == TRUTH_ANON)
		s.before_known &= ~(TRUTH_BIT(TRUTH_COL_CACHED) |
		    TRUTH_BIT(TRUTH_COL_FILE));
	return s;
}

/* Measured just as expected: the least of each range. */
static struct truth_seen
as_expected(const struct truth_row *row)
{
	struct truth_seen s = ready(row);
	struct truth_range r;
	unsigned col;

	s.after_known = TRUTH_BIT(TRUTH_COLS) - 1;
	for (col = 0; col < TRUTH_NUMBERS; col++)
		if (truth_expects(row, &facts, &s, col, &r))
			s.after[col] = r.lo;
	s.flags_before = row->flags_off;
	s.flags_after = row->flags_on;
	memcpy(s.err, row->err, sizeof s.err);
	return s;
}

static bool
is_runnable(const struct truth_row *row)
{
	return (row->needs & NOBODY_HAS) == 0;
}

static void
each_hint_has_a_row(void **state)
{
	bool found;
	unsigned a, i;

	(void)state;
	for (a = 0; a < advice_count; a++) {
		found = false;
		for (i = 0; i < truth_rows && !found; i++)
			found = is_runnable(&truth_table[i]) &&
			    truth_is_of(&truth_table[i],
			    advice_table[a].name);
		if (!found)
			fail_msg("no row of %s", advice_table[a].name);
	}
}

static void
each_row_makes_sense(void **state)
{
	const struct truth_row *row;
	unsigned i, k;

	(void)state;
	assert_in_range(truth_rows, 90, 200);
	for (i = 0; i < truth_rows; i++) {
		row = &truth_table[i];
		assert_true(strlen(row->name) <= 18);
		/* A line of 80 columns has room for it. */
		if (row->remark != NULL)
			assert_true(strlen(row->remark) <= 61);
		for (k = 0; k < TRUTH_ACTS; k++)
			if (row->act[k].kind == ACT_HINT)
				assert_true(advice_find(row->act[k].advice)
				    >= 0);
		if (row->given != NULL)
			assert_true(advice_find(row->given) >= 0);
		if (row->act[0].kind == ACT_NONE)
			assert_int_equal(row->act[1].kind, ACT_NONE);
		if (row->on == TRUTH_ANON)
			assert_true(row->state == TRUTH_COLD ||
			    row->state == TRUTH_WRITTEN ||
			    row->state == TRUTH_SWAPPED);
		if (row->state == TRUTH_DIRTY)
			assert_int_equal(row->on, TRUTH_SHARED);
		assert_int_equal(row->flags_on & row->flags_off, 0);
	}
}

/* Two rows with the same of all this would be one. */
static void
each_row_is_another(void **state)
{
	const struct truth_row *a, *b;
	unsigned i, k;

	(void)state;
	for (i = 0; i < truth_rows; i++)
		for (k = 0; k < i; k++) {
			a = &truth_table[i];
			b = &truth_table[k];
			if (strcmp(a->name, b->name) == 0 &&
			    a->on == b->on && a->state == b->state &&
			    a->act[1].kind == b->act[1].kind &&
			    a->act[0].advice == b->act[0].advice &&
			    a->how == b->how && a->needs == b->needs)
				fail_msg("rows %u and %u: %s", k, i, a->name);
		}
}

/* Each row is judged by all it asks for, each alone. */
static void
each_column_counts(void **state)
{
	const struct truth_row *row;
	struct truth_seen s;
	struct truth_range r;
	unsigned i, col, asked;

	(void)state;
	for (i = 0; i < truth_rows; i++) {
		row = &truth_table[i];
		if (!is_runnable(row))
			continue;
		asked = 0;
		s = as_expected(row);
		assert_true(truth_is_ready(row, &facts, &s));
		assert_int_equal(truth_differs(row, &facts, &s), 0);
		for (col = 0; col < TRUTH_NUMBERS; col++) {
			if (!truth_expects(row, &facts, &s, col, &r))
				continue;
			asked++;
			assert_true(r.lo <= r.hi);
			s.after[col] = r.hi;
			assert_int_equal(truth_differs(row, &facts, &s), 0);
			s.after[col] = r.hi + 1;
			assert_int_equal(truth_differs(row, &facts, &s),
			    TRUTH_BIT(col));
			s.after[col] = r.lo - 1;
			assert_int_equal(truth_differs(row, &facts, &s),
			    TRUTH_BIT(col));
			s.after[col] = r.lo;
			s.after_known &= ~TRUTH_BIT(col);
			assert_int_equal(truth_differs(row, &facts, &s),
			    TRUTH_BIT(col));
			s.after_known |= TRUTH_BIT(col);
		}
		assert_in_range(asked, 1, TRUTH_NUMBERS);
	}
}

static void
flags_and_errno_count(void **state)
{
	const struct truth_row *seq = row_of("sequential", TRUTH_SHARED,
	    TRUTH_COLD);
	const struct truth_row *gone = row_of("exit", TRUTH_SHARED,
	    TRUTH_MAPPED);
	struct truth_seen s = as_expected(seq);

	(void)state;
	s.flags_after = 0;
	assert_int_equal(truth_differs(seq, &facts, &s),
	    TRUTH_BIT(TRUTH_COL_FLAGS));
	s.flags_after = VMF_SEQ | VMF_LOCKED;
	assert_int_equal(truth_differs(seq, &facts, &s),
	    TRUTH_BIT(TRUTH_COL_FLAGS));
	s.flags_before = VMF_LOCKED;
	assert_int_equal(truth_differs(seq, &facts, &s), 0);
	s.after_known &= ~TRUTH_BIT(TRUTH_COL_FLAGS);
	assert_int_equal(truth_differs(seq, &facts, &s),
	    TRUTH_BIT(TRUTH_COL_FLAGS));
	s = as_expected(seq);
	s.err[0] = EINVAL;
	assert_int_equal(truth_differs(seq, &facts, &s),
	    TRUTH_BIT(TRUTH_COL_ERRNO));
	s = as_expected(gone);
	s.after_known = TRUTH_BIT(TRUTH_COL_CACHED);
	assert_int_equal(truth_differs(gone, &facts, &s), 0);
}

/* What is expected of a number of a row. */
static void
assert_expected(const struct truth_row *row, const struct truth_facts *f,
    enum truth_col col, uint64_t lo, uint64_t hi)
{
	struct truth_seen s = ready(row);
	struct truth_range r;

	assert_true(truth_expects(row, f, &s, col, &r));
	assert_int_equal(r.lo, lo);
	assert_int_equal(r.hi, hi);
}

static void
expectations_are_those_of_the_table(void **state)
{
	const struct truth_row *row;
	struct truth_seen s = { 0 };
	struct truth_range r;

	(void)state;
	row = row_of("dontneed", TRUTH_SHARED, TRUTH_MAPPED);
	assert_expected(row, &facts, TRUTH_COL_CACHED, 256, 256);
	assert_expected(row, &facts, TRUTH_COL_MAPPED, 0, 0);
	assert_expected(row, &facts, TRUTH_COL_MINOR, 16, 32);
	assert_expected(row, &facts, TRUTH_COL_MAJOR, 0, 0);
	assert_false(truth_expects(row, &facts, &s, TRUTH_COL_DIRTY, &r));
	row = row_of("pageout", TRUTH_SHARED, TRUTH_MAPPED);
	assert_expected(row, &facts, TRUTH_COL_CACHED, 0, 0);
	assert_expected(row, &facts, TRUTH_COL_MAPPED, 0, 0);
	assert_expected(row, &facts, TRUTH_COL_EVICTED, 1, 256);
	row = row_of("random", TRUTH_SHARED, TRUTH_COLD);
	assert_expected(row, &facts, TRUTH_COL_MINOR, 0, 0);
	assert_expected(row, &facts, TRUTH_COL_MAJOR, 256, 256);
	assert_expected(row, &facts, TRUTH_COL_READ, 256, 256);
	row = row_of("mlock", TRUTH_PRIVATE, TRUTH_COLD);
	assert_expected(row, &facts, TRUTH_COL_PRIVATE, 256, 256);
	row = row_of("map-populate", TRUTH_SHARED, TRUTH_COLD);
	assert_expected(row, &facts, TRUTH_COL_MAPPED, 1024, 1024);
	assert_expected(row, &facts, TRUTH_COL_CALL_MINOR, 1, 128);
	assert_expected(row, &facts, TRUTH_COL_CALL_MAJOR, 0, 0);
	row = row_of("free", TRUTH_SHARED, TRUTH_MAPPED);
	assert_int_equal(row->err[0], EINVAL);
}

/* The row of populate that counts the faults of the call. */
static const struct truth_row *
populate_row(void)
{
	unsigned i;

	for (i = 0; i < truth_rows; i++)
		if (strcmp(truth_table[i].name, "populate") == 0 &&
		    truth_table[i].call != COST_ANY)
			return &truth_table[i];
	fail_msg("no such row");
	return NULL;
}

/* Before Linux 6.9 what waited for storage is a minor fault of the call. */
static void
expectations_know_the_kernel(void **state)
{
	struct truth_facts old = facts;

	(void)state;
	assert_expected(populate_row(), &facts, TRUTH_COL_CALL_MAJOR, 1, 5);
	old.linux_version = LINUXVER(6, 1);
	assert_expected(populate_row(), &old, TRUTH_COL_CALL_MAJOR, 0, 5);
	assert_expected(populate_row(), &old, TRUTH_COL_CALL_MINOR, 0, 128);
	old.linux_version = LINUXVER(6, 9);
	assert_expected(populate_row(), &old, TRUTH_COL_CALL_MAJOR, 1, 5);
}

/* The same hints where readahead is 128 KiB, 32 pages. */
static void
readahead_sets_what_is_expected(void **state)
{
	struct truth_facts f = facts;
	const struct truth_row *cold = row_of("touch", TRUTH_SHARED,
	    TRUTH_COLD);
	const struct truth_row *ahead = row_of("willneed", TRUTH_SHARED,
	    TRUTH_COLD);

	(void)state;
	assert_expected(cold, &f, TRUTH_COL_MAJOR, 1, 4);
	assert_expected(cold, &f, TRUTH_COL_READ, 1024, 1024);
	assert_expected(ahead, &f, TRUTH_COL_CACHED, 256, 256);
	assert_expected(ahead, &f, TRUTH_COL_MAJOR, 0, 0);
	f.readahead_pages = 32;
	assert_expected(cold, &f, TRUTH_COL_MAJOR, 1, 20);
	assert_expected(cold, &f, TRUTH_COL_MINOR, 0, 32);
	assert_expected(cold, &f, TRUTH_COL_READ, 256, 1024);
	assert_expected(ahead, &f, TRUTH_COL_CACHED, 8, 256);
	assert_expected(ahead, &f, TRUTH_COL_MAJOR, 0, 20);
	f.readahead_pages = 4;
	assert_expected(cold, &f, TRUTH_COL_MINOR, 0, 132);
	f.readahead_pages = 0;
	assert_expected(cold, &f, TRUTH_COL_MINOR, 0, 256);
	f.readahead_known = false;
	assert_expected(cold, &f, TRUTH_COL_MAJOR, 1, 256);
}

static void
anonymous_folios_are_reckoned_with(void **state)
{
	struct truth_facts f = facts;
	const struct truth_row *row = row_of("touch", TRUTH_ANON, TRUTH_COLD);

	(void)state;
	assert_expected(row, &f, TRUTH_COL_MINOR, 256, 256);
	f.anon_folios = true;
	assert_expected(row, &f, TRUTH_COL_MINOR, 1, 256);
}

static void
what_is_not_ready_is_found(void **state)
{
	const struct truth_row *cold = row_of("touch", TRUTH_SHARED,
	    TRUTH_COLD);
	const struct truth_row *wrote = row_of("dontneed", TRUTH_SHARED,
	    TRUTH_WRITTEN);
	const struct truth_row *copied = row_of("dontneed", TRUTH_PRIVATE,
	    TRUTH_WRITTEN);
	struct truth_facts old = facts;
	struct truth_seen s = ready(cold);

	(void)state;
	s.before[TRUTH_COL_FILE] = 1;
	assert_false(truth_is_ready(cold, &facts, &s));
	s = ready(cold);
	s.before_known = 0;
	assert_false(truth_is_ready(cold, &facts, &s));
	s = ready(wrote);
	s.before[TRUTH_COL_CACHED] = 255;
	assert_false(truth_is_ready(wrote, &facts, &s));
	s = ready(wrote);
	s.before[TRUTH_COL_MAPPED] = 255;
	assert_false(truth_is_ready(wrote, &facts, &s));
	s = ready(wrote);
	s.before[TRUTH_COL_DIRTY] = 255;
	assert_false(truth_is_ready(wrote, &facts, &s));
	s.before_known &= ~TRUTH_BIT(TRUTH_COL_DIRTY);
	old.has &= ~TRUTH_NEEDS_CACHESTAT;
	assert_true(truth_is_ready(wrote, &old, &s));
	s = ready(copied);
	s.before[TRUTH_COL_PRIVATE] = 0;
	assert_false(truth_is_ready(copied, &facts, &s));
}

static const char *
why_without(unsigned needs, const struct truth_row *row)
{
	struct truth_facts f = facts;

	f.has &= ~needs;
	return truth_why_not(row, &f);
}

static void
what_cannot_be_run_says_why(void **state)
{
	const struct truth_row *touch = row_of("touch", TRUTH_SHARED,
	    TRUTH_COLD);
	const struct truth_row *wrote = row_of("dontneed", TRUTH_SHARED,
	    TRUTH_WRITTEN);
	const struct truth_row *anon = row_of("touch", TRUTH_ANON,
	    TRUTH_COLD);
	struct truth_facts old = facts;

	(void)state;
	assert_null(truth_why_not(touch, &facts));
	assert_string_equal(why_without(TRUTH_NEEDS_STORAGE, touch),
	    "no folder on storage, only tmpfs");
	assert_null(why_without(TRUTH_NEEDS_STORAGE, anon));
	assert_null(why_without(TRUTH_NEEDS_CACHESTAT, touch));
	assert_string_equal(why_without(TRUTH_NEEDS_CACHESTAT, wrote),
	    "cachestat does not answer here");
	assert_string_equal(why_without(TRUTH_NEEDS_SWAP,
	    row_of("willneed", TRUTH_ANON, TRUTH_SWAPPED)), "no swap");
	assert_string_equal(why_without(TRUTH_NEEDS_MEMLOCK,
	    row_of("munlock", TRUTH_SHARED, TRUTH_LOCKED)),
	    "may not lock as much (ulimit -l)");
	assert_string_equal(why_without(TRUTH_NEEDS_FOLIOS,
	    row_of("touch", TRUTH_SHARED, TRUTH_FOLIOS)),
	    "no large folios on this filesystem");
	assert_string_equal(why_without(TRUTH_NEEDS_ONFAULT,
	    row_of("mlock-onfault", TRUTH_SHARED, TRUTH_COLD)),
	    "VmFlags do not show it (Linux 6.2 does)");
	assert_string_equal(why_without(NOBODY_HAS,
	    row_of("remove", TRUTH_SHARED, TRUTH_MAPPED)),
	    "pagetide never punches holes");
	old.linux_version = LINUXVER(5, 17);
	assert_null(truth_why_not(row_of("cold", TRUTH_SHARED, TRUTH_MAPPED),
	    &old));
	assert_string_equal(truth_why_not(row_of("dontneed-locked",
	    TRUTH_SHARED, TRUTH_LOCKED), &old),
	    "this kernel is older than the hint");
}

static void
settled_looks_at_pages_only(void **state)
{
	const struct truth_row *row = row_of("willneed", TRUTH_SHARED,
	    TRUTH_COLD);
	struct truth_seen s = as_expected(row);

	(void)state;
	s.after[TRUTH_COL_MAJOR] = 99;
	s.err[0] = EIO;
	assert_true(truth_is_settled(row, &facts, &s));
	s.after[TRUTH_COL_CACHED] = 100;
	assert_false(truth_is_settled(row, &facts, &s));
}

static void
rows_are_found_by_hint(void **state)
{
	unsigned i, n = 0;

	(void)state;
	for (i = 0; i < truth_rows; i++)
		n += truth_is_of(&truth_table[i], "evict");
	assert_int_equal(n, 5);
	assert_true(truth_is_of(row_of("fadvise-dontneed", TRUTH_SHARED,
	    TRUTH_LOCKED), "fadvise-dontneed"));
	assert_true(truth_is_of(row_of("munmap", TRUTH_SHARED, TRUTH_MAPPED),
	    "munmap"));
	for (i = 0; i < truth_rows; i++)
		assert_false(truth_is_of(&truth_table[i], "nothing"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_hint_has_a_row),
		cmocka_unit_test(each_row_makes_sense),
		cmocka_unit_test(each_row_is_another),
		cmocka_unit_test(each_column_counts),
		cmocka_unit_test(flags_and_errno_count),
		cmocka_unit_test(expectations_are_those_of_the_table),
		cmocka_unit_test(expectations_know_the_kernel),
		cmocka_unit_test(readahead_sets_what_is_expected),
		cmocka_unit_test(anonymous_folios_are_reckoned_with),
		cmocka_unit_test(what_is_not_ready_is_found),
		cmocka_unit_test(what_cannot_be_run_says_why),
		cmocka_unit_test(settled_looks_at_pages_only),
		cmocka_unit_test(rows_are_found_by_hint),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
