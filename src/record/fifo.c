#include "config.h"

#include "fifo.h"

#include <stdlib.h>
#include <string.h>

#include "pagetide/xalloc.h"

/* All blocks are alike, so that one that was freed is the next one. */
#define BLOCK_BYTES ((size_t)16 << 10)

/* The block after the last one with bytes in it. */
static uint64_t
end_block(const struct fifo *f)
{
	return (f->end + BLOCK_BYTES - 1) / BLOCK_BYTES;
}

static uint64_t
begin_block(const struct fifo *f)
{
	return f->begin / BLOCK_BYTES;
}

void
fifo_done(struct fifo *f)
{
	fifo_drop(f, f->end);
	if (f->cap > 0)
		free(f->block[begin_block(f) % f->cap]);
	free(f->block);
	*f = (struct fifo){ 0 };
}

/* Room for twice as many blocks. */
static void
grow(struct fifo *f)
{
	size_t cap = f->cap > 0 ? 2 * f->cap : 8;
	unsigned char **block = xcalloc(cap, sizeof *block);
	uint64_t i;

	for (i = begin_block(f); i < end_block(f); i++)
		block[i % cap] = f->block[i % f->cap];
	free(f->block);
	f->block = block;
	f->cap = cap;
}

void
fifo_put(struct fifo *f, const void *bytes, size_t n)
{
	const unsigned char *from = bytes;
	size_t at, part;

	for (; n > 0; n -= part, from += part, f->end += part) {
		at = f->end % BLOCK_BYTES;
		part = BLOCK_BYTES - at < n ? BLOCK_BYTES - at : n;
		if (at == 0 && end_block(f) - begin_block(f) == f->cap)
			grow(f);
		if (at == 0)
			f->block[end_block(f) % f->cap] = xmalloc(BLOCK_BYTES);
		memcpy(f->block[f->end / BLOCK_BYTES % f->cap] + at, from,
		    part);
	}
}

void
fifo_get(const struct fifo *f, uint64_t at, void *bytes, size_t n)
{
	unsigned char *to = bytes;
	size_t part, left;

	for (; n > 0; n -= part, to += part, at += part) {
		left = BLOCK_BYTES - at % BLOCK_BYTES;
		part = left < n ? left : n;
		memcpy(to, f->block[at / BLOCK_BYTES % f->cap] +
		    at % BLOCK_BYTES, part);
	}
}

void
fifo_drop(struct fifo *f, uint64_t at)
{
	uint64_t i;

	for (i = begin_block(f); i < at / BLOCK_BYTES; i++) {
		free(f->block[i % f->cap]);
		f->block[i % f->cap] = NULL;
	}
	f->begin = at;
}

uint64_t
fifo_bytes(const struct fifo *f)
{
	return (end_block(f) - begin_block(f)) * BLOCK_BYTES +
	    f->cap * sizeof *f->block;
}
