/* Things done or noticed at a moment, newest kept in fixed memory. */
#ifndef PAGETIDE_EVENT_H
#define PAGETIDE_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum event_kind {
	EVENT_HINT,		/* a call to the kernel */
	EVENT_WORK,		/* a walk started, stopped, ended */
	EVENT_OUTSIDE,		/* someone else changed the file's cache */
	EVENT_TARGET,		/* grew, shrank, replaced, vanished */
	EVENT_WORKER,		/* started, died */
	EVENT_NOTE,
	EVENT_ERROR,
	EVENT_KIND_COUNT
};

/* Name of a kind for machine output: "hint", "work", ... */
extern const char *const event_kind_name[EVENT_KIND_COUNT];

/* The mark of what no key does: it was typed as a command. */
#define EVENT_MARK_COMMAND ':'

struct event {
	uint64_t	seq;		/* 1, 2, ... */
	uint64_t	t_ns, wall_ns;
	enum event_kind	kind;
	char		mark;		/* on the time axis: the key that does
					   it, EVENT_MARK_COMMAND, '!' for
					   what happened; 0: none */
	char		text[160];	/* the exact call, or what happened;
					   safe to print */
	char		result[48];	/* "= 0", "= -1 EINVAL", "refused:
					   EACCES", "failed: EIO, 3
					   touched", "SIGBUS BUS_ADRERR in
					   4.1 us", "not made", "" */
	char		own[384];	/* what it did itself, counted around
					   the call, and the way of a touch; ""
					   until its result is in, or where it
					   was not counted */
	char		effect[240];	/* what changed since, or in all; ""
					   while measuring, or when nothing is
					   measured, or did */
	bool		finished;	/* and not taken by events_finished()
					   yet */
	uint64_t	finish;		/* 1, 2, ... as they finished; 0: this
					   one has not yet */
	uint64_t	answer;		/* counted with these: when its result
					   came; 0: not later than itself */
};

/* Which events there were at a moment: an index into all of them. */
struct events_moment {
	uint64_t	last;		/* seq of the newest; 0: none */
	uint64_t	finish;		/* of the one that finished, or was
					   answered, last */
};

/* Did the call fail, or was the act not even made? */
bool	event_failed(const struct event *);

/* Hints, walks, touches, what was typed and what went wrong; not what others
 * did. */
bool	event_is_mark(const struct event *);

struct events;

struct events *events_new(size_t cap);
void	events_free(struct events *);
/*
 * Adds an event with the present time. text is made safe (control characters)
 * and ends in ".." if it is longer than its field. Returns it for filling in
 * result and effect; the pointer is valid until cap further events were added.
 */
struct event *events_add(struct events *, enum event_kind, char mark,
	    const char *fmt, ...) __attribute__((format(printf, 4, 5)));
/* Adds one that happened elsewhere, or replaces it if it is there: it keeps its
 * seq and times. After a seq that is left out there are none from before. */
void	events_put(struct events *, const struct event *);
/* The event with that seq, or NULL when it has gone. */
struct event *events_get(struct events *, uint64_t seq);
size_t	events_len(const struct events *);
/* seq of the newest; 0: there was none yet. */
uint64_t events_last(const struct events *);
/* seq of the oldest that is there; one after the newest: none is. */
uint64_t events_oldest(const struct events *);
struct events_moment events_now(const struct events *);
/* seq of the newest of a moment, if that is there or was: a recording may say
 * what it likes. */
uint64_t events_last_then(const struct events *,
	    const struct events_moment *);
/*
 * Event i of a moment (0: the newest then) as it was: a result that came later
 * is not in it, nor an effect that took until later to be measured. false
 * outside, or if it has gone.
 */
bool	events_then(const struct events *, const struct events_moment *,
	    size_t i, struct event *out);
/* The result of an act is in: no moment from before has it. */
void	events_answer(struct events *, struct event *);
/* The event says all that it ever will: it can go to the log. */
void	events_finish(struct events *, struct event *);
/* The oldest of these that was not taken yet, or NULL; takes it. */
const struct event *events_finished(struct events *);
/* i = 0 is the newest; NULL outside. */
const struct event *events_at(const struct events *, size_t i);
/* The mark nearest to a time: the first one not before it, or the last one
 * before it; NULL: there is none. */
const struct event *events_mark(const struct events *, uint64_t t_ns,
	    bool later);

#endif
