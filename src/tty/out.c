#include "config.h"

#include "out.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "pagetide/xalloc.h"

int
out_open(struct out *o, int fd)
{
	int copy, err;

	memset(o, 0, sizeof *o);
	o->fd = fd;
	o->memory = memfd_create("pagetide-screen", MFD_CLOEXEC);
	if (o->memory < 0)
		return -errno;
	copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	if (copy >= 0)
		o->curses = fdopen(copy, "w");
	if (o->curses != NULL)
		return 0;
	err = errno;
	if (copy >= 0)
		close(copy);
	out_close(o);
	return -err;
}

void
out_close(struct out *o)
{
	if (o->curses != NULL)
		fclose(o->curses);
	if (o->memory >= 0)
		close(o->memory);
	free(o->buf);
	memset(o, 0, sizeof *o);
	o->fd = o->memory = -1;
}

int
out_divert(struct out *o)
{
	return dup3(o->memory, fileno(o->curses), O_CLOEXEC) < 0 ? -errno : 0;
}

/* Makes room for n bytes behind those that wait. */
static void
make_room(struct out *o, size_t n)
{
	if (o->start > 0) {
		memmove(o->buf, o->buf + o->start, o->end - o->start);
		o->end -= o->start;
		o->start = 0;
	}
	if (o->cap - o->end >= n)
		return;
	o->cap = o->end + n;
	o->buf = xreallocarray(o->buf, o->cap, 1);
}

size_t
out_take(struct out *o)
{
	/* The descriptor that curses has shares its offset with ours. */
	off_t n = lseek(o->memory, 0, SEEK_CUR);
	ssize_t got;

	if (n <= 0)
		return 0;
	make_room(o, (size_t)n);
	got = pread(o->memory, o->buf + o->end, (size_t)n, 0);
	if (got != n)
		fatal("the screen's bytes cannot be read back");
	/* Kept, not truncated: the next frame needs the memory again. */
	lseek(o->memory, 0, SEEK_SET);
	if (o->err != 0)
		return 0;
	o->end += (size_t)n;
	return (size_t)n;
}

size_t
out_pending(const struct out *o)
{
	return o->end - o->start;
}

int
out_flush(struct out *o)
{
	while (o->err == 0 && o->start < o->end) {
		ssize_t n = write(o->fd, o->buf + o->start, o->end - o->start);

		if (n > 0)
			o->start += (size_t)n;
		else if (n == 0 || errno == EAGAIN)
			return 1;
		else if (errno != EINTR)
			o->err = errno;
	}
	out_drop(o);
	return -o->err;
}

void
out_drop(struct out *o)
{
	o->start = o->end = 0;
}
