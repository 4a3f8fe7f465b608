/* Names of the tracepoints and their fields. Private to src/trace. */
#ifndef PAGETIDE_POINTS_H
#define PAGETIDE_POINTS_H

#include "pagetide/trace.h"

/* What its filter is about. */
enum trace_of { TRACE_OF_FILE, TRACE_OF_ADDR };

struct trace_name {
	const char	*group, *name;	/* NULL: no tracepoint, a software
					   event */
	const char	*field[TRACE_ARGS];	/* NULL: none */
	enum trace_of	 of;
};

extern const struct trace_name trace_names[TRACE_COUNT];

#endif
