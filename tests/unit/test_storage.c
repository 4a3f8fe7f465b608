/* The process that makes the calls which may wait for storage. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "pagetide/clock.h"
#include "pagetide/storage.h"

#include "file_rig.h"

#define SOON (clock_now_ns() + 10 * NS_PER_S)

static struct storage *storage;
static struct storage_job job;

static int
start(bool patient)
{
	storage = storage_start(patient);
	memset(&job, 0, sizeof job);
	return storage != NULL ? 0 : -1;
}

static int
setup(void **state)
{
	(void)state;
	return start(false);
}

static int
setup_patient(void **state)
{
	(void)state;
	return start(true);
}

static int
teardown(void **state)
{
	(void)state;
	assert_true(storage_end(storage, 10 * NS_PER_S));
	file_drop();
	/* No child is left, not even a dead one. */
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	return 0;
}

static void
do_job(enum storage_op op, const char *path)
{
	job.op = op;
	job.path = path;
	job.page_bytes = file_rig.page_bytes;
	storage_ask(storage, &job);
	assert_true(storage_wait(storage, &job, SOON));
	assert_false(job.busy);
}

/* What it opens is open here, and what it closes is closed. */
static void
one_table_of_descriptors(void **state)
{
	char byte;
	int fd;

	(void)state;
	file_make(10);
	do_job(STORAGE_OPEN, file_rig.path);
	assert_int_equal(job.answer.err, 0);
	assert_int_equal(job.answer.step, STORAGE_STEP_DONE);
	assert_int_equal(job.answer.size_bytes, 10 * file_rig.page_bytes);
	assert_true(job.answer.residency_known);
	fd = job.fd = job.answer.fd;
	assert_int_equal(pread(fd, &byte, 1, 0), 1);
	do_job(STORAGE_REFRESH, file_rig.path);
	assert_int_equal(job.answer.name_err, 0);
	assert_int_equal(job.answer.name_st.st_ino, job.answer.st.st_ino);
	job.max_runs = 1;
	do_job(STORAGE_HOLES, NULL);
	assert_int_equal(job.answer.n_runs, 1);
	assert_int_equal(job.answer.run[0].data_end, 10);
	do_job(STORAGE_CLOSE, NULL);
	assert_int_equal(pread(fd, &byte, 1, 0), -1);
	assert_int_equal(errno, EBADF);
}

static void
refusals(void **state)
{
	char *path = malloc(5001);

	(void)state;
	file_make(1);
	do_job(STORAGE_OPEN, "/nonexistent");
	assert_int_equal(job.answer.err, ENOENT);
	assert_int_equal(job.answer.fd, -1);
	do_job(STORAGE_OPEN, file_rig.dir);
	assert_int_equal(job.answer.step, STORAGE_STEP_TYPE);
	do_job(STORAGE_OPEN, "/proc/self/status");
	assert_int_equal(job.answer.step, STORAGE_STEP_MAP);
	assert_int_equal(job.answer.fd, -1);
	memset(path, 'x', 5000);
	path[5000] = '\0';
	do_job(STORAGE_OPEN, path);
	assert_int_equal(job.answer.err, ENAMETOOLONG);
	free(path);
}

/* What nobody wants any more is closed; all that was asked is done. */
static void
forgotten(void **state)
{
	struct storage_job other = { .op = STORAGE_OPEN,
		.path = file_rig.path, .page_bytes = file_rig.page_bytes };
	int before = dup(0), after, i;

	(void)state;
	close(before);
	file_make(1);
	for (i = 0; i < 20; i++) {
		job = (struct storage_job){ .op = STORAGE_OPEN,
			.path = file_rig.path,
			.page_bytes = file_rig.page_bytes };
		storage_ask(storage, &job);
		storage_ask(storage, &other);
		if (i % 2 == 0)
			storage_wait(storage, &other, SOON);
		storage_forget(storage, &job);
		storage_forget(storage, &other);
		assert_false(job.busy || job.done);
	}
	do_job(STORAGE_REFRESH, file_rig.path);
	while (storage_waits_ns(storage) != 0)
		;
	after = dup(0);
	close(after);
	/* The file of the rig itself is open since. */
	assert_in_range(after, before, before + 1);
}

/* The only child of ours. */
static pid_t
helper(void)
{
	char path[64], text[32] = "";
	FILE *f;

	snprintf(path, sizeof path, "/proc/self/task/%d/children", getpid());
	f = fopen(path, "r");
	if (f == NULL)
		skip();
	assert_non_null(fgets(text, sizeof text, f));
	fclose(f);
	return (pid_t)strtol(text, NULL, 10);
}

/* Somebody ends it: another one does the same call. */
static void
killed(void **state)
{
	(void)state;
	file_make(3);
	do_job(STORAGE_OPEN, file_rig.path);
	job.fd = job.answer.fd;
	assert_int_equal(kill(helper(), SIGKILL), 0);
	do_job(STORAGE_REFRESH, file_rig.path);
	assert_int_equal(job.answer.err, 0);
	assert_int_equal(job.answer.size_bytes, 3 * file_rig.page_bytes);
	storage_close(storage, job.fd);
}

static void
ask_to_open(struct storage_job *j)
{
	memset(j, 0, sizeof *j);
	j->op = STORAGE_OPEN;
	j->path = file_rig.path;
	j->page_bytes = file_rig.page_bytes;
	storage_ask(storage, j);
}

/* A job that is still under way, and the only one, when it is to end: it does,
 * and so with one that waits behind it. */
static void
ends_in_the_middle(void **state)
{
	static struct storage_job second;

	(void)state;
	file_make(3);
	alarm(20);
	ask_to_open(&job);
	assert_true(storage_end(storage, 10 * NS_PER_S));
	assert_true(job.done);
	assert_int_equal(close(job.answer.fd), 0);
	assert_int_equal(start(false), 0);
	ask_to_open(&job);
	ask_to_open(&second);
	assert_true(storage_end(storage, 10 * NS_PER_S));
	assert_true(job.done && second.done);
	assert_int_equal(close(job.answer.fd), 0);
	assert_int_equal(close(second.answer.fd), 0);
	alarm(0);
	assert_int_equal(start(false), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
#define PATIENT(name) \
	{ #name " patient", name, setup_patient, teardown, NULL }

/* Asked at once after an answer it does not end before it has done that. */
static void
ends_right_after_an_answer(void **state)
{
	unsigned late = 0;
	uint64_t begin_ns;

	(void)state;
	file_make(1);
	for (int i = 0; i < 300; i++) {
		do_job(STORAGE_OPEN, file_rig.path);
		begin_ns = clock_now_ns();
		storage_ask(storage, &(struct storage_job){
		    .op = STORAGE_CLOSE, .fd = job.answer.fd });
		assert_true(storage_end(storage, 10 * NS_PER_S));
		/* Who has ended is looked for after 100 ms. */
		late += clock_now_ns() - begin_ns >= 90 * NS_PER_MS;
		assert_int_equal(setup(state), 0);
	}
	assert_true(late < 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(one_table_of_descriptors),
		PATIENT(one_table_of_descriptors),
		TEST(refusals),
		PATIENT(refusals),
		TEST(forgotten),
		TEST(killed),
		TEST(ends_in_the_middle),
		TEST(ends_right_after_an_answer),
	};

	return cmocka_run_group_tests(tests, file_group_setup,
	    file_group_teardown);
}
