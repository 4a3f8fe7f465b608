/* A tree of files that is taken for the system's own, for tests of what reads
 * /proc and /sys. */
#ifndef TREE_RIG_H
#define TREE_RIG_H

#include <stddef.h>

/* Its top, without a slash at the end. */
extern char tree_top[];

/* Group setup and teardown. */
int	tree_make(void **state);
int	tree_drop(void **state);
/* Writes a file, making the folders above it; path begins with a slash. */
void	tree_put(const char *path, const char *text);
/* What is in one now; fails the test if it is not there. */
const char *tree_get(const char *path);
void	tree_clear(void);

#endif
