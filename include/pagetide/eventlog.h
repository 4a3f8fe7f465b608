/* Events, and what can't be logged of them. */
#ifndef PAGETIDE_EVENTLOG_H
#define PAGETIDE_EVENTLOG_H

struct events;

/* What was finished since goes to the log. */
void	eventlog_write(struct events *);
/* That the log can't be written any more is said once, as an event. */
void	eventlog_check(struct events *);

#endif
