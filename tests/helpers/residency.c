/*
 * residency [-p] [-r FIRST N] FILE
 *
 * Prints how many pages of the file (or of N pages from page FIRST) are in
 * the page cache, or with -p one 0 or 1 a page. Kept apart from the program
 * it checks: no code is shared.
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
	fprintf(stderr, "usage: residency [-p] [-r FIRST N] FILE\n");
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

int
main(int argc, char **argv)
{
	uint64_t first = 0, n = UINT64_MAX, pages, i, total = 0;
	bool each = false;
	unsigned char *vec;

	for (argc--, argv++; argc > 1; argc--, argv++) {
		if (strcmp(*argv, "-p") == 0) {
			each = true;
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
	for (i = first; i < pages && i - first < n; i++) {
		total += vec[i] & 1;
		if (each)
			putchar('0' + (vec[i] & 1));
	}
	if (!each)
		printf("%llu", (unsigned long long)total);
	putchar('\n');
	free(vec);
	return fflush(stdout) == 0 ? 0 : 1;
}
