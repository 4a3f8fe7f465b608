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
#include "pagetide/touchwhy.h"
#include "pagetide/workers.h"

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
_Static_assert(COUNTER_COUNT <= 32, "a bit for each");

struct counter_info {
	bool		 gauge;		/* a level, not a running count */
};
/* Indexed by enum counter. */
extern const struct counter_info counter_table[COUNTER_COUNT];

struct counters {
	uint64_t	v[COUNTER_COUNT];
	unsigned	known;		/* COUNTER_BITs */
};

/* What a counter changed by. False, and *delta untouched: not known, or a
 * running count fell (a gauge may). */
bool	counters_change(const struct counters *older,
	    const struct counters *newer, enum counter, int64_t *delta);

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
	bool		 atime_known;	/* what looking does to it */
	bool		 atime_kept;	/* looking leaves the access time */
	bool		 anon;		/* memory of the worker, no file */
	dev_t		 dev;
	ino_t		 ino;
	uint64_t	 names;		/* hard links; 0: not known */
	bool		 waits_known;
	uint64_t	 waits_ns;	/* storage has not answered for so
					   long: size, name and all else of
					   it are of before; 0: it answers */
	const char	*refused;	/* why the file that the path leads to
					   now is not watched instead, where
					   one is to be followed; or NULL */
};

/* PTEs of a process that is not ours: what came in and went out, from one whole
 * pass over its page tables to the next. */
struct pte_moves {
	bool		 known;
	bool		 exact;		/* page by page; else net of each
					   cell: there may be more */
	uint64_t	 came_pages, went_pages;	/* within the last
							   passes, ... */
	uint64_t	 within_ns;	/* ... of a second, or of a pass that
					   took longer */
	uint64_t	 came_all_pages, went_all_pages;	/* since it is
								   watched */
};

struct worker_facts {
	bool		 alive;
	pid_t		 pid;
	pid_t		 process;	/* watched in place of a worker of
					   ours; 0: none is */
	bool		 process_gone;	/* it has ended, or runs another
					   program */
	struct pte_moves moves;		/* of it */
	bool		 running;	/* a walk is on, */
	bool		 paused;	/* and pauses */
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
	bool		 paths_known;	/* its touches are looked at */
	struct path_counts paths;	/* of it */
	bool		 private_dirty_known;
	uint64_t	 private_dirty_bytes;	/* smaps Private_Dirty of the
					   mapping, read once a second */
	bool		 readahead_known;
	uint64_t	 readahead_bytes;	/* of the file as it was mapped:
					   a file takes it over from the
					   device when it is opened */
	uint64_t	 window_ns;	/* of the working set: it reaches back
					   that far, less a slot at most */
};

/* Whose the memory limit is that is in force. */
enum limit_of {
	LIMIT_UNKNOWN,
	LIMIT_NONE,
	LIMIT_OURS,		/* of the worker's cgroup, made by us */
	LIMIT_INHERITED,	/* of the cgroup that we are in, or of one
				   above */
	LIMIT_OF_COUNT
};
/* "ours"; NULL: unknown. */
extern const char *const limit_of_name[LIMIT_OF_COUNT];

/* Memory of the whole machine. */
struct machine_facts {
	bool		 known;
	uint64_t	 total_bytes, free_bytes;
	uint64_t	 file_bytes;	/* pages of files, buffers too */
	uint64_t	 shmem_bytes;	/* of that: without a file on a disk */
	uint64_t	 anon_bytes;
	uint64_t	 dirty_bytes;	/* to be written, or being written */
};

/*
 * The cgroup whose memory limit is in force: the worker's own, or one above
 * it with less; and how long tasks wait for memory. All but pressure is
 * unknown where there is none.
 */
struct memory_facts {
	bool		 limited;	/* the worker is in a cgroup of its
					   own */
	enum limit_of	 limit_of;
	const char	*limit_cgroup;	/* its path; NULL: it is ours, or out
					   of sight */
	const char	*limit_file;	/* "memory.max", or NULL */
	bool		 above_known, above_hidden; /* not all cgroups above
						       can be seen */
	bool		 limit_known, usage_known, hits_known, kills_known;
	bool		 parts_known;
	uint64_t	 limit_bytes;	/* UINT64_MAX: none */
	uint64_t	 usage_bytes;	/* charged to it now */
	uint64_t	 file_bytes;	/* of that: pages of files */
	uint64_t	 anon_bytes;	/* and anonymous memory */
	bool		 dirty_known;
	uint64_t	 dirty_bytes;	/* of the pages of files: to be
					   written, or being written */
	bool		 shmem_known;
	uint64_t	 shmem_bytes;	/* and those without a file on a disk
					   */
	uint64_t	 limit_hits;	/* allocations that met the limit */
	uint64_t	 oom_kills;	/* processes killed for lack of it */
	const char	*steals_by;	/* what COUNTER_STEALS is of: "cgroup",
					   or "system", where the cgroup does
					   not count them; NULL: unknown */
	bool		 pressure_known;
	bool		 pressure_own;	/* of the cgroup, else of the system */
	/* PSI memory, avg10, in hundredths of a percent of the time. */
	uint32_t	 some_avg10_bp, full_avg10_bp;
	struct machine_facts machine;
};

struct scan_facts {
	const char	*cached_by;	/* "mincore", "cachestat", NULL:
					   not knowable */
	const char	*mapped_by;	/* "pagemap", "PAGEMAP_SCAN", NULL */
	const char	*why;		/* why something is unknown or fell
					   back, one line; NULL: no remark */
	const char	*by[LAYER_COUNT];	/* the interface that reports
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
	/* When LAYER_INFLIGHT was counted last: */
	bool		 device_reads_known;
	uint64_t	 device_reads;	/* under way on the file's device */
	bool		 nothing_read;	/* ... long enough none: what is not
					   up to date is not being read */
};

struct sample {
	uint64_t	seq;		/* 1, 2, ...; 0: nothing is measured
					   yet */
	uint64_t	t_ns;		/* monotonic, when counters were read */
	uint64_t	wall_ns;
	bool		gap;		/* no rate across this and the one
					   before: stopped, new worker */
	struct target_facts target;
	struct worker_facts worker;
	struct workers_facts workers;	/* of two; who acts tells it */
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

/* Is the total of the layer known? */
static inline bool
sample_total_known(const struct sample *s, enum layer layer)
{
	return (s->total_known & LAYER_BIT(layer)) != 0;
}
/* Which layer tells what is in memory: memory without a file has no page
 * cache. */
static inline enum layer
sample_main_layer(const struct sample *s)
{
	return s->target.anon ? LAYER_MAPPED : LAYER_CACHED;
}
/* Is the worker in a cgroup of its own, which has, or may have, a limit? */
bool	sample_has_limit(const struct memory_facts *);
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
/* Is a walk on that does not pause? */
bool	sample_walks(const struct sample *);
/* VmFlags over [first, first+n): false if not known. *vmflags: those of the
 * first page; *differ: the bits that other pages have otherwise. */
bool	sample_vmflags(const struct sample *, uint64_t first_page,
	    uint64_t n_pages, unsigned *vmflags, unsigned *differ);
#define SAMPLE_ADVICE_MAX 80
/* The advice in force over [first, first+n): "NORMAL", "RANDOM locked", with
 * ", partly mapped" where the range reaches out of the mapping; "not mapped";
 * "?" where it is not known. Returns buf. */
char	*sample_advice_text(char buf[SAMPLE_ADVICE_MAX],
	    const struct sample *, uint64_t first_page, uint64_t n_pages);

#endif
