/* Shared libraries that are loaded only where their feature is used. */
#ifndef PAGETIDE_LIBRARY_H
#define PAGETIDE_LIBRARY_H

#include <stddef.h>

/* A function, and the pointer to one that it is written to. */
struct library_function {
	const char	*name;
	void		*into;
};

/*
 * The library of that file name with all n functions found: the caller closes
 * it with dlclose(), or keeps it until the program ends. NULL: it is not
 * installed, or lacks one of them; what was written by then is not to be used.
 */
void	*library_open(const char *file, const struct library_function *,
	    size_t n);

#endif
