#include "config.h"

#include "mapping.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "pagetide/clock.h"
#include "pagetide/order.h"

#define ALL_FLAGS (MAP_SPEC_PRIVATE | MAP_SPEC_WRITE | MAP_SPEC_POPULATE | \
    MAP_SPEC_LOCKED | MAP_SPEC_ANON)

void
mapping_init(struct mapping *m)
{
	*m = (struct mapping){ .page_bytes = sysconf(_SC_PAGESIZE), .fd = -1 };
}

volatile unsigned char *
mapping_start(const struct mapping *m)
{
	return m->pages > 0 ? m->addr + m->first_page * m->page_bytes : NULL;
}

void
mapping_drop(struct mapping *m)
{
	if (m->pages > 0)
		munmap((void *)mapping_start(m), m->pages * m->page_bytes);
	if (m->fd >= 0)
		close(m->fd);
	mapping_init(m);
}

/* A new struct file for the same inode, which may have lost its name. Mapping
 * it leaves the access time alone, if the system lets us. */
static int
reopen(int fd, int access)
{
	char path[sizeof "/proc/self/fd/" + 3 * sizeof fd];
	const int flags = access | O_CLOEXEC | O_NONBLOCK;
	int again;

	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	again = open(path, flags | O_NOATIME);
	return again < 0 && errno == EPERM ? open(path, flags) : again;
}

static int
mmap_flags(uint32_t flags)
{
	return (flags & MAP_SPEC_PRIVATE ? MAP_PRIVATE : MAP_SHARED) |
	    (flags & MAP_SPEC_ANON ? MAP_ANONYMOUS : 0) |
	    (flags & MAP_SPEC_POPULATE ? MAP_POPULATE : 0) |
	    (flags & MAP_SPEC_LOCKED ? MAP_LOCKED : 0);
}

/* The mmap itself, timed. 0 or errno. */
static int
map_pages(struct mapping *m, const struct order *o, struct report *r)
{
	uint64_t offset = o->first_page * m->page_bytes;
	int prot = PROT_READ | (o->map_flags & MAP_SPEC_WRITE ? PROT_WRITE
	    : 0);
	int flags = mmap_flags(o->map_flags), err = 0;
	void *start;

	r->begin_ns = clock_now_ns();
	start = mmap(NULL, o->n_pages * m->page_bytes, prot, flags, m->fd,
	    o->map_flags & MAP_SPEC_ANON ? 0 : offset);
	if (start == MAP_FAILED)
		err = errno;
	r->end_ns = clock_now_ns();
	r->call_ns[0] = r->end_ns - r->begin_ns;
	if (err != 0)
		return err;
	m->addr = (void *)((uintptr_t)start - offset);
	m->first_page = o->first_page;
	m->pages = o->n_pages;
	m->flags = o->map_flags;
	return 0;
}

/* Opens what is to be mapped. 0 or errno. */
static int
open_source(struct mapping *m, int source, uint32_t flags)
{
	bool writes = (flags & (MAP_SPEC_WRITE | MAP_SPEC_PRIVATE)) ==
	    MAP_SPEC_WRITE;

	if (flags & MAP_SPEC_ANON)
		return flags & MAP_SPEC_PRIVATE ? 0 : EINVAL;
	m->fd = reopen(source, writes ? O_RDWR : O_RDONLY);
	return m->fd < 0 ? errno : 0;
}

void
mapping_make(struct mapping *m, int source, const struct order *o,
    struct report *r)
{
	int err = 0;

	mapping_drop(m);
	if (o->map_flags & ~(uint32_t)ALL_FLAGS)
		err = EINVAL;
	else if (o->n_pages > SIZE_MAX / m->page_bytes ||
	    o->first_page > INT64_MAX / m->page_bytes)
		err = ENOMEM;
	if (err == 0)
		err = open_source(m, source, o->map_flags);
	if (err == 0)
		err = map_pages(m, o, r);
	if (err != 0)
		mapping_drop(m);
	r->err[0] = err;
}

bool
mapping_clamp(const struct mapping *m, uint64_t first_page, uint64_t *n_pages)
{
	uint64_t end = m->first_page + m->pages;

	if (first_page < m->first_page || first_page >= end || *n_pages == 0)
		return false;
	if (*n_pages > end - first_page)
		*n_pages = end - first_page;
	return true;
}
