#include "config.h"

#include "out.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "pagetide/xalloc.h"

#include "device.h"

int
out_open(struct out *o, const struct device *d)
{
	int copy, err;

	memset(o, 0, sizeof *o);
	o->device = d;
	o->memory = memfd_create("pagetide-screen", MFD_CLOEXEC);
	if (o->memory < 0)
		return -errno;
	copy = fcntl(d->out, F_DUPFD_CLOEXEC, 0);
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
	o->memory = -1;
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

/* Did curses run into the limit on file sizes? It says nothing then. */
static bool
is_cut(off_t bytes)
{
	struct rlimit r;

	return getrlimit(RLIMIT_FSIZE, &r) == 0 && (rlim_t)bytes >= r.rlim_cur;
}

size_t
out_take(struct out *o)
{
	/* The descriptor that curses has shares its offset with ours. */
	off_t n = lseek(o->memory, 0, SEEK_CUR);
	ssize_t got;

	if (o->err == 0 && is_cut(n))
		o->err = EFBIG;
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

void
out_add(struct out *o, const char *bytes, size_t n)
{
	make_room(o, n);
	memcpy(o->buf + o->end, bytes, n);
	o->end += n;
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
		ssize_t n = device_write(o->device, o->buf + o->start,
		    o->end - o->start);

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
