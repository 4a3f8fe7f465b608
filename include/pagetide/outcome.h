/* Outcomes: what came of a hint or a walk, measured and written into its
 * event. */
#ifndef PAGETIDE_OUTCOME_H
#define PAGETIDE_OUTCOME_H

#include <stdbool.h>
#include <stdint.h>

#include "pagetide/field.h"

struct act;
struct order;
struct outcome;
struct report;

/*
 * A new outcome of the event, measured from the newest sample on; the oldest
 * open one gives way when all slots are taken.
 */
struct outcome *outcome_new(struct act *, uint64_t event_seq,
	    const struct order *, bool walk);
/* The same of what was done without the worker, just now: the newest sample is
 * from before it, and nobody reports. */
void	outcome_at_once(struct act *, uint64_t event_seq,
	    const struct order *);
/* It came to nothing: result and why go into its event, which loses its mark
 * on the time axis. */
void	outcome_not_made(struct act *, struct outcome *, const char *result,
	    const char *why);
/* The same of an act that no outcome was opened for. */
void	outcome_none(struct act *, uint64_t event_seq, const char *result,
	    const char *why);
/*
 * Another act is about to be sent: what came of those before it ends here
 * where it was measured already, else the numbers are said to be of both.
 */
void	outcome_overlap(struct act *, struct outcome *next);
/* It is about to be sent: what the newest sample knows of a hint's range. */
void	outcome_before(struct act *, struct outcome *);
/* Has the worker an act to answer yet (or a walk to end that does not
 * pause)? */
bool	outcome_calling(const struct act *);
/* The worker's answer to an order: results go into the events. */
void	outcome_report(struct act *, const struct report *);
/* Takes the newest sample into all that are open. */
void	outcome_feed(struct act *);
/* None of the open ones can be measured any more: text says why. */
void	outcome_give_up(struct act *, const char *text);
/* What fields can say of the newest sample; *walk is filled in for it: what
 * is known of the walk that the sample's latency is of. */
struct field_of outcome_fields(struct act *, struct walk_facts *walk);
/* Is any open that will be complete by itself? Not that of a walk that
 * pauses. */
bool	outcome_awaited(const struct act *);
/* Is any open that is of a walk? Not of one touch. */
bool	outcome_walks(const struct act *);

#endif
