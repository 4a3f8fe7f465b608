/* -p: the processes, or what one of them has mapped, printed once. */
#ifndef PAGETIDE_PROCCMD_H
#define PAGETIDE_PROCCMD_H

#include <stdbool.h>
#include <sys/types.h>

struct found;
struct maplist;
struct opts;
struct processes;
struct strbuf;

/*
 * Prints what opts->path names, as a pid or a name; NULL: all processes. With
 * opts->mapping it prints nothing where one mapping alone is meant, which is
 * found then. The exit status, with why where it is not EXIT_OK.
 */
int	proccmd_run(const struct opts *, struct found *, struct strbuf *why);

/* Each: the exit status, with why where it is not EXIT_OK. */
/* Processes that opts->path names, which processes_free() frees. */
int	proccmd_find(const struct opts *, struct processes *,
	    struct strbuf *why);
/*
 * What a process has mapped: found->all, and the mappings that are meant by
 * a part of a name or an address (NULL: all), the caller's to free. found,
 * which was cleared before, is begun; counts, or several of those meant: with
 * what smaps counts.
 */
int	proccmd_look(pid_t, const char *which, bool counts, struct found *,
	    struct maplist *, struct strbuf *why);
/* Says that none is meant. */
int	proccmd_nothing(const struct maplist *, const char *which,
	    struct strbuf *why);

#endif
