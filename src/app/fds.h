/* The descriptors that acts wait for, in the event loop. */
#ifndef PAGETIDE_FDS_H
#define PAGETIDE_FDS_H

struct act;
struct event_base;
struct fds;
struct ui;

struct fds *fds_new(struct event_base *);
void	fds_free(struct fds *);
/* A turn of the loop, which waits for what acts and a list wait for now, too,
 * and calls them when that is ready. Afterwards their descriptors may be
 * closed. */
void	fds_turn(struct fds *, struct act *, struct ui *);

#endif
