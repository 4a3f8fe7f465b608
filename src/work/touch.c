#include "config.h"

#include "touch.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "mapping.h"

#include "pagetide/clock.h"
#include "pagetide/order.h"

/* One WILLNEED brings no more than the device's readahead or its largest
 * request; the usual least of them, so that a whole window comes. */
#define AHEAD_BYTES	(UINT64_C(128) << 10)

typedef int touch_way(struct toucher *, const struct mapping *, uint64_t page);

/*
 * Reads one byte of the page. Not instrumented: the shadow memory of a
 * sanitizer has page faults of its own, and they would be counted.
 */
__attribute__((no_sanitize_address)) static int
touch_load(struct toucher *t, const struct mapping *m, uint64_t page)
{
	t->byte = m->addr[page * m->page_bytes];
	return 0;
}

/*
 * Stores without a load before it, which would be a fault of its own. As
 * touch_load(). Never a zero: of a page of zeros in a huge page that it
 * splits the kernel (6.12 and newer) keeps the page of zeros alone.
 */
__attribute__((no_sanitize_address)) static int
touch_store(struct toucher *t, const struct mapping *m, uint64_t page)
{
	t->byte = ((unsigned char)page ^ t->salt) | 1;
	m->addr[page * m->page_bytes] = t->byte;
	return 0;
}

static size_t
call_bytes(const struct mapping *m)
{
	return m->page_bytes < TOUCH_BYTES_MAX ? m->page_bytes
	    : TOUCH_BYTES_MAX;
}

/* What a read returned, as an errno. */
static int
read_err(ssize_t n)
{
	if (n > 0)
		return 0;
	return n == 0 ? ENODATA : errno;
}

static int
touch_pread(struct toucher *t, const struct mapping *m, uint64_t page)
{
	return read_err(pread(m->fd, t->buf, call_bytes(m),
	    (off_t)(page * m->page_bytes)));
}

static int
touch_read(struct toucher *t, const struct mapping *m, uint64_t page)
{
	int err;

	if ((page != t->file_page || call_bytes(m) < m->page_bytes) &&
	    lseek(m->fd, (off_t)(page * m->page_bytes), SEEK_SET) < 0)
		return errno;
	err = read_err(read(m->fd, t->buf, call_bytes(m)));
	t->file_page = err == 0 ? page + 1 : UINT64_MAX;
	return err;
}

static touch_way *const ways[TOUCH_COUNT] = {
	[TOUCH_READ] = touch_load,
	[TOUCH_WRITE] = touch_store,
	[TOUCH_PREAD] = touch_pread,
	[TOUCH_READ_CALL] = touch_read,
};

int
touch_init(struct toucher *t, uint32_t op, const struct mapping *m)
{
	bool by_file = op == TOUCH_PREAD || op == TOUCH_READ_CALL;

	if (op >= TOUCH_COUNT || (by_file && m->fd < 0))
		return EINVAL;
	if (op == TOUCH_WRITE && !(m->flags & MAP_SPEC_WRITE))
		return EACCES;
	t->op = op;
	t->file_page = UINT64_MAX;
	t->salt = (unsigned char)(clock_now_ns() / 997);
	/* Its own memory in place: its faults are not the walk's. */
	memset(t->buf, 0, sizeof t->buf);
	return 0;
}

bool
touch_tells(const struct toucher *t, const struct mapping *m)
{
	bool own = (m->flags & MAP_SPEC_ANON) != 0 || (m->flags &
	    (MAP_SPEC_WRITE | MAP_SPEC_PRIVATE)) == MAP_SPEC_WRITE;

	return own && (t->op == TOUCH_READ || t->op == TOUCH_WRITE);
}

int
touch_page(struct toucher *t, const struct mapping *m, uint64_t page)
{
	return ways[t->op](t, m, page);
}

/* madvise(WILLNEED) from at to end of the mapping, slice by slice. */
static void
ask_for(unsigned char *at, unsigned char *end)
{
	size_t len;

	for (; at < end; at += len) {
		len = (size_t)(end - at) < AHEAD_BYTES ? (size_t)(end - at)
		    : AHEAD_BYTES;
		madvise(at, len, MADV_WILLNEED);
	}
}

void
touch_chunk(const struct mapping *m, const struct pattern_spec *spec,
    const struct chunk *c)
{
	unsigned char *base = (unsigned char *)m->addr;
	uint64_t len = c->behind_pages * m->page_bytes;

	ask_for(base + c->ahead_first * m->page_bytes,
	    base + (c->ahead_first + c->ahead_pages) * m->page_bytes);
	if (c->behind_pages == 0 || spec->behind == BEHIND_NONE)
		return;
	madvise(base + c->behind_first * m->page_bytes, len, MADV_DONTNEED);
	if (spec->behind == BEHIND_EVICT && m->fd >= 0)
		posix_fadvise(m->fd, (off_t)(c->behind_first * m->page_bytes),
		    (off_t)len, POSIX_FADV_DONTNEED);
}
