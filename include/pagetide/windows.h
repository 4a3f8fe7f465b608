/* Windows of readahead over time: as events, and how much of them was of use. */
#ifndef PAGETIDE_WINDOWS_H
#define PAGETIDE_WINDOWS_H

struct readahead;
struct subject;
struct watch;

/*
 * Events of the windows that came with the newest sample, if they are wanted:
 * one of the first, which collects those that follow it closely while nothing
 * else is said.
 */
void	windows_tell(struct watch *);
/* The worker is about to end: the event says all that it ever will. */
void	windows_close(struct watch *);
/*
 * How many pages of the windows that are kept were touched by the subject
 * since; before: what was told of them before that. subject may be NULL: not
 * known, as where touches are not noted.
 */
void	windows_use(struct readahead *, const struct readahead *before,
	    const struct subject *);

#endif
