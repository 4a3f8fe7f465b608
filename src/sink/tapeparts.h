/* What recordings are made of, for who writes and who reads them. Private to
 * src/sink. */
#ifndef PAGETIDE_TAPEPARTS_H
#define PAGETIDE_TAPEPARTS_H

#include <stdbool.h>

#include <jansson.h>

#include "pagetide/strbuf.h"

struct cells;
struct landing;
struct snapshot;

/* Objects in objects: what is ours has fewer. */
#define TAPE_DEPTH_MAX 12

/* How the lines of key samples begin, and those of events. */
#define TAPE_KEY "{\"key\":"
#define TAPE_EVENT_LINE "{\"event\":"

/* The name of the times in a difference of grids. */
#define TAPE_STAMPS "stamps_ns"

/* Members of to that differ from those of from; NULL: none does. What from has
 * and to does not is null. */
json_t	*tapediff_make(json_t *from, json_t *to);
/* Back; false: it is too deep. */
bool	 tapediff_apply(json_t *to, const json_t *diff, int depth);
/* The same for grids of one shape: [skipped, cells, value, ...] a layer. */
json_t	*tapediff_grid(const struct cells *from, const struct cells *to);
bool	 tapediff_apply_grid(struct cells *to, const json_t *diff);

/* Where faults landed: member of a sample. */
#define TAPE_LANDING "landing"
/* As a value that stands by itself; null for NULL. named:
 * with the names of code. */
json_t	*tapeland_make(const struct landing *, bool named);
/* What is other now than from, which was written before; NULL: nothing, or it
 * has to stand by itself: is_new. */
json_t	*tapeland_diff(const struct landing *from, const struct landing *to,
	    bool named, bool *is_new);
/* *at becomes what the value makes of it, NULL included; it is the caller's.
 * What does not fit is named, and then it is as it was; NULL: all of it does. */
const char *tapeland_apply(struct landing **at, const json_t *);

/* What is not to be in a recording, and what stands there instead. */
#define TAPE_NAMES 5
#define TAPE_FILE "file"
struct tapenames {
	size_t		 n;
	struct strbuf	 name[TAPE_NAMES];
	const char	*instead[TAPE_NAMES];
};
/* Those of what is watched now, and of the machine; all 0 at first. */
void	 tapenames_learn(struct tapenames *, const struct snapshot *);
void	 tapenames_done(struct tapenames *);
/* Leaves them out of all that is said in it, and where anything lies. */
void	 tapenames_hide(const struct tapenames *, json_t *);

#endif
