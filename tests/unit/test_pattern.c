#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
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

/* Every page of the range once, whatever its size and the seed. */
static void
check_permutation(uint64_t n, uint64_t seed)
{
	struct pattern_spec	spec = { .kind = PATTERN_PERMUTATION,
		.first_page = 7, .n_pages = n, .passes = 1, .seed = seed };
	struct pattern		p;
	uint64_t		page, i;
	unsigned char		*seen = calloc(n, 1);

	assert_int_equal(pattern_start(&p, &spec), 0);
	assert_int_equal(pattern_pass_touches(&spec), n);
	for (i = 0; i < n; i++) {
		assert_true(pattern_next(&p, &page));
		assert_true(page >= 7 && page - 7 < n);
		assert_int_equal(seen[page - 7]++, 0);
	}
	assert_false(pattern_next(&p, &page));
	free(seen);
}

static void
permutation_gives_each_page_once(void **state)
{
	static const uint64_t large[] = { 4095, 4096, 4097, 65535, 65536,
		65537, 300007, (1 << 20) + 1 };
	uint64_t		n;
	size_t			i;

	(void)state;
	for (n = 1; n <= 2000; n++)
		check_permutation(n, n * 31);
	for (i = 0; i < sizeof large / sizeof large[0]; i++)
		check_permutation(large[i], i);
}

/* Pages that two walks have in the same place, of n touches. */
static unsigned
count_same(struct pattern *a, struct pattern *b, unsigned n)
{
	uint64_t		pa, pb;
	unsigned		i, same = 0;

	for (i = 0; i < n; i++) {
		assert_true(pattern_next(a, &pa));
		assert_true(pattern_next(b, &pb));
		same += pa == pb;
	}
	return same;
}

/* By seed, by pass, and not near the order of the pages. */
static void
permutations_differ(void **state)
{
	struct pattern_spec	spec = { .kind = PATTERN_PERMUTATION,
		.n_pages = 1000, .passes = 2, .seed = 5 };
	struct pattern_spec	forward = spec;
	struct pattern		a, b, again;

	(void)state;
	forward.kind = PATTERN_SEQUENTIAL;
	assert_int_equal(pattern_start(&a, &spec), 0);
	assert_int_equal(pattern_start(&again, &spec), 0);
	assert_int_equal(count_same(&a, &again, 1000), 1000);
	/* Now in its second pass, against the first. */
	assert_int_equal(pattern_start(&again, &spec), 0);
	assert_true(count_same(&a, &again, 1000) < 20);
	assert_int_equal(pattern_start(&a, &spec), 0);
	assert_int_equal(pattern_start(&b, &forward), 0);
	assert_true(count_same(&a, &b, 1000) < 20);
	spec.seed = 6;
	assert_int_equal(pattern_start(&a, &spec), 0);
	spec.seed = 5;
	assert_int_equal(pattern_start(&b, &spec), 0);
	assert_true(count_same(&a, &b, 1000) < 20);
}

static void
permutation_of_a_huge_range(void **state)
{
	struct pattern_spec	spec = { .kind = PATTERN_PERMUTATION,
		.n_pages = UINT64_C(3) << 61, .passes = 1,
		.max_touches = 1000 };
	struct pattern		p;
	uint64_t		page, high = 0;

	(void)state;
	assert_int_equal(pattern_start(&p, &spec), 0);
	while (pattern_next(&p, &page)) {
		assert_true(page < spec.n_pages);
		high += page >= UINT64_C(2) << 61;
	}
	assert_in_range(high, 250, 420);
}

/* Of n touches those on the first hot pages; all stay in the range. */
static uint64_t
hot_touches(struct pattern_spec spec, uint64_t hot, uint64_t n)
{
	struct pattern		p;
	uint64_t		page, i, on_hot = 0;

	spec.kind = PATTERN_HOTSPOT;
	assert_int_equal(pattern_start(&p, &spec), 0);
	for (i = 0; i < n; i++) {
		assert_true(pattern_next(&p, &page));
		assert_in_range(page, spec.first_page,
		    spec.first_page + spec.n_pages - 1);
		on_hot += page - spec.first_page < hot;
	}
	return on_hot;
}

static void
hotspot_keeps_its_shares(void **state)
{
	struct pattern_spec	spec = { .first_page = 50, .n_pages = 1000,
		.hot_pages_permille = 100, .hot_touches_permille = 900 };

	(void)state;
	/* Five sigma of 10000 draws are 150. */
	assert_in_range(hot_touches(spec, 100, 10000), 8850, 9150);
	spec.hot_touches_permille = 1000;
	assert_int_equal(hot_touches(spec, 100, 10000), 10000);
	spec.hot_touches_permille = 0;
	assert_int_equal(hot_touches(spec, 100, 10000), 0);
	/* A share of less than a page is a page. */
	spec.n_pages = 3;
	spec.hot_pages_permille = 1;
	spec.hot_touches_permille = 500;
	assert_in_range(hot_touches(spec, 1, 10000), 4750, 5250);
	/* Nothing is left that is not hot. */
	spec.hot_pages_permille = 1000;
	spec.hot_touches_permille = 0;
	assert_int_equal(hot_touches(spec, 3, 10000), 10000);
	spec.n_pages = 1;
	assert_int_equal(hot_touches(spec, 1, 100), 100);
	spec.n_pages = UINT64_C(3) << 61;
	spec.hot_pages_permille = 500;
	spec.hot_touches_permille = 250;
	assert_in_range(hot_touches(spec, spec.n_pages / 2, 10000), 2250,
	    2750);
}

static void
loop_stays_in_its_set(void **state)
{
	struct pattern_spec	spec = { .kind = PATTERN_LOOP,
		.first_page = 10, .n_pages = 6, .set_pages = 3, .passes = 2 };

	(void)state;
	ASSERT_WALK(spec, 10, 11, 12, 10, 11, 12);
	spec.set_pages = 7;
	ASSERT_WALK(spec, 10, 11, 12, 13, 14, 15, 10, 11, 12, 13, 14, 15);
	spec.set_pages = 0;
	spec.passes = 1;
	ASSERT_WALK(spec, 10, 11, 12, 13, 14, 15);
}

/*
 * A chunked walk over n pages by windows against what it says: no page is
 * touched that was not asked for and not yet left, and all are left at the
 * end; never more than two windows are there.
 */
static void
check_chunks(uint64_t n, uint64_t window, uint32_t passes)
{
	struct pattern_spec	spec = { .kind = PATTERN_CHUNKED,
		.first_page = 5, .n_pages = n, .window_pages = window,
		.passes = passes };
	struct pattern		p;
	struct chunk		c;
	unsigned char		there[64] = { 0 };
	uint64_t		page, i, k, count;
	bool			more;

	assert_int_equal(pattern_start(&p, &spec), 0);
	for (k = 0;; k++) {
		more = pattern_next(&p, &page);
		if (pattern_chunk(&p, &c)) {
			for (i = 0; i < c.behind_pages; i++)
				there[c.behind_first + i]--;
			for (i = 0; i < c.ahead_pages; i++)
				there[c.ahead_first + i]++;
		}
		for (i = count = 0; i < sizeof there; i++) {
			assert_true(there[i] <= 1);
			count += there[i];
		}
		if (!more)
			break;
		assert_int_equal(page, 5 + k % n);
		assert_int_equal(there[page], 1);
		assert_true(count <= 2 * window);
	}
	assert_int_equal(k, n * passes);
	assert_int_equal(count, 0);
}

static void
chunks_are_asked_for_and_left(void **state)
{
	uint64_t		n, window;
	uint32_t		passes;

	(void)state;
	for (n = 1; n <= 40; n++)
		for (window = 1; window <= 45; window++)
			for (passes = 1; passes <= 3; passes++)
				check_chunks(n, window, passes);
}

/* How many pages below 64 the walk comes to. */
static uint64_t
pages_seen(const struct pattern_spec *spec)
{
	struct pattern	p;
	uint64_t	page, seen = 0;
	int		i;

	assert_int_equal(pattern_start(&p, spec), 0);
	for (i = 0; i < 1000 && pattern_next(&p, &page); i++)
		seen |= UINT64_C(1) << page;
	return (uint64_t)__builtin_popcountll(seen);
}

static void
reach_is_what_is_seen(void **state)
{
	struct pattern_spec	spec = { .n_pages = 60, .stride_pages = 7,
		.set_pages = 9, .window_pages = 4, .seed = 5,
		.hot_pages_permille = 100, .hot_touches_permille = 900 };
	uint32_t		kind;
	bool			chance;
	uint64_t		max;

	(void)state;
	for (kind = 0; kind < PATTERN_COUNT; kind++)
		for (spec.passes = 0; spec.passes < 3; spec.passes++)
			for (max = 0; max < 70; max += 5) {
				spec.kind = kind;
				spec.max_touches = max;
				chance = kind == PATTERN_RANDOM ||
				    kind == PATTERN_HOTSPOT;
				if (!chance)
					assert_int_equal(pages_seen(&spec),
					    pattern_reach(&spec));
				assert_true(pages_seen(&spec) <=
				    pattern_reach(&spec));
			}
	spec.kind = PATTERN_STRIDE;
	spec.max_touches = 0;
	assert_int_equal(pattern_reach(&spec), 9);
	spec.kind = PATTERN_RANDOM;
	assert_int_equal(pattern_reach(&spec), 60);
	spec.max_touches = 64;
	assert_int_equal(pattern_reach(&spec), 60);
	spec.max_touches = 7;
	assert_int_equal(pattern_reach(&spec), 7);
}

static void
only_chunked_walks_have_chunks(void **state)
{
	struct pattern_spec	spec = { .kind = PATTERN_SEQUENTIAL,
		.n_pages = 4, .window_pages = 2, .passes = 1 };
	struct pattern		p;
	struct chunk		c;
	uint64_t		page;

	(void)state;
	assert_int_equal(pattern_start(&p, &spec), 0);
	while (pattern_next(&p, &page))
		assert_false(pattern_chunk(&p, &c));
	assert_false(pattern_chunk(&p, &c));
	/* Cut short: the window under way is left. */
	spec.kind = PATTERN_CHUNKED;
	spec.max_touches = 3;
	assert_int_equal(pattern_start(&p, &spec), 0);
	while (pattern_next(&p, &page))
		;
	assert_true(pattern_chunk(&p, &c));
	assert_int_equal(c.ahead_pages, 0);
	assert_int_equal(c.behind_first, 2);
	assert_int_equal(c.behind_pages, 2);
}

static void
bad_shares_and_windows_are_refused(void **state)
{
	struct pattern_spec	spec = { .kind = PATTERN_HOTSPOT,
		.n_pages = 10, .hot_touches_permille = 900 };
	struct pattern		p;

	(void)state;
	assert_int_equal(pattern_start(&p, &spec), -EINVAL);
	spec.hot_pages_permille = 1001;
	assert_int_equal(pattern_start(&p, &spec), -EINVAL);
	spec.hot_pages_permille = 1000;
	assert_int_equal(pattern_start(&p, &spec), 0);
	spec.hot_touches_permille = 1001;
	assert_int_equal(pattern_start(&p, &spec), -EINVAL);
	spec = (struct pattern_spec){ .kind = PATTERN_CHUNKED, .n_pages = 10 };
	assert_int_equal(pattern_start(&p, &spec), -EINVAL);
	spec.window_pages = 1;
	assert_int_equal(pattern_start(&p, &spec), 0);
	spec.behind = BEHIND_COUNT;
	assert_int_equal(pattern_start(&p, &spec), -EINVAL);
	spec.behind = BEHIND_NONE;
	spec.op = TOUCH_COUNT;
	assert_int_equal(pattern_start(&p, &spec), -EINVAL);
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
		cmocka_unit_test(permutation_gives_each_page_once),
		cmocka_unit_test(permutations_differ),
		cmocka_unit_test(permutation_of_a_huge_range),
		cmocka_unit_test(hotspot_keeps_its_shares),
		cmocka_unit_test(loop_stays_in_its_set),
		cmocka_unit_test(chunks_are_asked_for_and_left),
		cmocka_unit_test(reach_is_what_is_seen),
		cmocka_unit_test(only_chunked_walks_have_chunks),
		cmocka_unit_test(bad_shares_and_windows_are_refused),
		cmocka_unit_test(bad_specs_are_refused),
		cmocka_unit_test(names_lead_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
