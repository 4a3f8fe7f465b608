#include "config.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "pagetide/memcg.h"
#include "pagetide/strbuf.h"

#include "tree_rig.h"

/* As Linux 6.18 with v1 has them, shortened. */
#define SELF_V1 \
    "9:name=systemd:/\n" \
    "8:pids:/\n" \
    "4:cpu,memory:/agent/my box\n" \
    "3:memory_other:/wrong\n" \
    "0::/init.scope\n"
#define MOUNTS_V1 \
    "31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755\n" \
    "33 31 0:30 / /sys/fs/cgroup/pids rw shared:4 - cgroup cgroup rw,pids\n" \
    "35 31 0:32 /agent /sys/fs/my\\040cgroup rw,relatime shared:9 " \
    "master:1 - cgroup cgroup rw,cpu,memory\n" \
    "41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n"
#define SELF_V2 "0::/user.slice/app.slice/shell.scope\n"
#define MOUNTS_V2 \
    "22 1 0:20 / /proc rw - proc proc rw\n" \
    "29 1 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n"

static const char stat_v1[] =
    "cache 15\n"
    "rss 1\n"
    "workingset_refault_anon 7\n"
    "workingset_refault_file 22108\n"
    "pgpgin 3185\n"
    "pgpgout 2849\n"
    "total_cache 15466496\n"
    "total_rss 0\n"
    "total_workingset_refault_file 99999\n";

static const char stat_v2[] =
    "anon 1835008\n"
    "file 798720\n"
    "workingset_refault_anon 12\n"
    "workingset_refault_file 30\n"
    "pgscan 500\n"
    "pgsteal 400\n"
    "pgsteal_kswapd 1\n"
    "pgsteal_direct 399\n";

static const char vmstat[] =
    "nr_free_pages 1\n"
    "pgsteal_kswapd 11\n"
    "pgsteal_direct 12\n"
    "pgscan_file 1664904\n"
    "pgsteal_anon 25\n"
    "pgsteal_file 51200\n";

static const char events[] =
    "low 0\n"
    "high 1\n"
    "max 865\n"
    "oom 3\n"
    "oom_kill 2\n"
    "oom_group_kill 0\n";

static const char oom_control[] =
    "oom_kill_disable 0\n"
    "under_oom 0\n"
    "oom_kill 5\n";

static const char psi[] =
    "some avg10=16.04 avg60=2.50 avg300=0.10 total=15448\n"
    "full avg10=0.99 avg60=0.00 avg300=0.00 total=4415\n";

static void
our_own_cgroup(void **state)
{
	struct strbuf path = STRBUF_INIT;

	(void)state;
	assert_true(memcg_parse_self(SELF_V1, MEMCG_V1, &path));
	assert_string_equal(path.s, "/agent/my box");
	strbuf_reset(&path);
	assert_true(memcg_parse_self(SELF_V1, MEMCG_V2, &path));
	assert_string_equal(path.s, "/init.scope");
	strbuf_reset(&path);
	assert_false(memcg_parse_self(SELF_V2, MEMCG_V1, &path));
	assert_false(memcg_parse_self("", MEMCG_V2, &path));
	assert_false(memcg_parse_self("0:\nx\n1:memory", MEMCG_V1, &path));
	assert_string_equal(path.s, "");
	/* No newline at the end. */
	assert_true(memcg_parse_self("7:memory:/a:b", MEMCG_V1, &path));
	assert_string_equal(path.s, "/a:b");
	strbuf_done(&path);
}

static void
where_it_is_mounted(void **state)
{
	struct strbuf at = STRBUF_INIT, top = STRBUF_INIT;

	(void)state;
	assert_true(memcg_parse_mount(MOUNTS_V1, MEMCG_V1, &at, &top));
	assert_string_equal(at.s, "/sys/fs/my cgroup");
	assert_string_equal(top.s, "/agent");
	strbuf_reset(&at);
	strbuf_reset(&top);
	assert_true(memcg_parse_mount(MOUNTS_V2, MEMCG_V2, &at, &top));
	assert_string_equal(at.s, "/sys/fs/cgroup");
	assert_string_equal(top.s, "/");
	strbuf_reset(&at);
	strbuf_reset(&top);
	assert_false(memcg_parse_mount(MOUNTS_V2, MEMCG_V1, &at, &top));
	assert_false(memcg_parse_mount("", MEMCG_V2, &at, &top));
	assert_false(memcg_parse_mount("1 2 - cgroup\n3 - \n - \n", MEMCG_V1,
	    &at, &top));
	assert_string_equal(at.s, "");
	strbuf_done(&at);
	strbuf_done(&top);
}

static void
words_of_controllers(void **state)
{
	(void)state;
	assert_true(memcg_parse_word("cpu memory pids\n", "memory"));
	assert_true(memcg_parse_word("memory", "memory"));
	assert_false(memcg_parse_word("cpu memory2 mem\n", "memory"));
	assert_false(memcg_parse_word("\n", "memory"));
	assert_false(memcg_parse_word("", "memory"));
}

static void
assert_number(const char *text, enum memcg_version version,
    enum memcg_number which, uint64_t want)
{
	uint64_t v = 1;

	assert_true(memcg_parse_number(text, version, which, &v));
	assert_int_equal(v, want);
}

static void
numbers_of_their_files(void **state)
{
	uint64_t v = 77;

	(void)state;
	assert_number("15757312\n", MEMCG_V1, MEMCG_USAGE, 15757312);
	assert_number("15757312\n", MEMCG_V2, MEMCG_USAGE, 15757312);
	assert_number("16777216\n", MEMCG_V1, MEMCG_LIMIT, 16777216);
	assert_number("9223372036854771712\n", MEMCG_V1, MEMCG_LIMIT,
	    UINT64_MAX);
	assert_number("max\n", MEMCG_V2, MEMCG_LIMIT, UINT64_MAX);
	assert_number("865\n", MEMCG_V1, MEMCG_HITS, 865);
	assert_number(events, MEMCG_V2, MEMCG_HITS, 865);
	assert_number(oom_control, MEMCG_V1, MEMCG_KILLS, 5);
	assert_number(events, MEMCG_V2, MEMCG_KILLS, 2);
	/* Before 4.13 there was no such line. */
	assert_false(memcg_parse_number("under_oom 0\n", MEMCG_V1,
	    MEMCG_KILLS, &v));
	assert_false(memcg_parse_number("max\n", MEMCG_V2, MEMCG_USAGE, &v));
	assert_false(memcg_parse_number("", MEMCG_V1, MEMCG_LIMIT, &v));
	assert_int_equal(v, 77);
}

static void
refaults_and_steals(void **state)
{
	uint64_t v = 77;

	(void)state;
	assert_true(memcg_parse_refaults(stat_v1, &v));
	assert_int_equal(v, 22115);
	assert_true(memcg_parse_refaults(stat_v2, &v));
	assert_int_equal(v, 42);
	assert_true(memcg_parse_refaults("workingset_refault 9\n", &v));
	assert_int_equal(v, 9);
	v = 77;
	assert_false(memcg_parse_refaults("cache 5\n", &v));
	assert_false(memcg_parse_steals(stat_v1, &v));
	assert_int_equal(v, 77);
	assert_true(memcg_parse_steals(stat_v2, &v));
	assert_int_equal(v, 400);
	assert_true(memcg_parse_steals(vmstat, &v));
	assert_int_equal(v, 51225);
}

/* Not all kernels say what is dirty; shared memory is pages of files, too. */
static void
dirty_pages_where_told(void **state)
{
	struct memory_facts m = { 0 };

	(void)state;
	assert_true(memcg_parse_parts(stat_v1, MEMCG_V1, &m));
	assert_false(m.dirty_known);
	assert_false(m.shmem_known);
	assert_true(memcg_parse_parts("total_cache 9\ntotal_rss 1\n"
	    "total_shmem 4\ntotal_dirty 3\ntotal_writeback 2\n", MEMCG_V1,
	    &m));
	assert_true(m.dirty_known);
	assert_int_equal(m.dirty_bytes, 5);
	assert_true(m.shmem_known);
	assert_int_equal(m.shmem_bytes, 4);
	assert_true(memcg_parse_parts("anon 1\nfile 9\nshmem 2\n"
	    "file_dirty 7\nfile_writeback 0\n", MEMCG_V2, &m));
	assert_int_equal(m.dirty_bytes, 7);
	assert_int_equal(m.shmem_bytes, 2);
}

static void
the_machine_is_read_whole(void **state)
{
	static const char text[] = "MemTotal:  100 kB\nMemFree: 40 kB\n"
	    "Buffers: 3 kB\nCached: 30 kB\nSwapCached: 9 kB\n"
	    "Dirty: 2 kB\nWriteback: 1 kB\nAnonPages: 20 kB\n"
	    "Shmem: 5 kB\nWritebackTmp: 8 kB\n";
	struct machine_facts m = { 0 };

	(void)state;
	assert_false(meminfo_parse("", &m));
	assert_false(meminfo_parse("MemTotal: 100 kB\n", &m));
	assert_false(m.known);
	assert_true(meminfo_parse(text, &m));
	assert_true(m.known);
	assert_int_equal(m.total_bytes, 100 * 1024);
	assert_int_equal(m.free_bytes, 40 * 1024);
	assert_int_equal(m.file_bytes, 33 * 1024);
	assert_int_equal(m.shmem_bytes, 5 * 1024);
	assert_int_equal(m.anon_bytes, 20 * 1024);
	assert_int_equal(m.dirty_bytes, 3 * 1024);
}

static void
parts_of_what_is_charged(void **state)
{
	struct memory_facts m = { 0 };

	(void)state;
	assert_false(memcg_parse_parts(stat_v1, MEMCG_V2, &m));
	assert_false(memcg_parse_parts("", MEMCG_V1, &m));
	assert_false(m.parts_known);
	assert_true(memcg_parse_parts(stat_v1, MEMCG_V1, &m));
	assert_true(m.parts_known);
	assert_int_equal(m.file_bytes, 15466496);
	assert_int_equal(m.anon_bytes, 0);
	assert_true(memcg_parse_parts(stat_v2, MEMCG_V2, &m));
	assert_int_equal(m.file_bytes, 798720);
	assert_int_equal(m.anon_bytes, 1835008);
}

static void
pressure(void **state)
{
	struct memory_facts m = { 0 };

	(void)state;
	assert_true(memcg_parse_pressure(psi, &m));
	assert_true(m.pressure_known);
	assert_int_equal(m.some_avg10_bp, 1604);
	assert_int_equal(m.full_avg10_bp, 99);
	m = (struct memory_facts){ 0 };
	assert_false(memcg_parse_pressure("some avg10=1.00 avg60=0.00\n", &m));
	assert_false(memcg_parse_pressure("", &m));
	assert_false(m.pressure_known);
	assert_true(memcg_parse_pressure("some avg10=100.00 x\n"
	    "full avg10=0.07 x\n", &m));
	assert_int_equal(m.some_avg10_bp, 10000);
	assert_int_equal(m.full_avg10_bp, 7);
}

/* What memcg_find_parent() says: the folder below the tree, or why not. */
static void
assert_parent(int want_rc, enum memcg_version version, const char *want)
{
	struct strbuf why = STRBUF_INIT;
	struct memcg cg = { 0 };

	assert_int_equal(memcg_find_parent(tree_top, &cg, &why), want_rc);
	if (want_rc == 0) {
		assert_int_equal(cg.version, version);
		assert_string_equal(cg.dir + strlen(tree_top), want);
		assert_string_equal(why.s, "");
	} else {
		assert_string_equal(why.s, want);
		assert_null(cg.dir);
	}
	free(cg.dir);
	strbuf_done(&why);
}

static void
the_parent_in_v1_is_our_own(void **state)
{
	(void)state;
	tree_put("/proc/self/cgroup", SELF_V1);
	tree_put("/proc/self/mountinfo", MOUNTS_V1);
	assert_parent(0, MEMCG_V1, "/sys/fs/my cgroup/my box");
	/* The mount begins at our own. */
	tree_put("/proc/self/cgroup", "4:memory:/agent\n");
	assert_parent(0, MEMCG_V1, "/sys/fs/my cgroup");
	/* And elsewhere. */
	tree_put("/proc/self/cgroup", "4:memory:/agents/x\n");
	assert_parent(-ENOENT, MEMCG_V1, "our own cgroup is not to be seen: "
	    "none with a memory controller is mounted");
	tree_clear();
}

static void
the_parent_in_v2_hands_memory_down(void **state)
{
	(void)state;
	tree_put("/proc/self/cgroup", SELF_V2);
	tree_put("/proc/self/mountinfo", MOUNTS_V2);
	tree_put("/sys/fs/cgroup/user.slice/app.slice/shell.scope/"
	    "cgroup.subtree_control", "\n");
	tree_put("/sys/fs/cgroup/user.slice/app.slice/cgroup.subtree_control",
	    "cpu pids\n");
	tree_put("/sys/fs/cgroup/user.slice/cgroup.subtree_control",
	    "cpu memory pids\n");
	tree_put("/sys/fs/cgroup/cgroup.subtree_control", "cpu memory\n");
	assert_parent(0, MEMCG_V2, "/sys/fs/cgroup/user.slice");
	tree_put("/sys/fs/cgroup/user.slice/app.slice/shell.scope/"
	    "cgroup.subtree_control", "memory\n");
	assert_parent(0, MEMCG_V2,
	    "/sys/fs/cgroup/user.slice/app.slice/shell.scope");
	tree_clear();
}

static void
v2_that_hands_nothing_down(void **state)
{
	(void)state;
	tree_put("/proc/self/cgroup", SELF_V2);
	tree_put("/proc/self/mountinfo", MOUNTS_V2);
	tree_put("/sys/fs/cgroup/cgroup.subtree_control", "cpu\n");
	assert_parent(-EOPNOTSUPP, MEMCG_V2, "no cgroup from ours up to "
	    "/sys/fs/cgroup hands the memory controller down");
	tree_clear();
	assert_parent(-ENOENT, MEMCG_V2, "our own cgroup is not to be seen: "
	    "none with a memory controller is mounted");
}

/* Makes the files of a v2 cgroup in the tree. */
static void
put_v2(const char *stat)
{
	tree_put("/cg/memory.current", "16000000\n");
	tree_put("/cg/memory.max", "16777216\n");
	tree_put("/cg/memory.events", events);
	tree_put("/cg/memory.stat", stat);
	tree_put("/cg/memory.pressure", psi);
}

static void
a_cgroup_is_read_whole(void **state)
{
	struct memcg cg = { MEMCG_V2, NULL };
	struct memory_facts m;
	struct counters c = { 0 };
	struct memcg_fds fds;
	uint64_t v;
	char dir[64];

	(void)state;
	snprintf(dir, sizeof dir, "%s/cg", tree_top);
	cg.dir = dir;
	put_v2("workingset_refault_file 20\npgsteal 150\n");
	memcg_open(&fds, &cg);
	put_v2(stat_v2);
	memcg_read(&fds, &c, &m);
	memcg_close(&fds);
	assert_true(m.limited && m.limit_known && m.usage_known);
	assert_true(m.hits_known && m.kills_known);
	assert_int_equal(m.limit_bytes, 16777216);
	assert_int_equal(m.usage_bytes, 16000000);
	assert_true(m.parts_known);
	assert_int_equal(m.file_bytes, 798720);
	assert_int_equal(m.limit_hits, 865);
	assert_int_equal(m.oom_kills, 2);
	assert_string_equal(m.steals_by, "cgroup");
	assert_true(m.pressure_known && m.pressure_own);
	assert_int_equal(m.some_avg10_bp, 1604);
	/* Since it was opened. */
	assert_int_equal(c.known, COUNTER_BIT(COUNTER_REFAULTS) |
	    COUNTER_BIT(COUNTER_STEALS));
	assert_int_equal(c.v[COUNTER_REFAULTS], 22);
	assert_int_equal(c.v[COUNTER_STEALS], 250);
	assert_true(memcg_number(&cg, MEMCG_KILLS, &v));
	assert_int_equal(v, 2);
	tree_clear();
	assert_false(memcg_number(&cg, MEMCG_KILLS, &v));
}

/* Where memory.stat has no steals those of the system are told, and called
 * so. */
static void
steals_of_the_system(void **state)
{
	struct memcg cg = { MEMCG_V1, NULL };
	struct memory_facts m;
	struct counters c = { 0 };
	struct memcg_fds fds;
	char dir[64];

	(void)state;
	snprintf(dir, sizeof dir, "%s/cg", tree_top);
	cg.dir = dir;
	put_v2(stat_v1);
	memcg_open(&fds, &cg);
	memcg_read(&fds, &c, &m);
	memcg_close(&fds);
	assert_non_null(m.steals_by);
	assert_string_equal(m.steals_by, "system");
	assert_true(c.known & COUNTER_BIT(COUNTER_STEALS));
	tree_clear();
}

static void
a_cgroup_that_tells_nothing(void **state)
{
	char dir[] = "/nowhere";
	struct memcg cg = { MEMCG_V1, dir };
	struct memory_facts m;
	struct counters c = { 0 };
	struct memcg_fds fds;

	(void)state;
	memcg_open(&fds, &cg);
	memcg_read(&fds, &c, &m);
	memcg_close(&fds);
	assert_true(m.limited);
	assert_false(m.limit_known || m.usage_known || m.hits_known ||
	    m.kills_known || m.pressure_own);
	assert_false(c.known & COUNTER_BIT(COUNTER_REFAULTS));
	/* Without a limit not even that. */
	memcg_open(&fds, NULL);
	memcg_read(&fds, &c, &m);
	memcg_close(&fds);
	assert_false(m.limited || m.limit_known || m.pressure_own);
	assert_null(m.steals_by);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(our_own_cgroup),
		cmocka_unit_test(where_it_is_mounted),
		cmocka_unit_test(words_of_controllers),
		cmocka_unit_test(numbers_of_their_files),
		cmocka_unit_test(refaults_and_steals),
		cmocka_unit_test(dirty_pages_where_told),
		cmocka_unit_test(the_machine_is_read_whole),
		cmocka_unit_test(parts_of_what_is_charged),
		cmocka_unit_test(pressure),
		cmocka_unit_test(the_parent_in_v1_is_our_own),
		cmocka_unit_test(the_parent_in_v2_hands_memory_down),
		cmocka_unit_test(v2_that_hands_nothing_down),
		cmocka_unit_test(a_cgroup_is_read_whole),
		cmocka_unit_test(steals_of_the_system),
		cmocka_unit_test(a_cgroup_that_tells_nothing),
	};

	return cmocka_run_group_tests(tests, tree_make, tree_drop);
}
