/* Bytes in the order in which they came, the oldest of which are dropped. */
#ifndef PAGETIDE_FIFO_H
#define PAGETIDE_FIFO_H

#include <stddef.h>
#include <stdint.h>

/* Zeros are an empty one. Places are counted from the first byte ever. */
struct fifo {
	uint64_t	 begin, end;	/* of what is kept */
	size_t		 cap;		/* blocks that there is room for */
	unsigned char	**block;	/* block i of all ever at i % cap */
};

/* Drops all of it, and the memory. */
void	fifo_done(struct fifo *);
void	fifo_put(struct fifo *, const void *, size_t n);
/* n bytes at a place of what is kept. */
void	fifo_get(const struct fifo *, uint64_t at, void *, size_t n);
/* All before that place goes. */
void	fifo_drop(struct fifo *, uint64_t at);
/* Memory that it takes. */
uint64_t fifo_bytes(const struct fifo *);

#endif
