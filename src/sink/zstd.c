#include "config.h"

#include "zstd.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "pagetide/library.h"
#include "pagetide/strbuf.h"
#include "pagetide/xalloc.h"

/* Of its interface, which is stable from 1.4 on. */
enum { END_CONTINUE, END_FLUSH, END_FRAME };
enum { WINDOW_LOG_MAX = 100 };
#define WINDOW_LOG 23

struct in {
	const void	*src;
	size_t		 size, pos;
};

struct out {
	void		*dst;
	size_t		 size, pos;
};

struct zstd {
	void		*handle;
	void		*context;
	bool		 compress;
	void		*(*create)(void);
	size_t		 (*release)(void *);
	size_t		 (*compress2)(void *, struct out *, struct in *, int);
	size_t		 (*decompress)(void *, struct out *, struct in *);
	size_t		 (*limit)(void *, int, int);
	unsigned	 (*is_error)(size_t);
};

static void *
load(struct zstd *z)
{
	const struct library_function packing[] = {
		{ "ZSTD_isError", &z->is_error },
		{ "ZSTD_createCCtx", &z->create },
		{ "ZSTD_freeCCtx", &z->release },
		{ "ZSTD_compressStream2", &z->compress2 },
	}, unpacking[] = {
		{ "ZSTD_isError", &z->is_error },
		{ "ZSTD_createDCtx", &z->create },
		{ "ZSTD_freeDCtx", &z->release },
		{ "ZSTD_decompressStream", &z->decompress },
		{ "ZSTD_DCtx_setParameter", &z->limit },
	};

	return z->compress ?
	    library_open("libzstd.so.1", packing,
	    sizeof packing / sizeof packing[0]) :
	    library_open("libzstd.so.1", unpacking,
	    sizeof unpacking / sizeof unpacking[0]);
}

struct zstd *
zstd_open(bool compress)
{
	struct zstd *z = xcalloc(1, sizeof *z);

	z->compress = compress;
	z->handle = load(z);
	if (z->handle != NULL)
		z->context = z->create();
	if (z->context == NULL || (!compress && z->is_error(z->limit(
	    z->context, WINDOW_LOG_MAX, WINDOW_LOG)))) {
		zstd_close(z);
		return NULL;
	}
	return z;
}

void
zstd_close(struct zstd *z)
{
	if (z == NULL)
		return;
	if (z->context != NULL)
		z->release(z->context);
	if (z->handle != NULL)
		dlclose(z->handle);
	free(z);
}

/* How much is left to be done; 0: nothing. */
static size_t
step(struct zstd *z, struct out *out, struct in *in, bool end)
{
	size_t left;

	if (z->compress)
		return z->compress2(z->context, out, in, end ? END_FRAME :
		    END_FLUSH);
	left = z->decompress(z->context, out, in);
	/* What it hints at is wanted of the next call. */
	if (z->is_error(left))
		return left;
	return in->pos < in->size || out->pos == out->size;
}

int
zstd_put(struct zstd *z, struct strbuf *to, const void *data, size_t len,
    bool end)
{
	struct in in = { data, len, 0 };
	char room[16384];
	struct out out;
	size_t left;

	do {
		out = (struct out){ room, sizeof room, 0 };
		left = step(z, &out, &in, end);
		if (z->is_error(left))
			return -EINVAL;
		strbuf_add(to, room, out.pos);
	} while (left != 0);
	return 0;
}

bool
zstd_begins(const void *data, size_t len)
{
	return len >= 4 && memcmp(data, "\x28\xb5\x2f\xfd", 4) == 0;
}
