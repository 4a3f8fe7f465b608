/* Does this kernel map the page of zeros where new memory is read? Not all do:
 * then each page is one of the reader's own. */
#ifndef ZEROPAGE_H
#define ZEROPAGE_H

#include <stdbool.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

/* The second number of statm. */
static long
zeropage_resident(void)
{
	FILE *f = fopen("/proc/self/statm", "r");
	long n = -1;

	assert_non_null(f);
	assert_int_equal(fscanf(f, "%*d %ld", &n), 1);
	fclose(f);
	return n;
}

/* That page does not count as memory. */
static bool
zeropage_is_used(void)
{
	enum { MANY = 4096 };
	size_t page_bytes = (size_t)sysconf(_SC_PAGESIZE);
	volatile unsigned char *map = mmap(NULL, MANY * page_bytes, PROT_READ,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	long before = zeropage_resident(), more;

	assert_true(map != MAP_FAILED);
	madvise((void *)map, MANY * page_bytes, MADV_NOHUGEPAGE);
	for (size_t i = 0; i < MANY; i++)
		(void)map[i * page_bytes];
	more = zeropage_resident() - before;
	munmap((void *)map, MANY * page_bytes);
	return more < MANY / 2;
}

#endif
