/*
 * The one thing that flows through the program: all that one tick measured.
 * Its size does not grow with the target.
 */
#ifndef PAGETIDE_SAMPLE_H
#define PAGETIDE_SAMPLE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "pagetide/cells.h"
#include "pagetide/latency.h"
#include "pagetide/layer.h"
#include "pagetide/pattern.h"

enum counter {
	COUNTER_MINOR,		/* worker: /proc/PID/stat field 10 */
	COUNTER_MAJOR,		/* worker: field 12 */
	COUNTER_READ_BYTES,	/* worker: /proc/PID/io read_bytes */
	COUNTER_RSS_PAGES,	/* worker: stat field 24 (a gauge) */
	COUNTER_SYS_FAULTS,	/* /proc/vmstat pgfault */
	COUNTER_SYS_MAJOR,	/* /proc/vmstat pgmajfault */
	COUNTER_TOUCHES,	/* worker: pages touched on order */
	COUNTER_CACHED,		/* total of LAYER_CACHED (a gauge, pages) */
	COUNTER_MAPPED,		/* total of LAYER_MAPPED (a gauge, pages) */
	COUNTER_PRIVATE,	/* total of LAYER_PRIVATE (a gauge, pages) */
	COUNTER_REFAULTS,	/* limited worker: pages read again that its
				   cgroup had lost to reclaim */
	COUNTER_STEALS,		/* limited worker: pages that reclaim took,
				   see memory_facts.steals_by */
	COUNTER_WORKING_SET,	/* worker: pages that it touched within
				   worker_facts.window_ns (a gauge) */
	COUNTER_SYS_REFAULTS,	/* /proc/vmstat workingset_refault_* */
	COUNTER_COUNT
};
#define COUNTER_BIT(c) (1u << (c))

struct counter_info {
	const char	*name;		/* "minor_faults" */
	const char	*unit;		/* "faults", "bytes", "pages" */
	bool		 gauge;		/* a level, not a running count */
};
/* Indexed by enum counter. */
extern const struct counter_info counter_table[COUNTER_COUNT];

struct counters {
	uint64_t	v[COUNTER_COUNT];
	unsigned	known;		/* COUNTER_BITs */
};

/* A stretch of the mapping with the same VmFlags. */
struct vma_range {
	uint64_t	first_page, n_pages;
	unsigned	vmflags;	/* VMF_ bits of advice.h */
};
#define SAMPLE_VMAS_MAX 64

/* What is watched. Strings belong to the source and outlive the sample. */
struct target_facts {
	const char	*path;		/* as given; NOT safe to print raw */
	const char	*filesystem;	/* "ext4", or "unknown (0x..)" */
	uint64_t	 size_bytes;
	uint64_t	 pages;		/* ceil(size / page) */
	uint32_t	 page_bytes;
	uint64_t	 readahead_bytes;	/* valid if readahead_known */
	bool		 readahead_known;
	bool		 has_holes_known, has_holes;
	bool		 anon;		/* memory of the worker, no file */
	dev_t		 dev;
	ino_t		 ino;
	const char	*refused;	/* why the file that the path leads to
					   now is not watched instead, where
					   one is to be followed; or NULL */
};

struct worker_facts {
	bool		 alive;
	pid_t		 pid;
	bool		 running;	/* a walk is on */
	enum pattern_kind kind;		/* of it */
	bool		 cursor_known;	/* it has touched something */
	uint64_t	 cursor_page;
	uint64_t	 pace_per_s;	/* 0: full speed */
	uint64_t	 map_addr;	/* where its mapping starts; 0: not
					   known, or none */
	uint64_t	 map_first_page;	/* of the target, that is mapped */
	uint64_t	 map_pages;	/* 0: nothing is mapped */
	uint32_t	 map_flags;	/* MAP_SPEC_ bits of order.h */
	uint32_t	 walk_seq;	/* of the order (order.h) of the walk
					   that runs, or ran last; 0: none */
	bool		 latency_known;	/* there was a walk */
	struct latency	 latency;	/* of the walk that runs, or ran
					   last */
	bool		 private_dirty_known;
	uint64_t	 private_dirty_bytes;	/* smaps Private_Dirty of the
					   mapping, read once a second */
	uint64_t	 window_ns;	/* of the working set: it reaches back
					   that far, less a slot at most */
};

/*
 * The cgroup that a worker with a memory limit is in (all but pressure is
 * unknown without one), and how long tasks wait for memory.
 */
struct memory_facts {
	bool		 limited;	/* the worker is in such a cgroup */
	bool		 limit_known, usage_known, hits_known, kills_known;
	bool		 parts_known;
	uint64_t	 limit_bytes;	/* UINT64_MAX: none */
	uint64_t	 usage_bytes;	/* charged to it now */
	uint64_t	 file_bytes;	/* of that: pages of files */
	uint64_t	 anon_bytes;	/* and anonymous memory */
	uint64_t	 limit_hits;	/* allocations that met the limit */
	uint64_t	 oom_kills;	/* processes killed for want of it */
	const char	*steals_by;	/* what COUNTER_STEALS is of: "cgroup",
					   or "system", where the cgroup does
					   not count them; NULL: unknown */
	bool		 pressure_known;
	bool		 pressure_own;	/* of the cgroup, else of the system */
	/* PSI memory, avg10, in hundredths of a percent of the time. */
	uint32_t	 some_avg10_bp, full_avg10_bp;
};

struct scan_facts {
	const char	*cached_by;	/* "mincore", "cachestat", NULL:
					   not knowable */
	const char	*mapped_by;	/* "pagemap", "PAGEMAP_SCAN", NULL */
	const char	*why;		/* why something is unknown or fell
					   back, one line; NULL: no remark */
	const char	*by[LAYER_COUNT];	/* the interface that tells
					   the layer, NULL: none does */
	const char	*why_not[LAYER_COUNT];	/* why not, where none does:
					   one line, or NULL */
	uint64_t	 duration_ns;	/* time spent measuring the last
					   full pass */
	uint64_t	 pass_ns;	/* when that began, or later; all
					   totals are of then or younger; 0:
					   none is complete */
	uint64_t	 oldest_ns;	/* monotonic time of the oldest part
					   shown; 0: nothing measured yet */
	bool		 complete;	/* one pass has covered everything */
};

struct sample {
	uint64_t	seq;		/* 1, 2, ... */
	uint64_t	t_ns;		/* monotonic, when counters were read */
	uint64_t	wall_ns;
	bool		gap;		/* no rate across this and the one
					   before: stopped, new worker */
	struct target_facts target;
	struct worker_facts worker;
	struct memory_facts memory;
	struct scan_facts scan;
	struct counters	counters;
	/* What they were when the worker was ready to act: its own start is
	 * in them. Nothing known: not ready yet. */
	struct counters	base;
	/* Totals over the whole target. */
	uint64_t	total[LAYER_COUNT];
	unsigned	total_known;	/* LAYER_BITs */
	/* Grids belong to the source; valid until its next step or look. */
	const struct cells *overview;	/* whole target */
	const struct cells *zoom;	/* what look() asked for when finer
					   than the overview, else NULL */
	struct vma_range vma[SAMPLE_VMAS_MAX];
	unsigned	n_vmas;
	bool		vmas_known;
};

/*
 * A copy that outlives the source's next step: grids are copied into the
 * two given (initialised) grids. Strings still belong to the source.
 */
void	sample_freeze(struct sample *dst, const struct sample *src,
	    struct cells *overview, struct cells *zoom);
/* Fills shown (geometry set by the caller) from the sample's finest grid. */
void	sample_project(const struct sample *, struct cells *shown);
/*
 * Pages of [first, first+n) in a layer, exactly, by the overview: false, and
 * *pages untouched, if any of them is not known (there is nothing finer than
 * its cells), or no whole pass has begun since then.
 */
bool	sample_count(const struct sample *, enum layer, uint64_t first_page,
	    uint64_t n_pages, uint64_t since_ns, uint64_t *pages);
/* What was counted by now (a tick of this worker) from the sample's base on:
 * false if that is not known. */
bool	sample_since(const struct sample *, const struct counters *now,
	    enum counter, uint64_t *counted);
/* VmFlags over [first, first+n): false if not known. *vmflags: those of the
 * first page; *differ: the bits that other pages have otherwise. */
bool	sample_vmflags(const struct sample *, uint64_t first_page,
	    uint64_t n_pages, unsigned *vmflags, unsigned *differ);

#endif
