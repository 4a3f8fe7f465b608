/*
 * Why a touch cost what it did: its way, stage by stage, and what walks count
 * of that. Plain data of fixed size, which travels in a report.
 */
#ifndef PAGETIDE_TOUCHWHY_H
#define PAGETIDE_TOUCHWHY_H

#include <stdbool.h>
#include <stdint.h>

#include "pagetide/faultpath.h"

/* Who says it. */
enum why_by {
	WHY_BY_NOBODY,		/* nothing of it is known */
	WHY_BY_LOOKS,		/* looks right before and right after it */
	WHY_BY_TRACE,		/* tracepoints of the kernel */
	WHY_BYS
};
#define WHY_BY_ANY (WHY_BY_LOOKS | WHY_BY_TRACE)
/* "looks", "tracepoints"; NULL: nobody. */
extern const char *const why_by_name[WHY_BYS];

struct touch_why {
	uint32_t	by;		/* enum why_by */
	uint32_t	path;		/* enum fault_path */
	uint32_t	write, file;	/* what was done, and to what */
	uint32_t	map_flags;	/* MAP_SPEC_ bits of the mapping */
	uint32_t	known;		/* LOOK_ bits, of before */
	uint32_t	present, swapped, guard, cached, up_to_date; /* before */
	uint32_t	mapped_known, asked_known, traced_known;
	uint64_t	map_addr, map_bytes;	/* where it is; 0: nothing is
					   mapped there */
	uint64_t	mapped_more;	/* PTEs that it made */
	uint64_t	asked_pages;	/* that it asked storage for */
	uint64_t	asked_least;	/* where that is not known: that many
					   came with it, or more did; 0: that
					   is not known either */
	uint64_t	first_page;	/* where these begin; UINT64_MAX: not
					   known */
	uint64_t	marker_page;	/* UINT64_MAX: none, or not known */
	uint64_t	looks_ns;	/* what the looks took */
	uint64_t	traced_ns;	/* the fault alone, by tracepoints */
};

/* Touches of a walk by name. */
struct path_counts {
	uint64_t	by;		/* enum why_by */
	uint64_t	touches[PATH_COUNT];	/* that were looked at, or all */
	uint64_t	ns[PATH_COUNT];	/* that they took; by tracepoints: the
					   faults alone */
	uint64_t	looked;		/* all of them */
	uint64_t	one_of;		/* of so many touches one is looked at
					   now; 0: none is */
	uint64_t	looks_ns;	/* what looking took in all */
	/* By tracepoints: */
	uint64_t	records;	/* of all faults, */
	uint64_t	lost;		/* and of more that have no name */
	uint64_t	records_ns;	/* what reading them took us */
};

struct strbuf;

/* One stage: a question and its answer; the last one has no question. */
struct why_stage {
	const char	*question;	/* "PTE?" */
	char		answer[96];	/* "no" */
};
enum { WHY_STAGES = 4 };
/*
 * How it went; the number of stages, 0: nobody knows. addresses: where the
 * mapping is, too.
 */
unsigned touchwhy_stages(const struct touch_why *, bool addresses,
	    struct why_stage[WHY_STAGES]);
/* The same on one line: "PTE? no  VMA? r-- shared ok  page cache? no
 * synchronous readahead of 32 pages"; nothing where nobody knows. */
void	touchwhy_text(const struct touch_why *, struct strbuf *);
/* The names that were seen, most touches first; how many. */
unsigned path_counts_order(const struct path_counts *,
	    enum fault_path[PATH_COUNT]);

#endif
