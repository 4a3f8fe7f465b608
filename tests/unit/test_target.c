#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "pagetide/devahead.h"
#include "pagetide/source.h"
#include "pagetide/strbuf.h"
#include "pagetide/target.h"

#include "file_rig.h"

#define NOBODY 65534

/* Opening fails with this errno and one line that ends like that. */
static void
assert_refused(const char *path, int err, const char *text)
{
	struct strbuf why = STRBUF_INIT;
	struct target *t;
	size_t len = strlen(text);

	errno = 0;
	alarm(10);
	t = target_open(path, &why);
	alarm(0);
	assert_null(t);
	assert_int_equal(errno, err);
	assert_null(strchr(why.s, '\n'));
	assert_true(why.len >= len);
	assert_string_equal(why.s + why.len - len, text);
	strbuf_done(&why);
}

static char *
in_dir(const char *name)
{
	static char path[PATH_MAX];

	snprintf(path, sizeof path, "%s/%s", file_rig.dir, name);
	return path;
}

static struct target *
open_ok(const char *path)
{
	struct strbuf why = STRBUF_INIT;
	struct target *t = target_open(path, &why);

	assert_string_equal(why.s, "");
	assert_non_null(t);
	return t;
}

static void
test_refused_by_type(void **state)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int sock;

	(void)state;
	assert_refused(in_dir("nothing"), ENOENT,
	    ": No such file or directory");
	assert_refused(file_rig.dir, EISDIR, ": is a directory");
	assert_int_equal(mkfifo(in_dir("fifo"), 0600), 0);
	assert_refused(in_dir("fifo"), ESPIPE,
	    ": is a FIFO: it has no pages");
	assert_refused("/dev/null", ENODEV,
	    ": is a character device: it has no pages");
	assert_refused("/dev/zero", ENODEV,
	    ": is a character device: it has no pages");
	assert_refused("", ENOENT, ": No such file or directory");
	if (strlen(in_dir("socket")) >= sizeof addr.sun_path)
		return;
	strcpy(addr.sun_path, in_dir("socket"));
	sock = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_int_equal(bind(sock, (void *)&addr, sizeof addr), 0);
	assert_refused(in_dir("socket"), ENXIO,
	    ": is a socket: it has no pages");
	close(sock);
}

static void
test_refused_by_content(void **state)
{
	int fd;

	(void)state;
	fd = open(in_dir("empty"), O_CREAT | O_WRONLY, 0600);
	close(fd);
	assert_refused(in_dir("empty"), ENODATA,
	    ": is empty: it has no pages");
	assert_refused("/proc/self/stat", ENODEV, ": can't be mapped: a file "
	    "of /proc, /sys or the like has no pages");
	if (access("/sys/kernel/mm/transparent_hugepage/enabled", R_OK) == 0)
		assert_refused("/sys/kernel/mm/transparent_hugepage/enabled",
		    ENODEV, ": can't be mapped: a file of /proc, /sys or the "
		    "like has no pages");
}

/* A name can't reach the terminal with control characters in it. */
static void
test_names_are_made_safe(void **state)
{
	struct strbuf why = STRBUF_INIT;

	(void)state;
	assert_null(target_open("/no\033[31m\nsuch", &why));
	assert_string_equal(why.s,
	    "/no?[31m?such: No such file or directory");
	strbuf_done(&why);
}

static void
test_facts(void **state)
{
	struct target *t;
	struct stat st;

	(void)state;
	file_make(10);
	assert_int_equal(ftruncate(file_rig.fd, 9 * file_rig.page_bytes + 1),
	    0);
	assert_int_equal(fstat(file_rig.fd, &st), 0);
	t = open_ok(file_rig.path);
	assert_string_equal(t->facts.path, file_rig.path);
	assert_int_equal(t->facts.size_bytes, 9 * file_rig.page_bytes + 1);
	assert_int_equal(t->facts.pages, 10);
	assert_int_equal(t->facts.page_bytes, file_rig.page_bytes);
	assert_int_equal(t->facts.ino, st.st_ino);
	assert_int_equal(t->facts.dev, st.st_dev);
	assert_true(t->residency_known);
	assert_true(t->facts.atime_known);
	assert_true(t->facts.atime_kept);
	assert_int_equal(fcntl(t->fd, F_GETFL) & O_ACCMODE, O_RDONLY);
	assert_int_equal(fcntl(t->fd, F_GETFD), FD_CLOEXEC);
	target_close(t);
	file_drop();
}

static void
test_exactly_whole_pages(void **state)
{
	struct target *t;

	(void)state;
	file_make(8);
	t = open_ok(file_rig.path);
	assert_int_equal(t->facts.pages, 8);
	/* Opening and probing brought nothing in. */
	assert_int_equal(file_look(), 0);
	target_close(t);
	file_drop();
}


/* hugetlbfs: mincore knows only what the mapping touched. */
static void
test_hugetlb_is_unknown(void **state)
{
	struct target *t;
	char path[64];
	int fd;

	(void)state;
	fd = memfd_create("huge", MFD_CLOEXEC | MFD_HUGETLB);
	if (fd < 0 || ftruncate(fd, 64 << 20) != 0) {
		print_message("skipped: no hugetlbfs\n");
		skip();
	}
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	t = open_ok(path);
	assert_string_equal(t->facts.filesystem, "hugetlbfs");
	assert_false(t->residency_known);
	assert_int_equal(strncmp(target_remark(t), "hugetlbfs: ", 11), 0);
	target_close(t);
	close(fd);
}

/* What there is to know besides the numbers. */
static void
test_remark(void **state)
{
	struct rlimit all, none;
	struct target *t;
	unsigned notices;
	char path[64];
	int fd;

	(void)state;
	file_make(1);
	t = open_ok(file_rig.path);
	assert_null(target_remark(t));
	assert_string_equal(t->probe_failed, "");
	t->residency_known = false;
	assert_ptr_equal(target_remark(t), target_unknown_help);
	/* Not put on permission where the kernel gave another answer. */
	assert_int_equal(getrlimit(RLIMIT_AS, &all), 0);
	none = (struct rlimit){ 0, all.rlim_max };
	assert_int_equal(setrlimit(RLIMIT_AS, &none), 0);
	assert_int_equal(target_refresh(t, &notices), 0);
	assert_int_equal(setrlimit(RLIMIT_AS, &all), 0);
	assert_false(t->residency_known);
	assert_string_equal(target_remark(t), "residency is unknown: asking "
	    "mincore past the end of the file fails: Cannot allocate memory");
	target_close(t);
	file_drop();
	fd = memfd_create("tmpfs", MFD_CLOEXEC);
	assert_int_equal(ftruncate(fd, 1), 0);
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	t = open_ok(path);
	assert_string_equal(target_remark(t), "tmpfs: pages are always in "
	    "memory until swapped out; no hint drops them");
	t->residency_known = false;
	assert_ptr_equal(target_remark(t), target_unknown_help);
	target_close(t);
	close(fd);
}

static void
test_fsname(void **state)
{
	(void)state;
	assert_string_equal(target_fsname(0xef53), "ext4");
	assert_string_equal(target_fsname(0x794c7630), "overlayfs");
	assert_string_equal(target_fsname(0x01021994), "tmpfs");
	assert_string_equal(target_fsname(0x9123683e), "btrfs");
	/* Where f_type is a signed 32-bit number. */
	assert_string_equal(target_fsname((int32_t)0x9123683e), "btrfs");
	assert_null(target_fsname(0x12345));
	assert_null(target_fsname(0));
}

static void
test_readahead(void **state)
{
	uint64_t bytes = 77;

	(void)state;
	assert_false(devahead_bytes(makedev(4095, 77777), &bytes));
	assert_int_equal(bytes, 77);
}

/* What the block device says is what sysfs says. */
static void
test_readahead_of_the_file(void **state)
{
	unsigned long long kib;
	struct target *t;
	struct stat st;
	char path[128];
	FILE *f;

	(void)state;
	file_make(1);
	assert_int_equal(stat(file_rig.path, &st), 0);
	snprintf(path, sizeof path, "/sys/class/bdi/%u:%u/read_ahead_kb",
	    major(st.st_dev), minor(st.st_dev));
	f = fopen(path, "r");
	if (f == NULL || fscanf(f, "%llu", &kib) != 1) {
		print_message("skipped: no %s\n", path);
		skip();
	}
	fclose(f);
	t = open_ok(file_rig.path);
	assert_true(t->facts.readahead_known);
	assert_int_equal(t->facts.readahead_bytes, kib * 1024);
	target_close(t);
	file_drop();
}

static unsigned
refresh(struct target *t)
{
	unsigned notices = ~0u;

	assert_int_equal(target_refresh(t, &notices), 0);
	return notices;
}

static void
test_size_changes(void **state)
{
	size_t page = file_rig.page_bytes;
	struct target *t;

	(void)state;
	file_make(10);
	t = open_ok(file_rig.path);
	assert_int_equal(refresh(t), 0);
	assert_int_equal(ftruncate(file_rig.fd, 10 * page - 5), 0);
	assert_int_equal(refresh(t), SOURCE_SHRANK);
	assert_int_equal(t->facts.pages, 10);
	assert_int_equal(t->facts.size_bytes, 10 * page - 5);
	assert_int_equal(ftruncate(file_rig.fd, 1000 * page), 0);
	assert_int_equal(refresh(t), SOURCE_GREW);
	assert_int_equal(t->facts.pages, 1000);
	assert_true(t->residency_known);
	assert_int_equal(refresh(t), 0);
	assert_int_equal(ftruncate(file_rig.fd, 0), 0);
	assert_int_equal(refresh(t), SOURCE_SHRANK);
	assert_int_equal(t->facts.pages, 0);
	assert_int_equal(ftruncate(file_rig.fd, 1), 0);
	assert_int_equal(refresh(t), SOURCE_GREW);
	assert_int_equal(t->facts.pages, 1);
	target_close(t);
	file_drop();
}

/* Each change of the name is reported once. */
static void
test_name_changes(void **state)
{
	char other[PATH_MAX];
	struct target *t;
	int fd;

	(void)state;
	file_make(2);
	snprintf(other, sizeof other, "%s/other", file_rig.dir);
	t = open_ok(file_rig.path);
	assert_int_equal(rename(file_rig.path, other), 0);
	assert_int_equal(refresh(t), SOURCE_DELETED);
	assert_int_equal(refresh(t), 0);
	fd = open(file_rig.path, O_CREAT | O_WRONLY, 0600);
	close(fd);
	assert_int_equal(refresh(t), SOURCE_REPLACED);
	assert_int_equal(refresh(t), 0);
	assert_int_equal(rename(other, file_rig.path), 0);
	assert_int_equal(refresh(t), SOURCE_BACK);
	assert_int_equal(refresh(t), 0);
	assert_int_equal(unlink(file_rig.path), 0);
	assert_int_equal(ftruncate(file_rig.fd, 5), 0);
	assert_int_equal(refresh(t), SOURCE_DELETED | SOURCE_SHRANK);
	target_close(t);
	file_drop();
}

/* In a process of another user: 0 if residency is as expected. */
static int
see_as_nobody(const char *path, bool expected)
{
	struct strbuf why = STRBUF_INIT;
	struct target *t;

	if (setresgid(NOBODY, NOBODY, NOBODY) != 0 ||
	    setresuid(NOBODY, NOBODY, NOBODY) != 0)
		return 2;
	t = target_open(path, &why);
	if (t == NULL)
		return 3;
	return t->residency_known == expected ? 0 : 1;
}

static void
assert_as_nobody(mode_t mode, uid_t owner, bool expected)
{
	int status;
	pid_t pid;

	assert_int_equal(fchmod(file_rig.fd, mode), 0);
	assert_int_equal(fchown(file_rig.fd, owner, owner), 0);
	pid = fork();
	if (pid == 0)
		_exit(see_as_nobody(file_rig.path, expected));
	waitpid(pid, &status, 0);
	assert_int_equal(status, 0);
}

/* mincore lies to strangers: to be seen at the page past the end. */
static void
test_lie(void **state)
{
	(void)state;
	if (geteuid() != 0) {
		print_message("skipped: needs root to be somebody else\n");
		skip();
	}
	file_make(100);
	assert_int_equal(chmod(file_rig.dir, 0755), 0);
	assert_as_nobody(0644, 0, false);
	assert_as_nobody(0666, 0, true);
	assert_as_nobody(0600, NOBODY, true);
	assert_as_nobody(0444, NOBODY, true);
	file_drop();
}

static void
test_no_permission(void **state)
{
	int status;
	pid_t pid;

	(void)state;
	if (geteuid() != 0) {
		print_message("skipped: needs root to be somebody else\n");
		skip();
	}
	file_make(1);
	assert_int_equal(chmod(file_rig.dir, 0755), 0);
	assert_int_equal(fchmod(file_rig.fd, 0600), 0);
	pid = fork();
	if (pid == 0) {
		struct strbuf why = STRBUF_INIT;

		if (setresuid(NOBODY, NOBODY, NOBODY) != 0)
			_exit(2);
		if (target_open(file_rig.path, &why) != NULL)
			_exit(3);
		_exit(errno == EACCES && strstr(why.s, ": Permission denied")
		    ? 0 : 1);
	}
	waitpid(pid, &status, 0);
	assert_int_equal(status, 0);
	file_drop();
}

/* Is the page past the end in the page cache in truth? */
static bool
folio_past_the_end(uint64_t pages)
{
	size_t page = file_rig.page_bytes;
	unsigned char vec = 0;
	char *map;

	map = mmap(NULL, (pages + 1) * page, PROT_NONE, MAP_SHARED,
	    file_rig.fd, 0);
	assert_true(map != MAP_FAILED);
	assert_int_equal(mincore(map + pages * page, page, &vec), 0);
	munmap(map, (pages + 1) * page);
	return vec & 1;
}

/* A folio that reaches past the end is no lie. */
static void
test_large_folio_past_the_end(void **state)
{
	size_t page = file_rig.page_bytes;
	struct target *t;
	char *buf;

	(void)state;
	file_make(1);
	buf = calloc(1024, page);
	assert_int_equal(pwrite(file_rig.fd, buf, 1024 * page, 0),
	    1024 * page);
	free(buf);
	assert_int_equal(ftruncate(file_rig.fd, 700 * page + 1), 0);
	if (!folio_past_the_end(701)) {
		print_message("skipped: this kernel splits such folios\n");
		skip();
	}
	t = open_ok(file_rig.path);
	assert_true(t->residency_known);
	target_close(t);
	file_drop();
}

static void
test_close_nothing(void **state)
{
	(void)state;
	target_close(NULL);
}

static void
test_anonymous(void **state)
{
	struct strbuf why = STRBUF_INIT;
	unsigned notices = 77;
	struct target *t;

	(void)state;
	t = target_anon(10 * sysconf(_SC_PAGESIZE) + 1, &why);
	assert_non_null(t);
	assert_true(t->facts.anon);
	assert_int_equal(t->facts.pages, 11);
	assert_int_equal(t->facts.size_bytes, 11 * sysconf(_SC_PAGESIZE));
	assert_false(t->residency_known);
	assert_non_null(strstr(target_remark(t), "no page cache"));
	assert_int_equal(target_refresh(t, &notices), 0);
	assert_int_equal(notices, 0);
	assert_int_equal(t->facts.pages, 11);
	target_close(t);
	strbuf_done(&why);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_anonymous),
		cmocka_unit_test(test_refused_by_type),
		cmocka_unit_test(test_refused_by_content),
		cmocka_unit_test(test_names_are_made_safe),
		cmocka_unit_test(test_facts),
		cmocka_unit_test(test_exactly_whole_pages),
		cmocka_unit_test(test_hugetlb_is_unknown),
		cmocka_unit_test(test_remark),
		cmocka_unit_test(test_fsname),
		cmocka_unit_test(test_readahead),
		cmocka_unit_test(test_readahead_of_the_file),
		cmocka_unit_test(test_size_changes),
		cmocka_unit_test(test_name_changes),
		cmocka_unit_test(test_lie),
		cmocka_unit_test(test_no_permission),
		cmocka_unit_test(test_large_folio_past_the_end),
		cmocka_unit_test(test_close_nothing),
	};

	return cmocka_run_group_tests(tests, file_group_setup,
	    file_group_teardown);
}
