#include "config.h"

#include "pagetide/foreign.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "pagetide/maps.h"
#include "pagetide/processes.h"
#include "pagetide/strbuf.h"

/* PROCMAP_QUERY, Linux 6.11. Newer than the headers of many systems. */
#define QUERY_NEXT	0x10	/* the one at the address, or behind it */
#define QUERY_FILE	0x20	/* of a file, only */
struct query {
	uint64_t	size, query_flags, query_addr;
	uint64_t	vma_start, vma_end, vma_flags, vma_page_size;
	uint64_t	vma_offset, inode;
	uint32_t	dev_major, dev_minor;
	uint32_t	vma_name_size, build_id_size;
	uint64_t	vma_name_addr, build_id_addr;
};
#ifdef NO_NEW_SYSCALLS
#define QUERY_IOCTL 0		/* no request: an error, as on an old kernel */
#else
#define QUERY_IOCTL _IOWR('f', 17, struct query)
#endif

static int
query(int maps, uint64_t addr, uint64_t only, struct vma *v)
{
	struct query q = { .size = sizeof q, .query_flags = QUERY_NEXT | only,
		.query_addr = addr };

	if (ioctl(maps, QUERY_IOCTL, &q) != 0)
		return -errno;
	v->start = q.vma_start;
	v->end = q.vma_end;
	v->offset = q.vma_offset;
	v->ino = q.inode;
	v->dev_major = q.dev_major;
	v->dev_minor = q.dev_minor;
	for (int i = 0; i < 4; i++)
		v->perms[i] = (q.vma_flags & 1u << i) != 0 ? "rwxs"[i] :
		    "---p"[i];
	return 0;
}

int
foreign_next_file(int maps, uint64_t addr, struct vma *v)
{
	return query(maps, addr, QUERY_FILE, v);
}

/* The same by the text, for kernels without. */
static int
search(int maps, uint64_t addr, struct vma *v)
{
	int fd = dup(maps), rc = -ESRCH;
	FILE *fp = fd >= 0 ? fdopen(fd, "r") : NULL;
	const char *name;
	char *line = NULL;
	size_t size = 0;

	if (fp == NULL || fseek(fp, 0, SEEK_SET) != 0) {
		rc = -errno;
		if (fp == NULL && fd >= 0)
			close(fd);
	}
	while (fp != NULL && rc != 0 && getline(&line, &size, fp) > 0) {
		rc = -ENOENT;
		if (maps_parse(line, v, &name) && v->end > addr)
			rc = 0;
	}
	free(line);
	if (fp != NULL)
		fclose(fp);
	return rc;
}

/* The first VMA that ends behind addr. 0, -ENOENT: none, or -errno. */
static int
vma_at(const struct foreign *f, uint64_t addr, struct vma *v)
{
	return f->no_query ? search(f->maps, addr, v) :
	    query(f->maps, addr, 0, v);
}

/* Is it of what was found, and where it was? */
static bool
is_of(const struct foreign *f, const struct vma *v)
{
	const struct vma *first = &f->first;

	return v->dev_major == first->dev_major &&
	    v->dev_minor == first->dev_minor && v->ino == first->ino &&
	    v->perms[3] == first->perms[3] && (vma_is_anonymous(v) ||
	    v->offset - first->offset == v->start - first->start);
}

int
foreign_look(const struct foreign *f, uint64_t *addr, uint64_t *first_page,
    uint64_t *n_pages)
{
	uint64_t from = 0, to = f->first.start;
	struct vma v = { 0 };
	int rc = 0;

	while (to < f->end && (rc = vma_at(f, to, &v)) == 0) {
		if (from != 0 && (v.start != to || !is_of(f, &v)))
			break;
		if (from == 0 && is_of(f, &v) && v.start < f->end)
			from = v.start > f->first.start ? v.start :
			    f->first.start;
		to = v.end;
	}
	*n_pages = 0;
	if (rc != 0 && rc != -ENOENT)
		return rc;
	if (from == 0)
		return 0;
	*addr = from;
	*first_page = f->first_page +
	    (from - f->first.start) / f->page_bytes;
	*n_pages = ((to < f->end ? to : f->end) - from) / f->page_bytes;
	return 0;
}

bool
foreign_holds(const struct foreign *f, uint64_t addr, uint64_t end)
{
	struct vma v = { 0 };

	while (addr < end) {
		if (vma_at(f, addr, &v) != 0 || v.start > addr ||
		    !is_of(f, &v))
			return false;
		addr = v.end;
	}
	return true;
}

int
foreign_begin(struct foreign *f, pid_t pid)
{
	*f = (struct foreign){ .pid = pid, .smaps = -1, .maps = -1,
		.pagemap = -1, .dir = processes_open(pid) };
	if (f->dir < 0)
		return f->dir;
	/* After an exec in between it says nothing of what is found in maps:
	 * never of another program. */
	f->smaps = openat(f->dir, "smaps", O_RDONLY | O_CLOEXEC);
	f->maps = openat(f->dir, "maps", O_RDONLY | O_CLOEXEC);
	if (f->maps < 0)
		f->maps = -errno;
	return 0;
}

static int
open_pagemap(struct foreign *f)
{
	struct vma v;

	if (f->maps < 0)
		return f->maps;
	f->pagemap = openat(f->dir, "pagemap", O_RDONLY | O_CLOEXEC);
	if (f->pagemap < 0)
		return -errno;
	f->no_query = query(f->maps, 0, 0, &v) == -ENOTTY;
	/* No exec since maps was opened. */
	return vma_at(f, 0, &v);
}

static const char *
help_for(int err)
{
	return err == -EACCES || err == -EPERM ? "; its user may read it, "
	    "root, and who has CAP_DAC_READ_SEARCH with CAP_SYS_PTRACE, or "
	    "from Linux 6.18 on with CAP_PERFMON" : "";
}

int
foreign_open(struct foreign *f, const struct mapping_pieces *m, bool of_file,
    struct strbuf *why)
{
	uint64_t addr, first, n = 0;
	int rc;

	f->first = m->piece[0];
	f->end = m->piece[m->n - 1].end;
	f->page_bytes = (uint32_t)sysconf(_SC_PAGESIZE);
	f->first.name = NULL;
	if (of_file)
		f->first_page = m->piece->offset / f->page_bytes;
	rc = open_pagemap(f);
	if (rc == 0)
		rc = foreign_look(f, &addr, &first, &n);
	if (rc == 0 && n == 0)
		rc = -ENOENT;
	if (rc == 0)
		return 0;
	strbuf_addf(why, "the page tables of process %d can't be read: %s%s",
	    (int)f->pid, rc == -ENOENT ? "the mapping is gone" : strerror(-rc),
	    help_for(rc));
	foreign_close(f);
	return rc;
}

void
foreign_close(struct foreign *f)
{
	int fd[] = { f->dir, f->smaps, f->maps, f->pagemap };
	size_t i;

	for (i = 0; i < sizeof fd / sizeof fd[0]; i++)
		if (fd[i] >= 0)
			close(fd[i]);
	f->dir = f->smaps = f->maps = f->pagemap = -1;
}

int
foreign_own(uint64_t addr, struct vma *v)
{
	struct foreign f = { .maps = open("/proc/self/maps",
	    O_RDONLY | O_CLOEXEC) };
	int rc;

	if (f.maps < 0)
		return -errno;
	*v = (struct vma){ 0 };
	rc = query(f.maps, addr, 0, v);
	if (rc == -ENOTTY)
		rc = search(f.maps, addr, v);
	close(f.maps);
	return rc == 0 && v->start <= addr ? 0 : rc != 0 ? rc : -ENOENT;
}
