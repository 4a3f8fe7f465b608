/* Why the worker died. */
#ifndef PAGETIDE_DEATH_H
#define PAGETIDE_DEATH_H

struct app;

/* The worker that app still has ended like that (waitpid(2)): says so, with
 * the reason as far as it can be told, as an event. */
void	death_tell(struct app *, int wait_status);

#endif
