/* Walks that pause, and go step by step. Private to src/act. */
#ifndef PAGETIDE_STEP_H
#define PAGETIDE_STEP_H

struct act;
struct report;

/* The actor has answered: what it says of a pause goes to the message line,
 * each step, and each touch that was to get a signal, into an event of its
 * own. Of other reports nothing. */
void	step_report(struct act *, const struct report *);

#endif
