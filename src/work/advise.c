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
#include "pagetide/order.h"

/* One hint, ready to be given. */
struct hint {
	void		*addr;
	size_t		 len_bytes;
	off_t		 offset_bytes;
	int		 fd;
	int		 value;
};

static int
call_madvise(const struct hint *h)
{
	return madvise(h->addr, h->len_bytes, h->value) == 0 ? 0 : errno;
}

/* The system call itself: sanitizers make mlock() succeed and do nothing. */
static int
call_mlock(const struct hint *h)
{
	return syscall(SYS_mlock, h->addr, h->len_bytes) == 0 ? 0 : errno;
}

/* As call_mlock(). */
static int
call_munlock(const struct hint *h)
{
	return syscall(SYS_munlock, h->addr, h->len_bytes) == 0 ? 0 : errno;
}

static int
call_unmap_pages(const struct hint *h)
{
	return madvise(h->addr, h->len_bytes, MADV_DONTNEED) == 0 ? 0 : errno;
}

static int
call_drop_cache(const struct hint *h)
{
	return posix_fadvise(h->fd, h->offset_bytes, h->len_bytes,
	    POSIX_FADV_DONTNEED);
}

typedef int hint_call(const struct hint *);

/* The calls of each kind, made in this order, whatever the first returns. */
static hint_call *const calls[][2] = {
	[ADVICE_MADVISE] = { call_madvise, NULL },
	[ADVICE_MLOCK] = { call_mlock, NULL },
	[ADVICE_MUNLOCK] = { call_munlock, NULL },
	[ADVICE_EVICT] = { call_unmap_pages, call_drop_cache },
};

void
advise(const struct mapping *m, const struct order *o, struct report *r)
{
	const struct advice *a;
	struct hint h;
	uint64_t n_pages = o->n_pages;
	int i;

	r->err[0] = EINVAL;
	if (o->advice >= advice_count ||
	    !mapping_clamp(m, o->first_page, &n_pages))
		return;
	a = &advice_table[o->advice];
	h.offset_bytes = o->first_page * m->page_bytes;
	h.addr = (char *)m->addr + h.offset_bytes;
	h.len_bytes = n_pages * m->page_bytes;
	h.fd = m->fd;
	h.value = a->value;
	for (i = 0; i < 2 && calls[a->call][i] != NULL; i++)
		r->err[i] = calls[a->call][i](&h);
}
