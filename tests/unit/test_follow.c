#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "pagetide/source.h"
#include "pagetide/strbuf.h"
#include "pagetide/target.h"

#include "../../src/source/follow.h"

#include "file_rig.h"
#include "live_rig.h"

static struct follow f;
static struct target *t;

static void
open_target(bool follow_name)
{
	struct strbuf why = STRBUF_INIT;

	memset(&f, 0, sizeof f);
	t = target_open(file_rig.path, &why);
	assert_non_null(t);
	t->follow_name = follow_name;
}

static ino_t
inode_of(int fd)
{
	struct stat st;

	assert_int_equal(fstat(fd, &st), 0);
	return st.st_ino;
}

/* An empty file at the path; what was there is no more. */
static void
put_empty(void)
{
	int fd;

	unlink(file_rig.path);
	fd = open(file_rig.path, O_CREAT | O_EXCL | O_WRONLY, 0600);
	assert_true(fd >= 0);
	close(fd);
}

static void
test_inode_stays(void **state)
{
	ino_t ino;

	(void)state;
	file_make(10);
	open_target(false);
	ino = t->facts.ino;
	file_make(20);
	assert_int_equal(follow_path(&f, t), 0);
	assert_int_equal(t->facts.ino, ino);
	assert_int_equal(t->facts.pages, 10);
	assert_null(t->facts.refused);
	target_close(t);
}

static void
test_nothing_to_follow(void **state)
{
	(void)state;
	file_make(10);
	open_target(true);
	assert_int_equal(follow_path(&f, t), 0);
	unlink(file_rig.path);
	assert_int_equal(follow_path(&f, t), 0);
	assert_null(t->facts.refused);
	assert_int_equal(t->facts.pages, 10);
	target_close(t);
}

/* Memory has no name, whatever file has the one it goes by. */
static void
test_anonymous_has_no_name(void **state)
{
	struct strbuf why = STRBUF_INIT;
	char back[PATH_MAX];
	int fd;

	(void)state;
	memset(&f, 0, sizeof f);
	t = target_anon(1 << 20, &why);
	assert_non_null(t);
	t->follow_name = true;
	assert_non_null(getcwd(back, sizeof back));
	assert_int_equal(chdir(file_rig.dir), 0);
	fd = open(t->path, O_CREAT | O_WRONLY, 0600);
	assert_int_equal(write(fd, "x", 1), 1);
	close(fd);
	assert_int_equal(follow_path(&f, t), 0);
	assert_true(t->facts.anon);
	assert_int_equal(chdir(back), 0);
	target_close(t);
}

static void
test_goes_over(void **state)
{
	const char *path, *filesystem;
	int round;

	(void)state;
	file_make(10);
	open_target(true);
	path = t->facts.path;
	filesystem = t->facts.filesystem;
	for (round = 1; round < 4; round++) {
		file_make(10 + round);
		assert_int_equal(follow_path(&f, t), SOURCE_FOLLOWED);
		assert_int_equal(follow_path(&f, t), 0);
		assert_int_equal(t->facts.pages, 10 + round);
		assert_int_equal(t->facts.ino, inode_of(file_rig.fd));
		assert_int_equal(inode_of(t->fd), inode_of(file_rig.fd));
		assert_int_equal(t->name, TARGET_HERE);
		assert_true(t->residency_known);
		/* Samples have pointers to the strings. */
		assert_ptr_equal(t->facts.path, path);
		assert_string_equal(path, file_rig.path);
		assert_ptr_equal(t->facts.filesystem, filesystem);
		assert_ptr_equal(filesystem, t->fsname);
	}
	target_close(t);
}

static void
test_refused_once(void **state)
{
	(void)state;
	file_make(10);
	open_target(true);
	put_empty();
	assert_int_equal(follow_path(&f, t), SOURCE_REFUSED);
	assert_string_equal(t->facts.refused, "the file at the path now "
	    "can't be watched: is empty: it has no pages");
	assert_int_equal(follow_path(&f, t), 0);
	/* It has changed, but is no better. */
	assert_int_equal(chmod(file_rig.path, 0400), 0);
	assert_int_equal(follow_path(&f, t), 0);
	assert_non_null(t->facts.refused);
	assert_int_equal(t->facts.pages, 10);
	assert_int_equal(unlink(file_rig.path), 0);
	assert_int_equal(mkdir(file_rig.path, 0700), 0);
	assert_int_equal(follow_path(&f, t), SOURCE_REFUSED);
	assert_string_equal(t->facts.refused, "the file at the path now "
	    "can't be watched: is a directory");
	assert_int_equal(rmdir(file_rig.path), 0);
	assert_int_equal(follow_path(&f, t), 0);
	assert_null(t->facts.refused);
	/* The same refusal, but after a while without. */
	put_empty();
	assert_int_equal(follow_path(&f, t), SOURCE_REFUSED);
	assert_int_equal(truncate(file_rig.path, 1), 0);
	assert_int_equal(follow_path(&f, t), SOURCE_FOLLOWED);
	assert_null(t->facts.refused);
	assert_int_equal(t->facts.size_bytes, 1);
	target_close(t);
}

static void
test_comes_back(void **state)
{
	char other[PATH_MAX];

	(void)state;
	file_make(10);
	open_target(true);
	snprintf(other, sizeof other, "%s/other", file_rig.dir);
	assert_int_equal(rename(file_rig.path, other), 0);
	put_empty();
	assert_int_equal(follow_path(&f, t), SOURCE_REFUSED);
	assert_int_equal(rename(other, file_rig.path), 0);
	assert_int_equal(follow_path(&f, t), 0);
	assert_null(t->facts.refused);
	assert_int_equal(t->facts.ino, inode_of(file_rig.fd));
	target_close(t);
}

/* ---- a live source ---- */

static void
open_by_name(void)
{
	struct strbuf why = STRBUF_INIT;

	open_target(true);
	assert_int_equal(live_open(&src, t, METHOD_AUTO,
	    CELLS_OVERVIEW_MAX, &why), 0);
}

/* One pass from the beginning, one sample. */
static void
pass(void)
{
	src.ops->begin(src.self);
	assert_int_equal(src.ops->step(src.self, UINT64_MAX), 1);
	assert_int_equal(src.ops->read(src.self, &s, &notices), 0);
}

static void
test_sample_of_the_new_file(void **state)
{
	(void)state;
	file_make(3000);
	file_bring_random(50, 1);
	open_by_name();
	src.ops->look(src.self, 0, 500, 0);
	start_child();
	tell(DO_MAP, 0, 3000);
	tell(DO_TOUCH, 0, 100);
	measure();
	measure();
	assert_mapped();
	assert_false(s.gap);

	file_make(2000);
	file_bring_random(20, 2);
	pass();
	assert_int_equal(notices, SOURCE_FOLLOWED);
	assert_true(s.gap);
	assert_int_equal(s.target.pages, 2000);
	assert_int_equal(s.overview->pages, 2000);
	assert_truth();
	/* The worker is on the old file: it tells nothing of this one. */
	assert_false(s.worker.alive);
	assert_false(s.total_known & LAYER_BIT(LAYER_MAPPED));
	assert_null(s.scan.mapped_by);
	assert_int_equal(inode_of(src.ops->file(src.self)),
	    inode_of(file_rig.fd));
	pass();
	assert_int_equal(notices, 0);
	end_child();
	start_child();
	tell(DO_MAP, 0, 2000);
	measure();
	assert_mapped();
}

/* What is looked at closely is shown closely of the new file, too, and of one
 * without so much no more than there is. */
static void
test_zoomed_in(void **state)
{
	struct strbuf why = STRBUF_INIT;
	uint64_t total, there;

	(void)state;
	file_make(3000);
	file_bring_random(50, 1);
	open_target(true);
	assert_int_equal(live_open(&src, t, METHOD_AUTO, 64, &why), 0);
	src.ops->look(src.self, 100, 500, 0);
	pass();
	assert_non_null(s.zoom);
	assert_int_equal(s.zoom->pages, 500);

	file_make(2000);
	file_bring(150, 40);
	pass();
	assert_int_equal(notices, SOURCE_FOLLOWED);
	assert_int_equal(s.overview->pages, 2000);
	assert_non_null(s.zoom);
	assert_int_equal(s.zoom->first_page, 100);
	assert_int_equal(s.zoom->pages, 500);
	assert_true(cells_total(s.zoom, LAYER_CACHED, &total));
	file_look();
	there = file_count(100, 500);
	assert_int_equal(total, there);

	file_make(300);
	file_bring(120, 30);
	pass();
	assert_non_null(s.zoom);
	assert_int_equal(s.zoom->pages, 200);
	assert_true(cells_total(s.zoom, LAYER_CACHED, &total));
	file_look();
	assert_int_equal(total, file_count(100, 200));

	file_make(50);
	pass();
	assert_null(s.zoom);
	assert_int_equal(s.overview->pages, 50);
}

/* A refusal is a remark as well, and the old file is watched on. */
static void
test_sample_of_a_refusal(void **state)
{
	(void)state;
	file_make(100);
	file_bring(0, 30);
	open_by_name();
	pass();
	if (have_cachestat())
		assert_null(s.scan.why);
	put_empty();
	pass();
	assert_int_equal(notices, SOURCE_REFUSED);
	assert_string_equal(s.scan.why, s.target.refused);
	assert_truth();
	pass();
	assert_int_equal(notices, 0);
}

/* It happened before what read() notices. */
static void
test_followed_then_deleted(void **state)
{
	(void)state;
	file_make(100);
	open_by_name();
	pass();
	file_make(50);
	src.ops->begin(src.self);
	unlink(file_rig.path);
	assert_int_equal(src.ops->step(src.self, UINT64_MAX), 1);
	assert_int_equal(src.ops->read(src.self, &s, &notices), 0);
	assert_int_equal(notices, SOURCE_FOLLOWED | SOURCE_DELETED);
	assert_int_equal(s.target.pages, 50);
}

#define TEST(fn) cmocka_unit_test_teardown(fn, live_teardown)

/* A size that is noticed with the name, before a pass, is that of the grid. */
static void
test_size_changes(void **state)
{
	struct strbuf why = STRBUF_INIT;

	(void)state;
	file_make(3000);
	open_target(true);
	assert_int_equal(live_open(&src, t, METHOD_AUTO, 64, &why), 0);
	pass();
	assert_int_equal(s.overview->pages, 3000);
	assert_int_equal(ftruncate(file_rig.fd, 4000 * file_rig.page_bytes), 0);
	pass();
	assert_int_equal(notices, SOURCE_GREW);
	assert_int_equal(s.overview->pages, 4000);
	assert_int_equal(ftruncate(file_rig.fd, file_rig.page_bytes), 0);
	pass();
	assert_int_equal(notices, SOURCE_SHRANK);
	assert_int_equal(s.overview->pages, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_inode_stays),
		TEST(test_nothing_to_follow),
		TEST(test_anonymous_has_no_name),
		TEST(test_goes_over),
		TEST(test_refused_once),
		TEST(test_comes_back),
		TEST(test_sample_of_the_new_file),
		TEST(test_zoomed_in),
		TEST(test_size_changes),
		TEST(test_sample_of_a_refusal),
		TEST(test_followed_then_deleted),
	};

	return cmocka_run_group_tests(tests, file_group_setup,
	    file_group_teardown);
}
