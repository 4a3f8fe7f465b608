#include "config.h"

#include "mapping.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

void
mapping_init(struct mapping *m)
{
	m->addr = NULL;
	m->pages = 0;
	m->page_bytes = sysconf(_SC_PAGESIZE);
	m->fd = -1;
}

void
mapping_drop(struct mapping *m)
{
	if (m->addr != NULL)
		munmap((void *)m->addr, m->pages * m->page_bytes);
	if (m->fd >= 0)
		close(m->fd);
	m->addr = NULL;
	m->pages = 0;
	m->fd = -1;
}

/* A new struct file for the same inode; it may have lost its name. */
static int
reopen(int fd)
{
	char path[sizeof "/proc/self/fd/" + 3 * sizeof fd];

	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	return open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
}

int
mapping_make(struct mapping *m, int source, uint64_t pages)
{
	void *addr;
	int err;

	mapping_drop(m);
	if (pages > SIZE_MAX / m->page_bytes)
		return ENOMEM;
	m->fd = reopen(source);
	if (m->fd < 0)
		return errno;
	addr = mmap(NULL, pages * m->page_bytes, PROT_READ, MAP_SHARED,
	    m->fd, 0);
	if (addr == MAP_FAILED) {
		err = errno;
		mapping_drop(m);
		return err;
	}
	m->addr = addr;
	m->pages = pages;
	return 0;
}

bool
mapping_clamp(const struct mapping *m, uint64_t first_page, uint64_t *n_pages)
{
	if (first_page >= m->pages || *n_pages == 0)
		return false;
	if (*n_pages > m->pages - first_page)
		*n_pages = m->pages - first_page;
	return true;
}
