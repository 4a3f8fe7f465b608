#include "config.h"

#include "stamps.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "pagetide/order.h"
#include "pagetide/xalloc.h"

#define BLOCK_BYTES	(STAMPS_BLOCK * sizeof(uint16_t))

struct stamps *
stamps_new(void)
{
	struct stamps *s = xcalloc(1, sizeof *s);

	memset(s->block, 0xff, sizeof s->block);
	return s;
}

/* Gives the memory back. */
static void
fail(struct stamps *s, int err)
{
	atomic_store(&s->shared->stamps_err, err);
	s->shared = NULL;
	if (ftruncate(s->fd, (off_t)WORK_STAMPS_OFFSET) != 0)
		return;	/* no better off, but no worse */
}

/* Around a change of all stamps: odd while it goes on. */
static void
next_version(struct stamps *s)
{
	atomic_store(&s->shared->stamps_version,
	    atomic_load(&s->shared->stamps_version) + 1);
}

static void
forget_blocks(struct stamps *s)
{
	unsigned i;

	s->dirty = 0;
	for (i = 0; i < STAMPS_BLOCKS; i++)
		s->block[i].index = UINT64_MAX;
}

static void
set_base(struct stamps *s, uint64_t slot)
{
	s->base = slot;
	atomic_store(&s->shared->stamps_base, slot);
}

static off_t
offset_of(uint64_t index)
{
	return (off_t)(WORK_STAMPS_OFFSET + index * BLOCK_BYTES);
}

/* Empties the table, then makes it so many blocks long: all holes. */
static int
make_table(int fd, uint64_t blocks)
{
	if (ftruncate(fd, offset_of(0)) != 0 ||
	    ftruncate(fd, offset_of(blocks)) != 0)
		return errno;
	return 0;
}

void
stamps_start(struct stamps *s, int fd, struct work_shared *shared,
    uint64_t first_page, uint64_t pages, uint64_t t_ns)
{
	int err;

	s->shared = shared;
	s->fd = fd;
	s->first_page = first_page;
	s->blocks = 0;
	forget_blocks(s);
	next_version(s);
	workset_reset(&shared->workset);
	atomic_store(&shared->stamps_first_page, first_page);
	atomic_store(&shared->stamps_pages, pages);
	set_base(s, workset_slot(t_ns) - 1);
	atomic_store(&shared->stamps_err, 0);
	err = make_table(fd, (pages + STAMPS_BLOCK - 1) / STAMPS_BLOCK);
	next_version(s);
	if (err != 0)
		fail(s, err);
}

void
stamps_stop(struct stamps *s)
{
	s->shared = NULL;
	forget_blocks(s);
}

void
stamps_limit(struct stamps *s, uint64_t max_bytes)
{
	if (max_bytes == 0)
		max_bytes = STAMPS_MAX_BYTES;
	s->max_blocks = max_bytes / BLOCK_BYTES;
}

/* 0 or errno. A table cut short is none. */
static int
write_block(const struct stamps *s, const struct stamps_block *b)
{
	ssize_t n = pwrite(s->fd, b->stamp, BLOCK_BYTES, offset_of(b->index));

	if (n == (ssize_t)BLOCK_BYTES)
		return 0;
	return n < 0 ? errno : EIO;
}

static int
read_block(const struct stamps *s, struct stamps_block *b, uint64_t index)
{
	ssize_t n = pread(s->fd, b->stamp, BLOCK_BYTES, offset_of(index));

	b->index = index;
	if (n == (ssize_t)BLOCK_BYTES)
		return 0;
	return n < 0 ? errno : EIO;
}

void
stamps_write(struct stamps *s, uint64_t now_ns)
{
	int err = 0;
	unsigned i;

	s->written_ns = now_ns;
	if (s->shared == NULL || s->dirty == 0)
		return;
	for (i = 0; i < STAMPS_BLOCKS && err == 0; i++)
		if (s->dirty >> i & 1)
			err = write_block(s, &s->block[i]);
	s->dirty = 0;
	if (err != 0) {
		fail(s, err);
		return;
	}
	atomic_store(&s->shared->stamps_writes,
	    atomic_load(&s->shared->stamps_writes) + 1);
}

/* Has it no stamp? */
static bool
is_blank(const struct stamps_block *b)
{
	return b->stamp[0] == 0 && memcmp(b->stamp, b->stamp + 1,
	    BLOCK_BYTES - sizeof b->stamp[0]) == 0;
}

/* Makes each stamp of a block smaller by delta, at least 0, and writes it; one
 * without any left is a hole. */
static int
lower(struct stamps *s, struct stamps_block *b, uint64_t delta)
{
	unsigned i;

	for (i = 0; i < STAMPS_BLOCK; i++)
		b->stamp[i] = b->stamp[i] > delta ? b->stamp[i] - delta : 0;
	if (!is_blank(b))
		return write_block(s, b);
	s->blocks--;
	return fallocate(s->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
	    offset_of(b->index), BLOCK_BYTES) != 0 ? errno : 0;
}

/* The same for all of the table. 0 or errno. */
static int
lower_all(struct stamps *s, uint64_t delta)
{
	struct stamps_block *b = &s->block[0];
	off_t at = offset_of(0);
	int err = 0;

	while (err == 0 && (at = lseek(s->fd, at, SEEK_DATA)) >= 0) {
		err = read_block(s, b, (at - offset_of(0)) / BLOCK_BYTES);
		if (err == 0 && !is_blank(b))
			err = lower(s, b, delta);
		at += BLOCK_BYTES;
	}
	return err;
}

/* Stamps have no room for slot: as far back as the working set goes they are
 * counted from a later slot on. Comes about every two hours. */
static void
rebase(struct stamps *s, uint64_t slot)
{
	uint64_t base = slot - WORKSET_SLOTS;
	int err;

	stamps_write(s, s->written_ns);
	if (s->shared == NULL)
		return;
	next_version(s);
	forget_blocks(s);
	err = lower_all(s, base - s->base);
	forget_blocks(s);
	set_base(s, base);
	next_version(s);
	if (err != 0)
		fail(s, err);
}

/* The block of a table index, at hand; NULL: it can't be had. A blank one
 * takes memory from now on. */
static struct stamps_block *
block_of(struct stamps *s, uint64_t index)
{
	unsigned place = index % STAMPS_BLOCKS;
	struct stamps_block *b = &s->block[place];
	int err = 0;

	if (b->index == index)
		return b;
	if (s->dirty >> place & 1)
		err = write_block(s, b);
	s->dirty &= ~(UINT64_C(1) << place);
	if (err == 0)
		err = read_block(s, b, index);
	if (err == 0 && is_blank(b) && ++s->blocks > s->max_blocks)
		err = ENOSPC;
	if (err == 0)
		return b;
	fail(s, err);
	return NULL;
}

void
stamps_touch(struct stamps *s, uint64_t page, uint64_t t_ns)
{
	uint64_t slot = workset_slot(t_ns), at = page - s->first_page;
	struct stamps_block *b;
	uint16_t *stamp;

	if (s->shared != NULL && slot - s->base > UINT16_MAX)
		rebase(s, slot);
	if (s->shared == NULL ||
	    (b = block_of(s, at / STAMPS_BLOCK)) == NULL)
		return;
	stamp = &b->stamp[at % STAMPS_BLOCK];
	workset_touch(&s->shared->workset, *stamp != 0 ? s->base + *stamp : 0,
	    slot);
	*stamp = slot - s->base;
	s->dirty |= UINT64_C(1) << (at / STAMPS_BLOCK % STAMPS_BLOCKS);
}
