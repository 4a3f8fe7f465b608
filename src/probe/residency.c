#include "config.h"

#include "residency.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* No folio of the page cache is as long. */
#define FAR_BYTES	(UINT64_C(1) << 30)

/* 1: mincore says that the page is resident; 0: that it is not; -errno. */
static int
ask(void *page, uint32_t page_bytes)
{
	unsigned char vec = 1;

	return mincore(page, page_bytes, &vec) != 0 ? -errno : vec & 1;
}

/* The same for a page of the file, of which there may be none. */
static int
ask_at(int fd, uint64_t off, uint32_t page_bytes)
{
	void *page;
	int reply;

	if (off > INT64_MAX)
		return -EOVERFLOW;
	page = mmap(NULL, page_bytes, PROT_NONE, MAP_SHARED | MAP_NORESERVE,
	    fd, (off_t)off);
	if (page == MAP_FAILED)
		return -errno;
	reply = ask(page, page_bytes);
	munmap(page, page_bytes);
	return reply;
}

/*
 * Where a file ends that can't be longer there is no page past the end. Then
 * mincore tells the truth to who was allowed to open it with O_NOATIME, since
 * that has the same condition, and to who may write it.
 */
static int
ask_rights(int fd)
{
	char path[sizeof "/proc/self/fd/" + 3 * sizeof fd];

	if ((fcntl(fd, F_GETFL) & O_NOATIME) != 0)
		return 0;
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	return faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) != 0;
}

/*
 * The last folio of the file may reach past its end in truth. On hugetlbfs
 * mincore knows only what this mapping has touched.
 */
bool
residency_probe(int fd, long f_type, uint64_t end_bytes, uint32_t page_bytes,
    char *why, size_t size)
{
	int reply;

	why[0] = '\0';
	if ((uint32_t)f_type == HUGETLBFS_MAGIC)
		return false;
	reply = ask_at(fd, end_bytes, page_bytes);
	if (reply == 1)
		reply = ask_at(fd, end_bytes + FAR_BYTES, page_bytes);
	if (reply == -EOVERFLOW)
		reply = ask_rights(fd);
	if (reply < 0)
		snprintf(why, size, "residency is unknown: asking mincore "
		    "past the end of the file fails: %s", strerror(-reply));
	return reply == 0;
}
