/*
 * When each page was touched last: 16 bits a page in the memory shared with
 * the app (order.h), and the working set made of them. Private to src/work.
 *
 * The memory is written with calls through a few blocks of our own, not
 * mapped: a fault in a table would be counted among those of the walk, and a
 * table put in place beforehand would grow with the file. Like this only
 * what was touched takes memory: a 2048th of it, or 4 KiB for a page that is
 * far from all others.
 */
#ifndef PAGETIDE_STAMPS_H
#define PAGETIDE_STAMPS_H

#include <stdbool.h>
#include <stdint.h>

struct work_shared;

/* Stamps of a block, and the blocks at hand: enough for 512 MiB of the file.
 * A touch farther off costs two calls. */
#define STAMPS_BLOCK	2048
#define STAMPS_BLOCKS	64	/* bits of struct stamps.dirty */

struct stamps_block {
	uint64_t	index;		/* of the table; UINT64_MAX: none */
	uint16_t	stamp[STAMPS_BLOCK];
};

struct stamps {
	struct work_shared *shared;	/* NULL: none are kept */
	int		fd;		/* its memory */
	uint64_t	first_page;	/* of the mapping */
	uint64_t	base;		/* slot that stamp 0 stands for: never,
					   or too long ago to matter */
	uint64_t	blocks;		/* of the table that take memory */
	uint64_t	max_blocks;
	uint64_t	dirty;		/* bit per block at hand */
	uint64_t	written_ns;	/* when all were written last */
	struct stamps_block block[STAMPS_BLOCKS];
};

/* With all of its memory in place: touches cause no faults of their own. It
 * is the caller's to free. */
struct stamps *stamps_new(void);
/*
 * A mapping is made at t_ns: no page of it has been touched. An error of this
 * and the calls below goes to shared->stamps_err, as ENOSPC does where they
 * would take more than they may; none are kept then until the next start.
 */
void	stamps_start(struct stamps *, int fd, struct work_shared *,
	    uint64_t first_page, uint64_t pages, uint64_t t_ns);
/* What they may take from now on; 0: STAMPS_MAX_BYTES. */
void	stamps_limit(struct stamps *, uint64_t max_bytes);
/* None are kept until the next start: what is shared goes away, and nothing
 * more is written. */
void	stamps_stop(struct stamps *);
/* A page of the mapping was touched at t_ns. */
void	stamps_touch(struct stamps *, uint64_t page, uint64_t t_ns);
/* Writes what is at hand, so that the app sees it. */
void	stamps_write(struct stamps *, uint64_t now_ns);

#endif
