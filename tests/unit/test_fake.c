#include "config.h"

#include <errno.h>

#include "fake_rig.h"

static void
test_facts(void **state)
{
	(void)state;
	sample();
	assert_string_equal(rig.s.target.path, "fake-1");
	assert_string_equal(rig.s.target.filesystem, "ext4");
	assert_int_equal(rig.s.target.size_bytes, 64 << 20);
	assert_int_equal(rig.s.target.pages, PAGES);
	assert_int_equal(rig.s.target.page_bytes, 4096);
	assert_true(rig.s.target.readahead_known);
	assert_int_equal(rig.s.target.readahead_bytes, 128 << 10);
	assert_true(rig.s.worker.alive);
	assert_int_equal(rig.s.worker.pid, 0);
	assert_false(rig.s.worker.cursor_known);
	assert_int_equal(rig.s.seq, 1);
	assert_true(rig.s.gap);
	assert_null(rig.s.zoom);
	assert_int_equal(rig.s.overview->n, PAGES);
	sample();
	assert_int_equal(rig.s.seq, 2);
	assert_false(rig.s.gap);
}

/* About a third, in runs, for every seed. */
static void
test_seeds(void **state)
{
	struct source src;
	struct sample s;
	uint64_t seed, runs, i;
	uint32_t *cached;

	(void)state;
	for (seed = 0; seed < 200; seed++) {
		fake_open(&src, seed);
		src.ops->read(src.self, &s, NULL);
		assert_true(s.total_known & LAYER_BIT(LAYER_CACHED));
		assert_in_range(s.total[LAYER_CACHED], PAGES / 5, PAGES / 2);
		cached = s.overview->count[LAYER_CACHED];
		for (i = 1, runs = 0; i < PAGES; i++)
			runs += cached[i] && !cached[i - 1];
		assert_in_range(runs, 25, 60);
		src.ops->close(src.self);
	}
	/* The clock was fixed by the rig's own fake. */
	clock_fix(NS_PER_S, NS_PER_S);
}

static void
test_normal_miss_reads_around(void **state)
{
	(void)state;
	make_cold();
	touch(1000);
	assert_int_equal(counter(COUNTER_MAJOR), 1);
	assert_int_equal(counter(COUNTER_MINOR), 0);
	assert_int_equal(counter(COUNTER_READ_BYTES), 32 * 4096);
	assert_int_equal(in(LAYER_CACHED, 984, 32), 32);
	assert_int_equal(rig.s.total[LAYER_CACHED], 32);
	/* Of them the cached ones of the aligned window are mapped. */
	assert_int_equal(in(LAYER_MAPPED, 992, 16), 16);
	assert_int_equal(rig.s.total[LAYER_MAPPED], 16);
	assert_int_equal(counter(COUNTER_MAPPED), 16);
	assert_int_equal(counter(COUNTER_RSS_PAGES), 16);
	touch(1000);
	touch(1007);
	assert_int_equal(counter(COUNTER_MINOR), 0);
	touch(1008);
	assert_int_equal(counter(COUNTER_MINOR), 1);
	assert_int_equal(counter(COUNTER_MAJOR), 1);
	assert_int_equal(in(LAYER_MAPPED, 1008, 8), 8);
	assert_int_equal(rig.s.total[LAYER_MAPPED], 24);
	assert_int_equal(counter(COUNTER_TOUCHES), 4);
	assert_int_equal(rig.s.worker.cursor_page, 1008);
}

static void
test_windows_at_the_ends(void **state)
{
	(void)state;
	make_cold();
	touch(3);
	assert_int_equal(in(LAYER_CACHED, 0, 32), 32);
	assert_int_equal(rig.s.total[LAYER_CACHED], 32);
	touch(PAGES - 1);
	assert_int_equal(in(LAYER_CACHED, PAGES - 17, 17), 17);
	assert_int_equal(rig.s.total[LAYER_CACHED], 49);
}

static void
test_random_miss_reads_one(void **state)
{
	uint64_t i;

	(void)state;
	make_cold();
	assert_int_equal(hint("random", 0, PAGES), 0);
	for (i = 0; i < 64; i++)
		touch(i * 64);
	assert_int_equal(rig.s.total[LAYER_CACHED], 64);
	assert_int_equal(rig.s.total[LAYER_MAPPED], 64);
	assert_int_equal(counter(COUNTER_MAJOR), 64);
	assert_int_equal(counter(COUNTER_READ_BYTES), 64 * 4096);
}

static void
test_sequential_miss_reads_ahead(void **state)
{
	(void)state;
	make_cold();
	assert_int_equal(hint("sequential", 0, PAGES), 0);
	touch(1000);
	assert_int_equal(in(LAYER_CACHED, 1000, 32), 32);
	assert_int_equal(rig.s.total[LAYER_CACHED], 32);
}

static void
test_willneed_is_capped(void **state)
{
	(void)state;
	make_cold();
	assert_int_equal(hint("willneed", 100, 4000), 0);
	assert_int_equal(in(LAYER_CACHED, 100, 320), 320);
	assert_int_equal(rig.s.total[LAYER_CACHED], 320);
	assert_int_equal(rig.s.total[LAYER_MAPPED], 0);
	assert_int_equal(hint("willneed", 1000, 10), 0);
	assert_int_equal(in(LAYER_CACHED, 0, PAGES), 330);
	assert_int_equal(counter(COUNTER_READ_BYTES), 330 * 4096);
}

static void
test_dontneed_drops_ptes_only(void **state)
{
	(void)state;
	make_cold();
	assert_int_equal(hint("populate", 0, 256), 0);
	assert_int_equal(in(LAYER_MAPPED, 0, 256), 256);
	assert_int_equal(hint("dontneed", 0, 128), 0);
	assert_int_equal(in(LAYER_MAPPED, 0, PAGES), 128);
	assert_int_equal(in(LAYER_CACHED, 0, PAGES), 256);
	touch(0);
	assert_int_equal(in(LAYER_MAPPED, 0, PAGES), 128 + 16);
}

static void
test_evict_and_pageout(void **state)
{
	(void)state;
	make_cold();
	fake_outside(rig.fake, 200, 100);
	assert_int_equal(hint("populate", 0, 100), 0);
	assert_int_equal(hint("pageout", 0, 300), 0);
	assert_int_equal(in(LAYER_CACHED, 0, PAGES), 100);
	assert_int_equal(in(LAYER_MAPPED, 0, PAGES), 0);
	assert_int_equal(in(LAYER_EVICTED, 0, 100), 100);
	assert_int_equal(rig.s.total[LAYER_EVICTED], 100);
	assert_int_equal(hint("evict", 0, 300), 0);
	assert_int_equal(in(LAYER_CACHED, 0, PAGES), 0);
	assert_int_equal(in(LAYER_EVICTED, 0, PAGES), 0);
}

static void
test_populate_counts_faults(void **state)
{
	(void)state;
	make_cold();
	assert_int_equal(hint("populate", 0, 1024), 0);
	sample();
	assert_int_equal(counter(COUNTER_MINOR), 63);
	assert_int_equal(counter(COUNTER_MAJOR), 1);
	assert_int_equal(hint("populate", 0, 1024), 0);
	sample();
	assert_int_equal(counter(COUNTER_MINOR), 63);
}

static void
test_mlock(void **state)
{
	(void)state;
	make_cold();
	assert_int_equal(hint("mlock", 100, 100), 0);
	assert_int_equal(in(LAYER_MAPPED, 100, 100), 100);
	assert_int_equal(in(LAYER_LOCKED, 100, 100), 100);
	assert_int_equal(rig.s.total[LAYER_LOCKED], 100);
	assert_int_equal(counter(COUNTER_MAJOR), 0);
	assert_int_equal(hint("dontneed", 100, 100), EINVAL);
	assert_int_equal(hint("pageout", 150, 10), EINVAL);
	assert_int_equal(hint("cold", 150, 10), EINVAL);
	assert_int_equal(hint("evict", 0, PAGES), EINVAL);
	assert_int_equal(rig.r.err[1], 0);
	assert_int_equal(in(LAYER_MAPPED, 100, 100), 100);
	assert_int_equal(in(LAYER_CACHED, 100, 100), 100);
	assert_int_equal(hint("munlock", 0, PAGES), 0);
	assert_int_equal(in(LAYER_MAPPED, 100, 100), 100);
	assert_int_equal(rig.s.total[LAYER_LOCKED], 0);
	assert_int_equal(hint("evict", 0, PAGES), 0);
	assert_int_equal(in(LAYER_CACHED, 0, PAGES), 0);
}

static void
test_willneed_in_chunks(void **state)
{
	struct order o = { .op = ORDER_ADVISE, .first_page = 100,
	    .n_pages = 4000, .chunk_pages = 32,
	    .advice = advice_find("willneed-all") };

	(void)state;
	make_cold();
	order(o);
	assert_int_equal(rig.r.err[0], 0);
	assert_int_equal(rig.r.calls, 125);
	assert_int_equal(in(LAYER_CACHED, 100, 4000), 4000);
	assert_int_equal(rig.s.total[LAYER_CACHED], 4000);
	assert_int_equal(rig.s.total[LAYER_MAPPED], 0);
	/* Each call is cut as a single one is. */
	make_cold();
	o.chunk_pages = 1000;
	o.first_page = 0;
	o.n_pages = 2500;
	order(o);
	assert_int_equal(rig.r.calls, 3);
	assert_int_equal(in(LAYER_CACHED, 0, PAGES), 3 * 320);
	assert_int_equal(in(LAYER_CACHED, 2000, 320), 320);
	o.chunk_pages = 0;
	order(o);
	assert_int_equal(rig.r.err[0], EINVAL);
	assert_int_equal(rig.r.calls, 0);
}

static void
test_locked_pages(void **state)
{
	unsigned vmf;
	unsigned differ;

	(void)state;
	make_cold();
	assert_int_equal(hint("mlock-onfault", 0, 256), 0);
	assert_int_equal(in(LAYER_MAPPED, 0, PAGES), 0);
	assert_true(sample_vmflags(&rig.s, 0, 256, &vmf, &differ));
	assert_int_equal(vmf, VMF_LOCKED | VMF_ONFAULT);
	touch(8);
	assert_int_equal(in(LAYER_MAPPED, 0, 16), 16);
	assert_int_equal(hint("mlock", 0, 128), 0);
	assert_int_equal(in(LAYER_MAPPED, 0, PAGES), 128);
	assert_true(sample_vmflags(&rig.s, 0, 128, &vmf, &differ));
	assert_int_equal(vmf, VMF_LOCKED);
	assert_int_equal(hint("dontneed", 0, 128), EINVAL);
	assert_int_equal(hint("dontneed-locked", 0, 64), 0);
	assert_int_equal(in(LAYER_MAPPED, 0, PAGES), 64);
	assert_int_equal(in(LAYER_CACHED, 0, 128), 128);
	assert_int_equal(rig.s.total[LAYER_LOCKED], 256);
	/* The range is not asked for. */
	assert_int_equal(hint("munlockall", 1000, 1), 0);
	sample();
	assert_int_equal(rig.s.total[LAYER_LOCKED], 0);
	assert_int_equal(rig.s.vma[0].vmflags, 0);
}

static void
test_file_readahead(void **state)
{
	(void)state;
	make_cold();
	assert_int_equal(hint("fadvise-sequential", 0, PAGES), 0);
	touch(1000);
	assert_int_equal(in(LAYER_CACHED, 968, 64), 64);
	assert_int_equal(rig.s.total[LAYER_CACHED], 64);
	assert_int_equal(rig.s.vma[0].vmflags, 0);
	/* Faults do not ask for it. */
	assert_int_equal(hint("fadvise-random", 0, PAGES), 0);
	touch(2000);
	assert_int_equal(in(LAYER_CACHED, 0, PAGES), 128);
	assert_int_equal(hint("fadvise-normal", 0, PAGES), 0);
	touch(3000);
	assert_int_equal(in(LAYER_CACHED, 0, PAGES), 128 + 32);
	assert_int_equal(hint("fadvise-sequential", 0, PAGES), 0);
	order((struct order){ .op = ORDER_MAP, .n_pages = PAGES });
	touch(4000);
	assert_int_equal(in(LAYER_CACHED, 0, PAGES), 128 + 64);
}

static void
test_hints_on_the_file(void **state)
{
	(void)state;
	make_cold();
	assert_int_equal(hint("readahead", 0, 1000), 0);
	assert_int_equal(in(LAYER_CACHED, 0, 320), 320);
	assert_int_equal(hint("fadvise-willneed", 1000, 100), 0);
	assert_int_equal(in(LAYER_CACHED, 1000, 100), 100);
	assert_int_equal(rig.s.total[LAYER_CACHED], 420);
	assert_int_equal(hint("populate", 0, 160), 0);
	assert_int_equal(hint("fadvise-noreuse", 0, PAGES), 0);
	assert_int_equal(hint("sync-range", 0, PAGES), 0);
	assert_int_equal(hint("fsync", 0, PAGES), 0);
	assert_int_equal(in(LAYER_CACHED, 0, PAGES), 420);
	/* Of what is mapped nothing goes. */
	assert_int_equal(hint("fadvise-dontneed", 0, 320), 0);
	assert_int_equal(in(LAYER_CACHED, 0, 160), 160);
	assert_int_equal(rig.s.total[LAYER_CACHED], 260);
}

/* A file, without huge pages, not to be written: as a kernel says. */
static void
test_what_is_not_simulated(void **state)
{
	static const char *const names[] = { "free", "populate-write",
		"hugepage", "nohugepage", "collapse" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof names / sizeof names[0]; i++) {
		assert_int_equal(hint(names[i], 0, PAGES), EINVAL);
		assert_int_equal(rig.r.err[1], -1);
	}
}

static void
test_vmflags(void **state)
{
	unsigned vmf;
	unsigned differ;

	(void)state;
	sample();
	assert_true(sample_vmflags(&rig.s, 0, PAGES, &vmf, &differ));
	assert_int_equal(vmf, 0);
	assert_int_equal(differ, 0);
	assert_int_equal(rig.s.n_vmas, 1);
	hint("random", 10, 20);
	hint("mlock", 15, 5);
	sample();
	assert_int_equal(rig.s.n_vmas, 5);
	assert_true(sample_vmflags(&rig.s, 15, 5, &vmf, &differ));
	assert_int_equal(vmf, VMF_RAND | VMF_LOCKED);
	assert_int_equal(differ, 0);
	hint("sequential", 0, PAGES);
	hint("munlock", 0, PAGES);
	sample();
	assert_int_equal(rig.s.n_vmas, 1);
	assert_int_equal(rig.s.vma[0].vmflags, VMF_SEQ);
	hint("normal", 0, PAGES);
	sample();
	assert_int_equal(rig.s.vma[0].vmflags, 0);
}

static void
test_bad_orders(void **state)
{
	(void)state;
	assert_int_equal(hint("random", PAGES, 1), EINVAL);
	assert_int_equal(hint("random", 0, 0), EINVAL);
	order((struct order){ .op = ORDER_ADVISE, .advice = 999,
	    .n_pages = 1 });
	assert_int_equal(rig.r.err[0], EINVAL);
	assert_int_equal(rig.r.err[1], -1);
	order((struct order){ .op = 999 });
	assert_int_equal(rig.r.err[0], EINVAL);
	order((struct order){ .op = ORDER_WORK });
	assert_int_equal(rig.r.err[0], EINVAL);
	order((struct order){ .op = ORDER_WORK, .work = { .kind = 99,
	    .n_pages = 1 } });
	assert_int_equal(rig.r.err[0], EINVAL);
	/* Cut at the end, not refused. */
	assert_int_equal(hint("random", PAGES - 1, 100), 0);
}

static void
test_outside_reads(void **state)
{
	(void)state;
	make_cold();
	fake_outside(rig.fake, 100, 50);
	fake_outside(rig.fake, PAGES - 5, UINT64_MAX);
	fake_outside(rig.fake, UINT64_MAX, 5);
	assert_int_equal(in(LAYER_CACHED, 100, 50), 50);
	assert_int_equal(rig.s.total[LAYER_CACHED], 55);
	assert_int_equal(rig.s.total[LAYER_MAPPED], 0);
	assert_int_equal(counter(COUNTER_READ_BYTES), 0);
	assert_int_equal(counter(COUNTER_CACHED), 55);
}

static void
test_mapped_afresh(void **state)
{
	(void)state;
	hint("populate", 0, 500);
	hint("random", 0, 500);
	order((struct order){ .op = ORDER_MAP, .n_pages = PAGES });
	assert_int_equal(rig.r.err[0], 0);
	assert_int_equal(in(LAYER_MAPPED, 0, PAGES), 0);
	assert_int_equal(rig.s.n_vmas, 1);
	assert_int_equal(rig.s.vma[0].vmflags, 0);
	order((struct order){ .op = ORDER_MAP, .n_pages = 100 });
	assert_int_equal(hint("populate", 0, PAGES), 0);
	assert_int_equal(in(LAYER_MAPPED, 0, PAGES), 100);
	assert_int_equal(hint("populate", 100, 1), EINVAL);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, fake_setup, fake_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_facts),
		TEST(test_seeds),
		TEST(test_normal_miss_reads_around),
		TEST(test_windows_at_the_ends),
		TEST(test_random_miss_reads_one),
		TEST(test_sequential_miss_reads_ahead),
		TEST(test_willneed_is_capped),
		TEST(test_dontneed_drops_ptes_only),
		TEST(test_evict_and_pageout),
		TEST(test_populate_counts_faults),
		TEST(test_mlock),
		TEST(test_willneed_in_chunks),
		TEST(test_locked_pages),
		TEST(test_file_readahead),
		TEST(test_hints_on_the_file),
		TEST(test_what_is_not_simulated),
		TEST(test_vmflags),
		TEST(test_bad_orders),
		TEST(test_outside_reads),
		TEST(test_mapped_afresh),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
