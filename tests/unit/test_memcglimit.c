#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "pagetide/clock.h"
#include "pagetide/memcg.h"

#include "tree_rig.h"

#define MIB	(UINT64_C(1) << 20)
#define V1	"/sys/fs/cgroup/memory"
#define V2	"/sys/fs/cgroup"

static struct memcg_limit limit;
static uint64_t now = NS_PER_S;

/* What is told a second later of a worker without a limit of its own. */
static struct memory_facts
told(void)
{
	struct memory_facts m = { 0 };

	now += NS_PER_S;
	memcg_limit_read(&limit, tree_top, NULL, now);
	memcg_limit_put(&limit, &m);
	return m;
}

static void
in_v1(const char *cgroup, const char *top)
{
	char text[200];

	snprintf(text, sizeof text, "9:memory:%s\n0::/x\n", cgroup);
	tree_put("/proc/self/cgroup", text);
	snprintf(text, sizeof text, "14 35 0:32 %s " V1
	    " rw - cgroup cgroup rw,memory\n", top);
	tree_put("/proc/self/mountinfo", text);
}

static void
in_v2(const char *cgroup)
{
	char text[200];

	snprintf(text, sizeof text, "0::%s\n", cgroup);
	tree_put("/proc/self/cgroup", text);
	tree_put("/proc/self/mountinfo",
	    "29 1 0:26 / " V2 " rw - cgroup2 cgroup2 rw\n");
}

static void
is_inherited(const struct memory_facts *m, uint64_t bytes, const char *of,
    const char *file)
{
	assert_false(m->limited);
	assert_int_equal(m->limit_of, LIMIT_INHERITED);
	assert_true(m->limit_known);
	assert_int_equal(m->limit_bytes, bytes);
	assert_string_equal(m->limit_cgroup, of);
	assert_string_equal(m->limit_file, file);
}

static int
forget(void **state)
{
	(void)state;
	memcg_limit_done(&limit);
	tree_clear();
	return 0;
}

static void
put_v1(void)
{
	in_v1("/a/b", "/");
	tree_put(V1 "/release_agent", "\n");
	tree_put(V1 "/memory.limit_in_bytes", "9223372036854771712\n");
	tree_put(V1 "/a/memory.limit_in_bytes", "41943040\n");
	tree_put(V1 "/a/memory.usage_in_bytes", "30000000\n");
	tree_put(V1 "/a/memory.failcnt", "17\n");
	tree_put(V1 "/a/memory.oom_control",
	    "oom_kill_disable 0\nunder_oom 0\noom_kill 3\n");
	tree_put(V1 "/a/memory.stat", "cache 1\nrss 2\n"
	    "total_cache 25000000\ntotal_rss 4000000\n");
	tree_put(V1 "/a/b/memory.limit_in_bytes", "83886080\n");
	tree_put(V1 "/a/b/memory.stat",
	    "cache 5\nrss 6\nhierarchical_memory_limit 41943040\n");
}

static void
the_smallest_above_in_v1(void **state)
{
	struct memory_facts m;

	(void)state;
	put_v1();
	m = told();
	is_inherited(&m, 40 * MIB, "/a", "memory.limit_in_bytes");
	assert_true(m.usage_known && m.parts_known && m.hits_known &&
	    m.kills_known);
	assert_int_equal(m.usage_bytes, 30000000);
	assert_int_equal(m.file_bytes, 25000000);
	assert_int_equal(m.anon_bytes, 4000000);
	assert_int_equal(m.limit_hits, 17);
	assert_int_equal(m.oom_kills, 3);
	assert_true(m.above_known);
	assert_false(m.above_hidden);
	/* Of two with the same the nearer one. */
	tree_put(V1 "/a/b/memory.limit_in_bytes", "41943040\n");
	m = told();
	is_inherited(&m, 40 * MIB, "/a/b", "memory.limit_in_bytes");
	assert_false(m.usage_known);
}

/* Old hierarchies where those above do not count. */
static void
those_above_that_do_not_count(void **state)
{
	struct memory_facts m;

	(void)state;
	put_v1();
	tree_put(V1 "/a/b/memory.stat",
	    "hierarchical_memory_limit 83886080\n");
	m = told();
	assert_int_equal(m.limit_bytes, 80 * MIB);
	assert_null(m.limit_cgroup);
}

static void
a_container_in_v1(void **state)
{
	struct memory_facts m;

	(void)state;
	in_v1("/docker/x", "/docker/x");
	tree_put(V1 "/memory.limit_in_bytes", "9223372036854771712\n");
	tree_put(V1 "/memory.stat", "hierarchical_memory_limit 67108864\n");
	m = told();
	assert_int_equal(m.limit_of, LIMIT_INHERITED);
	assert_int_equal(m.limit_bytes, 64 * MIB);
	assert_null(m.limit_cgroup);
	assert_false(m.usage_known || m.parts_known);
	assert_true(m.above_hidden);
	/* Its own is in force. */
	tree_put(V1 "/memory.limit_in_bytes", "67108864\n");
	m = told();
	is_inherited(&m, 64 * MIB, "/", "memory.limit_in_bytes");
	/* The kernel knows that there is none. */
	tree_put(V1 "/memory.limit_in_bytes", "9223372036854771712\n");
	tree_put(V1 "/memory.stat",
	    "hierarchical_memory_limit 9223372036854771712\n");
	m = told();
	assert_int_equal(m.limit_of, LIMIT_NONE);
}

static void
put_v2(void)
{
	in_v2("/u/app/shell");
	tree_put(V2 "/cgroup.procs", "");
	tree_put(V2 "/u/memory.max", "104857600\n");
	tree_put(V2 "/u/memory.high", "max\n");
	tree_put(V2 "/u/memory.current", "90000000\n");
	tree_put(V2 "/u/memory.events", "low 0\nhigh 4\nmax 9\noom_kill 1\n");
	tree_put(V2 "/u/memory.stat", "anon 11\nfile 22\n");
	tree_put(V2 "/u/app/memory.max", "max\n");
	tree_put(V2 "/u/app/memory.high", "max\n");
	tree_put(V2 "/u/app/cgroup.type", "domain\n");
}

static void
the_smallest_above_in_v2(void **state)
{
	struct memory_facts m;

	(void)state;
	put_v2();
	m = told();
	is_inherited(&m, 100 * MIB, "/u", "memory.max");
	assert_int_equal(m.usage_bytes, 90000000);
	assert_int_equal(m.file_bytes, 22);
	assert_int_equal(m.anon_bytes, 11);
	assert_int_equal(m.limit_hits, 9);
	assert_int_equal(m.oom_kills, 1);
	assert_false(m.above_hidden);
	/* From memory.high on it is made to reclaim. */
	tree_put(V2 "/u/memory.high", "52428800\n");
	m = told();
	is_inherited(&m, 50 * MIB, "/u", "memory.high");
	assert_int_equal(m.limit_hits, 4);
	/* A nearer one, and none at all. */
	tree_put(V2 "/u/app/memory.max", "4194304\n");
	m = told();
	is_inherited(&m, 4 * MIB, "/u/app", "memory.max");
	tree_put(V2 "/u/app/memory.max", "max\n");
	tree_put(V2 "/u/memory.max", "max\n");
	tree_put(V2 "/u/memory.high", "max\n");
	m = told();
	assert_int_equal(m.limit_of, LIMIT_NONE);
	assert_false(m.limit_known);
}

/* What its cgroups above have is not known there. */
static void
a_namespace_in_v2(void **state)
{
	struct memory_facts m;

	(void)state;
	in_v2("/");
	tree_put(V2 "/cgroup.type", "domain\n");
	tree_put(V2 "/memory.max", "max\n");
	m = told();
	assert_int_equal(m.limit_of, LIMIT_UNKNOWN);
	assert_true(m.above_known && m.above_hidden);
	tree_put(V2 "/memory.max", "8388608\n");
	m = told();
	is_inherited(&m, 8 * MIB, "/", "memory.max");
	assert_true(m.above_hidden);
}

static void
no_cgroups(void **state)
{
	struct memory_facts m = told();

	(void)state;
	assert_int_equal(m.limit_of, LIMIT_UNKNOWN);
	assert_false(m.limit_known || m.above_known);
}

/* Not in each sample; what was told stays readable. */
static void
once_a_second(void **state)
{
	struct memory_facts first, m;

	(void)state;
	put_v2();
	first = told();
	tree_put(V2 "/u/app/memory.max", "4194304\n");
	memcg_limit_read(&limit, tree_top, NULL, now + NS_PER_S - 1);
	m = (struct memory_facts){ 0 };
	memcg_limit_put(&limit, &m);
	assert_int_equal(m.limit_bytes, 100 * MIB);
	m = told();
	assert_int_equal(m.limit_bytes, 4 * MIB);
	assert_string_equal(first.limit_cgroup, "/u");
}

/* A worker in a cgroup of ours, of which the samples tell already. */
static void
beside_our_own(void **state)
{
	char dir[100];
	struct memcg own = { MEMCG_V2, dir };
	struct memory_facts m = { .limited = true, .limit_known = true,
		.limit_bytes = 100 * MIB, .usage_known = true,
		.usage_bytes = 5, .steals_by = "cgroup",
		.pressure_known = true, .some_avg10_bp = 7 };

	(void)state;
	put_v2();
	/* The limit of our own is none of others, nor that of a sibling. */
	snprintf(dir, sizeof dir, "%s" V2 "/u/pagetide-1-2", tree_top);
	tree_put(V2 "/u/pagetide-1-2/memory.max", "1000\n");
	tree_put(V2 "/u/app/memory.max", "1000\n");
	memcg_limit_read(&limit, tree_top, &own, now += NS_PER_S);
	memcg_limit_put(&limit, &m);
	assert_int_equal(m.limit_of, LIMIT_OURS);
	assert_int_equal(m.usage_bytes, 5);
	assert_null(m.limit_cgroup);
	/* What is above has less. */
	m.limit_bytes++;
	memcg_limit_put(&limit, &m);
	assert_int_equal(m.limit_of, LIMIT_INHERITED);
	assert_int_equal(m.limit_bytes, 100 * MIB);
	assert_int_equal(m.usage_bytes, 90000000);
	assert_true(m.limited);
	assert_string_equal(m.steals_by, "cgroup");
	assert_int_equal(m.some_avg10_bp, 7);
	/* Ours is off, and ours can't be read. */
	m = (struct memory_facts){ .limited = true, .limit_known = true,
		.limit_bytes = UINT64_MAX };
	memcg_limit_put(&limit, &m);
	assert_int_equal(m.limit_of, LIMIT_INHERITED);
	m = (struct memory_facts){ .limited = true };
	memcg_limit_put(&limit, &m);
	assert_int_equal(m.limit_of, LIMIT_UNKNOWN);
	assert_false(m.limit_known);
}

#define TEST(f) cmocka_unit_test_teardown(f, forget)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_smallest_above_in_v1),
		TEST(those_above_that_do_not_count),
		TEST(a_container_in_v1),
		TEST(the_smallest_above_in_v2),
		TEST(a_namespace_in_v2),
		TEST(no_cgroups),
		TEST(once_a_second),
		TEST(beside_our_own),
	};

	return cmocka_run_group_tests(tests, tree_make, tree_drop);
}
