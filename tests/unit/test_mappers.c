#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "pagetide/clock.h"
#include "pagetide/mapfile.h"
#include "pagetide/mapperpss.h"
#include "pagetide/mappers.h"
#include "pagetide/sharers.h"
#include "pagetide/verdict.h"

#define PAGES (UINT64_C(1) << 18)

/* A sparse file that we map, and a process that has its last page. */
struct other {
	size_t	bytes;
	int	fd;
	char	*ours;
	pid_t	pid;
};

static void
other_lives(const struct other *o, int prot, int ready)
{
	char *at = mmap(NULL, o->bytes, PROT_READ, MAP_SHARED, o->fd, 0);

	/* A test that fails leaves nobody behind. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (at == MAP_FAILED)
		_exit(1);
	(void)*(volatile char *)(at + o->bytes - 1);
	if (mprotect(at, o->bytes, prot) != 0 || write(ready, "", 1) != 1)
		_exit(1);
	for (;;)
		pause();
}

static struct other
other_start(int prot)
{
	size_t page_bytes = (size_t)sysconf(_SC_PAGESIZE);
	struct other o = { .bytes = PAGES * page_bytes,
		.fd = memfd_create("shared", MFD_CLOEXEC) };
	int pair[2];
	char byte;

	assert_true(o.fd >= 0);
	assert_int_equal(ftruncate(o.fd, (off_t)o.bytes), 0);
	o.ours = mmap(NULL, o.bytes, PROT_READ, MAP_SHARED, o.fd, 0);
	assert_ptr_not_equal(o.ours, MAP_FAILED);
	assert_int_equal(pipe(pair), 0);
	o.pid = fork();
	assert_true(o.pid >= 0);
	if (o.pid == 0) {
		munmap(o.ours, o.bytes);
		other_lives(&o, prot, pair[1]);
	}
	close(pair[1]);
	assert_int_equal(read(pair[0], &byte, 1), 1);
	close(pair[0]);
	return o;
}

static void
other_end(struct other *o)
{
	kill(o->pid, SIGKILL);
	assert_int_equal(waitpid(o->pid, NULL, 0), o->pid);
	munmap(o->ours, o->bytes);
	close(o->fd);
}

static struct mappers_query
query(const struct other *o, uint64_t within_ns)
{
	return (struct mappers_query){ .worker = getpid(),
		.addr = (uint64_t)(uintptr_t)o->ours, .n_pages = PAGES,
		.until_ns = clock_now_ns() + within_ns };
}

static struct mappers_found found;

/* What has no time to be counted has no number. */
static void
a_part_is_no_count(void **state)
{
	struct other o = other_start(PROT_READ);
	struct sharers all = { 0 };
	struct mappers_query q = query(&o, 60 * NS_PER_S);
	uint64_t took_ns = clock_now_ns(), parts = 0;

	(void)state;
	assert_int_equal(mappers_sharers(&q, &found, &all), 0);
	took_ns = clock_now_ns() - took_ns;
	assert_false(all.cut);
	assert_int_equal(all.n, 1);
	assert_true(all.row[0].counted);
	assert_int_equal(all.row[0].pages, 1);
	for (unsigned i = 0; i < 200 && parts < 5; i++) {
		struct sharers s = { 0 };

		q = query(&o, took_ns * (i % 40) / 40);
		assert_int_equal(mappers_sharers(&q, &found, &s), 0);
		assert_int_equal(s.uncounted, 0);
		if (s.n > 0 && s.row[0].counted)
			assert_int_equal(s.row[0].pages, 1);
		else
			assert_true(s.cut);
		parts += s.n > 0 && s.row[0].part;
	}
	other_end(&o);
}

/* How long reading page tables of that size takes at least, here of our own. */
static uint64_t
reading_ns(const struct other *o)
{
	static uint64_t entry[4096];
	int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	uint64_t first = (uintptr_t)o->ours / (uint64_t)sysconf(_SC_PAGESIZE);
	uint64_t ns, least_ns = UINT64_MAX;

	assert_true(fd >= 0);
	for (unsigned turn = 0; turn < 3; turn++) {
		ns = clock_now_ns();
		for (uint64_t i = 0; i < PAGES; i += 4096)
			assert_int_equal(pread(fd, entry, sizeof entry,
			    (off_t)((first + i) * sizeof *entry)),
			    sizeof entry);
		ns = clock_now_ns() - ns;
		least_ns = ns < least_ns ? ns : least_ns;
	}
	close(fd);
	return least_ns;
}

/* How long a round takes, of so many pages of the file. */
static uint64_t
round_ns(const struct other *o, uint64_t pages)
{
	struct mappers_query q = query(o, 60 * NS_PER_S);
	static struct sharers s;
	uint64_t ns = clock_now_ns();

	q.n_pages = pages;
	memset(&s, 0, sizeof s);
	assert_int_equal(mappers_sharers(&q, &found, &s), 0);
	return clock_now_ns() - ns;
}

/* The others' mmap waits meanwhile: a 50th of the time at most, with room for
 * what else may slow us down here. */
static void
page_tables_are_read_with_rests(void **state)
{
	struct other o = other_start(PROT_READ);
	uint64_t once_ns = reading_ns(&o), none_ns = round_ns(&o, 0);
	uint64_t all_ns = round_ns(&o, PAGES);

	(void)state;
	print_message("# %" PRIu64 " us of reading, a round of %" PRIu64
	    " us, without it %" PRIu64 "\n", once_ns / NS_PER_US,
	    all_ns / NS_PER_US, none_ns / NS_PER_US);
	assert_true(all_ns > none_ns + 25 * once_ns);
	other_end(&o);
}

/* PTEs that nobody may use keep pages all the same. */
static void
what_may_not_be_touched_holds_pages(void **state)
{
	struct other o = other_start(PROT_NONE);
	struct verdict_holders h;
	struct sharers s = { 0 };
	struct mappers_query q = query(&o, 60 * NS_PER_S);

	(void)state;
	assert_int_equal(mappers_scan(&q, &h), 0);
	assert_int_equal(h.mappers, 1);
	assert_int_equal(h.pid, o.pid);
	assert_int_equal(h.pages, 1);
	assert_int_equal(mappers_sharers(&q, &found, &s), 0);
	assert_int_equal(s.n, 0);
	other_end(&o);
}

/* Cells of a picture, the cursor's one among them: counted in all, then again for
 * other cells, with the pages of before. */
static void
cells_are_counted_by_process(void **state)
{
	struct other o = other_start(PROT_READ);
	struct mappers_query q = query(&o, 60 * NS_PER_S);
	static struct sharers s, again;

	(void)state;
	q.look = (struct sharers_look){ .cell_first = PAGES - 1, .cell_n = 1,
		.grid_first = 0, .grid_shift = 8, .grid_cells = PAGES >> 8 };
	assert_int_equal(mappers_sharers(&q, &found, &s), 0);
	assert_int_equal(s.grid.cells, PAGES >> 8);
	assert_int_equal(s.grid.mapped[0], 0);
	assert_int_equal(s.grid.mapped[s.grid.cells - 1], 1);
	assert_int_equal(s.grid.maybe[0], 0);
	assert_true(s.row[0].covers);
	assert_int_equal(s.cell_covers, 1);
	assert_int_equal(s.cell_mapped, 1);
	assert_true(found.all);
	assert_int_equal(found.n, 1);

	q.look = (struct sharers_look){ .cell_first = PAGES - 9, .cell_n = 1,
		.grid_first = PAGES - 16, .grid_shift = 0, .grid_cells = 16 };
	assert_int_equal(mappers_again(&q, &found, &again), 0);
	assert_int_equal(again.n, 1);
	assert_int_equal(again.row[0].pages, 1);
	assert_true(again.row[0].counted);
	assert_int_equal(again.row[0].cell_pages, 0);
	assert_int_equal(again.cell_covers, 1);
	assert_int_equal(again.cell_mapped, 0);
	for (int i = 0; i < 16; i++)
		assert_int_equal(again.grid.mapped[i], i == 15);
	kill(o.pid, SIGKILL);
	assert_int_equal(waitid(P_PID, (id_t)o.pid, NULL, WEXITED | WNOWAIT),
	    0);
	memset(&again, 0, sizeof again);
	assert_int_equal(mappers_again(&q, &found, &again), 0);
	assert_int_equal(again.n, 0);
	other_end(&o);
}

/* Of its mappings of that file alone; of one that is gone it is not known. */
static void
pss_is_that_of_the_file(void **state)
{
	struct other o = other_start(PROT_READ);
	uint64_t page_bytes = (uint64_t)sysconf(_SC_PAGESIZE);
	struct mapfile file;
	struct mapperpss p;
	int rc, steps = 0;

	(void)state;
	mapperpss_init(&p);
	assert_int_equal(mapfile_find(&file, getpid(),
	    (uint64_t)(uintptr_t)o.ours), 0);
	assert_int_equal(mapperpss_open(&p, o.pid, &file), 0);
	while ((rc = mapperpss_step(&p)) == 1)
		steps++;
	assert_int_equal(rc, 0);
	assert_true(steps > 1);
	assert_int_equal(p.bytes, page_bytes);
	assert_int_equal(mapperpss_open(&p, o.pid, &file), 0);
	assert_int_equal(mapperpss_step(&p), 1);
	kill(o.pid, SIGKILL);
	assert_int_equal(waitid(P_PID, (id_t)o.pid, NULL, WEXITED | WNOWAIT),
	    0);
	while ((rc = mapperpss_step(&p)) == 1)
		;
	assert_int_equal(rc, -ESRCH);
	assert_int_equal(mapfile_find(&file, getpid(), 1), -ENOENT);
	mapperpss_done(&p);
	other_end(&o);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_part_is_no_count),
		cmocka_unit_test(cells_are_counted_by_process),
		cmocka_unit_test(pss_is_that_of_the_file),
		cmocka_unit_test(page_tables_are_read_with_rests),
		cmocka_unit_test(what_may_not_be_touched_holds_pages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
