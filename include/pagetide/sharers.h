/*
 * Which processes map a file, how many of its pages each has a PTE for, and in
 * which cells of a picture: plain data, as it goes from the process that looks.
 */
#ifndef PAGETIDE_SHARERS_H
#define PAGETIDE_SHARERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Those with most pages; of more only how many there are is known. */
#define SHARERS_MAX	64
/* Cells of a picture; of more nothing is known. */
#define SHARERS_CELLS	16384

/* What is counted beside all of the pages that are watched. */
struct sharers_look {
	uint64_t	cell_first, cell_n;	/* pages of the cursor's cell;
						   0: none */
	uint64_t	grid_first;	/* page of the first cell */
	uint32_t	grid_shift;	/* log2 of the pages of a cell */
	uint32_t	grid_cells;	/* 0: no picture */
};

/* Is Pss known of a process? */
enum sharer_pss {
	PSS_UNREAD,		/* it was not read yet */
	PSS_KNOWN,
	PSS_REFUSED,		/* its smaps may not be read */
	PSS_STATES
};

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
	bool		covers;		/* some of these are in its mapping */
	enum sharer_pss	pss;
	uint64_t	pss_bytes;	/* of its mappings of the file, copies
					   of its own included ... */
	uint64_t	pss_ns;		/* ... since then, monotonic, or refused
					   then */
};

/* How many processes have what in each cell. */
struct sharers_grid {
	uint64_t	first;		/* as asked for */
	uint32_t	shift, cells;
	uint16_t	mapped[SHARERS_CELLS];	/* with a PTE in it */
	uint16_t	maybe[SHARERS_CELLS];	/* whose mapping has some of
						   it, and nobody knows whether
						   they have a PTE */
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
	uint64_t	cell_covers;	/* processes whose mapping has some of
					   them ... */
	uint64_t	cell_mapped;	/* ... and a PTE there, as far as that
					   is known */
	struct sharer	row[SHARERS_MAX];	/* most pages first */
	size_t		n;
	struct sharers_grid grid;
};

/* Adds one that maps it, in its place. */
void	sharers_add(struct sharers *, const struct sharer *);
/* Does the grid know of that cell of a picture: page and log2 of its pages? Then
 * *i is where. */
bool	sharers_cell(const struct sharers *, uint64_t first_page,
	    unsigned shift, size_t *i);

/* What the rest takes that could not be looked at, or not be counted. */
#define SHARERS_HIDDEN_TAKES \
	"CAP_SYS_PTRACE, or CAP_PERFMON from Linux 6.18 on"
#define SHARERS_COUNT_TAKES "CAP_DAC_READ_SEARCH"

#endif
