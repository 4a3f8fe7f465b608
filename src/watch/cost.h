/* What pagetide itself costs, as upper bounds that seldom change. */
#ifndef PAGETIDE_COST_H
#define PAGETIDE_COST_H

struct cost;
struct sample;

/* Takes a sample; after a second, then every 10 s, the bounds become those of the
 * last window. */
void	cost_feed(struct cost *, const struct sample *);

#endif
