/* Storage that does not answer, before there is a screen to say so on. */
#ifndef PAGETIDE_STALL_H
#define PAGETIDE_STALL_H

#include <stdbool.h>

struct app;
struct storage_job;

/* Waits for the job, however long, and says so on stderr if it is long. False:
 * where a screen was to come the user has pressed q. */
bool	stall_wait(const struct app *, struct storage_job *);

#endif
