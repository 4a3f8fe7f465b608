/*
 * The truth table: what each hint is expected to do to a region of a file or
 * of anonymous memory, and whether what was measured is that. Pure.
 */
#ifndef PAGETIDE_TRUTH_H
#define PAGETIDE_TRUTH_H

#include <stdbool.h>
#include <stdint.h>

#include "pagetide/linuxver.h"

/* How the region is mapped; always for reading and writing. */
enum truth_on { TRUTH_SHARED, TRUTH_PRIVATE, TRUTH_ANON, TRUTH_ON_COUNT };

/* How the region is when the first act comes. */
enum truth_state {
	TRUTH_COLD,	/* nothing in the cache; anonymous: untouched */
	TRUTH_CACHED,	/* cached in folios of one page, mapped by nobody */
	TRUTH_FOLIOS,	/* cached in large folios that reach out of it */
	TRUTH_MAPPED,	/* cached and read: each page has a PTE */
	TRUTH_WRITTEN,	/* cached and written: dirty, copied, or anonymous */
	TRUTH_LOCKED,	/* mapped and under mlock */
	TRUTH_ELSEWHERE, /* cached, another process has the PTEs */
	TRUTH_BOTH,	/* mapped here, and by another process */
	TRUTH_DIRTY,	/* written, the PTEs are gone */
	TRUTH_SWAPPED,	/* anonymous, written, and paged out */
	TRUTH_STATE_COUNT
};

enum truth_act_kind {
	ACT_NONE,
	ACT_HINT,		/* advice: a name of advice_table */
	ACT_MAP,		/* maps afresh, with more of MAP_SPEC_ */
	ACT_EXIT,		/* the process ends */
	ACT_WRITE_ONE,		/* stores into the first page */
	ACT_PEEK,		/* another process: process_vm_readv() */
	ACT_DIRECT_READ,	/* another process: O_DIRECT */
	ACT_DIRECT_WRITE,
};

struct truth_act {
	enum truth_act_kind kind;
	const char	*advice;
	uint32_t	map_flags;
};

#define TRUTH_ACTS 2

/* What is measured. Those before TRUTH_PAGE_COLS also before the acts. */
enum truth_col {
	/* Pages of the region: */
	TRUTH_COL_CACHED,
	TRUTH_COL_MAPPED,
	TRUTH_COL_PRIVATE,
	TRUTH_COL_DIRTY,
	TRUTH_COL_EVICTED,	/* reclaim took them */
	TRUTH_COL_FILE,		/* cached pages of the whole file */
	TRUTH_PAGE_COLS,
	TRUTH_COL_CALL_MINOR = TRUTH_PAGE_COLS,	/* faults of the acts */
	TRUTH_COL_CALL_MAJOR,
	/* When each page of the region is touched then: */
	TRUTH_COL_MINOR,
	TRUTH_COL_MAJOR,
	TRUTH_COL_READ,		/* cached pages of the whole file after it */
	TRUTH_NUMBERS,
	TRUTH_COL_FLAGS = TRUTH_NUMBERS,	/* VMF_ bits */
	TRUTH_COL_ERRNO,
	TRUTH_COLS
};
#define TRUTH_BIT(col) (1u << (col))

/* The JSON word of each; numbers of pages and of faults. */
extern const char *const truth_col_name[TRUTH_COLS];

/* How many pages are expected. */
enum truth_pages {
	PAGES_ANY,	/* not asked */
	PAGES_SAME,	/* as before the acts */
	PAGES_NONE,
	PAGES_ALL,	/* as many as the region has */
	PAGES_SOME,	/* one at least */
	PAGES_FEW,	/* more than one: a folio */
	PAGES_AHEAD,	/* what one call brings: not all, where readahead is
			   shorter than the region */
	PAGES_WINDOW,	/* of the file: the region and what readahead adds */
};

/* Which faults are expected of touching all of the region's n pages. */
enum truth_cost {
	COST_ANY,		/* not asked */
	COST_NONE,
	COST_CACHED,		/* a minor fault maps what is around it */
	COST_FOLIOS,		/* a minor fault maps a large folio */
	COST_MARKED,		/* a minor fault leaves out marked pages */
	COST_COLD,		/* some major ones; readahead does the rest */
	COST_AHEAD,		/* as PAGES_AHEAD left it */
	COST_READ_AT_ONCE,	/* by a call that reads: minor ones only */
	COST_POPULATE,		/* by POPULATE_READ: as the kernel counts */
	COST_MINOR_EACH,	/* a minor fault for each page */
	COST_MAJOR_EACH,
	COST_HUGE_FILE,		/* folios of 2 MiB are read */
	COST_HUGE_ANON,		/* huge pages, if the mapping is aligned */
	COST_SWAP_IN,		/* major ones; swap may read ahead */
};

/* What a row needs of the machine, and what the machine has. */
enum {
	TRUTH_NEEDS_STORAGE = 1 << 0,	/* all rows but anonymous ones */
	TRUTH_NEEDS_CACHESTAT = 1 << 1,	/* all that count dirty, evicted */
	TRUTH_NEEDS_SWAP = 1 << 2,
	TRUTH_NEEDS_NO_SWAP = 1 << 3,
	TRUTH_NEEDS_THP = 1 << 4,
	TRUTH_NEEDS_FOLIOS = 1 << 5,	/* large folios in the page cache */
	TRUTH_NEEDS_MEMLOCK = 1 << 6,	/* may lock the file */
	TRUTH_NEEDS_DIRECT = 1 << 7,	/* O_DIRECT */
	TRUTH_NEEDS_STRANGER = 1 << 8,	/* a worker that is somebody else and
					   may only read the file */
	TRUTH_NEEDS_GUARD = 1 << 9,	/* nobody has: given on no account */
	TRUTH_NEEDS_REMOVE = 1 << 10,
	TRUTH_NEEDS_ONFAULT = 1 << 11,	/* VmFlags that show it */
	TRUTH_NEEDS_ZERO_PAGE = 1 << 12, /* a load of anonymous memory maps
					   one page of zeros for all; */
	TRUTH_NEEDS_NO_ZERO_PAGE = 1 << 13, /* or makes a page each time:
					   some kernels for virtual machines */
};

enum {
	TRUTH_WHOLE = 1 << 0,		/* the region is the whole file */
	TRUTH_NO_MAPPING = 1 << 1,	/* after the acts there is none */
	TRUTH_NEXT_WRITES = 1 << 2,	/* the next touch is a store */
	TRUTH_PAST_END = 1 << 3,	/* the mapping is longer than the
					   file; hints reach from the region
					   to the end of the mapping */
};

struct truth_row {
	const char	*name;
	enum truth_on	 on;
	enum truth_state state;
	struct truth_act act[TRUTH_ACTS];
	const char	*given;		/* a hint before the region is made
					   ready, or NULL */
	unsigned	 needs;		/* TRUTH_NEEDS_ bits beside those
					   that follow from the rest */
	unsigned	 how;		/* TRUTH_WHOLE ... */
	unsigned	 since;		/* LINUXVER(); 0: any */
	/* Expected: */
	uint8_t		 pages[TRUTH_PAGE_COLS];	/* truth_pages */
	uint8_t		 read;		/* of TRUTH_COL_READ: truth_pages */
	uint8_t		 call;		/* truth_cost of the acts */
	uint8_t		 next;		/* and of the next touch */
	unsigned	 flags_on, flags_off;	/* VMF_ bits */
	int		 err[TRUTH_ACTS];
	const char	*remark;	/* one line, no full stop */
};

extern const struct truth_row truth_table[];
extern const unsigned truth_rows;

/* "shared", "cold": the words for both. */
extern const char *const truth_on_name[TRUTH_ON_COUNT];
extern const char *const truth_state_name[TRUTH_STATE_COUNT];

/* The machine and the scratch file. */
struct truth_facts {
	unsigned	 has;		/* TRUTH_NEEDS_ bits */
	unsigned	 linux_version;	/* LINUXVER() */
	uint64_t	 file_pages;
	uint64_t	 region_pages;
	uint64_t	 around_pages;	/* that a fault maps: 64 KiB */
	uint64_t	 huge_pages;	/* of 2 MiB, or what it is here */
	uint64_t	 readahead_pages;	/* valid if known */
	bool		 readahead_known;
	bool		 anon_folios;	/* a fault may map more than a page
					   of untouched anonymous memory */
};

/* What was measured of a row. */
struct truth_seen {
	uint64_t	 before[TRUTH_PAGE_COLS], after[TRUTH_NUMBERS];
	unsigned	 before_known, after_known;	/* TRUTH_BITs, with
							   FLAGS */
	unsigned	 flags_before, flags_after;
	int		 err[TRUTH_ACTS];	/* of each act made */
};

/* First and last that will do. */
struct truth_range { uint64_t lo, hi; };

/* Does a row belong to a hint: by its name, or by one of its acts? */
bool	truth_is_of(const struct truth_row *, const char *hint);
/* Pages of the region of a row. */
uint64_t truth_pages_of(const struct truth_row *, const struct truth_facts *);
/* Why the machine can't run a row: one static line; NULL: it can. */
const char *truth_why_not(const struct truth_row *,
	    const struct truth_facts *);
/* Is the region known to be as the row's state wants it? */
bool	truth_is_ready(const struct truth_row *, const struct truth_facts *,
	    const struct truth_seen *);
/*
 * What is expected of a number; false: it is not asked. Of PAGES_SAME it is
 * what was before, and asked only if that is known.
 */
bool	truth_expects(const struct truth_row *, const struct truth_facts *,
	    const struct truth_seen *, enum truth_col, struct truth_range *);
/* The TRUTH_BITs of what differs from what is expected; what is expected and
 * was not measured differs, too. */
unsigned truth_differs(const struct truth_row *, const struct truth_facts *,
	    const struct truth_seen *);
/* The same of the pages after the acts alone: what a moment may still change,
 * as long as storage is at it. */
bool	truth_is_settled(const struct truth_row *, const struct truth_facts *,
	    const struct truth_seen *);

enum truth_verdict { TRUTH_AS_EXPECTED, TRUTH_DIFFERS, TRUTH_NOT_RUN };

/* One row after it was run, or not. */
struct truth_result {
	const struct truth_row *row;
	enum truth_verdict verdict;
	unsigned	 differs;	/* TRUTH_BITs */
	unsigned	 tries;		/* 0: not run */
	struct truth_seen seen;
	char		 why_not[120];	/* of TRUTH_NOT_RUN */
};

#endif
