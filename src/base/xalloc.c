#include "config.h"

#include "pagetide/xalloc.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void (*fatal_cleanup)(void);

/* Ends the program unless the allocation worked. */
static void *
checked(void *p, size_t size)
{
	if (p == NULL)
		fatal("out of memory (%zu bytes)", size);
	return p;
}

/* Size for an allocator: never 0, which may give NULL or free. */
static size_t
total_size(size_t n, size_t size)
{
	size_t	total;

	if (__builtin_mul_overflow(n, size, &total))
		fatal("out of memory (%zu times %zu bytes)", n, size);
	return total > 0 ? total : 1;
}

void *
xmalloc(size_t size)
{
	size = total_size(1, size);
	return checked(malloc(size), size);
}

void *
xcalloc(size_t n, size_t size)
{
	size = total_size(n, size);
	return checked(calloc(1, size), size);
}

void *
xreallocarray(void *p, size_t n, size_t size)
{
	size = total_size(n, size);
	return checked(realloc(p, size), size);
}

char *
xstrdup(const char *s)
{
	size_t	size = strlen(s) + 1;

	return memcpy(xmalloc(size), s, size);
}

char *
xasprintf(const char *fmt, ...)
{
	va_list	 ap;
	char	*s;
	int	 len;

	va_start(ap, fmt);
	len = vasprintf(&s, fmt, ap);
	va_end(ap);
	if (len < 0)
		fatal("cannot format text");
	return s;
}

void
fatal(const char *fmt, ...)
{
	void	(*cleanup)(void) = fatal_cleanup;
	va_list	 ap;

	/* Taken away first: a cleanup that fails must not come back here. */
	fatal_cleanup = NULL;
	if (cleanup != NULL)
		cleanup();
	fputs("pagetide: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	exit(1);
}

void
fatal_set_cleanup(void (*fn)(void))
{
	fatal_cleanup = fn;
}
