/*
 * A part of a recording that is a file, read apart from the rest: from the last
 * key sample on that is not younger than a time.
 */
#ifndef PAGETIDE_TAPEPART_H
#define PAGETIDE_TAPEPART_H

#include <stdbool.h>
#include <stdint.h>

struct event;
struct events;
struct history;
struct ring;
struct sample;
struct tapepart;

/* Which recording, and how it is read. */
struct tapepart_of {
	const char	*path;		/* stays the caller's, and has to stay */
	uint64_t	 first_ns, first_wall_ns;	/* of its first sample:
					   a file that is another one by now
					   is not read */
	uint64_t	 history_bytes;	/* for samples of it */
	uint64_t	 late_ns;	/* between samples: a gap */
};

/* NULL: that can't be now. */
struct tapepart *tapepart_open(const struct tapepart_of *, uint64_t from_ns);
void	tapepart_close(struct tapepart *);
/* Reads on until deadline_ns, or all that is there now; true: there is more to
 * come. */
bool	tapepart_read(struct tapepart *, uint64_t deadline_ns);
bool	tapepart_ended(const struct tapepart *);
/* What is kept of it so far; empty at first, and for good where it can't be
 * read. The part's. */
struct history *tapepart_history(const struct tapepart *);
struct ring *tapepart_ring(const struct tapepart *);
/* The time it was opened for; those of its newest sample; 0: none yet. */
uint64_t tapepart_from_ns(const struct tapepart *);
uint64_t tapepart_newest_ns(const struct tapepart *);
uint64_t tapepart_newest_wall_ns(const struct tapepart *);

/* All events of a recording, read alone. */
struct tapeevents;
/* They are put into those, which stay the caller's. */
struct tapeevents *tapeevents_open(const struct tapepart_of *,
	    struct events *);
void	tapeevents_close(struct tapeevents *);
/* As tapepart_read(). */
bool	tapeevents_read(struct tapeevents *, uint64_t deadline_ns);
/* They are not those of the recording, or could not be read. */
bool	tapeevents_failed(const struct tapeevents *);

#endif
