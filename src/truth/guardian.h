/* For a command that works in storage all the time, and may hang there. */
#ifndef PAGETIDE_GUARDIAN_H
#define PAGETIDE_GUARDIAN_H

/*
 * Runs work(arg) in a process of its own and returns what it returns, or ends
 * as a signal would have if that ended it. Signals that end us are passed on;
 * a process that has not ended a second later hangs in storage and is left
 * behind. It shares our descriptors, so that what waits for their end does
 * not wait for it.
 */
int	guardian_run(int (*work)(void *arg), void *arg);

#endif
