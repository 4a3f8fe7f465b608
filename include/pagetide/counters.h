/* Fault and I/O counters from /proc: text parsing apart from reading. */
#ifndef PAGETIDE_COUNTERS_H
#define PAGETIDE_COUNTERS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "pagetide/sample.h"

/*
 * Pure parsers over NUL-terminated text. Each sets what it finds in out and
 * marks it known; false if the text is not of the form (out untouched).
 */
/* /proc/PID/stat: fields 10, 12 and 24, counted after the LAST ')'. */
bool	counters_parse_stat(const char *text, struct counters *out);
/* /proc/PID/io: read_bytes. */
bool	counters_parse_io(const char *text, struct counters *out);
/* /proc/vmstat: pgfault and pgmajfault, as whole words. */
bool	counters_parse_vmstat(const char *text, struct counters *out);

/* Open /proc files of one process; they belong to that process and never to
 * a later one with the same pid (KERNEL.md 10). */
struct counters_fds { int stat, io, vmstat; };

/* Those that can't be opened are -1, what they would say is unknown. pid 0:
 * vmstat only. */
void	counters_open(struct counters_fds *, pid_t);
/* The same of the process whose folder in /proc that is (processes.h). */
void	counters_open_in(struct counters_fds *, int dir);
void	counters_close(struct counters_fds *);
/* Reads all that is open into out (other bits of known are kept). */
void	counters_read(const struct counters_fds *, struct counters *out);

#endif
