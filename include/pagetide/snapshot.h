/*
 * A sample that owns itself, with all that was known beside it: what was
 * noticed, which events there were, what the rules said, what it cost.
 */
#ifndef PAGETIDE_SNAPSHOT_H
#define PAGETIDE_SNAPSHOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pagetide/cells.h"
#include "pagetide/diagnosis.h"
#include "pagetide/event.h"
#include "pagetide/order.h"
#include "pagetide/rawindow.h"
#include "pagetide/sample.h"

struct landing;

/* What pagetide itself costs, as the screen shows it: upper bounds; 0: not
 * known yet. */
struct snapshot_cost {
	unsigned	rate_hz;	/* samples a second reached, rounded;
					   0: not known yet */
	unsigned	cpu_pct;	/* own CPU, at most this; 0: not known
					   yet */
	uint64_t	scan_ns;	/* a pass took at most this in the last
					   10 s; 0: not known yet */
};

/* What the rules said, and what they said last. */
struct findings {
	struct diagnosis now;
	struct diagnosis last;		/* had items */
	uint64_t	last_wall_ns;	/* when that held last; 0: never */
};

/* What only who acts knows of the moment. */
struct acted {
	struct one_touch touched;	/* the last that was ordered */
	struct readahead readahead;
	uint64_t	busy_ns;	/* of the last sample before which the
					   worker did something; 0: none */
	const char	*no_worker;	/* why there is none; NULL: there is,
					   or none was wanted */
	const struct landing *landing;	/* where faults landed, in few slots;
					   NULL: not kept */
};

struct snapshot {
	struct sample	sample;
	unsigned	notices;	/* SOURCE_ bits, since the one before */
	struct events_moment events;	/* which there were */
	struct findings	findings;
	struct snapshot_cost cost;
	struct acted	acted;

	/* What all pointers above lead to where it owns itself: as
	 * snapshot_copy(), and a history, leave it. */
	struct cells	overview, zoom;
	struct landing	*landing;	/* NULL: it has none */
	char		*strings;
	size_t		 strings_bytes;
};

/* One that owns itself points into itself: it stays where it is. All zeros are no sample yet. */
void	snapshot_init(struct snapshot *);
/* Frees what it owns; it may be used again. */
void	snapshot_done(struct snapshot *);
/*
 * dst (initialised) becomes a copy of src that owns itself. The grids and
 * strings of src may be its source's.
 */
void	snapshot_copy(struct snapshot *dst, const struct snapshot *src);
/* Memory that it owns, itself apart. */
uint64_t snapshot_bytes(const struct snapshot *);
/*
 * The same in all that is known: cells with the same counts where known,
 * and the same strings, wherever they are kept.
 */
bool	snapshot_equal(const struct snapshot *, const struct snapshot *);

#endif
