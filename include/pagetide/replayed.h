/* No target of this machine: what is watched comes from a recording. */
#ifndef PAGETIDE_REPLAYED_H
#define PAGETIDE_REPLAYED_H

struct source;

/* Measures nothing, and knows nothing of what is asked. */
void	replayed_open(struct source *);

#endif
