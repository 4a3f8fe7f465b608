/* The processes of the machine: /proc/PID/stat and statm, parsing apart from
 * reading. */
#ifndef PAGETIDE_PROCESSES_H
#define PAGETIDE_PROCESSES_H

#include <stdbool.h>

#include "pagetide/process.h"

/* Pure parsers; false, and *p untouched: the text is not of the form. */
bool	processes_parse_stat(const char *text, struct process *);
bool	processes_parse_statm(const char *text, struct process *);

/*
 * The folder in /proc of a process: it stays that of this one, and what is
 * opened in it is never of a later one with the same pid. fd or -errno.
 */
int	processes_open(pid_t);
/* What stat and statm of it say. 0 or -errno: -ESRCH, it is gone. */
int	processes_read_one(int dir, struct process *);

/*
 * All that may be seen, but for threads of the kernel's and ourselves, those
 * with most file_pages first. name: only the one whose pid, or those whose
 * name that is (or its first 15 bytes); NULL: all. 0 or -errno.
 */
int	processes_read(struct processes *, const char *name);
/* Counts what is new since they were read before, so long ago, and puts those
 * with most new faults first. One that has begun since has only new ones. */
void	processes_since(struct processes *, const struct processes *before,
	    uint64_t within_ns);
void	processes_free(struct processes *);

#endif
