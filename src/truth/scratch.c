#include "config.h"

#include "scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pagetide/output.h"
#include "pagetide/ownfile.h"
#include "pagetide/strbuf.h"
#include "pagetide/xalloc.h"

#define CHUNK_BYTES	(1ul << 20)

/* Where it is to be. The caller frees; never NULL. */
static char *
choose_dir(const char *given)
{
	const char *tmp = getenv("TMPDIR");
	struct strbuf passed = STRBUF_INIT;
	char *dir;

	if (given != NULL)
		return xstrdup(given);
	if (tmp != NULL && tmp[0] == '/' && !ownfile_is_memory_fs(tmp))
		return xstrdup(tmp);
	dir = ownfile_dir(&passed);
	strbuf_done(&passed);
	return dir != NULL ? dir : xstrdup("/tmp");
}

/* A file without a name. The fd or -errno. */
static int
make_nameless(const char *dir)
{
	char *path;
	int fd, err;

	fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR))
		return fd >= 0 ? fd : -errno;
	path = xasprintf("%s/pagetide.XXXXXX", dir);
	fd = mkostemp(path, O_CLOEXEC);
	err = -errno;
	if (fd >= 0)
		unlink(path);
	free(path);
	return fd >= 0 ? fd : err;
}

int
scratch_open(struct scratch *s, const char *dir, struct strbuf *why)
{
	int err;

	s->page_bytes = sysconf(_SC_PAGESIZE);
	s->dir = choose_dir(dir);
	s->on_storage = !ownfile_is_memory_fs(s->dir);
	s->fd = make_nameless(s->dir);
	err = s->fd < 0 ? s->fd : scratch_fill(s);
	/* For a worker that is somebody else. */
	if (err == 0 && fchmod(s->fd, 0644) != 0)
		err = -errno;
	if (err != 0) {
		strbuf_addf(why, "can't make a scratch file in %s: %s",
		    s->dir, strerror(-err));
		scratch_close(s);
		return err;
	}
	snprintf(s->path, sizeof s->path, "/proc/self/fd/%d", s->fd);
	return 0;
}

void
scratch_close(struct scratch *s)
{
	if (s->fd >= 0)
		close(s->fd);
	free(s->dir);
	s->fd = -1;
	s->dir = NULL;
}

int
scratch_fill(struct scratch *s)
{
	size_t bytes = (size_t)SCRATCH_PAGES * s->page_bytes, at, n;
	char *chunk = xmalloc(CHUNK_BYTES);
	int err = lseek(s->fd, 0, SEEK_SET) == 0 ? 0 : -errno;

	/* No zeros, which some filesystems would not store. */
	memset(chunk, 'p', CHUNK_BYTES);
	for (at = 0; err == 0 && at < bytes; at += n) {
		n = bytes - at < CHUNK_BYTES ? bytes - at : CHUNK_BYTES;
		err = output_all(s->fd, chunk, n);
	}
	free(chunk);
	if (err == 0 && fsync(s->fd) != 0)
		err = -errno;
	return err;
}

static int
open_direct(const struct scratch *s)
{
	return open(s->path, O_RDWR | O_DIRECT | O_CLOEXEC);
}

bool
scratch_has_direct(const struct scratch *s)
{
	int fd = open_direct(s);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

int
scratch_direct(const struct scratch *s, uint64_t first_page, uint64_t n_pages,
    bool writes)
{
	size_t bytes = n_pages * s->page_bytes;
	off_t at = first_page * s->page_bytes;
	void *buf = NULL;
	ssize_t n;
	int fd, err;

	fd = open_direct(s);
	if (fd < 0)
		return -errno;
	if (posix_memalign(&buf, s->page_bytes, bytes) != 0)
		fatal("out of memory");
	memset(buf, 'p', bytes);
	errno = 0;
	n = writes ? pwrite(fd, buf, bytes, at) : pread(fd, buf, bytes, at);
	err = n == (ssize_t)bytes ? 0 : errno != 0 ? -errno : -EIO;
	free(buf);
	close(fd);
	return err;
}
