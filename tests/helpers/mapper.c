/*
 * mapper FILE PAGES    maps memory of several kinds, of so many pages each,
 *                      and obeys lines on standard input until it ends:
 *
 * touch NAME FIRST N   reads these pages, in the function mapper_touches
 * write NAME FIRST N   writes to them
 * thread NAME FIRST N  writes to them in a thread of its own
 * random NAME FIRST N  hints MADV_RANDOM on them
 * drop NAME FIRST N    hints MADV_DONTNEED on them
 * unmap NAME FIRST N   unmaps them
 * guard NAME FIRST N   makes guard pages of them
 * mark NAME FIRST N    marks them with userfaultfd, write-protected
 * out NAME FIRST N     hints MADV_PAGEOUT on them
 * kinds NAME           prints a letter a page, by its own pagemap: "." none,
 *                      "f" of a file, "p" present and of none, "s" swapped,
 *                      "g" guard, "m" marked
 * bits NAME            prints a line of 0 and 1, one a page: has it a PTE
 * where NAME           prints its address
 * replace NAME         maps other memory that could be shared in its place, and
 *                      touches it
 * exec NAME            runs sleep in its place
 * churn NAME FIRST N   until the next line comes: drops and writes these pages
 * loop NAME FIRST N    until the next line comes: unmaps these pages, maps
 *                      other memory there, then the file again, touches half
 *
 * Each is answered by a line, "ok" where nothing else is said, or "no" and
 * why the kernel does not. NAME: shared, private (FILE), part (FILE from page
 * 16 on), anon, memfd, huge (anonymous, of huge pages where they fit: it begins
 * at one; nothing where not one fits). For the tests; shares no code with the
 * program they check.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef MADV_GUARD_INSTALL
#define MADV_GUARD_INSTALL 102
#endif
#ifndef UFFD_FEATURE_WP_UNPOPULATED
#define UFFD_FEATURE_WP_UNPOPULATED (1 << 13)
#endif
#define HUGE_BYTES ((size_t)2 << 20)

static struct mapping {
	const char *name;
	size_t	first;		/* page of the file */
	char	*addr;
} mappings[] = {
	{ .name = "shared" }, { .name = "private" }, { .name = "anon" },
	{ .name = "memfd" }, { .name = "part", .first = 16 },
	{ .name = "huge" },
};

static size_t page_bytes, n_pages;

static void
map(struct mapping *m, int prot, int flags, int fd)
{
	size_t bytes = (n_pages - m->first) * page_bytes;
	/* Nothing is next to it: what is, and looks the same, would be one
	 * mapping with it. */
	char *room = mmap(NULL, bytes + 2 * page_bytes, PROT_NONE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (room == MAP_FAILED)
		err(1, "mmap");
	m->addr = mmap(room + page_bytes, bytes, prot, flags | MAP_FIXED, fd,
	    (off_t)(m->first * page_bytes));
	if (m->addr == MAP_FAILED)
		err(1, "mmap %s", m->name);
	madvise(m->addr, bytes, MADV_NOHUGEPAGE);
}

/* Begins where a huge page may. */
static void
map_huge(struct mapping *m)
{
	size_t bytes = n_pages * page_bytes;
	char *room = bytes < HUGE_BYTES ? NULL : mmap(NULL, bytes +
	    2 * HUGE_BYTES, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS |
	    MAP_NORESERVE, -1, 0);

	if (room == NULL)
		return;
	if (room == MAP_FAILED)
		err(1, "mmap");
	m->addr = room + HUGE_BYTES - (uintptr_t)room % HUGE_BYTES;
	if (mmap(m->addr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE |
	    MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED)
		err(1, "mmap %s", m->name);
	madvise(m->addr, bytes, MADV_HUGEPAGE);
}

static void
map_all(const char *path)
{
	int file = open(path, O_RDONLY), memory = memfd_create("lab", 0);

	if (file < 0 || memory < 0 ||
	    ftruncate(memory, (off_t)(n_pages * page_bytes)) != 0)
		err(1, "%s", path);
	map(&mappings[0], PROT_READ, MAP_SHARED, file);
	map(&mappings[1], PROT_READ | PROT_WRITE, MAP_PRIVATE, file);
	map(&mappings[2], PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
	    -1);
	map(&mappings[3], PROT_READ | PROT_WRITE, MAP_SHARED, memory);
	map(&mappings[4], PROT_READ, MAP_SHARED, file);
	map_huge(&mappings[5]);
}

static struct mapping *
find(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof mappings / sizeof *mappings; i++)
		if (strcmp(mappings[i].name, name) == 0)
			return &mappings[i];
	errx(2, "no mapping %s", name);
}

static void
print_bits(const struct mapping *m)
{
	int fd = open("/proc/self/pagemap", O_RDONLY);
	uint64_t entry;
	size_t i;

	for (i = 0; i < n_pages - m->first; i++) {
		if (pread(fd, &entry, sizeof entry, (off_t)((uintptr_t)m->addr
		    / page_bytes + i) * (off_t)sizeof entry) != sizeof entry)
			err(1, "pagemap");
		putchar(entry >> 63 ? '1' : '0');
	}
	putchar('\n');
	close(fd);
}

/* Guard pages and marks have the bit of swap, too. */
static char
kind_of(uint64_t entry)
{
	if (entry >> 63 & 1)
		return entry >> 61 & 1 ? 'f' : 'p';
	if (entry >> 58 & 1)
		return 'g';
	if (entry >> 62 & 1)
		return entry >> 57 & 1 ? 'm' : 's';
	return '.';
}

static void
print_kinds(const struct mapping *m)
{
	int fd = open("/proc/self/pagemap", O_RDONLY);
	uint64_t entry;
	size_t i;

	for (i = 0; i < n_pages - m->first; i++) {
		if (pread(fd, &entry, sizeof entry, (off_t)((uintptr_t)m->addr
		    / page_bytes + i) * (off_t)sizeof entry) != sizeof entry)
			err(1, "pagemap");
		putchar(kind_of(entry));
	}
	putchar('\n');
	close(fd);
}

static int
mark(char *from, size_t bytes)
{
	struct uffdio_api api = { .api = UFFD_API,
		.features = UFFD_FEATURE_WP_UNPOPULATED };
	struct uffdio_register all = { .range = { (uintptr_t)from, bytes },
		.mode = UFFDIO_REGISTER_MODE_WP };
	struct uffdio_writeprotect wp = { .range = all.range,
		.mode = UFFDIO_WRITEPROTECT_MODE_WP };
	/* Open as long as the marks shall stay. */
	int fd = (int)syscall(SYS_userfaultfd, O_CLOEXEC);

	return fd < 0 || ioctl(fd, UFFDIO_API, &api) != 0 ||
	    ioctl(fd, UFFDIO_REGISTER, &all) != 0 ||
	    ioctl(fd, UFFDIO_WRITEPROTECT, &wp) != 0 ? -1 : 0;
}

/* Asks the kernel for something that it may not do. */
static void
ask(const char *verb, struct mapping *m, size_t first, size_t n)
{
	char *from = m->addr + first * page_bytes;
	int rc;

	if (first > n_pages - m->first || n > n_pages - m->first - first)
		errx(2, "%zu pages from %zu", n, first);
	if (*verb == 'm')
		rc = mark(from, n * page_bytes);
	else
		rc = madvise(from, n * page_bytes, *verb == 'g' ?
		    MADV_GUARD_INSTALL : MADV_PAGEOUT);
	if (rc == 0)
		puts("ok");
	else
		printf("no: %s\n", strerror(errno));
}

static void
loop(const struct mapping *m, const char *path, size_t first, size_t n)
{
	char *from = m->addr + first * page_bytes;
	struct pollfd in = { .fd = STDIN_FILENO, .events = POLLIN };
	int fd = open(path, O_RDONLY);
	size_t i;

	while (poll(&in, 1, 0) == 0) {
		munmap(from, n * page_bytes);
		if (mmap(from, n * page_bytes, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_POPULATE,
		    -1, 0) == MAP_FAILED || mmap(from, n * page_bytes,
		    PROT_READ, MAP_SHARED | MAP_FIXED, fd, (off_t)((m->first +
		    first) * page_bytes)) == MAP_FAILED)
			err(1, "mmap");
		for (i = 0; i < n / 2; i++)
			(void)*(volatile char *)(from + i * page_bytes);
	}
	close(fd);
	puts("ok");
}

/* Its name is what the code of these faults is called: never a part of another
 * function. */
void	mapper_touches(char *, size_t n, char verb);
__attribute__((noinline)) void
mapper_touches(char *from, size_t n, char verb)
{
	volatile char *p;
	size_t i;

	for (i = 0; i < n; i++) {
		p = from + i * page_bytes;
		if (verb == 't')
			(void)*p;
		else if (verb == 'w')
			*p = 1;
	}
}

static void
obey(const char *verb, struct mapping *m, size_t first, size_t n)
{
	char *from = m->addr + first * page_bytes;

	if (first > n_pages - m->first || n > n_pages - m->first - first)
		errx(2, "%zu pages from %zu", n, first);
	mapper_touches(from, n, *verb);
	if (*verb == 'r' && madvise(from, n * page_bytes, MADV_RANDOM) != 0)
		err(1, "madvise");
	if (*verb == 'd' && madvise(from, n * page_bytes, MADV_DONTNEED) != 0)
		err(1, "madvise");
	if (*verb == 'u' && munmap(from, n * page_bytes) != 0)
		err(1, "munmap");
	puts("ok");
}

static void
replace(const struct mapping *m)
{
	size_t bytes = (n_pages - m->first) * page_bytes;
	int fd = memfd_create("another", 0);

	if (ftruncate(fd, (off_t)bytes) != 0 || mmap(m->addr, bytes, PROT_READ,
	    MAP_SHARED | MAP_FIXED | MAP_POPULATE, fd, 0) == MAP_FAILED)
		err(1, "mmap");
	close(fd);
	puts("ok");
}

static void
churn(const struct mapping *m, size_t first, size_t n)
{
	char *from = m->addr + first * page_bytes;
	struct pollfd in = { .fd = STDIN_FILENO, .events = POLLIN };
	size_t i;

	while (poll(&in, 1, 0) == 0) {
		if (madvise(from, n * page_bytes, MADV_DONTNEED) != 0)
			err(1, "madvise");
		for (i = 0; i < n; i++)
			*(volatile char *)(from + i * page_bytes) = 1;
	}
	puts("ok");
}

struct job {
	struct mapping	*m;
	size_t		 first, n;
};

static void *
write_all(void *arg)
{
	const struct job *j = arg;
	size_t i;

	for (i = 0; i < j->n; i++)
		((volatile char *)j->m->addr)[(j->first + i) * page_bytes] = 1;
	return NULL;
}

static void
in_thread(struct mapping *m, size_t first, size_t n)
{
	struct job job = { m, first, n };
	pthread_t thread;

	if (first > n_pages - m->first || n > n_pages - m->first - first ||
	    pthread_create(&thread, NULL, write_all, &job) != 0)
		errx(2, "no thread for %zu pages from %zu", n, first);
	pthread_join(thread, NULL);
	puts("ok");
}

int
main(int argc, char **argv)
{
	char line[128], verb[16], name[16];
	size_t first = 0, n = 0;
	int got;

	if (argc != 3)
		errx(2, "usage: mapper FILE PAGES");
	page_bytes = (size_t)sysconf(_SC_PAGESIZE);
	n_pages = (size_t)atol(argv[2]);
	map_all(argv[1]);
	setvbuf(stdout, NULL, _IOLBF, 0);
	puts("ok");
	while (fgets(line, sizeof line, stdin) != NULL) {
		got = sscanf(line, "%15s %15s %zu %zu", verb, name, &first, &n);
		if (got == 2 && *verb == 'e') {
			puts("ok");
			execlp("sleep", "sleep", "60", (char *)NULL);
			err(1, "sleep");
		}
		if (got == 2 && *verb == 'b')
			print_bits(find(name));
		else if (got == 2 && *verb == 'k')
			print_kinds(find(name));
		else if (got == 2 && *verb == 'r')
			replace(find(name));
		else if (got == 2)
			printf("%lx\n", (unsigned long)find(name)->addr);
		else if (got == 4 && *verb == 'c')
			churn(find(name), first, n);
		else if (got == 4 && *verb == 'l')
			loop(find(name), argv[1], first, n);
		else if (got == 1 && *verb == 's')
			continue;
		else if (got == 4 && strcmp(verb, "thread") == 0)
			in_thread(find(name), first, n);
		else if (got == 4 && strchr("gmo", *verb) != NULL)
			ask(verb, find(name), first, n);
		else if (got == 4)
			obey(verb, find(name), first, n);
		else
			errx(2, "not understood: %s", line);
	}
	return 0;
}
