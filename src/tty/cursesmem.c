/*
 * Memory of curses, which crashes or ends the program with a line of its own
 * when there is none, and cannot be told to do otherwise. Where it is linked
 * statically (--enable-static-deps) the linker leads its calls here (--wrap in
 * configure.ac); else nothing refers to this file.
 */
#include "config.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "pagetide/xalloc.h"

void	*__real_malloc(size_t);
void	*__real_calloc(size_t, size_t);
void	*__real_realloc(void *, size_t);
char	*__real_strdup(const char *);
void	*__wrap_malloc(size_t);
void	*__wrap_calloc(size_t, size_t);
void	*__wrap_realloc(void *, size_t);
char	*__wrap_strdup(const char *);

static void *
checked(void *p, size_t size)
{
	if (p == NULL)
		fatal("out of memory (%zu bytes)", size);
	return p;
}

/* For 0 bytes NULL would be right, too. */
void *
__wrap_malloc(size_t size)
{
	return checked(__real_malloc(size > 0 ? size : 1), size);
}

void *
__wrap_calloc(size_t n, size_t size)
{
	bool none = n == 0 || size == 0;

	return checked(__real_calloc(none ? 1 : n, none ? 1 : size), n * size);
}

void *
__wrap_realloc(void *p, size_t size)
{
	return checked(__real_realloc(p, size > 0 ? size : 1), size);
}

char *
__wrap_strdup(const char *s)
{
	return checked(__real_strdup(s), strlen(s) + 1);
}
