/*
 * pages evict FILE              drops the file from the page cache; fails if
 *                               pages stay (mapped or locked by somebody)
 * pages read FILE FIRST[:N]...  brings in just these pages, one pread each
 * pages scatter FILE STEP N     the same for N pages, one every STEP
 * pages make FILE PAGES         writes a file of that many pages to storage
 * pages fs FILE                 prints the filesystem's name
 * pages hold FILE [FIRST:N [lock]]
 *                               maps and touches all of it, or these pages,
 *                               which it may lock, says "held" and does
 *                               nothing until standard input ends
 * pages pageout FILE [FIRST:N]  waits until these pages are cached, or all of
 *                               it, and has them reclaimed, which they are
 *                               once nobody else maps them
 * pages storm FILE PAGES        truncates, extends and writes it at random
 *                               until standard input ends, then makes it
 *                               that many pages of data
 * pages zeros /proc/self/statm  is what is read of new memory the page of zeros?
 *                               "yes", or "no": pages of its own
 *
 * For the tests; shares no code with the program they check.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

static const struct { long type; const char *name; } filesystems[] = {
	{ 0xef53, "ext4" },
	{ 0x58465342, "xfs" },
	{ 0x9123683e, "btrfs" },
	{ 0xf2f52010, "f2fs" },
	{ 0x01021994, "tmpfs" },
	{ 0x858458f6, "ramfs" },
	{ 0x794c7630, "overlayfs" },
	{ 0x6969, "nfs" },
	{ 0x01021997, "9p" },
	{ 0x65735546, "fuse" },
	{ 0x2fc12fc1, "zfs" },
};

static size_t page_bytes;

static uint64_t
number(const char *s, char **end)
{
	uint64_t n;

	errno = 0;
	n = strtoull(s, end, 10);
	if (errno != 0 || *end == s || *s == '-')
		errx(2, "not a number: %s", s);
	return n;
}

static int
open_file(const char *path, int flags)
{
	int fd;

	fd = open(path, flags | O_CLOEXEC, 0644);
	if (fd < 0)
		err(1, "%s", path);
	return fd;
}

static uint64_t
resident(int fd, const char *path)
{
	unsigned char *vec;
	uint64_t pages, i, n = 0;
	struct stat st;
	void *map;

	if (fstat(fd, &st) != 0)
		err(1, "%s", path);
	if (st.st_size == 0)
		return 0;
	pages = (st.st_size + page_bytes - 1) / page_bytes;
	vec = calloc(pages, 1);
	map = mmap(NULL, st.st_size, PROT_NONE, MAP_SHARED, fd, 0);
	if (vec == NULL || map == MAP_FAILED ||
	    mincore(map, st.st_size, vec) != 0)
		err(1, "%s", path);
	for (i = 0; i < pages; i++)
		n += vec[i] & 1;
	munmap(map, st.st_size);
	free(vec);
	return n;
}

/* Pages that stay. Dirty ones are written first. */
static uint64_t
drop(int fd, const char *path)
{
	int rc;

	if (fsync(fd) != 0)
		err(1, "%s", path);
	rc = posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
	if (rc != 0)
		errx(1, "%s: %s", path, strerror(rc));
	return resident(fd, path);
}

static void
evict(const char *path, int argc, char **argv)
{
	struct timespec pause = { .tv_nsec = 10000000 };
	uint64_t left;
	int fd, i;

	if (argc != 0)
		errx(2, "evict: too many arguments: %s", argv[0]);
	fd = open_file(path, O_RDONLY);
	/* What the kernel has in hand, or a process that ends, goes soon. */
	left = drop(fd, path);
	for (i = 0; left != 0 && i < 100; i++) {
		nanosleep(&pause, NULL);
		left = drop(fd, path);
	}
	if (left != 0)
		errx(1, "%s: %llu pages stay", path,
		    (unsigned long long)left);
	close(fd);
}

static void
read_range(int fd, const char *path, const char *range)
{
	uint64_t first, n = 1;
	char *end, *buf;

	first = number(range, &end);
	if (*end == ':')
		n = number(end + 1, &end);
	if (*end != '\0')
		errx(2, "not FIRST or FIRST:N: %s", range);
	buf = malloc(page_bytes);
	if (buf == NULL)
		err(1, NULL);
	for (; n > 0; n--, first++)
		if (pread(fd, buf, page_bytes, first * page_bytes) <= 0)
			errx(1, "%s: cannot read page %llu", path,
			    (unsigned long long)first);
	free(buf);
}

static void
read_pages(const char *path, int argc, char **argv)
{
	int fd, rc;

	fd = open_file(path, O_RDONLY);
	/* Or readahead brings in others. */
	rc = posix_fadvise(fd, 0, 0, POSIX_FADV_RANDOM);
	if (rc != 0)
		errx(1, "%s: %s", path, strerror(rc));
	for (; argc > 0; argc--, argv++)
		read_range(fd, path, *argv);
	close(fd);
}

static void
scatter(const char *path, int argc, char **argv)
{
	uint64_t step, n, i;
	char c, *end;
	int fd, rc;

	if (argc != 2)
		errx(2, "scatter: FILE STEP N");
	step = number(argv[0], &end);
	n = number(argv[1], &end);
	fd = open_file(path, O_RDONLY);
	rc = posix_fadvise(fd, 0, 0, POSIX_FADV_RANDOM);
	if (rc != 0)
		errx(1, "%s: %s", path, strerror(rc));
	for (i = 0; i < n; i++)
		if (pread(fd, &c, 1, i * step * page_bytes) != 1)
			errx(1, "%s: cannot read page %llu", path,
			    (unsigned long long)(i * step));
	close(fd);
}

static void
make(const char *path, int argc, char **argv)
{
	uint64_t n, page, *buf, x = 0x9e3779b97f4a7c15;
	size_t i;
	char *end;
	int fd;

	if (argc != 1)
		errx(2, "make: FILE PAGES");
	n = number(argv[0], &end);
	if (*end != '\0')
		errx(2, "not a number: %s", argv[0]);
	buf = malloc(page_bytes);
	if (buf == NULL)
		err(1, NULL);
	fd = open_file(path, O_WRONLY | O_CREAT | O_TRUNC);
	for (page = 0; page < n; page++) {
		for (i = 0; i < page_bytes / sizeof *buf; i++) {
			x ^= x << 13;
			x ^= x >> 7;
			x ^= x << 17;
			buf[i] = x;
		}
		if (write(fd, buf, page_bytes) != (ssize_t)page_bytes)
			err(1, "%s", path);
	}
	free(buf);
	if (fsync(fd) != 0 || close(fd) != 0)
		err(1, "%s", path);
}

/* Has standard input ended? Waits for it, for so long (-1: forever). */
static bool
input_ended(int wait_ms)
{
	struct pollfd p = { .fd = STDIN_FILENO, .events = POLLIN };
	char c;

	while (poll(&p, 1, wait_ms) > 0)
		if (read(STDIN_FILENO, &c, 1) <= 0)
			return true;
	return false;
}

/* FIRST:N of the file, or all of it; returns how many bytes that are. */
static size_t
map_range(const char *path, const char *range, volatile unsigned char **map)
{
	uint64_t first = 0, n = 0;
	struct stat st;
	size_t len;
	char *end;
	int fd;

	fd = open_file(path, O_RDONLY);
	if (fstat(fd, &st) != 0)
		err(1, "%s", path);
	if (range != NULL) {
		first = number(range, &end);
		n = *end == ':' ? number(end + 1, &end) : 1;
	}
	len = n > 0 ? n * page_bytes : (size_t)st.st_size;
	*map = mmap(NULL, len, PROT_READ, MAP_SHARED, fd,
	    (off_t)(first * page_bytes));
	if (*map == MAP_FAILED)
		err(1, "%s", path);
	return len;
}

static void
touch_all(volatile unsigned char *map, size_t len)
{
	for (size_t at = 0; at < len; at += page_bytes)
		(void)map[at];
}

static void
hold(const char *path, int argc, char **argv)
{
	volatile unsigned char *map;
	size_t len;

	if (argc > 2 || (argc == 2 && strcmp(argv[1], "lock") != 0))
		errx(2, "hold: FILE [FIRST:N [lock]]");
	len = map_range(path, argc > 0 ? argv[0] : NULL, &map);
	touch_all(map, len);
	/* Not mlock(), which is nothing under a sanitizer. */
	if (argc == 2 && syscall(SYS_mlock, map, len) != 0)
		err(1, "mlock");
	puts("held");
	fflush(stdout);
	input_ended(-1);
}

/* How many pages of it are in the page cache. */
static size_t
cached(volatile unsigned char *map, size_t len, unsigned char *vec)
{
	size_t n = 0;

	if (mincore((void *)map, len, vec) != 0)
		err(1, "mincore");
	for (size_t i = 0; i < len / page_bytes; i++)
		n += vec[i] & 1;
	return n;
}

/* A minute is long enough for whatever it waits for. */
static void
pageout(const char *path, int argc, char **argv)
{
	const struct timespec rest = { .tv_nsec = 10 * 1000 * 1000 };
	volatile unsigned char *map;
	unsigned char *vec;
	bool whole = false;
	size_t len, n;

	if (argc > 1)
		errx(2, "pageout: FILE [FIRST:N]");
	len = map_range(path, argc > 0 ? argv[0] : NULL, &map);
	vec = malloc(len / page_bytes + 1);
	if (vec == NULL)
		err(1, NULL);
	for (int i = 0; i < 6000; i++, nanosleep(&rest, NULL)) {
		n = cached(map, len, vec);
		if (n == len / page_bytes) {
			whole = true;
			touch_all(map, len);
		}
		if (whole && n <= len / page_bytes / 100) {
			free(vec);
			return;
		}
		if (whole && madvise((void *)map, len, MADV_PAGEOUT) != 0)
			err(1, "pageout");
	}
	errx(1, "%s: %zu pages stay cached", path, n);
}

/* Another size, and a page of data somewhere. */
static void
gust(int fd, uint64_t n, uint64_t x)
{
	static const char page[1 << 16];
	uint64_t pages = x % 4 == 0 ? 0 : x % (2 * n);

	if (ftruncate(fd, pages * page_bytes + x % 3) != 0 ||
	    (pages > 0 && pwrite(fd, page, sizeof page,
	    (x >> 20) % pages * page_bytes) < 0))
		err(1, "storm");
}

static void
storm(const char *path, int argc, char **argv)
{
	uint64_t x = 0x9e3779b97f4a7c15, n;
	char *end;
	int fd;

	if (argc != 1)
		errx(2, "storm: FILE PAGES");
	n = number(argv[0], &end);
	if (*end != '\0' || n == 0)
		errx(2, "not a number of pages: %s", argv[0]);
	fd = open_file(path, O_RDWR);
	while (!input_ended(2)) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		gust(fd, n, x);
	}
	close(fd);
	make(path, argc, argv);
}

static void
fs(const char *path, int argc, char **argv)
{
	struct statfs st;
	size_t i;

	if (argc != 0)
		errx(2, "fs: too many arguments: %s", argv[0]);
	if (statfs(path, &st) != 0)
		err(1, "%s", path);
	for (i = 0; i < sizeof filesystems / sizeof *filesystems; i++)
		if (filesystems[i].type == (long)st.f_type) {
			puts(filesystems[i].name);
			return;
		}
	printf("0x%lx\n", (unsigned long)st.f_type);
}

/* The second number of statm. */
static long
resident_pages(const char *path)
{
	FILE *f = fopen(path, "r");
	long n;

	if (f == NULL || fscanf(f, "%*d %ld", &n) != 1)
		err(1, "%s", path);
	fclose(f);
	return n;
}

/* The page of zeros is not counted. */
static void
zeros(const char *path, int argc, char **argv)
{
	enum { PAGES = 4096 };
	volatile char *map = mmap(NULL, PAGES * page_bytes, PROT_READ,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	long before = resident_pages(path), i;

	(void)argc, (void)argv;
	if (map == MAP_FAILED)
		err(1, "mmap");
	madvise((void *)map, PAGES * page_bytes, MADV_NOHUGEPAGE);
	for (i = 0; i < PAGES; i++)
		(void)map[i * page_bytes];
	puts(resident_pages(path) - before < PAGES / 2 ? "yes" : "no");
}

static const struct {
	const char *name;
	void (*run)(const char *path, int argc, char **argv);
} commands[] = {
	{ "evict", evict },
	{ "read", read_pages },
	{ "scatter", scatter },
	{ "make", make },
	{ "fs", fs },
	{ "hold", hold },
	{ "pageout", pageout },
	{ "storm", storm },
	{ "zeros", zeros },
};

int
main(int argc, char **argv)
{
	size_t i;

	page_bytes = sysconf(_SC_PAGESIZE);
	for (i = 0; argc >= 3 && i < sizeof commands / sizeof *commands; i++)
		if (strcmp(argv[1], commands[i].name) == 0) {
			commands[i].run(argv[2], argc - 3, argv + 3);
			return fflush(stdout) == 0 ? 0 : 1;
		}
	fprintf(stderr, "usage: pages evict FILE | read FILE FIRST[:N]... | "
	    "scatter FILE STEP N | make FILE PAGES | fs FILE\n");
	return 2;
}
