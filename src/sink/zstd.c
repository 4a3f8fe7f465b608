#include "config.h"

#include "zstd.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

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

/* false: the library does not have it. */
static bool
find(struct zstd *z, void *to, const char *name)
{
	void *f = dlsym(z->handle, name);

	memcpy(to, &f, sizeof f);
	return f != NULL;
}

static bool
find_all(struct zstd *z)
{
	if (!find(z, &z->is_error, "ZSTD_isError"))
		return false;
	if (z->compress)
		return find(z, &z->create, "ZSTD_createCCtx") &&
		    find(z, &z->release, "ZSTD_freeCCtx") &&
		    find(z, &z->compress2, "ZSTD_compressStream2");
	return find(z, &z->create, "ZSTD_createDCtx") &&
	    find(z, &z->release, "ZSTD_freeDCtx") &&
	    find(z, &z->decompress, "ZSTD_decompressStream") &&
	    find(z, &z->limit, "ZSTD_DCtx_setParameter");
}

struct zstd *
zstd_open(bool compress)
{
	struct zstd *z = xcalloc(1, sizeof *z);

	z->compress = compress;
	z->handle = dlopen("libzstd.so.1", RTLD_NOW);
	if (z->handle != NULL && find_all(z))
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
