/* Why faults are not recorded, and what would help. Private to src/other. */
#ifndef PAGETIDE_LANDWHY_H
#define PAGETIDE_LANDWHY_H

#include <stddef.h>

#include "pagetide/landtrace.h"

/* One line into buf; err: errno of the step. */
void	landwhy(char *buf, size_t size, enum landtrace_step, int err);

#endif
