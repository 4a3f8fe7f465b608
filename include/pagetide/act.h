/*
 * Acts on a target: orders to its actor, how it is mapped, its memory limit,
 * and what came of all that. One watch, one actor.
 */
#ifndef PAGETIDE_ACT_H
#define PAGETIDE_ACT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "pagetide/actor.h"
#include "pagetide/advice.h"
#include "pagetide/effect.h"
#include "pagetide/forecast.h"
#include "pagetide/mapspec.h"
#include "pagetide/order.h"
#include "pagetide/own.h"
#include "pagetide/pattern.h"
#include "pagetide/verdict.h"
#include "pagetide/watch.h"

struct cgroup;
struct compare;
struct holders;
struct landwatch;
struct whowatch;
struct pollfd;
struct orders;
struct otherhint;
struct pair;
struct said;
struct strbuf;
struct race;
struct recent;
struct since;
struct tracing;
struct viewport;

#define ACT_FDS		(2 * ACTOR_FDS + 7)
#define OUTCOMES_MAX	32	/* measured at a time */

/* When tracepoints tell the ways of touches. */
enum tracing_mode {
	TRACING_AUTO,		/* once somebody asks: tracing_want() */
	TRACING_ON,		/* as long as there is a worker */
	TRACING_OFF,
};

struct act_opts {
	enum tracing_mode trace;
	struct map_spec	 map;		/* how the actor begins */
	uint64_t	 anon_bytes;	/* anonymous memory, no file; 0: none */
	uint64_t	 memory_limit_bytes;	/* of the actor; 0: none */
	bool		 faults;	/* marked where they land from the
					   start */
	bool		 own_file;	/* the path is that of the demo file */
	dev_t		 own_dev;	/* ... which is this */
	ino_t		 own_ino;
	bool		 holds;		/* what is said stands for a second,
					   so that it can be read */
};

/* A hint or a walk whose outcome is being measured. */
struct outcome {
	uint64_t	event_seq;	/* 0: the slot is free */
	struct order	order;
	bool		walk;
	bool		reported;	/* the actor has answered */
	uint64_t	reported_ns;
	bool		asked;		/* who else holds its pages ... */
	bool		asking;		/* ... and the answer is to come */
	struct effect	effect;
	bool		behind;		/* a walk before it may be in that,
					   unless it is counted */
	bool		late;		/* pages of an act before it may come
					   while it is counted */
	struct own	own;		/* once reported */
	struct touch_why why;		/* ... of one touch */
	struct verdict_facts facts;	/* of a hint's range */
	struct forecast	forecast;	/* of a walk */
};

/* What the act answered last did itself, of those that were asked to be
 * counted. */
struct counted {
	uint32_t	seq;		/* of its order */
	struct own	own;
};

/* What the diagnosis takes its facts from. */
struct diagnose {
	struct recent	*recent;
	struct order	walk;		/* the last one; seq 0: none */
	struct order	walk_before;
	uint64_t	walk_ns;	/* when it was ordered */
	uint64_t	flags_ns;	/* when an advice was, that stays */
	uint64_t	can_bytes;	/* size for which this was asked */
	unsigned	can;		/* DIAGNOSIS_CAN_ bits */
	uint64_t	evict_ns;	/* when the last hint that evicts was
					   answered; UINT64_MAX: not yet */
	uint32_t	evict_seq;	/* of its order */
	uint64_t	hint_ns;	/* when the last hint, or mapping, was
					   asked for, or answered */
	struct verdict	verdict;	/* on the last act */
	unsigned	verdict_advice;
	uint64_t	verdict_ns;
};

/* How the target is mapped. */
struct mapping {
	struct map_spec	plan;		/* it is so, or is to be */
	struct map_spec	out;		/* of the ORDER_MAP that is out */
	struct map_spec	made;		/* the last that could be: how it is
					   mapped if the next fails */
	struct order	asked;		/* the last ORDER_MAP */
	bool		measured;	/* ... has an outcome of its own */
	bool		there;		/* this worker has one */
	uint64_t	asked_pages;	/* pages of the target then */
	uint32_t	seq;		/* of the ORDER_MAP, or of the greeting
					   before it, that is not answered
					   yet; 0: none */
};

/* The memory limit of the actor. */
struct limit {
	struct cgroup	*cgroup;	/* our own; NULL: never limited */
	char		 mark;		/* of the event of the next change */
	uint64_t	bytes;		/* of it; LIMIT_OFF: none now */
	uint64_t	kills_before;	/* OOM kills in it before the actor
					   came in */
	uint64_t	event_seq;	/* of the event that waits for a pass;
					   0: none */
};

struct act {
	struct act_opts	 opts;
	struct watch	*watch;
	struct said	*said;
	/* Called after each sample that was taken; quiet: the actor did
	 * nothing. followed: it is the first of another file. */
	void		(*taken)(void *arg, bool quiet, bool followed);
	void		*arg;
	struct actor	 actor;
	char		 no_worker[192];	/* why; "": none was wanted */
	bool		 followed;	/* the actor is still to move to the
					   file that is watched now */
	struct orders	*orders;	/* for the actor; NULL: none yet */
	uint32_t	 order_seq;
	uint64_t	 pace_per_s;
	bool		 walk_paused;	/* as of the actor's last report */
	struct outcome	 outcome[OUTCOMES_MAX];
	struct counted	 counted;
	struct outcome	 walked;	/* the walk whose outcome was
					   completed last; event_seq 0: none */
	struct mapping	 mapping;
	struct limit	 limit;
	struct {
		struct holders	*holders;	/* the search for them; NULL:
						   never */
		struct tracing	*tracing;	/* NULL: not asked for yet */
		struct landwatch *landwatch;	/* where faults land */
		struct otherhint *otherhint;	/* on another process */
		struct whowatch	*whowatch;	/* who maps what is watched */
		struct pair	*pair;		/* two workers; actor is the
						   one that acts */
	} helpers;
	struct diagnose	 diagnose;
	struct compare	*compare;	/* pictures side by side; as long as act */
	struct since	*since;		/* ... counted from the last eviction */
	struct race	*race;		/* that fills them; NULL: none yet */
	uint64_t	 last_activity_ns;	/* of the actor */
	uint64_t	 last_report_ns;	/* by it, of an act */
	bool		 picture_is_old;	/* frozen: said with each act */
};

/* On watch, which is open; watch, said, taken and arg are set before, all
 * else is cleared. */
void	act_open(struct act *, const struct act_opts *);
/* Ends the actor, and all that was made for it. */
void	act_end(struct act *);
void	act_close(struct act *);

/* Tracepoints are to tell the ways of touches, if they can be had and the
 * user lets us. */
void	tracing_want(struct act *);

/* What there is to wait for now: up to ACT_FDS are filled in; how many. */
int	act_fds(const struct act *, struct pollfd *);
/* That one may be ready. Never blocks. */
void	act_ready(struct act *, int fd);
/* To be called on SIGCHLD: the worker may be one that ended. */
void	act_reap(struct act *);

/* Starts the next pass, if it is due. */
void	act_begin(struct act *);
/* Takes the sample into all that is measured: outcomes, diagnosis, who
 * changed the cache. Then calls taken. */
void	act_take(struct act *);
/* The same outside the rhythm: counters as of now, pages as far as one slice
 * comes. */
void	act_take_now(struct act *);

/* Did we make the file, and has it no name but the one we gave it? Then it is
 * nobody else's: it may be written through a shared mapping, and evicted
 * without asking. */
bool	act_owns_file(const struct act *);

/* Starts the worker and lets it map the target. 0 or -errno with why. */
int	act_worker_start(struct act *, struct strbuf *why);
/* Ends it and starts another, with an event that names both. 0 or -errno with
 * why. */
int	act_worker_restart(struct act *, struct strbuf *why);
void	act_worker_stop(struct act *);
/* If another file is watched now: a worker on that one in place of the one
 * there is. 0 or -errno with why. Not to be called from a report. */
int	act_follow(struct act *, struct strbuf *why);

/* The range that a hint would go to: what is selected, and mapped. */
struct advice_range act_range(const struct act *, const struct viewport *);

/* Each: 0, or -errno with why. */
/* A hint (index into advice_table) on the selected range. */
int	act_advise(struct act *, const struct viewport *, int advice,
	    struct strbuf *why);
/* A walk; first_page and n_pages are filled in from the selected range,
 * unless it is PATTERN_SINGLE: then the cursor's page. */
int	act_work(struct act *, const struct viewport *, struct pattern_spec,
	    struct strbuf *why);
int	act_stop(struct act *, struct strbuf *why);
/* Whether there is a walk to pause the actor says, in the message line. */
int	act_pause(struct act *, enum pause, struct strbuf *why);
/* Pauses the walk and touches its next page; where there is none one begins,
 * forward over the selected range. */
int	act_step(struct act *, const struct viewport *, struct strbuf *why);
/* Touches where the kernel answers with a signal: it is what the event of it
 * says. Writing to the cursor's page is a walk of one touch where the mapping
 * may be written. */
int	act_trespass(struct act *, const struct viewport *, enum trespass,
	    struct strbuf *why);
/* 0: full speed. Holds for the walk under way and those to come. */
int	act_pace(struct act *, uint64_t per_s, struct strbuf *why);
/* Maps the target afresh, like that: no PTEs, no advice, no copies. Where
 * the kernel refuses it is mapped as it was before. */
int	act_map(struct act *, const struct map_spec *, struct strbuf *why);
/* Can the target as it is be mapped so? 0, or -errno with why; of an empty one
 * that is not known. */
int	act_map_check(const struct act *, const struct map_spec *,
	    struct strbuf *why);

/* Keeps that picture in a column of what is compared, counted from the last
 * eviction to it. */
void	act_keep(struct act *, unsigned column, const struct snapshot *);

/* Is a walk or a race on, an order not answered, or an outcome not measured
 * yet? */
bool	act_busy(const struct act *);

#endif
