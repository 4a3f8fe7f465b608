/* The way of a touch by tracepoints, exact, where they can be had. Private to
 * src/act. */
#ifndef PAGETIDE_TRACING_H
#define PAGETIDE_TRACING_H

#include <stdbool.h>

#include "pagetide/tracerecord.h"

struct act;
struct pollfd;
struct report;

#define TRACING_FDS	2

/* A worker is on: it is traced, if that is wanted. */
void	tracing_begin(struct act *);
/* It is no more, or is about to end. */
void	tracing_end(struct act *);
enum trace_state tracing_state(const struct act *);
/* What there is to wait for now: up to TRACING_FDS; how many. */
int	tracing_fds(const struct act *, struct pollfd *);
/* That one may be ready; false: it is none of these. */
bool	tracing_ready(struct act *, int fd);
/* The report, in which what was recorded of its touch takes the place of what
 * looks say of that; valid until the next. */
const struct report *tracing_touch(struct act *, const struct report *);
/* The windows of readahead of the file, as of now. */
void	tracing_sample(struct act *);

#endif
