/* What a process may do, and the kernel can: for the reasons of a refusal. */
#ifndef PAGETIDE_REASONS_H
#define PAGETIDE_REASONS_H

#include <stdbool.h>
#include <sys/types.h>

struct refusal_facts;

/* Adds what /proc/PID and the system report: REFUSAL_MEMLOCK, _LOCKED, _CAPS,
 * _FILTER, _KERNEL and _HUGE, and _MAPS if asked for (where they are many it
 * takes a while), as far as they can be read. */
void	reasons_read(pid_t, bool maps, struct refusal_facts *);

/* The parsers of it: /proc/PID/limits, /proc/PID/status, uname's release. */
void	reasons_parse_limits(const char *text, struct refusal_facts *);
void	reasons_parse_status(const char *text, struct refusal_facts *);
void	reasons_parse_release(const char *text, struct refusal_facts *);

#endif
