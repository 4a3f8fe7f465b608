/*
 * Who maps what is watched: all processes are gone through, two seconds
 * after the last time or later where that took long, and those that were found
 * sooner for other cells, and for their Pss, by a process of its own, for any of
 * them may make it wait. It is at work for a 50th of the time at most.
 */
#ifndef PAGETIDE_WHOWATCH_H
#define PAGETIDE_WHOWATCH_H

#include <stdbool.h>
#include <stdint.h>

struct pollfd;
struct said;
struct sharers;
struct sharers_look;
struct strbuf;
struct watch;
struct whowatch;

/* argv[1] of that process. */
#define WHO_OPTION "--who-process"
#define WHOWATCH_FDS	1

/* On watch, which outlives it. */
struct whowatch *whowatch_new(struct watch *, struct said *);
void	whowatch_free(struct whowatch *);	/* NULL is harmless */

/* Begins to look, or looks no more. 0, or -errno with why: what is watched is
 * mapped by nobody who could be asked. */
int	whowatch_set(struct whowatch *, bool on, struct strbuf *why);
/* What was found; on: false while nobody looks. */
const struct sharers *whowatch_now(const struct whowatch *);
/* What is counted apart from now on. */
void	whowatch_look(struct whowatch *, const struct sharers_look *);

/* What there is to wait for now: up to WHOWATCH_FDS; how many. */
int	whowatch_fds(const struct whowatch *, struct pollfd *);
/* That one may be ready; false: it is none of these. */
bool	whowatch_ready(struct whowatch *, int fd);
/* A sample was taken: the mapping may be another one. */
void	whowatch_sample(struct whowatch *);

/* What main() runs for WHO_OPTION; returns the exit status. */
int	whowatch_main(int argc, char **argv);

#endif
