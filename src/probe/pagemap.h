/* /proc/PID/pagemap: which pages have a present PTE in the worker's mapping.
 * Private to src/probe. */
#ifndef PAGETIDE_PAGEMAP_H
#define PAGETIDE_PAGEMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "reader.h"

/* Entries of one plain read: 20 us. */
#define PAGEMAP_CHUNK 4096
/* Runs of one PAGEMAP_SCAN. */
#define PAGEMAP_REGIONS 512

/* One run of pages as PAGEMAP_SCAN gives it (no header of ours has it). */
struct pagemap_region {
	uint64_t	start, end;	/* addresses */
	uint64_t	categories;
};

/* A mapping of a process. Pages of the target outside of it have no PTE. */
struct pagemap {
	int		 fd;		/* -1: not open */
	uint32_t	 page_bytes;
	uint64_t	 addr;		/* where the mapping starts; 0: none */
	uint64_t	 first_page;	/* of the target, at addr */
	uint64_t	 pages;		/* of it */
	const struct foreign *foreign;	/* of a process that is not ours, which
					   needs rests to get on with its mmap
					   and munmap: they wait while page
					   tables are read; NULL: a worker's */
	bool		 kinds;		/* LAYER_KINDS are asked for, too */
	uint64_t	 asked;		/* categories that PAGEMAP_SCAN is
					   asked to tell */
	union {
		uint64_t entry[PAGEMAP_CHUNK];
		struct pagemap_region region[PAGEMAP_REGIONS];
	} buf;
};

void	pagemap_init(struct pagemap *, uint32_t page_bytes);
void	pagemap_close(struct pagemap *);
/*
 * Opens the pagemap of a process as it is now: the address space a later
 * exec makes is another one. 0 or -errno.
 */
int	pagemap_open(struct pagemap *, pid_t, uint64_t addr,
	    uint64_t first_page, uint64_t pages);
/* The same of a process that is not ours. 0 or -errno. */
int	pagemap_open_foreign(struct pagemap *, const struct foreign *,
	    uint64_t addr, uint64_t first_page, uint64_t pages);
/* Who reads it: the reader with PAGEMAP_SCAN where the kernel has it, else
 * the one without. self is the struct pagemap. */
const struct scan_reader *pagemap_reader(struct pagemap *);

/* The entry of the page at an address of that process; false: not known. */
bool	pagemap_entry(const struct pagemap *, uint64_t addr, uint64_t *entry);
/* What is mapped there, if anything is: the page of zeros, a whole huge page.
 * false: not known, as where there is no PAGEMAP_SCAN. Uses buf. */
#define PAGEMAP_KIND_ZERO (1u << 0)
#define PAGEMAP_KIND_HUGE (1u << 1)
bool	pagemap_kind(struct pagemap *, uint64_t addr, unsigned *kinds);

/*
 * Layers of a page by its entry. A guard page (bit 58) has the swap bit (62)
 * too, and so has a mark of userfaultfd where nothing is (bit 57), as well as
 * what was swapped with one: of these nobody knows. A present page that is of
 * no file (bit 61) is private, but for the page of zeros that all share: only
 * an own page is mapped once (bit 56). Zeros and huge pages are not told.
 */
unsigned pagemap_layers(uint64_t entry);
/* Puts the runs of pages with the same layers; entry[0] is of page. Pure. */
void	pagemap_runs(const uint64_t *entry, size_t n, uint64_t page,
	    struct scan_sink *);

extern const struct scan_reader pagemap_scan_reader, pagemap_plain_reader;
/* With the kinds, all but where guard pages look as if swapped (Linux 6.13 to
 * 6.15); and by entries. */
extern const struct scan_reader pagemap_kinds_reader, pagemap_some_reader,
    pagemap_entries_reader;

#endif
