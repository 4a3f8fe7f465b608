/* One plain line a sample or event, for pipes and screen readers. */
#ifndef PAGETIDE_PLAIN_H
#define PAGETIDE_PLAIN_H

struct event;
struct sample;
struct strbuf;

/*
 * Appends one line without newline, of key=value words after the time:
 * "12:00:31.204 cached=5622/16384 (34.3 %) mapped=? minor=? major=? read=?
 * by=mincore". Unknown is "?"; read is in bytes.
 */
void	plain_sample(struct strbuf *, const struct sample *);
/* "12:00:31.204 hint: madvise(...) = 0; cached +0 ..." */
void	plain_event(struct strbuf *, const struct event *);

#endif
