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

struct event {
	uint64_t	seq;		/* 1, 2, ... */
	uint64_t	t_ns, wall_ns;
	enum event_kind	kind;
	char		mark;		/* letter on the time axis; 0: none */
	char		text[160];	/* the exact call, or what happened;
					   safe to print */
	char		result[48];	/* "= 0", "= -1 EINVAL", "refused:
					   EACCES", "failed: EIO, 3
					   touched", "not made", "" */
	char		effect[160];	/* what changed; "" while measuring
					   or when nothing is measured */
};

/* Did the call fail, or was the act not even made? */
bool	event_failed(const struct event *);

struct events;

struct events *events_new(size_t cap);
void	events_free(struct events *);
/*
 * Adds an event with the present time. text is made safe (control
 * characters) and cut at the field's size. Returns it for filling in result
 * and effect; the pointer is valid until cap further events were added.
 */
struct event *events_add(struct events *, enum event_kind, char mark,
	    const char *fmt, ...) __attribute__((format(printf, 4, 5)));
/* The event with that seq, or NULL when it has gone. */
struct event *events_get(struct events *, uint64_t seq);
size_t	events_len(const struct events *);
/* seq of the newest; 0: there was none yet. */
uint64_t events_last(const struct events *);
/* As src is now, whatever comes later; both were made with the same cap. */
void	events_copy(struct events *dst, const struct events *src);
/* i = 0 is the newest; NULL outside. */
const struct event *events_at(const struct events *, size_t i);

#endif
