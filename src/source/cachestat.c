#include "config.h"

#include "cachestat.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "pagetide/layer.h"
#include "pagetide/target.h"

/* Newer than the headers of most systems; the same number everywhere. */
#ifdef NO_NEW_SYSCALLS
#define CACHESTAT_NR -1		/* no call: ENOSYS, as on an old kernel */
#define CACHESTAT_MISSING "this build is without cachestat"
#else
#define CACHESTAT_NR 451
#define CACHESTAT_MISSING "this kernel has no cachestat (Linux 6.5 has)"
#endif

#define OVERLAYFS_MAGIC 0x794c7630

int
cachestat_read(int fd, uint64_t off_bytes, uint64_t len_bytes,
    struct cachestat *out)
{
	struct cachestat_range range = { off_bytes, len_bytes };

	return syscall(CACHESTAT_NR, fd, &range, out, 0) == 0 ? 0 : -errno;
}

/*
 * Does the call work on a page of our own? NULL, or why not; in buf, or
 * static.
 */
static const char *
try_own_page(char buf[CACHESTAT_WHY_MAX])
{
	struct cachestat cs = { 0 };
	int fd, err;

	fd = memfd_create("pagetide-probe", MFD_CLOEXEC);
	if (fd < 0 || pwrite(fd, "", 1, 0) != 1) {
		snprintf(buf, CACHESTAT_WHY_MAX, "no page of our own to try "
		    "cachestat on: %s", strerror(errno));
		if (fd >= 0)
			close(fd);
		return buf;
	}
	err = cachestat_read(fd, 0, 1, &cs);
	close(fd);
	if (err == 0)
		return cs.nr_cache == 1 ? NULL :
		    "cachestat does not count a page of our own";
	if (err == -ENOSYS)
		return CACHESTAT_MISSING;
	if (err == -EPERM)
		return "a seccomp filter forbids cachestat";
	snprintf(buf, CACHESTAT_WHY_MAX, "cachestat fails on a page of our "
	    "own: %s", strerror(-err));
	return buf;
}

const char *
cachestat_probe(int fd, long f_type, char buf[CACHESTAT_WHY_MAX])
{
	struct cachestat cs;
	const char *why;
	int err;

	if (f_type == OVERLAYFS_MAGIC)
		return "cachestat counts nothing on overlayfs";
	why = try_own_page(buf);
	if (why != NULL)
		return why;
	err = cachestat_read(fd, 0, 1, &cs);
	if (err == 0)
		return NULL;
	if (err == -EPERM)
		return "cachestat needs write permission or ownership";
	if (err == -EOPNOTSUPP)
		return "this filesystem has no cachestat";
	snprintf(buf, CACHESTAT_WHY_MAX, "cachestat fails on this file: %s",
	    strerror(-err));
	return buf;
}

static int
count(void *self, uint64_t page, uint64_t n_pages, uint64_t pages[LAYER_COUNT])
{
	struct cachestat_source *c = self;
	uint64_t page_bytes = c->target->facts.page_bytes;
	struct cachestat cs;
	int err;

	err = cachestat_read(c->target->fd, page * page_bytes,
	    n_pages * page_bytes, &cs);
	if (err != 0) {
		c->err = err;
		return err;
	}
	pages[LAYER_CACHED] = cs.nr_cache;
	pages[LAYER_DIRTY] = cs.nr_dirty;
	pages[LAYER_WRITEBACK] = cs.nr_writeback;
	pages[LAYER_EVICTED] = cs.nr_evicted;
	pages[LAYER_RECENT] = cs.nr_recently_evicted;
	return 0;
}

const struct scan_reader cachestat_reader = {
	.name = "cachestat",
	.layers = LAYER_BIT(LAYER_CACHED) | LAYER_BIT(LAYER_DIRTY) |
	    LAYER_BIT(LAYER_WRITEBACK) | LAYER_BIT(LAYER_EVICTED) |
	    LAYER_BIT(LAYER_RECENT),
	.count = count,
	/* Folios of one page cost some 36 ns each: 1.2 ms at worst. */
	.count_max = UINT64_C(1) << 15,
};
