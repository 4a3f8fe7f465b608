#include "config.h"

#include "pagetide/ownfile.h"

#include <errno.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "pagetide/strbuf.h"
#include "pagetide/xalloc.h"

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
ownfile_is_memory_fs(const char *dir)
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

/* May a file of ours live in dir? It is made if need be. */
static int
usable(const char *dir, struct strbuf *why)
{
	int rc = make_dirs(dir);

	if (rc != 0)
		strbuf_addf(why, "%s: %s; ", dir, strerror(-rc));
	else if (!is_ours(dir) || access(dir, W_OK) != 0)
		strbuf_addf(why, "%s: not ours alone to write; ", dir);
	else if (ownfile_is_memory_fs(dir))
		strbuf_addf(why, "%s: on tmpfs, where pages never leave "
		    "memory; ", dir);
	else
		return 1;
	return 0;
}

char *
ownfile_dir(struct strbuf *why)
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

char *
ownfile_path(const char *variable, const char *in_home, const char *name)
{
	const char *dir = getenv(variable), *home = getenv("HOME");

	if (dir != NULL && dir[0] == '/')
		return xasprintf("%s/pagetide/%s", dir, name);
	if (home != NULL && home[0] == '/')
		return xasprintf("%s/%s/pagetide/%s", home, in_home, name);
	return NULL;
}

/* Does the part of it that is there belong to us? */
static bool
begins_with_ours(const char *path)
{
	char *copy = xstrdup(path), *slash;
	struct stat st;
	int rc;

	while ((rc = stat(copy, &st)) != 0 && errno == ENOENT &&
	    (slash = strrchr(copy, '/')) != NULL && slash != copy)
		*slash = '\0';
	free(copy);
	return rc == 0 && st.st_uid == geteuid();
}

bool
ownfile_make_dir(const char *path)
{
	char *dir = xasprintf("%.*s", (int)(strrchr(path, '/') - path), path);
	bool ours = begins_with_ours(dir) && make_dirs(dir) == 0 &&
	    is_ours(dir);

	free(dir);
	return ours;
}
