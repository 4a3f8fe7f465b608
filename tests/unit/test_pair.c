#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "pagetide/actor.h"
#include "pagetide/child.h"
#include "pagetide/clock.h"
#include "pagetide/order.h"
#include "pagetide/pagepair.h"
#include "pagetide/strbuf.h"
#include "pagetide/subject.h"

#define PAGES	64
#define WAIT_S	20	/* for a slow machine; never for a result */
#define TRIES	5	/* a machine may take pages back at any time */

/* Two workers on a file in memory. */
static struct hand {
	struct actor	 actor;
	struct report	 last;
	int		 n_reports;
	bool		 died;
} hand[2];
static int file;

static void
on_report(void *arg, const struct report *r)
{
	struct hand *h = arg;

	h->last = *r;
	h->n_reports++;
}

static void
on_died(void *arg, int status)
{
	(void)status;
	((struct hand *)arg)->died = true;
}

static int
setup(void **state)
{
	static const struct actor_listener listener = { on_report, on_died };

	(void)state;
	memset(hand, 0, sizeof hand);
	for (int i = 0; i < 2; i++)
		child_open(&hand[i].actor, &listener, &hand[i], NULL);
	file = memfd_create("target", MFD_CLOEXEC);
	return ftruncate(file, PAGES * sysconf(_SC_PAGESIZE));
}

static int
teardown(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++)
		hand[i].actor.ops->close(hand[i].actor.self);
	close(file);
	return 0;
}

static const struct subject *
subject(int i)
{
	return hand[i].actor.ops->subject(hand[i].actor.self);
}

static void
turn(int i)
{
	struct pollfd fds[ACTOR_FDS];
	int n = hand[i].actor.ops->fds(hand[i].actor.self, fds);

	if (poll(fds, (nfds_t)n, 10) > 0)
		hand[i].actor.ops->ready(hand[i].actor.self);
	hand[i].actor.ops->reap(hand[i].actor.self);
}

static void
await_reports(int i, int n)
{
	uint64_t end = clock_now_ns() + WAIT_S * NS_PER_S;

	while (hand[i].n_reports < n && clock_now_ns() < end)
		turn(i);
	assert_int_equal(hand[i].n_reports, n);
}

/* An order that succeeds, and n reports of it. */
static void
give(int i, struct order o, int n)
{
	hand[i].n_reports = 0;
	assert_int_equal(hand[i].actor.ops->send(hand[i].actor.self, &o), 0);
	await_reports(i, n);
	assert_int_equal(hand[i].last.err[0], 0);
}

static void
start(int i)
{
	struct strbuf why = STRBUF_INIT;

	assert_int_equal(hand[i].actor.ops->start(hand[i].actor.self, file,
	    &why), 0);
	strbuf_done(&why);
}

static void
map(int i, uint32_t flags)
{
	give(i, (struct order){ .op = ORDER_MAP, .n_pages = PAGES,
	    .map_flags = flags }, 1);
}

static void
walk(int i, enum touch_op op, uint64_t first, uint64_t n)
{
	give(i, (struct order){ .op = ORDER_WORK, .work = { .passes = 1,
	    .kind = PATTERN_SEQUENTIAL, .op = op, .first_page = first,
	    .n_pages = n } }, 2);
}

static void
ask_to_fork(void)
{
	const struct order o = { .op = ORDER_FORK };

	hand[0].n_reports = 0;
	assert_int_equal(hand[1].actor.ops->fork(hand[1].actor.self,
	    hand[0].actor.self, &o), 0);
	await_reports(0, 1);
	assert_int_equal(hand[0].last.op, ORDER_FORK);
}

/* The second is ready once it has answered an order. */
static void
fork_one(void)
{
	ask_to_fork();
	assert_int_equal(hand[0].last.err[0], 0);
	assert_true(hand[0].last.forked_pid > 0);
	hand[1].actor.ops->forked(hand[1].actor.self, hand[0].last.forked_pid);
	give(1, (struct order){ .op = ORDER_STOP }, 1);
}

static struct workers_pages
look(void)
{
	struct workers_pages pages;
	struct pagepair_side side[2];

	for (int i = 0; i < 2; i++)
		side[i] = (struct pagepair_side){ subject(i)->pid,
			subject(i)->shared->map_addr,
			subject(i)->shared->map_first_page,
			subject(i)->shared->map_pages };
	assert_true(pagepair_count(side, 0, PAGES, &pages));
	return pages;
}

static uint64_t
faults(int i)
{
	uint64_t minor, major;
	char text[1024], path[64];
	ssize_t n;
	int fd;

	snprintf(path, sizeof path, "/proc/%d/stat", (int)subject(i)->pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	n = read(fd, text, sizeof text - 1);
	close(fd);
	assert_true(n > 0);
	text[n] = '\0';
	assert_int_equal(sscanf(strrchr(text, ')'), ") %*c %*d %*d %*d %*d "
	    "%*d %*u %" SCNu64 " %*u %" SCNu64, &minor, &major), 2);
	return minor + major;
}

static void
stop(int i)
{
	hand[i].actor.ops->stop(hand[i].actor.self);
}

static void
two_have_one_page_of_a_file(void **state)
{
	struct workers_pages p;

	(void)state;
	for (int i = 0; i < 2; i++) {
		start(i);
		map(i, 0);
	}
	walk(0, TOUCH_READ, 0, PAGES);
	p = look();
	assert_int_equal(p.mapped[0], PAGES);
	assert_int_equal(p.mapped[1], 0);
	assert_int_equal(p.both, 0);
	assert_int_equal(p.same, 0);
	walk(1, TOUCH_READ, 0, PAGES);
	p = look();
	assert_int_equal(p.both, PAGES);
	assert_int_equal(p.same, PAGES);
	assert_int_equal(p.same_private, 0);
}

/* Each writes to all of its own: no page is one for both. */
static void
two_private_mappings_have_a_copy_each(void **state)
{
	struct workers_pages p;

	(void)state;
	for (int i = 0; i < 2; i++) {
		start(i);
		map(i, MAP_SPEC_PRIVATE | MAP_SPEC_WRITE);
		walk(i, TOUCH_WRITE, 0, PAGES / 2);
	}
	walk(1, TOUCH_WRITE, PAGES / 2, 1);
	p = look();
	assert_int_equal(p.mapped[0], PAGES / 2);
	assert_int_equal(p.mapped[1], PAGES / 2 + 1);
	assert_int_equal(p.both, PAGES / 2);
	assert_int_equal(p.same, 0);
}

/* A page of the file and a copy of it are two. */
static void
a_copy_is_not_the_page_of_the_file(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		start(i);
		map(i, MAP_SPEC_PRIVATE | MAP_SPEC_WRITE);
		walk(i, TOUCH_READ, 0, PAGES);
	}
	assert_int_equal(look().same, PAGES);
	walk(0, TOUCH_WRITE, 3, 2);
	assert_int_equal(look().both, PAGES);
	assert_int_equal(look().same, PAGES - 2);
	assert_int_equal(look().same_private, 0);
}

/* One touch; the byte that it read or wrote. */
static uint32_t
byte_of(int i, enum touch_op op, uint64_t page)
{
	give(i, (struct order){ .op = ORDER_WORK, .work = { .passes = 1,
	    .kind = PATTERN_SINGLE, .op = op, .first_page = page,
	    .n_pages = 1 } }, 2);
	assert_true(hand[i].last.touched.byte_known);
	return hand[i].last.touched.byte;
}

static void
what_one_writes_the_other_reads(void **state)
{
	uint32_t wrote, again;

	(void)state;
	for (int i = 0; i < 2; i++) {
		start(i);
		map(i, MAP_SPEC_WRITE);
	}
	assert_int_equal(byte_of(0, TOUCH_READ, 2), 0);
	wrote = byte_of(1, TOUCH_WRITE, 2);
	assert_int_not_equal(wrote, 0);
	assert_int_equal(byte_of(0, TOUCH_READ, 2), wrote);
	again = byte_of(0, TOUCH_WRITE, 2);
	assert_int_equal(byte_of(1, TOUCH_READ, 2), again);
	assert_int_equal(look().same, 1);
}

/* After a fork nobody reads what the other writes. */
static void
what_one_writes_to_a_copy_the_other_does_not_read(void **state)
{
	uint32_t before, wrote;

	(void)state;
	start(0);
	map(0, MAP_SPEC_PRIVATE | MAP_SPEC_WRITE | MAP_SPEC_ANON);
	before = byte_of(0, TOUCH_WRITE, 2);
	fork_one();
	assert_int_equal(byte_of(1, TOUCH_READ, 2), before);
	do
		wrote = byte_of(1, TOUCH_WRITE, 2);
	while (wrote == before);
	assert_int_equal(byte_of(0, TOUCH_READ, 2), before);
	assert_int_equal(byte_of(1, TOUCH_READ, 2), wrote);
}

/* What is in a file of the user is told to nobody. */
static void
no_byte_of_a_file_is_told(void **state)
{
	static const uint32_t flags[] = { 0, MAP_SPEC_PRIVATE,
		MAP_SPEC_PRIVATE | MAP_SPEC_WRITE };

	(void)state;
	start(0);
	for (unsigned i = 0; i < sizeof flags / sizeof *flags; i++) {
		map(0, flags[i]);
		give(0, (struct order){ .op = ORDER_WORK, .work = {
		    .passes = 1, .kind = PATTERN_SINGLE, .n_pages = 1 } }, 2);
		assert_false(hand[0].last.touched.byte_known);
		assert_int_equal(hand[0].last.touched.byte, 0);
	}
}

static void
begin_forked(void)
{
	start(0);
	map(0, MAP_SPEC_PRIVATE | MAP_SPEC_WRITE);
	walk(0, TOUCH_WRITE, 0, PAGES);
	fork_one();
}

static void
a_fork_has_all_and_copies_what_it_writes(void **state)
{
	struct workers_pages p;

	(void)state;
	begin_forked();
	assert_int_equal(subject(1)->shared->map_addr,
	    subject(0)->shared->map_addr);
	assert_int_equal(subject(1)->shared->map_flags,
	    MAP_SPEC_PRIVATE | MAP_SPEC_WRITE);
	p = look();
	assert_int_equal(p.mapped[1], PAGES);
	assert_int_equal(p.same, PAGES);
	assert_int_equal(p.same_private, PAGES);
	walk(1, TOUCH_WRITE, 5, 1);
	assert_int_equal(look().both, PAGES);
	assert_int_equal(look().same, PAGES - 1);
	walk(0, TOUCH_WRITE, 6, 3);
	assert_int_equal(look().same, PAGES - 4);
	assert_int_equal(look().same_private, PAGES - 4);
}

/* Faults of its own memory, and of the first one's, are over when it is there. */
static bool
counts_faults_of_acts(void)
{
	uint64_t before[2], after[2];

	for (int i = 0; i < 2; i++)
		before[i] = faults(i);
	for (int i = 0; i < 2; i++)
		walk(i, TOUCH_READ, 0, PAGES);
	for (int i = 0; i < 2; i++) {
		after[i] = faults(i);
		if (after[i] != before[i])
			return false;
	}
	walk(1, TOUCH_WRITE, 0, 7);
	walk(0, TOUCH_WRITE, 9, 2);
	return faults(1) - after[1] == 7 && faults(0) - after[0] == 2;
}

static void
after_a_fork_faults_are_those_of_acts(void **state)
{
	bool well = false;

	(void)state;
	for (int i = 0; i < TRIES && !well; i++) {
		begin_forked();
		well = counts_faults_of_acts();
		stop(1);
		stop(0);
	}
	assert_true(well);
}

static void
no_fork_while_it_walks(void **state)
{
	const struct order endless = { .op = ORDER_WORK, .pace_per_s = 10,
		.work = { .kind = PATTERN_LOOP, .n_pages = PAGES,
		.set_pages = PAGES } };

	(void)state;
	start(0);
	map(0, 0);
	give(0, endless, 1);
	ask_to_fork();
	assert_int_equal(hand[0].last.err[0], EINVAL);
	assert_int_equal(hand[0].last.forked_pid, 0);
	stop(1);
	give(0, (struct order){ .op = ORDER_STOP }, 1);
	fork_one();
}

static void
no_fork_of_who_is_not_on(void **state)
{
	const struct order o = { .op = ORDER_FORK };

	(void)state;
	assert_int_equal(hand[1].actor.ops->fork(hand[1].actor.self,
	    hand[0].actor.self, &o), -ESRCH);
	assert_false(actor_is_on(&hand[1].actor));
}

static void
a_fork_ends_as_others(void **state)
{
	uint64_t end = clock_now_ns() + WAIT_S * NS_PER_S;
	pid_t pid;

	(void)state;
	begin_forked();
	pid = subject(1)->pid;
	stop(1);
	assert_int_equal(waitpid(pid, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
	fork_one();
	kill(subject(1)->pid, SIGKILL);
	while (!hand[1].died && clock_now_ns() < end)
		turn(1);
	assert_true(hand[1].died);
	assert_false(hand[0].died);
	walk(0, TOUCH_READ, 0, PAGES);
}

static void
what_cannot_be_counted(void **state)
{
	struct workers_pages pages = { .both = 7 };
	struct pagepair_side side[2];

	(void)state;
	start(0);
	map(0, 0);
	side[0] = (struct pagepair_side){ subject(0)->pid,
		subject(0)->shared->map_addr, 0, PAGES };
	side[1] = side[0];
	assert_false(pagepair_count(side, 0, PAGEPAIR_PAGES_MAX + 1, &pages));
	assert_int_equal(pages.both, 7);
	assert_true(pagepair_count(side, 0, PAGEPAIR_PAGES_MAX, &pages));
	assert_int_equal(pages.both, 0);
	stop(0);
	pages.both = 7;
	assert_false(pagepair_count(side, 0, PAGES, &pages));
	assert_int_equal(pages.both, 7);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		TEST(two_have_one_page_of_a_file),
		TEST(two_private_mappings_have_a_copy_each),
		TEST(a_copy_is_not_the_page_of_the_file),
		TEST(what_one_writes_the_other_reads),
		TEST(what_one_writes_to_a_copy_the_other_does_not_read),
		TEST(no_byte_of_a_file_is_told),
		TEST(a_fork_has_all_and_copies_what_it_writes),
		TEST(after_a_fork_faults_are_those_of_acts),
		TEST(no_fork_while_it_walks),
		TEST(no_fork_of_who_is_not_on),
		TEST(a_fork_ends_as_others),
		TEST(what_cannot_be_counted),
	};

	if (argc > 1 && strcmp(argv[1], CHILD_WORKER_OPTION) == 0)
		return child_worker_main(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
