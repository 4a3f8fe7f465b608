/*
 * Which processes map a file, and how many of its pages each has a PTE for:
 * plain data, as it goes from the process that looks.
 */
#ifndef PAGETIDE_SHARERS_H
#define PAGETIDE_SHARERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Those with most pages; of more only how many there are is known. */
#define SHARERS_MAX	64

struct sharer {
	pid_t		pid;
	char		name[64];	/* of its command; NOT safe to print
					   raw */
	bool		counted;	/* all of it; else the numbers are
					   not known: ... */
	bool		part;		/* ... it took too long, or it ended;
					   else its page tables may not be
					   read */
	uint64_t	pages;		/* of what is watched */
	uint64_t	cell_pages;	/* of those asked for, see below */
};

struct sharers {
	bool		on;		/* somebody looks */
	int		err;		/* errno: the file can't be told from
					   others; 0: it can */
	uint64_t	rounds;		/* 0: nothing is known yet */
	uint64_t	seen_ns;	/* monotonic, when the last round
					   ended, ... */
	uint64_t	took_ns;	/* ... that took so long */
	uint64_t	rest_ns;	/* from then to the next one, or to
					   another cell */
	uint64_t	processes;	/* that map it */
	uint64_t	looked;		/* processes that could be looked at */
	uint64_t	hidden;		/* that could not */
	uint64_t	uncounted;	/* map it, and their page tables can't
					   be read */
	bool		cut;		/* it took too long: there may be more
					   */
	uint64_t	cell_first, cell_n;	/* pages that cell_pages is
						   of; 0: none */
	struct sharer	row[SHARERS_MAX];	/* most pages first */
	size_t		n;
};

/* Adds one that maps it, in its place. */
void	sharers_add(struct sharers *, const struct sharer *);

/* What the rest takes that could not be looked at, or not be counted. */
#define SHARERS_HIDDEN_TAKES \
	"CAP_SYS_PTRACE, or CAP_PERFMON from Linux 6.18 on"
#define SHARERS_COUNT_TAKES "CAP_DAC_READ_SEARCH"

#endif
