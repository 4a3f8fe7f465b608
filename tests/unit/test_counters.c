#include "config.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "pagetide/counters.h"
#include "pagetide/processes.h"

#define TAIL " S 1 2 3 4 5 6 1506 8 42 10 11 12 13 14 15 16 17 18 19 20 21 " \
	"777 23 24\n"

/* Fields: 3 state, 10 minor faults, 12 major faults, 24 resident pages. */
static void
assert_stat(const char *text)
{
	struct counters c = { 0 };

	assert_true(counters_parse_stat(text, &c));
	assert_int_equal(c.v[COUNTER_MINOR], 1506);
	assert_int_equal(c.v[COUNTER_MAJOR], 42);
	assert_int_equal(c.v[COUNTER_RSS_PAGES], 21);
	assert_int_equal(c.known, COUNTER_BIT(COUNTER_MINOR) |
	    COUNTER_BIT(COUNTER_MAJOR) | COUNTER_BIT(COUNTER_RSS_PAGES));
}

static void
test_stat(void **state)
{
	(void)state;
	assert_stat("123 (cat)" TAIL);
	assert_stat("123 (a b)" TAIL);
	assert_stat("123 ()" TAIL);
	/* The name may hold what looks like the end of a name. */
	assert_stat("123 () 1 2 (x)" TAIL);
	assert_stat("123 (x) S 9 9 9 9 9 9 9 9 9)" TAIL);
	assert_stat("123 (a\nb)" TAIL);
}

static void
test_stat_bad(void **state)
{
	static const char *const bad[] = {
		"", "123", "123 (cat", "123 (cat)", "123 (cat)\n",
		"123 (cat) S 1 2 3",
		"123 (cat) S 1 2 3 4 5 6 x 8 42 10 11 12 13 14 15 16 17 18 "
		    "19 20 21 22 23 24",
		"123 (cat) S 1 2 3 4 5 6 -7 8 42 10 11 12 13 14 15 16 17 18 "
		    "19 20 21 22 23 24",
		"123 (cat) S 1 2 3 4 5 6 99999999999999999999 8 42 10 11 12 "
		    "13 14 15 16 17 18 19 20 21 22 23 24",
	};
	struct counters c, before;
	size_t i;

	(void)state;
	memset(&before, 7, sizeof before);
	for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		c = before;
		assert_false(counters_parse_stat(bad[i], &c));
		assert_memory_equal(&c, &before, sizeof c);
	}
}

static void
test_io(void **state)
{
	struct counters c = { 0 };

	(void)state;
	assert_true(counters_parse_io("rchar: 1\nwchar: 2\nsyscr: 3\n"
	    "syscw: 4\nread_bytes: 8192\nwrite_bytes: 6\n"
	    "cancelled_write_bytes: 7\n", &c));
	assert_int_equal(c.v[COUNTER_READ_BYTES], 8192);
	assert_int_equal(c.known, COUNTER_BIT(COUNTER_READ_BYTES));
	c.known = 0;
	assert_false(counters_parse_io("", &c));
	assert_false(counters_parse_io("my_read_bytes: 5\n", &c));
	assert_false(counters_parse_io("read_bytes: 5x\n", &c));
	assert_false(counters_parse_io("read_bytes: \n", &c));
	assert_int_equal(c.known, 0);
}

static void
test_vmstat(void **state)
{
	struct counters c = { 0 };

	(void)state;
	assert_true(counters_parse_vmstat("nr_free_pages 5\npgfaultx 1\n"
	    "xpgfault 2\npgfault 18446744073709551615\npgmajfault 2023\n"
	    "pgfree 9\n", &c));
	assert_true(c.v[COUNTER_SYS_FAULTS] == UINT64_MAX);
	assert_int_equal(c.v[COUNTER_SYS_MAJOR], 2023);
	assert_int_equal(c.known, COUNTER_BIT(COUNTER_SYS_FAULTS) |
	    COUNTER_BIT(COUNTER_SYS_MAJOR));
	c.known = 0;
	assert_false(counters_parse_vmstat("pgfault 18446744073709551616\n"
	    "pgmajfault 1\n", &c));
	assert_false(counters_parse_vmstat("pgfault 1\n", &c));
	assert_false(counters_parse_vmstat("pgmajfault 1\n", &c));
	assert_int_equal(c.known, 0);
}

static void
test_vmstat_at_the_start(void **state)
{
	struct counters c = { 0 };

	(void)state;
	assert_true(counters_parse_vmstat("pgfault 1\npgmajfault 2", &c));
	assert_int_equal(c.v[COUNTER_SYS_FAULTS], 1);
	assert_int_equal(c.v[COUNTER_SYS_MAJOR], 2);
}

static void
test_vmstat_refaults(void **state)
{
	struct counters c = { 0 };

	(void)state;
	assert_true(counters_parse_vmstat("workingset_refault_anon 7\n"
	    "workingset_refault_file 90\nworkingset_restore_file 5\n"
	    "pgfault 1\npgmajfault 2\n", &c));
	assert_true(c.known & COUNTER_BIT(COUNTER_SYS_REFAULTS));
	assert_int_equal(c.v[COUNTER_SYS_REFAULTS], 97);
	c.known = 0;
	assert_false(counters_parse_vmstat("workingset_refault_file 90\n",
	    &c));
	assert_int_equal(c.known, 0);
}

/* What /proc says of this process is what getrusage says. */
static void
test_own_process(void **state)
{
	struct counters before = { 0 }, after = { 0 };
	size_t page = sysconf(_SC_PAGESIZE), i, n = 200;
	struct rusage ru_before, ru_after;
	struct counters_fds f;
	char *map;

	(void)state;
	map = mmap(NULL, n * page, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_true(map != MAP_FAILED);
	madvise(map, n * page, MADV_NOHUGEPAGE);
	counters_open(&f, getpid());
	counters_read(&f, &before);
	getrusage(RUSAGE_SELF, &ru_before);
	for (i = 0; i < n; i++)
		map[i * page] = 1;
	getrusage(RUSAGE_SELF, &ru_after);
	counters_read(&f, &after);
	assert_true(after.known & COUNTER_BIT(COUNTER_MINOR));
	assert_in_range(after.v[COUNTER_MINOR] - before.v[COUNTER_MINOR],
	    ru_after.ru_minflt - ru_before.ru_minflt,
	    ru_after.ru_minflt - ru_before.ru_minflt + 20);
	assert_true(after.v[COUNTER_MINOR] - before.v[COUNTER_MINOR] >= n);
	assert_true(after.v[COUNTER_SYS_FAULTS] -
	    before.v[COUNTER_SYS_FAULTS] >= n);
	counters_close(&f);
	munmap(map, n * page);
}

static void
test_without_process(void **state)
{
	struct counters_fds f;
	struct counters c = { .known = COUNTER_BIT(COUNTER_CACHED) };

	(void)state;
	counters_open(&f, 0);
	assert_int_equal(f.stat, -1);
	assert_int_equal(f.io, -1);
	counters_read(&f, &c);
	assert_int_equal(c.known, COUNTER_BIT(COUNTER_CACHED) |
	    COUNTER_BIT(COUNTER_SYS_FAULTS) | COUNTER_BIT(COUNTER_SYS_MAJOR) |
	    COUNTER_BIT(COUNTER_SYS_REFAULTS));
	counters_close(&f);
	assert_int_equal(f.vmstat, -1);
}

/* A process that is gone has no counters: not those of its successor. */
static void
test_process_gone(void **state)
{
	unsigned sys = COUNTER_BIT(COUNTER_SYS_FAULTS) |
	    COUNTER_BIT(COUNTER_SYS_MAJOR) | COUNTER_BIT(COUNTER_SYS_REFAULTS);
	struct counters c = { 0 };
	struct counters_fds f, late;
	int dir;
	pid_t pid;

	(void)state;
	pid = fork();
	if (pid == 0) {
		pause();
		_exit(0);
	}
	dir = processes_open(pid);
	counters_open(&f, pid);
	counters_read(&f, &c);
	assert_true(c.known & COUNTER_BIT(COUNTER_MINOR));
	assert_int_equal(kill(pid, SIGKILL), 0);
	waitpid(pid, NULL, 0);
	c.known = 0;
	counters_read(&f, &c);
	assert_int_equal(c.known, sys);
	counters_close(&f);
	counters_open_in(&late, dir);
	assert_int_equal(late.stat, -1);
	counters_close(&late);
	close(dir);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stat),
		cmocka_unit_test(test_stat_bad),
		cmocka_unit_test(test_io),
		cmocka_unit_test(test_vmstat),
		cmocka_unit_test(test_vmstat_at_the_start),
		cmocka_unit_test(test_vmstat_refaults),
		cmocka_unit_test(test_own_process),
		cmocka_unit_test(test_without_process),
		cmocka_unit_test(test_process_gone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
