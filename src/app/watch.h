/* What others do: to the target, and to its pages. */
#ifndef PAGETIDE_WATCH_H
#define PAGETIDE_WATCH_H

#include <stdbool.h>

#include "pagetide/clock.h"

struct app;
struct sample;

/*
 * A read that the worker started may still arrive this long after; within it
 * no change is laid at somebody else's door.
 */
#define WATCH_GRACE_NS	NS_PER_S

/* Events for what the source noticed (SOURCE_ bits). */
void	watch_target(struct app *, unsigned notices);
/*
 * If the worker was quiet, a change of the page cache since old is somebody
 * else's: one event collects it as long as it goes on.
 */
void	watch_outside(struct app *, const struct sample *old, bool quiet);

#endif
