#include "config.h"

#include "pagetide/maps.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pagetide/advice.h"
#include "pagetide/xalloc.h"

/* Address spaces that an exec may put in place of each other while one is
 * read. */
#define TRIES 5
/* The C library would read a kilobyte at a time: each read takes the lock that
 * the target's mmap waits for, and finds its place anew. */
#define BUFFER_BYTES 65536

bool
maps_parse(const char *line, struct vma *v, const char **name)
{
	int n = 0;

	if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %4[-rwxsp] %" SCNx64
	    " %x:%x %" SCNu64 "%n", &v->start, &v->end, v->perms, &v->offset,
	    &v->dev_major, &v->dev_minor, &v->ino, &n) != 7 ||
	    strlen(v->perms) != 4 || v->end <= v->start)
		return false;
	*name = line + n + strspn(line + n, " ");
	return true;
}

void
maps_count(const char *line, struct vma *v)
{
	static const char flags[] = "VmFlags:";
	const struct { const char *key; uint64_t *bytes; } row[] = {
		{ "Rss:", &v->resident_bytes },
		{ "Pss:", &v->pss_bytes },
		{ "Swap:", &v->swap_bytes },
	};
	uint64_t kib;
	size_t i, len;
	char *end;

	/* The last line of each. */
	if (strncmp(line, flags, sizeof flags - 1) == 0) {
		v->vmflags = advice_vmflags_parse(line + sizeof flags - 1);
		v->counted = true;
	}
	for (i = 0; i < sizeof row / sizeof row[0]; i++) {
		len = strlen(row[i].key);
		if (strncmp(line, row[i].key, len) != 0)
			continue;
		kib = strtoull(line + len, &end, 10);
		if (end != line + len)
			*row[i].bytes = kib << 10;
	}
}

/* Is b the next piece of what a is of? */
static bool
goes_on(const struct vma *a, const struct vma *b)
{
	if (a->end != b->start || a->dev_major != b->dev_major ||
	    a->dev_minor != b->dev_minor || a->ino != b->ino ||
	    a->perms[3] != b->perms[3] || strcmp(a->name, b->name) != 0)
		return false;
	if (vma_is_anonymous(a))
		return strcmp(a->perms, b->perms) == 0;
	return b->offset - a->offset == b->start - a->start;
}

struct mapping_pieces
maps_mapping(const struct vmas *all, size_t first)
{
	struct mapping_pieces m = { &all->vma[first], 1 };

	while (first + m.n < all->n &&
	    goes_on(&m.piece[m.n - 1], &m.piece[m.n]))
		m.n++;
	return m;
}

void
maps_free(struct vmas *all)
{
	size_t i;

	for (i = 0; i < all->n; i++)
		free(all->vma[i].name);
	free(all->vma);
	*all = (struct vmas){ 0 };
}

void
maps_add(struct vmas *all, const struct vma *v, const char *name)
{
	if ((all->n & (all->n + 1)) == 0)
		all->vma = xreallocarray(all->vma, 2 * (all->n + 1),
		    sizeof *all->vma);
	all->vma[all->n] = *v;
	all->vma[all->n++].name = xasprintf("%.*s", (int)strcspn(name, "\n"),
	    name);
}

static void
read_lines(FILE *fp, struct vmas *all)
{
	struct vma v = { 0 };
	const char *name;
	char *line = NULL;
	size_t size = 0;

	while (getline(&line, &size, fp) > 0) {
		if (maps_parse(line, &v, &name))
			maps_add(all, &v, name);
		else if (all->n > 0)
			maps_count(line, &all->vma[all->n - 1]);
	}
	free(line);
}

/* Is the address space still that of the file? Of one that is gone nothing
 * is read any more. */
static bool
is_alive(int fd)
{
	char byte;

	return pread(fd, &byte, 1, 0) == 1;
}

/* 0, -errno, or -EAGAIN: it was gone before the end. */
static int
read_once(int dir, bool counts, struct vmas *all)
{
	int fd = openat(dir, counts ? "smaps" : "maps", O_RDONLY | O_CLOEXEC);
	char *buffer;
	int rc = 0;
	FILE *fp;

	if (fd < 0)
		return -errno;
	fp = fdopen(fd, "r");
	if (fp == NULL) {
		rc = -errno;
		close(fd);
		return rc;
	}
	buffer = xmalloc(BUFFER_BYTES);
	setvbuf(fp, buffer, _IOFBF, BUFFER_BYTES);
	read_lines(fp, all);
	if (ferror(fp))
		rc = -EIO;
	else if (!is_alive(fd))
		rc = -EAGAIN;
	fclose(fp);
	free(buffer);
	return rc;
}

int
maps_read(int dir, bool counts, struct vmas *all)
{
	int rc = -EAGAIN, i;

	*all = (struct vmas){ 0 };
	for (i = 0; i < TRIES && rc == -EAGAIN; i++) {
		maps_free(all);
		rc = read_once(dir, counts, all);
	}
	if (rc != 0)
		maps_free(all);
	return rc == -EAGAIN ? -ESRCH : rc;
}
