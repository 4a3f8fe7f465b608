/* Why the worker died, or was never born. */
#ifndef PAGETIDE_DEATH_H
#define PAGETIDE_DEATH_H

struct act;
struct actor;
struct strbuf;

/* A worker, of that number, ended like that (waitpid(2)), and is still to be
 * stopped: says so, with the reason as far as it can be told, as an event. */
void	death_tell(struct act *, const struct actor *, unsigned number,
	    int wait_status);
/* None could be started: says so, as an event too. */
void	death_unborn(struct act *, const char *why);
/* Why there is no worker where there should be one; NULL: there is one, or
 * none was wanted. */
const char *death_why(const struct act *);
/* An act without a worker: one line that has the reason. */
void	death_refuse(const struct act *, struct strbuf *why);
/* If there should be a worker in the end, but is none, and why does not say it
 * yet: adds the reason to it. */
void	death_last_word(const struct act *, struct strbuf *why);

#endif
