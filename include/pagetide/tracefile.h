/*
 * Samples as a trace that Chrome and Perfetto open: the JSON trace event
 * format. Numbers are counters, a point where they change; walks and the
 * touches that were timed are slices; all else that happened is an instant.
 * The format has no word for unknown: before it is known first a counter is not
 * there, and later it stays as it was.
 */
#ifndef PAGETIDE_TRACEFILE_H
#define PAGETIDE_TRACEFILE_H

struct events;
struct snapshot;
struct strbuf;
struct tracefile;

/* Appends to out, which stays the caller's, until it is ended. */
struct tracefile *tracefile_begin(struct strbuf *out);
void	tracefile_sample(struct tracefile *, const struct snapshot *);
/* Ends it, with those events that are from before its last sample. */
void	tracefile_end(struct tracefile *, const struct events *);

#endif
