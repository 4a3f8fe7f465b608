/* Names of the tracepoints and their fields, their filters, and numbers of
 * their records. Private to src/trace. */
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

struct perf_event_attr;

/* Sets what the event is: type and config. */
void	points_event(enum trace_point, const struct trace_format *,
	    struct perf_event_attr *);
/* The kernel drops what is not asked for before it is recorded. 0, or -1 with
 * errno. */
int	points_filter(int fd, enum trace_point, const struct trace_what *);
/* A number of the raw record; 0 where the kernel has no such field. */
uint64_t points_number(const char *raw, size_t len,
	    const struct trace_field *);

#endif
