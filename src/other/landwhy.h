/* Why faults are not recorded, and what would help. Private to src/other. */
#ifndef PAGETIDE_LANDWHY_H
#define PAGETIDE_LANDWHY_H

#include <stddef.h>

#include "pagetide/landtrace.h"

/* One line into buf; what was to be opened, as people call them. */
void	landwhy_step(char *buf, size_t size, enum landtrace_step,
	    const char *what);
/* The same of perf events, with what would help; err: errno of the step. */
void	landwhy(char *buf, size_t size, enum landtrace_step, int err);

#endif
