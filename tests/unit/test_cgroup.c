#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "pagetide/memcg.h"
#include "pagetide/strbuf.h"

#include "cgroup.h"
#include "tree_rig.h"

/* No process has it: the highest is 4194304. */
#define DEAD_PID "5000000"

/* "/cg/pagetide-PID-START/file" of ours; a buffer of its own each time. */
static const char *
ours(const char *file)
{
	static char path[4][256];
	static unsigned n;
	char stat[1024], *p;
	uint64_t start;
	FILE *f = fopen("/proc/self/stat", "r");
	int i;

	assert_non_null(f);
	stat[fread(stat, 1, sizeof stat - 1, f)] = '\0';
	fclose(f);
	p = strrchr(stat, ')') + 1;
	for (i = 3; i < 22; i++)
		p = strchr(p + 1, ' ');
	assert_int_equal(sscanf(p, "%" SCNu64, &start), 1);
	p = path[n++ % 4];
	snprintf(p, sizeof path[0], "/cg/pagetide-%d-%" PRIu64 "/%s",
	    (int)getpid(), start, file);
	return p;
}

/* A system whose cgroups are at /cg. The kernel would make the files of our
 * own with its folder. */
static void
put_v1(void)
{
	tree_put("/proc/self/cgroup", "4:memory:/\n0::/\n");
	tree_put("/proc/self/mountinfo",
	    "35 31 0:32 / /cg rw - cgroup cgroup rw,memory\n");
	tree_put(ours("memory.limit_in_bytes"), "");
	tree_put(ours("memory.force_empty"), "");
	tree_put(ours("cgroup.procs"), "");
}

static void
put_v2(void)
{
	tree_put("/proc/self/cgroup", "0::/user/shell\n");
	tree_put("/proc/self/mountinfo", "29 1 0:26 / /cg rw - cgroup2 c rw\n");
	tree_put("/cg/user/shell/cgroup.subtree_control", "\n");
	tree_put("/cg/user/cgroup.subtree_control", "\n");
	tree_put("/cg/cgroup.subtree_control", "cpu memory\n");
	tree_put(ours("memory.max"), "");
	tree_put(ours("cgroup.procs"), "");
}

static struct cgroup *
make(void)
{
	struct strbuf why = STRBUF_INIT;
	struct cgroup *c = cgroup_new(tree_top, &why);

	assert_string_equal(why.s, "");
	assert_non_null(c);
	return c;
}

static void
assert_limit(struct cgroup *c, const char *file, uint64_t bytes,
    const char *want)
{
	struct strbuf why = STRBUF_INIT;

	tree_put(file, "");
	assert_int_equal(cgroup_limit(c, bytes, &why), 0);
	assert_string_equal(tree_get(file), want);
	assert_string_equal(why.s, "");
}

static void
limits_are_written_as_v2_has_them(void **state)
{
	struct cgroup *c;

	(void)state;
	put_v2();
	c = make();
	assert_int_equal(cgroup_memcg(c)->version, MEMCG_V2);
	assert_limit(c, ours("memory.max"), 16 << 20, "16777216");
	assert_limit(c, ours("memory.max"), CGROUP_NO_LIMIT, "max");
	cgroup_free(c);
	tree_clear();
}

static void
and_as_v1_has_them(void **state)
{
	struct cgroup *c;

	(void)state;
	put_v1();
	c = make();
	assert_int_equal(cgroup_memcg(c)->version, MEMCG_V1);
	assert_limit(c, ours("memory.limit_in_bytes"), 16 << 20, "16777216");
	assert_limit(c, ours("memory.limit_in_bytes"), CGROUP_NO_LIMIT, "-1");
	assert_string_equal(tree_get(ours("memory.force_empty")), "");
	cgroup_free(c);
	assert_string_equal(tree_get(ours("memory.force_empty")), "0");
	tree_clear();
}

static void
who_is_admitted_goes_first(void **state)
{
	struct strbuf why = STRBUF_INIT;
	struct cgroup *c;
	char pid[16], path[64], score[16] = "";
	pid_t child;
	FILE *f;

	(void)state;
	put_v2();
	c = make();
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		pause();
		_exit(0);
	}
	assert_int_equal(cgroup_admit(c, child, &why), 0);
	snprintf(pid, sizeof pid, "%d", (int)child);
	assert_string_equal(tree_get(ours("cgroup.procs")), pid);
	snprintf(path, sizeof path, "/proc/%d/oom_score_adj", (int)child);
	f = fopen(path, "r");
	assert_non_null(f);
	assert_non_null(fgets(score, sizeof score, f));
	fclose(f);
	assert_string_equal(score, "1000\n");
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	tree_put(ours("cgroup.procs"), "");
	cgroup_free(c);
	tree_clear();
}

static void
what_cannot_be_done_is_said(void **state)
{
	struct strbuf why = STRBUF_INIT;
	struct cgroup *c;

	(void)state;
	put_v2();
	tree_put("/cg/cgroup.subtree_control", "cpu\n");
	assert_null(cgroup_new(tree_top, &why));
	assert_int_equal(errno, EOPNOTSUPP);
	assert_string_equal(why.s, "no cgroup from ours up to /cg hands the "
	    "memory controller down");
	strbuf_reset(&why);
	put_v2();
	c = make();
	tree_clear();
	assert_int_equal(cgroup_limit(c, 1 << 20, &why), -ENOENT);
	assert_non_null(strstr(why.s, "can't write "));
	assert_non_null(strstr(why.s, "/memory.max: No such file"));
	strbuf_reset(&why);
	assert_int_equal(cgroup_admit(c, getpid(), &why), -ENOENT);
	assert_non_null(strstr(why.s, "can't move the worker to "));
	cgroup_free(c);
	strbuf_reset(&why);
	/* Our own is mounted, but it is not there. */
	tree_put("/proc/self/cgroup", "4:memory:/away\n");
	tree_put("/proc/self/mountinfo",
	    "35 31 0:32 / /cg rw - cgroup cgroup rw,memory\n");
	assert_null(cgroup_new(tree_top, &why));
	assert_int_equal(errno, ENOENT);
	assert_non_null(strstr(why.s, "can't make a cgroup in "));
	strbuf_done(&why);
	tree_clear();
}

/* A cgroup of v1 in the tree; its force_empty tells if it was swept. */
static void
put_other(const char *name, const char *procs)
{
	char path[128];

	snprintf(path, sizeof path, "/cg/%s/cgroup.procs", name);
	tree_put(path, procs);
	snprintf(path, sizeof path, "/cg/%s/memory.force_empty", name);
	tree_put(path, "");
}

static bool
swept(const char *name)
{
	char path[128];

	snprintf(path, sizeof path, "/cg/%s/memory.force_empty", name);
	return strcmp(tree_get(path), "0") == 0;
}

static void
only_what_the_dead_left_is_swept(void **state)
{
	char parent[64];

	(void)state;
	put_v1();
	snprintf(parent, sizeof parent, "pagetide-%d-1", (int)getppid());
	put_other("pagetide-" DEAD_PID "-7", "");
	put_other("pagetide-" DEAD_PID "-8", "123\n");
	put_other("pagetide-" DEAD_PID "-9x", "");
	put_other("pagetide-" DEAD_PID, "");
	put_other("xpagetide-" DEAD_PID "-7", "");
	put_other(parent, "");
	cgroup_free(make());
	assert_true(swept("pagetide-" DEAD_PID "-7"));
	assert_false(swept("pagetide-" DEAD_PID "-8"));
	assert_false(swept("pagetide-" DEAD_PID "-9x"));
	assert_false(swept("pagetide-" DEAD_PID));
	assert_false(swept("xpagetide-" DEAD_PID "-7"));
	/* Its pid lives, but belongs to a later process. */
	assert_true(swept(parent));
	tree_clear();
}

static void
none_is_harmless(void **state)
{
	(void)state;
	cgroup_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(limits_are_written_as_v2_has_them),
		cmocka_unit_test(and_as_v1_has_them),
		cmocka_unit_test(who_is_admitted_goes_first),
		cmocka_unit_test(what_cannot_be_done_is_said),
		cmocka_unit_test(only_what_the_dead_left_is_swept),
		cmocka_unit_test(none_is_harmless),
	};

	return cmocka_run_group_tests(tests, tree_make, tree_drop);
}
