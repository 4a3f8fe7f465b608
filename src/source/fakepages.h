/* The pages of the simulated kernel: cache, PTEs, advice, faults. Private to
 * src/source. */
#ifndef PAGETIDE_FAKEPAGES_H
#define PAGETIDE_FAKEPAGES_H

#include <stdbool.h>
#include <stdint.h>

#include "pagetide/latency.h"
#include "pagetide/touchwhy.h"

struct pattern;

#define FAKE_PAGES	16384
#define FAKE_PAGE_BYTES	4096
#define FAKE_RA_PAGES	32	/* readahead window */

/* State of one page. */
enum {
	FAKE_CACHED = 1 << 0,
	FAKE_MAPPED = 1 << 1,
	FAKE_EVICTED = 1 << 2,
	FAKE_READING = 1 << 3,		/* cached, its content has to come */
	FAKE_DIRTY = 1 << 4,
	FAKE_WRITEBACK = 1 << 5,
	FAKE_PRIVATE = 1 << 6,		/* mapped is the worker's own copy */
};

struct fake_pages {
	uint8_t		 page[FAKE_PAGES];
	uint8_t		 vmflags[FAKE_PAGES];	/* VMF_ bits */
	uint64_t	 map_pages;	/* of the worker's mapping */
	uint32_t	 map_flags;	/* MAP_SPEC_ bits of it */
	uint64_t	 ra_pages;	/* readahead of its struct file */
	uint64_t	 minor, major;	/* faults of the worker */
	uint64_t	 read_pages;	/* read on its account */
	struct latency	 latency;	/* of its touches */
	struct path_counts paths;	/* of them */
	enum latency_kind paid;		/* the last of them: its kind, */
	uint64_t	 paid_ns;	/* and price */
};

/* About a third of all pages cached, in runs. */
void	fake_pages_seed(struct fake_pages *, uint64_t seed);
/* A new mapping, shared and read-only: no PTEs, no advice. */
void	fake_pages_map(struct fake_pages *, uint64_t pages);
/* The same as the flags say, from page 0 on. 0, or EINVAL for what is not
 * simulated: nothing is mapped then. */
int	fake_pages_map_as(struct fake_pages *, uint32_t flags,
	    uint64_t pages);
/* Time passes: reads and writes under way are over, and some dirty
 * pages begin to be written. */
void	fake_pages_pass_time(struct fake_pages *);
/* Somebody else writes pages: they are cached and dirty. */
void	fake_pages_write(struct fake_pages *, uint64_t first, uint64_t n);
/* What a touch of that kind takes. */
uint64_t fake_pages_price_ns(enum latency_kind);
/* The worker touches a page of its mapping. */
void	fake_pages_touch(struct fake_pages *, uint64_t page);
/* It writes one of a private mapping: from then on that is a copy. */
void	fake_pages_store(struct fake_pages *, uint64_t page);
/* It reads one by a call: no fault, no PTE. */
void	fake_pages_read(struct fake_pages *, uint64_t page);
/* Is the page that is mapped a copy? A PTE that goes takes its copy along. */
bool	fake_pages_is_copy(const struct fake_pages *, uint64_t page);
/* Maps the cached pages of the aligned window around page. */
void	fake_pages_map_around(struct fake_pages *, uint64_t page);
/* Reads into the cache what is not there, at most max pages; returns how many
 * that were. A range may go past the end. They are in flight until somebody
 * waits for them by mapping them, or time passes. */
uint64_t fake_pages_bring(struct fake_pages *, uint64_t first, uint64_t n,
	    uint64_t max);
/* fakehints.c: the calls of a hint on a range inside the mapping (of one given
 * in chunks: one chunk): 0 or errno of each into err, which stays as it is
 * where the hint is not known and for calls that are not made. */
void	fake_pages_advise(struct fake_pages *, const char *advice,
	    uint64_t first, uint64_t n, int32_t err[2]);
/* What a chunked walk hints before its next touch, or after the last. */
void	fake_pages_chunk(struct fake_pages *, const struct pattern *);

#endif
