/* The answer of the process that reads the formats. Private to src/trace. */
#ifndef PAGETIDE_FORMATSPROC_H
#define PAGETIDE_FORMATSPROC_H

#include <limits.h>

#include "pagetide/trace.h"

struct trace_answer {
	enum trace_step	step;
	int		err;
	struct trace_format point[TRACE_COUNT];
};
_Static_assert(sizeof(struct trace_answer) <= PIPE_BUF, "written at once");

#endif
