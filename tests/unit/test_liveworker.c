#include "config.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "pagetide/advice.h"
#include "pagetide/clock.h"
#include "pagetide/strbuf.h"
#include "pagetide/target.h"

#include "file_rig.h"
#include "live_rig.h"

#define NOBODY 65534

static const enum source_method methods[] = {
	METHOD_MINCORE, METHOD_CACHESTAT, METHOD_AUTO };

/* ---- the worker ---- */

/* Touches 101 pages until none of them is reclaimed before one looks; returns
 * the touches. */
static uint64_t
touch_some(void)
{
	uint64_t touches;

	for (touches = 101; touches < 1010; touches += 101) {
		tell(DO_TOUCH, 5000, 100);
		tell(DO_TOUCH, 19999, 1);
		measure();
		if (s.total[LAYER_MAPPED] >= 101)
			break;
	}
	assert_true(s.total[LAYER_MAPPED] >= 101);
	return touches;
}

static void
test_worker_mapped(void **state)
{
	uint64_t touches;

	(void)state;
	file_make(20000);
	file_bring_random(30, 6);
	open_source(METHOD_AUTO);
	measure();
	assert_false(s.total_known & LAYER_BIT(LAYER_MAPPED));
	start_child();
	/* It has mapped nothing yet: nothing is known. */
	measure();
	assert_true(s.worker.alive);
	assert_int_equal(s.worker.pid, child);
	assert_false(s.worker.cursor_known);
	assert_null(s.scan.mapped_by);
	assert_false(s.total_known & LAYER_BIT(LAYER_MAPPED));
	tell(DO_MAP, 0, 20000);
	measure();
	assert_mapped();
	assert_int_equal(s.total[LAYER_MAPPED], 0);
	assert_non_null(s.scan.mapped_by);
	touches = touch_some();
	assert_mapped();
	assert_truth();
	assert_true(s.worker.cursor_known);
	assert_int_equal(s.worker.cursor_page, 19999);
	assert_int_equal(s.counters.v[COUNTER_TOUCHES], touches);
	assert_true(s.counters.known & COUNTER_BIT(COUNTER_MAPPED));
	/* PTEs go, the cache stays. */
	tell(DO_UNMAP_PAGES, 0, 20000);
	measure();
	assert_mapped();
	assert_int_equal(s.total[LAYER_MAPPED], 0);
	assert_truth();
	assert_true(s.total[LAYER_CACHED] >= 101);
}

static void
test_worker_maps_less_than_all(void **state)
{
	int i;

	(void)state;
	file_make(2000);
	file_bring(0, 2000);
	open_source(METHOD_AUTO);
	start_child();
	tell(DO_MAP, 0, 500);
	for (i = 0; i < 5; i++) {
		tell(DO_TOUCH, 0, 500);
		measure();
		if (s.total[LAYER_MAPPED] == 500)
			break;
	}
	assert_true(s.total_known & LAYER_BIT(LAYER_MAPPED));
	assert_int_equal(s.total[LAYER_MAPPED], 500);
	assert_int_equal(s.overview->count[LAYER_MAPPED][499], 1);
	assert_int_equal(s.overview->count[LAYER_MAPPED][500], 0);
	/* Mapped anew, nothing of the old mapping is left. */
	tell(DO_MAP, 0, 2000);
	measure();
	assert_mapped();
	assert_int_equal(s.total[LAYER_MAPPED], 0);
}

static void
test_worker_gap_and_end(void **state)
{
	(void)state;
	file_make(100);
	open_source(METHOD_AUTO);
	measure();
	start_child();
	tell(DO_MAP, 0, 100);
	src.ops->read(src.self, &s, &notices);
	assert_true(s.gap);
	assert_true(s.counters.known & COUNTER_BIT(COUNTER_MINOR));
	src.ops->read(src.self, &s, &notices);
	assert_false(s.gap);
	measure();
	assert_true(s.total_known & LAYER_BIT(LAYER_MAPPED));
	/* The same one, as when it has gone into a cgroup. */
	set_subject();
	src.ops->read(src.self, &s, &notices);
	assert_false(s.gap);
	assert_true(s.total_known & LAYER_BIT(LAYER_MAPPED));
	end_child();
	/* Before anyone has told: what can't be read is unknown. */
	measure();
	assert_false(s.total_known & LAYER_BIT(LAYER_MAPPED));
	assert_false(s.counters.known & COUNTER_BIT(COUNTER_MINOR));
	src.ops->set_subject(src.self, NULL);
	src.ops->read(src.self, &s, &notices);
	assert_true(s.gap);
	assert_false(s.worker.alive);
	assert_null(s.scan.mapped_by);
	assert_false(s.vmas_known);
	assert_false(s.total_known & LAYER_BIT(LAYER_LOCKED));
	assert_false(s.counters.known & COUNTER_BIT(COUNTER_TOUCHES));
	measure();
	assert_truth();
}

static void
test_vmflags(void **state)
{
	unsigned vmf;
	unsigned differ;

	(void)state;
	file_make(1000);
	open_source(METHOD_AUTO);
	start_child();
	measure();
	assert_false(s.vmas_known);
	tell(DO_MAP, 0, 1000);
	measure();
	assert_true(s.vmas_known);
	assert_true(sample_vmflags(&s, 0, 1000, &vmf, &differ));
	assert_int_equal(vmf, 0);
	assert_int_equal(s.total[LAYER_LOCKED], 0);
	assert_true(s.total_known & LAYER_BIT(LAYER_LOCKED));
	tell(DO_LOCK, 100, 50);
	/* Not read again before somebody says so. */
	measure();
	assert_int_equal(s.total[LAYER_LOCKED], 0);
	src.ops->touch_flags(src.self);
	src.ops->read(src.self, &s, &notices);
	assert_int_equal(s.total[LAYER_LOCKED], 50);
	assert_true(sample_vmflags(&s, 100, 50, &vmf, &differ));
	assert_int_equal(vmf, VMF_LOCKED);
	assert_int_equal(differ, 0);
	assert_int_equal(s.overview->count[LAYER_LOCKED][99], 0);
	assert_int_equal(s.overview->count[LAYER_LOCKED][100], 1);
}

/* ---- what can't be known ---- */

/* The target lies: unknown, not all cached; the worker's PTEs are known. */
static int
look_as_nobody(enum source_method method)
{
	struct strbuf why = STRBUF_INIT;
	struct target *t;
	int rc, try;

	if (setresgid(NOBODY, NOBODY, NOBODY) != 0 ||
	    setresuid(NOBODY, NOBODY, NOBODY) != 0)
		return 2;
	prctl(PR_SET_DUMPABLE, 1);
	t = target_open(file_rig.path, &why);
	if (t == NULL)
		return 3;
	rc = live_open(&src, t, method, CELLS_OVERVIEW_MAX, &why);
	if (method == METHOD_CACHESTAT)
		return rc == -EOPNOTSUPP && why.len > 0 ? 0 : 4;
	if (rc != 0)
		return 5;
	start_child();
	tell(DO_MAP, 0, 100);
	try = 0;
	do {
		tell(DO_TOUCH, 0, 100);
		measure();
	} while (s.total[LAYER_MAPPED] != 100 && ++try < 5);
	if (s.scan.cached_by != NULL || s.scan.why != target_unknown_help)
		return 6;
	if (s.total_known & LAYER_BIT(LAYER_CACHED))
		return 7;
	if (s.counters.known & COUNTER_BIT(COUNTER_CACHED))
		return 8;
	if (!(s.total_known & LAYER_BIT(LAYER_MAPPED)) ||
	    s.total[LAYER_MAPPED] != 100)
		return 9;
	end_child();
	return s.scan.complete ? 0 : 10;
}

static void
test_lie(void **state)
{
	unsigned m;
	int status;
	pid_t pid;

	(void)state;
	if (geteuid() != 0) {
		print_message("skipped: needs root to be somebody else\n");
		skip();
	}
	file_make(100);
	assert_int_equal(chmod(file_rig.dir, 0755), 0);
	assert_int_equal(fchmod(file_rig.fd, 0644), 0);
	for (m = 0; m < 3; m++) {
		if (methods[m] == METHOD_CACHESTAT && !have_cachestat())
			continue;
		pid = fork();
		if (pid == 0)
			_exit(look_as_nobody(methods[m]));
		waitpid(pid, &status, 0);
		assert_int_equal(status, 0);
	}
}

/* Is it known what is cached, and right? */
static bool
cached_known(void)
{
	int i;

	for (i = 0; i < 10; i++) {
		measure();
		if ((s.total_known & LAYER_BIT(LAYER_CACHED)) == 0)
			return false;
		if (s.total[LAYER_CACHED] == file_look())
			return true;
	}
	return false;
}

/* Permission goes and comes while the file is watched. */
static int
watch_as_owner(int go, int back)
{
	char c;

	if (setresgid(NOBODY, NOBODY, NOBODY) != 0 ||
	    setresuid(NOBODY, NOBODY, NOBODY) != 0)
		return 2;
	open_source(METHOD_AUTO);
	if (!cached_known())
		return 3;
	if (write(back, "x", 1) != 1 || read(go, &c, 1) != 1)
		return 4;
	src.ops->read(src.self, &s, &notices);
	measure();
	if (s.total_known & LAYER_BIT(LAYER_CACHED))
		return 5;
	if (write(back, "x", 1) != 1 || read(go, &c, 1) != 1)
		return 6;
	src.ops->read(src.self, &s, &notices);
	if (!cached_known())
		return 7;
	return 0;
}

static void
test_permission_changes(void **state)
{
	int go[2], back[2], status;
	pid_t pid;
	char c;

	(void)state;
	if (geteuid() != 0) {
		print_message("skipped: needs root to be somebody else\n");
		skip();
	}
	file_make(100);
	file_bring(10, 7);
	assert_int_equal(chmod(file_rig.dir, 0755), 0);
	assert_int_equal(fchmod(file_rig.fd, 0644), 0);
	assert_int_equal(fchown(file_rig.fd, NOBODY, NOBODY), 0);
	assert_int_equal(pipe(go), 0);
	assert_int_equal(pipe(back), 0);
	pid = fork();
	if (pid == 0)
		_exit(watch_as_owner(go[0], back[1]));
	close(back[1]);
	if (read(back[0], &c, 1) == 1) {
		assert_int_equal(fchown(file_rig.fd, 0, 0), 0);
		assert_int_equal(write(go[1], "x", 1), 1);
	}
	if (read(back[0], &c, 1) == 1) {
		assert_int_equal(fchown(file_rig.fd, NOBODY, NOBODY), 0);
		assert_int_equal(write(go[1], "x", 1), 1);
	}
	waitpid(pid, &status, 0);
	assert_int_equal(status, 0);
	close(go[0]);
	close(go[1]);
	close(back[0]);
}

/* The pages from 100 on are each what mincore says; a try again when the
 * machine took one between the two looks. */
static void
assert_each(struct cells *c)
{
	bool same = false;
	size_t i;

	for (int try = 0; try < 10 && !same; try++) {
		assert_true(src.ops->pages(src.self, 100, 800, NS_PER_S, c));
		file_look();
		same = true;
		for (i = 0; i < c->n; i++)
			same = same && c->count[LAYER_CACHED][i] ==
			    file_count(100 + i, 1);
	}
	assert_true(same);
	assert_int_equal(c->n, 800);
	assert_int_equal(c->first_page, 100);
	assert_int_equal(c->shift, 0);
	for (i = 0; i < c->n; i++)
		assert_true(cells_known(c, i, LAYER_CACHED));
}

/* Page by page, whatever the cells of the overview are. */
static void
test_pages(void **state)
{
	struct cells c;
	size_t i, mapped = 0;

	(void)state;
	file_make(1000);
	file_bring_random(50, 3);
	open_source(METHOD_AUTO);
	cells_init(&c);
	assert_each(&c);
	assert_false(cells_known(&c, 0, LAYER_MAPPED));
	start_child();
	tell(DO_MAP, 0, 1000);
	tell(DO_TOUCH, 300, 50);
	measure();
	assert_each(&c);
	for (i = 0; i < c.n; i++) {
		assert_true(cells_known(&c, i, LAYER_MAPPED));
		mapped += c.count[LAYER_MAPPED][i];
	}
	assert_in_range(mapped, 40, 100);
	/* No time: nothing is told, nor changed. */
	assert_false(src.ops->pages(src.self, 0, 10, 0, &c));
	assert_int_equal(c.n, 800);
	cells_done(&c);
}

#define TEST(f) cmocka_unit_test_teardown(f, live_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_worker_mapped),
		TEST(test_worker_maps_less_than_all),
		TEST(test_worker_gap_and_end),
		TEST(test_vmflags),
		TEST(test_lie),
		TEST(test_permission_changes),
		TEST(test_pages),
	};

	return cmocka_run_group_tests(tests, file_group_setup,
	    file_group_teardown);
}
