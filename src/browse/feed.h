/* The process that reads a list, and the pictures that it sends. */
#ifndef PAGETIDE_FEED_H
#define PAGETIDE_FEED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "pagetide/aside.h"
#include "pagetide/browselook.h"
#include "pagetide/strbuf.h"

#include "wire.h"

struct feed {
	struct aside	aside;		/* who reads, and sends */
	struct strbuf	in;		/* what has come of it, ... */
	size_t		taken;		/* ... and how much of that is taken */
	struct wire_head head;		/* of the last picture taken */
};

void	feed_init(struct feed *);
/* In place of the one that there is. 0 or -errno. */
int	feed_start(struct feed *, enum browse_kind, pid_t,
	    uint64_t start_ticks, const char *name);
/* Does not wait for its end. */
void	feed_end(struct feed *);
/* Reads what is there, not more than a millisecond's worth; false: no more
 * will come. Never blocks. */
bool	feed_read(struct feed *);
/* Takes the next whole picture; NULL: there is none. Its records are there
 * until the next call. */
const struct wire_head *feed_next(struct feed *);
const char *feed_records(const struct feed *);

#endif
