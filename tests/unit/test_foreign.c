#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "pagetide/foreign.h"
#include "pagetide/maps.h"
#include "pagetide/processes.h"
#include "pagetide/strbuf.h"

#define PAGES 40

struct rig {
	char		*map;
	size_t		 page;
	int		 fd;		/* of what is mapped */
	struct vmas	 all;
	struct foreign	 f;
};

static int
memory(size_t bytes)
{
	int fd = memfd_create("test", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, (off_t)bytes), 0);
	return fd;
}

/* Our own mapping, from page 3 of memory with a file on, looked at as that of
 * another process. */
static int
setup(void **state)
{
	static struct rig rig;
	struct strbuf why = STRBUF_INIT;
	struct mapping_pieces m;
	size_t i;

	rig.page = (size_t)sysconf(_SC_PAGESIZE);
	rig.fd = memory((PAGES + 3) * rig.page);
	rig.map = mmap(NULL, PAGES * rig.page, PROT_READ, MAP_SHARED, rig.fd,
	    (off_t)(3 * rig.page));
	assert_true(rig.map != MAP_FAILED);
	assert_int_equal(foreign_begin(&rig.f, getpid()), 0);
	assert_int_equal(maps_read(rig.f.dir, false, &rig.all), 0);
	for (i = 0; rig.all.vma[i].start != (uintptr_t)rig.map; i++)
		assert_true(i + 1 < rig.all.n);
	m = maps_mapping(&rig.all, i);
	assert_int_equal(foreign_open(&rig.f, &m, true, &why), 0);
	*state = &rig;
	return 0;
}

static int
teardown(void **state)
{
	struct rig *rig = *state;

	foreign_close(&rig->f);
	maps_free(&rig->all);
	munmap(rig->map, PAGES * rig->page);
	close(rig->fd);
	return 0;
}

/* Where it is: pages from one on, behind skipped ones, by query and by text. */
static void
assert_found(struct rig *rig, uint64_t skipped, uint64_t pages)
{
	uint64_t addr = 0, first = 0, n = 7;
	bool no_query = rig->f.no_query;

	for (int i = 0; i < 2; i++) {
		assert_int_equal(foreign_look(&rig->f, &addr, &first, &n), 0);
		assert_int_equal(n, pages);
		if (pages > 0) {
			assert_int_equal(addr, (uintptr_t)rig->map +
			    skipped * rig->page);
			assert_int_equal(first, 3 + skipped);
		}
		rig->f.no_query = true;
	}
	rig->f.no_query = no_query;
}

static void
test_whole(void **state)
{
	struct rig *rig = *state;

	assert_found(rig, 0, PAGES);
	/* In pieces it is the same. */
	assert_int_equal(madvise(rig->map + 5 * rig->page, rig->page,
	    MADV_RANDOM), 0);
	assert_int_equal(mprotect(rig->map + 9 * rig->page, rig->page,
	    PROT_NONE), 0);
	assert_found(rig, 0, PAGES);
}

static void
test_unmapped(void **state)
{
	struct rig *rig = *state;

	munmap(rig->map + 10 * rig->page, 5 * rig->page);
	assert_found(rig, 0, 10);
	munmap(rig->map, 10 * rig->page);
	assert_found(rig, 15, PAGES - 15);
	munmap(rig->map, PAGES * rig->page);
	assert_found(rig, 0, 0);
}

/* Something else at the same place is not it. */
static void
test_another(void **state)
{
	struct rig *rig = *state;
	int fd = memory(PAGES * rig->page);
	const size_t bytes = 4 * rig->page;

	assert_true(mmap(rig->map + 20 * rig->page, bytes, PROT_READ,
	    MAP_SHARED | MAP_FIXED, fd, 0) != MAP_FAILED);
	assert_found(rig, 0, 20);
	/* The same file, but not its pages that were there. */
	assert_true(mmap(rig->map, bytes, PROT_READ, MAP_SHARED | MAP_FIXED,
	    rig->fd, 0) != MAP_FAILED);
	assert_found(rig, 4, 16);
	/* The same pages, but private. */
	assert_true(mmap(rig->map + bytes, bytes, PROT_READ, MAP_PRIVATE |
	    MAP_FIXED, rig->fd, (off_t)(7 * rig->page)) != MAP_FAILED);
	assert_found(rig, 8, 12);
	assert_true(mmap(rig->map, PAGES * rig->page, PROT_READ,
	    MAP_PRIVATE | MAP_FIXED | MAP_ANONYMOUS, -1, 0) != MAP_FAILED);
	assert_found(rig, 0, 0);
	close(fd);
}

/* A file that we map ourselves is called the same. */
static void
test_own(void **state)
{
	struct rig *rig = *state;
	void *page = mmap(NULL, rig->page, PROT_NONE, MAP_SHARED, rig->fd, 0);
	struct vma v;

	assert_true(page != MAP_FAILED);
	assert_int_equal(foreign_own((uintptr_t)page, &v), 0);
	assert_int_equal(v.ino, rig->f.first.ino);
	assert_int_equal(v.dev_major, rig->f.first.dev_major);
	assert_int_equal(v.dev_minor, rig->f.first.dev_minor);
	munmap(page, rig->page);
	assert_true(foreign_own((uintptr_t)page, &v) != 0);
}

/* What is of a process that ended is never of another one. */
static void
test_ended(void **state)
{
	struct rig *rig = *state;
	struct strbuf why = STRBUF_INIT;
	const struct mapping_pieces m = { &rig->f.first, 1 };
	uint64_t addr, page, n;
	struct foreign f, begun;
	int end[2];
	char byte;
	pid_t pid;

	assert_int_equal(pipe(end), 0);
	pid = fork();
	if (pid == 0) {
		close(end[1]);
		_exit(read(end[0], &byte, 1) != 0);
	}
	close(end[0]);
	assert_int_equal(foreign_begin(&begun, pid), 0);
	assert_int_equal(foreign_begin(&f, pid), 0);
	assert_int_equal(foreign_open(&f, &m, true, &why), 0);
	assert_int_equal(foreign_look(&f, &addr, &page, &n), 0);
	assert_int_equal(n, PAGES);
	close(end[1]);
	waitpid(pid, NULL, 0);
	assert_int_equal(foreign_look(&f, &addr, &page, &n), -ESRCH);
	f.no_query = true;
	assert_int_equal(foreign_look(&f, &addr, &page, &n), -ESRCH);
	foreign_close(&f);
	assert_int_equal(foreign_begin(&f, pid), -ESRCH);
	assert_int_equal(foreign_open(&begun, &m, true, &why), -ESRCH);
	assert_non_null(strstr(why.s, "No such process"));
	strbuf_done(&why);
}

/* A child that runs cat once it is told to, by *go, until *stop is closed. */
static pid_t
start_cat(int *go, int *stop)
{
	int told[2], end[2];
	char byte;
	pid_t pid;

	assert_int_equal(pipe2(told, O_CLOEXEC), 0);
	assert_int_equal(pipe2(end, O_CLOEXEC), 0);
	pid = fork();
	if (pid == 0) {
		dup2(end[0], STDIN_FILENO);
		if (read(told[0], &byte, 1) == 1)
			execlp("cat", "cat", (char *)NULL);
		_exit(1);
	}
	close(told[0]);
	close(end[0]);
	*go = told[1];
	*stop = end[1];
	return pid;
}

static bool
is_cat(pid_t pid)
{
	struct process p = { .pid = 0 };
	int dir = processes_open(pid);

	assert_true(dir >= 0);
	assert_int_equal(processes_read_one(dir, &p), 0);
	close(dir);
	return strcmp(p.name, "cat") == 0;
}

/* What was read of one program is not looked for in the next. */
static void
test_exec(void **state)
{
	struct rig *rig = *state;
	const struct timespec ms = { .tv_nsec = 1000000 };
	const struct mapping_pieces m = { &rig->f.first, 1 };
	struct strbuf why = STRBUF_INIT;
	struct foreign f;
	int go, stop, i;
	pid_t pid = start_cat(&go, &stop);

	assert_int_equal(foreign_begin(&f, pid), 0);
	assert_int_equal(write(go, "", 1), 1);
	for (i = 0; i < 10000 && !is_cat(pid); i++)
		nanosleep(&ms, NULL);
	assert_true(is_cat(pid));
	assert_int_equal(foreign_open(&f, &m, true, &why), -ESRCH);
	close(go);
	close(stop);
	waitpid(pid, NULL, 0);
	strbuf_done(&why);
}

#define RIG_TEST(name) \
	cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_TEST(test_whole), RIG_TEST(test_unmapped),
		RIG_TEST(test_another), RIG_TEST(test_own),
		RIG_TEST(test_ended), RIG_TEST(test_exec),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
