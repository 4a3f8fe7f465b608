#include "config.h"

#include "pagetide/filenames.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "pagetide/strbuf.h"
#include "pagetide/xalloc.h"

#define NAMES_MAX	200

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Blanks and quotation marks cannot be typed in a word. */
static bool
is_wanted(const char *name, const char *begin)
{
	return strncmp(name, begin, strlen(begin)) == 0 &&
	    (name[0] != '.' || begin[0] == '.') &&
	    strpbrk(name, " \t\n\"") == NULL;
}

/* Up to NAMES_MAX names in dir that begin so, in order. */
static size_t
read_names(const char *dir, const char *begin, char **names)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	size_t n = 0;

	while (d != NULL && n < NAMES_MAX && (e = readdir(d)) != NULL) {
		if (!is_wanted(e->d_name, begin))
			continue;
		names[n++] = xasprintf("%s%s", e->d_name,
		    e->d_type == DT_DIR ? "/" : "");
	}
	if (d != NULL)
		closedir(d);
	qsort(names, n, sizeof *names, by_name);
	return n;
}

void
filenames_add(const char *typed, filenames_fn *add, void *arg)
{
	const char *slash = strrchr(typed, '/');
	int head = slash != NULL ? (int)(slash + 1 - typed) : 0;
	char *dir = head > 0 ? xasprintf("%.*s", head, typed) : xstrdup(".");
	char **names = xcalloc(NAMES_MAX, sizeof *names);
	size_t i, n = read_names(dir, typed + head, names);

	for (i = 0; i < n; i++) {
		char *whole = xasprintf("%.*s%s", head, typed, names[i]);

		add(arg, whole);
		free(whole);
		free(names[i]);
	}
	free(names);
	free(dir);
}
