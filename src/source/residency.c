#include "config.h"

#include "residency.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "pagetide/target.h"

/* No folio of the page cache is as long. */
#define FAR_BYTES	(UINT64_C(1) << 30)

/* 1: mincore says that the page is resident; 0: that it is not; -errno. */
static int
ask(void *page, uint32_t page_bytes)
{
	unsigned char vec = 1;

	return mincore(page, page_bytes, &vec) != 0 ? -errno : vec & 1;
}

/* The same for a page so far past the end that no large folio reaches it. */
static int
ask_far(const struct target *t)
{
	uint64_t off = t->map_pages * t->facts.page_bytes + FAR_BYTES;
	void *page;
	int told;

	page = mmap(NULL, t->facts.page_bytes, PROT_NONE,
	    MAP_SHARED | MAP_NORESERVE, t->fd, off);
	if (page == MAP_FAILED)
		return -errno;
	told = ask(page, t->facts.page_bytes);
	munmap(page, t->facts.page_bytes);
	return told;
}

/*
 * The last folio of the file may reach past its end in truth. On hugetlbfs
 * mincore knows only what this mapping has touched.
 */
bool
residency_probe(const struct target *t, char *why, size_t size)
{
	uint64_t past = (t->map_pages - 1) * t->facts.page_bytes;
	int told;

	why[0] = '\0';
	if ((uint32_t)t->fstype == HUGETLBFS_MAGIC)
		return false;
	told = ask((char *)t->map + past, t->facts.page_bytes);
	if (told == 1)
		told = ask_far(t);
	if (told < 0)
		snprintf(why, size, "residency is unknown: asking mincore "
		    "past the end of the file fails: %s", strerror(-told));
	return told == 0;
}
