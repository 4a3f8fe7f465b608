/* The tracepoints that name the faults of a process. Private to src/other. */
#ifndef PAGETIDE_LANDNAME_H
#define PAGETIDE_LANDNAME_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "pagetide/trace.h"

struct landtrace;
struct sample;

struct landname {
	struct trace_formats formats;
	bool		begun;		/* they are read, or were */
	uint64_t	addr, pages;	/* of the mapping that is traced */
};

void	landname_init(struct landname *);
void	landname_done(struct landname *);
/* Begins to read their formats, if nobody has; false with why: that is not
 * possible. */
bool	landname_begin(struct landname *, char *why, size_t size);
/* Their formats are known: NULL with why, or what records faults with their
 * names; the caller's to landtrace_close(). */
struct landtrace *landname_open(struct landname *, const struct sample *,
	    pid_t, char *why, size_t size);
/* Is the mapping another one than when it was opened? */
bool	landname_moved(const struct landname *, const struct sample *);

#endif
