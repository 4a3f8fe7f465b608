#include "config.h"

#include "pagetide/mapperpss.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Bytes of one read: the kernel has the lock for some three VMAs then. */
#define PIECE 4096

void
mapperpss_init(struct mapperpss *p)
{
	*p = (struct mapperpss){ .fd = -1 };
	strbuf_init(&p->line);
}

void
mapperpss_done(struct mapperpss *p)
{
	if (p->fd >= 0)
		close(p->fd);
	strbuf_done(&p->line);
	mapperpss_init(p);
}

int
mapperpss_open(struct mapperpss *p, pid_t pid, const struct mapfile *file)
{
	char path[64];

	mapperpss_done(p);
	p->file = *file;
	snprintf(path, sizeof path, "/proc/%d/smaps", (int)pid);
	p->fd = open(path, O_RDONLY | O_CLOEXEC);
	return p->fd >= 0 ? 0 : -errno;
}

static void
take_line(struct mapperpss *p, const char *line)
{
	struct vma v = { 0 };
	uint64_t kib;

	if (mapfile_parse(line, &v))
		p->ours = mapfile_is(&p->file, &v) && !mapfile_is_out_of_reach(&v);
	else if (p->ours && sscanf(line, "Pss: %" SCNu64 " kB", &kib) == 1)
		p->bytes += kib << 10;
}

static void
take_lines(struct mapperpss *p)
{
	char *line = p->line.s, *end;
	size_t left;

	while ((end = strchr(line, '\n')) != NULL) {
		*end = '\0';
		take_line(p, line);
		line = end + 1;
	}
	left = strlen(line);
	memmove(p->line.s, line, left + 1);
	p->line.len = left;
}

/* Of an address space that is gone nothing is read: what was read before is not
 * all then. */
static bool
is_there(const struct mapperpss *p)
{
	char c;

	return pread(p->fd, &c, 1, 0) == 1;
}

int
mapperpss_step(struct mapperpss *p)
{
	char piece[PIECE];
	ssize_t n = read(p->fd, piece, sizeof piece);

	if (n < 0 && errno == EINTR)
		return 1;
	if (n < 0)
		return -errno;
	if (n == 0)
		return is_there(p) ? 0 : -ESRCH;
	strbuf_add(&p->line, piece, (size_t)n);
	take_lines(p);
	return 1;
}
