#include "config.h"

#include "demo.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "pagetide/strbuf.h"
#include "pagetide/xalloc.h"

#define DEMO_BYTES	(64ul << 20)
#define CHUNK_BYTES	(1ul << 20)

/* Makes path and what leads to it, like mkdir -p. 0 or -errno. */
static int
make_dirs(const char *path)
{
	char *copy = xstrdup(path), *p;
	int rc = 0;

	for (p = copy + 1; rc == 0; p++) {
		char c = *p;

		if (c != '/' && c != '\0')
			continue;
		*p = '\0';
		if (mkdir(copy, 0700) != 0 && errno != EEXIST)
			rc = -errno;
		*p = c;
		if (c == '\0')
			break;
	}
	free(copy);
	return rc;
}

bool
demo_is_memory_fs(const char *dir)
{
	struct statfs fs;

	return statfs(dir, &fs) == 0 &&
	    (fs.f_type == TMPFS_MAGIC || fs.f_type == RAMFS_MAGIC);
}

/* A directory that is ours alone, not lent by somebody else in /var/tmp. */
static int
is_ours(const char *dir)
{
	struct stat st;

	return lstat(dir, &st) == 0 && S_ISDIR(st.st_mode) &&
	    st.st_uid == geteuid() && (st.st_mode & 022) == 0;
}

/* May the demo file live in dir? It is made if need be. */
static int
usable(const char *dir, struct strbuf *why)
{
	int rc = make_dirs(dir);

	if (rc != 0)
		strbuf_addf(why, "%s: %s; ", dir, strerror(-rc));
	else if (!is_ours(dir) || access(dir, W_OK) != 0)
		strbuf_addf(why, "%s: not ours alone to write; ", dir);
	else if (demo_is_memory_fs(dir))
		strbuf_addf(why, "%s: on tmpfs, where pages never leave "
		    "memory; ", dir);
	else
		return 1;
	return 0;
}

char *
demo_dir(struct strbuf *why)
{
	const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
	char *dirs[3] = { NULL }, *found = NULL;
	int i;

	if (cache != NULL && cache[0] == '/')
		dirs[0] = xasprintf("%s/pagetide", cache);
	else if (home != NULL && home[0] == '/')
		dirs[1] = xasprintf("%s/.cache/pagetide", home);
	dirs[2] = xasprintf("/var/tmp/pagetide-%u", (unsigned)geteuid());
	for (i = 0; i < 3; i++) {
		if (found == NULL && dirs[i] != NULL && usable(dirs[i], why))
			found = dirs[i];
		else
			free(dirs[i]);
	}
	return found;
}

static int
is_ready(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 && S_ISREG(st.st_mode) &&
	    st.st_size == (off_t)DEMO_BYTES &&
	    (uint64_t)st.st_blocks * 512 >= DEMO_BYTES;
}

/* Numbers that no file system can squeeze (xorshift64). */
static void
fill_chunk(uint64_t *words, uint64_t *state)
{
	size_t i;

	for (i = 0; i < CHUNK_BYTES / sizeof *words; i++) {
		*state ^= *state << 13;
		*state ^= *state >> 7;
		*state ^= *state << 17;
		words[i] = *state;
	}
}

/* One line that counts up; a single one where that can't be seen. */
static void
show_progress(const char *path, size_t done)
{
	bool tty = isatty(STDERR_FILENO);

	if (tty || done == DEMO_BYTES)
		fprintf(stderr, "%spagetide: making the demo file %s: %zu of "
		    "%lu MiB", tty ? "\r" : "", path, done >> 20,
		    DEMO_BYTES >> 20);
}

/* The data, with progress. 0 or -errno. */
static int
write_data(int fd, const char *path)
{
	uint64_t *chunk = xmalloc(CHUNK_BYTES);
	uint64_t state = UINT64_C(0x9e3779b97f4a7c15);
	size_t done;
	int rc = 0;

	for (done = 0; rc == 0 && done < DEMO_BYTES; done += CHUNK_BYTES) {
		fill_chunk(chunk, &state);
		errno = 0;
		if (write(fd, chunk, CHUNK_BYTES) != (ssize_t)CHUNK_BYTES)
			rc = errno != 0 ? -errno : -ENOSPC;
		show_progress(path, done + CHUNK_BYTES);
	}
	free(chunk);
	if (rc == 0 && fsync(fd) != 0)
		rc = -errno;
	fputc('\n', stderr);
	/* It starts cold: what comes into the cache is the lesson. */
	posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
	return rc;
}

/* Under another name first: no half a file is ever taken for whole. */
static int
make_file(const char *path)
{
	char *tmp = xasprintf("%s.XXXXXX", path);
	int fd = mkostemp(tmp, O_CLOEXEC), rc;

	if (fd < 0) {
		rc = -errno;
		free(tmp);
		return rc;
	}
	rc = write_data(fd, path);
	close(fd);
	if (rc == 0 && rename(tmp, path) != 0)
		rc = -errno;
	if (rc != 0)
		unlink(tmp);
	free(tmp);
	return rc;
}

char *
demo_file(struct strbuf *why)
{
	struct strbuf passed = STRBUF_INIT;
	char *dir = demo_dir(&passed), *path = NULL;
	int rc = 0;

	if (dir == NULL) {
		strbuf_addf(why, "no place for the demo file: %sname a FILE",
		    passed.s);
		strbuf_done(&passed);
		return NULL;
	}
	path = xasprintf("%s/demo", dir);
	if (!is_ready(path)) {
		if (passed.len > 0)
			fprintf(stderr, "pagetide: %susing %s\n", passed.s,
			    dir);
		rc = make_file(path);
	}
	if (rc != 0) {
		strbuf_addf(why, "can't make the demo file %s: %s", path,
		    strerror(-rc));
		free(path);
		path = NULL;
	}
	strbuf_done(&passed);
	free(dir);
	return path;
}
