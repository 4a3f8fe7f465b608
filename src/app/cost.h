/* What pagetide itself costs, as upper bounds that seldom change. */
#ifndef PAGETIDE_COST_H
#define PAGETIDE_COST_H

#include <stdint.h>

struct cost;
struct sample;

/* Takes a sample; every 10 s the bounds become those of the last window. */
void	cost_feed(struct cost *, const struct sample *);
/* A sample of the regular rhythm was taken: counts for the rate reached. */
void	cost_tick(struct cost *, uint64_t now_ns);

#endif
