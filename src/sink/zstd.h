/* zstd, by the library of that name, loaded when it is used. Private to
 * src/sink. */
#ifndef PAGETIDE_ZSTD_H
#define PAGETIDE_ZSTD_H

#include <stdbool.h>
#include <stddef.h>

struct strbuf;
struct zstd;

/* One way or the other. NULL: there is no libzstd, or no memory. */
struct zstd *zstd_open(bool compress);
void	zstd_close(struct zstd *);
/* Appends what comes out of it, all of it; end: a frame ends here. 0, or
 * -EINVAL: it is no zstd, or needs a window of more than 8 MiB. */
int	zstd_put(struct zstd *, struct strbuf *out, const void *data,
	    size_t len, bool end);
/* Does it begin as a frame of zstd does? */
bool	zstd_begins(const void *data, size_t len);

#endif
