#include "config.h"

#include "demofile.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "pagetide/output.h"
#include "pagetide/xalloc.h"

#define CHUNK_BYTES	(1ul << 20)
#define BLOCK_BYTES	4096
#define MARK_NAME	"user.pagetide"
#define MARK_MAX	48
#define TEMP_SUFFIX	".XXXXXX"

/* The numbers begin with this. */
#define SEED UINT64_C(0x9e3779b97f4a7c15)

/* The first number of some of its blocks. */
static const struct {
	off_t		offset;
	uint64_t	state;
} samples[] = {
	{ 0, SEED },
	{ 5242880, UINT64_C(0x3b5b5ccc4f699b33) },
	{ 17825792, UINT64_C(0x3895f8d95bdc480a) },
	{ 30412800, UINT64_C(0xf4c6d26f61af55a4) },
	{ 39870464, UINT64_C(0x77469fd5fdfc741e) },
	{ 49283072, UINT64_C(0x5d2c518369eb8e4f) },
	{ 61132800, UINT64_C(0x8ce4dc32b184264d) },
	{ 67104768, UINT64_C(0xbdf5d0fdc427f029) },
};
#define N_SAMPLES (sizeof samples / sizeof samples[0])

/* Numbers that no file system can squeeze (xorshift64): words [0] to [n - 1]
 * are those from state on, which moves on. */
static void
fill(uint64_t *words, size_t n, uint64_t *state)
{
	size_t i;

	for (i = 0; i < n; i++) {
		words[i] = *state;
		*state ^= *state << 13;
		*state ^= *state >> 7;
		*state ^= *state << 17;
	}
}

static void
make_mark(char mark[MARK_MAX], const struct stat *st)
{
	snprintf(mark, MARK_MAX, "demo 1 inode %" PRIu64,
	    (uint64_t)st->st_ino);
}

static bool
has_mark(int fd, const struct stat *st)
{
	char want[MARK_MAX], got[MARK_MAX];
	ssize_t n = fgetxattr(fd, MARK_NAME, got, sizeof got);

	make_mark(want, st);
	return n == (ssize_t)strlen(want) && memcmp(got, want, (size_t)n) == 0;
}

/* Where that can't be, the content has to do. */
static void
set_mark(int fd, const struct stat *st)
{
	char mark[MARK_MAX];

	make_mark(mark, st);
	fsetxattr(fd, MARK_NAME, mark, strlen(mark), 0);
}

/* Does the block begin like ours? Its first number may be gone: that is where
 * walks write to. */
static bool
is_sample(int fd, uint64_t *block, size_t i)
{
	uint64_t want[BLOCK_BYTES / sizeof(uint64_t)];
	uint64_t state = samples[i].state;

	fill(want, BLOCK_BYTES / sizeof *want, &state);
	return pread(fd, block, BLOCK_BYTES, samples[i].offset) ==
	    BLOCK_BYTES &&
	    memcmp(block + 1, want + 1, BLOCK_BYTES - sizeof *want) == 0;
}

/* Not through the page cache, which is what will be looked at. */
static bool
has_content(const char *path, const struct stat *st)
{
	int fd = open(path, O_RDONLY | O_DIRECT | O_NOFOLLOW | O_CLOEXEC);
	uint64_t *block = NULL;
	struct stat now;
	size_t i = 0;

	if (fd < 0)
		return false;
	if (fstat(fd, &now) == 0 && now.st_dev == st->st_dev &&
	    now.st_ino == st->st_ino &&
	    posix_memalign((void **)&block, BLOCK_BYTES, BLOCK_BYTES) == 0)
		while (i < N_SAMPLES && is_sample(fd, block, i))
			i++;
	free(block);
	close(fd);
	return i == N_SAMPLES;
}

static bool
is_whole(const struct stat *st)
{
	return st->st_size == (off_t)DEMOFILE_BYTES &&
	    (uint64_t)st->st_blocks * 512 >= DEMOFILE_BYTES;
}

static enum demofile
judge(int fd, const char *path, const struct stat *st)
{
	if (!S_ISREG(st->st_mode) || st->st_uid != geteuid())
		return DEMOFILE_FOREIGN;
	if (has_mark(fd, st))
		return is_whole(st) ? DEMOFILE_READY : DEMOFILE_SPOILT;
	if (!is_whole(st) || !has_content(path, st))
		return DEMOFILE_FOREIGN;
	set_mark(fd, st);
	return DEMOFILE_READY;
}

enum demofile
demofile_look(const char *path, struct demofile_id *id)
{
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY |
	    O_CLOEXEC);
	enum demofile found = DEMOFILE_FOREIGN;
	struct stat st;

	if (fd < 0)
		return errno == ENOENT ? DEMOFILE_NONE : DEMOFILE_FOREIGN;
	if (fstat(fd, &st) == 0) {
		found = judge(fd, path, &st);
		*id = (struct demofile_id){ .dev = st.st_dev,
		    .ino = st.st_ino };
	}
	close(fd);
	return found;
}

/* One line that counts up; a single one where that can't be seen. */
static void
show_progress(const char *path, size_t done)
{
	bool tty = isatty(STDERR_FILENO);

	if (tty || done == DEMOFILE_BYTES)
		fprintf(stderr, "%spagetide: making the demo file %s: %zu of "
		    "%lu MiB", tty ? "\r" : "", path, done >> 20,
		    DEMOFILE_BYTES >> 20);
	if (done == DEMOFILE_BYTES)
		fputc('\n', stderr);
}

/* The data, with progress. 0 or -errno. */
static int
write_data(int fd, const char *path)
{
	uint64_t *chunk = xmalloc(CHUNK_BYTES), state = SEED;
	size_t done;
	int rc = 0;

	for (done = 0; rc == 0 && done < DEMOFILE_BYTES; done += CHUNK_BYTES) {
		fill(chunk, CHUNK_BYTES / sizeof *chunk, &state);
		rc = output_all(fd, chunk, CHUNK_BYTES);
		if (rc == 0)
			show_progress(path, done + CHUNK_BYTES);
		else if (isatty(STDERR_FILENO) && done > 0)
			fputc('\n', stderr);
	}
	free(chunk);
	if (rc == 0 && fsync(fd) != 0)
		rc = -errno;
	/* It starts cold: what comes into the cache is the lesson. */
	posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
	return rc;
}

/* All of it, in a file that is empty. 0 or -errno. */
static int
write_file(int fd, const char *path)
{
	struct stat st;
	int rc = write_data(fd, path);

	if (rc == 0 && fstat(fd, &st) != 0)
		rc = -errno;
	if (rc == 0)
		set_mark(fd, &st);
	return rc;
}

/* The folder of path. The caller frees. */
static char *
folder(const char *path)
{
	char *dir = xstrdup(path);

	*strrchr(dir, '/') = '\0';
	return dir;
}

/* A file without a name, which is gone if we are. -1: not here. */
static int
open_nameless(const char *path, char link_path[32])
{
	char *dir = folder(path);
	int fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	free(dir);
	if (fd < 0)
		return -1;
	snprintf(link_path, 32, "/proc/self/fd/%d", fd);
	if (access(link_path, F_OK) == 0)
		return fd;
	close(fd);
	return -1;
}

static int
make_nameless(int fd, const char *link_path, const char *path)
{
	int rc = write_file(fd, path);

	if (rc == 0 && linkat(AT_FDCWD, link_path, AT_FDCWD, path,
	    AT_SYMLINK_FOLLOW) != 0)
		rc = -errno;
	close(fd);
	return rc;
}

/* A file under another name, locked for demofile_sweep(). An fd or -errno. */
static int
open_named(char *tmp)
{
	char *suffix = tmp + strlen(tmp) - strlen(TEMP_SUFFIX);
	struct stat st;
	int fd;

	do {
		strcpy(suffix, TEMP_SUFFIX);
		fd = mkostemp(tmp, O_CLOEXEC);
		if (fd < 0)
			return -errno;
		flock(fd, LOCK_EX);
		if (fstat(fd, &st) == 0 && st.st_nlink > 0)
			return fd;
		/* It was swept before we had the lock. */
		close(fd);
	} while (true);
}

static int
make_named(const char *path)
{
	char *tmp = xasprintf("%s" TEMP_SUFFIX, path);
	int fd = open_named(tmp), rc;

	rc = fd < 0 ? fd : write_file(fd, path);
	if (rc == 0 && rename(tmp, path) != 0)
		rc = -errno;
	if (fd >= 0 && rc != 0)
		unlink(tmp);
	if (fd >= 0)
		close(fd);
	free(tmp);
	return rc;
}

int
demofile_make(const char *path)
{
	char link_path[32];
	int fd = open_nameless(path, link_path);

	return fd >= 0 ? make_nameless(fd, link_path, path)
	    : make_named(path);
}

/* Removes the file if it is ours and nobody is at it. */
static void
sweep_one(int dir_fd, const char *name)
{
	int fd = openat(dir_fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK |
	    O_NOCTTY | O_CLOEXEC);
	struct stat st;

	if (fd < 0)
		return;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	    st.st_uid == geteuid() && st.st_nlink == 1 &&
	    st.st_size <= (off_t)DEMOFILE_BYTES &&
	    flock(fd, LOCK_EX | LOCK_NB) == 0)
		unlinkat(dir_fd, name, 0);
	close(fd);
}

void
demofile_sweep(const char *path)
{
	const char *name = strrchr(path, '/') + 1;
	size_t len = strlen(name);
	char *dir = folder(path);
	DIR *d = opendir(dir);
	struct dirent *e;

	while (d != NULL && (e = readdir(d)) != NULL)
		if (strncmp(e->d_name, name, len) == 0 &&
		    e->d_name[len] == '.' &&
		    strlen(e->d_name) == len + strlen(TEMP_SUFFIX))
			sweep_one(dirfd(d), e->d_name);
	if (d != NULL)
		closedir(d);
	free(dir);
}
