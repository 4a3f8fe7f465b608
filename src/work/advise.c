#include "config.h"

#include "advise.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "mapping.h"

#include "pagetide/advice.h"
#include "pagetide/clock.h"
#include "pagetide/order.h"

/* One hint, ready to be given. */
struct hint {
	void		*addr;
	size_t		 len_bytes;
	off_t		 offset_bytes;
	size_t		 chunk_bytes;
	int		 fd;
	int		 value;
	uint64_t	 calls;		/* made by call_chunks() */
};

static int
call_madvise(struct hint *h)
{
	return madvise(h->addr, h->len_bytes, h->value) == 0 ? 0 : errno;
}

/* The system call itself: sanitizers make mlock() succeed and do nothing. */
static int
call_mlock(struct hint *h)
{
	return syscall(SYS_mlock, h->addr, h->len_bytes) == 0 ? 0 : errno;
}

/* As call_mlock(). */
static int
call_munlock(struct hint *h)
{
	return syscall(SYS_munlock, h->addr, h->len_bytes) == 0 ? 0 : errno;
}

static int
call_unmap_pages(struct hint *h)
{
	return madvise(h->addr, h->len_bytes, MADV_DONTNEED) == 0 ? 0 : errno;
}

static int
call_drop_cache(struct hint *h)
{
	return posix_fadvise(h->fd, h->offset_bytes, h->len_bytes,
	    POSIX_FADV_DONTNEED);
}

/* Ends with the first chunk that is refused. */
static int
call_chunks(struct hint *h)
{
	size_t at, len;

	if (h->chunk_bytes == 0)
		return EINVAL;
	for (at = 0; at < h->len_bytes; at += len) {
		len = h->len_bytes - at;
		if (len > h->chunk_bytes)
			len = h->chunk_bytes;
		h->calls++;
		if (madvise((char *)h->addr + at, len, h->value) != 0)
			return errno;
	}
	return 0;
}

/* As call_mlock(). */
static int
call_mlock2(struct hint *h)
{
	return syscall(SYS_mlock2, h->addr, h->len_bytes, h->value) == 0 ?
	    0 : errno;
}

/* As call_mlock(). */
static int
call_munlockall(struct hint *h)
{
	(void)h;
	return syscall(SYS_munlockall) == 0 ? 0 : errno;
}

static int
call_fadvise(struct hint *h)
{
	return posix_fadvise(h->fd, h->offset_bytes, h->len_bytes, h->value);
}

static int
call_readahead(struct hint *h)
{
	return readahead(h->fd, h->offset_bytes, h->len_bytes) == 0 ?
	    0 : errno;
}

static int
call_sync_range(struct hint *h)
{
	return sync_file_range(h->fd, h->offset_bytes, h->len_bytes,
	    h->value) == 0 ? 0 : errno;
}

static int
call_fsync(struct hint *h)
{
	return fsync(h->fd) == 0 ? 0 : errno;
}

typedef int hint_call(struct hint *);

/* The calls of each kind, made in this order, whatever the first returns. */
static hint_call *const calls[ADVICE_CALL_COUNT][2] = {
	[ADVICE_MADVISE] = { call_madvise, NULL },
	[ADVICE_MLOCK] = { call_mlock, NULL },
	[ADVICE_MUNLOCK] = { call_munlock, NULL },
	[ADVICE_EVICT] = { call_unmap_pages, call_drop_cache },
	[ADVICE_CHUNKS] = { call_chunks, NULL },
	[ADVICE_MLOCK2] = { call_mlock2, NULL },
	[ADVICE_MUNLOCKALL] = { call_munlockall, NULL },
	[ADVICE_FADVISE] = { call_fadvise, NULL },
	[ADVICE_READAHEAD] = { call_readahead, NULL },
	[ADVICE_SYNC_RANGE] = { call_sync_range, NULL },
	[ADVICE_FSYNC] = { call_fsync, NULL },
};

/* Makes the calls, each of them timed. */
static void
make_calls(struct hint *h, hint_call *const call[2], struct report *r)
{
	uint64_t begin_ns;

	r->begin_ns = clock_now_ns();
	for (int i = 0; i < 2 && call[i] != NULL; i++) {
		begin_ns = clock_now_ns();
		r->err[i] = call[i](h);
		r->call_ns[i] = clock_now_ns() - begin_ns;
	}
	r->end_ns = clock_now_ns();
	r->calls = h->calls;
}

void
advise(const struct mapping *m, const struct order *o, struct report *r)
{
	const struct advice *a;
	struct hint h = { .fd = m->fd };
	uint64_t n_pages = o->n_pages;

	r->err[0] = EINVAL;
	if (o->advice >= advice_count ||
	    !mapping_clamp(m, o->first_page, &n_pages))
		return;
	a = &advice_table[o->advice];
	h.offset_bytes = o->first_page * m->page_bytes;
	h.addr = (char *)m->addr + h.offset_bytes;
	h.len_bytes = n_pages * m->page_bytes;
	h.value = a->value;
	/* More than the range is as good as the range. */
	h.chunk_bytes = o->chunk_pages < n_pages ?
	    o->chunk_pages * m->page_bytes : h.len_bytes;
	make_calls(&h, calls[a->call], r);
}
