#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "pagetide/clock.h"
#include "pagetide/maps.h"
#include "pagetide/processes.h"
#include "pagetide/strbuf.h"

#include "../../src/browse/counts.h"
#include "../../src/browse/rows.h"
#include "../../src/browse/wire.h"

static void
add(struct vmas *all, uint64_t start, uint64_t end, const char *name)
{
	const struct vma v = { .start = start, .end = end, .perms = "r--p",
		.dev_major = name[0] == '/', .ino = name[0] == '/' };

	maps_add(all, &v, name);
}

static void
some(struct vmas *all)
{
	*all = (struct vmas){ 0 };
	add(all, 0x1000, 0x2000, "/tmp/One");
	add(all, 0x4000, 0x9000, "[heap]");
	add(all, 0x10000, 0x11000, "");
	all->vma[0].counted = all->vma[1].counted = true;
	all->vma[0].resident_bytes = 4096;
}

/* Where the rows begin, in their order. */
static void
assert_rows(const struct rows *rows, const char *want)
{
	struct strbuf got = STRBUF_INIT;
	size_t i;

	for (i = 0; i < rows->n; i++)
		strbuf_addf(&got, "%x ",
		    (unsigned)rows->row[i].mapping.piece->start);
	assert_string_equal(got.s, want);
	strbuf_done(&got);
}

static void
test_sorted(void **state)
{
	static const struct { enum browse_sort by; const char *want; } t[] = {
		{ BROWSE_BY_RESIDENT, "1000 4000 10000 " },
		{ BROWSE_BY_SIZE, "4000 1000 10000 " },
		{ BROWSE_BY_NAME, "1000 4000 10000 " },
		{ BROWSE_BY_ADDRESS, "1000 4000 10000 " },
	};
	struct rows rows = { 0 };
	struct vmas all;
	size_t i;

	(void)state;
	some(&all);
	for (i = 0; i < sizeof t / sizeof *t; i++) {
		rows_mappings(&rows, &all, "");
		rows_sort(&rows, t[i].by);
		assert_rows(&rows, t[i].want);
	}
	assert_true(rows_sort_of(BROWSE_BY_PSS, BROWSE_MAPPINGS));
	assert_false(rows_sort_of(BROWSE_BY_PSS, BROWSE_PROCESSES));
	rows_free(&rows);
	maps_free(&all);
}

static void
test_filtered(void **state)
{
	static const struct { const char *text, *want; } t[] = {
		{ "", "1000 4000 10000 " },
		{ "one", "1000 " },
		{ "heap", "4000 " },
		{ "anon", "10000 " },
		{ "5fff", "4000 " },
		{ "0x1000", "1000 " },
		{ "9000", "" },
		{ "nosuch", "" },
	};
	struct rows rows = { 0 };
	struct vmas all;
	size_t i;

	(void)state;
	some(&all);
	for (i = 0; i < sizeof t / sizeof *t; i++) {
		rows_mappings(&rows, &all, t[i].text);
		rows_sort(&rows, BROWSE_BY_ADDRESS);
		assert_rows(&rows, t[i].want);
		assert_int_equal(rows.of, 3);
	}
	rows_free(&rows);
	maps_free(&all);
}

static void
test_processes(void **state)
{
	struct process p[] = {
		{ .pid = 7, .name = "b", .file_pages = 1, .new_minor = 5 },
		{ .pid = 9, .name = "a", .file_pages = 2 },
	};
	struct processes all = { p, 2, 1 };
	struct rows rows = { 0 };

	(void)state;
	rows_processes(&rows, &all, "");
	rows_sort(&rows, BROWSE_BY_FILES);
	assert_int_equal(rows.row[0].process->pid, 9);
	rows_sort(&rows, BROWSE_BY_FAULTS);
	assert_int_equal(rows.row[0].process->pid, 7);
	rows_sort(&rows, BROWSE_BY_NAME);
	assert_int_equal(rows.row[0].process->pid, 9);
	rows_free(&rows);
}

/* What is sent in pieces arrives whole, and not before. */
static void
test_sent(void **state)
{
	struct wire_head head = { .process.pid = 42, .took_ns = 3 }, got;
	struct strbuf out = STRBUF_INIT;
	struct vmas all, back = { 0 };
	size_t bytes, i;

	(void)state;
	some(&all);
	wire_mappings(&out, &head, &all);
	for (i = 0; i < out.len; i++)
		assert_false(wire_is_whole(out.s, i, &got, &bytes));
	assert_true(wire_is_whole(out.s, out.len, &got, &bytes));
	assert_int_equal(bytes, out.len);
	assert_int_equal(got.process.pid, 42);
	assert_true(wire_take_mappings(&got, out.s + sizeof got, &back));
	assert_int_equal(back.n, 3);
	assert_string_equal(back.vma[1].name, "[heap]");
	assert_int_equal(back.vma[0].resident_bytes, 4096);
	assert_int_equal(back.vma[2].end, 0x11000);
	/* Cut short, it is none. */
	got.n = 1000;
	assert_false(wire_take_mappings(&got, out.s + sizeof got, &back));
	maps_free(&all);
	maps_free(&back);
	strbuf_done(&out);
}

static void
test_sent_processes(void **state)
{
	struct process p[] = { { .pid = 7 }, { .pid = 9, .name = "x" } };
	struct processes all = { p, 2, 1 }, back = { 0 };
	struct wire_head head = { .within_ns = 5 }, got;
	struct strbuf out = STRBUF_INIT;
	size_t bytes;

	(void)state;
	wire_processes(&out, &head, &all);
	assert_true(wire_is_whole(out.s, out.len, &got, &bytes));
	assert_true(wire_take_processes(&got, out.s + sizeof got, &back));
	assert_int_equal(back.n, 2);
	assert_string_equal(back.process[1].name, "x");
	assert_int_equal(back.within_ns, 5);
	processes_free(&back);
	strbuf_done(&out);
}

/* What was counted stays with what is still the same, and no other. */
static void
test_kept(void **state)
{
	struct vmas now, before;

	(void)state;
	some(&before);
	now = (struct vmas){ 0 };
	add(&now, 0x1000, 0x2000, "/tmp/One");
	add(&now, 0x4000, 0x8000, "[heap]");
	add(&now, 0xa000, 0xb000, "");
	counts_keep(&now, &before);
	assert_true(now.vma[0].counted);
	assert_int_equal(now.vma[0].resident_bytes, 4096);
	assert_false(now.vma[1].counted);
	assert_false(now.vma[2].counted);
	maps_free(&now);
	maps_free(&before);
}

/* Our own: three pages of four are touched. */
static void
test_counted(void **state)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE), i;
	char *m = mmap(NULL, 4 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE |
	    MAP_ANONYMOUS, -1, 0);
	int dir = processes_open(getpid());
	struct counts counts;
	struct vmas all;

	(void)state;
	assert_true(m != MAP_FAILED && dir >= 0);
	/* One of its own. */
	assert_int_equal(mprotect(m + 3 * page, page, PROT_NONE), 0);
	m[0] = m[page] = 1;
	assert_int_equal(maps_read(dir, false, &all), 0);
	counts_init(&counts);
	counts_open(&counts, dir);
	counts_until(&counts, clock_now_ns() + 10 * NS_PER_S, &all);
	assert_true(counts.counted_ns != 0);
	for (i = 0; i < all.n && all.vma[i].end != (uintptr_t)(m + 3 * page);
	    i++)
		;
	assert_true(i < all.n && all.vma[i].counted);
	assert_true(all.vma[i].resident_bytes >= 2 * page);
	counts_close(&counts);
	maps_free(&all);
	close(dir);
	munmap(m, 4 * page);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sorted),
		cmocka_unit_test(test_filtered),
		cmocka_unit_test(test_processes),
		cmocka_unit_test(test_sent),
		cmocka_unit_test(test_sent_processes),
		cmocka_unit_test(test_kept),
		cmocka_unit_test(test_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
