/* Memory that never fails, and the one way to die. */
#ifndef PAGETIDE_XALLOC_H
#define PAGETIDE_XALLOC_H

#include <stddef.h>

/*
 * Allocators that end the program through fatal() when memory is out, so a
 * caller never checks for NULL. The caller frees with free().
 */
void	*xmalloc(size_t size);
void	*xcalloc(size_t n, size_t size);
/* n * size is checked for overflow; p may be NULL. */
void	*xreallocarray(void *p, size_t n, size_t size);
char	*xstrdup(const char *s);
char	*xasprintf(const char *fmt, ...)
	    __attribute__((format(printf, 1, 2)));

/*
 * A broken invariant or no memory: runs the cleanup (which gives the terminal
 * back), prints one line on stderr and exits with status 1.
 */
void	 fatal(const char *fmt, ...)
	    __attribute__((format(printf, 1, 2), noreturn));
/* fn is called once, before fatal() prints. NULL takes it away. */
void	 fatal_set_cleanup(void (*fn)(void));

#endif
