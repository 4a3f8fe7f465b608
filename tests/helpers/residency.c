/*
 * residency [-p | -c PAGES] [-r FIRST N] FILE
 *
 * Prints how many pages of the file (or of N pages from page FIRST) are in
 * the page cache, or with -p one 0 or 1 a page, or with -c how many of each
 * run of PAGES are, as [1,2,3]. Kept apart from the program it checks: no
 * code is shared.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static void __attribute__((noreturn))
usage(void)
{
	fprintf(stderr, "usage: residency [-p | -c PAGES] [-r FIRST N] "
	    "FILE\n");
	exit(2);
}

static uint64_t
number(const char *s)
{
	char *end;
	uint64_t n;

	errno = 0;
	n = strtoull(s, &end, 10);
	if (errno != 0 || end == s || *end != '\0' || *s == '-')
		errx(2, "not a number: %s", s);
	return n;
}

/* One byte a page, bit 0: resident. */
static unsigned char *
ask(const char *path, uint64_t *pages)
{
	size_t page_bytes = sysconf(_SC_PAGESIZE);
	unsigned char *vec;
	struct stat st;
	void *map;
	int fd;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) != 0)
		err(1, "%s", path);
	*pages = (st.st_size + page_bytes - 1) / page_bytes;
	vec = calloc(*pages + 1, 1);
	if (vec == NULL)
		err(1, NULL);
	if (*pages == 0)
		return vec;
	map = mmap(NULL, st.st_size, PROT_NONE, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED || mincore(map, st.st_size, vec) != 0)
		err(1, "%s", path);
	return vec;
}

/* Each run's count of pages [first, end), the last one as long as it is. */
static void
print_runs(const unsigned char *vec, uint64_t first, uint64_t end,
    uint64_t run)
{
	const char *between = "";
	uint64_t i, total = 0;

	putchar('[');
	for (i = first; i < end; i++) {
		total += vec[i] & 1;
		if (i + 1 < end && (i + 1 - first) % run != 0)
			continue;
		printf("%s%llu", between, (unsigned long long)total);
		between = ",";
		total = 0;
	}
	printf("]\n");
}

static void
print_pages(const unsigned char *vec, uint64_t first, uint64_t end)
{
	for (; first < end; first++)
		putchar('0' + (vec[first] & 1));
	putchar('\n');
}

static void
print_total(const unsigned char *vec, uint64_t first, uint64_t end)
{
	unsigned long long total = 0;

	for (; first < end; first++)
		total += vec[first] & 1;
	printf("%llu\n", total);
}

int
main(int argc, char **argv)
{
	uint64_t first = 0, n = UINT64_MAX, run = 0, pages;
	bool each = false;
	unsigned char *vec;

	for (argc--, argv++; argc > 1; argc--, argv++) {
		if (strcmp(*argv, "-p") == 0) {
			each = true;
		} else if (strcmp(*argv, "-c") == 0 && argc > 2) {
			run = number(argv[1]);
			argc--;
			argv++;
		} else if (strcmp(*argv, "-r") == 0 && argc > 3) {
			first = number(argv[1]);
			n = number(argv[2]);
			argc -= 2;
			argv += 2;
		} else {
			usage();
		}
	}
	if (argc != 1)
		usage();
	vec = ask(*argv, &pages);
	if (first > pages)
		first = pages;
	if (n > pages - first)
		n = pages - first;
	if (run > 0)
		print_runs(vec, first, first + n, run);
	else if (each)
		print_pages(vec, first, first + n);
	else
		print_total(vec, first, first + n);
	free(vec);
	return fflush(stdout) == 0 ? 0 : 1;
}
