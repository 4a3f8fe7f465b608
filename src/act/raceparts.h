/* A race under way, for those who begin it and those who go on. */
#ifndef PAGETIDE_RACEPARTS_H
#define PAGETIDE_RACEPARTS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "pagetide/race.h"
#include "pagetide/sample.h"
#include "pagetide/viewport.h"

enum stage {
	STAGE_NONE,
	STAGE_NORMAL,		/* what the hint before left in force goes */
	STAGE_EVICT,
	STAGE_HINT,
	STAGE_WALK,
	STAGE_SETTLE,
	STAGE_RESTORE,
	STAGE_COUNT
};

struct race {
	enum stage	stage;
	bool		asked;		/* ... what it is to ask for */
	struct race_plan plan;
	unsigned	i;		/* of its hints */
	struct viewport	vp;		/* the range, whatever is on the
					   screen */
	unsigned	tries;		/* of this eviction */
	unsigned	looks;		/* samples since the walk ended */
	uint64_t	cached;		/* pages, in the one before */
	uint64_t	event_seq;
	dev_t		dev;
	ino_t		ino;
	uint64_t	pages;
	unsigned	noticed;	/* SOURCE_ bits at the start */
	/* What was in force before the first hint: */
	bool		vmas_known;	/* ... on all of the range */
	struct vma_range vma[SAMPLE_VMAS_MAX];
	unsigned	n_vmas, restored;
	unsigned	in_force;	/* VMF_ bits of the last hint */
	bool		disturbed;	/* some hint was given */
};

/* Begins with the hint that is next. */
void	race_next_hint(struct act *);

#endif
