#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../src/source/fakepages.h"

#include "pagetide/advice.h"
#include "pagetide/clock.h"
#include "pagetide/fake.h"

static struct fake_pages f;

static int
setup(void **state)
{
	(void)state;
	memset(&f, 0, sizeof f);
	fake_pages_map(&f, FAKE_PAGES);
	return 0;
}

/* Pages with all of the bits. */
static unsigned
count(unsigned bits)
{
	unsigned n = 0;

	for (size_t i = 0; i < FAKE_PAGES; i++)
		n += (f.page[i] & bits) == bits;
	return n;
}

/* Who maps a page has waited for it; the rest of the window comes later. */
static void
test_in_flight_until_time_passes(void **state)
{
	(void)state;
	f.vmflags[1000] = VMF_SEQ;
	fake_pages_touch(&f, 1000);
	assert_int_equal(count(FAKE_CACHED), FAKE_RA_PAGES);
	assert_int_equal(count(FAKE_MAPPED), 8);
	assert_int_equal(count(FAKE_READING), FAKE_RA_PAGES - 8);
	assert_int_equal(count(FAKE_READING | FAKE_MAPPED), 0);
	fake_pages_touch(&f, 1010);
	assert_int_equal(count(FAKE_READING), FAKE_RA_PAGES - 24);
	fake_pages_pass_time(&f);
	assert_int_equal(count(FAKE_READING), 0);
	assert_int_equal(count(FAKE_CACHED), FAKE_RA_PAGES);
}

static void
test_written_in_time(void **state)
{
	(void)state;
	fake_pages_write(&f, FAKE_PAGES - 100, 200);
	assert_int_equal(count(FAKE_CACHED | FAKE_DIRTY), 100);
	fake_pages_pass_time(&f);
	assert_int_equal(count(FAKE_DIRTY), 36);
	assert_int_equal(count(FAKE_WRITEBACK), 64);
	assert_int_equal(count(FAKE_WRITEBACK | FAKE_DIRTY), 0);
	fake_pages_pass_time(&f);
	assert_int_equal(count(FAKE_DIRTY), 0);
	assert_int_equal(count(FAKE_WRITEBACK), 36);
	fake_pages_pass_time(&f);
	assert_int_equal(count(FAKE_WRITEBACK), 0);
	assert_int_equal(count(FAKE_CACHED), 100);
}

/* What has still to be written does not leave the cache. */
static void
test_dirty_pages_stay(void **state)
{
	int32_t err[2] = { -1, -1 };

	(void)state;
	fake_pages_write(&f, 100, 50);
	fake_pages_touch(&f, 100);
	fake_pages_touch(&f, 120);
	fake_pages_advise(&f, "pageout", 0, FAKE_PAGES, err);
	assert_int_equal(count(FAKE_EVICTED), 0);
	assert_int_equal(count(FAKE_CACHED), 50);
	/* Evicting has them written; the next time they go. */
	fake_pages_advise(&f, "evict", 0, FAKE_PAGES, err);
	assert_int_equal(count(FAKE_CACHED), 50);
	assert_int_equal(count(FAKE_WRITEBACK), 50);
	fake_pages_pass_time(&f);
	fake_pages_advise(&f, "evict", 0, FAKE_PAGES, err);
	assert_int_equal(count(FAKE_CACHED), 0);
}

/* The source reports these layers; what is in flight only when it is wanted. */
static void
test_layers_of_the_source(void **state)
{
	struct source src;
	struct sample s;
	struct fake *fake = fake_open(&src, 1);

	(void)state;
	src.ops->window(src.self, NS_PER_S);
	fake_outside_write(fake, 0, 200);
	fake_outside(fake, 300, 100000);
	src.ops->step(src.self, 0);
	src.ops->read(src.self, &s, NULL);
	assert_int_equal(s.total[LAYER_DIRTY], 200);
	assert_int_equal(s.total[LAYER_WRITEBACK], 0);
	assert_int_equal(s.total[LAYER_HOLE], 0);
	assert_int_equal(s.total_known, LAYER_ALL & ~LAYER_KINDS &
	    ~LAYER_BIT(LAYER_INFLIGHT));
	assert_null(s.scan.by[LAYER_INFLIGHT]);
	assert_non_null(s.scan.why_not[LAYER_INFLIGHT]);
	assert_string_equal(s.scan.by[LAYER_DIRTY], "fake");
	src.ops->want(src.self, LAYER_BIT(LAYER_INFLIGHT));
	src.ops->begin(src.self);
	src.ops->step(src.self, 0);
	src.ops->read(src.self, &s, NULL);
	assert_string_equal(s.scan.by[LAYER_INFLIGHT], "fake");
	assert_in_range(s.total[LAYER_INFLIGHT], 8000, FAKE_PAGES - 300);
	clock_advance(NS_PER_MS);
	src.ops->begin(src.self);
	src.ops->step(src.self, 0);
	src.ops->read(src.self, &s, NULL);
	assert_int_equal(s.total[LAYER_INFLIGHT], 0);
	assert_int_equal(s.total[LAYER_DIRTY], 136);
	assert_int_equal(s.total[LAYER_WRITEBACK], 64);
	src.ops->close(src.self);
}

#define TEST(name) cmocka_unit_test_setup(name, setup)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_in_flight_until_time_passes),
		TEST(test_written_in_time),
		TEST(test_dirty_pages_stay),
		TEST(test_layers_of_the_source),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
