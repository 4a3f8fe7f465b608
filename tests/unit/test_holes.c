#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../src/probe/holes.h"
#include "../../src/probe/storageops.h"

#include "pagetide/clock.h"
#include "pagetide/target.h"

#include "cells_rig.h"
#include "file_rig.h"

#define FOREVER (clock_now_ns() + 60 * NS_PER_S)

static struct target target;
static struct cells grid;
static struct holes h;

/* The rig's file, not yet looked at. */
static void
open_file(uint64_t bytes)
{
	uint64_t pb = file_rig.page_bytes;

	target = (struct target){ .fd = file_rig.fd };
	target.facts.page_bytes = pb;
	target.facts.pages = (bytes + pb - 1) / pb;
	cells_init(&grid);
	holes_init(&h, &target, &grid);
}

static int
teardown(void **state)
{
	(void)state;
	cells_done(&grid);
	file_drop();
	return 0;
}

static void
shape(uint64_t first, uint64_t pages, unsigned shift)
{
	cells_reshape(&grid, first, pages, shift);
	holes_reshaped(&h);
}

static void
measure(void)
{
	assert_int_equal(fstat(target.fd, &target.st), 0);
	holes_begin(&h, h.wanted);
	assert_true(holes_step(&h, FOREVER));
}

static void
put_data(uint64_t page, uint64_t n)
{
	static char buf[65536];

	memset(buf, 'd', sizeof buf);
	for (; n > 0; page++, n--)
		assert_int_equal(pwrite(file_rig.fd, buf, file_rig.page_bytes,
		    page * file_rig.page_bytes), file_rig.page_bytes);
}

/* Is there no data in the page? Asked page by page, by another way. */
static bool
is_hole(uint64_t page)
{
	off_t from = page * file_rig.page_bytes;
	off_t data = lseek(file_rig.fd, from, SEEK_DATA);

	if (data < 0)
		assert_int_equal(errno, ENXIO);
	return data < 0 || data >= from + (off_t)file_rig.page_bytes;
}

/* Returns how many holes there are. */
static uint64_t
assert_exact(void)
{
	uint64_t page, end, total = 0;
	uint32_t count;
	size_t i;

	for (i = 0; i < grid.n; i++) {
		page = cells_page(&grid, i);
		end = page + cells_pages(&grid, i);
		for (count = 0; page < end; page++)
			count += is_hole(page);
		assert_true(cells_known(&grid, i, LAYER_HOLE));
		assert_int_equal(grid.count[LAYER_HOLE][i], count);
		total += count;
	}
	return total;
}

static void
test_random(void **state)
{
	uint64_t pages = 1500, page = 0, n, seed = 1, stored = 0;
	unsigned shift;

	(void)state;
	/* The last page is not whole. */
	file_make_sparse(pages * file_rig.page_bytes - 100);
	while (page < pages) {
		n = 1 + file_random(&seed) % 30;
		if (n > pages - page)
			n = pages - page;
		if (file_random(&seed) % 2 == 0) {
			put_data(page, n - (page + n == pages));
			stored += n;
		}
		page += n;
	}
	open_file(pages * file_rig.page_bytes - 100);
	for (shift = 0; shift < 12; shift++) {
		shape(0, pages, shift);
		measure();
		assert_null(h.why);
		assert_in_range(assert_exact(), 1, pages - stored + 1);
		shape(512 >> shift << shift, 700, shift);
		measure();
		assert_exact();
	}
}

/* One look is enough for a file without holes, and for nothing but one. */
static void
test_at_once(void **state)
{
	uint64_t total = 1;

	(void)state;
	file_make(3000);
	open_file(3000 * file_rig.page_bytes);
	shape(0, 3000, 3);
	holes_begin(&h, h.wanted);
	assert_false(h.under_way);
	assert_int_equal(h.runs, 0);
	assert_true(cells_total(&grid, LAYER_HOLE, &total));
	assert_int_equal(total, 0);
	cells_done(&grid);
	file_make_sparse(UINT64_C(1) << 40);
	open_file(UINT64_C(1) << 40);
	shape(0, target.facts.pages, 20);
	measure();
	assert_int_equal(h.runs, 1);
	assert_true(cells_total(&grid, LAYER_HOLE, &total));
	assert_int_equal(total, target.facts.pages);
}

/* Measured again when the file has changed, and only then. */
static void
test_only_after_changes(void **state)
{
	uint64_t pb = file_rig.page_bytes;

	(void)state;
	file_make_sparse(100 * pb);
	open_file(100 * pb);
	put_data(40, 20);
	fsync(file_rig.fd);
	shape(0, 100, 0);
	measure();
	assert_int_equal(assert_exact(), 80);
	h.cost_ns = h.runs = 0;
	measure();
	assert_int_equal(h.runs, 0);
	put_data(10, 5);
	measure();
	assert_true(h.runs > 0);
	assert_int_equal(assert_exact(), 75);
	h.cost_ns = 0;
	if (fallocate(file_rig.fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
	    45 * pb, 10 * pb) != 0)
		return;
	measure();
	assert_int_equal(assert_exact(), 85);
	/* It rests for three times what it cost. */
	put_data(0, 1);
	h.cost_ns = 3600 * NS_PER_S;
	h.runs = 0;
	measure();
	assert_int_equal(h.runs, 0);
}

/* What is reserved and was never written has no data, until it is cached. */
static void
test_reserved(void **state)
{
	uint64_t pb = file_rig.page_bytes;
	struct statfs fs;
	char byte;

	(void)state;
	file_make_sparse(100 * pb);
	assert_int_equal(fstatfs(file_rig.fd, &fs), 0);
	if ((fs.f_type != 0xef53 && fs.f_type != 0x58465342) ||
	    fallocate(file_rig.fd, 0, 0, 100 * pb) != 0)
		skip();
	open_file(100 * pb);
	shape(0, 100, 0);
	measure();
	assert_int_equal(assert_exact(), 100);
	put_data(7, 4);
	measure();
	assert_int_equal(assert_exact(), 96);
	/* A page of zeros in the cache passes for data. */
	assert_int_equal(pread(file_rig.fd, &byte, 1, 50 * pb), 1);
	assert_int_equal(byte, 0);
	shape(0, 100, 0);
	measure();
	assert_in_range(assert_exact(), 1, 95);
}

/* A file in very many pieces is measured in full only when that is wanted. */
static void
test_many_pieces(void **state)
{
	uint64_t pages = 4 * HOLES_FREE, i, total;

	(void)state;
	file_make_sparse(pages * file_rig.page_bytes);
	for (i = 1; i < pages; i += 2)
		put_data(i, 1);
	open_file(pages * file_rig.page_bytes);
	shape(0, pages, 1);
	measure();
	assert_int_equal(h.runs, HOLES_FREE);
	assert_true(cells_known(&grid, HOLES_FREE - 1, LAYER_HOLE));
	assert_false(cells_known(&grid, HOLES_FREE, LAYER_HOLE));
	assert_false(cells_total(&grid, LAYER_HOLE, &total));
	/* It is not begun anew, and goes on where it stopped. */
	h.cost_ns = 0;
	measure();
	assert_int_equal(h.runs, HOLES_FREE);
	h.wanted = true;
	assert_false(holes_step(&h, 0));
	measure();
	assert_int_equal(h.runs, 2 * HOLES_FREE);
	assert_int_equal(assert_exact(), pages / 2);
}

/* What was stopped half-way follows changes too. */
static void
test_many_pieces_change(void **state)
{
	uint64_t pages = 4 * HOLES_FREE, i;

	(void)state;
	file_make_sparse(pages * file_rig.page_bytes);
	for (i = 1; i < pages; i += 2)
		put_data(i, 1);
	open_file(pages * file_rig.page_bytes);
	shape(0, pages, 0);
	measure();
	assert_int_equal(grid.count[LAYER_HOLE][0], 1);
	put_data(0, 1);
	h.cost_ns = 0;
	measure();
	assert_int_equal(grid.count[LAYER_HOLE][0], 0);
}

static void
test_cut_meanwhile(void **state)
{
	uint64_t pb = file_rig.page_bytes;
	struct hole_run run;

	(void)state;
	file_make_sparse(100 * pb);
	open_file(100 * pb);
	put_data(60, 10);
	assert_int_equal(holes_next(file_rig.fd, pb, 0, &run), 0);
	assert_int_equal(run.hole_end, 60);
	assert_int_equal(run.data_end, 70);
	assert_int_equal(holes_next(file_rig.fd, pb, 65, &run), 0);
	assert_int_equal(run.hole_end, 65);
	assert_int_equal(run.data_end, 70);
	assert_int_equal(holes_next(file_rig.fd, pb, 70, &run), 0);
	assert_true(run.hole_end == UINT64_MAX);
	shape(0, 100, 2);
	holes_begin(&h, h.wanted);
	assert_int_equal(ftruncate(file_rig.fd, 30 * pb), 0);
	assert_true(holes_step(&h, FOREVER));
	h.cost_ns = 0;
	shape(0, 30, 2);
	measure();
	assert_int_equal(assert_exact(), 30);
	assert_int_equal(holes_next(-1, pb, 0, &run), -EBADF);
}

static void
test_refused(void **state)
{
	int pipes[2];

	(void)state;
	assert_int_equal(pipe(pipes), 0);
	file_make_sparse(10 * file_rig.page_bytes);
	open_file(10 * file_rig.page_bytes);
	shape(0, 10, 0);
	fill_cells(&grid, 0, 10, LAYER_HOLE, true, 1);
	target.fd = pipes[0];
	measure();
	assert_string_equal(h.why, "only regular files have holes");
	assert_int_equal(grid.known[0] | grid.known[9], 0);
	close(pipes[0]);
	close(pipes[1]);
}

#define TEST(name) cmocka_unit_test_teardown(name, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_random),
		TEST(test_at_once),
		TEST(test_only_after_changes),
		TEST(test_reserved),
		TEST(test_many_pieces),
		TEST(test_many_pieces_change),
		TEST(test_cut_meanwhile),
		TEST(test_refused),
	};

	return cmocka_run_group_tests(tests, file_group_setup,
	    file_group_teardown);
}
