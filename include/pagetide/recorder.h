/* A recording under way: samples go to a file by a process of their own. */
#ifndef PAGETIDE_RECORDER_H
#define PAGETIDE_RECORDER_H

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>

#include "pagetide/tapeproc.h"

struct events;
struct recorder;
struct snapshot;
struct strbuf;
struct walk_facts;

struct recorder_opts {
	struct tapeproc_file file;	/* path NULL: nothing is recorded */
	bool		 anonymous;	/* without names */
};

/* NULL with why. Samples are so far apart. */
struct recorder *recorder_start(const struct recorder_opts *,
	    uint64_t interval_ns, struct strbuf *why);
/* The sample, and what events say now; never waits. -1, with why: the
 * recording has ended. */
int	recorder_sample(struct recorder *, const struct snapshot *,
	    const struct walk_facts *, const struct events *,
	    struct strbuf *why);
/* There are no more samples: what is left is written meanwhile. */
void	recorder_stop(struct recorder *);
/* Then: what there is to wait for, to be read or written; fd -1: nothing. */
struct pollfd recorder_fd(const struct recorder *);
/* That may be ready: true when all is written, or never will be, and so that
 * recorder_end() does not wait. */
bool	recorder_go_on(struct recorder *);
/* All is to be written; waits for that, a few seconds at most, and frees it.
 * 0, or -1 with why. */
int	recorder_end(struct recorder *, struct strbuf *why);
const char *recorder_path(const struct recorder *);
/* Is that one of its files? */
bool	recorder_is_file(const struct recorder *, dev_t, ino_t);

#endif
