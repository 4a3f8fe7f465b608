#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include <cmocka.h>

#include "pagetide/pattern.h"

/* Starts the walk and asserts that it gives exactly these n pages. */
static void
assert_walk(const struct pattern_spec *spec, const uint64_t *pages, size_t n)
{
	struct pattern	p;
	uint64_t	page;
	size_t		i;

	assert_int_equal(pattern_start(&p, spec), 0);
	for (i = 0; i < n; i++) {
		assert_true(pattern_next(&p, &page));
		assert_int_equal(page, pages[i]);
		assert_int_equal(p.done, i + 1);
	}
	page = 77;
	assert_false(pattern_next(&p, &page));
	assert_false(pattern_next(&p, &page));
	assert_int_equal(page, 77);
	assert_int_equal(p.done, n);
}

#define ASSERT_WALK(spec, ...) do {					\
	static const uint64_t pages_[] = { __VA_ARGS__ };		\
	assert_walk(&(spec), pages_, sizeof pages_ / sizeof pages_[0]);	\
} while (0)

static void
sequential_and_backward(void **state)
{
	struct pattern_spec	spec = { .first_page = 10, .n_pages = 4,
		.passes = 1 };

	(void)state;
	spec.kind = PATTERN_SEQUENTIAL;
	ASSERT_WALK(spec, 10, 11, 12, 13);
	spec.kind = PATTERN_BACKWARD;
	ASSERT_WALK(spec, 13, 12, 11, 10);
	spec.passes = 2;
	ASSERT_WALK(spec, 13, 12, 11, 10, 13, 12, 11, 10);
	spec.first_page = 0;
	spec.n_pages = 1;
	spec.passes = 3;
	ASSERT_WALK(spec, 0, 0, 0);
}

static void
stride_stays_inside(void **state)
{
	struct pattern_spec	spec = { .kind = PATTERN_STRIDE,
		.first_page = 5, .n_pages = 10, .stride_pages = 3,
		.passes = 1 };

	(void)state;
	ASSERT_WALK(spec, 5, 8, 11, 14);
	assert_int_equal(pattern_pass_touches(&spec), 4);
	spec.n_pages = 9;
	ASSERT_WALK(spec, 5, 8, 11);
	spec.passes = 2;
	ASSERT_WALK(spec, 5, 8, 11, 5, 8, 11);
	spec.passes = 1;
	spec.stride_pages = 9;
	ASSERT_WALK(spec, 5);
	spec.stride_pages = UINT64_MAX;
	ASSERT_WALK(spec, 5);
	spec.n_pages = 3;
	spec.stride_pages = 0;
	ASSERT_WALK(spec, 5, 6, 7);
}

static void
single_is_once(void **state)
{
	struct pattern_spec	spec = { .kind = PATTERN_SINGLE,
		.first_page = 5, .n_pages = 10, .passes = 1 };

	(void)state;
	ASSERT_WALK(spec, 5);
	assert_int_equal(pattern_pass_touches(&spec), 1);
	spec.passes = 0;
	ASSERT_WALK(spec, 5);
	spec.passes = 9;
	ASSERT_WALK(spec, 5);
}

static void
the_cap_ends_a_walk(void **state)
{
	struct pattern_spec	spec = { .kind = PATTERN_SEQUENTIAL,
		.first_page = 0, .n_pages = 3, .passes = 0, .max_touches = 7 };

	(void)state;
	ASSERT_WALK(spec, 0, 1, 2, 0, 1, 2, 0);
	spec.passes = 1;
	ASSERT_WALK(spec, 0, 1, 2);
	spec.max_touches = 2;
	ASSERT_WALK(spec, 0, 1);
}

static void
no_passes_is_for_ever(void **state)
{
	struct pattern_spec	spec = { .kind = PATTERN_BACKWARD,
		.first_page = 2, .n_pages = 5, .passes = 0 };
	struct pattern		p;
	uint64_t		page, i;

	(void)state;
	assert_int_equal(pattern_start(&p, &spec), 0);
	for (i = 0; i < 100000; i++) {
		assert_true(pattern_next(&p, &page));
		assert_int_equal(page, 6 - i % 5);
	}
	assert_int_equal(p.pass, 100000 / 5 - 1);
}

static void
random_is_seeded(void **state)
{
	struct pattern_spec	spec = { .kind = PATTERN_RANDOM,
		.first_page = 100, .n_pages = 1000, .passes = 1, .seed = 7 };
	struct pattern		a, b, c;
	uint64_t		pa, pb, pc;
	unsigned		i, same = 0;

	(void)state;
	assert_int_equal(pattern_start(&a, &spec), 0);
	assert_int_equal(pattern_start(&b, &spec), 0);
	spec.seed = 8;
	assert_int_equal(pattern_start(&c, &spec), 0);
	for (i = 0; i < 1000; i++) {
		assert_true(pattern_next(&a, &pa));
		assert_true(pattern_next(&b, &pb));
		assert_true(pattern_next(&c, &pc));
		assert_int_equal(pa, pb);
		assert_in_range(pa, 100, 1099);
		same += pa == pc;
	}
	assert_false(pattern_next(&a, &pa));
	assert_true(same < 20);
}

/* A second pass goes on with the numbers: it is another walk. */
static void
random_passes_differ(void **state)
{
	struct pattern_spec	spec = { .kind = PATTERN_RANDOM,
		.n_pages = 1000, .passes = 2 };
	struct pattern		p;
	uint64_t		first[1000], page;
	unsigned		i, same = 0;

	(void)state;
	assert_int_equal(pattern_start(&p, &spec), 0);
	for (i = 0; i < 1000; i++)
		assert_true(pattern_next(&p, &first[i]));
	for (i = 0; i < 1000; i++) {
		assert_true(pattern_next(&p, &page));
		same += page == first[i];
	}
	assert_true(same < 20);
	assert_false(pattern_next(&p, &page));
}

/* Each page as often as chance allows: five sigma is 500 of 10000. */
static void
random_is_uniform(void **state)
{
	struct pattern_spec	spec = { .kind = PATTERN_RANDOM,
		.first_page = 3, .passes = 0 };
	struct pattern		p;
	uint64_t		page, n;
	unsigned		hits[8], i;

	(void)state;
	for (n = 1; n <= 8; n++) {
		spec.n_pages = n;
		spec.seed = n;
		memset(hits, 0, sizeof hits);
		assert_int_equal(pattern_start(&p, &spec), 0);
		for (i = 0; i < n * 10000; i++) {
			assert_true(pattern_next(&p, &page));
			assert_in_range(page, 3, 3 + n - 1);
			hits[page - 3]++;
		}
		for (i = 0; i < n; i++)
			assert_in_range(hits[i], 9500, 10500);
	}
}

static void
large_ranges_are_reached(void **state)
{
	struct pattern_spec	spec = { .kind = PATTERN_RANDOM,
		.n_pages = UINT64_C(3) << 61, .max_touches = 10000 };
	struct pattern		p;
	uint64_t		page, high = 0;

	(void)state;
	assert_int_equal(pattern_start(&p, &spec), 0);
	while (pattern_next(&p, &page)) {
		assert_true(page < spec.n_pages);
		high += page >= UINT64_C(2) << 61;
	}
	/* A plain remainder would give the upper third 2500. */
	assert_in_range(high, 3100, 3560);
	spec.kind = PATTERN_BACKWARD;
	assert_int_equal(pattern_start(&p, &spec), 0);
	assert_true(pattern_next(&p, &page));
	assert_int_equal(page, spec.n_pages - 1);
}

static void
bad_specs_are_refused(void **state)
{
	struct pattern_spec	spec = { .kind = PATTERN_SEQUENTIAL };
	struct pattern		p;

	(void)state;
	assert_int_equal(pattern_start(&p, &spec), -EINVAL);
	spec.n_pages = 1;
	assert_int_equal(pattern_start(&p, &spec), 0);
	spec.kind = PATTERN_COUNT;
	assert_int_equal(pattern_start(&p, &spec), -EINVAL);
	spec.kind = UINT32_MAX;
	assert_int_equal(pattern_start(&p, &spec), -EINVAL);
	spec.kind = PATTERN_BACKWARD;
	spec.first_page = UINT64_MAX;
	assert_int_equal(pattern_start(&p, &spec), -EINVAL);
	spec.first_page = UINT64_MAX - 1;
	assert_int_equal(pattern_start(&p, &spec), 0);
}

static void
names_lead_back(void **state)
{
	int	kind;

	(void)state;
	for (kind = 0; kind < PATTERN_COUNT; kind++) {
		assert_int_equal(pattern_find(pattern_table[kind].name), kind);
		assert_true(strlen(pattern_table[kind].help) > 5);
	}
	assert_int_equal(pattern_find("sequential"), PATTERN_SEQUENTIAL);
	assert_int_equal(pattern_find("single"), PATTERN_SINGLE);
	assert_int_equal(pattern_find("seq"), -1);
	assert_int_equal(pattern_find(""), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sequential_and_backward),
		cmocka_unit_test(stride_stays_inside),
		cmocka_unit_test(single_is_once),
		cmocka_unit_test(the_cap_ends_a_walk),
		cmocka_unit_test(no_passes_is_for_ever),
		cmocka_unit_test(random_is_seeded),
		cmocka_unit_test(random_passes_differ),
		cmocka_unit_test(random_is_uniform),
		cmocka_unit_test(large_ranges_are_reached),
		cmocka_unit_test(bad_specs_are_refused),
		cmocka_unit_test(names_lead_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
