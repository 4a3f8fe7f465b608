#include "config.h"

#include "pagetide/replace.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pagetide/output.h"
#include "pagetide/xalloc.h"

/* What is to be written, and over what. */
struct job {
	const char	*path;
	const void	*data;
	size_t		 len;
	int		 old;		/* the file there, O_WRONLY; -1: none */
	struct stat	 st;		/* of it */
	bool		 private;
};

/* What replace_give_up() finds: the name of what is written beside, as soon as
 * there may be such a file; and whether one is written in place. */
static char *volatile beside;
static volatile sig_atomic_t in_place;

/* The rights and owner that the new file is to have. 0 or -errno. */
static int
take_over(const struct job *j, int fd)
{
	mode_t mask = umask(0);
	mode_t mode = j->old >= 0 ? j->st.st_mode & 07777 : 0666 & ~mask;

	umask(mask);
	if (j->private)
		mode = 0600;
	if (j->old >= 0 && fchown(fd, j->st.st_uid, j->st.st_gid) != 0)
		return -errno;
	return fchmod(fd, mode) == 0 ? 0 : -errno;
}

/* Writes all of it, and closes. 0 or -errno. */
static int
fill(const struct job *j, int fd)
{
	int err = output_all(fd, j->data, j->len);

	if (close(fd) != 0 && err == 0)
		err = -errno;
	return err;
}

/* In place. 0 or -errno. */
static int
overwrite(struct job *j)
{
	int fd = j->old, err;

	in_place = true;
	err = ftruncate(fd, 0) == 0 ? 0 : -errno;
	if (err == 0) {
		j->old = -1;
		err = fill(j, fd);
	}
	in_place = false;
	return err;
}

/* A file beside path under a name of its own, with all that it is to have but
 * the data. An fd or -errno. */
static int
begin_beside(const struct job *j, char *tmp)
{
	int fd = mkostemp(tmp, O_CLOEXEC), err;

	if (fd < 0)
		return -errno;
	err = take_over(j, fd);
	if (err == 0)
		return fd;
	close(fd);
	unlink(tmp);
	return err;
}

static int
write_beside(struct job *j, char *tmp)
{
	int fd = begin_beside(j, tmp), err;

	if (fd < 0)
		return j->old >= 0 && !j->private ? overwrite(j) : fd;
	err = fill(j, fd);
	if (err == 0 && rename(tmp, j->path) != 0)
		err = -errno;
	if (err != 0)
		unlink(tmp);
	return err;
}

/* Opens what is there. 0 or -errno. */
static int
open_old(struct job *j)
{
	j->old = open(j->path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (j->old < 0)
		return errno == ENOENT ? 0 : -errno;
	if (fstat(j->old, &j->st) != 0)
		return -errno;
	return S_ISREG(j->st.st_mode) ? 0 : -EINVAL;
}

/* Where the path leads in the end; the caller frees. */
static char *
resolve(const char *path)
{
	char *real = realpath(path, NULL);

	return real != NULL ? real : xstrdup(path);
}

static int
replace(const char *path, const void *data, size_t len, bool private)
{
	char *real = resolve(path), *name = strrchr(real, '/'), *tmp;
	struct job j = { .path = real, .data = data, .len = len,
		.private = private };
	struct stat st;
	int err = open_old(&j);

	/* A link that leads nowhere: it is not to become a file. */
	if (err == 0 && j.old < 0 && lstat(real, &st) == 0)
		err = -ENOENT;
	beside = tmp = xasprintf("%.*s.pagetide.XXXXXX",
	    name != NULL ? (int)(name + 1 - real) : 0, real);
	if (err == 0)
		err = write_beside(&j, tmp);
	if (j.old >= 0)
		close(j.old);
	beside = NULL;
	free(tmp);
	free(real);
	return err;
}

int
replace_file(const char *path, const void *data, size_t len)
{
	return replace(path, data, len, false);
}

int
replace_private(const char *path, const void *data, size_t len)
{
	return replace(path, data, len, true);
}

bool
replace_give_up(void)
{
	if (in_place)
		return false;
	if (beside != NULL)
		unlink(beside);
	return true;
}

bool
replace_same_file(dev_t dev, ino_t ino, const char *path, int stream)
{
	struct stat st;
	int rc = strcmp(path, "-") == 0 ? fstat(stream, &st) :
	    stat(path, &st);

	return rc == 0 && st.st_dev == dev && st.st_ino == ino;
}
