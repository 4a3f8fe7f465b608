/* The simulated actor. */
#ifndef PAGETIDE_SIMULATED_H
#define PAGETIDE_SIMULATED_H

struct actor;
struct actor_listener;
struct fake;

/* It acts on the simulated file, which has to live as long; so has the
 * listener. It is always on, and answers each order at once. */
void	simulated_open(struct actor *, struct fake *,
	    const struct actor_listener *, void *arg);

#endif
