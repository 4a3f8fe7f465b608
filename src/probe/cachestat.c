#include "config.h"

#include "cachestat.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "pagetide/layer.h"
#include "pagetide/linuxver.h"
#include "pagetide/target.h"

/* Newer than the headers of most systems; the same number everywhere. */
#ifdef NO_NEW_SYSCALLS
#define CACHESTAT_NR -1		/* no call: ENOSYS, as on an old kernel */
#define BUILT_WITHOUT 1
#else
#define CACHESTAT_NR 451
#define BUILT_WITHOUT 0
#endif
#define SINCE LINUXVER(6, 5)

#define OVERLAYFS_MAGIC 0x794c7630

/* As the kernel has them; no header of the C library does. */
struct cachestat_range {
	uint64_t	off, len;	/* bytes; len 0: to the end */
};
struct cachestat {
	uint64_t	nr_cache, nr_dirty, nr_writeback, nr_evicted,
			nr_recently_evicted;
};

/* 0 or -errno. */
static int
ask(int fd, uint64_t off_bytes, uint64_t len_bytes, struct cachestat *out)
{
	struct cachestat_range range = { off_bytes, len_bytes };

	return syscall(CACHESTAT_NR, fd, &range, out, 0) == 0 ? 0 : -errno;
}

int
cachestat_count(int fd, uint32_t page_bytes, uint64_t page, uint64_t n_pages,
    uint64_t pages[LAYER_COUNT])
{
	struct cachestat cs;
	int err;

	err = ask(fd, page * page_bytes, n_pages * page_bytes, &cs);
	if (err != 0)
		return err;
	pages[LAYER_CACHED] = cs.nr_cache;
	pages[LAYER_DIRTY] = cs.nr_dirty;
	pages[LAYER_WRITEBACK] = cs.nr_writeback;
	pages[LAYER_EVICTED] = cs.nr_evicted;
	pages[LAYER_RECENT] = cs.nr_recently_evicted;
	return 0;
}

const char *
cachestat_refusal(int err, unsigned version, char buf[CACHESTAT_WHY_MAX])
{
	bool old = version != 0 && version < SINCE;
	unsigned major = LINUXVER_MAJOR(version);
	unsigned minor = LINUXVER_MINOR(version);

	if (BUILT_WITHOUT)
		return "this build is without cachestat";
	if (err == EPERM && !old)
		return "a seccomp filter forbids cachestat";
	if (err == ENOSYS && (old || version == 0))
		return "this kernel has no cachestat (Linux 6.5 has)";
	if (err == EPERM)
		snprintf(buf, CACHESTAT_WHY_MAX, "Linux %u.%u has no cachestat "
		    "(6.5 has), and a seccomp filter forbids it", major,
		    minor);
	else if (err == ENOSYS)
		snprintf(buf, CACHESTAT_WHY_MAX, "no cachestat, though Linux "
		    "%u.%u has it: hidden by a seccomp filter, or not built "
		    "in", major, minor);
	else
		snprintf(buf, CACHESTAT_WHY_MAX, "cachestat fails on a page "
		    "of our own: %s", strerror(err));
	return buf;
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
	err = ask(fd, 0, 1, &cs);
	close(fd);
	if (err == 0)
		return cs.nr_cache == 1 ? NULL :
		    "cachestat does not count a page of our own";
	return cachestat_refusal(-err, linuxver(), buf);
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
	err = ask(fd, 0, 1, &cs);
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
	int err;

	err = cachestat_count(c->target->fd, c->target->facts.page_bytes,
	    page, n_pages, pages);
	if (err != 0)
		c->err = err;
	return err;
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
