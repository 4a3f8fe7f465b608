/* Where lessons are: with the program, installed, and the user's own. */
#include "config.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pagetide/ownfile.h"
#include "pagetide/strbuf.h"
#include "pagetide/xalloc.h"

#include "lessonparts.h"

#define FOLDERS 3

/* All that was found. */
struct found {
	char	**path;
	size_t	 n;
};

/* The folder in the tree that the program was built in, or NULL. */
static char *
in_tree(void)
{
	static const char *const ways[] = { "docs/lessons",
		"../docs/lessons" };
	char exe[4096], *dir;
	ssize_t len = readlink("/proc/self/exe", exe, sizeof exe - 1);

	if (len <= 0)
		return NULL;
	exe[len] = '\0';
	*strrchr(exe, '/') = '\0';
	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
		dir = xasprintf("%s/%s", exe, ways[i]);
		if (access(dir, R_OK) == 0)
			return dir;
		free(dir);
	}
	return NULL;
}

/* The user's own come last, and stand in place of others of their name. */
static void
find_folders(char *folder[FOLDERS])
{
	const char *named = getenv("PAGETIDE_LESSONS");

	if (named != NULL && named[0] == '\0')
		named = NULL;
	folder[0] = named != NULL ? xstrdup(named) : in_tree();
	folder[1] = folder[0] == NULL ? xstrdup(LESSON_DIR) : NULL;
	folder[2] = named == NULL ? ownfile_path("XDG_DATA_HOME",
	    ".local/share", "lessons") : NULL;
}

static void
add_path(struct found *f, char *path)
{
	char *name = lesson_name_of(path), *other;

	for (size_t i = 0; i < f->n; i++) {
		other = lesson_name_of(f->path[i]);
		if (strcmp(other, name) == 0) {
			free(f->path[i]);
			f->path[i] = path;
			path = NULL;
		}
		free(other);
		if (path == NULL)
			break;
	}
	free(name);
	if (path == NULL)
		return;
	f->path = xreallocarray(f->path, f->n + 1, sizeof *f->path);
	f->path[f->n++] = path;
}

static int
is_lesson(const struct dirent *entry)
{
	char *name = lesson_name_of(entry->d_name);
	bool is = name != NULL && entry->d_name[0] != '.';

	free(name);
	return is;
}

static void
add_folder(struct found *f, const char *folder)
{
	struct dirent **entry;
	int n = scandir(folder, &entry, is_lesson, alphasort);

	for (int i = 0; i < n; i++) {
		add_path(f, xasprintf("%s/%s", folder, entry[i]->d_name));
		free(entry[i]);
	}
	if (n >= 0)
		free(entry);
}

static struct found
find_all(void)
{
	char *folder[FOLDERS];
	struct found f = { NULL, 0 };

	find_folders(folder);
	for (int i = 0; i < FOLDERS; i++) {
		if (folder[i] != NULL)
			add_folder(&f, folder[i]);
		free(folder[i]);
	}
	return f;
}

char **
lesson_names(size_t *n)
{
	struct found f = find_all();

	for (size_t i = 0; i < f.n; i++) {
		char *path = f.path[i];

		f.path[i] = lesson_name_of(path);
		free(path);
	}
	*n = f.n;
	return f.path;
}

void
lesson_names_free(char **names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(names[i]);
	free(names);
}

/* "no lesson foo: lazy fault ...". */
static void
say_none(const struct found *f, const char *name, struct strbuf *why)
{
	strbuf_addf(why, "no lesson %s:", name);
	for (size_t i = 0; i < f->n; i++) {
		char *other = lesson_name_of(f->path[i]);

		strbuf_addf(why, " %s", other);
		free(other);
	}
	if (f->n == 0)
		strbuf_addf(why, " there are none in %s", LESSON_DIR);
}

struct lesson *
lesson_open(const char *name, struct strbuf *why)
{
	struct found f = find_all();
	struct lesson *l = NULL;
	bool there = false;
	size_t i;

	for (i = 0; i < f.n && !there; i++) {
		char *other = lesson_name_of(f.path[i]);

		there = strcmp(other, name) == 0;
		free(other);
		if (there)
			l = lesson_read(f.path[i], why);
	}
	if (!there)
		say_none(&f, name, why);
	lesson_names_free(f.path, f.n);
	return l;
}
