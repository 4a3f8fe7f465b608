#include "config.h"

#include <errno.h>
#include <signal.h>

#include "fake_rig.h"

/* Touches by the clock: the first at once, then one each 5 ms. */
static void
test_pace(void **state)
{
	(void)state;
	work(PATTERN_SEQUENTIAL, 0, 100, 200);
	sample();
	assert_int_equal(counter(COUNTER_TOUCHES), 1);
	assert_true(rig.s.worker.running);
	assert_int_equal(rig.s.worker.pace_per_s, 200);
	clock_advance(100 * NS_PER_MS);
	sample();
	assert_int_equal(counter(COUNTER_TOUCHES), 21);
	sample();
	assert_int_equal(counter(COUNTER_TOUCHES), 21);
	clock_advance(4999 * NS_PER_US);
	sample();
	assert_int_equal(counter(COUNTER_TOUCHES), 21);
	clock_advance(NS_PER_US);
	sample();
	assert_int_equal(counter(COUNTER_TOUCHES), 22);
	order((struct order){ .op = ORDER_PACE, .pace_per_s = 10 });
	clock_advance(100 * NS_PER_MS - 1);
	sample();
	assert_int_equal(counter(COUNTER_TOUCHES), 22);
	clock_advance(1);
	sample();
	assert_int_equal(counter(COUNTER_TOUCHES), 23);
	order((struct order){ .op = ORDER_STOP });
	clock_advance(NS_PER_S);
	sample();
	assert_int_equal(counter(COUNTER_TOUCHES), 23);
	assert_false(rig.s.worker.running);
	assert_false(fake_poll(rig.fake, &rig.r));
}

static void
test_walk_ends_once(void **state)
{
	(void)state;
	work(PATTERN_BACKWARD, 0, 1000, 0);
	assert_false(fake_poll(rig.fake, &rig.r));
	clock_advance(NS_PER_MS);
	sample();
	assert_true(fake_poll(rig.fake, &rig.r));
	assert_int_equal(rig.r.seq, 7);
	assert_int_equal(rig.r.op, ORDER_WORK);
	assert_int_equal(rig.r.done, 1);
	assert_int_equal(rig.r.touches, 1000);
	assert_false(fake_poll(rig.fake, &rig.r));
	assert_int_equal(rig.s.worker.cursor_page, 0);
	assert_int_equal(rig.s.worker.kind, PATTERN_BACKWARD);
	assert_int_equal(in(LAYER_MAPPED, 0, 1000), 1000);
}

/* A pause holds the walk, a step touches its next page. */
static void
test_steps(void **state)
{
	const struct order step = { .op = ORDER_STEP };

	(void)state;
	order(step);
	assert_int_equal(rig.r.err[0], ESRCH);
	make_cold();
	order((struct order){ .op = ORDER_WORK, .pace_per_s = 1000,
	    .work = { .kind = PATTERN_SEQUENTIAL, .passes = 1,
	    .first_page = 64, .n_pages = 19, .paused = 1 } });
	assert_int_equal(rig.r.paused, 1);
	clock_advance(NS_PER_S);
	sample();
	assert_true(rig.s.worker.running && rig.s.worker.paused);
	assert_int_equal(counter(COUNTER_TOUCHES), 0);
	order(step);
	assert_int_equal(rig.r.touched.page, 64);
	assert_int_equal(rig.r.touched.kind, LATENCY_MAJOR);
	assert_int_equal(rig.r.touched.read_bytes, 32 * 4096);
	order(step);
	assert_int_equal(rig.r.touched.page, 65);
	assert_int_equal(rig.r.touched.kind, LATENCY_NO_FAULT);
	assert_int_equal(rig.r.touched.ns, 20);
	assert_int_equal(rig.r.touched.read_bytes, 0);
	order((struct order){ .op = ORDER_PAUSE, .pause = PAUSE_TOGGLE });
	assert_int_equal(rig.r.paused, 0);
	clock_advance(10 * NS_PER_MS);
	sample();
	assert_false(rig.s.worker.paused);
	assert_int_equal(counter(COUNTER_TOUCHES), 13);
	order(step);
	assert_int_equal(rig.r.paused, 1);
	assert_int_equal(rig.r.touched.page, 77);
	while (rig.r.paused)
		order(step);
	assert_int_equal(rig.r.touched.page, 82);
	assert_true(fake_poll(rig.fake, &rig.r));
	assert_int_equal(rig.r.touches, 19);
	assert_false(fake_poll(rig.fake, &rig.r));
}

static void
test_trespasses(void **state)
{
	struct order o = { .op = ORDER_TRESPASS,
	    .trespass = TRESPASS_BEYOND };

	(void)state;
	order(o);
	assert_int_equal(rig.r.err[0], EFAULT);
	assert_int_equal(rig.r.touched.page, PAGES);
	assert_int_equal(rig.r.touched.signal, SIGBUS);
	assert_int_equal(rig.r.touched.code, BUS_ADRERR);
	o.trespass = TRESPASS_WRITE;
	o.first_page = 3;
	order(o);
	sample();
	assert_int_equal(rig.r.err[0], EFAULT);
	assert_int_equal(rig.r.touched.code, SEGV_ACCERR);
	assert_int_equal(rig.r.touched.addr, rig.s.worker.map_addr + 3 * 4096);
	o.first_page = PAGES;
	order(o);
	assert_int_equal(rig.r.err[0], EINVAL);
	o.trespass = TRESPASS_COUNT;
	order(o);
	assert_int_equal(rig.r.err[0], EINVAL);
	assert_int_equal(counter(COUNTER_TOUCHES), 0);
}

/* Maps all pages like that; the errno. */
static int
map_as(uint32_t flags)
{
	order((struct order){ .op = ORDER_MAP, .map_flags = flags,
	    .n_pages = PAGES });
	return rig.r.err[0];
}

static void
test_copy_on_write(void **state)
{
	const uint32_t own = MAP_SPEC_PRIVATE | MAP_SPEC_WRITE;
	struct order o = { .op = ORDER_WORK, .work = { .op = TOUCH_WRITE,
	    .kind = PATTERN_STRIDE, .stride_pages = 4, .passes = 1,
	    .first_page = 1000, .n_pages = 100 } };

	(void)state;
	assert_int_equal(map_as(MAP_SPEC_PRIVATE), 0);
	order(o);
	assert_int_equal(rig.r.err[0], EACCES);
	assert_int_equal(map_as(own), 0);
	assert_int_equal(hint("populate", 1000, 100), 0);
	assert_int_equal(in(LAYER_PRIVATE, 0, PAGES), 0);
	order(o);
	assert_int_equal(rig.r.err[0], 0);
	clock_advance(NS_PER_MS);
	sample();
	assert_true(fake_poll(rig.fake, &rig.r));
	assert_int_equal(rig.r.touches, 25);
	assert_int_equal(in(LAYER_PRIVATE, 1000, 100), 25);
	assert_int_equal(in(LAYER_PRIVATE, 1004, 1), 1);
	assert_int_equal(in(LAYER_PRIVATE, 1005, 3), 0);
	assert_int_equal(counter(COUNTER_PRIVATE), 25);
	assert_int_equal(rig.s.worker.map_flags, own);
	assert_int_equal(hint("populate-write", 1000, 10), 0);
	assert_int_equal(in(LAYER_PRIVATE, 1000, 100), 32);
	/* The file knows nothing of it; reclaim has nowhere to put copies. */
	assert_int_equal(in(LAYER_DIRTY, 0, PAGES), 0);
	assert_int_equal(hint("pageout", 1000, 100), 0);
	assert_int_equal(in(LAYER_MAPPED, 1000, 100), 32);
	/* What is dropped is lost: the file's page comes back. */
	assert_int_equal(hint("dontneed", 1000, 100), 0);
	touch(1004);
	assert_int_equal(in(LAYER_MAPPED, 1004, 1), 1);
	assert_int_equal(in(LAYER_PRIVATE, 0, PAGES), 0);
}

/* Populating by mmap, and locking, write where that makes copies: measured on
 * the kernel. Their reads are no major faults, of hints the first is. */
static void
test_copies_at_once(void **state)
{
	const uint32_t own = MAP_SPEC_PRIVATE | MAP_SPEC_WRITE;
	const uint32_t flags[] = { MAP_SPEC_POPULATE, MAP_SPEC_LOCKED, 0, 0 };
	static const char *const hints[] = { NULL, NULL, "mlock",
	    "populate-write" };

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		uint64_t minor, major, late = i == 3;

		assert_int_equal(map_as(own), 0);
		make_cold();
		minor = counter(COUNTER_MINOR);
		major = counter(COUNTER_MAJOR);
		assert_int_equal(map_as(own | flags[i]), 0);
		if (hints[i] != NULL)
			assert_int_equal(hint(hints[i], 0, PAGES), 0);
		assert_int_equal(in(LAYER_PRIVATE, 0, PAGES), PAGES);
		assert_int_equal(in(LAYER_CACHED, 0, PAGES), PAGES);
		assert_int_equal(counter(COUNTER_MINOR) - minor, PAGES - late);
		assert_int_equal(counter(COUNTER_MAJOR) - major, late);
	}
	/* Nobody reads what lies under copies. */
	assert_int_equal(hint("fadvise-dontneed", 0, PAGES), 0);
	assert_int_equal(hint("populate", 0, PAGES), 0);
	assert_int_equal(in(LAYER_CACHED, 0, PAGES), 0);
	assert_int_equal(hint("populate-write", 0, PAGES), 0);
	assert_int_equal(in(LAYER_CACHED, 0, PAGES), 0);
	assert_int_equal(map_as(MAP_SPEC_POPULATE), 0);
	assert_int_equal(in(LAYER_PRIVATE, 0, PAGES), 0);
	assert_int_equal(in(LAYER_MAPPED, 0, PAGES), PAGES);
}

/* Reading by calls brings pages and maps none. */
static void
test_read_calls(void **state)
{
	static const uint32_t ops[] = { TOUCH_PREAD, TOUCH_READ_CALL };
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		make_cold();
		order((struct order){ .op = ORDER_WORK, .work = { .op = ops[i],
		    .kind = PATTERN_SEQUENTIAL, .passes = 1,
		    .first_page = 1000, .n_pages = 64 } });
		assert_int_equal(rig.r.err[0], 0);
		clock_advance(NS_PER_MS);
		sample();
		assert_true(fake_poll(rig.fake, &rig.r));
		assert_int_equal(rig.r.touches, 64);
		assert_int_equal(in(LAYER_CACHED, 1000, 64), 64);
		assert_int_equal(in(LAYER_MAPPED, 0, PAGES), 0);
		assert_int_equal(latency_touches(&rig.s.worker.latency,
		    LATENCY_NO_FAULT), 64);
	}
}

static void
test_mappings(void **state)
{
	const uint32_t own = MAP_SPEC_PRIVATE | MAP_SPEC_WRITE;

	(void)state;
	assert_int_equal(map_as(MAP_SPEC_POPULATE), 0);
	assert_int_equal(in(LAYER_MAPPED, 0, PAGES), PAGES);
	assert_int_equal(in(LAYER_PRIVATE, 0, PAGES), 0);
	assert_int_equal(map_as(own | MAP_SPEC_POPULATE), 0);
	assert_int_equal(in(LAYER_PRIVATE, 0, PAGES), PAGES);
	assert_int_equal(map_as(MAP_SPEC_LOCKED), 0);
	assert_int_equal(in(LAYER_LOCKED, 0, PAGES), PAGES);
	assert_int_equal(in(LAYER_PRIVATE, 0, PAGES), 0);
	assert_int_equal(map_as(MAP_SPEC_WRITE), EINVAL);
	assert_int_equal(map_as(own | MAP_SPEC_ANON), EINVAL);
	order((struct order){ .op = ORDER_MAP, .first_page = 1,
	    .n_pages = 5 });
	assert_int_equal(rig.r.err[0], EINVAL);
}

/* The working set is what was touched in the window, at the touches' times. */
static void
test_working_set(void **state)
{
	(void)state;
	sample();
	assert_int_equal(rig.s.worker.window_ns, 0);
	assert_false(rig.s.counters.known & COUNTER_BIT(COUNTER_WORKING_SET));
	assert_false(rig.s.total_known & LAYER_BIT(LAYER_TOUCHED));
	rig.src.ops->window(rig.src.self, 2 * NS_PER_S);
	sample();
	assert_int_equal(rig.s.worker.window_ns, 2 * NS_PER_S);
	assert_int_equal(counter(COUNTER_WORKING_SET), 0);
	work(PATTERN_SEQUENTIAL, 1000, 5000, 100);
	clock_advance(NS_PER_S - 1);
	assert_int_equal(in(LAYER_TOUCHED, 1000, 100), 100);
	assert_int_equal(counter(COUNTER_WORKING_SET), 100);
	/* One sample of three seconds: two are in the window. */
	clock_advance(3 * NS_PER_S);
	assert_int_equal(in(LAYER_TOUCHED, 0, PAGES), 200);
	assert_int_equal(in(LAYER_TOUCHED, 1200, 200), 200);
	assert_int_equal(counter(COUNTER_WORKING_SET), 200);
	rig.src.ops->window(rig.src.self, 600 * NS_PER_S);
	assert_int_equal(in(LAYER_TOUCHED, 1000, 400), 400);
	order((struct order){ .op = ORDER_STOP });
	clock_advance(2 * NS_PER_S);
	rig.src.ops->window(rig.src.self, 2 * NS_PER_S);
	assert_int_equal(in(LAYER_TOUCHED, 0, PAGES), 0);
	touch(5);
	assert_int_equal(counter(COUNTER_WORKING_SET), 1);
	order((struct order){ .op = ORDER_MAP, .n_pages = PAGES });
	assert_int_equal(in(LAYER_TOUCHED, 0, PAGES), 0);
	assert_int_equal(counter(COUNTER_WORKING_SET), 0);
}

/* Without a worker nothing of it is known, and no order is obeyed. */
static void
assert_no_worker(void)
{
	sample();
	assert_false(rig.s.worker.alive);
	assert_false(rig.s.vmas_known);
	assert_null(rig.s.scan.mapped_by);
	assert_int_equal(rig.s.total_known & (LAYER_BIT(LAYER_MAPPED) |
	    LAYER_BIT(LAYER_LOCKED)), 0);
	assert_true(rig.s.total_known & LAYER_BIT(LAYER_CACHED));
	assert_int_equal(rig.s.counters.known, COUNTER_BIT(COUNTER_CACHED) |
	    COUNTER_BIT(COUNTER_SYS_FAULTS) | COUNTER_BIT(COUNTER_SYS_MAJOR));
	assert_int_equal(hint("random", 0, 1), EINVAL);
}

static void
test_no_worker(void **state)
{
	struct subject w = { 0 };

	(void)state;
	sample();
	rig.src.ops->set_subject(rig.src.self, NULL);
	assert_no_worker();
	assert_true(rig.s.gap);
	rig.src.ops->set_subject(rig.src.self, &w);
	sample();
	assert_true(rig.s.worker.alive);
	assert_true(rig.s.gap);
	order((struct order){ .op = ORDER_QUIT });
	assert_no_worker();
}

/* The same seed and the same orders give the same samples. */
static void
play(struct rig *g, uint32_t *cached)
{
	int i;

	memset(g, 0, sizeof *g);
	g->fake = fake_open(&g->src, 42);
	rig = *g;
	for (i = 0; i < 20; i++) {
		work(PATTERN_RANDOM, 0, PAGES, 500);
		clock_advance(100 * NS_PER_MS);
		hint(advice_table[i % advice_count].name, i * 100, 700);
		sample();
	}
	*g = rig;
	memcpy(cached, g->s.overview->count[LAYER_CACHED],
	    PAGES * sizeof *cached);
	g->src.ops->close(g->src.self);
}

static void
test_deterministic(void **state)
{
	static uint32_t cached[2][PAGES];
	struct rig saved = rig;
	static struct rig g[2];

	(void)state;
	play(&g[0], cached[0]);
	play(&g[1], cached[1]);
	rig = saved;
	assert_memory_equal(cached[0], cached[1], sizeof cached[0]);
	assert_memory_equal(&g[0].s.counters, &g[1].s.counters,
	    sizeof g[0].s.counters);
	assert_int_equal(g[0].s.t_ns, g[1].s.t_ns);
	assert_int_equal(g[0].s.wall_ns, g[1].s.wall_ns);
	assert_memory_equal(g[0].s.vma, g[1].s.vma, sizeof g[0].s.vma);
	clock_fix(NS_PER_S, NS_PER_S);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, fake_setup, fake_teardown)

static void
counted(const char *name, uint64_t first, uint64_t n)
{
	order((struct order){ .op = ORDER_ADVISE, .count = ORDER_COUNT,
	    .advice = advice_find(name), .first_page = first, .n_pages = n });
	assert_int_equal(rig.r.err[0], 0);
	assert_true(rig.r.own.asked);
	assert_true(rig.r.call_ns[0] > 0);
}

/* As the real worker: what a hint did itself, and when its pages came. */
static void
test_own(void **state)
{
	uint64_t came;

	(void)state;
	assert_int_equal(hint("evict", 0, PAGES), 0);
	assert_false(rig.r.own.asked);
	counted("willneed", 0, PAGES);
	assert_int_equal(rig.r.own.before.count[LAYER_CACHED], 0);
	came = rig.r.own.after.count[LAYER_CACHED];
	assert_true(came > 0);
	assert_int_equal(rig.r.own.after.count[LAYER_MAPPED], 0);
	assert_int_equal(rig.r.own.arrival, OWN_ARRIVAL_UNDER_WAY);
	assert_int_equal(rig.r.own.in_flight, came);
	assert_false(fake_poll(rig.fake, &rig.r));
	clock_advance(100 * NS_PER_MS);
	sample();
	assert_true(fake_poll(rig.fake, &rig.r));
	assert_int_equal(rig.r.op, ORDER_ADVISE);
	assert_int_equal(rig.r.own.arrival, OWN_ARRIVAL_LAST);
	assert_int_equal(rig.r.own.arrived_ns, 100 * NS_PER_MS);
	assert_false(fake_poll(rig.fake, &rig.r));

	counted("populate", 1000, 16);
	assert_int_equal(rig.r.own.after.count[LAYER_MAPPED], 16);
	assert_int_equal(rig.r.own.arrival, OWN_ARRIVAL_THERE);
	assert_int_equal(rig.r.own.arrived_ns, rig.r.call_ns[0]);
	counted("dontneed", 1000, 8);
	assert_int_equal(rig.r.own.before.count[LAYER_MAPPED], 8);
	assert_int_equal(rig.r.own.after.count[LAYER_MAPPED], 0);
	assert_int_equal(rig.r.own.rest_after.count[LAYER_MAPPED],
	    rig.r.own.rest_before.count[LAYER_MAPPED]);
	assert_int_equal(in(LAYER_MAPPED, 1000, 16), 8);
	assert_false(fake_cut(rig.fake, &rig.r));
	counted("willneed", 4000, 100);
	assert_true(fake_cut(rig.fake, &rig.r));
	assert_int_equal(rig.r.own.arrival, OWN_ARRIVAL_CUT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_copy_on_write),
		TEST(test_copies_at_once),
		TEST(test_read_calls),
		TEST(test_mappings),
		TEST(test_pace),
		TEST(test_steps),
		TEST(test_trespasses),
		TEST(test_walk_ends_once),
		TEST(test_working_set),
		TEST(test_no_worker),
		TEST(test_deterministic),
		TEST(test_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
