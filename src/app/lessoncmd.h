/* `pagetide lesson`: the list of lessons, one of them on the screen, or what
 * they show checked without one. */
#ifndef PAGETIDE_LESSONCMD_H
#define PAGETIDE_LESSONCMD_H

struct opts;

/* The exit status. */
int	lessoncmd_run(struct opts *);

#endif
