/*
 * Which of our two workers acts: struct act has the actor of that one, and what
 * is known of the other waits here. With one worker there is none.
 */
#ifndef PAGETIDE_PAIR_H
#define PAGETIDE_PAIR_H

#include <stdbool.h>
#include <stdint.h>

#include "pagetide/act.h"

/* What a worker's reports go to. */
struct hand {
	struct act	*act;
	unsigned	 number;	/* of the worker, 1 or 2 */
};

struct pair {
	struct hand	 hand[2];
	struct actor	 other;		/* ops NULL: there can't be one */
	unsigned	 acts;		/* number of the one that acts */
	bool		 two;		/* there is a second one ... */
	bool		 forked;	/* ... which is a fork of the first */
	/* Of the other: */
	struct mapping	 mapping;
	struct counters	 base;
	struct counters	 left;		/* when it acted last */
	/* The cursor's cell. */
	uint64_t	 cell_first, cell_pages;
};

/* The other one acts from here, with its mapping and its counts; what came
 * of the acts before is not measured any further. */
void	pair_turn(struct act *);
/* The same of one that is still to start: with no mapping and no counts. */
void	pair_turn_to_new(struct act *, bool forked);
/* Worker 2 ends, and worker 1 acts; as if it had never been. */
void	pair_end(struct act *);
/* Worker 1 has answered an ORDER_FORK: worker 2 acts, or why not is said. */
void	pair_forked(struct act *, const struct report *);

/* pairlook.c */
/* Which is not on; listener and hand[] are as for act->actor. */
struct pair *pair_new(struct act *, const struct actor_listener *);
void	pair_free(struct pair *);	/* NULL is harmless */
/* Descriptors of the other; its reports; that it may have ended. */
int	pair_fds(const struct act *, struct pollfd *);
void	pair_ready(struct act *);
void	pair_reap(struct act *);
/* Looks which pages both have, of a sample that is being taken. */
void	pair_sample(struct act *);

#endif
