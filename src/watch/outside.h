/* What others do: to the target, and to its pages. */
#ifndef PAGETIDE_OUTSIDE_H
#define PAGETIDE_OUTSIDE_H

struct watch;

/* Events for what is to be said of the target before all else. */
void	outside_begin(struct watch *);
/* Events for what the source noticed with the newest sample (SOURCE_ bits),
 * and for what it says of the target that the one before did not. */
void	outside_target(struct watch *, unsigned notices);

#endif
