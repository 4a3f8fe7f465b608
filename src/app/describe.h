/* Walks in words, for their events. */
#ifndef PAGETIDE_DESCRIBE_H
#define PAGETIDE_DESCRIBE_H

#include <stddef.h>

struct app;
struct pattern_spec;

/* "walk sequential 0..64M, 2000 touches/s" */
void	describe_walk(char *buf, size_t size, const struct app *,
	    const struct pattern_spec *);

#endif
