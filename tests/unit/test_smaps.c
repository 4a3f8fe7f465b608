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
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "pagetide/advice.h"

#include "../../src/probe/smaps.h"

#define PAGE	UINT64_C(0x1000)
#define ADDR	UINT64_C(0x7f0c12000000)

/* Lines of smaps, one after the other, as text. */
static void
feed(struct smaps *s, const char *text)
{
	char line[300];
	size_t n;

	while (*text != '\0') {
		n = strcspn(text, "\n");
		assert_true(n + 1 < sizeof line);
		memcpy(line, text, n);
		line[n] = '\0';
		smaps_line(s, line);
		text += n + (text[n] == '\n');
	}
}

static void
feed_vma(struct smaps *s, uint64_t first, uint64_t n, const char *flags)
{
	char text[400];

	snprintf(text, sizeof text,
	    "%lx-%lx r--s 00000000 fe:00 123 /tmp/f\n"
	    "Size:  %lu kB\nRss:  0 kB\nAnonHugePages:  0 kB\n"
	    "FilePmdMapped:  0 kB\nTHPeligible:  0\nVmFlags: %s\n",
	    (unsigned long)(ADDR + first * PAGE),
	    (unsigned long)(ADDR + (first + n) * PAGE),
	    (unsigned long)(n * 4), flags);
	feed(s, text);
}

static void
assert_vma(const struct smaps *s, unsigned i, uint64_t first, uint64_t n,
    unsigned vmflags)
{
	assert_true(i < s->n);
	assert_int_equal(s->vma[i].first_page, first);
	assert_int_equal(s->vma[i].n_pages, n);
	assert_int_equal(s->vma[i].vmflags, vmflags);
}

static void
test_split_mapping(void **state)
{
	struct smaps s;

	(void)state;
	smaps_start(&s, ADDR, 0, 100, PAGE);
	feed(&s, "00400000-00401000 r-xp 00000000 fe:00 1 /bin/x\n"
	    "VmFlags: rd ex mr mw me lo\n");
	feed_vma(&s, 0, 40, "rd mr me ms");
	feed_vma(&s, 40, 20, "rd mr me ms rr");
	assert_false(smaps_complete(&s));
	feed_vma(&s, 60, 40, "rd mr me ms sr lo ");
	assert_false(s.past);
	feed(&s, "7f0d00000000-7f0d00001000 rw-p 00000000 00:00 0\n"
	    "VmFlags: rd wr lo\n");
	assert_true(s.past);
	assert_true(smaps_complete(&s));
	assert_int_equal(s.n, 3);
	assert_vma(&s, 0, 0, 40, 0);
	assert_vma(&s, 1, 40, 20, VMF_RAND);
	assert_vma(&s, 2, 60, 40, VMF_SEQ | VMF_LOCKED);
}

/* A mapping that merged with its neighbours, and one that merged in itself. */
static void
test_cut_and_merged(void **state)
{
	struct smaps s;

	(void)state;
	smaps_start(&s, ADDR + 10 * PAGE, 0, 20, PAGE);
	feed_vma(&s, 5, 10, "rd rr");
	feed_vma(&s, 15, 5, "rd rr");
	feed_vma(&s, 20, 50, "rd");
	assert_true(smaps_complete(&s));
	assert_int_equal(s.n, 2);
	assert_vma(&s, 0, 0, 10, VMF_RAND);
	assert_vma(&s, 1, 10, 10, 0);
}

/* Stretches are given in pages of the target, wherever the mapping begins. */
static void
test_mapping_of_a_part(void **state)
{
	uint64_t bytes = 7;
	struct smaps s;

	(void)state;
	smaps_start(&s, ADDR, 5000, 20, PAGE);
	feed_vma(&s, 0, 15, "rd rr");
	assert_false(smaps_complete(&s));
	assert_false(smaps_private_dirty(&s, &bytes));
	feed_vma(&s, 15, 5, "rd");
	assert_true(smaps_complete(&s));
	assert_int_equal(s.n, 2);
	assert_vma(&s, 0, 5000, 15, VMF_RAND);
	assert_vma(&s, 1, 5015, 5, 0);
}

static void
test_private_dirty_adds_up(void **state)
{
	static const char text[] =
	    "7f0c12000000-7f0c12004000 rw-p 00000000 fe:00 1 /f\n"
	    "Private_Clean:         4 kB\nPrivate_Dirty:         8 kB\n"
	    "VmFlags: rd wr\n"
	    "7f0c12004000-7f0c1200a000 rw-p 00000000 fe:00 1 /f\n"
	    "Private_Dirty:        16 kB\nVmFlags: rd wr rr\n"
	    "7f0c1200a000-7f0c1200b000 rw-p 00000000 00:00 0\n"
	    "Private_Dirty:         4 kB\nVmFlags: rd wr\n";
	uint64_t bytes = 0;
	struct smaps s;

	(void)state;
	smaps_start(&s, ADDR, 0, 10, PAGE);
	feed(&s, text);
	assert_true(smaps_private_dirty(&s, &bytes));
	assert_int_equal(bytes, 24 << 10);
	/* What lies outside is counted with it: then nothing can be said. */
	smaps_start(&s, ADDR, 0, 9, PAGE);
	feed(&s, text);
	assert_true(smaps_complete(&s));
	assert_false(smaps_private_dirty(&s, &bytes));
	smaps_start(&s, ADDR + PAGE, 0, 9, PAGE);
	feed(&s, text);
	assert_true(smaps_complete(&s));
	assert_false(smaps_private_dirty(&s, &bytes));
}

static void
test_hole_is_incomplete(void **state)
{
	struct smaps s;

	(void)state;
	smaps_start(&s, ADDR, 0, 100, PAGE);
	feed_vma(&s, 0, 40, "rd");
	feed_vma(&s, 50, 50, "rd");
	assert_int_equal(s.n, 2);
	assert_false(smaps_complete(&s));
	smaps_start(&s, ADDR, 0, 100, PAGE);
	assert_false(smaps_complete(&s));
}

/* A VMA without VmFlags (old kernels) lends its place to no other. */
static void
test_flags_belong_to_their_vma(void **state)
{
	struct smaps s;

	(void)state;
	smaps_start(&s, ADDR, 0, 10, PAGE);
	feed(&s, "7f0c12000000-7f0c12005000 r--s 00000000 fe:00 1 /f\n"
	    "Size: 20 kB\n");
	feed(&s, "7f0c12005000-7f0c1200a000 r--s 00005000 fe:00 1 /f\n"
	    "VmFlags: rd sr\nVmFlags: rd rr\n");
	assert_int_equal(s.n, 1);
	assert_vma(&s, 0, 5, 5, VMF_SEQ);
	assert_false(smaps_complete(&s));
}

static void
test_names_are_no_lines(void **state)
{
	struct smaps s;

	(void)state;
	smaps_start(&s, ADDR, 0, 1, PAGE);
	feed(&s, "7f0c12000000-7f0c12001000 r--s 00000000 fe:00 1 "
	    "/tmp/VmFlags: lo 7f0c12000000-7f0c12001000 r--s\n"
	    "deadbeef-nonsense\nA-B\nVmFlags: rd mr\n");
	assert_int_equal(s.n, 1);
	assert_vma(&s, 0, 0, 1, 0);
}

static void
test_more_than_fit(void **state)
{
	struct smaps s;
	unsigned i;

	(void)state;
	smaps_start(&s, ADDR, 0, 2 * SAMPLE_VMAS_MAX, PAGE);
	for (i = 0; i < 2 * SAMPLE_VMAS_MAX; i++)
		feed_vma(&s, i, 1, i & 1 ? "rd rr" : "rd");
	assert_int_equal(s.n, SAMPLE_VMAS_MAX);
	assert_true(s.full);
	assert_false(smaps_complete(&s));
	assert_vma(&s, SAMPLE_VMAS_MAX - 1, SAMPLE_VMAS_MAX - 1, 1, VMF_RAND);
}

static void
test_locked_cells(void **state)
{
	static const struct vma_range vma[] = {
		{ 0, 10, VMF_LOCKED }, { 10, 10, VMF_RAND },
		{ 20, 3, VMF_LOCKED | VMF_ONFAULT },
	};
	static const uint32_t expected[] = { 8, 2, 3, 0, 0 };
	struct cells c;
	size_t i;

	(void)state;
	cells_init(&c);
	cells_reshape(&c, 0, 35, 3);
	cells_set(&c, 1, LAYER_CACHED, 5, 1000);
	smaps_locked(vma, 3, &c, 2000);
	for (i = 0; i < c.n; i++) {
		assert_true(cells_known(&c, i, LAYER_LOCKED));
		assert_int_equal(c.count[LAYER_LOCKED][i], expected[i]);
		/* An older measurement keeps its age. */
		assert_int_equal(c.stamp_ns[i], i == 1 ? 1000 : 2000);
	}
	cells_done(&c);
}

static void
test_own_mapping(void **state)
{
	uint32_t page = sysconf(_SC_PAGESIZE);
	struct smaps s;
	char *map;
	int fd, i;

	(void)state;
	map = mmap(NULL, 100 * page, PROT_READ, MAP_SHARED | MAP_ANONYMOUS,
	    -1, 0);
	assert_true(map != MAP_FAILED);
	assert_int_equal(madvise(map + 30 * page, 20 * page, MADV_RANDOM), 0);
	fd = open("/proc/self/smaps", O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	for (i = 0; i < 2; i++) {
		smaps_start(&s, (uintptr_t)map, 0, 100, page);
		assert_int_equal(smaps_read(fd, &s), 0);
		assert_true(smaps_complete(&s));
		assert_int_equal(s.n, 3);
		assert_vma(&s, 0, 0, 30, 0);
		assert_vma(&s, 1, 30, 20, VMF_RAND);
		assert_vma(&s, 2, 50, 50, 0);
	}
	assert_int_equal(madvise(map + 30 * page, 20 * page,
	    MADV_SEQUENTIAL), 0);
	smaps_start(&s, (uintptr_t)map, 0, 100, page);
	assert_int_equal(smaps_read(fd, &s), 0);
	assert_vma(&s, 1, 30, 20, VMF_SEQ);
	close(fd);
	munmap(map, 100 * page);
}

static void
test_process_gone(void **state)
{
	char path[64];
	struct smaps s;
	pid_t pid;
	int fd;

	(void)state;
	pid = fork();
	if (pid == 0) {
		pause();
		_exit(0);
	}
	snprintf(path, sizeof path, "/proc/%d/smaps", (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	smaps_start(&s, ADDR, 0, 1, PAGE);
	assert_int_equal(smaps_read(fd, &s), -ESRCH);
	assert_int_equal(s.n, 0);
	close(fd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_split_mapping),
		cmocka_unit_test(test_cut_and_merged),
		cmocka_unit_test(test_mapping_of_a_part),
		cmocka_unit_test(test_private_dirty_adds_up),
		cmocka_unit_test(test_hole_is_incomplete),
		cmocka_unit_test(test_flags_belong_to_their_vma),
		cmocka_unit_test(test_names_are_no_lines),
		cmocka_unit_test(test_more_than_fit),
		cmocka_unit_test(test_locked_cells),
		cmocka_unit_test(test_own_mapping),
		cmocka_unit_test(test_process_gone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
