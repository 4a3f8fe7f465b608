/* The live source: what live.c measures and livefacts.c tells. Private to
 * src/source. */
#ifndef PAGETIDE_LIVE_H
#define PAGETIDE_LIVE_H

#include <stdbool.h>
#include <stdint.h>

#include "pagetide/counters.h"
#include "pagetide/memcg.h"
#include "pagetide/source.h"

#include "cachestat.h"
#include "follow.h"
#include "holes.h"
#include "inflight.h"
#include "mincore.h"
#include "pagemap.h"
#include "scan.h"
#include "smaps.h"
#include "touched.h"

struct target;

struct live {
	struct target	*target;
	struct follow	 follow;
	unsigned	 noticed;	/* SOURCE_ bits not yet told */
	enum source_method method;
	size_t		 max_cells;	/* of the overview */
	uint64_t	 touches;	/* of the worker when begun last */
	struct mincore	 mincore;
	struct cachestat_source cachestat;
	struct pagemap	 pagemap;
	struct scan	 overview;
	struct scan	 zoom;
	bool		 zoomed;	/* zoom is in use */
	uint64_t	 look_first, look_pages;
	unsigned	 look_shift;
	unsigned	 wanted;	/* LAYER_BITs that the picture shows */
	struct holes	 holes, zoom_holes;
	struct inflight	 inflight;
	struct touched	 touched, zoom_touched;
	uint64_t	 window_ns;	/* of the working set; 0: none yet */
	const char	*inflight_why;	/* why it can't be told, or NULL */
	bool		 residency_known;	/* when last chosen by it */
	const char	*cached_why;
	char		 cachestat_why[CACHESTAT_WHY_MAX];
	char		 mapped_why[96];	/* "": they can be told */
	struct source_worker worker;	/* pid 0: none */
	/* As the worker said last. */
	uint64_t	 map_addr, map_first_page, map_pages;
	uint32_t	 map_flags;
	struct counters_fds fds;
	struct memcg_fds memcg;
	int		 smaps_fd;
	bool		 flags_stale;
	uint64_t	 smaps_ns;	/* when it was read last */
	struct smaps	 smaps;
	bool		 begun;		/* before, only facts are told */
	uint64_t	 seq;
	bool		 gap;
};

/* The files in which the kernel counts for the worker, or without one. */
void	livefacts_open(struct live *);
void	livefacts_close(struct live *);
/* Sets LAYER_LOCKED of a grid from the VmFlags read last. */
void	liveflags_put(const struct live *, struct cells *);
/* Reads the VmFlags if they may have changed; of a mapping seen half-way they
 * are read again next time. Private_Dirty comes with them. */
void	liveflags_read(struct live *);
/* source_ops.pages */
bool	exact_pages(void *self, uint64_t first_page, uint64_t n_pages,
	    uint64_t within_ns, struct cells *out);
/* Fills in what the sample tells of worker, its cgroup, totals, scan and
 * VmFlags; target and counters of its own fds are there already. */
void	livefacts_read(const struct live *, struct sample *out);

#endif
