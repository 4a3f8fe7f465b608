#include "config.h"

#include "file_rig.h"

#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define WRITE_PAGES 64

struct file_rig file_rig = { .fd = -1 };

int
file_group_setup(void **state)
{
	const char *base = getenv("TMPDIR");

	(void)state;
	file_rig.page_bytes = sysconf(_SC_PAGESIZE);
	snprintf(file_rig.dir, sizeof file_rig.dir, "%s/pagetide-unit.XXXXXX",
	    base != NULL ? base : "/var/tmp");
	return mkdtemp(file_rig.dir) != NULL ? 0 : -1;
}

int
file_group_teardown(void **state)
{
	char path[PATH_MAX];
	struct dirent *e;
	DIR *d;

	(void)state;
	file_drop();
	d = opendir(file_rig.dir);
	while (d != NULL && (e = readdir(d)) != NULL) {
		snprintf(path, sizeof path, "%s/%s", file_rig.dir, e->d_name);
		if (e->d_name[0] != '.')
			unlink(path);
	}
	if (d != NULL)
		closedir(d);
	return rmdir(file_rig.dir);
}

void
file_need_storage(void)
{
	static const struct { uint32_t type; const char *name; } bad[] = {
		{ 0x01021994, "tmpfs" },
		{ 0x858458f6, "ramfs" },
		{ 0x794c7630, "overlayfs" },
	};
	struct statfs fs;
	size_t i;

	assert_int_equal(statfs(file_rig.dir, &fs), 0);
	for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		if ((uint32_t)fs.f_type != bad[i].type)
			continue;
		print_message("skipped: %s is on %s; set TMPDIR\n",
		    file_rig.dir, bad[i].name);
		skip();
	}
}

static void
open_new(void)
{
	file_drop();
	snprintf(file_rig.path, sizeof file_rig.path, "%s/file",
	    file_rig.dir);
	file_rig.fd = open(file_rig.path,
	    O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	assert_true(file_rig.fd >= 0);
}

void
file_make(uint64_t pages)
{
	static char buf[WRITE_PAGES * 65536];
	uint64_t page, n;

	file_need_storage();
	open_new();
	memset(buf, 'p', sizeof buf);
	for (page = 0; page < pages; page += n) {
		n = pages - page < WRITE_PAGES ? pages - page : WRITE_PAGES;
		assert_int_equal(write(file_rig.fd, buf,
		    n * file_rig.page_bytes), n * file_rig.page_bytes);
	}
	file_rig.pages = pages;
	file_rig.cached = calloc(pages, 1);
	assert_non_null(file_rig.cached);
	file_evict();
}

void
file_make_sparse(uint64_t bytes)
{
	file_need_storage();
	open_new();
	if (ftruncate(file_rig.fd, bytes) != 0) {
		print_message("skipped: no room for so sparse a file\n");
		skip();
	}
	file_rig.pages = bytes / file_rig.page_bytes;
}

void
file_drop(void)
{
	if (file_rig.fd < 0)
		return;
	close(file_rig.fd);
	unlink(file_rig.path);
	free(file_rig.cached);
	file_rig.fd = -1;
	file_rig.cached = NULL;
}

void
file_evict(void)
{
	struct timespec ms = { .tv_nsec = 1000000 };
	int i;

	for (i = 0; i < 2000; i++) {
		assert_int_equal(fsync(file_rig.fd), 0);
		posix_fadvise(file_rig.fd, 0, 0, POSIX_FADV_DONTNEED);
		if (file_look() == 0)
			return;
		nanosleep(&ms, NULL);
	}
	fail_msg("pages stay in the cache");
}

void
file_bring(uint64_t first, uint64_t n)
{
	uint64_t page;
	char c;

	posix_fadvise(file_rig.fd, 0, 0, POSIX_FADV_RANDOM);
	for (page = first; page < first + n; page++)
		assert_int_equal(pread(file_rig.fd, &c, 1,
		    page * file_rig.page_bytes), 1);
}

uint64_t
file_random(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

void
file_bring_random(unsigned percent, uint64_t seed)
{
	uint64_t page;

	for (page = 0; page < file_rig.pages; page++)
		if (file_random(&seed) % 100 < percent)
			file_bring(page, 1);
}

uint64_t
file_look(void)
{
	size_t len = file_rig.pages * file_rig.page_bytes;
	uint64_t i;
	void *map;

	map = mmap(NULL, len, PROT_NONE, MAP_SHARED, file_rig.fd, 0);
	assert_true(map != MAP_FAILED);
	assert_int_equal(mincore(map, len, file_rig.cached), 0);
	munmap(map, len);
	for (i = 0; i < file_rig.pages; i++)
		file_rig.cached[i] &= 1;
	return file_count(0, file_rig.pages);
}

uint64_t
file_count(uint64_t first, uint64_t n)
{
	uint64_t page, count = 0;

	for (page = first; page < first + n; page++)
		count += file_rig.cached[page];
	return count;
}
