/* The probes of one target, and the table of them. Private to src/probe. */
#ifndef PAGETIDE_PROBE_H
#define PAGETIDE_PROBE_H

#include <stdbool.h>
#include <stdint.h>

#include "pagetide/probes.h"
#include "pagetide/subject.h"

#include "cachestat.h"
#include "holes.h"
#include "inflight.h"
#include "mapped.h"
#include "mincore.h"
#include "scan.h"
#include "touched.h"

struct target;

/* A grid, and who fills it. */
struct area {
	struct scan	 scan;		/* the grid is in it */
	struct holes	 holes;
	struct touched	 touched;
};

/* In the order they are measured in. */
enum { AREA_ZOOM, AREA_OVERVIEW, AREAS };

struct probes {
	struct target	*target;
	enum source_method method;
	size_t		 max_cells;	/* of the overview */
	struct subject	 subject;	/* pid 0: none */
	struct area	 area[AREAS];
	bool		 zoomed;	/* AREA_ZOOM is in use */
	uint64_t	 look_first, look_pages;
	unsigned	 look_shift;
	unsigned	 wanted;	/* LAYER_BITs that the picture shows */
	bool		 pages_only;	/* no holes */
	uint64_t	 window_ns;	/* of the working set; 0: none yet */
	struct mincore	 mincore;
	struct cachestat_source cachestat;
	struct mapped	 mapped;
	struct inflight	 inflight;	/* of the area that is shown */
	bool		 residency_known;	/* when readers were chosen */
	const char	*cached_why;	/* why not by the best one, or NULL */
	const char	*inflight_why;	/* why not known, or NULL */
	char		 cachestat_why[CACHESTAT_WHY_MAX];
	char		 waits_why[96];	/* storage does not answer */
};

/* Who fills layers of a grid from the kernel. */
struct probe {
	unsigned layers;
	const char *by;		/* through which interface; NULL: the one that
				   the scan asks */
	/* Why a layer is not known: one line; NULL: it is. Of the scan's,
	 * why not by the best interface. */
	const char *(*why_not)(const struct probes *, enum layer);
	/* Each NULL where nothing is to be done: begins what is due, */
	void	(*begin)(struct probes *, struct area *);
	/* goes on; true when nothing is left, false when deadline_ns came; */
	bool	(*step)(struct probes *, struct area *, uint64_t deadline_ns);
	/* the grid has another shape. */
	void	(*reshaped)(struct probes *, struct area *);
};

/* The first area in use, which is the one that is shown; all behind it are
 * in use, too. */
static inline struct area *
probes_shown(struct probes *p)
{
	return &p->area[p->zoomed ? AREA_ZOOM : AREA_OVERVIEW];
}

/* Tells all probes that the grid of an area has another shape. */
void	probe_reshaped(struct probes *, struct area *);
/* What is known of pages in flight is out of date. */
void	probe_forget_inflight(struct probes *);

/* Looks where the subject's mapping is now. */
void	probe_look_at_mapping(struct probes *);

/* Who is asked in a stage of the scan from now on. */
void	readers_set(struct probes *, enum scan_stage,
	    const struct scan_reader *, void *self);
/* Decides who counts what is cached, and why it isn't the best one. */
void	readers_choose(struct probes *);
/* The same, if cachestat does not answer any more: permissions change. */
void	readers_check(struct probes *);

#endif
