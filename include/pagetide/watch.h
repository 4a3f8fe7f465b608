/*
 * One target over time: the source of its samples, the newest of them, its
 * history as a ring of rates, its events, and what others do to it. Nothing
 * here acts on the target.
 */
#ifndef PAGETIDE_WATCH_H
#define PAGETIDE_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pagetide/clock.h"
#include "pagetide/order.h"
#include "pagetide/rawindow.h"
#include "pagetide/sample.h"
#include "pagetide/snapshot.h"
#include "pagetide/source.h"

struct events;
struct fake;
struct history;
struct ring;
struct recorder;
struct said;
struct storage;
struct strbuf;
struct target;

#define WATCH_EVENTS_MAX	1000
#define WATCH_SLICE_NS	(4 * NS_PER_MS)	/* measured at a time */
/*
 * A read that the worker started may still arrive this long after; within it
 * no change counts as somebody else's.
 */
#define WATCH_GRACE_NS	NS_PER_S

struct watch_opts {
	bool		 fake;		/* simulated, with that seed */
	uint64_t	 seed;
	enum source_method method;
	size_t		 cells;		/* of the overview, at most */
	bool		 follow_name;
	uint64_t	 interval_ns;	/* between samples */
	uint64_t	 history_bytes;	/* for the past; 0: none is kept */
	bool		 replayed;	/* nothing of this machine: what
					   watch_play() is given */
};

/* What pagetide itself costs, held as upper bounds so that the screen does
 * not flicker. */
struct cost {
	uint64_t	window_ns, window_cpu_ns;	/* start of window */
	uint64_t	window_scan_ns;			/* peak in it */
	uint64_t	rate_ns;	/* start of the rate's window */
	unsigned	rate_samples;
	struct snapshot_cost shown;
};

/* Others at work on the file: one event collects what happens at a time. */
struct outside {
	uint64_t	event_seq;	/* 0: nothing going on */
	uint64_t	last_ns;	/* when it last changed */
	uint64_t	came_pages, went_pages;
	/* All that went on before. */
	uint64_t	times, came_before_pages, went_before_pages;
};

/* Changes of a mapping of another process: one event of those that follow each
 * other closely. */
struct remapped {
	uint64_t	event_seq, last_ns;
	uint64_t	times;
};

/* Windows of readahead: one event of those that follow each other closely. */
struct windows_told {
	bool		wanted;
	uint64_t	event_seq, last_ns;
	uint64_t	told, pages_told;	/* of all, so far */
	uint64_t	before, pages_before;	/* the rest of its line */
};

struct watch {
	struct watch_opts opts;
	struct storage	*storage;	/* asks for the target; NULL: nothing
					   to ask, or it could not be started.
					   The session's */
	struct said	*said;		/* the session's */
	struct source	source;
	struct fake	*fake;		/* NULL: the live kernel */
	struct sample	live;		/* newest; its grids are the source's */
	unsigned	notices;	/* SOURCE_ bits: what came with it */
	struct acted	acted;		/* as of the newest sample: whoever
					   acts tells it */
	struct windows_told windows;
	struct findings	findings;	/* on it: whoever acts has the rules */
	struct sample	before;		/* the one before; without grids */
	bool		comparable;	/* ... and of the same file */
	bool		gap_next;	/* the next sample follows a stop */
	struct counters	base;		/* of the worker when it was ready, of
					   another process at first */
	uint64_t	held_ns;	/* of the sample that rates end with
					   where they are to be read */
	struct ring	*ring;
	struct history	*history;
	struct events	*events;
	struct recorder	*recorder;	/* all of it goes there; NULL: nowhere.
					   The session's */
	unsigned	noticed;	/* all SOURCE_ bits so far */
	struct outside	outside;
	struct { uint64_t seq, t_ns; } grew;	/* the file: last event */
	struct remapped	remapped;
	uint64_t	stalled_ns;	/* storage has not answered for so
					   long; 0: it answers */
	struct cost	cost;
};

/*
 * Watches the target, which is the watch's then, or with opts->fake a
 * simulated one (NULL). storage and said are set before, all else is cleared.
 * 0, or -errno with why; the target is still the caller's then.
 */
int	watch_open(struct watch *, const struct watch_opts *, struct target *,
	    struct strbuf *why);
void	watch_close(struct watch *);
/* How far the working set reaches back from now on. */
void	watch_window(struct watch *, uint64_t window_ns);
/* What is looked at: pages from first_page on with 2^shift a cell, and the
 * layers (LAYER_BITs) that are shown of them. */
void	watch_look(struct watch *, uint64_t first_page, uint64_t n_pages,
	    unsigned shift, unsigned layers);
/* Somebody else reads, or writes, pages of a simulated file. 0, or
 * -EOPNOTSUPP: it is none. */
int	watch_act_outside(struct watch *, uint64_t first_page,
	    uint64_t n_pages, bool write);
/* Starts the next pass, if it is due; hurry: it is. */
void	watch_begin(struct watch *);
void	watch_hurry(struct watch *);
/* Before the first pass: nothing of the system or a cgroup is read. */
void	watch_pages_only(struct watch *);
/* Measures until deadline_ns: true when a sample can be taken. */
bool	watch_step(struct watch *, uint64_t deadline_ns);
/*
 * Takes the sample: live, before, ring, cost, and the events of what the
 * source noticed. Returns its notices (SOURCE_ bits).
 */
unsigned watch_take(struct watch *);
/* The newest sample with all that is known beside it. What it points to is
 * the source's: snapshot_copy() makes it one that stays. */
void	watch_snapshot(const struct watch *, struct snapshot *);
/* All is known of the newest sample that will be: keeps it. */
void	watch_keep(struct watch *);
/* A sample of elsewhere is the newest now, with all beside it, and kept. What
 * it points to is the caller's, until the next one. */
void	watch_play(struct watch *, const struct snapshot *);
/* Further apart than this samples have a gap between them. */
uint64_t watch_late_ns(const struct watch *);
/*
 * If the worker was quiet, a change of the page cache since the sample before
 * is somebody else's: one event collects it as long as it goes on.
 */
void	watch_outside(struct watch *, bool quiet);
/* A sample of the regular rhythm was taken: counts for the rate reached. */
void	watch_tick(struct watch *);

#endif
