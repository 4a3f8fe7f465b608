#include "config.h"

#include "trespass.h"

#include <errno.h>
#include <linux/fs.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "guard.h"
#include "looking.h"
#include "mapping.h"
#include "timing.h"

#include "pagetide/clock.h"
#include "pagetide/order.h"

/* A touch at an address. */
struct poke {
	volatile unsigned char *at;
	bool		write;
	uint64_t	begin_ns, end_ns;
};

/* Not instrumented: the address is none that a sanitizer knows. */
__attribute__((no_sanitize_address)) static void
poke(void *arg)
{
	struct poke *p = arg;

	p->begin_ns = clock_now_ns();
	if (p->write)
		*p->at = 1;
	else
		(void)*p->at;
	p->end_ns = clock_now_ns();
}

/* What became of it, and of nothing else. where: what is mapped there, or
 * NULL. 0 or EFAULT. */
static int
poke_at(volatile unsigned char *at, const struct mapping *where, bool write,
    struct one_touch *t)
{
	struct poke p = { .at = at, .write = write };
	struct timing timing;

	timing_begin(&timing);
	if (!guard_run(poke, &p, t))
		p.end_ns = clock_now_ns();
	t->kind = timing_since(&timing);
	t->ns = p.end_ns - p.begin_ns;
	if (t->signal != 0)
		looking_signal(t, where, write);
	return t->signal != 0 ? EFAULT : 0;
}

/* The first page that the file, or the block device, does not have. */
static int
first_beyond(const struct mapping *m, uint64_t *page)
{
	uint64_t bytes;
	struct stat st;

	if (m->fd < 0)
		return EINVAL;
	if (fstat(m->fd, &st) != 0)
		return errno;
	bytes = (uint64_t)st.st_size;
	if (S_ISBLK(st.st_mode) && ioctl(m->fd, BLKGETSIZE64, &bytes) != 0)
		return errno;
	*page = (bytes + m->page_bytes - 1) / m->page_bytes;
	return 0;
}

/* A mapping may reach past the end of its file, and the end may move. */
static int
touch_beyond(const struct mapping *m, uint64_t page, struct one_touch *t)
{
	struct mapping there = { .pages = 1, .page_bytes = m->page_bytes };
	volatile unsigned char *at;
	int err;

	err = first_beyond(m, &t->page);
	if (err != 0)
		return err;
	(void)page;
	at = mmap(NULL, m->page_bytes, PROT_READ, MAP_SHARED, m->fd,
	    (off_t)(t->page * m->page_bytes));
	if (at == MAP_FAILED)
		return errno;
	there.addr = at;
	err = poke_at(at, &there, false, t);
	munmap((void *)at, m->page_bytes);
	return err;
}

/* What has just been unmapped is free, and nobody else maps anything here. */
static int
touch_unmapped(const struct mapping *m, uint64_t page, struct one_touch *t)
{
	volatile unsigned char *at = mmap(NULL, m->page_bytes, PROT_NONE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)page;
	if (at == MAP_FAILED)
		return errno;
	munmap((void *)at, m->page_bytes);
	return poke_at(at, NULL, false, t);
}

static int
touch_forbidden(const struct mapping *m, uint64_t page, struct one_touch *t)
{
	uint64_t n = 1;

	t->page = page;
	if ((m->flags & MAP_SPEC_WRITE) != 0 || !mapping_clamp(m, page, &n))
		return EINVAL;
	return poke_at(m->addr + page * m->page_bytes, m, true, t);
}

int
trespass(const struct mapping *m, const struct order *o, struct one_touch *t)
{
	static int (*const ways[TRESPASS_COUNT])(const struct mapping *,
	    uint64_t, struct one_touch *) = {
		[TRESPASS_BEYOND] = touch_beyond,
		[TRESPASS_UNMAPPED] = touch_unmapped,
		[TRESPASS_WRITE] = touch_forbidden,
	};

	*t = (struct one_touch){ .trespass = o->trespass };
	if (o->trespass >= TRESPASS_COUNT)
		return EINVAL;
	return ways[o->trespass](m, o->first_page, t);
}
