#include "tree_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#define PATH_BYTES 512

char tree_top[] = "/tmp/pagetide_tree.XXXXXX";

int
tree_make(void **state)
{
	(void)state;
	return mkdtemp(tree_top) == NULL;
}

void
tree_clear(void)
{
	char command[64];

	snprintf(command, sizeof command, "rm -rf %s/*", tree_top);
	assert_int_equal(system(command), 0);
}

int
tree_drop(void **state)
{
	(void)state;
	tree_clear();
	return remove(tree_top);
}

void
tree_put(const char *path, const char *text)
{
	char full[PATH_BYTES], *p;
	FILE *f;

	snprintf(full, sizeof full, "%s%s", tree_top, path);
	for (p = full + strlen(tree_top) + 1; (p = strchr(p, '/')) != NULL;
	    p++) {
		*p = '\0';
		mkdir(full, 0700);
		*p = '/';
	}
	f = fopen(full, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

const char *
tree_get(const char *path)
{
	static char text[PATH_BYTES];
	char full[PATH_BYTES];
	FILE *f;

	snprintf(full, sizeof full, "%s%s", tree_top, path);
	f = fopen(full, "r");
	assert_non_null(f);
	text[fread(text, 1, sizeof text - 1, f)] = '\0';
	fclose(f);
	return text;
}
