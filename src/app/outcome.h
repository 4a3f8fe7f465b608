/* Outcomes: what came of a hint or a walk, measured and written into its
 * event. */
#ifndef PAGETIDE_OUTCOME_H
#define PAGETIDE_OUTCOME_H

#include <stdbool.h>
#include <stdint.h>

struct app;
struct event;
struct pending;
struct report;

/*
 * A new outcome of the event, measured from the newest sample on; the oldest
 * open one gives way when all slots are taken.
 */
struct pending *outcome_new(struct app *, const struct event *, bool walk);
/* Measures it from the newest sample on. */
void	outcome_begin(struct app *, struct pending *);
/* It came to nothing: result and why go into its event, which loses its mark
 * on the time axis. */
void	outcome_not_made(struct app *, struct pending *, const char *result,
	    const char *why);
/* The oldest one that is held and newer than that event; NULL: none. */
struct pending *outcome_next_held(struct app *, uint64_t after_event_seq);
/*
 * Another act is about to be sent: what came of those before it ends here
 * where it was measured already, else the numbers are said to be of both.
 */
void	outcome_overlap(struct app *, struct pending *next);
/* It is about to be sent: what the newest sample knows of a hint's range. */
void	outcome_before(struct app *, struct pending *);
/* Has the worker an act to answer yet (or a walk to end)? */
bool	outcome_calling(const struct app *);
/* The worker's answer to an order: results go into the events. */
void	outcome_report(struct app *, const struct report *);
/* Takes the newest sample into all that are open. */
void	outcome_feed(struct app *);
/* None of the open ones can be measured any more: text says why. */
void	outcome_give_up(struct app *, const char *text);
/* The outcome, complete (effect.done) or not, of the walk that the newest
 * sample's latency is of; NULL: not known. */
const struct pending *outcome_walk(struct app *);
/* Is any open? */
bool	outcome_any(const struct app *);

#endif
