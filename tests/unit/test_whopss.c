#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "pagetide/clock.h"
#include "pagetide/mapfile.h"
#include "pagetide/mappers.h"
#include "pagetide/sharers.h"

#include "../../src/other/whopss.h"

#define MAPPINGS 500
#define STEPS_MAX 100000

/* A process that has very many mappings, and this one: both have a page of a
 * file. */
struct two {
	pid_t		pid;
	char		*ours;
	struct mapfile	file;
	struct whopss	pss;
};
static struct mappers_found found, before;

static void
many_mappings(size_t page_bytes, int ready)
{
	size_t bytes = 2 * MAPPINGS * page_bytes;
	char *at = mmap(NULL, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS,
	    -1, 0);

	/* Where a test fails nobody ends it. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (size_t i = 0; at != MAP_FAILED && i < MAPPINGS; i++)
		mprotect(at + 2 * i * page_bytes, page_bytes, PROT_READ);
	if (write(ready, "", 1) != 1)
		_exit(1);
	for (;;)
		pause();
}

static void
begin(struct two *t)
{
	size_t page_bytes = (size_t)sysconf(_SC_PAGESIZE);
	int fd = memfd_create("two", MFD_CLOEXEC), ready[2];
	char byte;

	assert_int_equal(ftruncate(fd, (off_t)page_bytes), 0);
	t->ours = mmap(NULL, page_bytes, PROT_READ, MAP_SHARED, fd, 0);
	assert_ptr_not_equal(t->ours, MAP_FAILED);
	close(fd);
	assert_int_equal(mapfile_find(&t->file, getpid(),
	    (uint64_t)(uintptr_t)t->ours), 0);
	assert_int_equal(pipe(ready), 0);
	t->pid = fork();
	if (t->pid == 0)
		many_mappings(page_bytes, ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	close(ready[1]);
	whopss_init(&t->pss);
	found = (struct mappers_found){ .n = 2,
		.one = { { .pid = t->pid, .name = "many" },
		{ .pid = getpid(), .name = "few" } } };
}

static void
end(struct two *t)
{
	mapperpss_done(&t->pss.read);
	kill(t->pid, SIGKILL);
	waitpid(t->pid, NULL, 0);
	munmap(t->ours, (size_t)sysconf(_SC_PAGESIZE));
}

/* A round has found the same two. */
static uint64_t
round_again(void)
{
	before = found;
	for (size_t i = 0; i < found.n; i++) {
		found.one[i].pss = PSS_UNREAD;
		found.one[i].pss_ns = 0;
	}
	whopss_keep(&found, &before);
	return clock_now_ns();
}

/* Steps until one of them is read, with a round after each so many. */
static int
steps(struct two *t, uint64_t *since_ns, int round)
{
	int n = 1;

	for (; !whopss_step(&t->pss, &found, *since_ns, &t->file); n++) {
		assert_true(n < STEPS_MAX);
		if (n % round == 0)
			*since_ns = round_again();
	}
	return n;
}

/* What takes longer than a round is read all the same, and the other one has its
 * turn before it is read again. */
static void
a_round_leaves_what_is_read(void **state)
{
	struct two t;
	uint64_t since_ns, read_ns;

	(void)state;
	begin(&t);
	since_ns = round_again();
	assert_true(steps(&t, &since_ns, 5) > 20);
	assert_int_equal(found.one[0].pss, PSS_KNOWN);
	assert_int_equal(found.one[1].pss, PSS_UNREAD);
	read_ns = found.one[0].pss_ns;
	assert_true(read_ns < since_ns);
	assert_true(whopss_is_due(&found, since_ns));
	steps(&t, &since_ns, STEPS_MAX);
	assert_int_equal(found.one[1].pss, PSS_KNOWN);
	assert_int_equal(found.one[0].pss_ns, read_ns);
	steps(&t, &since_ns, STEPS_MAX);
	assert_true(found.one[0].pss_ns > read_ns);
	assert_false(whopss_is_due(&found, since_ns));
	end(&t);
}

/* One that has ended meanwhile has no Pss, and keeps nobody from its turn. */
static void
one_that_is_gone_is_left(void **state)
{
	struct two t;
	uint64_t since_ns;

	(void)state;
	begin(&t);
	since_ns = round_again();
	assert_false(whopss_step(&t.pss, &found, since_ns, &t.file));
	found.one[0] = found.one[1];
	found.n = 1;
	steps(&t, &since_ns, STEPS_MAX);
	assert_int_equal(found.one[0].pss, PSS_KNOWN);
	assert_false(whopss_is_due(&found, since_ns));
	end(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_round_leaves_what_is_read),
		cmocka_unit_test(one_that_is_gone_is_left),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
