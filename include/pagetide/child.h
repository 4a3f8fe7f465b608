/* The worker process, as an actor. */
#ifndef PAGETIDE_CHILD_H
#define PAGETIDE_CHILD_H

#include <sys/types.h>

struct actor;
struct actor_listener;

/* argv[1] of a process that is to be a worker. */
#define CHILD_WORKER_OPTION "--worker-process"

/* What may be chosen of it. */
struct child_as {
	/* The program to run; NULL: this one (/proc/self/exe). */
	const char *exe;
	/* Who it is to be, which only root can choose; 0: who we are. It has
	 * no rights then but those of everybody. */
	uid_t	uid;
};

/*
 * An actor that is a process of its own while it is on: stop() asks it to end
 * and kills it after 200 ms. The listener has to live as long as the actor, as
 * (NULL: all as usual) is read by each start().
 */
void	child_open(struct actor *, const struct actor_listener *, void *arg,
	    const struct child_as *as);

/* What main() runs for CHILD_WORKER_OPTION; returns the exit status. */
int	child_worker_main(int argc, char **argv);

#endif
