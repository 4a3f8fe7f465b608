/*
 * What `pagetide truth` measures with: a scratch file, the live source on it
 * and on anonymous memory, and workers that take one order at a time.
 */
#ifndef PAGETIDE_TRUTHLAB_H
#define PAGETIDE_TRUTHLAB_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "pagetide/actor.h"
#include "pagetide/child.h"
#include "pagetide/order.h"
#include "pagetide/sample.h"
#include "pagetide/source.h"
#include "pagetide/truth.h"

#include "scratch.h"

struct strbuf;

/* A worker, and what it has told. */
struct truth_hand {
	struct actor	 actor;
	struct child_as	 as;
	bool		 died;
	bool		 reported, walked;	/* since the last order */
	struct report	 report, walk;
};

enum { LAB_MINE, LAB_OTHER, LAB_HANDS };

struct truthlab {
	struct scratch	 scratch;
	int		 signal_fd;	/* signals come from it; -1: none */
	sigset_t	 before;	/* those that were blocked */
	int		 stopped_by;	/* the signal that is to end us, or 0 */
	struct truth_hand hand[LAB_HANDS];
	struct source	 arrived;	/* the file, by mincore: reads that
					   are over */
	struct source	 states;	/* the file, by cachestat: dirty,
					   evicted; no ops: it can't be had */
	struct source	 anon;
	uint64_t	 readahead_bytes;
	bool		 readahead_known;
	const char	*unknown;	/* why residency is not known, or
					   NULL */
};

/* Pages in the middle of what is mapped: what a row is about. */
struct truth_look {
	uint64_t	 page[TRUTH_PAGE_COLS];
	unsigned	 known;		/* TRUTH_BITs, with FLAGS */
	unsigned	 vmflags;
	uint64_t	 minor, major;	/* faults of the worker so far */
	bool		 faults_known;
};

/* Opens all of it, with the scratch file in dir (NULL: see scratch.h). 0 or
 * -errno with one line in why. truthlab_close() in either case. */
int	truthlab_open(struct truthlab *, const char *dir, struct strbuf *why);
void	truthlab_close(struct truthlab *);

/*
 * All below: 0 or -errno, which means that the lab could not do its work:
 * -EINTR when a signal is to end us, -ESRCH when the worker has died,
 * -ETIMEDOUT when it does not answer.
 */

/* A new worker with nothing mapped, and none else; uid 0: who we are. */
int	truthlab_begin(struct truthlab *, enum truth_on, uid_t uid);
/* One more, on the same file. */
int	truthlab_begin_other(struct truthlab *);
/* The workers end, and with them their mappings. */
void	truthlab_end(struct truthlab *);
/* *err is the errno of the order's call, 0 if all is well. */
int	truthlab_order(struct truthlab *, int hand, struct order *, int *err);
/* Touches each page of a range once, in order. */
int	truthlab_walk(struct truthlab *, int hand, uint32_t touch_op,
	    uint64_t first_page, uint64_t n_pages);
int	truthlab_look(struct truthlab *, enum truth_on, uint64_t first_page,
	    uint64_t n_pages, struct truth_look *);
/* Reads a byte of each page of the worker's mapping from here. */
int	truthlab_peek(struct truthlab *, uint64_t first_page,
	    uint64_t n_pages);
/* Lets some milliseconds pass. */
int	truthlab_pause(struct truthlab *, unsigned ms);

#endif
