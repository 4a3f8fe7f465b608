/*
 * Lists of processes, and of what one has mapped, live: read once a second by
 * a process of its own, since what is read in /proc may wait for the locks of
 * any process. Sorted, filtered, with a cursor that stays on its row.
 */
#ifndef PAGETIDE_BROWSE_H
#define PAGETIDE_BROWSE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "pagetide/browselook.h"

struct browse;

/* argv[1] of the process that reads. */
#define BROWSE_OPTION "--browse-process"

/* What the user wants to see in place of what there is. */
struct browse_want {
	enum { BROWSE_STAY, BROWSE_LIST, BROWSE_TARGET } what;
	/* BROWSE_LIST: the processes, or the mappings of a process; TARGET:
	 * this mapping of it. start_ticks 0: whichever has the pid. */
	enum browse_kind kind;
	pid_t		pid;
	uint64_t	start_ticks;
	uint64_t	addr;
};

/* name: only processes of that name are listed; NULL: all. */
struct browse *browse_new(const char *name);
/* Ends the process, too; NULL is harmless. */
void	browse_free(struct browse *);
/* Begins to read that list, with nothing known of it unless it is the one that
 * was read before. 0 or -errno. */
int	browse_open(struct browse *, enum browse_kind, pid_t,
	    uint64_t start_ticks);
/* A mapping of that process is watched without its list: where that is to be
 * gone back to. */
void	browse_of(struct browse *, pid_t, uint64_t start_ticks);
/* Reads no more; what was read stays. */
void	browse_close(struct browse *);
/* Is a list open (false for NULL)? */
bool	browse_is_open(const struct browse *);

/* What it waits for; -1: nothing. */
int	browse_fd(const struct browse *);
/* That may be ready: true, there is a new picture of the list. Never blocks. */
bool	browse_ready(struct browse *);

/* The list as it is now: until the next call of anything here. Of NULL,
 * BROWSE_NOTHING. */
void	browse_look(const struct browse *, struct browse_look *);
/* Has all of it been read and counted? What can't be is. */
bool	browse_is_whole(const struct browse *);

enum browse_move { BROWSE_UP, BROWSE_DOWN, BROWSE_PAGEUP, BROWSE_PAGEDOWN,
	BROWSE_FIRST, BROWSE_LAST };
void	browse_move(struct browse *, enum browse_move, size_t page);
/* The order after this one, of those that the list has. */
void	browse_sort_next(struct browse *);
/* false: this list has no such column. */
bool	browse_sort(struct browse *, enum browse_sort);
/* The same of mappings, before any list is open. */
void	browse_filter_first(struct browse *, const char *text);
/* Rows that have it in their name (letters of either case), or mappings with
 * that address; "": all. */
void	browse_filter(struct browse *, const char *text);

/* Wants to see the row under the cursor; by 1 or -1: first the one after or
 * before it. false: there is none. */
bool	browse_take(struct browse *, int by);
/* Wants the list that the row came from, or that this list was opened from.
 * false: there is none. */
bool	browse_back(struct browse *);
/* What is wanted; asking for it makes it BROWSE_STAY again. */
struct browse_want browse_wanted(struct browse *);
bool	browse_wants(const struct browse *);	/* false for NULL */

/* What main() runs for BROWSE_OPTION; returns the exit status. */
int	browse_main(int argc, char **argv);

#endif
