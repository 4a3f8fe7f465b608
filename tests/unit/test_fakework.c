#include "config.h"

#include <errno.h>

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
	struct source_worker w = { 0 };

	(void)state;
	sample();
	rig.src.ops->set_worker(rig.src.self, NULL);
	assert_no_worker();
	assert_true(rig.s.gap);
	rig.src.ops->set_worker(rig.src.self, &w);
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_copy_on_write),
		TEST(test_read_calls),
		TEST(test_mappings),
		TEST(test_pace),
		TEST(test_walk_ends_once),
		TEST(test_working_set),
		TEST(test_no_worker),
		TEST(test_deterministic),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
